"""What is to be done about a case, by hand or because a rule says so."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from casework.access.actor import Actor
from casework.access.keys import CompositeForeignKey
from casework.access.models import Membership
from casework.access.versions import Versioned
from casework.cases.models.case import CaseOwned
from casework.cases.models.kinds import Tier
from casework.vault.fields import SealedJSONField, SealedTextField
from casework.vault.rows import SealedModel

OF_CONFLICTS = "intake.conflict"  # with this begin the rules of conflict checks


class Task(SealedModel, Versioned, CaseOwned):
    """Something to be done, in words of its own (`text`) or in those of a rule (`cases.follow_ups`).

    `rule` is empty for a task made by hand; `values` are what the rule's words name, and `cause` is the row it came
    from: while such a task is open, the same cause opens it no second time. A task that turned out to be needless is
    `dropped`: it counts as ended, not as done. `due_on` is a day of the organization's calendar.
    """

    tier = models.PositiveSmallIntegerField(choices=Tier, default=Tier.REPRESENTATION)
    rule = models.CharField(max_length=40, blank=True)
    cause = models.UUIDField(null=True, blank=True, editable=False)
    text = SealedTextField(max_length=500, blank=True)
    values = SealedJSONField(default=dict, blank=True)
    due_on = models.DateField(null=True, blank=True)
    assignee = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_constraint=False
    )
    made_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    done_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    dropped = models.BooleanField(default=False)

    class Meta(CaseOwned.Meta):
        constraints = [
            CompositeForeignKey(["case", "organization"], "cases.Case", name="task_of_case"),
            CompositeForeignKey(["assignee", "organization"], "access.Membership", name="task_of_member"),
            CompositeForeignKey(["made_by", "organization"], "access.Membership", name="task_maker_of_organization"),
            models.CheckConstraint(condition=Q(tier__in=[1, 2, 3]), name="task_tier"),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None, dropped=False) | Q(done_at__isnull=False), name="task_end"
            ),
            models.UniqueConstraint(
                fields=["case", "rule", "cause"], condition=Q(done_at=None) & ~Q(rule=""), name="task_open_once"
            ),
            models.UniqueConstraint(
                fields=["case", "rule"], condition=Q(done_at=None, cause=None) & ~Q(rule=""),
                name="task_without_cause_open_once",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["case", "due_on"], name="task_of_case_by_day"),
            models.Index(fields=["organization", "due_on"], condition=Q(done_at=None), name="task_open_by_day"),
            models.Index(
                fields=["organization", "-done_at"], condition=Q(done_at__isnull=False), name="task_done_last"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @classmethod
    def rows_for(cls, actor: Actor) -> Q:
        """As all rows of a case; those of a conflict check are for its own organization alone."""
        ours = Q(organization_id=actor.organization_id)
        return super().rows_for(actor) & (ours | ~Q(rule__startswith=OF_CONFLICTS))

    @property
    def is_open(self) -> bool:
        return self.done_at is None

    def sealing_file(self) -> tuple[uuid.UUID, uuid.UUID]:
        return self.organization_id, self.case.person_id

    @classmethod
    def of_file(cls, file: uuid.UUID) -> Q:
        return Q(case__person_id=file)
