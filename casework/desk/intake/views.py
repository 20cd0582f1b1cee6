"""Taking an intake: the first call, its sections, each answer as it is given."""

import uuid
from dataclasses import dataclass

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from casework.access import acts
from casework.access.doors import open_one
from casework.access.requests import StaffRequest, posted
from casework.cases.models import Case
from casework.cases.rules import may_be_accepted
from casework.desk.intake import keeping
from casework.desk.intake.controls import Cells
from casework.desk.intake.form import QuestionsForm
from casework.desk.intake.page import FIRST_CALL, Intake, Part, blocks, offered
from casework.intake import words
from casework.intake.questions.definition import Question
from casework.look import dates

SALT, OFFERED = "intake", "handover.offered"


@dataclass(frozen=True)
class Where:
    """Of which intake a page speaks: a case, or the file that the first answer will open (`start`, signed)."""

    case: Case | None
    start: str

    @property
    def file(self) -> uuid.UUID:
        return _file(self.start)


@require_http_methods(["GET", "HEAD", "POST"])
def new_intake(request: StaffRequest) -> HttpResponse:
    """The first call, before anything is answered: a person and a case come with the first answer."""
    acts.may(request.actor, "case.opened")
    start = request.POST.get("start", "") or _start(request)
    return _page(request, _where(request, start), FIRST_CALL)


@require_http_methods(["GET", "HEAD", "POST"])
def intake_part(request: StaffRequest, pk: uuid.UUID, part: str) -> HttpResponse:
    case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, "answer.saved", case)
    return _page(request, Where(case, ""), part)


@require_safe
def intake(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """The sections as a list of tasks."""
    case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, "answer.saved", case)
    met = Intake(request.actor, case)
    parts = met.parts()
    context = {
        "intake": met, "case": case, "parts": parts, "urgent": met.urgent(),
        "answered": sum(one.answered for one in parts[1:]), "asked": sum(one.asked for one in parts[1:]),
        "next": next((one for one in parts if not one.is_done), None), "flags": met.flags(),
        "may_screen": acts.allowed(request.actor, "screening.viewed", case), "stops": met.stops,
        "may_print": acts.allowed(request.actor, "packet.made", case),
        "may_offer": acts.allowed(request.actor, OFFERED, case) and may_be_accepted(case.stage),
    }  # fmt: skip
    return render(request, "desk/intake/intake.html", context)


@posted("intakes")
def answer(request: StaffRequest) -> HttpResponse:
    """One answer, as it is given; what the page needs to go on with it."""
    part, only = request.POST.get("part", ""), request.POST.get("only", "")
    where = _where(request, request.POST.get("start", ""), request.POST.get("case", ""))
    met = Intake(request.actor, where.case)
    question = next((one for one in met.all_of(part) if one.key == only), None)
    if question is None:
        raise Http404
    before = [one.key for one in met.shown(part)]
    form = QuestionsForm([question], met.last, request.POST)
    kept = keeping.keep(request, met, where.file if where.start else None, form)
    shown = met.shown(part)
    again = QuestionsForm([*shown, *([] if question in shown else [question])], met.last)
    asked = [(key, again.asked(one) if one else None) for key, one in _changed(met, part, before, only)]
    one = (form if kept.wrong else again).asked(question)
    _give_room(one.field.field.widget, more=request.POST.get("add") == only)
    context = {
        "one": one, "intake": met, "case": met.case, "part": part, "kept": kept,
        "changed": asked, "urgent": met.urgent(), "parts": met.parts(), "time": _clock(),
        "listed": part != FIRST_CALL,  # the sections stand beside each of them, not beside the first call
        "whole": "add" in request.POST or "remove" in request.POST or "keep" in request.POST,
    }  # fmt: skip
    response = render(request, "desk/intake/answered.html", context)
    if where.case is None and met.case is not None:
        response["HX-Replace-Url"] = reverse("intake_part", args=[met.case.pk, part])
    return response


