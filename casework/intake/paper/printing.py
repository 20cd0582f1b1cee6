"""Forms as files. Which questions a form has is an `Order`; it is laid out once, kept, and made somebody's by stamping.

Laying out a whole form takes ten seconds and more, so the worker does it. What is kept is blank: it holds nothing but
questions and the organization's name.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from typing import Any

from django.conf import settings
from django.core.cache import cache as shared
from django.template.loader import render_to_string

from casework.access import queue
from casework.documents import pdf, stamping
from casework.documents.limits import FORM, Limits
from casework.intake.paper import boxes, forms
from casework.intake.paper.boxes import FORM as NAMED
from casework.intake.paper.texts import words
from casework.intake.questions import lists, rules
from casework.intake.questions.definition import Question, Section

LIMITS = Limits(cpu_seconds=240, wall_seconds=300.0, pages=80)
LAY_OUT = "intake.lay_out"  # the worker's task
KEPT_SECONDS = 30 * 24 * 60 * 60
WAITS_SECONDS = 10 * 60  # after which a layout that has not ended is asked for again
FAILED, WAITING = "failed", "waiting"
BLANK = "BLANK"
MOST_BYTES = 250 * 1024  # of one form: what a clinic's line and a facility's laptop take without a word
MADE_OF = (
    "templates/paper/form.html",
    "templates/paper/form_boxes.html",
    "static/css/form.css",
    "static/css/paper.css",
)


@dataclass(frozen=True)
class Order:
    """What a form is laid out from."""

    version: int
    sections: tuple[str, ...]
    languages: tuple[str, ...]
    asked_by: str
    highest: int
    off: tuple[str, ...]
    organization: str

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> "Order":
        found: dict[str, Any] = {key: tuple(one) if isinstance(one, list) else one for key, one in written.items()}
        return cls(**found)

    @property
    def key(self) -> str:
        said = json.dumps([asdict(self), _state()], sort_keys=True)
        return f"form-{hashlib.sha256(said.encode()).hexdigest()}"

    @property
    def title(self) -> str:
        return forms.both([words(one).fixed["title"] for one in self.languages])


class NotYet(Exception):
    """A form that is being laid out. `failed` where it could not be."""

    def __init__(self, *, failed: bool) -> None:
        super().__init__("failed" if failed else "waiting")
        self.failed = failed


class TooLarge(Exception):
    """A form that has become larger than one may be, with what is known in it."""


@cache
def _state() -> str:
    """What forms are made of, in a word: a change of it makes them anew."""
    found = hashlib.sha256()
    root = settings.BASE_DIR
    texts = sorted((root / "fixtures" / "questions").rglob("*.yaml"))
    code = sorted((root / "casework" / "documents").glob("*.py"))
    for path in [*(root / one for one in MADE_OF), *texts, *code]:
        found.update(path.read_bytes())
    return found.hexdigest()


def parts(order: Order) -> list[tuple[Section, list[Question]]]:
    """The sections with the questions that the form asks."""
    found = [(one, [two for two in one.questions if _is_in(order, two)]) for one in lists.intake().sections]
    return [(section, asked) for section, asked in found if asked and section.key in order.sections]


def _is_in(order: Order, question: Question) -> bool:
    off = set(order.off) - lists.intake().always_asked
    return (
        rules.asks(order.asked_by, question)
        and question.tier <= order.highest
        and question.key not in off
        and question.section not in off
    )


def questions(order: Order) -> list[Question]:
    return [one for _section, asked in parts(order) for one in asked]


def laid_out(order: Order) -> bytes:
    """The form, blank and without a code. Raises a PaperError."""
    return pdf.from_html(html_of(order), title=order.title, language=order.languages[0], limits=LIMITS, shape=FORM)


def html_of(order: Order) -> str:
    """What the form is laid out from."""
    form = forms.form(order.version, parts(order), order.languages)
    spoken = form.spoken

    def both(key: str) -> str:
        return forms.both([one.fixed[key] for one in spoken])

    facts = {
        "form": form, "first": spoken[0], "title": order.title, "organization": order.organization,
        "page": both("page"), "version": both("version"), "as_of": lists.intake().as_of.isoformat(),
        "packet": both("packet"), "depends": both("depends"), "how": forms.fixed(spoken, "how"),
        "private": forms.fixed(spoken, "private"),
    }  # fmt: skip
    return render_to_string("paper/form.html", facts)


def blank(order: Order) -> bytes:
    """The form as it was laid out before. Raises NotYet, and leaves it to the worker where nobody has yet."""
    kept = shared.get(order.key)
    if isinstance(kept, str) and kept not in (FAILED, WAITING):
        return base64.b64decode(kept)
    if kept != WAITING and shared.add(f"{order.key}-asked", WAITING, WAITS_SECONDS):
        queue.put_in([LAY_OUT], {"order": json.dumps(asdict(order))})
    raise NotYet(failed=kept == FAILED)


def lay_out(order: Order) -> None:
    """Lays it out and keeps it, unless that was done."""
    kept = shared.get(order.key)
    if isinstance(kept, str) and kept != FAILED:
        return
    try:
        made = laid_out(order)
    except pdf.PaperError:
        shared.set(order.key, FAILED, WAITS_SECONDS)
        raise
    shared.set(order.key, base64.b64encode(made).decode(), KEPT_SECONDS)


def somebodys(form: bytes, order: Order, code: str, values: Mapping[str, str], printed_on: date) -> bytes:
    """The form under a code, with what is known in its fields. Raises TooLarge, and a PaperError."""
    made = stamping.stamped(form, code, named=NAMED, about=about(order, code, printed_on), values=values)
    if len(made) > MOST_BYTES:
        raise TooLarge
    return made


def about(order: Order, code: str, printed_on: date) -> str:
    """What a form says of itself: of which questions it is, its code, and when it was printed."""
    return f"intake/{order.version}/{code}/{printed_on.isoformat()}"


def sections_on(form: bytes) -> list[list[str]]:
    """For each page of a form that was laid out, the sections that have a field on it, in their order."""
    of = {one.key: one.section for one in lists.intake()}
    pages = ([name.split(boxes.IN)[0] for name in page] for page in stamping.names_on_pages(form))
    return [list(dict.fromkeys(of[key] for key in keys if key in of)) for keys in pages]


def names(asked: Iterable[Question]) -> frozenset[str]:
    """The fields of a form with these questions."""
    return frozenset(box.name for one in asked for box in boxes.all_of(one))
