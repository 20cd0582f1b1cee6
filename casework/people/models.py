"""The table of people."""

import uuid

from django.db import models
from django.db.models import Q

from casework.access.actor import Actor
from casework.access.models import Membership, Organization
from casework.access.versions import Versioned
from casework.vault.fields import IndexField, Locked, SealedDateField, SealedJSONField, SealedModel, SealedTextField


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

    class Meta(Versioned.Meta):
        constraints = [models.UniqueConstraint(fields=["id", "organization"], name="person_of_organization")]
        indexes = [models.Index(fields=["organization", "a_number_index"], name="person_by_a_number")]

    def __str__(self) -> str:
        return f"{self.pk}"

    @classmethod
    def rows_for(cls, actor: Actor) -> Q:
        return actor.reach.people()

    @property
    def audit_file_id(self) -> uuid.UUID:
        return self.pk

    def sealing_file(self) -> tuple[uuid.UUID, uuid.UUID]:
        return self.organization_id, self.pk

    @property
    def full_name(self) -> str:
        """The names in the order of the papers; empty when none is known."""
        parts = [self.given_names, self.first_surname, self.second_surname]
        locked = next((part for part in parts if isinstance(part, Locked)), None)
        return " ".join(filter(None, parts)) if locked is None else locked
