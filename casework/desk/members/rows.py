"""What the screens show of members, requests and invitations; read as the administrator who asks."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from casework.access.actor import Actor
from casework.access.members import open_resets, state
from casework.access.models import Colleague, FactorReset, Invitation, Membership, Presence, Role
from casework.access.rules import MemberState, may_appear
from casework.desk.members.days import first_day, last_day

KEEP_EXPIRED = timedelta(days=30)  # how long an invitation that ran out is listed, so that it can be sent again
ORDER = (MemberState.ACTIVE, MemberState.COMING, MemberState.SUSPENDED, MemberState.ENDED)
IN = frozenset({MemberState.ACTIVE, MemberState.ENDING})


@dataclass(frozen=True)
class Row:
    """One member. `state` knows no "ending": that is an active member with a last day."""

    membership: Membership
    state: MemberState
    starts_on: date
    ends_on: date | None
    me: bool
    lacks_licence: bool

    @property
    def person(self) -> Colleague:
        return self.membership.colleague

    @property
    def here(self) -> Presence:
        return self.membership.presence

    @property
    def live(self) -> bool:
        return self.state == MemberState.ACTIVE


@dataclass(frozen=True)
class Lost:
    """A request to take off a second factor, as it stands to the administrator who looks at it."""

    reset: FactorReset
    mine: bool
    about_me: bool

    @property
    def dialog(self) -> str:
        """The id of what asks before it is confirmed."""
        return f"confirm-{self.reset.pk}"

    @property
    def may_confirm(self) -> bool:
        return not (self.mine or self.about_me or self.reset.confirmed_by_id)


def rows(actor: Actor, zone: ZoneInfo) -> list[Row]:
    """All members, those who are in first, by name."""
    found = Membership.objects.filter(organization_id=actor.organization).select_related("colleague", "presence")
    made = [row(actor, membership, zone) for membership in found]
    return sorted(made, key=lambda one: (ORDER.index(one.state), one.person.name.casefold()))


def row(actor: Actor, membership: Membership, zone: ZoneInfo) -> Row:
    """One member; the colleague must be loaded."""
    now = state(membership)
    licence = {name: getattr(membership, name) for name in ("bar_number", "bar_jurisdiction", "accreditation")}
    return Row(
        membership,
        MemberState.ACTIVE if now in IN else now,
        starts_on=first_day(membership.starts_at, zone),
        ends_on=last_day(membership.ends_at, zone),
        me=membership.pk == actor.membership_id,
        lacks_licence=Role.ATTORNEY in membership.roles and not may_appear(**licence),
    )


def lost(actor: Actor, membership: Membership | None = None) -> list[Lost]:
    """The open requests of the organization, or those for one member, the most urgent first."""
    people = ("membership__colleague", "asked_by__colleague", "confirmed_by__colleague")
    found: Any = open_resets().filter(organization_id=actor.organization).select_related(*people).order_by("due_at")
    if membership is not None:
        found = found.filter(membership=membership)
    return [
        Lost(one, mine=one.asked_by_id == actor.membership_id, about_me=one.membership_id == actor.membership_id)
        for one in found
        if state(one.membership) in IN
    ]


def invitations(actor: Actor, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Invitations that wait for an answer, and those that ran out lately without one; the newest first."""
    now = timezone.now()
    since = now - KEEP_EXPIRED
    waiting = Invitation.objects.filter(
        organization_id=actor.organization, accepted_at=None, withdrawn_at=None, expires_at__gt=since
    )
    return [
        {
            "row": one,
            "role_names": [str(Role(role).label) for role in one.roles],
            "ends_on": last_day(one.ends_at, zone),
            "expired": one.expires_at <= now,
        }
        for one in waiting.select_related("invited_by__colleague").order_by("-created_at")
    ]
