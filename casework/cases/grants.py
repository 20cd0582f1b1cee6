"""Grants of single cases to people and organizations elsewhere: django-guardian's direct-foreign-key tables.

The policies of the database read the same rows, so that guardian's truth is the database's. guardian itself does not
know `expires_at`; the read policy of these tables does, so that its shortcuts agree. Rows are written by
`cases.actions.shares` only: with expiry and giver, checked again by the policies.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from casework.access.keys import CompositeForeignKey
from casework.access.models import Membership, Organization

LEVELS = {
    "view": ("view_case",),
    "change": ("view_case", "change_case"),
    "share": ("view_case", "change_case", "share_case"),
}


def live() -> Q:
    """The condition of grants that count now."""
    return Q(expires_at__gt=timezone.now())


def level_of(codenames: set[str] | frozenset[str]) -> str:
    """The highest level that these permissions make up."""
    return next(level for level in reversed(LEVELS) if f"{level}_case" in codenames)


@dataclass(frozen=True)
class Piece:
    """One permission that somebody was given on a case."""

    codename: str
    counsel_tier: bool
    until: datetime
    given_by: str


@dataclass(frozen=True)
class Held:
    """All that somebody was given on a case, by one share or several."""

    pieces: tuple[Piece, ...]

    @property
    def level(self) -> str:
        return level_of({piece.codename for piece in self.pieces})

    @property
    def highest(self) -> Piece:
        """The permission that reaches furthest, then longest."""
        return max(self._with(f"{self.level}_case"), key=lambda piece: piece.until)

    @property
    def reads_counsel(self) -> bool:
        return any(piece.counsel_tier for piece in self._with("view_case"))

    @property
    def writes_counsel(self) -> bool:
        return any(piece.counsel_tier for piece in self._with("change_case"))

    def _with(self, codename: str) -> list[Piece]:
        return [piece for piece in self.pieces if piece.codename == codename]


class CaseGrant(models.Model):
    """What a grant says beyond guardian's columns.

    `organization` owns the case; `to_organization` is where the receiver must stand to use the grant, so that it ends
    with the receiver's membership there. `consent_id` is the consent that covers the sharing.
    """

    wall = "grant"

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    to_organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    granted_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    granted_by_name = models.CharField(max_length=150)
    consent_id = models.UUIDField(null=True)
    counsel_tier = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.pk}"


class CaseUserObjectPermission(CaseGrant, UserObjectPermissionBase):
    """One permission on one case for one person who stands in `to_organization`."""

    content_object = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="user_grants")

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False
        constraints = [CompositeForeignKey(["content_object", "organization"], "cases.Case", name="user_grant_of_case")]


class CaseGroupObjectPermission(CaseGrant, GroupObjectPermissionBase):
    """One permission on one case for the attorneys and paralegals of one organization."""

    content_object = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="group_grants")

    class Meta(GroupObjectPermissionBase.Meta):
        abstract = False
        constraints = [
            CompositeForeignKey(["content_object", "organization"], "cases.Case", name="group_grant_of_case")
        ]
