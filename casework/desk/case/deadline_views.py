"""Deadlines of a case: counted from an event, typed from an order, changed with old and new side by side, ended."""

import uuid
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from casework.access import acts
from casework.access.doors import open_one
from casework.access.requests import StaffRequest
from casework.access.versions import ChangedMeanwhile
from casework.cases.models import Case, CustodyState, Tier
from casework.custody import looks as custody
from casework.desk.case import conflicts, deadline_page
from casework.desk.case.deadline_forms import AddForm, ConfirmForm, DropForm, OrderForm, OverrideForm, typed
from casework.desk.case.docket_views import answer, data, done, header, of_case
from casework.docket import looks
from casework.docket.actions import deadlines
from casework.docket.actions.deadlines import Given
from casework.docket.actions.ground import Recorded
from casework.docket.asking import results
from casework.docket.book import open_book
from casework.docket.models import Deadline, Decision, Hearing
from casework.docket.shown import Shown, shown
from casework.documents import looks as documents

ORDERED = ("title", "day", "zone", "paper", "document")
FORM = "desk/case/docket/form.html"
DETAINED = {CustodyState.DETAINED: "yes", CustodyState.NONE: "unknown"}


def zone_of(request: StaffRequest, case: Case) -> str:
    """The clock of the court on file; the organization's, where none is known."""
    court = custody.court(request.actor, case)
    return court.court.time_zone if court else custody.zone(request.actor, case)


