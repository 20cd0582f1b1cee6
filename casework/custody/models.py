"""Stays in detention, the stints they are made of, look-ups of a place, and the court on file.

Custody belongs to the person and their organization: whoever sees the person sees it. A stay or stint that was entered
wrongly is withdrawn, never deleted.
"""

import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.access.doors import GuardedModel
from casework.access.keys import CompositeForeignKey
from casework.access.models import Membership
from casework.access.versions import Versioned
from casework.cases.models import CaseOwned, TimeRange
from casework.directory.models import Court, Facility
from casework.people.models.person import PersonOwned
from casework.vault.fields import SealedTextField
from casework.vault.rows import SealedModel


class Kind(models.TextChoices):
    """What sort of place somebody is in."""

    FACILITY = "facility", _("Detention facility")
    HOLD_ROOM = "hold_room", _("Hold room")
    HOSPITAL = "hospital", _("Hospital")
    IN_TRANSIT = "in_transit", _("In transit")
    NOT_LOCATED = "not_located", _("Not located")
    ELSEWHERE = "elsewhere", _("Another place")


class Reason(models.TextChoices):
    """How a stay ended."""

    BOND = "bond", _("Bond")
    PAROLE = "parole", _("Parole")
    RECOGNIZANCE = "recognizance", _("Own recognizance")
    SUPERVISION = "supervision", _("Order of supervision")
    REMOVED = "removed", _("Removed")
    VOLUNTARY_DEPARTURE = "voluntary_departure", _("Voluntary departure")
    DECEASED = "deceased", _("Deceased")


class Source(models.TextChoices):
    """From whom or what a place is known."""

    LOCATOR = "locator", _("ICE locator")
    PHONE = "phone", _("Call to the place")
    SELF = "self", _("The person")
    FAMILY = "family", _("Family")
    VISIT = "visit", _("Visit")
    COURT_LINE = "court_line", _("Court line")
    PAPER = "paper", _("Paper of ICE or the court")
    OFFICER = "officer", _("ICE officer")
    OTHER = "other", _("Somebody else")


class Precision(models.TextChoices):
    """How exactly an instant is known."""

    DAY = "day", _("day")
    MINUTE = "minute", _("minute")


def never_two(name: str, starts: str, ends: str) -> ExclusionConstraint:
    """No two rows of a person at one instant, but for those that were withdrawn."""
    return ExclusionConstraint(
        name=name,
        expressions=[
            ("person", RangeOperators.EQUAL),
            (TimeRange(starts, ends, RangeBoundary()), RangeOperators.OVERLAPS),
        ],
        condition=Q(withdrawn=False),
    )


