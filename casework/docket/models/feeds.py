"""Calendars that people subscribe to outside Casework."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.access.actor import Actor
from casework.access.doors import GuardedModel
from casework.access.keys import CompositeForeignKey
from casework.access.models import Membership, Organization


class Level(models.TextChoices):
    """How much a calendar outside Casework says. No level says a whole name, a room or how to join."""

    BUSY = "busy", _("Busy: only when you are taken")
    REFERENCE = "reference", _("Reference: what kind of hearing, and the number of the case")
    INITIALS = "initials", _("Initials: that, with the person's initials and the court")


class Feed(GuardedModel):
    """One calendar of one member, open to whoever holds its address; at most one at a time.

    `token_hash` is SHA-256 of the token in the address, which stands nowhere else. `whole` gives all hearings that the
    member sees, instead of those where they appear or are on the team. `fetched_at` and `fetches` tell its owner that
    it is read; `told` names what the last line of the audit told of, and `told_at` when that was.
    """

    wall = "feed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    level = models.CharField(max_length=10, choices=Level)
    whole = models.BooleanField(default=False)
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField(null=True)
    fetches = models.PositiveIntegerField(default=0)
    told_at = models.DateTimeField(null=True)
    told = models.CharField(max_length=64, blank=True)

    class Meta(GuardedModel.Meta):
        constraints = [
            CompositeForeignKey(["membership", "organization"], "access.Membership", name="feed_of_member"),
            models.UniqueConstraint(fields=["membership"], condition=Q(revoked_at=None), name="feed_once_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @classmethod
    def rows_for(cls, actor: Actor) -> Q:
        """One's own; on the errand that answers calendars, the one that is asked for."""
        if actor.duty == "feed":
            return Q()
        return Q(membership_id=actor.membership_id) if actor.is_staff else Q(pk__in=[])
