"""A detained person, what their names can be found by, and what hangs on a person's file."""

import uuid
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from casework.access.actor import Actor
from casework.access.doors import GuardedManager, GuardedModel, GuardedQuerySet, window
from casework.access.keys import CompositeForeignKey
from casework.access.models import Membership, Organization
from casework.access.versions import Versioned
from casework.people import tokens
from casework.vault import keys
from casework.vault.fields import IndexField, Locked, SealedDateField, SealedJSONField, SealedTextField
from casework.vault.rows import SealedModel

TOKEN_BYTES = 8


class NumberMissing(models.TextChoices):
    """Why a file has no A-number; empty where nobody has asked."""

    NONE = "none", _("The person has none yet")
    UNKNOWN = "unknown", _("Not known")


class Gender(models.TextChoices):
    """As the person says it; empty where nobody has asked."""

    WOMAN = "woman", _("Woman")
    MAN = "man", _("Man")
    OTHER = "other", _("Another gender")
    DECLINED = "declined", _("Declined to say")


class PersonQuerySet(GuardedQuerySet["Person"]):
    def shown(self, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, "Person"]:
        """Of an opened queryset, by these ids, whom lists name: the survivor, where one sees that file, too."""
        found = self.in_bulk(set(ids))
        missing = {one.merged_into_id for one in found.values()} - {None, *found}
        survivors = found | (self.in_bulk(missing) if missing else {})
        return {pk: survivors.get(one.merged_into_id or pk, one) for pk, one in found.items()}

    def bulk_create(self, objs: Iterable["Person"], *args: Any, **kwargs: Any) -> list["Person"]:
        """As Django's; the names can be found afterwards."""
        with transaction.atomic():
            made = super().bulk_create(objs, *args, **kwargs)
            new = [token for person in made for token in NameToken.of_person(person)]
            NameToken.objects.bulk_create(new, ignore_conflicts=True)
        return made


class Person(SealedModel, Versioned):  # type: ignore[django-manager-missing]  # the guarded manager of cases is made at run time
    """A detained person, in the file of one organization. Who sees a case of the person sees the person.

    `a_number` is nine digits; `aliases` is every other spelling seen, `other_ids` pairs of what a number is and the
    number. `language` is the best one, all languages and countries are codes of the directory. `alert` is read before
    anybody calls; `reached_at` is when somebody of the organization first spoke with the person.

    Two files of one human being can be merged: both keep their rows and keys, and whoever sees both meets one person.
    `merged_into` is the survivor, of the survivor itself, too, and empty where nothing was merged.
    """

    wall = "person"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    given_names = SealedTextField(max_length=100, blank=True)
    first_surname = SealedTextField(max_length=100, blank=True)
    second_surname = SealedTextField(max_length=100, blank=True)
    aliases = SealedJSONField(default=list, blank=True)
    birth_date = SealedDateField(blank=True)
    birth_date_other = SealedDateField(blank=True)
    a_number = SealedTextField(max_length=9, blank=True)
    a_number_index = IndexField(of="a_number")
    a_number_missing = models.CharField(max_length=8, choices=NumberMissing, blank=True, default="")
    other_ids = SealedJSONField(default=list, blank=True)
    country_of_birth = models.CharField(max_length=4, blank=True, default="")
    nationalities = ArrayField(models.CharField(max_length=4), default=list, blank=True)
    language = models.CharField(max_length=20, blank=True)
    other_languages = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    reads_languages = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    language_variety = SealedTextField(max_length=100, blank=True)
    language_town = SealedTextField(max_length=100, blank=True)
    gender = models.CharField(max_length=10, choices=Gender, blank=True, default="")
    alert = SealedTextField(max_length=200, blank=True)
    no_contact = models.BooleanField(default=False)
    reached_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="+", null=True, editable=False, db_constraint=False
    )

    objects: ClassVar[Any] = GuardedManager.from_queryset(PersonQuerySet)()

    class Meta(Versioned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["id", "organization"], name="person_of_organization"),
            CompositeForeignKey(["merged_into", "organization"], "people.Person", name="person_merged_at_home"),
            models.CheckConstraint(
                condition=Q(a_number_missing="") | Q(a_number_index=None), name="person_has_a_number_or_not"
            ),
        ]
        indexes = [models.Index(fields=["organization", "a_number_index"], name="person_by_a_number")]

    def __str__(self) -> str:
        return f"{self.pk}"

    @classmethod
    def rows_for(cls, actor: Actor) -> Q:
        return actor.reach.people()

    def basis_for(self, actor: Actor) -> str:
        """On what ground the actor meets the person: the best one of the cases that both have."""
        return actor.reach.basis_of_person(self.pk, self.organization_id)

    def save(self, **kwargs: Any) -> None:
        """As any row's; what the names can be found by follows them."""
        with transaction.atomic():
            super().save(**kwargs)
            names: Collection[str] | None = kwargs.get("update_fields")
            if names is None or NAMES & set(names):
                NameToken.replace(self)

    @property
    def audit_file_id(self) -> uuid.UUID:
        return self.pk

    def sealing_file(self) -> tuple[uuid.UUID, uuid.UUID]:
        return self.organization_id, self.pk

    @classmethod
    def of_file(cls, file: uuid.UUID) -> Q:
        return Q(pk=file)

    @property
    def full_name(self) -> str:
        """The names in the order of the papers; empty when none is known."""
        parts = [self.given_names, self.first_surname, self.second_surname]
        locked = next((part for part in parts if isinstance(part, Locked)), None)
        return " ".join(filter(None, parts)) if locked is None else locked

    @cached_property
    def together(self) -> list["Person"]:
        """All files of this human being that the reader of this one sees: the survivor first, where it is among them.

        Where nothing was merged, itself, without a query.
        """
        if self.merged_into_id is None:
            return [self]
        rows = Person.objects.db_manager(hints={"instance": self}).filter(merged_into_id=self.merged_into_id)
        found = [self if one.pk == self.pk else one for one in rows.order_by("created_at")]
        found.sort(key=lambda one: (one.pk != one.merged_into_id, one.pk != self.pk))
        for one in found:
            one.__dict__["together"] = found
        return found

    @property
    def survivor(self) -> "Person":
        """The row whose names, numbers and dates count."""
        return self.together[0]

    @property
    def files(self) -> list[uuid.UUID]:
        """The ids of all files."""
        return [one.pk for one in self.together]

    @property
    def wants_no_contact(self) -> bool:
        """As any of the files says: whoever sees one alone writes it there."""
        return any(one.no_contact for one in self.together)

    @property
    def first_reached_at(self) -> datetime | None:
        """The first time that any of the files knows of."""
        return min((one.reached_at for one in self.together if one.reached_at), default=None)

    def rows(self, model: type["PersonOwned"]) -> Any:
        """The rows of a kind in all files, as far as the reader of this one sees them."""
        return model.objects.db_manager(hints={"instance": self}).filter(person_id__in=self.files)


