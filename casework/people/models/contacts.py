"""Who else is around a person: those one calls, and those on the other side; and by which numbers they are found."""

import uuid
from collections.abc import Collection, Iterable
from typing import Any, ClassVar, Self

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.access.doors import GuardedManager, GuardedQuerySet, window
from casework.access.keys import CompositeForeignKey
from casework.access.models import Membership
from casework.access.versions import Versioned
from casework.people import rules, tokens
from casework.people.models.person import NameToken, PersonOwned
from casework.vault import keys
from casework.vault.fields import Locked, SealedJSONField, SealedTextField
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
        """As Django's; the names and numbers can be found afterwards."""
        with transaction.atomic():
            made = super().bulk_create(objs, *args, **kwargs)
            PhoneToken.objects.bulk_create([token for party in made for token in PhoneToken.of_party(party)])
            PartyToken.objects.bulk_create([token for party in made for token in PartyToken.of_party(party)])
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
        """As any row's; what names and numbers can be found by follows them."""
        with transaction.atomic():
            super().save(**kwargs)
            names: Collection[str] | None = kwargs.get("update_fields")
            if names is None or {"phones", "removed_at", "tier"} & set(names):
                PhoneToken.replace(self)
            if names is None or {"name", "removed_at", "tier"} & set(names):
                PartyToken.replace(self)


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


class TokenOfParty(PersonOwned):
    """What one of the parties around a person is found by, as HMAC under a key of the organization, at their tier.

    A party that was removed is found no more.
    """

    wall = "flag"

    party = models.UUIDField(editable=False)
    tier = models.PositiveSmallIntegerField()
    token = models.BinaryField()

    class Meta(PersonOwned.Meta):
        abstract = True

    def __str__(self) -> str:
        return f"{self.pk}"

    @classmethod
    def _all(cls, party: Party) -> set[bytes]:
        raise NotImplementedError

    @classmethod
    def of_party(cls, party: Party) -> list[Self]:
        """All that a party can be found by."""
        own = {"organization_id": party.organization_id, "person_id": party.person_id, "party": party.pk}
        tier = getattr(party, "tier", rules.INTAKE)
        return [cls(token=one, tier=tier, **own) for one in sorted(cls._all(party) if party.removed_at is None else ())]

    @classmethod
    def replace(cls, party: Party) -> None:
        """Makes the tokens of a saved party those of its name or numbers."""
        with window("tokens of a party"):
            rows = list(cls.objects.filter(person_id=party.person_id, party=party.pk))
            wanted = {bytes(one.token): one for one in cls.of_party(party)}
            tier = getattr(party, "tier", rules.INTAKE)
            standing = {bytes(one.token) for one in rows if one.tier == tier}
            for row in rows:
                if bytes(row.token) not in wanted or bytes(row.token) not in standing:
                    row.delete()
            cls.objects.bulk_create([one for token, one in wanted.items() if token not in standing])


class PhoneToken(TokenOfParty):
    """A number of a party."""

    class Meta(TokenOfParty.Meta):
        constraints = [
            CompositeForeignKey(["person", "organization"], "people.Person", name="phone_token_of_person"),
            models.UniqueConstraint(fields=["organization", "token", "party"], name="phone_token_once"),
        ]

    @classmethod
    def of(cls, organization: uuid.UUID, number: str) -> bytes:
        """What stands for a number (E.164)."""
        return keys.index(organization, "phone", number)

    @classmethod
    def _all(cls, party: Party) -> set[bytes]:
        return {cls.of(party.organization_id, phone["number"]) for phone in party.phones}


class PartyToken(TokenOfParty):
    """A form of a party's name (`tokens.py`), as those of people's names stand in `NameToken`."""

    class Meta(TokenOfParty.Meta):
        constraints = [
            CompositeForeignKey(["person", "organization"], "people.Person", name="party_token_of_person"),
            models.UniqueConstraint(fields=["organization", "token", "party"], name="party_token_once"),
        ]

    @classmethod
    def _all(cls, party: Party) -> set[bytes]:
        if not party.name or isinstance(party.name, Locked):
            return set()
        forms = tokens.of_name(party.name) | tokens.whole(party.name)
        return {NameToken.of(party.organization_id, form) for form in forms}