class Stay(Versioned, PersonOwned):
    """From book-in to final book-out. Of a person one at most is open (`ended_at` empty).

    `confirmed_at` is when somebody last knew the place; `next_check_at` when somebody should look again, empty for
    nobody. Whoever took the look-up (`taken_by`) has it until `taken_until`; these two leave the version alone.
    """

    wall = "stay"

    began_at = models.DateTimeField()
    began_precision = models.CharField(max_length=6, choices=Precision, default=Precision.DAY)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_precision = models.CharField(max_length=6, choices=Precision, default=Precision.DAY)
    reason = models.CharField(max_length=20, choices=Reason, blank=True)
    confirmed_at = models.DateTimeField()
    next_check_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", null=True, db_constraint=False)
    taken_until = models.DateTimeField(null=True)
    withdrawn = models.BooleanField(default=False)

    class Meta(Versioned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["id", "organization"], name="stay_of_organization"),
            CompositeForeignKey(["person", "organization"], "people.Person", name="stay_of_person"),
            CompositeForeignKey(["taken_by", "organization"], "access.Membership", name="stay_taken_by_member"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("began_at")), name="stay_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, reason="") | (Q(ended_at__isnull=False) & ~Q(reason="")),
                name="stay_ends_with_a_reason",
            ),
            never_two("one_stay_at_a_time", "began_at", "ended_at"),
        ]
        indexes = [
            models.Index(
                fields=["organization", "next_check_at"], condition=Q(ended_at=None, withdrawn=False), name="stay_due"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None


class Stint(PersonOwned, SealedModel, Versioned):
    """One place in a stay, until `ends_at` or still. Of a person no two overlap.

    `facility` is set where the directory has the place, `place` in words where it has not. `time_zone` is the place's,
    or, where that is not known, the organization's. `confirmed_at` is when `confirmed_by_name` last knew it, from
    `source`.
    """

    stay = models.ForeignKey(Stay, on_delete=models.PROTECT, related_name="stints", db_constraint=False)
    kind = models.CharField(max_length=12, choices=Kind)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    place = SealedTextField(max_length=200, blank=True)
    time_zone = models.CharField(max_length=40)
    starts_at = models.DateTimeField()
    starts_precision = models.CharField(max_length=6, choices=Precision, default=Precision.DAY)
    ends_at = models.DateTimeField(null=True, blank=True)
    ends_precision = models.CharField(max_length=6, choices=Precision, default=Precision.DAY)
    source = models.CharField(max_length=10, choices=Source)
    confirmed_at = models.DateTimeField()
    confirmed_by_name = models.CharField(max_length=150)
    recorded_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    recorded_at = models.DateTimeField(default=timezone.now)
    withdrawn = models.BooleanField(default=False)

    class Meta(Versioned.Meta):
        constraints = [
            CompositeForeignKey(["person", "organization"], "people.Person", name="stint_of_person"),
            CompositeForeignKey(["stay", "organization"], "custody.Stay", name="stint_of_stay"),
            CompositeForeignKey(["recorded_by", "organization"], "access.Membership", name="stint_by_member"),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")), name="stint_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(facility=None) | ~Q(kind__in=["in_transit", "not_located", "elsewhere"]),
                name="stint_in_a_facility",
            ),
            models.CheckConstraint(
                condition=Q(facility__isnull=False) | ~Q(kind="facility"), name="stint_has_facility"
            ),
            never_two("one_stint_at_a_time", "starts_at", "ends_at"),
        ]
        indexes = [
            models.Index(fields=["person", "-starts_at"], name="stint_newest"),
            models.Index(
                fields=["organization", "facility"], condition=Q(ends_at=None, withdrawn=False), name="stint_there_now"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class Method(models.TextChoices):
    """How somebody looked for a person."""

    LOCATOR = "locator", _("ICE locator")
    COURT_LINE = "court_line", _("Court line")
    PHONE = "phone", _("Phone")
    FAMILY = "family", _("Family")


class Outcome(models.TextChoices):
    """What a look-up found."""

    SAME = "same", _("Found, same place")
    MOVED = "moved", _("Found, moved")
    NOT_FOUND = "not_found", _("Not found")
    RELEASED = "released", _("Released")


class LocatorCheck(PersonOwned, SealedModel):
    """Somebody looked whether the person is still there. Nobody changes it afterwards."""

    wall = "person_kept"

    stay = models.ForeignKey(Stay, on_delete=models.PROTECT, related_name="checks", db_constraint=False)
    method = models.CharField(max_length=10, choices=Method)
    outcome = models.CharField(max_length=10, choices=Outcome)
    note = SealedTextField(max_length=1000, blank=True)
    checked_at = models.DateTimeField(default=timezone.now)
    checked_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    checked_by_name = models.CharField(max_length=150)
    next_due_at = models.DateTimeField(null=True)

    class Meta(GuardedModel.Meta):
        constraints = [
            CompositeForeignKey(["person", "organization"], "people.Person", name="check_of_person"),
            CompositeForeignKey(["stay", "organization"], "custody.Stay", name="check_of_stay"),
            CompositeForeignKey(["checked_by", "organization"], "access.Membership", name="check_by_member"),
        ]
        indexes = [models.Index(fields=["stay", "-checked_at"], name="check_newest")]

    def __str__(self) -> str:
        return f"{self.pk}"


class CourtOnFile(SealedModel, Versioned, CaseOwned):
    """The court in which the papers of a case are, since a day, by an order or paper that somebody cites.

    A move never touches it. The docket takes it over when proceedings are kept there.
    """

    court = models.ForeignKey(Court, on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    order = SealedTextField(max_length=300)
    set_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    set_by_name = models.CharField(max_length=150)
    set_at = models.DateTimeField(default=timezone.now)

    class Meta(Versioned.Meta):
        constraints = [
            CompositeForeignKey(["case", "organization"], "cases.Case", name="court_of_case"),
            models.UniqueConstraint(fields=["case"], name="court_on_file_once"),
        ]

    def __str__(self) -> str:
        return f"{self.court_id}"

    def sealing_file(self) -> tuple[uuid.UUID, uuid.UUID]:
        return self.organization_id, self.case.person_id

    @classmethod
    def of_file(cls, file: uuid.UUID) -> Q:
        return Q(case__person_id=file)
