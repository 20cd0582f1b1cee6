"""The intake on paper: making a form for a case, blank forms, and what comes back."""

import uuid
import zoneinfo
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from casework.access import acts, lock
from casework.access.doors import open_one
from casework.access.models import Organization
from casework.access.requests import StaffRequest
from casework.cases import reach
from casework.cases.models import Case
from casework.desk.intake import paper_page, returning
from casework.desk.intake.paper_forms import PaperForm, ReturnedForm
from casework.documents import pdf
from casework.intake import actions
from casework.intake.answers import asker_of, off_of
from casework.intake.models import Packet
from casework.intake.paper import printing, saying
from casework.intake.paper.printing import BLANK, NotYet, Order, TooLarge
from casework.intake.questions import lists
from casework.intake.questions.definition import Section

MADE, PRINTED = "packet.made", "packet.printed"
SECONDS = 3  # between two looks at a form that is being laid out


@require_http_methods(["GET", "HEAD", "POST"])
def intake_paper(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """The forms of a case: making one, those that were made, and those that came back."""
    case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, MADE, case)
    highest = reach.of(request.actor).writes_up_to(case)
    form = PaperForm(sections(request, highest), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        order = _order(request, form, highest, case.organization)
        packet: Packet = actions.make_packet(request.actor, case, order=order, filled=form.cleaned_data["filled"])
        return redirect("packet", pk, packet.pk)
    return paper_page.show(request, case, form, ReturnedForm())


@require_safe
def packet(request: StaffRequest, pk: uuid.UUID, packet: uuid.UUID) -> HttpResponse:
    """The form as a file; while it is being laid out a page that says so, and looks again by the clock."""
    case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, PRINTED, case)
    row = Packet.objects.visible_to(request.actor).filter(case=case, pk=packet).first()
    if row is None:
        raise Http404
    order = returning.order_of(row, case.organization)
    if order.highest > reach.of(request.actor).writes_up_to(case):
        raise Http404
    try:
        form = printing.blank(order)
        if lock.AGAIN in request.GET:
            return _there(request, case)
        values = saying.known(request.actor, case, printing.questions(order)) if row.filled else {}
        made = printing.somebodys(form, order, row.code, values, _today(case.organization))
    except (NotYet, TooLarge, pdf.PaperError) as state:
        return _waiting(request, case, state)
    acts.note_look(request.actor, row, PRINTED, ("a_number",) if "a_number" in values else ())
    return _file(made, f"intake-{row.code}.pdf")


@require_safe
def blank_form(request: StaffRequest) -> HttpResponse:
    """A form for nobody yet: to keep in a drawer. Without a choice the page on which one chooses."""
    acts.may(request.actor, "case.opened")
    highest = 3 if asker_of(request.actor) == "counsel" else 1
    chosen = "language" in request.GET
    form = PaperForm(sections(request, highest), request.GET if chosen else None, for_case=False)
    if chosen and form.is_valid():
        organization = Organization.objects.get(pk=request.actor.organization)
        order = _order(request, form, highest, organization)
        try:
            empty = printing.blank(order)
            if lock.AGAIN in request.GET:
                return _there(request, None)
            made = printing.somebodys(empty, order, BLANK, {}, _today(organization))
        except (NotYet, TooLarge, pdf.PaperError) as state:
            return _waiting(request, None, state)
        return _file(made, "intake.pdf")
    return render(request, "desk/intake/blank.html", {"form": form})


def sections(request: StaffRequest, highest: int) -> list[Section]:
    """The sections in which something is asked that the actor may ask and this tier may read."""
    every = tuple(one.key for one in lists.intake().sections)
    off = tuple(sorted(off_of(request.actor)))
    order = Order(lists.intake().version, every, ("en",), asker_of(request.actor), highest, off, "")
    return [section for section, _asked in printing.parts(order)]


def _order(request: StaffRequest, form: PaperForm, highest: int, organization: Organization) -> Order:
    return Order(
        lists.intake().version, tuple(form.cleaned_data["sections"]), form.languages, asker_of(request.actor), highest,
        tuple(sorted(off_of(request.actor))), organization.name,
    )  # fmt: skip


def _today(organization: Organization) -> Any:
    return timezone.localdate(timezone=zoneinfo.ZoneInfo(organization.time_zone))


def _waiting(request: StaffRequest, case: Case | None, state: Exception) -> HttpResponse:
    address = request.GET.copy()
    address[lock.AGAIN] = "1"
    failed = not isinstance(state, NotYet) or state.failed
    context = {"case": case, "failed": failed, "large": isinstance(state, TooLarge)}
    response = render(request, "desk/intake/laying_out.html", context)
    if not failed:
        response["Refresh"] = f"{SECONDS}; url=?{address.urlencode()}"
    return response


def _there(request: StaffRequest, case: Case | None) -> HttpResponse:
    """The page that looked by itself, once the form is there: it fetches the file, and does not stay as it was."""
    address = request.GET.copy()
    del address[lock.AGAIN]
    file = f"{request.path}?{address.urlencode()}" if address else request.path
    response = render(request, "desk/intake/laying_out.html", {"case": case, "file": file})
    response["Refresh"] = f"0; url={file}"
    return response


def _file(made: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
