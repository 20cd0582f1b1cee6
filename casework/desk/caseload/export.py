"""The caseload as a file for a spreadsheet, for somebody who has just said again who they are."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from django.http import HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework.access import acts
from casework.access.requests import StaffRequest
from casework.cases import whereabouts
from casework.cases.pages import ordered
from casework.custody import caseload
from casework.desk.caseload import rows
from casework.desk.caseload.filters import FilterForm, colleagues, query
from casework.look.sheet import download

EXPORTED, MOST = "caseload.exported", 1_000


@require_http_methods(["GET", "HEAD", "POST"])
def export_cases(request: StaffRequest) -> HttpResponse:
    """A page that says what the file will hold; then the file."""
    acts.may(request.actor, EXPORTED)
    form = FilterForm(request.actor, colleagues(request.actor), request.GET)
    if request.method == "POST" and not is_reauthentication_required(request, app="account"):
        return _file(request, form)
    if request.method == "POST":
        return redirect(f"{resolve_url('export_cases')}{query(form.asked)}")
    answer: HttpResponse = reauthentication_required(app="account")(_ask)(request, form)
    return answer


def _ask(request: StaffRequest, form: FilterForm) -> HttpResponse:
    many = caseload.cases(request.actor, form.asked)[: MOST + 1].count()
    context = {"many": min(many, MOST), "most": MOST, "cut": many > MOST, "filters": form, "query": query(form.asked)}
    return render(request, "desk/caseload/export.html", context)


def _file(request: StaffRequest, form: FilterForm) -> HttpResponse:
    """The list as it stands now. A line in each case, which its team reads, stands before the file is made."""
    order = caseload.ORDERS[form.asked.order]
    found = ordered(caseload.cases(request.actor, form.asked), {}, order=order, size=MOST).rows
    for case in found:
        acts.note_look(request.actor, case, EXPORTED, form.asked.names)
    table = [_heads(), *(_cells(row) for row in rows.ours(request.actor, found))]
    return download(table, f"cases-{timezone.localdate()}.csv")


def _heads() -> list[str]:
    return [
        _("Reference"), _("Person"), _("Stage"), _("For"), _("Language"), _("Custody"), _("Where"), _("Since"),
        _("Confirmed"), _("Next hearing"), _("Zone of the court"), _("Next deadline"), _("Lead"), _("Opened"),
    ]  # fmt: skip


def _cells(row: rows.Row) -> list[str]:
    """A case in words and ISO dates: the hearing on the clock of the court, other instants on the reader's."""
    case = row.case
    zone = whereabouts.zone_of_court(case)
    cells: list[Any] = [
        case.reference, row.name, case.get_stage_display(), ", ".join(row.matters), row.language,
        row.where.badge, row.where.place, case.place_since,
        case.place_as_of and timezone.localtime(case.place_as_of).date(),
        case.next_hearing_at and case.next_hearing_at.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
        case.next_hearing_zone, case.next_deadline_on, row.lead.name if row.lead else "",
        timezone.localtime(case.opened_at).date(),
    ]  # fmt: skip
    return ["" if cell is None else str(cell) for cell in cells]
