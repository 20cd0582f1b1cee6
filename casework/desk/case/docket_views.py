"""The docket of a case: its page and what is recorded of hearings. No form here says where the person is held."""

import uuid
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from casework.access import acts
from casework.access.doors import open_one
from casework.access.models import Membership
from casework.access.requests import StaffRequest, refusals_said
from casework.access.versions import ChangedMeanwhile
from casework.cases.models import Case
from casework.desk.case import conflicts, deadline_page, docket_page, page
from casework.desk.case.docket_forms import ActForm, AdjournForm, HearingForm, VacateForm, standing
from casework.desk.case.docket_outcomes import held_form
from casework.desk.case.views import posted
from casework.docket import defaults, looks, undoing
from casework.docket.actions import hearings, held
from casework.docket.actions.ground import Recorded
from casework.docket.actions.hearings import Next
from casework.docket.models import Hearing, Proceeding
from casework.docket.models.kinds import HearingKind

MAY = {
    "change_hearing": "hearing.changed", "adjourn_hearing": "hearing.adjourned",
    "hold_hearing": "hearing.held", "open_proceeding": "proceeding.opened", "change_proceeding": "proceeding.changed",
    "decide": "decision.recorded", "charge": "charge.added", "bond": "bond.requested", "withdraw": "docket.withdrawn",
    "set_court": "court.set", "add_deadline": "deadline.added", "order_deadline": "deadline.ordered",
}  # fmt: skip


def header(request: StaffRequest, case: Case) -> dict[str, Any]:
    """The header of the case, and what the reader may record on its docket."""
    found = page.header(request, case)
    found["may"] |= {name: acts.allowed(request.actor, verb, case) for name, verb in MAY.items()}
    return found


@require_safe
def case_docket(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    case = open_one(request.actor, Case.objects, pk)
    context = header(request, case) | docket_page.context(request.actor, case)
    context |= deadline_page.context(request.actor, case)
    return render(request, "desk/case/docket/docket.html", context)


Keep = Callable[[], Recorded[Any] | None]


def answer(
    request: StaffRequest, case: Case, form: ActForm, keep: Keep, template: str, *,
    now: Callable[[], int] | None = None, **context: Any,
) -> HttpResponse:  # fmt: skip
    """A form of the docket: its page, or what its act wrote. `now` is the version that stands, for who comes second."""
    status = HTTPStatus.OK
    if form.is_valid():
        try:
            return done(request, case, keep())
        except ChangedMeanwhile:
            conflicts.once_more(form, now() if now else 0)
            status = HTTPStatus.CONFLICT
        except ValidationError as error:
            form.refused(error)
    return render(request, template, header(request, case) | context | {"form": form}, status=status)


def done(request: StaffRequest, case: Case, recorded: Recorded[Any] | None) -> HttpResponse:
    """Says what was recorded, with the way to take it back."""
    if recorded is None:
        messages.info(request, _("Nothing was changed."))
        return redirect("case_docket", case.pk)
    words = _("Recorded.")
    if recorded.tasks:
        opened = ngettext("%(number)s task is open now.", "%(number)s tasks are open now.", recorded.tasks)
        words = f"{words} {opened % {'number': recorded.tasks}}"
    messages.success(request, words, extra_tags=reverse("undo_docket", args=[case.pk, recorded.line]))
    return redirect("case_docket", case.pk)


def data(request: StaffRequest) -> Any:
    return request.POST if request.method == "POST" else None


def of_case(request: StaffRequest, pk: uuid.UUID, verb: str, model: type[Any], key: uuid.UUID) -> tuple[Case, Any]:
    """The case, for somebody who may do this to it, and a row of its docket."""
    case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, verb, case)
    row = looks.one(request.actor, case, model, key)
    if row is None:
        raise Http404
    return case, row


