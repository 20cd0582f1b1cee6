"""What an organization says of the rules of law and of its courts' calendars. Nothing about a person."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from casework.access import rules
from casework.access.actor import Actor
from casework.access.doors import GuardedModel
from casework.access.keys import CompositeForeignKey
from casework.access.models import Membership, Organization
from casework.access.versions import Versioned
from casework.directory.models import Court, RuleVersion


class OfOrganization(Versioned):
    """A row of an organization that hangs on no case; withdrawn, never deleted."""

    wall = "of_organization"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    made_by_name = models.CharField(max_length=150)
    made_at = models.DateTimeField(default=timezone.now)
    withdrawn = models.BooleanField(default=False)

    class Meta(GuardedModel.Meta):
        abstract = True

    def __str__(self) -> str:
        return f"{self.pk}"

    @classmethod
    def rows_for(cls, actor: Actor) -> Q:
        return Q(organization_id=actor.organization_id) if actor.is_staff else Q(pk__in=[])

    def basis_for(self, actor: Actor) -> str:
        """On what ground the actor meets it: it is the organization's, or nobody's business."""
        return rules.ORGANIZATION if self.organization_id == actor.organization_id else rules.NONE


class RuleSignOff(OfOrganization):
    """An attorney of the organization has read this version of a rule and stands by it."""

    rule = models.ForeignKey(RuleVersion, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=300, blank=True)

    class Meta(OfOrganization.Meta):
        constraints = [
            CompositeForeignKey(["made_by", "organization"], "access.Membership", name="sign_off_by_member"),
            models.UniqueConstraint(
                fields=["organization", "rule"], condition=Q(withdrawn=False), name="rule_signed_off_once"
            ),
        ]


class ClosedDay(OfOrganization):
    """A day on which a court was closed beside weekends and holidays, and from whom that is known.

    It moves no date by itself: pages warn, and an attorney decides.
    """

    court = models.ForeignKey(Court, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    why = models.CharField(max_length=200)
    known_from = models.CharField(max_length=200)

    class Meta(OfOrganization.Meta):
        constraints = [
            CompositeForeignKey(["made_by", "organization"], "access.Membership", name="closed_day_by_member"),
            models.UniqueConstraint(
                fields=["organization", "court", "day"], condition=Q(withdrawn=False), name="court_closed_once"
            ),
        ]
