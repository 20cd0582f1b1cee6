"""What was answered at intake. Nobody writes over an answer: each is a row, and a later one follows it."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from casework.access.actor import Actor
from casework.access.keys import CompositeForeignKey
from casework.access.models import Membership
from casework.cases import reach
from casework.cases.models import CaseOwned, Tier
from casework.cases.reach import Among, array_of
from casework.cases.rules import NEW
from casework.vault.fields import SealedJSONField
from casework.vault.rows import SealedModel


class AnswerState(models.TextChoices):
    """What an answer is: a value, a reason why there is none, or that what stood there was taken out."""

    GIVEN = "given"
    NOT_KNOWN = "not_known"
    DECLINED = "declined"
    EMPTY = "empty"


class Source(models.TextChoices):
    """From where an answer comes."""

    SCREEN = "screen"
    PAPER = "paper"
    IMPORT = "import"


class Answer(CaseOwned, SealedModel):
    """One answer to the question `key`, the `number`-th on this case; the highest one stands.

    `seen` is the number of the last answer that whoever wrote this one had before them: others between the two were
    given at the same time, and both are shown until somebody has seen them all. `tier` is the question's, of
    `set_version`. `answered_by_name` is who answered, then.
    """

    wall = "answer"

    tier = models.PositiveSmallIntegerField(choices=Tier)
    key = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    seen = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=AnswerState)
    content = SealedJSONField(default=dict, blank=True)
    source = models.CharField(max_length=6, choices=Source, default=Source.SCREEN)
    set_version = models.PositiveSmallIntegerField()
    answered_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    answered_by_name = models.CharField(max_length=150)
    answered_at = models.DateTimeField(default=timezone.now)

    class Meta(CaseOwned.Meta):
        constraints = [
            CompositeForeignKey(["case", "organization"], "cases.Case", name="answer_of_case"),
            CompositeForeignKey(["answered_by", "organization"], "access.Membership", name="answer_by_member"),
            models.UniqueConstraint(fields=["case", "key", "number"], name="answer_once"),
            models.CheckConstraint(condition=Q(tier__in=[1, 2, 3]), name="answer_tier"),
            models.CheckConstraint(condition=Q(seen__lt=models.F("number")), name="answer_follows"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.number}"

    @property
    def value(self) -> Any:
        """In the stored form of `questions/normalizing.py`; None where none was given."""
        return self.content.get("value") if isinstance(self.content, dict) else self.content

    @classmethod
    def rows_for(cls, actor: Actor) -> Q:
        """As all rows of a case; and whoever took a draft sees the second tier of it, as long as it is one."""
        found, taken = actor.reach.of_case(tiered=True), reach.of(actor).mine
        if taken and not reach.of(actor).reader:
            drafts = Q(case__stage__in=NEW, case__reference="") & Q(Among("case_id", array_of(taken)))
            found |= drafts & Q(tier__lte=Tier.REPRESENTATION)
        return found

    def sealing_file(self) -> tuple[uuid.UUID, uuid.UUID]:
        return self.organization_id, self.case.person_id

    @classmethod
    def of_file(cls, file: uuid.UUID) -> Q:
        return Q(case__person_id=file)
