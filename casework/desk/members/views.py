"""Members, invitations and lost second factors, for administrators. Each POST calls one act."""

import uuid
from dataclasses import asdict
from typing import Any
from zoneinfo import ZoneInfo

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from casework.access import acts, invitations
from casework.access import members as access
from casework.access.models import FactorReset, Invitation, Membership, Role
from casework.access.requests import StaffRequest, here_again, posted, refusals_said
from casework.access.sessions import hashed
from casework.desk.members import rows, words
from casework.desk.members.forms import ALL, FilterForm, InviteForm, MemberForm

ENDED = "here:ended"  # in the session: what the last suspension ended


def zone_of(request: StaffRequest) -> ZoneInfo:
    """The clock of the organization, for somebody who may see its members. Raises PermissionDenied for others."""
    acts.may(request.actor, "members.viewed")
    if request.membership is None:
        raise PermissionDenied("not a member")
    return ZoneInfo(request.membership.organization.time_zone)


def opened(request: StaffRequest, membership_id: uuid.UUID) -> Membership:
    """A member of the organization; 404 for anybody else's."""
    acts.may(request.actor, "members.viewed")
    ours = Membership.objects.filter(organization_id=request.actor.organization)
    ours = ours.select_related("colleague", "presence", "supervisor__colleague")
    found: Membership = get_object_or_404(ours, pk=membership_id)
    return found


def opened_reset(request: StaffRequest, reset_id: uuid.UUID) -> FactorReset:
    acts.may(request.actor, "members.viewed")
    ours = FactorReset.objects.filter(organization_id=request.actor.organization)
    found: FactorReset = get_object_or_404(ours.select_related("membership__colleague"), pk=reset_id)
    return found


@require_safe
def members(request: StaffRequest) -> HttpResponse:
    zone = zone_of(request)
    everybody = rows.rows(request.actor, zone)
    form = FilterForm(request.GET)
    if not form.is_valid():
        form = FilterForm({"role": ALL, "state": ALL})
        form.full_clean()
    role, state = form.cleaned_data["role"], form.cleaned_data["state"]
    shown = [one for one in everybody if role in (ALL, *one.membership.roles) and state in (ALL, one.state)]
    acts.note_list(request.actor, "members.viewed", [one.membership for one in everybody], ("invitations",))
    context = {
        "form": form,
        "filtered": {role, state} != {ALL},
        "everybody": everybody,
        "shown": shown,
        "lost": rows.lost(request.actor),
        "invitations": rows.invitations(request.actor, zone),
        "sessions": sum(one.here.sessions for one in everybody) - 1,  # this browser stays
    }
    return render(request, "desk/members/members.html", context)


