"""Files for spreadsheets (CSV) in which nothing is computed."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

# What a spreadsheet would take for a formula (OWASP, "CSV Injection"), in full width, too.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
PARTED = re.compile(r"([;\t]\s*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])")
BLANKS = " \u00a0\u3000\ufeff"


def download(rows: Iterable[Sequence[str]], name: str) -> HttpResponse:
    """The rows as a file of this name (with `.csv`), to be saved."""
    answer = HttpResponse(sheet(rows), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def sheet(rows: Iterable[Sequence[str]]) -> bytes:
    """The rows as CSV, UTF-8 with a mark that spreadsheets look for; every cell is safe."""
    file = io.StringIO()
    writer = csv.writer(file)
    for row in rows:
        writer.writerow(map(safe, row))
    return file.getvalue().encode("utf-8-sig")


def safe(cell: str) -> str:
    """The cell, which no spreadsheet computes, nor a part of it where another sign parts the cells."""
    parted = PARTED.sub(r"\1'", cell)
    return f"'{parted}" if cell.lstrip(BLANKS).startswith(FORMULA) else parted