NAMES = frozenset(["given_names", "first_surname", "second_surname", "aliases", "birth_date", "birth_date_other"])


class NameToken(GuardedModel):
    """One form of one of a person's names or birth dates (`tokens.py`), as HMAC under a key of the organization."""

    wall = "of_person"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="name_tokens", db_constraint=False)
    token = models.BinaryField()

    class Meta(GuardedModel.Meta):
        constraints = [
            CompositeForeignKey(["person", "organization"], "people.Person", name="token_of_person"),
            # in this order: a search reads the index alone
            models.UniqueConstraint(fields=["organization", "token", "person"], name="name_token_once"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @classmethod
    def rows_for(cls, actor: Actor) -> Q:
        return Q(person_id__in=Person.objects.visible_to(actor).values("pk"))

    @classmethod
    def of(cls, organization: uuid.UUID, form: str) -> bytes:
        """What stands for a form."""
        return keys.index(organization, "name", form)[:TOKEN_BYTES]

    @classmethod
    def of_person(cls, person: Person) -> list["NameToken"]:
        """All that a person's names can be found by."""
        names = [person.given_names, person.first_surname, person.second_surname, *person.aliases]
        born = [day for day in (person.birth_date, person.birth_date_other) if day is not None]
        forms = tokens.of_names(names) | tokens.of_dates(born)
        forms = forms.union(*(tokens.whole(name) for name in (" ".join(names[:3]), *person.aliases)))
        found = sorted({cls.of(person.organization_id, form) for form in forms})
        return [cls(organization_id=person.organization_id, person_id=person.pk, token=one) for one in found]

    @classmethod
    def replace(cls, person: Person) -> None:
        """Makes the tokens of a saved person those of its names."""
        wanted = {bytes(one.token): one for one in cls.of_person(person)}
        with window("name tokens"):
            rows = cls.objects.filter(person_id=person.pk)
            there = {bytes(token): pk for token, pk in rows.values_list("token", "pk")}
            rows.filter(pk__in=[there[one] for one in there.keys() - wanted.keys()]).delete()
            cls.objects.bulk_create([wanted[one] for one in wanted.keys() - there.keys()])


class PersonOwned(GuardedModel):
    """A row of a person's file. It copies the person's organization, so that both layers of walls can tell whose it is.

    A row with a `tier` is seen as far as one's tier goes in the best of the person's cases.
    """

    wall = "person_owned"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="%(class)ss", db_constraint=False)

    class Meta(GuardedModel.Meta):
        abstract = True

    @classmethod
    def rows_for(cls, actor: Actor) -> Q:
        return actor.reach.of_person(tiered=any(field.name == "tier" for field in cls._meta.fields))

    @property
    def audit_file_id(self) -> uuid.UUID:
        return self.person_id

    def basis_for(self, actor: Actor) -> str:
        """On what ground the actor meets the person."""
        return actor.reach.basis_of_person(self.person_id, self.organization_id)

    def sealing_file(self) -> tuple[uuid.UUID, uuid.UUID]:
        """Sealed columns stand under the key of the person's file."""
        return self.organization_id, self.person_id

    @classmethod
    def of_file(cls, file: uuid.UUID) -> Q:
        """The rows of the person's file."""
        return Q(person_id=file)
