"""Accepting an intake: what will stand where, one act, and the way back; or declining it, with where else to turn."""

import uuid
import zoneinfo
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from casework.access import acts
from casework.access.doors import open_one
from casework.access.languages import OWN_NAMES
from casework.access.models import Membership
from casework.access.requests import StaffRequest, refusals_said
from casework.access.versions import ChangedMeanwhile
from casework.cases import actions, rules
from casework.cases.models import Case, Stage, StageReason
from casework.desk.case import accept_page, conflicts, page
from casework.desk.case.accept_form import AcceptForm, DeclineForm
from casework.desk.case.views import posted
from casework.desk.case.work_forms import errors_to
from casework.intake import referrals
from casework.intake.acceptance import ground, standing, words
from casework.intake.acceptance.standing import Intake
from casework.intake.acceptance.writing import NotWritten
from casework.intake.actions import accepting

ENDS = ("referred", "declined")
SHEETS = ("en", "es")  # languages of the sheet of other places


@require_http_methods(["GET", "HEAD", "POST"])
def accept_case(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """A case with answers is looked at before; one without is accepted at once, as a post."""
    case: Case = open_one(request.actor, Case.objects, pk)
    if not case.answers.exists() or not rules.may_be_accepted(case.stage):
        return _at_once(request, case)
    acts.may(request.actor, accepting.VERB, case)
    intake = standing.read(request.actor, case)
    if request.method != "POST":
        return _show(request, intake, _form(request, intake))
    form = _form(request, intake, request.POST)
    if not form.is_valid():
        return _show(request, intake, form)
    done = _accepted(request, case, form) if form.is_current else None
    if done is None and not form.errors:
        return _show(request, intake, _once_more(form), status=HTTPStatus.CONFLICT)
    return done or _show(request, intake, form)


def _accepted(request: StaffRequest, case: Case, form: AcceptForm) -> HttpResponse | None:
    """The case's page; None where an act refused, which the form says, or somebody came first."""
    try:
        done = accepting.accept(request.actor, case, **form.arguments())
    except NotWritten as error:
        form.refused(error)
    except ValidationError as error:
        errors_to(form, error)
    except ChangedMeanwhile:
        pass
    else:
        said = _("Accepted. The reference is %(reference)s. For an hour this can be undone.")
        messages.success(
            request, said % {"reference": done.reference}, extra_tags=reverse("undo_acceptance", args=[case.pk])
        )
        return redirect("case", case.pk)
    return None


def _once_more(form: AcceptForm) -> AcceptForm:
    """The form with what was chosen, to be sent for what stands now."""
    posted: Any = form.data
    data = posted.copy()
    data["seal"] = form.intake.seal
    again = AcceptForm(form.intake, form.fields["lead"].queryset, data=data)  # type: ignore[attr-defined]
    again.add_error(
        None, _("An answer or the file changed meanwhile. Look at it again: this is what would be written now.")
    )
    return again


def _at_once(request: StaffRequest, case: Case) -> HttpResponse:
    if request.method == "POST":
        try:
            with refusals_said(request):
                reference = actions.accept(request.actor, case)
                messages.success(request, _("Accepted. The reference is %(reference)s.") % {"reference": reference})
        except ChangedMeanwhile:
            messages.info(request, page.meanwhile())
    return redirect("case", case.pk)


def _form(request: StaffRequest, intake: Intake, data: Any = None) -> AcceptForm:
    case = intake.case
    live = Membership.objects.live().filter(organization_id=case.organization_id, roles__contains=["attorney"])
    attorneys = live.select_related("colleague").order_by("colleague__name")
    leading = next((one for one in page.team(request, case) if one.assignment.role == "lead" and not one.planned), None)
    mine = request.actor.membership_id if "attorney" in request.actor.roles else None
    return AcceptForm(intake, attorneys, leads=leading.assignment.membership_id if leading else mine, data=data)


def _show(request: StaffRequest, intake: Intake, form: AcceptForm, *, status: int = 200) -> HttpResponse:
    if "person.a_number" in form.choices.values():
        acts.note_look(request.actor, intake.case.whose, "person.revealed", ("a_number",))
    context = page.header(request, intake.case) | {
        "form": form,
        "stops": [(one, words.hindrance(one)) for one in ground.hindrances(request.actor, intake)],
        "rooms": accept_page.rooms(intake, form),
        "tasks": accept_page.tasks(intake.plan),
        "answers": accept_page.answers(intake),
        "below_counsel": intake.held.tier < 3,
    }
    return render(request, "desk/case/accept/accept.html", context, status=status)


@posted
def undo_acceptance(request: StaffRequest, case: Case) -> HttpResponse:
    with refusals_said(request):
        reference = accepting.undo(request.actor, case)
        said = _("Undone: the case stands as before. The reference %(reference)s stays used, for this case alone.")
        messages.success(request, said % {"reference": reference})
    return redirect("case", case.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def decline_case(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Why not, and then the sheet that says where else to turn."""
    case: Case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, "case.stage_changed", case)
    if not set(ENDS) & set(rules.next_stages(case.stage)):
        return redirect("case", pk)
    reasons = [
        (one, StageReason(one).label) for one in StageReason.values if any(one in rules.REASONS[to] for to in ENDS)
    ]
    form = DeclineForm(case.version, reasons, request.POST if request.method == "POST" else None)
    status = HTTPStatus.OK
    if request.method == "POST" and form.is_valid():
        try:
            actions.move(request.actor, case, **form.arguments())
        except ValidationError as error:
            errors_to(form, error)
        except ChangedMeanwhile:
            case = Case.objects.visible_to(request.actor).get(pk=pk)
            conflicts.once_more(form, case.version)
            status = HTTPStatus.CONFLICT
        else:
            messages.success(request, _("The case is now: %(stage)s.") % {"stage": Stage(case.stage).label})
            return redirect("declined_case", pk)
    context = page.header(request, case) | {"form": form}
    return render(request, "desk/case/accept/decline.html", context, status=status)


@require_http_methods(["GET", "HEAD"])
def declined_case(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """What the caller gets along: the sheet of other places, in the caller's language."""
    case: Case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, "case.stage_changed", case)
    if case.stage not in ENDS:
        return redirect("case", pk)
    reason = StageReason(case.stage_reason).label if case.stage_reason else ""
    languages = [(code, OWN_NAMES[code]) for code in SHEETS]
    context = page.header(request, case) | {"reason": reason, "languages": languages}
    return render(request, "desk/case/accept/declined.html", context)


@require_safe
def referral_sheet(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """The organization's list of other places on paper, in one of the languages of the questions. It names nobody."""
    case: Case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, "case.stage_changed", case)
    language = request.GET.get("language", "en")
    acts.note_look(request.actor, case, referrals.PRINTED)
    made = referrals.paper(
        request.actor, case.organization, language=language if language in SHEETS else "en",
        printed_on=timezone.localdate(timezone=zoneinfo.ZoneInfo(case.organization.time_zone)),
    )  # fmt: skip
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = 'attachment; filename="places.pdf"'
    return answer
