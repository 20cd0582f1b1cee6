"""Proceedings, charges, decisions and bond of a case: forms about what a court or the Board decides."""

import uuid
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework.access import acts
from casework.access.doors import open_one
from casework.access.requests import StaffRequest
from casework.cases.models import Case
from casework.desk.case.docket_outcomes import (
    BondDecidedForm,
    BondEndForm,
    BondPostedForm,
    BondRequestForm,
    ChargeForm,
    ChargeStateForm,
    DecisionForm,
    EndForm,
    ProceedingForm,
)  # fmt: skip
from casework.desk.case.docket_views import answer, data, of_case
from casework.directory.models import Code
from casework.docket import looks
from casework.docket.actions import bonds, decisions, proceedings
from casework.docket.actions.ground import Recorded
from casework.docket.models import Bond, Charge, Decision, Proceeding

SIMPLE = "desk/case/docket/form.html"
View = Callable[..., HttpResponse]


def _simple(
    request: StaffRequest, case: Case, form: Any, keep: Callable[[], Any], row: Any = None, **words: Any
) -> HttpResponse:
    """A form under a title, with the words on its button; and whether what it is about can be taken off as wrong."""

    def now() -> int:
        stands = looks.one(request.actor, case, type(row), row.pk) if row is not None else None
        return stands.version if stands else 0

    return answer(request, case, form, keep, SIMPLE, now=now, row=row, **words)


