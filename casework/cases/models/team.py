"""Who works on a case, as what, from when until when; and their appearance before court and agencies."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.access.keys import CompositeForeignKey
from casework.access.models import Membership
from casework.access.versions import Versioned
from casework.cases.models.case import CaseOwned
from casework.cases.models.kinds import Scope


class CaseRole(models.TextChoices):
    """What somebody does on a case."""

    LEAD = "lead", _("Lead attorney")
    CO_COUNSEL = "co_counsel", _("Co-counsel")
    SUPERVISOR = "supervisor", _("Supervising attorney")
    PARALEGAL = "paralegal", _("Paralegal")
    STUDENT = "student", _("Law student")
    VOLUNTEER = "volunteer", _("Volunteer")


class TimeRange(Func):
    """From one instant, included, to another, excluded or open."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class Assignment(CaseOwned):
    """Somebody's place on a case, from one instant to another. At any instant a case has one lead at most."""

    wall = "assignment"

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    role = models.CharField(max_length=12, choices=CaseRole)
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")

    class Meta(CaseOwned.Meta):
        constraints = [
            CompositeForeignKey(["case", "organization"], "cases.Case", name="assignment_of_case"),
            CompositeForeignKey(["membership", "organization"], "access.Membership", name="assignment_of_member"),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")), name="assignment_ends_after_it_starts"
            ),
            ExclusionConstraint(
                name="one_lead_at_a_time",
                expressions=[
                    ("case", RangeOperators.EQUAL),
                    (TimeRange("starts_at", "ends_at", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                condition=Q(role="lead"),
            ),
        ]
        indexes = [
            # whole in the index: the walls ask it for whoever speaks, at nearly every statement
            models.Index(
                fields=["membership", "case"], include=["organization", "starts_at", "ends_at"],
                name="assignment_of_membership",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.role} {self.membership_id}"

    @staticmethod
    def live() -> Q:
        """The condition of places that count now."""
        now = timezone.now()
        return (Q(ends_at=None) | Q(ends_at__gt=now)) & Q(starts_at__lte=now)


class AppearanceForm(models.TextChoices):
    """The form, or the paper, by which somebody entered an appearance."""

    G28 = "g28", _("G-28 (ICE, USCIS, CBP)")
    EOIR28 = "eoir28", _("EOIR-28 (immigration court)")
    EOIR27 = "eoir27", _("EOIR-27 (BIA)")
    EOIR61 = "eoir61", _("EOIR-61 (document help, court)")
    FEDERAL = "federal", _("Appearance in federal court")


class Appearance(Versioned, CaseOwned):
    """A notice of entry of appearance: which form, by whom, filed and, once it is over, withdrawn on which day.

    `scope` is what the form was filed for; only Form EOIR-28 divides.
    """

    form = models.CharField(max_length=8, choices=AppearanceForm)
    scope = models.CharField(max_length=12, choices=Scope, default=Scope.NONE, blank=True)
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    filed_on = models.DateField()
    withdrawn_on = models.DateField(null=True, blank=True)
    made_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta(CaseOwned.Meta):
        constraints = [
            CompositeForeignKey(["case", "organization"], "cases.Case", name="appearance_of_case"),
            CompositeForeignKey(["membership", "organization"], "access.Membership", name="appearance_of_member"),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None) | Q(withdrawn_on__gte=F("filed_on")), name="appearance_filed_first"
            ),
        ]
        indexes = [models.Index(fields=["case", "filed_on"], name="appearance_in_order")]

    def __str__(self) -> str:
        return f"{self.form} {self.filed_on}"

    @property
    def short(self) -> str:
        """The form's name alone: G-28, EOIR-28."""
        return str(AppearanceForm(self.form).label).split(" (")[0]
