"""What our paper costs beside a bare WeasyPrint call on the same words."""

import statistics
import time
from collections.abc import Callable
from datetime import date

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from casework.documents import layout, pdf, piling, stamping
from casework.documents.limits import FORM
from casework.intake.paper import boxes, printing
from casework.intake.paper.printing import Order
from casework.intake.questions import lists

PARAGRAPHS, FORMS, VISIT, ROUNDS = 60, 200, 60, 5
TEXT = "<p>The hearing is on Thursday, December 3, at 10:30 in the morning, by video from the detention centre.</p>"


def figures(row: Callable[..., None], median_ms: Callable[..., float]) -> None:
    """Prints the cost of the sample paper, and of a plain letter both ways."""
    page = f"<html lang='en'><title>Letter</title><body>{TEXT * PARAGRAPHS}</body></html>"
    fetcher = layout.Packaged()
    bare = median_ms(lambda: HTML(string=page, url_fetcher=fetcher).write_pdf(), 5)
    row("letter, bare WeasyPrint in this process", bare)
    row("letter, ours: child process, limits, PDF/UA", median_ms(lambda: ours(page), 5), bare)
    row("sample paper, all scripts", median_ms(sample, 3))
    forms(row)


def forms(row: Callable[..., None]) -> None:
    """Processor time, since a layout of many seconds is held up by whatever else runs: the two calls take turns."""
    short = Order(lists.intake().version, ("identity", "ending"), ("en", "es"), "trained", 1, (), "North Legal Aid")
    html, ours_, bare = printing.html_of(short), list[float](), list[float]()
    for _round in range(ROUNDS):
        bare.append(processor_ms(lambda: bare_form(html)))
        ours_.append(processor_ms(lambda: layout.laid_out(html, "Form", "en", layout.Packaged(), FORM)))
    row("form of two sections, bare WeasyPrint, warm", statistics.median(bare))
    row("the same, our render call, warm", statistics.median(ours_), statistics.median(bare))
    form, began = printing.laid_out(short), time.perf_counter()
    took = processor_ms(lambda: [stamped(form, number) for number in range(FORMS)])
    row(f"{FORMS} forms stamped, each", took / FORMS, note=f"{FORMS / (time.perf_counter() - began):.1f} a second")
    began, layout_of = time.perf_counter(), piling.Layout(form)
    took = processor_ms(lambda: piled(layout_of))
    rate = f"{VISIT / (time.perf_counter() - began):.1f} a second"
    row(f"{VISIT} forms put together for a visit, each", took / VISIT, note=rate)


def processor_ms(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000


def bare_form(html: str) -> object:
    """As WeasyPrint's own reader would call it: the same words, style sheets, fields and tags."""
    fetcher, fonts = layout.Packaged(), FontConfiguration()
    look = CSS(url=layout.LOOK, url_fetcher=fetcher, font_config=fonts)
    source = HTML(string=html, base_url="packaged:", url_fetcher=fetcher)
    return source.write_pdf(stylesheets=[look], font_config=fonts, pdf_forms=True, pdf_variant="pdf/ua-1")


def stamped(form: bytes, number: int) -> bytes:
    code = f"ABCD-EFGH-{number:04d}"
    return stamping.stamped(form, code, named=boxes.FORM, about=f"intake/1/{code}", values={})


def piled(form: piling.Layout) -> bytes:
    pile = piling.Pile(ours("<html lang='en'><title>List</title><body><h1>List</h1></body></html>"))
    for number in range(VISIT):
        code = f"ABCD-EFGH-{number:04d}"
        pile.add(form, code, named=boxes.FORM, about=f"intake/1/{code}", values={})
    return pile.written()


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
