"""What an organization does not ask."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from casework.access.actor import Actor
from casework.access.models import Organization
from casework.access.rules import ORGANIZATION
from casework.access.versions import Versioned


class QuestionChoice(Versioned):
    """The sections and questions that an organization has switched off, by their keys; all are on without a row."""

    wall = "question_choice"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    off = ArrayField(models.CharField(max_length=60), default=list, blank=True)

    class Meta(Versioned.Meta):
        constraints = [models.UniqueConstraint(fields=["organization"], name="question_choice_once")]

    def __str__(self) -> str:
        return f"{self.pk}"

    @classmethod
    def rows_for(cls, actor: Actor) -> Q:
        return Q(organization_id=actor.organization_id) if actor.is_staff else Q(pk__in=[])

    def basis_for(self, actor: Actor) -> str:
        return ORGANIZATION
