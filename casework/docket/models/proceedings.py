"""Proceedings, what DHS charges in them, and what was decided."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from casework.access.keys import CompositeForeignKey
from casework.access.models import Membership
from casework.access.versions import Versioned
from casework.cases.models import CaseOwned, Tier
from casework.directory.models import Code, Court
from casework.docket.models.kinds import ChargeState, ProceedingKind, Reserve, Served
from casework.vault.fields import SealedTextField
from casework.vault.rows import SealedModel


class Entered(Versioned, CaseOwned):
    """A row that somebody enters on the docket. What was entered wrongly is withdrawn, never deleted."""

    recorded_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    withdrawn = models.BooleanField(default=False)

    class Meta(Versioned.Meta):
        abstract = True

    def __str__(self) -> str:
        return f"{self.pk}"


class DocketRow(SealedModel, Entered):
    """Such a row with sealed columns."""

    class Meta(Entered.Meta):
        abstract = True

    def sealing_file(self) -> tuple[uuid.UUID, uuid.UUID]:
        return self.organization_id, self.case.person_id

    @classmethod
    def of_file(cls, file: uuid.UUID) -> Q:
        return Q(case__person_id=file)


class Proceeding(DocketRow):
    """What a court or the Board decides about the person, from the paper that begins it to its end.

    `court` is an immigration court or the Board, `forum` names a federal court (both are public). Days are of the
    court's calendar. The court on file of the case (custody) is that of the removal proceeding.
    """

    kind = models.CharField(max_length=20, choices=ProceedingKind)
    court = models.ForeignKey(Court, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    forum = models.CharField(max_length=120, blank=True)
    judge = models.CharField(max_length=120, blank=True)
    docket_number = SealedTextField(max_length=60, blank=True)
    nta_served_on = models.DateField(null=True, blank=True)
    began_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    class Meta(DocketRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=["id", "organization"], name="proceeding_of_organization"),
            models.UniqueConstraint(fields=["id", "case"], name="proceeding_of_its_case"),
            CompositeForeignKey(["case", "organization"], "cases.Case", name="proceeding_of_case"),
            CompositeForeignKey(["recorded_by", "organization"], "access.Membership", name="proceeding_by_member"),
            models.CheckConstraint(condition=Q(court=None) | Q(forum=""), name="proceeding_in_one_court"),
        ]
        indexes = [models.Index(fields=["case"], name="proceeding_of_case_open")]

    @property
    def is_federal(self) -> bool:
        return self.kind in (
            ProceedingKind.PETITION_FOR_REVIEW, ProceedingKind.HABEAS, ProceedingKind.OTHER_FEDERAL,
        )  # fmt: skip


class Charge(Entered):
    """A charge of inadmissibility or deportability, from EOIR's list, and what became of it."""

    tier = models.PositiveSmallIntegerField(choices=Tier, default=Tier.REPRESENTATION)
    proceeding = models.ForeignKey(Proceeding, on_delete=models.PROTECT, related_name="charges", db_constraint=False)
    code = models.ForeignKey(Code, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=14, choices=ChargeState, default=ChargeState.PENDING)

    class Meta(Entered.Meta):
        constraints = [
            CompositeForeignKey(["case", "organization"], "cases.Case", name="charge_of_case"),
            CompositeForeignKey(["proceeding", "case"], "docket.Proceeding", name="charge_of_proceeding"),
            CompositeForeignKey(["recorded_by", "organization"], "access.Membership", name="charge_by_member"),
            models.CheckConstraint(condition=Q(tier__in=[1, 2, 3]), name="charge_tier"),
            models.UniqueConstraint(
                fields=["proceeding", "code"], condition=Q(withdrawn=False), name="charge_once_in_proceeding"
            ),
        ]


class Decision(DocketRow):
    """What was decided in a proceeding, when and how it was given: what periods count from.

    `decided_on` is the day of the oral decision or of the paper; `served_on` the day it was mailed, handed over or
    served electronically, empty for an oral one. Days are of the court's calendar.
    """

    tier = models.PositiveSmallIntegerField(choices=Tier, default=Tier.REPRESENTATION)
    proceeding = models.ForeignKey(Proceeding, on_delete=models.PROTECT, related_name="decisions", db_constraint=False)
    code = models.ForeignKey(Code, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    summary = SealedTextField(max_length=300, blank=True)
    decided_on = models.DateField()
    how = models.CharField(max_length=12, choices=Served)
    served_on = models.DateField(null=True, blank=True)
    our_appeal = models.CharField(max_length=8, choices=Reserve, default=Reserve.NONE, blank=True)
    their_appeal = models.CharField(max_length=8, choices=Reserve, default=Reserve.NONE, blank=True)

    class Meta(DocketRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=["id", "organization"], name="decision_of_organization"),
            CompositeForeignKey(["case", "organization"], "cases.Case", name="decision_of_case"),
            CompositeForeignKey(["proceeding", "case"], "docket.Proceeding", name="decision_of_proceeding"),
            CompositeForeignKey(["recorded_by", "organization"], "access.Membership", name="decision_by_member"),
            models.CheckConstraint(condition=Q(tier__in=[1, 2, 3]), name="decision_tier"),
        ]
        indexes = [models.Index(fields=["case", "-decided_on"], name="decision_newest")]
