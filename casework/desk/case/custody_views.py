"""Custody of a case: where the person is, was and is taken to. No form here touches a proceeding or a hearing."""

import uuid
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from casework.access import acts
from casework.access.doors import open_one
from casework.access.requests import StaffRequest, refusals_said
from casework.access.versions import ChangedMeanwhile
from casework.cases.models import Case
from casework.custody import actions, corrections, courts, follow_ups, looks, places, undoing
from casework.custody.actions import Recorded
from casework.custody.models import Stint
from casework.desk.case import conflicts, custody_page, custody_words, page
from casework.desk.case.custody_forms import CorrectForm, CourtForm, GapForm, MoveForm, ReleaseForm
from casework.desk.case.views import posted

MAY = {
    "record_stay": "custody.booked", "record_release": "custody.released", "correct": "custody.corrected",
    "close_gap": "custody.gap_closed", "set_court": "court.set", "check": "check.recorded",
}  # fmt: skip
BACK = {"checks": "checks"}  # where a form came from, and the page it leads back to


def header(request: StaffRequest, case: Case) -> dict[str, Any]:
    """The header of the case, and what the reader may record about custody."""
    found = page.header(request, case)
    found["may"] |= {name: acts.allowed(request.actor, verb, case) for name, verb in MAY.items()}
    return found


