"""Who can see a case, and why; what was given to whom, and how far one may give it oneself.

The database answers, from the functions that its policies ask.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db import connection
from django.db.models import Q

from casework.access import acts
from casework.access.actor import Actor
from casework.access.coalition import Neighbor
from casework.access.rules import ASSIGNED
from casework.cases import grants, reach
from casework.cases.models import Assignment, Case

COLUMNS = (
    "membership_id", "name", "organization_id", "organization_name", "roles", "basis", "tier", "may_change",
    "may_share", "user_id",
)  # fmt: skip


@dataclass(frozen=True)
class Viewer:
    """Somebody who can see the case. `basis` is "assigned", "organization" or "share"; `on_case` their role there."""

    membership_id: uuid.UUID
    name: str
    organization_id: uuid.UUID
    organization_name: str
    roles: list[str]
    basis: str
    tier: int
    may_change: bool
    may_share: bool
    user_id: uuid.UUID
    on_case: str = ""


@dataclass(frozen=True)
class Share:
    """What one organization, or one person there (`user_id`), was given. `is_ours` when the actor may end it."""

    organization_id: uuid.UUID
    user_id: uuid.UUID | None
    level: str
    counsel_tier: bool
    until: datetime
    given_by: str
    given_at: datetime
    is_ours: bool

    @property
    def key(self) -> str:
        """Names the share on a form."""
        return f"{self.organization_id}/{self.user_id or ''}"


@dataclass(frozen=True)
class Receivers:
    """One other organization: what it was given, and who sees the case there. `names` are those of single receivers."""

    organization: Neighbor
    shares: tuple[Share, ...]
    viewers: tuple[Viewer, ...]

    @property
    def named(self) -> list[tuple[Share, str]]:
        """Each share with the name of its single receiver; empty for all, and for somebody who is no longer there."""
        names = {viewer.user_id: viewer.name for viewer in self.viewers}
        return [(share, names.get(share.user_id, "") if share.user_id else "") for share in self.shares]


@dataclass(frozen=True)
class Overview:
    """Who can see a case: its own organization's people by their reason, and the other organizations."""

    owner: Neighbor
    team: tuple[Viewer, ...]
    readers: tuple[Viewer, ...]
    others: tuple[Receivers, ...]

    @property
    def people(self) -> int:
        return len({one.user_id for one in (*self.team, *self.readers, *(v for o in self.others for v in o.viewers))})

    @property
    def organizations(self) -> int:
        return 1 + len(self.others)


@dataclass(frozen=True)
class Limit:
    """Until when one may share a case, and its counsel tier; None for not at all."""

    until: datetime | None
    counsel_until: datetime | None


def overview(actor: Actor, case: Case) -> Overview:
    """Raises PermissionDenied for somebody who may not see who can see the case."""
    acts.may(actor, "case.access_viewed", case)
    everybody = viewers(actor, case)
    known = reach.of(actor).organizations
    inside = [one for one in everybody if one.organization_id == case.organization_id]
    given = sorted(shares(actor, case), key=lambda share: known[share.organization_id].name)
    others = [
        Receivers(
            known[organization_id],
            tuple(held),
            tuple(one for one in everybody if one.organization_id == organization_id),
        )
        for organization_id, held in groupby(given, key=lambda share: share.organization_id)
    ]
    return Overview(
        known[case.organization_id],
        tuple(one for one in inside if one.basis == ASSIGNED),
        tuple(one for one in inside if one.basis != ASSIGNED),
        tuple(others),
    )


def viewers(actor: Actor, case: Case) -> list[Viewer]:
    """Everybody who can see the case, its own organization's people first; nobody for those who may not share it."""
    team = Assignment.objects.visible_to(actor).filter(Assignment.live(), case=case)
    on_case = dict(team.values_list("membership_id", "role"))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(COLUMNS)} FROM ctx.viewers(%s)", [case.pk])  # noqa: S608 (our own names)
        rows = [dict(zip(COLUMNS, row, strict=True)) for row in cursor.fetchall()]
    return [Viewer(**row, on_case=on_case.get(row["membership_id"], "")) for row in rows]


def shares(actor: Actor, case: Case) -> list[Share]:
    """What of the case was given to others at present, as far as the actor may know: the latest first."""
    columns = (
        "to_organization_id", "permission__codename", "counsel_tier", "expires_at", "granted_by_name", "created_at",
        "granted_by_id",
    )  # fmt: skip
    of_case = grants.live() & Q(content_object_id=case.pk)
    single = grants.CaseUserObjectPermission.objects.filter(of_case).values_list("user_id", *columns)
    whole = grants.CaseGroupObjectPermission.objects.filter(of_case).values_list(*columns)
    rows = [*single, *((None, *row) for row in whole)]
    rows.sort(key=lambda row: (str(row[1]), str(row[0])))
    found = []
    for (user_id, organization_id), pieces in groupby(rows, key=lambda row: (row[0], row[1])):
        permissions = list(pieces)
        _user, _organization, _codename, counsel, until, given_by, given_at, giver = permissions[0]
        level = grants.level_of({row[2] for row in permissions})
        is_ours = case.organization_id == actor.organization_id or giver == actor.membership_id
        found.append(Share(organization_id, user_id, level, counsel, until, given_by, given_at, is_ours))
    return sorted(found, key=lambda share: share.given_at, reverse=True)


def limit(case: Case) -> Limit:
    """How long the speaker may share the case."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctx.share_until(%s, false), ctx.share_until(%s, true)", [case.pk, case.pk])
        return Limit(*cursor.fetchone())
