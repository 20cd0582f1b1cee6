"""Forms for a whole visit: choosing for whom, watching them being made, the file, taking it away."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from casework.access import acts, lock
from casework.access.doors import open_one
from casework.access.requests import StaffRequest, posted
from casework.custody import visits
from casework.desk.intake import returning
from casework.desk.intake.paper_forms import VisitForm, named
from casework.desk.intake.paper_views import SECONDS, sections
from casework.directory.models import Facility
from casework.intake import actions, batches, progress
from casework.intake.batches import Wanted
from casework.intake.models import KEPT_HOURS, Batch, BatchState, Packet
from casework.intake.paper import printing

STARTED, PRINTED, LISTED = "batch.started", "packet.printed", "case.listed"
NEWEST, HIGHEST = 5, 3
WHY = {
    "nobody": gettext_lazy("Nobody of those who were chosen has a form that you may print now."),
    "layout": gettext_lazy("The form could not be laid out. Choose fewer sections or one language."),
    "lost": gettext_lazy("The work came to nothing. Ask for the forms again."),
}


@require_http_methods(["GET", "HEAD", "POST"])
def visit_forms(request: StaffRequest, key: str) -> HttpResponse:
    """For whom of those in a facility, and which form."""
    acts.may(request.actor, STARTED)
    facility = Facility.objects.filter(pk=key).first()
    if facility is None:
        raise Http404
    there = visits.there(request.actor, facility)
    form = VisitForm(sections(request, HIGHEST), there, request.POST if request.method == "POST" else None)
    made = _started(request, form, facility) if request.method == "POST" else None
    if made is not None:
        return redirect("batch", made.pk)
    acts.note_list(request.actor, LISTED, [one.case for one in there])
    newest = Batch.objects.visible_to(request.actor).filter(facility_key=facility.pk).order_by("-made_at")[:NEWEST]
    context = {
        "place": facility, "form": form, "there": there, "most": batches.MOST, "hours": KEPT_HOURS,
        "made": [(one, batches.is_kept(one, timezone.now())) for one in newest],
    }  # fmt: skip
    return render(request, "desk/intake/visit_forms.html", context)


def _started(request: StaffRequest, form: VisitForm, facility: Facility) -> Batch | None:
    """What was asked for, or what is being made already: whoever presses twice gets one."""
    running: Batch | None = Batch.objects.visible_to(request.actor).filter(state=BatchState.RUNNING).first()
    if running is not None:
        messages.info(request, _("These forms are being made. When they are there you can ask for others."))
        return running
    if not form.is_valid():
        return None
    wanted = Wanted(
        facility.pk, facility.name, form.cases, form.cleaned_data["sections"], form.languages,
        form.cleaned_data["filled"],
    )  # fmt: skip
    try:
        made: Batch = actions.start_batch(request.actor, wanted=wanted)
    except ValidationError as error:
        form.add_error(None, error)
        return None
    return made


@require_safe
def batch(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Forms as they stand: how far they have come, the file, or why there is none.

    While they are made the page asks again by the clock: that is no use of the session, and no look.
    """
    if lock.AGAIN in request.GET:
        rows = Batch.objects.visible_to(request.actor).filter(pk=pk, state=BatchState.RUNNING)
        running = rows.first()
        return _under_way(request, running) if running else redirect("batch", pk)
    made: Batch = open_one(request.actor, Batch.objects, pk)
    if made.state == BatchState.RUNNING:
        return _under_way(request, made)
    kept = batches.is_kept(made, timezone.now())
    forms = batches.forms(request.actor, made) if kept else []
    acts.note_list(request.actor, LISTED, [one.case for one in forms])
    context = {
        "made": made, "kept": kept, "whole": len(forms) == made.forms, "rows": forms, "why": WHY.get(made.why, ""),
        "languages": [named(code) for code in made.languages], "hours": KEPT_HOURS,
    }  # fmt: skip
    return render(request, "desk/intake/batch.html", context)


def _under_way(request: StaffRequest, made: Batch) -> HttpResponse:
    many = len(made.cases)
    context = {"made": made, "many": many, "so_far": min(progress.of(made.pk), many)}
    response = render(request, "desk/intake/batch_running.html", context)
    response["Refresh"] = f"{SECONDS}; url=?{lock.AGAIN}=1"
    return response


@require_safe
def batch_file(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """The file, if everybody in it is still theirs to print; a line for each stands before it leaves."""
    made: Batch = open_one(request.actor, Batch.objects, pk)
    forms = batches.forms(request.actor, made)
    if not batches.is_kept(made, timezone.now()) or len(forms) != made.forms:
        return redirect("batch", pk)
    for one in forms:
        acts.note_look(request.actor, one, PRINTED, ("a_number",) if _has_number(one) else ())
    answer = HttpResponse(batches.content(request.actor, made), content_type="application/pdf")
    answer["Content-Disposition"] = 'attachment; filename="forms.pdf"'
    return answer


def _has_number(one: Packet) -> bool:
    order = returning.order_of(one, one.case.organization)
    return one.filled and any(question.key == "a_number" for question in printing.questions(order))


@posted("batch", "pk")
def drop_batch(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    made: Batch = open_one(request.actor, Batch.objects, pk)
    acts.may(request.actor, "batch.dropped", made)
    try:
        actions.drop_batch(request.actor, made)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Nothing of it is kept."))
    return redirect("batch", pk)
