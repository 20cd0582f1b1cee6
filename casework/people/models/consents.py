"""The ledger of consents: a line is added, and may be revoked; nothing of it is ever changed."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.access.keys import CompositeForeignKey
from casework.access.models import Membership, Organization
from casework.people import rules
from casework.people.models.contacts import Contact
from casework.people.models.person import PersonOwned
from casework.vault.fields import SealedTextField
from casework.vault.rows import SealedModel


class Subject(models.TextChoices):
    """What a contact may be told about. `FOUND` is of provisional consents alone: found or not found, no place."""

    CUSTODY = "custody", _("Where the person is held")
    HEARINGS = "hearings", _("Hearings: when, where, and how they ended")
    NEXT_STEPS = "next_steps", _("Next steps in the case")
    DOCUMENTS = "documents", _("Copies of documents")
    FOUND = "found", _("Found or not found")


class How(models.TextChoices):
    """How a person gave a consent."""

    SIGNED = "signed", _("Signed on paper")
    IN_PERSON = "in_person", _("Said in person")
    PHONE = "phone", _("Said on the phone")
    VIDEO = "video", _("Said on video")
    LETTER = "letter", _("Wrote it in a letter")
    ATTORNEY = "attorney", _("Decided by an attorney until the person is reached")


class Consent(PersonOwned, SealedModel):
    """What the person agreed to: that a contact is told about `subjects`, or that an organization gets the case.

    A provisional one is an attorney's, with a reason; it ends after seven days, or when the person is spoken with.
    """

    wall = "consent"

    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, related_name="consents", null=True, blank=True, db_constraint=False
    )
    to_organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    subjects = ArrayField(models.CharField(max_length=12, choices=Subject), default=list, blank=True)
    purpose = SealedTextField(max_length=300, blank=True)
    how = models.CharField(max_length=10, choices=How)
    language = models.CharField(max_length=20, blank=True)
    witness = SealedTextField(max_length=150, blank=True)
    given_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    provisional = models.BooleanField(default=False)
    recorded_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    recorded_by_name = models.CharField(max_length=150)
    recorded_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    revoked_why = SealedTextField(max_length=300, blank=True)

    class Meta(PersonOwned.Meta):
        constraints = [
            CompositeForeignKey(["person", "organization"], "people.Person", name="consent_of_person"),
            CompositeForeignKey(["contact", "organization"], "people.Contact", name="consent_for_contact"),
            models.CheckConstraint(
                condition=(Q(contact=None) & ~Q(to_organization=None) & Q(subjects=[]))
                | (~Q(contact=None) & Q(to_organization=None) & ~Q(subjects=[])),
                name="consent_names_one_receiver",
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("given_at")), name="consent_ends_after_it_is_given"
            ),
            models.CheckConstraint(
                condition=Q(
                    provisional=True, how="attorney", subjects=["found"], ends_at__isnull=False,
                    ends_at__lte=F("given_at") + rules.PROVISIONAL,
                )
                | (Q(provisional=False) & ~Q(how="attorney") & ~Q(subjects__contains=["found"])),
                name="consent_provisional",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None) | ~Q(revoked_at=None) & ~Q(revoked_by=None),
                name="consent_revoked_by_somebody",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["person", "-given_at"], name="consent_newest")]

    def __str__(self) -> str:
        return f"{self.pk}"