@require_safe
def case_custody(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    case = open_one(request.actor, Case.objects, pk)
    context = header(request, case) | custody_page.context(request.actor, case)
    return render(request, "desk/case/custody.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def record_move(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """A move, or where somebody is who was not held before; `step` "look" shows what follows and saves nothing."""
    case = open_one(request.actor, Case.objects, pk)
    stay = looks.open_stay(request.actor, case)
    last = looks.last_stint(request.actor, stay) if stay else None
    acts.may(request.actor, "custody.moved" if last else "custody.booked", case)
    zone = case.organization.time_zone
    if request.method != "POST":
        initial = {"source": request.GET.get("source", "")}
        return _move_page(request, case, MoveForm(zone, initial=initial), last)
    form = MoveForm(zone, request.POST)
    looked = request.POST.get("step") == "look"
    if not form.is_valid() or looked:
        return _move_page(request, case, form, last, looked=looked)
    try:
        done = _recorded(request, case, form, last)
    except ValidationError as error:
        form.refused(error)
        return _move_page(request, case, form, last)
    return _done(request, case, done)


def _recorded(request: StaffRequest, case: Case, form: MoveForm, last: Stint | None) -> Recorded:
    write: Any = actions.move if last else actions.book
    given = form.cleaned_data
    done: Recorded = write(request.actor, case, where=given["place"], since=form.since, source=given["source"])
    return done


def _done(request: StaffRequest, case: Case, done: Recorded) -> HttpResponse:
    """Says what was recorded, with the way to take it back."""
    words = _("Recorded.")
    if done.tasks:
        opened = ngettext("%(number)s task is open now.", "%(number)s tasks are open now.", done.tasks)
        words = f"{words} {opened % {'number': done.tasks}}"
    messages.success(request, words, extra_tags=reverse("undo_custody", args=[case.pk, done.line]))
    if request.POST.get("from") in BACK:
        return redirect(BACK[request.POST["from"]])
    return redirect("case_custody", case.pk)


def _move_page(
    request: StaffRequest, case: Case, form: MoveForm, last: Stint | None, *, looked: bool = False
) -> HttpResponse:
    """The form, with what would follow from the place that is typed; what only looks does not complain of the rest."""
    place = form.cleaned_data.get("place") if form.is_bound and hasattr(form, "cleaned_data") else None
    if looked:
        form.errors.pop("source", None)
        form.errors.pop("day", None)
        form.errors.pop("clock", None)
    context: dict[str, Any] = {"form": form, "last": last, "case": case, "from": _from(request)}
    if place is not None:
        context |= _follows(request, case, place, form.cleaned_data.get("source") or "")
    if getattr(request, "htmx", False):
        return render(request, "desk/case/custody_follows.html", context)
    context |= header(request, case) | {"on_file": custody_page.name_of(last) if last else ""}
    return render(request, "desk/case/custody_move.html", context)


def _from(request: StaffRequest) -> str:
    found = request.POST.get("from", "") or request.GET.get("from", "")
    return found if found in BACK else ""


def _follows(request: StaffRequest, case: Case, where: places.Where, source: str) -> dict[str, Any]:
    """What would hang on the place, and which tasks would open."""
    actor, now = request.actor, places.place(where)
    before = places.of_stint(looks.known_before(actor, case))
    move = follow_ups.move_of(actor, case, before=before, now=now, source=source)
    contacts = [str(one.name) for one in follow_ups.who_may_know(actor, case)]
    values = follow_ups.values_of(actor, case, now)
    found = custody_page.hangs(actor, case, before, now, court=looks.court(actor, case), source=source)
    return found | {"place": now, "will_open": custody_words.tasks(move, values, contacts)}


@require_http_methods(["GET", "HEAD", "POST"])
def record_release(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, "custody.released", case)
    stay = looks.open_stay(request.actor, case)
    last = looks.last_stint(request.actor, stay) if stay else None
    if last is None:
        return redirect("case_custody", pk)
    form = ReleaseForm(last.time_zone, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            done = actions.release(request.actor, case, reason=form.cleaned_data["reason"], since=form.since)
            return _done(request, case, done)
        except ValidationError as error:
            form.refused(error)
    context = header(request, case) | {"form": form, "last": last, "on_file": custody_page.name_of(last)}
    return render(request, "desk/case/release.html", context | {"from": _from(request)})


@require_http_methods(["GET", "HEAD", "POST"])
def correct_stint(request: StaffRequest, pk: uuid.UUID, stint: uuid.UUID) -> HttpResponse:
    case, row = _of_case(request, pk, stint, "custody.corrected")
    given = corrections.plain_of(request.actor, row)
    initial = {
        "kind": given["kind"], "where": given["where"], "day": given["starts_day"], "clock": given["starts_time"],
        "ends_day": given["ends_day"], "ends_clock": given["ends_time"], "source": given["source"],
        "version": row.version,
    }  # fmt: skip
    form = CorrectForm(request.POST) if request.method == "POST" else CorrectForm(initial=initial)
    status = HTTPStatus.OK
    if form.is_valid():
        try:
            done = corrections.correct(
                request.actor, case, row, where=form.cleaned_data["place"], starts=form.since, ends=form.until,
                source=form.cleaned_data["source"], seen=form.cleaned_data["version"],
            )  # fmt: skip
            return _done(request, case, done)
        except ChangedMeanwhile:
            case, row = _of_case(request, pk, stint, "custody.corrected")
            conflicts.once_more(form, row.version)
            status = HTTPStatus.CONFLICT
        except ValidationError as error:
            form.refused(error)
    context = header(request, case) | {"form": form, "stint": row, "on_file": custody_page.name_of(row)}
    return render(request, "desk/case/correct_stint.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def close_gap(request: StaffRequest, pk: uuid.UUID, stint: uuid.UUID) -> HttpResponse:
    case, row = _of_case(request, pk, stint, "custody.gap_closed")
    form = GapForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            given = form.cleaned_data
            done = corrections.close_gap(request.actor, case, row, where=given["place"], source=given["source"])
            return _done(request, case, done)
        except ValidationError as error:
            form.refused(error)
    context = header(request, case) | {"form": form, "stint": row, "on_file": custody_page.name_of(row)}
    return render(request, "desk/case/close_gap.html", context)


def _of_case(request: StaffRequest, pk: uuid.UUID, stint: uuid.UUID, verb: str) -> tuple[Case, Stint]:
    case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, verb, case)
    row = corrections.one(request.actor, case, stint)
    if row is None:
        raise Http404
    return case, row


@require_http_methods(["GET", "HEAD", "POST"])
def set_court(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """The court on file, with the order that names it: the one way in which it changes."""
    case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, "court.set", case)
    standing = looks.court(request.actor, case)
    initial = {"version": standing.version if standing else 0}
    form, status = CourtForm(request.POST if request.method == "POST" else None, initial=initial), HTTPStatus.OK
    if form.is_valid():
        given = form.cleaned_data
        try:
            courts.set_court(
                request.actor, case, court=given["court"], since=given["since"], order=given["order"],
                seen=given["version"],
            )  # fmt: skip
            messages.success(request, _("The court on file is %(court)s.") % {"court": given["court"].name})
            return redirect("case_custody", pk)
        except ChangedMeanwhile:
            standing = looks.court(request.actor, case)
            conflicts.once_more(form, standing.version if standing else 0)
            status = HTTPStatus.CONFLICT
        except ValidationError as error:
            form.add_error(None, error)
    context = header(request, case) | {"form": form, "court": standing}
    return render(request, "desk/case/court.html", context, status=status)


@posted
def undo_custody(request: StaffRequest, case: Case, line: uuid.UUID) -> HttpResponse:
    with refusals_said(request):
        undoing.undo(request.actor, case, line_id=line)
        messages.success(request, _("Undone: custody stands as before."))
    return redirect("case_activity" if request.POST.get("from") == "activity" else "case_custody", case.pk)
