"""What an organization knows of a place by itself, and what it found wrong in the directory. Nothing about a person."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.access import rules
from casework.access.actor import Actor
from casework.access.doors import GuardedManager, GuardedModel, GuardedQuerySet
from casework.access.keys import CompositeForeignKey
from casework.access.models import Membership, Organization
from casework.access.versions import Versioned
from casework.directory.models.reference import Court, Facility

OPERATOR = "operator"


class OfPlaceQuerySet(GuardedQuerySet[Any]):
    def about(self, place: Facility | Court) -> Any:
        """Rows about this facility or court; open the queryset first."""
        return self.filter(**{_column(place): place.pk})


def _column(place: Facility | Court) -> str:
    return "facility_id" if isinstance(place, Facility) else "court_id"


class OfPlace(GuardedModel):
    """A row of an organization about one facility or one court."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, null=True, related_name="+")
    court = models.ForeignKey(Court, on_delete=models.PROTECT, null=True, related_name="+")

    objects: ClassVar[Any] = GuardedManager.from_queryset(OfPlaceQuerySet)()

    class Meta(GuardedModel.Meta):
        abstract = True

    @classmethod
    def rows_for(cls, actor: Actor) -> Q:
        return Q(organization_id=actor.organization_id) if actor.is_staff else Q(pk__in=[])

    @property
    def place(self) -> Facility | Court:
        """The facility or court that it is about."""
        found = self.facility or self.court
        assert found is not None  # noqa: S101 (a constraint of the table)
        return found

    def basis_for(self, actor: Actor) -> str:
        """On what ground the actor meets it: it is the organization's, or nobody's business."""
        return rules.ORGANIZATION if self.organization_id == actor.organization_id else rules.NONE


ONE_PLACE = Q(facility=None, court__isnull=False) | Q(court=None, facility__isnull=False)


class Topic(models.TextChoices):
    """What a note is about."""

    VISITING = "visiting", _("Visiting rules")
    MAIL = "mail", _("Mail")
    MONEY = "money", _("Sending money")
    FILING = "filing", _("Filing window and hours")
    JOINING = "joining", _("Joining a hearing from afar")
    ATTORNEY_PHONE = "attorney_phone", _("Phone for attorneys")
    LEGAL_CALLS = "legal_calls", _("Booking legal calls")
    OTHER = "other", _("Other")


FACILITY_TOPICS = (
    Topic.VISITING, Topic.LEGAL_CALLS, Topic.ATTORNEY_PHONE, Topic.MAIL, Topic.MONEY, Topic.OTHER,
)  # fmt: skip
COURT_TOPICS = (Topic.FILING, Topic.JOINING, Topic.ATTORNEY_PHONE, Topic.OTHER)


class PlaceNote(Versioned, OfPlace):
    """What an organization found out about one topic of a place, and who last checked on which day that it is so.

    An empty text says that it is not known any more.
    """

    wall = "of_organization"

    topic = models.CharField(max_length=16, choices=Topic)
    text = models.TextField(blank=True)
    checked_on = models.DateField()
    checked_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    checked_by_name = models.CharField(max_length=150)

    objects: ClassVar[Any] = GuardedManager.from_queryset(OfPlaceQuerySet)()

    class Meta(Versioned.Meta):
        constraints = [
            models.CheckConstraint(condition=ONE_PLACE, name="note_of_one_place"),
            models.UniqueConstraint(
                fields=["organization", "facility", "topic"], condition=Q(court=None), name="note_of_facility_once"
            ),
            models.UniqueConstraint(
                fields=["organization", "court", "topic"], condition=Q(facility=None), name="note_of_court_once"
            ),
            CompositeForeignKey(["checked_by", "organization"], "access.Membership", name="note_checked_by_member"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.facility_id or self.court_id}"


class ErrorReport(OfPlace):
    """Something in the directory that is wrong, told to whoever runs the installation, and what came of it."""

    wall = "report"

    wrong = models.TextField()
    right = models.TextField(blank=True)
    how_known = models.TextField(blank=True)
    reported_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    reported_by_name = models.CharField(max_length=150)
    reported_at = models.DateTimeField(default=timezone.now)
    resolved_at = models.DateTimeField(null=True)
    resolved_by_name = models.CharField(max_length=150, blank=True)
    answer = models.TextField(blank=True)

    objects: ClassVar[Any] = GuardedManager.from_queryset(OfPlaceQuerySet)()

    class Meta(OfPlace.Meta):
        constraints = [
            models.CheckConstraint(condition=ONE_PLACE, name="report_of_one_place"),
            CompositeForeignKey(["reported_by", "organization"], "access.Membership", name="report_by_member"),
        ]
        indexes = [models.Index(fields=["organization", "-reported_at"], name="report_newest")]

    def __str__(self) -> str:
        return f"{self.facility_id or self.court_id} {self.pk}"

    @classmethod
    def rows_for(cls, actor: Actor) -> Q:
        return Q() if actor.duty == OPERATOR else super().rows_for(actor)