def choices(request: StaffRequest, case: Case, row: Hearing | None = None) -> dict[str, Any]:
    """Who may appear, and the open proceedings of the case; with whom and what a hearing names already."""
    live = Membership.objects.live().filter(roles__overlap=["attorney"])
    ours = Membership.objects.filter(organization_id=request.actor.organization, colleague__isnull=False)
    may = ours.filter(Q(pk__in=live.values("pk")) | Q(pk=row.appearing_id if row else None))
    rows = looks.of_case(request.actor, case, Proceeding)
    return {
        "appear": may.select_related("colleague").order_by("colleague__name"),
        "proceedings": rows.filter(Q(ended_on=None) | Q(pk=row.proceeding_id if row else None)).order_by("recorded_at"),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def add_hearing(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """A hearing; `after` in the address names the one that it follows, `kind` what it is for."""
    case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, "hearing.added", case)
    after = _after(request, case)
    kind = request.GET.get("kind", "")
    if after is not None:
        initial = standing(after) | {"day": None, "clock": None, "which": "", "note": "", "minutes": None}
    else:
        initial = defaults.of_new(request.actor, case, kind=kind if kind in HearingKind.values else "")
    form = HearingForm(data(request), initial=initial, **choices(request, case))

    def keep() -> Recorded[Hearing]:
        found: Recorded[Hearing] = hearings.add(
            request.actor, case, when=form.when, values=form.values(), after=after
        )  # fmt: skip
        return found

    return answer(request, case, form, keep, "desk/case/docket/hearing_form.html", after=after)


def _after(request: StaffRequest, case: Case) -> Hearing | None:
    """The hearing that the new one follows, by the address."""
    try:
        key = uuid.UUID(request.GET.get("after", ""))
    except ValueError:
        return None
    found: Hearing | None = looks.one(request.actor, case, Hearing, key)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def change_hearing(request: StaffRequest, pk: uuid.UUID, hearing: uuid.UUID) -> HttpResponse:
    case, row = of_case(request, pk, "hearing.changed", Hearing, hearing)
    form = HearingForm(data(request), initial=standing(row), **choices(request, case, row))

    def keep() -> Recorded[Hearing] | None:
        return hearings.change(request.actor, case, row, when=form.when, values=form.values(), seen=form.seen)

    return answer(
        request, case, form, keep, "desk/case/docket/hearing_form.html", now=lambda: _now(request, case, row), row=row
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def adjourn_hearing(request: StaffRequest, pk: uuid.UUID, hearing: uuid.UUID) -> HttpResponse:
    case, row = of_case(request, pk, "hearing.adjourned", Hearing, hearing)
    form = AdjournForm(row, data(request))

    def keep() -> Recorded[Hearing]:
        reason, following = form.cleaned_data["reason"], _next(form.following)
        return hearings.adjourn(request.actor, case, row, reason=reason, following=following, seen=form.seen)

    return answer(
        request, case, form, keep, "desk/case/docket/adjourn.html", now=lambda: _now(request, case, row), row=row
    )


@require_http_methods(["GET", "HEAD", "POST"])
def hold_hearing(request: StaffRequest, pk: uuid.UUID, hearing: uuid.UUID) -> HttpResponse:
    case, row = of_case(request, pk, "hearing.held", Hearing, hearing)
    form = held_form(row, data(request))

    def keep() -> Recorded[Hearing]:
        return held.held(
            request.actor, case, row, outcome=form.cleaned_data["outcome"], following=_next(form.following),
            decided=form.decided(), seen=form.seen,
        )  # fmt: skip

    return answer(
        request, case, form, keep, "desk/case/docket/held.html", now=lambda: _now(request, case, row), row=row,
        is_bond=row.kind == HearingKind.BOND,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def vacate_hearing(request: StaffRequest, pk: uuid.UUID, hearing: uuid.UUID) -> HttpResponse:
    case, row = of_case(request, pk, "hearing.vacated", Hearing, hearing)
    form = VacateForm(row, data(request))

    def keep() -> Recorded[Hearing]:
        return hearings.vacate(request.actor, case, row, reason=form.cleaned_data["reason"], seen=form.seen)

    return answer(
        request, case, form, keep, "desk/case/docket/vacate.html", now=lambda: _now(request, case, row), row=row
    )


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_entry(request: StaffRequest, pk: uuid.UUID, kind: str, entry: uuid.UUID) -> HttpResponse:
    """Takes a wrong entry off the docket; whoever comes without a form is led to the docket."""
    if kind not in undoing.ROWS:
        raise Http404
    case, row = of_case(request, pk, "docket.withdrawn", undoing.ROWS[kind], entry)
    if request.method == "POST":
        with refusals_said(request):
            return done(request, case, undoing.withdraw(request.actor, case, row))
    return redirect("case_docket", pk)


@posted
def undo_docket(request: StaffRequest, case: Case, line: uuid.UUID) -> HttpResponse:
    with refusals_said(request):
        undoing.undo(request.actor, case, line_id=line)
        messages.success(request, _("Undone: the docket stands as before."))
    return redirect("case_activity" if request.POST.get("from") == "activity" else "case_docket", case.pk)


def _next(found: tuple[Any, str] | None) -> Next | None:
    return Next(*found) if found else None


def _now(request: StaffRequest, case: Case, row: Any) -> int:
    """The version that stands; what is gone meanwhile has none."""
    stands = looks.one(request.actor, case, type(row), row.pk)
    return stands.version if stands else 0