@require_http_methods(["GET", "HEAD", "POST"])
def open_proceeding(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, "proceeding.opened", case)
    form = ProceedingForm(data(request))
    return _simple(
        request, case, form, lambda: proceedings.open_one(request.actor, case, values=form.values()),
        title=_("Open a proceeding"), button=_("Open it"),
        lede=_("Entering a hearing opens the usual one by itself. Here you open one that has no hearing yet."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def change_proceeding(request: StaffRequest, pk: uuid.UUID, proceeding: uuid.UUID) -> HttpResponse:
    case, row = of_case(request, pk, "proceeding.changed", Proceeding, proceeding)
    form = ProceedingForm(data(request), row)
    return _simple(
        request, case, form, lambda: proceedings.change(request.actor, case, row, values=form.values(), seen=form.seen),
        row, title=_("Change the proceeding"), button=_("Save the proceeding"), wrong="proceeding",
        lede=_("The court of the removal proceeding is the court on file, which an order or a paper sets."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def end_proceeding(request: StaffRequest, pk: uuid.UUID, proceeding: uuid.UUID) -> HttpResponse:
    case, row = of_case(request, pk, "proceeding.ended", Proceeding, proceeding)
    form = EndForm(data(request), initial={"version": row.version})
    return _simple(
        request, case, form,
        lambda: proceedings.end(request.actor, case, row, ended_on=form.cleaned_data["ended_on"], seen=form.seen),
        row, title=_("End the proceeding"), button=_("End it"), about=row.get_kind_display(),
        lede=_("When nothing more is decided in it. Its hearings stay as they are."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def add_charge(request: StaffRequest, pk: uuid.UUID, proceeding: uuid.UUID) -> HttpResponse:
    case, row = of_case(request, pk, "charge.added", Proceeding, proceeding)
    form = ChargeForm(data(request))

    def keep() -> Recorded[Charge]:
        code = Code.objects.get(key=form.cleaned_data["code"])
        found: Recorded[Charge] = proceedings.add_charge(request.actor, case, proceeding=row, code=code)
        return found

    return _simple(
        request, case, form, keep, title=_("Enter a charge"), button=_("Enter it"), about=row.get_kind_display(),
        lede=_("One charge at a time, as the Notice to Appear has it."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def change_charge(request: StaffRequest, pk: uuid.UUID, charge: uuid.UUID) -> HttpResponse:
    case, row = of_case(request, pk, "charge.changed", Charge, charge)
    form = ChargeStateForm(data(request), initial={"state": row.state, "version": row.version})
    return _simple(
        request, case, form,
        lambda: proceedings.change_charge(request.actor, case, row, state=form.cleaned_data["state"], seen=form.seen),
        row, title=_("What became of the charge"), button=_("Save it"), about=str(row.code.meaning), wrong="charge",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def record_decision(request: StaffRequest, pk: uuid.UUID, proceeding: uuid.UUID) -> HttpResponse:
    case, row = of_case(request, pk, "decision.recorded", Proceeding, proceeding)
    form = DecisionForm(row, data(request))
    return _simple(
        request, case, form,
        lambda: decisions.record(request.actor, case, proceeding=row, values=form.values()),
        title=_("Record a decision"), button=_("Record the decision"), about=row.get_kind_display(),
        lede=_("Periods count from how and when it was given."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def change_decision(request: StaffRequest, pk: uuid.UUID, decision: uuid.UUID) -> HttpResponse:
    case, row = of_case(request, pk, "decision.changed", Decision, decision)
    proceeding = looks.one(request.actor, case, Proceeding, row.proceeding_id)
    form = DecisionForm(proceeding, data(request), row)
    return _simple(
        request, case, form, lambda: decisions.change(request.actor, case, row, values=form.values(), seen=form.seen),
        row, title=_("Change the decision"), button=_("Save the decision"), wrong="decision",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def request_bond(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, "bond.requested", case)
    form = BondRequestForm(data(request))
    return _simple(
        request, case, form, lambda: bonds.request(request.actor, case, values=form.values()),
        title=_("Request for bond"), button=_("Enter the request"),
        lede=_("What is asked for, and under what provision DHS holds the person."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def change_bond(request: StaffRequest, pk: uuid.UUID, bond: uuid.UUID) -> HttpResponse:
    case, row = of_case(request, pk, "bond.changed", Bond, bond)
    form = BondRequestForm(data(request), row)
    return _simple(
        request, case, form, lambda: bonds.change(request.actor, case, row, values=form.values(), seen=form.seen), row,
        title=_("Change the request for bond"), button=_("Save the request"), wrong="bond",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def decide_bond(request: StaffRequest, pk: uuid.UUID, bond: uuid.UUID) -> HttpResponse:
    case, row = of_case(request, pk, "bond.decided", Bond, bond)
    form = BondDecidedForm(data(request), row)

    def keep() -> Recorded[Bond]:
        found: Recorded[Bond] = bonds.decide(request.actor, case, row, values=form.values(), seen=form.seen)
        return found

    return _simple(
        request, case, form, keep, row, title=_("What was determined on bond"), button=_("Record it"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def post_bond(request: StaffRequest, pk: uuid.UUID, bond: uuid.UUID) -> HttpResponse:
    case, row = of_case(request, pk, "bond.posted", Bond, bond)
    form = BondPostedForm(data(request), initial={"version": row.version})

    def keep() -> Recorded[Bond]:
        given = form.cleaned_data
        found: Recorded[Bond] = bonds.post(
            request.actor, case, row, posted_on=given["posted_on"], posted_by=given["posted_by"],
            receipt=given["receipt"], seen=form.seen,
        )  # fmt: skip
        return found

    return _simple(
        request, case, form, keep, row, title=_("The bond was posted"), button=_("Record it"),
        lede=_("Record the release on the custody page when the person is out: paying a bond does not do it."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def end_bond(request: StaffRequest, pk: uuid.UUID, bond: uuid.UUID) -> HttpResponse:
    case, row = of_case(request, pk, "bond.ended", Bond, bond)
    form = BondEndForm(data(request), initial={"version": row.version})

    def keep() -> Recorded[Bond]:
        given = form.cleaned_data
        found: Recorded[Bond] = bonds.end(
            request.actor, case, row, how=given["end"], ended_on=given["ended_on"], seen=form.seen
        )
        return found

    return _simple(request, case, form, keep, row, title=_("What became of the bond"), button=_("Record it"))
