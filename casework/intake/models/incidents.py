"""Incidents: an arrest or a sighting as several callers tell of it, with nobody's name, shared by their intakes."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.access.actor import Actor
from casework.access.keys import CompositeForeignKey
from casework.access.models import Membership, Organization
from casework.access.rules import NONE, ORGANIZATION
from casework.access.versions import Versioned
from casework.cases.models import CaseOwned
from casework.intake.models.calls import PlaceType, of_takers
from casework.vault.fields import SealedTextField
from casework.vault.rows import SealedModel


class Agency(models.TextChoices):
    """Who made an arrest (fixtures/questions, agencies)."""

    ICE = "ice", _("ICE")
    HSI = "hsi", _("HSI")
    CBP = "cbp", _("CBP or Border Patrol")
    LOCAL = "local", _("Local police or sheriff")
    OTHER = "other", _("Another agency")


class Warrant(models.TextChoices):
    """Which paper was shown (fixtures/questions, warrant)."""

    UNKNOWN = "", _("Not known")
    NONE = "none", _("No paper")
    ADMINISTRATIVE = "administrative", _("Paper of ICE (I-200 or I-205)")
    JUDICIAL = "judicial", _("Warrant signed by a judge")
    UNSURE = "unsure", _("A paper, but not sure which")


class Incident(SealedModel, Versioned):
    """Something that happened at a place and a time. It belongs to the organization and to no case.

    `happened_at` is exact where `exact_time`, else the day of it in the organization's zone counts. It is a rumour
    until somebody has verified it (`verified_at`), `verified_how` in words. Sealed under a key of its own, by its id.
    """

    wall = "incident"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    happened_at = models.DateTimeField()
    exact_time = models.BooleanField(default=False)
    place = SealedTextField(max_length=300, blank=True)
    place_type = models.CharField(max_length=10, choices=PlaceType, default=PlaceType.UNKNOWN, blank=True)
    agencies = ArrayField(models.CharField(max_length=8, choices=Agency), default=list, blank=True)
    warrant = models.CharField(max_length=16, choices=Warrant, default=Warrant.UNKNOWN, blank=True)
    officers = models.PositiveSmallIntegerField(null=True, blank=True)
    words = SealedTextField(max_length=2000, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by_name = models.CharField(max_length=150, blank=True)
    verified_how = SealedTextField(max_length=300, blank=True)
    recorded_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    recorded_by_name = models.CharField(max_length=150)
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta(Versioned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["id", "organization"], name="incident_of_organization"),
            CompositeForeignKey(["recorded_by", "organization"], "access.Membership", name="incident_by_member"),
        ]
        indexes = [models.Index(fields=["organization", "-happened_at"], name="incident_newest")]

    def __str__(self) -> str:
        return f"{self.pk}"

    @classmethod
    def rows_for(cls, actor: Actor) -> Q:
        return of_takers(actor)

    def basis_for(self, actor: Actor) -> str:
        return ORGANIZATION if self.organization_id == actor.organization_id else NONE

    def sealing_file(self) -> tuple[uuid.UUID, uuid.UUID]:
        return self.organization_id, self.pk

    @classmethod
    def of_file(cls, file: uuid.UUID) -> Q:
        return Q(pk=file)


class IncidentLink(CaseOwned):
    """An intake that tells of an incident. One that was wrong is taken off (`removed_at`) and stays, for the audit."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    linked_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    linked_by_name = models.CharField(max_length=150)
    linked_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True)

    class Meta(CaseOwned.Meta):
        constraints = [
            CompositeForeignKey(["case", "organization"], "cases.Case", name="incident_link_of_case"),
            CompositeForeignKey(["incident", "organization"], "intake.Incident", name="incident_link_of_incident"),
            CompositeForeignKey(["linked_by", "organization"], "access.Membership", name="incident_linked_by_member"),
            models.UniqueConstraint(
                fields=["case", "incident"], condition=Q(removed_at=None), name="incident_linked_once"
            ),
        ]
        indexes = [models.Index(fields=["incident"], condition=Q(removed_at=None), name="incident_links")]

    def __str__(self) -> str:
        return f"{self.pk}"
