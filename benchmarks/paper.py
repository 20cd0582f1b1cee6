"""What our paper costs beside a bare WeasyPrint call on the same words."""

from collections.abc import Callable
from datetime import date

from weasyprint import HTML

from casework.documents import layout, pdf

PARAGRAPHS = 60
TEXT = "<p>The hearing is on Thursday, December 3, at 10:30 in the morning, by video from the detention centre.</p>"


def figures(row: Callable[..., None], median_ms: Callable[..., float]) -> None:
    """Prints the cost of the sample paper, and of a plain letter both ways."""
    page = f"<html lang='en'><title>Letter</title><body>{TEXT * PARAGRAPHS}</body></html>"
    fetcher = layout.Packaged()
    bare = median_ms(lambda: HTML(string=page, url_fetcher=fetcher).write_pdf(), 5)
    row("letter, bare WeasyPrint in this process", bare)
    row("letter, ours: child process, limits, PDF/UA", median_ms(lambda: ours(page), 5), bare)
    row("sample paper, all scripts", median_ms(sample, 3))


def ours(page: str) -> bytes:
    return pdf.from_html(page, title="Letter", language="en")


def sample() -> bytes:
    return pdf.from_template(
        "paper/sample.html",
        {},
        title="Sample",
        language="en",
        organization="North Legal Aid",
        printed_on=date(2026, 11, 21),
    )
