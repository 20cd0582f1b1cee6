"""What administrators do about members: roles and time, suspension, sessions, lost second factors.

The rows are written by functions of the database (`walls_members.sql`), which ask again who speaks.
"""

import uuid
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from psycopg.errors import InsufficientPrivilege

from casework.access import delegation
from casework.access.actor import Actor
from casework.access.acts import Happened, act
from casework.access.context import on_duty, session
from casework.access.models import FactorReset, Invitation, Membership, Organization, Role
from casework.access.rules import MemberState, may_appear, member_state

# What the functions of the database refuse, in words for people.
REFUSALS = {
    "last administrator": gettext_lazy(
        "The organization needs one administrator without an end date. Give somebody else that role first."
    ),
    "not a member, or suspended already": gettext_lazy("This member is suspended already."),
    "not a member, or not suspended": gettext_lazy("This member is not suspended."),
    "not possible for this member": gettext_lazy("Somebody has asked for this already, or the access is not active."),
    "needs a second administrator": gettext_lazy(
        "This needs a second administrator: neither the one who asked nor the person, and while the request is open."
    ),
    "not open": gettext_lazy("This request was done or cancelled already."),
}


@dataclass(frozen=True)
class Ended:
    """What ends with a suspension: how many of each.

    `jobs` wait in the queue and will do nothing; `resets` are requests to take off a second factor, the member's own
    or asked for by the member.
    """

    sessions: int
    invitations: int
    resets: int
    jobs: int

    @property
    def kinds(self) -> tuple[str, ...]:
        """Of which there was at least one."""
        return tuple(one.name for one in fields(self) if getattr(self, one.name))


@act("member.changed")
def change(
    actor: Actor, membership: Membership, *, roles: list[str], title: str, bar_number: str, bar_jurisdiction: str,
    accreditation: str, supervisor: Membership | None, starts_at: datetime, ends_at: datetime | None,
) -> Happened[tuple[str, ...]]:  # fmt: skip
    """Sets what a member is and for how long; the names of what is different now. `ends_at` is the first instant after.

    Raises ValidationError, by field where it belongs to one.
    """
    _ours(actor, membership)
    new: dict[str, Any] = {
        "roles": [str(role) for role in Role if role in roles],
        "title": title,
        "bar_number": bar_number,
        "bar_jurisdiction": bar_jurisdiction,
        "accreditation": accreditation,
        "supervisor_id": supervisor.pk if supervisor else None,
        "starts_at": starts_at,
        "ends_at": ends_at,
    }
    errors = _own_errors(actor, membership, new) | _errors(membership, new, supervisor)
    if errors:
        raise ValidationError(errors)
    _ask("SELECT ctx.change_membership(%s, %s, %s, %s, %s, %s, %s, %s, %s)", [membership.pk, *new.values()])
    old = {name: getattr(membership, name) for name in new}
    changes = {name: (old[name], value) for name, value in new.items() if _plain(old[name]) != _plain(value)}
    return Happened(tuple(changes), thing=membership, changes=changes)


@act("member.suspended")
def suspend(actor: Actor, membership: Membership) -> Happened[Ended]:
    """Closes everything to a member until somebody restores them: it holds at the next statement of the database."""
    _ours(actor, membership)
    if membership.pk == actor.member:
        raise ValidationError(_("You cannot suspend yourself. Another administrator can."))
    sessions, invitations, resets = _ask("SELECT * FROM ctx.suspend(%s)", [membership.pk])
    ended = Ended(sessions, invitations, resets, delegation.queued(membership.pk))
    return Happened(ended, thing=membership, fields=("suspended_at", *ended.kinds))


@act("member.restored")
def restore(actor: Actor, membership: Membership) -> Happened[None]:
    """Opens the organization to a suspended member again. What ended with the suspension stays ended."""
    _ours(actor, membership)
    _ask("SELECT ctx.restore(%s)", [membership.pk])
    return Happened(None, thing=membership, fields=("suspended_at",))


@act("sessions.ended")
def end_sessions(actor: Actor, membership: Membership | None, *, keep: str = "") -> Happened[int]:
    """Signs a live member out everywhere, or (without one) every live member; how many sessions it ended.

    `keep` is the hashed key of the session that asks, which stays.
    """
    if membership is not None:
        _ours(actor, membership)
    with session(keep):
        (ended,) = _ask("SELECT ctx.end_sessions(%s::uuid)", [membership.pk if membership else None])
    thing = membership or Organization.objects.get(pk=actor.organization)
    return Happened(ended, thing=thing, fields=("sessions",))


@act("factor_reset.asked")
def ask_factor_reset(actor: Actor, membership: Membership) -> Happened[FactorReset]:
    """Asks to take a member's second factors off. It happens when a second administrator confirms, or in 24 hours."""
    _ours(actor, membership)
    if membership.pk == actor.member:
        raise ValidationError(_("You cannot ask this for yourself. Another administrator can."))
    pk = uuid.uuid4()
    _ask("SELECT ctx.ask_factor_reset(%s, %s)", [pk, membership.pk])
    reset = FactorReset.objects.get(pk=pk)
    return Happened(reset, thing=reset, fields=("second_factors",))


@act("factor_reset.confirmed")
def confirm_factor_reset(actor: Actor, reset: FactorReset) -> Happened[bool]:
    """Confirms it as a second administrator. Whether it is done: for a member of several organizations it waits."""
    _ours(actor, reset)
    (done,) = _ask("SELECT ctx.confirm_factor_reset(%s)", [reset.pk])
    fields = ("confirmed_by", "second_factors", "sessions") if done else ("confirmed_by",)
    return Happened(done, thing=reset, fields=fields)


