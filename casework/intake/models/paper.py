"""Forms that were printed for a case: which questions, in which languages, under which code."""

import secrets
import uuid

from django.db import models
from django.utils import timezone

from casework.access.keys import CompositeForeignKey
from casework.access.models import Membership
from casework.cases.models import CaseOwned, Tier
from casework.intake.models.batches import Batch

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is taken for another one
GROUPS, OF_GROUP = 3, 4


def new_code() -> str:
    """A code that says nothing of the case, nor of how many there are."""
    groups = ["".join(secrets.choice(LETTERS) for _letter in range(OF_GROUP)) for _group in range(GROUPS)]
    return "-".join(groups)


class Packet(CaseOwned):
    """One form that was made for a case. It holds no answers: what stands on paper is put in when it is printed.

    `set_version` is that of the questions; `sections`, `asked_by` and `highest` say which of them it has, `off` which
    were switched off then. `filled` says whether what was known was put in, `batch` with which others it was made.
    """

    wall = "received"

    code = models.CharField(max_length=GROUPS * (OF_GROUP + 1) - 1, default=new_code, unique=True)
    set_version = models.PositiveSmallIntegerField()
    sections = models.JSONField(default=list)
    languages = models.JSONField(default=list)
    asked_by = models.CharField(max_length=10)
    highest = models.PositiveSmallIntegerField(choices=Tier)
    off = models.JSONField(default=list)
    filled = models.BooleanField(default=False)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="packets", null=True, db_constraint=False)
    printed_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    printed_by_name = models.CharField(max_length=150)
    printed_at = models.DateTimeField(default=timezone.now)

    class Meta(CaseOwned.Meta):
        constraints = [
            CompositeForeignKey(["case", "organization"], "cases.Case", name="packet_of_case"),
            CompositeForeignKey(["printed_by", "organization"], "access.Membership", name="packet_by_member"),
            CompositeForeignKey(["batch", "organization"], "intake.Batch", name="packet_of_batch"),
            models.CheckConstraint(condition=models.Q(highest__in=[1, 2, 3]), name="packet_highest"),
        ]
        indexes = [models.Index(fields=["case", "-printed_at"], name="packet_newest")]

    def __str__(self) -> str:
        return self.code

    @property
    def audit_file_id(self) -> uuid.UUID:
        return self.case.person_id
