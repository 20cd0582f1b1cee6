"""The tables of people, and of what their names can be found by."""

import uuid
from collections.abc import Collection, Iterable
from typing import Any, ClassVar

from django.db import models, transaction
from django.db.models import Q

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


class PersonQuerySet(GuardedQuerySet["Person"]):
    def bulk_create(self, objs: Iterable["Person"], *args: Any, **kwargs: Any) -> list["Person"]:
        """As Django's; the names can be found afterwards."""
        with transaction.atomic():
            made = super().bulk_create(objs, *args, **kwargs)
            new = [token for person in made for token in NameToken.of_person(person)]
            NameToken.objects.bulk_create(new, ignore_conflicts=True)
        return made


class Person(SealedModel, Versioned):  # type: ignore[django-manager-missing]  # the guarded manager of cases is made at run time
    """A detained person, in the file of one organization. Who sees a case of the person sees the person.

    `a_number` is nine digits; `aliases` is every other spelling seen.
    """

    wall = "person"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    given_names = SealedTextField(max_length=100, blank=True)
    first_surname = SealedTextField(max_length=100, blank=True)
    second_surname = SealedTextField(max_length=100, blank=True)
    aliases = SealedJSONField(default=list, blank=True)
    birth_date = SealedDateField(blank=True)
    a_number = SealedTextField(max_length=9, blank=True)
    a_number_index = IndexField(of="a_number")
    language = models.CharField(max_length=20, blank=True)
    no_contact = models.BooleanField(default=False)
    opened_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[Any] = GuardedManager.from_queryset(PersonQuerySet)()

    class Meta(Versioned.Meta):
        constraints = [models.UniqueConstraint(fields=["id", "organization"], name="person_of_organization")]
        indexes = [models.Index(fields=["organization", "a_number_index"], name="person_by_a_number")]

    def __str__(self) -> str:
        return f"{self.pk}"

    @classmethod
    def rows_for(cls, actor: Actor) -> Q:
        return actor.reach.people()

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


NAMES = frozenset(["given_names", "first_surname", "second_surname", "aliases"])


class NameToken(GuardedModel):
    """One form of one of a person's names (`tokens.py`), as HMAC under a key of the organization."""

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
        found = sorted({cls.of(person.organization_id, form) for form in tokens.of_names(names)})
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
