"""Standing in for a colleague at one hearing."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.access.keys import CompositeForeignKey
from casework.access.models import Membership
from casework.cases.models import CaseOwned
from casework.docket.models.hearings import Hearing
from casework.vault.fields import SealedTextField
from casework.vault.rows import SealedModel


class CoverageState(models.TextChoices):
    """What became of a request."""

    ASKED = "asked", _("Asked")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Coverage(SealedModel, CaseOwned):
    """A colleague is asked to appear at a hearing; nothing changes until they accept. One request at a time.

    `instead_of` is who appeared when it was asked, empty for nobody. `note` is for whoever is asked; somebody who has
    no place on the case reads it once they have accepted.
    """

    hearing = models.ForeignKey(Hearing, on_delete=models.PROTECT, related_name="coverages", db_constraint=False)
    instead_of = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", null=True)
    asked_of = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    note = SealedTextField(max_length=500, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=CoverageState, default=CoverageState.ASKED)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta(CaseOwned.Meta):
        constraints = [
            CompositeForeignKey(["case", "organization"], "cases.Case", name="coverage_of_case"),
            CompositeForeignKey(["hearing", "organization"], "docket.Hearing", name="coverage_of_hearing"),
            CompositeForeignKey(["asked_of", "organization"], "access.Membership", name="coverage_of_member"),
            CompositeForeignKey(["recorded_by", "organization"], "access.Membership", name="coverage_by_member"),
            models.UniqueConstraint(fields=["hearing"], condition=Q(state="asked"), name="coverage_asked_once"),
        ]
        indexes = [models.Index(fields=["asked_of"], condition=Q(state="asked"), name="coverage_asked_of")]

    def __str__(self) -> str:
        return f"{self.pk}"

    def sealing_file(self) -> tuple[uuid.UUID, uuid.UUID]:
        return self.organization_id, self.case.person_id

    @classmethod
    def of_file(cls, file: uuid.UUID) -> Q:
        return Q(case__person_id=file)
