"""Reading a spreadsheet as text, whatever program wrote it. What it is is decided by its content, not by its name.

Nothing in it is ever computed: a formula stays the text that it is. Everything has a limit, so that a small file cannot
become a large one in memory. Workbooks are opened in a process apart: a parser of XML meets what strangers pack.
"""

import codecs
import csv
import io
import unicodedata
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import islice
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from casework.documents import apart

MOST_BYTES = 8 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS, MOST_SIGNS = 10_000, 100, 5_000
MOST_UNPACKED, MOST_FILES = 40 * 1024 * 1024, 1_000
MOST_TEXT = MOST_BYTES  # signs in all: a workbook tells a text once and names it in many cells
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
CSV, XLSX = "csv", "xlsx"
OLD_EXCEL, ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
Row = tuple[int, list[str]]


class Unreadable(ValueError):
    """The file is none that can be read. `code` says why, `about` what the words for it name."""

    def __init__(self, code: str, **about: Any) -> None:
        super().__init__(code)
        self.code, self.about = code, about


@dataclass(frozen=True)
class Read:
    """A spreadsheet: its headers, and its rows with their number as programs show it, the first row being 1.

    `how` says as what it was read: "kind", and "encoding" and "delimiter" or "sheet" and "sheets".
    """

    headers: list[str]
    header_row: int
    rows: list[Row] = field(repr=False)
    how: dict[str, Any]


def read(content: bytes) -> Read:
    """Reads a CSV file or a workbook. Raises Unreadable."""
    if len(content) > MOST_BYTES:
        raise Unreadable("bytes", most=MOST_BYTES // 1024 // 1024)
    if not content.strip(b"\0\r\n\t "):
        raise Unreadable("empty")
    if content.startswith(OLD_EXCEL):
        raise Unreadable("old_excel")
    if content.startswith(ZIP):
        rows, how = _workbook(content)
    else:
        rows, how = _text(content)
    return _with_headers(rows, how)


def letter(column: int) -> str:
    """A column, counted from 0, as programs name it: A, B, AA."""
    return str(get_column_letter(column + 1))


def _with_headers(rows: Iterable[Row], how: dict[str, Any]) -> Read:
    """Takes the first row that holds anything as the headers; empty rows are left out, and empty columns at the end."""
    filled = ((number, [_clean(cell, number, at) for at, cell in enumerate(cells)]) for number, cells in _bounded(rows))
    there = list(islice((row for row in filled if any(row[1])), MOST_ROWS + 2))
    if len(there) > MOST_ROWS + 1:
        raise Unreadable("rows", most=MOST_ROWS)
    if not there:
        raise Unreadable("empty")
    (header_row, headers), body = there[0], there[1:]
    if not body:
        raise Unreadable("only_headers")
    width = max(_width(cells) for _number, cells in there)
    if width > MOST_COLUMNS:
        raise Unreadable("columns", most=MOST_COLUMNS)
    return Read(_wide(headers, width), header_row, [(number, _wide(cells, width)) for number, cells in body], how)


def _bounded(rows: Iterable[Row]) -> Iterator[Row]:
    signs = 0
    for row in rows:
        signs += sum(map(len, row[1]))
        if signs > MOST_TEXT:
            raise Unreadable("unpacked")
        yield row


def _clean(cell: str, row: int, column: int) -> str:
    """As `plain`. Raises Unreadable for one that is too long."""
    if len(cell) > MOST_SIGNS:
        raise Unreadable("signs", row=row, column=letter(column), most=MOST_SIGNS)
    return plain(cell)


def plain(cell: str) -> str:
    """A text without blanks around it, in composed signs; control signs become blanks."""
    text = "".join(" " if unicodedata.category(one) in {"Cc", "Zl", "Zp"} and one != "\n" else one for one in cell)
    return unicodedata.normalize("NFC", text).strip().strip("\ufeff\u200b\u200e\u200f")


def _width(cells: list[str]) -> int:
    return next((at + 1 for at in range(len(cells) - 1, -1, -1) if cells[at]), 0)


def _wide(cells: list[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))][:width]


# --- Text


def _text(content: bytes) -> tuple[Iterator[Row], dict[str, Any]]:
    text, encoding = _decoded(content)
    delimiter = ""
    first, _, rest = text.partition("\n")
    skipped = first.strip().lower().startswith("sep=") and len(first.strip()) == len("sep=") + 1
    if skipped:  # Excel's own first line
        delimiter, text = first.strip()[-1], rest
    if delimiter not in DELIMITERS:
        delimiter = _delimiter(text)
    how = {"kind": CSV, "encoding": encoding, "delimiter": DELIMITERS[delimiter]}
    return _records(text, delimiter, begin=2 if skipped else 1), how


