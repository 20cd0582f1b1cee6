"""The table of people."""

import json
import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from casework.access.actor import Actor
from casework.access.doors import GuardedModel
from casework.access.models import Membership, Organization
from casework.vault.cipher import seal, unseal


class Person(GuardedModel):  # type: ignore[django-manager-missing]  # the guarded manager of cases is made at run time
    """A detained person, in the file of one organization. The names stand sealed.

    Who sees a case of the person sees the person.
    """

    wall = "person"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    sealed_names = models.BinaryField()
    language = models.CharField(max_length=20, blank=True)
    no_contact = models.BooleanField(default=False)
    opened_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1)

    class Meta(GuardedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["id", "organization"], name="person_of_organization")]

    def __str__(self) -> str:
        return f"{self.pk}"

    @classmethod
    def rows_for(cls, actor: Actor) -> Q:
        return actor.reach.people()

    @property
    def names(self) -> dict[str, str]:
        """`given`, `first_surname` and `second_surname`; a part that is not known is missing."""
        opened: dict[str, Any] = json.loads(unseal(bytes(self.sealed_names), self._context))
        return opened

    @names.setter
    def names(self, names: dict[str, str]) -> None:
        self.sealed_names = seal(json.dumps(names).encode(), self._context)

    @property
    def full_name(self) -> str:
        """The names in the order of the papers; empty when none is known."""
        parts = self.names
        return " ".join(filter(None, (parts.get(key) for key in ("given", "first_surname", "second_surname"))))

    @property
    def _context(self) -> str:
        return f"person|{self.pk}|names"