def _changed(met: Intake, part: str, before: list[str], only: str) -> list[tuple[str, Question | None]]:
    """Questions that are shown since this answer, and places of those that are no more."""
    shown = {one.key: one for one in met.shown(part)}
    return [
        (one.key, shown.get(one.key))
        for one in met.all_of(part)
        if one.key != only and (one.key in shown) != (one.key in before)
    ]


def _page(request: StaffRequest, where: Where, part: str) -> HttpResponse:
    met = Intake(request.actor, where.case)
    questions = met.shown(part)
    if not questions and not met.all_of(part):
        raise Http404
    form = QuestionsForm(questions, met.last, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        kept = keeping.keep(request, met, where.file if where.start else None, form)
        if not kept.wrong:
            return _go_on(request, met, part, saved=kept.saved)
        if kept.saved:
            messages.info(request, _("What was right is saved. Look at what is marked."))
    if more := form.fields.get(request.GET.get("more", "")):
        _give_room(more.widget, more=True)
    keeping.note_a_number(request, met, questions)
    context = {
        "intake": met, "case": met.case, "start": where.start, "part": part, "form": form,
        "blocks": blocks(met, form, part), "lists": offered(form.questions), "urgent": met.urgent(),
        "parts": met.parts(), "stops": met.stops, "next": _next(met, part), "section": met.section(part),
        "title": words.text(section.title) if (section := met.section(part)) else _("First call"),
    }  # fmt: skip
    return render(request, "desk/intake/part.html", context)


def _go_on(request: StaffRequest, met: Intake, part: str, *, saved: int) -> HttpResponse:
    """Where a form that was right leads: to the page itself, or to the next one."""
    if met.case is None:
        messages.info(request, _("Nothing is answered yet. The first answer opens the intake."))
        return redirect("new_intake")
    if saved:
        messages.success(request, _("Saved %(time)s.") % {"time": _clock()})
    if add := request.POST.get("add", ""):
        return redirect(f"{reverse('intake_part', args=[met.case.pk, part])}?more={add}#q-{add}")
    if request.POST.get("go") == "list":
        return redirect("intake", met.case.pk)
    on = _next(met, part) if request.POST.get("go") == "next" else None
    return redirect("intake_part", met.case.pk, on.key) if on else redirect("intake_part", met.case.pk, part)


def _next(met: Intake, part: str) -> Part | None:
    """The section after this one in which something is asked."""
    keys = [one.key for one in met.parts()]
    at = keys.index(part) + 1 if part in keys else 0
    return met.parts()[at] if at < len(keys) else None


def _clock() -> str:
    return str(dates.clock(timezone.localtime()))


def _give_room(widget: object, *, more: bool) -> None:
    """One more empty row for a list."""
    if more and isinstance(widget, Cells):
        widget.more = 1


def _start(request: StaffRequest) -> str:
    """The id of the file that the first answer will open; sent twice, the same answer opens one."""
    return signing.dumps([str(uuid.uuid4()), str(request.actor.membership_id)], salt=SALT)


def _file(start: str) -> uuid.UUID:
    """Raises Http404 for what this product has not signed."""
    try:
        return uuid.UUID(signing.loads(start, salt=SALT)[0])
    except signing.BadSignature as error:
        raise Http404 from error


def _where(request: StaffRequest, start: str, case: str = "") -> Where:
    """The case that a form speaks of, or that an earlier answer of the same page has opened."""
    if start:
        file = _file(start)
        if signing.loads(start, salt=SALT)[1] != str(request.actor.membership_id):
            raise Http404
        found = Case.objects.visible_to(request.actor).filter(person_id=file).first()
        return Where(open_one(request.actor, Case.objects, found.pk) if found else None, start)
    try:
        return Where(open_one(request.actor, Case.objects, uuid.UUID(case)), "")
    except ValueError as error:
        raise Http404 from error
