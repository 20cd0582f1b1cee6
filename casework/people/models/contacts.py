"""Who else is around a person: those one calls, and those on the other side."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.access.keys import CompositeForeignKey
from casework.access.models import Membership
from casework.access.versions import Versioned
from casework.people.models.person import PersonOwned
from casework.vault.fields import SealedJSONField, SealedTextField
from casework.vault.rows import SealedModel


class ContactKind(models.TextChoices):
    """What a contact is to the person or to the case."""

    FAMILY = "family", _("Family")
    FRIEND = "friend", _("Friend")
    SPONSOR = "sponsor", _("Sponsor")
    EMPLOYER = "employer", _("Employer")
    PRIOR_COUNSEL = "prior_counsel", _("Prior counsel")
    DEFENDER = "defender", _("Defender in a criminal case")
    DEPORTATION_OFFICER = "deportation_officer", _("Deportation officer")
    OPLA = "opla", _("OPLA attorney")
    CONSULATE = "consulate", _("Consulate")
    OTHER = "other", _("Somebody else")


OFFICIAL = frozenset({ContactKind.DEPORTATION_OFFICER, ContactKind.OPLA, ContactKind.CONSULATE})


class AdverseKind(models.TextChoices):
    """On what ground somebody's interests stand against the person's."""

    CO_DEFENDANT = "co_defendant", _("Co-defendant")
    ABUSER = "abuser", _("Abuser")
    WITNESS = "witness", _("Witness")
    SMUGGLER = "smuggler", _("Smuggler")
    COMPETING_GUARDIAN = "competing_guardian", _("Competing guardian")
    OTHER = "other", _("Somebody else")


class Party(PersonOwned, SealedModel, Versioned):
    """Somebody around the person. One who was removed (`removed_at`) stays, for consents and lines that name them.

    `phones` is a list of {"number": E.164, "call", "text", "voicemail": whether one may, "note"}.
    """

    name = SealedTextField(max_length=200, blank=True)
    phones = SealedJSONField(default=list, blank=True)
    address = SealedTextField(max_length=500, blank=True)
    note = SealedTextField(max_length=500, blank=True)
    added_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta(Versioned.Meta):
        abstract = True

    def __str__(self) -> str:
        return f"{self.pk}"


class Contact(Party):
    """Somebody one calls about the person, by `position`. `must_not_know` is a warning wherever they are shown.

    `pass_phrase` is what both sides say at a call-back; showing it is a look of its own.
    """

    kind = models.CharField(max_length=20, choices=ContactKind, default=ContactKind.FAMILY)
    relationship = SealedTextField(max_length=100, blank=True)
    language = models.CharField(max_length=20, blank=True)
    pass_phrase = SealedTextField(max_length=100, blank=True)
    position = models.PositiveSmallIntegerField(default=1)
    must_not_know = models.BooleanField(default=False)

    class Meta(Party.Meta):
        constraints = [
            models.UniqueConstraint(fields=["id", "organization"], name="contact_of_organization"),
            CompositeForeignKey(["person", "organization"], "people.Person", name="contact_of_person"),
        ]


class AdverseParty(Party):
    """Somebody on the other side. Nobody calls them: `phones` tell who it is when they call."""

    tier = models.PositiveSmallIntegerField(default=3)
    kind = models.CharField(max_length=20, choices=AdverseKind, default=AdverseKind.OTHER)

    class Meta(Party.Meta):
        constraints = [
            CompositeForeignKey(["person", "organization"], "people.Person", name="adverse_party_of_person"),
            models.CheckConstraint(condition=Q(tier__in=[2, 3]), name="adverse_party_tier"),
        ]
