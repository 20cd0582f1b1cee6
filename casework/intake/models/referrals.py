"""Places to which an organization sends people whom it cannot help itself. Nothing about a person."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from casework.access.actor import Actor
from casework.access.keys import CompositeForeignKey
from casework.access.models import Membership, Organization
from casework.access.rules import NONE, ORGANIZATION
from casework.access.versions import Versioned


class Referral(Versioned):
    """One place, under one of the kinds of fixtures/leaflets/referrals.yaml.

    `languages` are codes in which people are served there, empty for not known. `checked_on` is the day on which
    somebody last confirmed it. One that was taken off the list (`removed_at`) can be put back.
    """

    wall = "of_organization"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=150)
    phone = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=200, blank=True)
    hours = models.CharField(max_length=120, blank=True)
    languages = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    note = models.CharField(max_length=300, blank=True)
    checked_on = models.DateField(null=True, blank=True)
    made_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta(Versioned.Meta):
        constraints = [
            CompositeForeignKey(["made_by", "organization"], "access.Membership", name="referral_by_member"),
        ]
        indexes = [models.Index(fields=["organization", "kind"], name="referral_of_kind")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def rows_for(cls, actor: Actor) -> Q:
        found: Q = Q(organization_id=actor.organization_id) if actor.is_staff else Q(pk__in=[])
        return found

    def basis_for(self, actor: Actor) -> str:
        return ORGANIZATION if self.organization_id == actor.organization_id else NONE
