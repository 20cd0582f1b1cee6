"""Links for families, sessions opened with them, and what each link shows."""

import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.access.actor import Actor
from casework.access.keys import CompositeForeignKey
from casework.access.models import Membership
from casework.cases.models import CaseOwned
from casework.people.models import Consent, Contact
from casework.vault.fields import SealedTextField
from casework.vault.rows import SealedModel

ERRAND = "portal"  # on which the product answers families


class FamilyLink(CaseOwned):
    """One contact's way to one page, on the ground of one consent.

    `token_hash` is SHA-256 of the token in the address, `pin_hash` a slow hash of the PIN; neither stands anywhere
    else. Whether it counts is asked of the database at each look (`ctx.family_scopes`): this row, the consent, the
    contact and the person have to agree. `opened_at` and `openings` tell the team that it is read.
    """

    wall = "family_link"

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=12)
    token_hash = models.CharField(max_length=64, unique=True)
    pin_hash = models.CharField(max_length=128)
    made_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    made_by_name = models.CharField(max_length=150)
    made_at = models.DateTimeField(default=timezone.now)
    renewed_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", null=True)
    opened_at = models.DateTimeField(null=True)
    openings = models.PositiveIntegerField(default=0)

    class Meta(CaseOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["id", "organization"], name="family_link_of_organization"),
            models.UniqueConstraint(fields=["id", "case"], name="family_link_of_its_case"),
            CompositeForeignKey(["case", "organization"], "cases.Case", name="family_link_of_case"),
            CompositeForeignKey(["contact", "organization"], "people.Contact", name="family_link_of_contact"),
            CompositeForeignKey(["made_by", "organization"], "access.Membership", name="family_link_by_member"),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None) | ~Q(revoked_at=None) & ~Q(revoked_by=None),
                name="family_link_revoked_by_somebody",
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("made_at")), name="family_link_ends_after_it_is_made"),
            models.UniqueConstraint(
                fields=["case", "contact"], condition=Q(revoked_at=None), name="family_link_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @classmethod
    def rows_for(cls, actor: Actor) -> Q:
        """Those of one's own organization's cases; on the errand, the one that is asked for."""
        if actor.duty == ERRAND:
            return Q()
        return super().rows_for(actor) & Q(organization_id=actor.organization_id)

    def basis_for(self, actor: Actor) -> str:
        """As the case itself."""
        return self.case.basis_for(actor)


class Publication(CaseOwned):
    """What one link shows: codes, instants and names of places, never sentences and nothing that is sealed elsewhere.

    It is put into words when it is read, so that "in 3 days" is true then (`words.py`).
    """

    wall = "publication"

    link = models.OneToOneField(FamilyLink, on_delete=models.PROTECT, related_name="publication", db_constraint=False)
    content = models.JSONField(default=dict)
    written_at = models.DateTimeField(default=timezone.now)

    class Meta(CaseOwned.Meta):
        constraints = [
            CompositeForeignKey(["case", "organization"], "cases.Case", name="publication_of_case"),
            CompositeForeignKey(["link", "organization"], "portal.FamilyLink", name="publication_of_link"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @classmethod
    def rows_for(cls, actor: Actor) -> Q:
        """A family's own one; on the errand, all; for the team, those of its cases."""
        if actor.kind == "family":
            return Q(link_id=actor.link_id)
        if actor.duty == ERRAND:
            return Q()
        return super().rows_for(actor) & Q(organization_id=actor.organization_id)


class Said(models.TextChoices):
    """What a family tells."""

    NEWS = "news", _("News")
    WRONG = "wrong", _("Something is wrong")


class FamilyWord(SealedModel, CaseOwned):
    """What a family wrote at its window. Nobody changes it; a task asks the team to read it.

    `file` is the person's, under whose key the text is sealed: whoever writes does not reach the case.
    """

    wall = "family_word"

    link = models.ForeignKey(FamilyLink, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    kind = models.CharField(max_length=8, choices=Said)
    text = SealedTextField(max_length=1000)
    file = models.UUIDField(editable=False)
    told_at = models.DateTimeField(default=timezone.now)

    class Meta(CaseOwned.Meta):
        constraints = [
            CompositeForeignKey(["case", "organization"], "cases.Case", name="family_word_of_case"),
            CompositeForeignKey(["link", "case"], "portal.FamilyLink", name="family_word_of_link"),
        ]
        indexes = [models.Index(fields=["case", "-told_at"], name="family_word_newest")]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def receipt(self) -> str:
        """What the family can name on the phone."""
        return f"{self.pk.hex[:6].upper()}"

    @property
    def audit_file_id(self) -> Any:
        """None: the line stands on the pages of the case."""
        return None

    @classmethod
    def rows_for(cls, actor: Actor) -> Q:
        """The team's; a family reads nothing back."""
        if actor.kind == "family":
            return Q(pk__in=[])
        return super().rows_for(actor) & Q(organization_id=actor.organization_id)

    def sealing_file(self) -> tuple[uuid.UUID, uuid.UUID]:
        return self.organization_id, self.file

    @classmethod
    def of_file(cls, file: uuid.UUID) -> Q:
        return Q(file=file)


class FamilySession(models.Model):
    """A browser that has shown link and PIN, for ten minutes after its last look.

    `key_hash` is SHA-256 of what stands in its cookie. It ends with the link's token: `token_hash` is that of then.
    """

    wall = "family_session"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    link = models.ForeignKey(FamilyLink, on_delete=models.PROTECT, related_name="+")
    key_hash = models.CharField(max_length=64, unique=True)
    token_hash = models.CharField(max_length=64)
    began_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["ends_at"], name="family_session_over")]

    def __str__(self) -> str:
        return f"{self.pk}"
