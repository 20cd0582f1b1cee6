"""What the pages of paper show: the forms of a case, and one that came back beside what is known."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from casework.access.requests import StaffRequest
from casework.cases.models import Case
from casework.desk.intake.page import Intake
from casework.desk.intake.paper_forms import PaperForm, ReturnedForm, named
from casework.documents import looks
from casework.documents.models import DocumentKind
from casework.intake import words
from casework.intake.answers import Given
from casework.intake.models import AnswerState, Packet
from casework.intake.paper import reading
from casework.intake.paper.reading import NEW, OTHER, SAME, WRONG, Proposed
from casework.intake.questions import lists
from casework.intake.questions.refused import Refused

WHY = {
    reading.TWICE: _("An answer, and a mark that there is none. Look at the paper."),
    reading.UNCLEAR: _("Two answers are marked where one is meant. Look at the paper."),
    reading.LOST: _("A sign was lost when the form was saved. Look at the paper, and type it."),
}
FATES = {NEW: _("New"), SAME: _("As known"), OTHER: _("Differs"), WRONG: _("Not read")}
TONES = {NEW: "accent", SAME: "green", OTHER: "amber", WRONG: "red"}


@dataclass(frozen=True)
class Line:
    """An answer on paper beside what is known, in words. It can be taken over where `can` is."""

    key: str
    label: str
    says: list[str]
    known: list[str]
    seen: int
    fate: str
    tone: str
    why: str
    can: bool
    chosen: bool


@dataclass(frozen=True)
class Part:
    """The lines of a section."""

    key: str
    title: str
    lines: list[Line]


def show(request: StaffRequest, case: Case, form: PaperForm, returned: ReturnedForm) -> HttpResponse:
    """The forms of a case."""
    packets = Packet.objects.visible_to(request.actor).filter(case=case).order_by("-printed_at")
    back = [
        one for one in looks.of_case(request.actor, case)
        if one.document.kind == DocumentKind.INTAKE_FORM and not one.document.withdrawn and one.current
    ]  # fmt: skip
    context = {
        "case": case, "intake": Intake(request.actor, case), "form": form, "returned": returned,
        "packets": [(one, [named(code) for code in one.languages]) for one in packets], "back": back,
    }  # fmt: skip
    return render(request, "desk/intake/paper.html", context)


def parts(proposed: list[Proposed], last: dict[str, Given], refused: dict[str, bool] | None = None) -> list[Part]:
    """What paper says, by section; `refused` are those that were ticked, where somebody comes back to the page."""
    found = []
    for section in lists.intake().sections:
        lines = [_line(one, last, refused) for one in proposed if one.question.section == section.key]
        if lines:
            found.append(Part(section.key, words.text(section.title), lines))
    return found


def _line(one: Proposed, last: dict[str, Given], ticked: dict[str, bool] | None) -> Line:
    given = last.get(one.key)
    stand = (one.known, *one.known.others) if one.known else ()
    known = [line for each in stand for line in words.lines(one.question, each, whole=True)]
    return Line(
        one.key, words.text(one.question.label), _said(one), known,
        given.number if given else 0, str(FATES[one.fate]), TONES[one.fate], _why(one), one.fate in {NEW, OTHER},
        one.fate == NEW if ticked is None else ticked.get(one.key, False),
    )  # fmt: skip


def _said(one: Proposed) -> list[str]:
    if one.answer is None:
        return one.written
    if one.answer.state != "known":
        return [str({AnswerState.NOT_KNOWN: words.NOT_KNOWN, AnswerState.DECLINED: words.DECLINED}[
            AnswerState(one.answer.state)
        ])]  # fmt: skip
    return words.of_value(one.question, one.answer.value, whole=True)


def _why(one: Proposed) -> str:
    if isinstance(one.error, Refused):
        return words.refusal(one.question, one.error)
    return str(WHY[one.error]) if one.error else ""
