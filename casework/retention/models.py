"""What keeps a case beyond its time, purges with the cases that they list, and what stays of a case in numbers."""

import uuid
from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.access.actor import Actor
from casework.access.keys import CompositeForeignKey
from casework.access.models import Membership, Organization
from casework.cases.models import CaseOwned, Matter, Stage, Tier
from casework.vault.fields import SealedTextField
from casework.vault.rows import SealedModel

WAIT = timedelta(hours=24)  # between the second person's word and the deletion; the database knows it, too


class Keep(SealedModel, CaseOwned):
    """Why a case is kept beyond its time, such as a claim that is expected (a litigation hold), until `ended_at`.

    While one stands, nothing of the person goes. Counsel of the case's own organization read it.
    """

    wall = "keep"

    tier = models.PositiveSmallIntegerField(choices=Tier, default=Tier.REPRESENTATION, editable=False)
    reason = SealedTextField(max_length=500)
    made_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    made_by_name = models.CharField(max_length=150)
    made_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", null=True, blank=True)

    class Meta(CaseOwned.Meta):
        constraints = [
            CompositeForeignKey(["case", "organization"], "cases.Case", name="keep_of_case"),
            CompositeForeignKey(["made_by", "organization"], "access.Membership", name="kept_by_member"),
            CompositeForeignKey(["ended_by", "organization"], "access.Membership", name="keep_ended_by_member"),
            models.UniqueConstraint(fields=["case"], condition=Q(ended_at=None), name="kept_once_at_a_time"),
            models.CheckConstraint(condition=Q(tier=Tier.REPRESENTATION), name="keep_tier"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @classmethod
    def rows_for(cls, actor: Actor) -> Q:
        return super().rows_for(actor) & Q(organization_id=actor.organization_id)

    def sealing_file(self) -> tuple[uuid.UUID, uuid.UUID]:
        return self.organization_id, self.case.person_id

    @classmethod
    def of_file(cls, file: uuid.UUID) -> Q:
        return Q(case__person_id=file)


class Purge(models.Model):
    """Closed cases that are to go for good: an administrator proposes, a second person agrees, a day later it is done.

    `years` is how long closed cases were kept when it was proposed, `cases` how many it lists; `gone` and `held_back`
    count what became of them. Written by functions of the database alone (`walls.sql`). Without `withdrawn_by`, a
    withdrawn one lapsed: one of the two had no say any more.
    """

    wall = "purge"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    years = models.PositiveSmallIntegerField()
    cases = models.PositiveIntegerField()
    proposed_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    agreed_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", null=True)
    agreed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", null=True)
    withdrawn_at = models.DateTimeField(null=True)
    gone = models.PositiveIntegerField(default=0)
    held_back = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            CompositeForeignKey(["proposed_by", "organization"], "access.Membership", name="purge_proposed_by"),
            CompositeForeignKey(["agreed_by", "organization"], "access.Membership", name="purge_agreed_by"),
            CompositeForeignKey(["withdrawn_by", "organization"], "access.Membership", name="purge_withdrawn_by"),
            models.UniqueConstraint(fields=["id", "organization"], name="purge_of_organization"),
            models.UniqueConstraint(
                fields=["organization"], condition=Q(withdrawn_at=None, ended_at=None), name="purge_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(agreed_by=None, agreed_at=None, due_at=None)
                | Q(agreed_by__isnull=False, agreed_at__isnull=False, due_at__isnull=False)
                & Q(due_at__gte=F("agreed_at") + WAIT)
                & ~Q(agreed_by=F("proposed_by")),
                name="purge_by_two_after_a_day",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, gone=0) | Q(agreed_by__isnull=False), name="purge_done_by_two"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.withdrawn_at is None and self.ended_at is None


class PurgeItem(models.Model):
    """A case that a purge lists: what its pages show of it, and nobody's name. It goes with the case.

    `held_back` says that the case stayed when its turn came: something had come up meanwhile.
    """

    wall = "purge"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    purge = models.ForeignKey(Purge, on_delete=models.PROTECT, related_name="items")
    case_ref = models.UUIDField()
    reference = models.CharField(max_length=24, blank=True)
    stage = models.CharField(max_length=12, choices=Stage)
    closed_on = models.DateField()
    held_back = models.BooleanField(default=False)

    class Meta:
        constraints = [
            CompositeForeignKey(["purge", "organization"], "retention.Purge", name="item_of_purge"),
            models.UniqueConstraint(fields=["purge", "case_ref"], name="purge_lists_once"),
        ]
        indexes = [models.Index(fields=["case_ref"], name="item_by_case")]

    def __str__(self) -> str:
        return f"{self.pk}"


class Outcome(models.TextChoices):
    """What came of a case, coarsely. The database knows these words, too."""

    RELIEF = "relief", _("Relief or status won")
    RELEASED = "released", _("Released")
    HELD = "held", _("Still held at the end")
    REMOVED = "removed", _("Removed")
    LEFT = "left", _("Left the country")
    DECLINED = "declined", _("Declined")
    REFERRED = "referred", _("Referred")
    UNKNOWN = "unknown", _("Not known")


class Statistic(models.Model):
    """What stays of one case: codes and whole numbers. No row says which case it was, nor when it was purged.

    Lengths are in whole months; what was not known is empty. Nobody changes a row.
    """

    wall = "purge"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    opened_year = models.PositiveSmallIntegerField()
    closed_year = models.PositiveSmallIntegerField()
    matters = ArrayField(models.CharField(max_length=24, choices=Matter), default=list)
    outcome = models.CharField(max_length=10, choices=Outcome)
    language = models.CharField(max_length=20, blank=True)
    detained = models.BooleanField(null=True)
    months_detained = models.PositiveSmallIntegerField(null=True)
    months_open = models.PositiveSmallIntegerField()
    hearings = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return f"{self.closed_year} {self.outcome}"