def _decoded(content: bytes) -> tuple[str, str]:
    """The text, and in which encoding it stood: Unicode where it is that, else what Windows writes in the Americas."""
    found = next((name for mark, name in MARKS if content.startswith(mark)), "")
    if not found:
        found = _without_mark(content)
    for encoding in (found, "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            if found != "utf-8":
                break
            continue
        if "\0" in text:
            break
        return text, encoding.removesuffix("-sig")
    raise Unreadable("no_text")


def _without_mark(content: bytes) -> str:
    """UTF-16 without a mark has a zero in every other byte of what is mostly Latin letters."""
    start = content[:4096]
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if max(even, odd) * 4 > len(start):
        return "utf-16-le" if odd > even else "utf-16-be"
    return "utf-8"


def _delimiter(text: str) -> str:
    """The sign that parts the beginning into the most columns, in most rows alike."""

    def score(sign: str) -> tuple[int, int]:
        try:
            widths = [len(one) for one in islice(csv.reader(io.StringIO(text, newline=""), delimiter=sign), 30) if one]
        except csv.Error:
            return (0, 0)
        common = max(set(widths), key=widths.count, default=0)
        return (widths.count(common) if common > 1 else 0, common)

    return max(DELIMITERS, key=score)


def _records(text: str, delimiter: str, begin: int) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = begin
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Unreadable("quotes", row=number) from error
        yield number, cells
        number += 1


# --- Workbooks

# What zipfile and openpyxl raise at a file that somebody damaged: each part that is not as they expect fails in its own
# way. RuntimeError is a password, NotImplementedError a way of packing that zipfile does not know.
DAMAGED = (
    InvalidFileException, zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, LookupError, ValueError,
    TypeError, AttributeError, SyntaxError,
)  # fmt: skip


def _workbook(content: bytes) -> tuple[Iterator[Row], dict[str, Any]]:
    try:
        answer = apart.read(f"{__name__}:inside", content)
    except apart.NotRead as error:
        raise Unreadable("workbook") from error
    if "code" in answer:
        raise Unreadable(answer["code"], **answer["about"])
    return ((number, cells) for number, cells in answer["rows"]), answer["how"]


codecs.lookup("cp437")  # of the names in a zip file: inside, nothing can be imported any more


def inside(content: bytes) -> dict[str, Any]:
    """What a workbook holds, or why it cannot be read, as JSON knows it. Called in a process of its own."""
    try:
        rows, how = _opened(content)
    except Unreadable as error:
        return {"code": error.code, "about": error.about}
    return {"rows": rows, "how": how}


def _opened(content: bytes) -> tuple[list[Row], dict[str, Any]]:
    try:
        _check_zip(content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about what it leaves out: drawings, validations
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
            shown = [one for one in book.worksheets if one.sheet_state == "visible"]
            for sheet in shown:
                rows = list(_bounded(_cells(sheet)))
                if any(any(cells) for _number, cells in rows):
                    return rows, {"kind": XLSX, "sheet": str(sheet.title), "sheets": len(book.worksheets)}
    except Unreadable:
        raise
    except DAMAGED as error:
        raise Unreadable("workbook") from error
    raise Unreadable("empty")


def _check_zip(content: bytes) -> None:
    """A workbook, and no bomb. What a file in it says of its length binds `zipfile`, which reads no further."""
    with zipfile.ZipFile(io.BytesIO(content)) as box:
        files = box.infolist()
        if len(files) > MOST_FILES or sum(one.file_size for one in files) > MOST_UNPACKED:
            raise Unreadable("unpacked")
        if "xl/workbook.xml" not in box.namelist():
            raise Unreadable("workbook")
        for one in files:
            if one.filename.endswith((".xml", ".rels")) and _declares(box.read(one)):
                raise Unreadable("workbook")


def _declares(part: bytes) -> bool:
    """Whether a part has a document type, or an encoding in which one would not be seen: programs write UTF-8."""
    return b"<!DOCTYPE" in part or b"\0" in part


def _cells(sheet: Any) -> Iterator[Row]:
    sheet.reset_dimensions()  # what the file says of its size may be anything
    for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
        if number > MOST_ROWS * 2 + 1:
            raise Unreadable("rows", most=MOST_ROWS)
        if len(values) > MOST_COLUMNS and any(one is not None for one in values[MOST_COLUMNS:]):
            raise Unreadable("columns", most=MOST_COLUMNS)
        yield number, [_as_text(one) for one in values[:MOST_COLUMNS]]


def _as_text(value: Any) -> str:
    """A cell as somebody would type it: days as 2027-03-03, times as 09:00, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(" ", "minutes")
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = getattr(value, "text", None)
    return f"={str(text).removeprefix('=')}" if isinstance(text, str) else str(value)
