"""How representation ended, and what came of it."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.access.keys import CompositeForeignKey
from casework.access.models import Membership
from casework.access.versions import Versioned
from casework.cases.models.case import CaseOwned


class ClosingCode(models.TextChoices):
    """What the organization did for the person in the end: the closing codes of the LSC CSR Handbook 2017."""

    ADVICE = "A", _("A: counsel and advice")
    LIMITED = "B", _("B: limited action")
    SETTLED_WITHOUT = "F", _("F: settled without litigation")
    SETTLED_WITH = "G", _("G: settled with litigation")
    AGENCY = "H", _("H: decision of an agency")
    COURT_UNCONTESTED = "Ia", _("I a: court decision, uncontested")
    COURT_CONTESTED = "Ib", _("I b: court decision, contested")
    COURT_APPEAL = "Ic", _("I c: court decision on appeal")
    OTHER = "K", _("K: other")
    EXTENSIVE = "L", _("L: extensive service")


class Released(models.TextChoices):
    """Whether the person came out of detention, and how."""

    UNKNOWN = "", _("Not known")
    NO = "no", _("No, still held")
    BOND = "bond", _("On bond")
    PAROLE = "parole", _("On parole")
    RECOGNIZANCE = "recognizance", _("On recognizance")
    SUPERVISION = "supervision", _("Under supervision")
    HABEAS = "habeas", _("By order of a federal court")
    TERMINATED = "terminated", _("Proceedings ended")
    LEFT = "left", _("Left the country")


class Relief(models.TextChoices):
    """What was won."""

    UNKNOWN = "", _("Not known")
    NONE = "none", _("None")
    ASYLUM = "asylum", _("Asylum")
    WITHHOLDING = "withholding", _("Withholding of removal")
    CAT = "cat", _("Protection under the Convention against Torture")
    CANCELLATION = "cancellation", _("Cancellation of removal")
    ADJUSTMENT = "adjustment", _("Adjustment of status")
    TERMINATION = "termination", _("Termination or dismissal")
    VOLUNTARY_DEPARTURE = "voluntary_departure", _("Voluntary departure")
    OTHER = "other", _("Other relief")


class Removed(models.TextChoices):
    """Whether the person was removed."""

    UNKNOWN = "", _("Not known")
    NO = "no", _("No")
    ORDERED = "ordered", _("Ordered, not carried out")
    YES = "yes", _("Yes")


class Closing(Versioned, CaseOwned):
    """One end of a case, with its outcomes; a case that is reopened keeps it, with the day of that.

    `bond_amount` is in whole US dollars; `days_detained` counts both the first day and the last.
    """

    code = models.CharField(max_length=2, choices=ClosingCode)
    released = models.CharField(max_length=12, choices=Released, default=Released.UNKNOWN, blank=True)
    relief = models.CharField(max_length=20, choices=Relief, default=Relief.UNKNOWN, blank=True)
    removed = models.CharField(max_length=8, choices=Removed, default=Removed.UNKNOWN, blank=True)
    days_detained = models.PositiveIntegerField(null=True, blank=True, validators=[MaxValueValidator(36_500)])
    bond_amount = models.PositiveIntegerField(null=True, blank=True, validators=[MaxValueValidator(10_000_000)])
    closed_on = models.DateField()
    made_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    reopened_at = models.DateTimeField(null=True, blank=True)

    class Meta(CaseOwned.Meta):
        constraints = [
            CompositeForeignKey(["case", "organization"], "cases.Case", name="closing_of_case"),
            models.UniqueConstraint(fields=["case"], condition=Q(reopened_at=None), name="closed_once_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.closed_on}"
