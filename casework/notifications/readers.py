"""Which members of staff a letter goes to. Asked on the errand "letters" alone, which may read memberships anywhere."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from casework.access.actor import READERS
from casework.access.models import Membership, Role, User

Id = uuid.UUID | str


@dataclass(frozen=True)
class Reader:
    """Somebody a letter is written to, in this language and IANA time zone; `name` is empty for somebody unknown."""

    email: str
    name: str
    language: str
    time_zone: str


@dataclass(frozen=True)
class Member:
    """Somebody in one organization."""

    user_id: uuid.UUID
    organization_id: uuid.UUID
    organization: str
    reader: Reader


def with_address(email: str) -> Reader | None:
    """The account with this address, if there is one."""
    user = User.objects.filter(email=email, is_active=True).first()
    return _reader(user) if user else None


def member(membership_id: Id) -> Member | None:
    """Whoever holds the membership, whether it counts at present or not."""
    rows = Membership.objects.select_related("user", "organization")
    row = rows.filter(pk=membership_id).first() if membership_id else None
    return _member(row) if row else None


def everybody(organization_id: Id) -> list[Member]:
    """The live members of an organization."""
    return _members(Membership.objects.live().filter(organization_id=organization_id))


def administrators(organization_ids: Iterable[Id]) -> list[Member]:
    """The live administrators of some organizations. One of several stands here several times."""
    live = Membership.objects.live().filter(organization_id__in=list(organization_ids))
    return _members(live.filter(roles__contains=[Role.ADMIN]))


def organizations_of(user_id: uuid.UUID) -> list[uuid.UUID]:
    """Where somebody is a live member."""
    return list(Membership.objects.live().filter(user_id=user_id).values_list("organization_id", flat=True))


def membership_at(organization_id: Id, user_id: uuid.UUID) -> uuid.UUID:
    """Which membership somebody has in an organization. Raises Membership.DoesNotExist where there is none."""
    return Membership.objects.get(organization_id=organization_id, user_id=user_id).pk


def counsel(organization_id: Id, user_id: Id = "") -> list[Member]:
    """The live attorneys and paralegals of an organization, or the one of them with this user."""
    live = Membership.objects.live().filter(organization_id=organization_id, roles__overlap=list(READERS))
    return _members(live.filter(user_id=user_id) if user_id else live)


def _members(rows: Any) -> list[Member]:
    found = rows.filter(user__is_active=True).select_related("user", "organization")
    return [_member(row) for row in found.order_by("user__email", "id")]


def _member(row: Membership) -> Member:
    return Member(row.user_id, row.organization_id, row.organization.name, _reader(row.user))


def _reader(user: User) -> Reader:
    return Reader(user.email, user.name, user.language, user.time_zone)
