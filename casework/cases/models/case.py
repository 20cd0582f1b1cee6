"""One organization's representation of one person, and what every row of a case has."""

import uuid
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from casework.access.actor import Actor
from casework.access.doors import GuardedManager, GuardedModel, GuardedQuerySet
from casework.access.keys import CompositeForeignKey
from casework.access.models import Membership, Organization
from casework.access.versions import Versioned
from casework.cases.models.kinds import CustodyState, Matter, PlaceKind, Priority, Scope, Stage, StageReason
from casework.people.models import Person


class CaseQuerySet(GuardedQuerySet["Case"]):
    """`visible_to` is all that an actor may see; a list takes one of the two halves, each of which has its index."""

    def ours(self, actor: Actor) -> "CaseQuerySet":
        """The actor's own organization's cases, as far as the actor sees them."""
        return self.visible_to(actor, actor.reach.own_cases())

    def mine(self, actor: Actor) -> "CaseQuerySet":
        """The cases on whose team the actor is."""
        return self.visible_to(actor, actor.reach.my_cases())

    def shared_with(self, actor: Actor) -> "CaseQuerySet":
        """Cases of other organizations that were shared with the actor."""
        return self.visible_to(actor, actor.reach.shared_cases())


class Case(Versioned):  # type: ignore[django-manager-missing]  # the guarded manager of terms is made at run time
    """One organization's representation of one person. A person may have several.

    `reference` is given at acceptance and empty before. `restricted` closes the case to all but its team.
    `stage_reason` says why it was declined or referred. One that another organization has taken over (`handed_over_at`)
    is kept here as a copy, which nobody changes. What stands from `facility_key` on is copied from the rooms
    above, so that lists can show and sort by it: `actions.glance` writes it, past the version.
    """

    wall = "case"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cases")
    reference = models.CharField(max_length=24, blank=True)
    stage = models.CharField(max_length=12, choices=Stage, default=Stage.ENQUIRY)
    matters = ArrayField(models.CharField(max_length=24, choices=Matter), default=list, blank=True)
    restricted = models.BooleanField(default=False)
    opened_at = models.DateTimeField(default=timezone.now)
    opened_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    stage_since = models.DateTimeField(default=timezone.now)
    stage_reason = models.CharField(max_length=16, choices=StageReason, blank=True)
    handed_over_at = models.DateTimeField(null=True, blank=True, editable=False)
    scope = models.CharField(max_length=12, choices=Scope, default=Scope.NONE, blank=True)
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.NORMAL)
    # At a glance, copied: where the person is (custody), what comes next (docket)
    facility_key = models.CharField(max_length=40, blank=True)
    place = models.CharField(max_length=160, blank=True)
    place_kind = models.CharField(max_length=12, choices=PlaceKind, default=PlaceKind.NONE, blank=True)
    place_since = models.DateField(null=True, blank=True)  # on the calendar of the place
    place_as_of = models.DateTimeField(null=True, blank=True)
    custody = models.CharField(max_length=12, choices=CustodyState, default=CustodyState.NONE, blank=True)
    next_hearing_at = models.DateTimeField(null=True, blank=True)
    next_hearing_zone = models.CharField(max_length=64, blank=True)
    next_deadline_on = models.DateField(null=True, blank=True)

    objects: ClassVar[Any] = GuardedManager.from_queryset(CaseQuerySet)()

    class Meta(Versioned.Meta):
        permissions = [("share_case", "Can share case")]
        constraints = [
            models.UniqueConstraint(fields=["id", "organization"], name="case_of_organization"),
            models.UniqueConstraint(
                fields=["organization", "reference"], condition=~Q(reference=""), name="case_reference_once"
            ),
            CompositeForeignKey(["person", "organization"], "people.Person", name="case_person_of_organization"),
            CompositeForeignKey(["opened_by", "organization"], "access.Membership", name="case_opener_of_organization"),
        ]
        indexes = [
            models.Index(fields=["organization", "-opened_at", "id"], name="case_newest"),
            # each order of the caseload, so that a page comes by its index
            models.Index(fields=["organization", "next_hearing_at", "id"], name="case_by_hearing"),
            models.Index(fields=["organization", "next_deadline_on", "id"], name="case_by_deadline"),
            models.Index(fields=["organization", "place_as_of", "id"], name="case_by_age_of_place"),
            models.Index(fields=["organization", "-reference", "id"], name="case_by_reference"),
            models.Index(
                fields=["organization"], include=["id", "person"], condition=Q(restricted=True), name="case_restricted"
            ),
            models.Index(
                fields=["organization"],
                include=["id", "person"],
                condition=Q(handed_over_at__isnull=False),
                name="case_handed_over",
            ),
        ]

    def __str__(self) -> str:
        return self.reference or f"{self.pk}"

    @classmethod
    def rows_for(cls, actor: Actor) -> Q:
        return actor.reach.cases()

    @property
    def whose(self) -> Person:
        """The person as pages show them: of files that were merged the survivor, for whoever sees that one, too."""
        return self.person.survivor

    @property
    def audit_case_id(self) -> uuid.UUID:
        return self.pk

    @property
    def audit_file_id(self) -> uuid.UUID:
        return self.person_id

    def basis_for(self, actor: Actor) -> str:
        """On what ground the actor meets the case."""
        kept = self.handed_over_at is not None
        return actor.reach.basis(self.pk, self.organization_id, restricted=self.restricted, kept=kept)


class CaseOwned(GuardedModel):
    """A row of a case. It copies the case's organization, so that both layers of walls can tell whose it is."""

    wall = "case_owned"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="%(class)ss", db_constraint=False)

    class Meta(GuardedModel.Meta):
        abstract = True

    @property
    def audit_case_id(self) -> uuid.UUID:
        return self.case_id

    @property
    def audit_file_id(self) -> uuid.UUID:
        return self.case.person_id

    @classmethod
    def rows_for(cls, actor: Actor) -> Q:
        return actor.reach.of_case(tiered=any(field.name == "tier" for field in cls._meta.fields))


class ReferenceCounter(models.Model):
    """The last number given in a year; `ctx.next_reference` counts on."""

    wall = "closed"

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "year"], name="counter_once")]

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"