@require_http_methods(["GET", "HEAD", "POST"])
def add_deadline(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Step "look" counts and keeps nothing; "save" keeps the rules that are ticked.

    Whoever comes from a decision or hearing, which the address names with its day, sees the dates at once.
    """
    case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, "deadline.added", case)
    first = {name: request.GET[name] for name in ("event", "on") if name in request.GET}
    first["detained"] = DETAINED.get(CustodyState(case.custody), "no")
    zone = request.GET.get("zone") or zone_of(request, case)
    known = QueryDict(urlencode(first | {"zone": zone})) if {"event", "on"} <= first.keys() else None
    form = AddForm(open_book(), data(request) or known, zone=zone, initial=first)
    page: dict[str, Any] = {"found": [], "form": form, "ticked": request.POST.getlist("rule")}
    if form.is_valid():
        page["found"] = results(request.actor, form)
        if request.POST.get("step") == "save" and not form.errors:
            try:
                return _kept(request, case, form)
            except ValidationError as error:
                form.refused(error)
    asks = form.asks if form.is_bound else []
    return render(request, "desk/case/deadline_new.html", header(request, case) | page | {"asks": asks})


def _kept(request: StaffRequest, case: Case, form: AddForm) -> HttpResponse:
    """Adds the chosen ones, all or none. Raises ValidationError, also where none is chosen."""
    chosen = [one for one in form.rules if one.pk in request.POST.getlist("rule")]
    if not chosen:
        raise ValidationError(_("Tick the rules that count here."))
    last: Recorded[Deadline] | None = None
    for version in chosen:
        last = deadlines.add(request.actor, case, version=version, given=_given(request, case, form, version))
    return done(request, case, last)


def _given(request: StaffRequest, case: Case, form: AddForm, version: Any) -> Given:
    facts, _said = form.facts(form.book.rules[version.rule])
    return Given(
        form.cleaned_data["event"], facts, hearing=_origin(request, case, Hearing, "hearing"),
        decision=_origin(request, case, Decision, "decision"), paper=form.cleaned_data.get("paper", ""),
        target=form.cleaned_data.get("target"),
    )  # fmt: skip


def _origin(request: StaffRequest, case: Case, model: type[Any], name: str) -> Any:
    """The row of the docket from which the address says that somebody came; none, where it names none of this case."""
    try:
        key = uuid.UUID(request.GET.get(name, ""))
    except ValueError:
        return None
    return looks.one(request.actor, case, model, key)


@require_http_methods(["GET", "HEAD", "POST"])
def order_deadline(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, "deadline.ordered", case)
    citable = documents.to_cite(request.actor, case, highest=Tier.REPRESENTATION)
    form = OrderForm(zone_of(request, case), citable, data(request))

    def keep() -> Recorded[Deadline]:
        found: Recorded[Deadline] = deadlines.order(
            request.actor,
            case,
            **{name: form.cleaned_data[name] for name in ORDERED},
        )
        return found

    lede = _("A judge's date takes the place of every rule. On a closed day the next business day counts.")
    return answer(request, case, form, keep, FORM, title=_("Date from an order"), lede=lede, button=_("Write it down"))


@require_safe
def deadline(request: StaffRequest, pk: uuid.UUID, deadline: uuid.UUID) -> HttpResponse:
    case, row = of_case(request, pk, "case.viewed", Deadline, deadline)
    return _show(request, case, row, ConfirmForm(deadlines.dates_of(row), initial=_first(row)))


def _first(row: Deadline) -> dict[str, Any]:
    return {"version": row.version, "keep_on": row.keep_on.isoformat() if row.keep_on else None}


def _show(
    request: StaffRequest, case: Case, row: Deadline, form: ConfirmForm, status: int = HTTPStatus.OK
) -> HttpResponse:
    may = {name: acts.allowed(request.actor, verb, case) for name, verb in (
        ("count", "deadline.changed"), ("confirm", "deadline.confirmed"), ("override", "deadline.overridden"),
        ("finish", "deadline.done"), ("drop", "deadline.dropped"),
    )}  # fmt: skip
    page = header(request, case) | deadline_page.full(request.actor, case, row) | {"form": form}
    page["may"] |= may
    return render(request, "desk/case/deadline.html", page, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def confirm_deadline(request: StaffRequest, pk: uuid.UUID, deadline: uuid.UUID) -> HttpResponse:
    case, row = of_case(request, pk, "deadline.confirmed", Deadline, deadline)
    if request.method != "POST":
        return redirect("deadline", pk, deadline)
    form = ConfirmForm(deadlines.dates_of(row), request.POST)
    status = HTTPStatus.OK
    if form.is_valid():
        try:
            kept = deadlines.confirm(request.actor, case, row, keep_on=form.cleaned_data["keep_on"], seen=form.seen)
            return done(request, case, kept)
        except ChangedMeanwhile:
            row.refresh_from_db()
            conflicts.once_more(form, row.version)
            status = HTTPStatus.CONFLICT
        except ValidationError as error:
            form.refused(error)
    return _show(request, case, row, form, status)


@require_http_methods(["GET", "HEAD", "POST"])
def finish_deadline(request: StaffRequest, pk: uuid.UUID, deadline: uuid.UUID) -> HttpResponse:
    case, row = of_case(request, pk, "deadline.done", Deadline, deadline)
    if request.method != "POST":
        return redirect("deadline", pk, deadline)
    form = ConfirmForm(deadlines.dates_of(row), initial=_first(row))
    try:
        return done(request, case, deadlines.finish(request.actor, case, row, seen=_seen(request)))
    except ChangedMeanwhile:
        row.refresh_from_db()
        return _show(request, case, row, form, HTTPStatus.CONFLICT)
    except ValidationError:
        return redirect("deadline", pk, deadline)


def _seen(request: StaffRequest) -> int:
    typed_version = request.POST.get("version", "")
    return int(typed_version) if typed_version.isascii() and typed_version.isdigit() and len(typed_version) < 10 else 0


@require_http_methods(["GET", "HEAD", "POST"])
def drop_deadline(request: StaffRequest, pk: uuid.UUID, deadline: uuid.UUID) -> HttpResponse:
    case, row = of_case(request, pk, "deadline.dropped", Deadline, deadline)
    form = DropForm(data(request), initial={"version": row.version})

    def keep() -> Recorded[Deadline]:
        reason = form.cleaned_data["reason"]
        found: Recorded[Deadline] = deadlines.drop(request.actor, case, row, reason=reason, seen=form.seen)
        return found

    about = deadline_page.row_of(row, timezone.localdate()).name
    return answer(
        request, case, form, keep, FORM, now=lambda: _version(request, case, row), title=_("It does not count here"),
        about=about, button=_("Drop the deadline"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def override_deadline(request: StaffRequest, pk: uuid.UUID, deadline: uuid.UUID) -> HttpResponse:
    case, row = of_case(request, pk, "deadline.overridden", Deadline, deadline)
    form = OverrideForm(data(request), initial={"version": row.version, "day": row.keep_on})

    def keep() -> Recorded[Deadline]:
        given = {name: form.cleaned_data[name] for name in ("day", "reason")}
        return deadlines.override(request.actor, case, row, **given, seen=form.seen)

    about = deadline_page.row_of(row, timezone.localdate()).name
    return answer(
        request, case, form, keep, FORM, now=lambda: _version(request, case, row), title=_("Another date counts"),
        about=about, lede=_("You stand by it in the place of the rule."), button=_("Set this date"),
    )  # fmt: skip


def _version(request: StaffRequest, case: Case, row: Deadline) -> int:
    standing = looks.one(request.actor, case, Deadline, row.pk)
    return standing.version if standing else 0


@require_http_methods(["GET", "HEAD", "POST"])
def change_deadline(request: StaffRequest, pk: uuid.UUID, deadline: uuid.UUID) -> HttpResponse:
    """Step "look" shows the dates as they are and as they would be; "save" writes them."""
    case, row = of_case(request, pk, "deadline.changed", Deadline, deadline)
    if row.basis not in ("rule", "target") or not row.is_open or row.rule_version is None:
        return redirect("deadline", pk, deadline)
    form = AddForm(open_book(), data(request), zone=row.time_zone, initial=typed(row, row.version))
    version = next((one for one in form.rules if one.rule == row.rule_version.rule), None)
    new, status = None, HTTPStatus.OK
    if form.is_valid() and version is not None:
        try:
            new = _recounted(request, case, row, form, version)
            if request.POST.get("step") == "save":
                given = _given_of(row, form, version)
                return done(request, case, deadlines.change(request.actor, case, row, given=given, seen=form.seen))
        except ChangedMeanwhile:
            row = _standing(request, case, row)
            conflicts.once_more(form, row.version)
            status = HTTPStatus.CONFLICT
        except ValidationError as error:
            form.refused(error)
    elif form.is_bound and version is None:
        form.add_error("event", _("This event does not start the rule of this deadline."))
    page = {"form": form, "asks": form.asks, "row": deadline_page.row_of(row, timezone.localdate()), "new": new}
    return render(request, "desk/case/deadline_change.html", header(request, case) | page, status=status)


def _standing(request: StaffRequest, case: Case, row: Deadline) -> Deadline:
    found: Deadline | None = looks.one(request.actor, case, Deadline, row.pk)
    if found is None:
        raise Http404
    return found


def _given_of(row: Deadline, form: AddForm, version: Any) -> Given:
    facts, _said = form.facts(form.book.rules[version.rule])
    return Given(
        form.cleaned_data["event"], facts, hearing=row.hearing, decision=row.decision,
        paper=form.cleaned_data.get("paper", ""), target=form.cleaned_data.get("target"),
    )  # fmt: skip


def _recounted(request: StaffRequest, case: Case, row: Deadline, form: AddForm, version: Any) -> Shown:
    given = _given_of(row, form, version)
    return shown(version, deadlines.count(form.book, version, given))
