"""Who else is around a person: those one calls, and those on the other side; and by which numbers they are found."""

import uuid
from collections.abc import Collection, Iterable
from typing import Any, ClassVar

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.access.doors import GuardedManager, GuardedQuerySet, window
from casework.access.keys import CompositeForeignKey
from casework.access.models import Membership
from casework.access.versions import Versioned
from casework.people import rules
from casework.people.models.person import PersonOwned
from casework.vault import keys
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


class PartyQuerySet(GuardedQuerySet["Party"]):
    def bulk_create(self, objs: Iterable["Party"], *args: Any, **kwargs: Any) -> list["Party"]:
        """As Django's; the numbers can be found afterwards."""
        with transaction.atomic():
            made = super().bulk_create(objs, *args, **kwargs)
            PhoneToken.objects.bulk_create([token for party in made for token in PhoneToken.of_party(party)])
        return made


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

    objects: ClassVar[Any] = GuardedManager.from_queryset(PartyQuerySet)()

    class Meta(Versioned.Meta):
        abstract = True

    def __str__(self) -> str:
        return f"{self.pk}"

    def save(self, **kwargs: Any) -> None:
        """As any row's; what the numbers can be found by follows them."""
        with transaction.atomic():
            super().save(**kwargs)
            names: Collection[str] | None = kwargs.get("update_fields")
            if names is None or {"phones", "removed_at", "tier"} & set(names):
                PhoneToken.replace(self)


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


class PhoneToken(PersonOwned):
    """A number of one of the parties around a person, as HMAC under a key of the organization, at the party's tier.

    Numbers of a party that was removed are found no more.
    """

    wall = "flag"

    party = models.UUIDField(editable=False)
    tier = models.PositiveSmallIntegerField()
    token = models.BinaryField()

    class Meta(PersonOwned.Meta):
        constraints = [
            CompositeForeignKey(["person", "organization"], "people.Person", name="phone_token_of_person"),
            models.UniqueConstraint(fields=["organization", "token", "party"], name="phone_token_once"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @classmethod
    def of(cls, organization: uuid.UUID, number: str) -> bytes:
        """What stands for a number (E.164)."""
        return keys.index(organization, "phone", number)

    @classmethod
    def of_party(cls, party: Party) -> list["PhoneToken"]:
        """All numbers that a party can be found by."""
        numbers = {phone["number"] for phone in party.phones} if party.removed_at is None else set()
        own = {"organization_id": party.organization_id, "person_id": party.person_id, "party": party.pk}
        tier = getattr(party, "tier", rules.INTAKE)
        return [cls(token=cls.of(party.organization_id, one), tier=tier, **own) for one in sorted(numbers)]

    @classmethod
    def replace(cls, party: Party) -> None:
        """Makes the tokens of a saved party those of its numbers."""
        with window("phone tokens"):
            rows = list(cls.objects.filter(person_id=party.person_id, party=party.pk))
            wanted = {bytes(one.token): one for one in cls.of_party(party)}
            standing = {bytes(one.token) for one in rows if one.tier == getattr(party, "tier", rules.INTAKE)}
            for row in rows:
                if bytes(row.token) not in wanted or bytes(row.token) not in standing:
                    row.delete()
            cls.objects.bulk_create([one for token, one in wanted.items() if token not in standing])