@require_http_methods(["GET", "POST"])
def invite_member(request: StaffRequest) -> HttpResponse:
    """Before somebody becomes an administrator, people say again who they are; the form waits in the sealed session."""
    here_again(request, "invite_member")
    zone = zone_of(request)
    again = _earlier(request)
    form = InviteForm(zone, again, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if Role.ADMIN in form.arguments()["roles"]:
            raise_if_reauthentication_required(request, app="account")
        try:
            invited = invitations.invite(request.actor, **form.arguments())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The invitation goes to %(email)s.") % {"email": invited.email})
            return redirect("members")
    return render(request, "desk/members/invite.html", {"form": form})


def _earlier(request: StaffRequest) -> Invitation | None:
    """The invitation that the form begins with, named in the address."""
    try:
        pk = uuid.UUID(request.GET.get("again", ""))
    except ValueError:
        return None
    found = Invitation.objects.filter(organization_id=request.actor.organization, pk=pk).first()
    if found is not None:
        acts.note_look(request.actor, found)
    return found


@posted("members")
def withdraw_invitation(request: StaffRequest, invitation_id: uuid.UUID) -> HttpResponse:
    acts.may(request.actor, "members.viewed")
    get_object_or_404(Invitation, organization_id=request.actor.organization, pk=invitation_id)
    with refusals_said(request):
        gone = invitations.withdraw(request.actor, invitation_id=invitation_id)
        messages.success(request, _("The invitation to %(email)s is withdrawn.") % {"email": gone.email})
    return redirect("members")


@require_http_methods(["GET", "POST"])
def member(request: StaffRequest, membership_id: uuid.UUID) -> HttpResponse:
    here_again(request, "member")
    one = opened(request, membership_id)
    zone = zone_of(request)
    form = MemberForm(one, zone, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _changed(request, form):
        return redirect("member", one.pk)
    acts.note_look(request.actor, one, "member.viewed")
    last = request.session.get(ENDED, {})
    ended = access.Ended(**last["what"]) if last.get("member") == str(one.pk) and one.suspended_at else None
    context: dict[str, Any] = {
        "form": form,
        "member": rows.row(request.actor, one, zone),
        "supervisor": rows.row(request.actor, one.supervisor, zone) if one.supervisor else None,
        "lost": rows.lost(request.actor, one),
        "will_end": words.before(access.would_end(one)),
        "reset_steps": words.of_reset(),
        "done": words.after(ended) if ended else [],
    }
    return render(request, "desk/members/member.html", context)


def _changed(request: StaffRequest, form: MemberForm) -> bool:
    """Whether it is saved; else the form says why not. What is the same as before is no change."""
    if form.has_changed():
        new = form.arguments()
        if Role.ADMIN in new["roles"] and Role.ADMIN not in form.membership.roles:
            raise_if_reauthentication_required(request, app="account")
        try:
            access.change(request.actor, form.membership, **new)
        except ValidationError as error:
            form.add_error(None, error)
            return False
    messages.success(request, _("Saved."))
    return True


@posted("member", "membership_id")
def suspend_member(request: StaffRequest, membership_id: uuid.UUID) -> HttpResponse:
    one = opened(request, membership_id)
    with refusals_said(request):
        ended = access.suspend(request.actor, one)
        request.session[ENDED] = {"member": str(one.pk), "what": asdict(ended)}
        messages.success(request, _("%(name)s is suspended.") % {"name": one.colleague.name})
    return redirect("member", one.pk)


@posted("member", "membership_id")
def restore_member(request: StaffRequest, membership_id: uuid.UUID) -> HttpResponse:
    one = opened(request, membership_id)
    with refusals_said(request):
        access.restore(request.actor, one)
        request.session.pop(ENDED, None)
        messages.success(request, _("%(name)s is restored.") % {"name": one.colleague.name})
    return redirect("member", one.pk)


@posted("member", "membership_id")
def end_member_sessions(request: StaffRequest, membership_id: uuid.UUID) -> HttpResponse:
    one = opened(request, membership_id)
    _say_ended(request, access.end_sessions(request.actor, one, keep=_here(request)))
    return redirect("member", one.pk)


@posted("members")
def end_all_sessions(request: StaffRequest) -> HttpResponse:
    acts.may(request.actor, "members.viewed")
    _say_ended(request, access.end_sessions(request.actor, None, keep=_here(request)))
    return redirect("members")


def _here(request: StaffRequest) -> str:
    """The hashed key of the session that asks."""
    return hashed(request.session.session_key or "")


def _say_ended(request: StaffRequest, ended: int) -> None:
    if ended:
        said = ngettext("%(count)s session is ended.", "%(count)s sessions are ended.", ended) % {"count": ended}
        messages.success(request, said)
    else:
        messages.info(request, _("There was no session to end."))


@posted("member", "membership_id")
def ask_factor_reset(request: StaffRequest, membership_id: uuid.UUID) -> HttpResponse:
    here_again(request, "ask_factor_reset")
    one = opened(request, membership_id)
    raise_if_reauthentication_required(request, app="account")
    with refusals_said(request):
        access.ask_factor_reset(request.actor, one)
        messages.success(request, _("Asked. A second administrator can confirm; else it is done in 24 hours."))
    return redirect("member", one.pk)


@posted("members")
def confirm_factor_reset(request: StaffRequest, reset_id: uuid.UUID) -> HttpResponse:
    reset = opened_reset(request, reset_id)
    with refusals_said(request):
        done = access.confirm_factor_reset(request.actor, reset)
        name = {"name": reset.membership.colleague.name}
        if done:
            messages.success(request, _("The second factors of %(name)s are taken off.") % name)
        else:
            messages.info(request, _("Confirmed. %(name)s also works elsewhere, so the 24 hours stay.") % name)
    return redirect("members")


@posted("members")
def cancel_factor_reset(request: StaffRequest, reset_id: uuid.UUID) -> HttpResponse:
    reset = opened_reset(request, reset_id)
    with refusals_said(request):
        access.cancel_factor_reset(request.actor, reset)
        name = {"name": reset.membership.colleague.name}
        messages.success(request, _("Cancelled. %(name)s keeps the second factor.") % name)
    return redirect("members")
