"""Forms for a whole visit: who was chosen, how far it is, and the file, as long as it is kept.

The file may hold answers of many people, each of whom has a key of their own. So it has one, too, under the id of its
`Batch`, which goes with the file: when somebody takes it away, or `KEPT_HOURS` after it was made.
"""

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone

from casework.access.actor import Actor
from casework.access.doors import GuardedModel
from casework.access.keys import CompositeForeignKey
from casework.access.models import Membership, Organization
from casework.access.rules import COUNSEL, NONE, ORGANIZATION
from casework.access.versions import Versioned
from casework.vault.fields import SealedBytesField
from casework.vault.rows import SealedModel

KEPT_HOURS = 24


class BatchState(models.TextChoices):
    """How far a batch has come. The database knows these words, too (walls_batches.sql)."""

    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    DROPPED = "dropped"


class Batch(Versioned):
    """Forms of the intake for many people at once, for whoever asked for them and nobody else.

    `cases` are the ids of those that were chosen; which of them counts is asked when the forms are made. `forms` says
    how many were, `left_out` how many were not, `pages` how long the file is, `why` in a word why there is none.
    """

    wall = "batch"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    facility_key = models.CharField(max_length=40)
    place = models.CharField(max_length=160)
    cases = models.JSONField(default=list)
    sections = models.JSONField(default=list)
    languages = models.JSONField(default=list)
    filled = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=BatchState, default=BatchState.RUNNING)
    why = models.CharField(max_length=10, blank=True)
    forms = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)
    pages = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta(Versioned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["id", "organization"], name="batch_of_organization"),
            CompositeForeignKey(["made_by", "organization"], "access.Membership", name="batch_by_member"),
        ]
        indexes = [models.Index(fields=["made_by", "-made_at"], name="batch_newest")]

    def __str__(self) -> str:
        return f"{self.pk}"

    @classmethod
    def rows_for(cls, actor: Actor) -> Q:
        if not actor.is_staff or not actor.roles & COUNSEL:
            return Q(pk__in=[])
        return Q(organization_id=actor.organization_id, made_by_id=actor.membership_id)

    def basis_for(self, actor: Actor) -> str:
        return ORGANIZATION if actor.membership_id == self.made_by_id else NONE

    @property
    def goes_at(self) -> datetime | None:
        """When the file goes by itself."""
        return self.ended_at + timedelta(hours=KEPT_HOURS) if self.ended_at else None


class BatchPart(SealedModel, GuardedModel):
    """A megabyte of the file of a batch, or what is left of it."""

    wall = "batch_part"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="parts", db_constraint=False)
    number = models.PositiveIntegerField()
    content = SealedBytesField()

    class Meta(GuardedModel.Meta):
        constraints = [
            CompositeForeignKey(["batch", "organization"], "intake.Batch", name="batch_part_of_batch"),
            models.UniqueConstraint(fields=["batch", "number"], name="batch_part_once"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @classmethod
    def rows_for(cls, actor: Actor) -> Q:
        if not actor.is_staff or not actor.roles & COUNSEL:
            return Q(pk__in=[])
        return Q(organization_id=actor.organization_id, batch__made_by_id=actor.membership_id)

    def sealing_file(self) -> tuple[uuid.UUID, uuid.UUID]:
        return self.organization_id, self.batch_id

    @classmethod
    def of_file(cls, file: uuid.UUID) -> Q:
        return Q(batch_id=file)
