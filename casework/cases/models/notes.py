"""What is written about a case."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.access.keys import CompositeForeignKey
from casework.access.models import Membership
from casework.access.versions import Versioned
from casework.cases.models.case import CaseOwned
from casework.cases.models.kinds import Tier
from casework.vault.fields import SealedTextField
from casework.vault.rows import SealedModel


class NoteKind(models.TextChoices):
    """What a note records."""

    CALL = "call", _("Call")
    VISIT = "visit", _("Visit")
    EMAIL = "email", _("E-mail")
    MEMO = "memo", _("Memo")


class Note(SealedModel, Versioned, CaseOwned):
    """Something written about a case. `author_name` is who signed it, then; who pins it need not be its author."""

    tier = models.PositiveSmallIntegerField(choices=Tier, default=Tier.REPRESENTATION)
    kind = models.CharField(max_length=8, choices=NoteKind, default=NoteKind.MEMO)
    text = SealedTextField()
    author = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    author_name = models.CharField(max_length=150)
    written_at = models.DateTimeField(default=timezone.now)
    pinned_at = models.DateTimeField(null=True, blank=True)

    class Meta(CaseOwned.Meta):
        constraints = [
            CompositeForeignKey(["case", "organization"], "cases.Case", name="note_of_case"),
            models.CheckConstraint(condition=Q(tier__in=[1, 2, 3]), name="note_tier"),
        ]
        indexes = [models.Index(fields=["case", "-written_at"], name="note_newest")]

    def __str__(self) -> str:
        return f"{self.pk}"

    def sealing_file(self) -> tuple[uuid.UUID, uuid.UUID]:
        return self.organization_id, self.case.person_id

    @classmethod
    def of_file(cls, file: uuid.UUID) -> Q:
        return Q(case__person_id=file)