@act("factor_reset.cancelled")
def cancel_factor_reset(actor: Actor, reset: FactorReset) -> Happened[None]:
    """Lets the member keep the second factors."""
    _ours(actor, reset)
    _ask("SELECT ctx.cancel_factor_reset(%s)", [reset.pk])
    return Happened(None, thing=reset, fields=("cancelled_at",))


@act("factor_reset.objected")
def keep_factor(actor: Actor, reset: FactorReset) -> Happened[None]:
    """The person keeps the second factors, having found them, or never having lost them."""
    if reset.membership.user_id != actor.user_id:
        raise PermissionDenied("somebody else's second factor")
    _ask("SELECT ctx.cancel_factor_reset(%s)", [reset.pk])
    return Happened(None, thing=reset, fields=("cancelled_at",))


def do_due_factor_resets() -> int:
    """Takes off the second factors whose 24 hours are over; how many people's."""
    with on_duty("housekeeping") as actor:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, organization_id FROM ctx.do_factor_resets()")
            done = [FactorReset(pk=pk, organization_id=organization) for pk, organization in cursor.fetchall()]
        for reset in done:
            _factor_reset_done(actor, reset)
    return len(done)


@act("factor_reset.done")
def _factor_reset_done(actor: Actor, reset: FactorReset) -> Happened[None]:
    return Happened(None, thing=reset, fields=("second_factors", "sessions"))


def would_end(membership: Membership) -> Ended:
    """What a suspension would end now, as an administrator of the organization sees it."""
    open_invitations = Invitation.objects.filter(
        invited_by=membership, accepted_at=None, withdrawn_at=None, expires_at__gt=timezone.now()
    )
    return Ended(
        sessions=membership.presence.sessions,
        invitations=open_invitations.count() if Role.ADMIN in membership.roles else 0,
        resets=open_resets().filter(Q(asked_by=membership) | Q(membership=membership)).count(),
        jobs=delegation.queued(membership.pk),
    )


def open_resets() -> Any:
    """The requests to take off a second factor that are neither done nor cancelled, as far as the reader sees them."""
    return FactorReset.objects.filter(done_at=None, cancelled_at=None)


def resets_about(user_id: uuid.UUID) -> Any:
    """The open requests to take this person's own second factor off, from all their organizations."""
    mine = Membership.objects.live().filter(user_id=user_id)
    return open_resets().filter(membership__in=mine).select_related("organization").order_by("due_at")


def resets_to_confirm(actor: Actor) -> Any:
    """The open requests of the organization that wait for this administrator: of others, about others."""
    others = Membership.objects.live().filter(organization_id=actor.organization).exclude(pk=actor.member)
    waiting = open_resets().filter(organization_id=actor.organization, membership__in=others, confirmed_by=None)
    return waiting.exclude(asked_by=actor.member)


def state(membership: Membership, now: datetime | None = None) -> MemberState:
    """Whether the membership counts at `now`."""
    return member_state(
        now=now or timezone.now(), starts_at=membership.starts_at, ends_at=membership.ends_at,
        suspended=membership.suspended_at is not None,
    )  # fmt: skip


def supervisors(organization_id: uuid.UUID) -> Any:
    """Who may supervise: the live attorneys and accredited representatives."""
    return Membership.objects.live().filter(organization_id=organization_id, roles__contains=[Role.ATTORNEY])


def _ours(actor: Actor, row: Membership | FactorReset) -> None:
    """Raises PermissionDenied for a row of another organization; the database would refuse it, too."""
    if row.organization_id != actor.organization:
        raise PermissionDenied("another organization's")


def _own_errors(actor: Actor, membership: Membership, new: dict[str, Any]) -> dict[str, str]:
    """What administrators may not do to themselves: they would be shut out by it."""
    if membership.pk != actor.member:
        return {}
    errors = {}
    if Role.ADMIN not in new["roles"]:
        errors["roles"] = _("You cannot take this role from yourself. Another administrator can.")
    now = timezone.now()
    if new["starts_at"] > now:
        errors["starts_at"] = _("You would shut yourself out. Choose today or earlier.")
    if new["ends_at"] and new["ends_at"] <= now:
        errors["ends_at"] = _("You would shut yourself out. Choose a later day.")
    return errors


def _errors(membership: Membership, new: dict[str, Any], supervisor: Membership | None) -> dict[str, str]:
    """What is wrong with the new state of a membership, by field."""
    errors = {}
    if not new["roles"]:
        errors["roles"] = _("Choose one or more.")
    if new["bar_number"] and not new["bar_jurisdiction"]:
        errors["bar_jurisdiction"] = _("Say where the bar number is from.")
    licence = {name: new[name] for name in ("bar_number", "bar_jurisdiction", "accreditation")}
    if Role.ATTORNEY in new["roles"] and "bar_jurisdiction" not in errors and not may_appear(**licence):
        errors["bar_number"] = _("Enter a bar number and where it is from, or choose a DOJ accreditation.")
    if supervisor and not supervisors(membership.organization_id).exclude(pk=membership.pk).filter(pk=supervisor.pk):
        errors["supervisor"] = _("Choose an attorney of the organization who is active.")
    if new["ends_at"] and new["ends_at"] <= new["starts_at"]:
        errors["ends_at"] = _("The last day is before the first. Choose a later one.")
    return errors


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) else value


def _ask(statement: str, values: list[Any]) -> Any:
    """The row that a function of the database answers.

    Raises ValidationError when the state does not allow it, PermissionDenied when the actor may not.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchone()
    except IntegrityError as error:
        reason = getattr(getattr(error.__cause__, "diag", None), "message_primary", "")
        if reason not in REFUSALS:
            raise
        raise ValidationError(REFUSALS[reason]) from error
    except ProgrammingError as error:
        if not isinstance(error.__cause__, InsufficientPrivilege):
            raise
        raise PermissionDenied("refused by the database") from error
