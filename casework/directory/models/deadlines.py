"""Rules for deadlines as dated data, the events that start them, and the federal holidays they count around.

A rule that reads otherwise in a newer file gets another version; what was computed by the former one keeps naming it.
"""

from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.directory.models.reference import Reference, ReferenceQuerySet


class Category(models.TextChoices):
    """What part of the practice a rule belongs to."""

    BOND = "bond", _("Bond")
    CUSTODY = "custody", _("Custody")
    HEARING = "hearing", _("Hearings")
    COURT_FILING = "court_filing", _("Filings with the court")
    APPEAL = "appeal", _("Appeal")
    MOTION = "motion", _("Motions")
    STAY = "stay", _("Stay of removal")
    FEDERAL_COURT = "federal_court", _("Federal court")
    POST_ORDER = "post_order", _("After the order")
    VOLUNTARY_DEPARTURE = "voluntary_departure", _("Voluntary departure")
    FEAR_REVIEW = "fear_review", _("Fear review")
    ASYLUM = "asylum", _("Asylum")
    ASYLUM_EAD = "asylum_ead", _("Work permit by asylum")
    OTHER_RELIEF = "other_relief", _("Other relief")
    RELIEF_MARKER = "relief_marker", _("Marks of relief")
    USCIS = "uscis", _("USCIS")
    ADDRESS = "address", _("Change of address")
    RECORDS = "records", _("Records")


class Direction(models.TextChoices):
    """How a date lies to its event."""

    AFTER = "after", _("at the latest after the event")
    BEFORE = "before", _("at the latest before the event")
    NOT_BEFORE = "not_before", _("at the earliest after the event")
    AT_EVENT = "at_event", _("at the event")
    SET_BY_NOTICE = "set_by_notice", _("set by an order or notice")
    NO_DEADLINE = "no_deadline", _("no deadline")


class Unit(models.TextChoices):
    """What is counted."""

    CALENDAR_DAYS = "calendar_days", _("calendar days")
    BUSINESS_DAYS = "business_days", _("business days")
    HOURS = "hours", _("hours")
    OPEN_HOURS = "hours_excluding_weekends_holidays", _("hours, weekends and holidays left out")
    MONTHS = "months", _("months")
    YEARS = "years", _("years")
    CLOCK_DAYS = "clock_days", _("days on the asylum clock")


class Roll(models.TextChoices):
    """What becomes of a last day on which offices are closed."""

    NONE = "none", _("stays")
    NEXT = "next_business_day", _("moves to the next business day")
    PREVIOUS = "previous_business_day", _("moves to the business day before")
    BUSINESS_DAYS_ONLY = "business_days_only", _("only business days are counted")
    SET_NEXT = "judge_set_next_business_day", _("a date that was set moves to the next business day")


class Detained(models.TextChoices):
    """For whom a rule counts."""

    SAME = "same", _("detained or not")
    ONLY = "detained_only", _("detained only")
    NOT = "nondetained_only", _("not detained only")
    DIFFERENT = "different", _("otherwise for people in detention")


class Status(models.TextChoices):
    """How far a rule can be relied on, as its sources saw it."""

    IN_FORCE = "in_force", _("In force")
    IN_FORCE_CONTESTED = "in_force_contested", _("In force, contested")
    CONTESTED = "contested", _("Contested")
    VACATED_IN_PART = "vacated_in_part", _("Vacated in part")
    SUPERSEDED = "superseded", _("Superseded")
    INTERNAL_TARGET = "internal_target", _("Target of our own")


class Confidence(models.TextChoices):
    """How sure our reading of a rule is."""

    HIGH = "high", _("high")
    MEDIUM = "medium", _("medium")
    LOW = "low", _("low")


class Edge(models.TextChoices):
    """Which side of a date one must keep to; empty in a rule where its direction says it."""

    LATEST = "latest", _("at the latest")
    EARLIEST = "earliest", _("at the earliest")


class EventGroup(models.TextChoices):
    """Where in a list of events one looks for it."""

    COURT = "court", _("Immigration court")
    HEARING = "hearing", _("Hearings")
    BOND = "bond", _("Bond")
    CUSTODY = "custody", _("Custody")
    APPEAL = "appeal", _("Appeal")
    FINAL = "final", _("Final orders")
    FEDERAL = "federal", _("Federal court")
    FEAR = "fear", _("Fear review")
    RELIEF = "relief", _("Relief")
    PRESENCE = "presence", _("Presence")
    USCIS = "uscis", _("USCIS")
    RECORDS = "records", _("Records")


class Takes(models.TextChoices):
    """What must be known of when an event was."""

    DAY = "day", _("the day")
    TIME = "time", _("the day and time")


class DeadlineEvent(Reference):
    """Something that starts deadlines. `place` is where it stands in its file."""

    code = models.CharField(primary_key=True, max_length=20)
    group = models.CharField(max_length=10, choices=EventGroup)
    takes = models.CharField(max_length=4, choices=Takes)
    name = models.CharField(max_length=80)
    name_es = models.CharField(max_length=80)
    place = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return self.name


class RuleVersionQuerySet(ReferenceQuerySet):
    def newest(self) -> Self:
        """The newest version of each rule, those included that the files have no more."""
        return self.filter(superseded_on=None)

    def in_use(self) -> Self:
        """What may be chosen for a new deadline."""
        return self.newest().current()


class RuleVersion(Reference):
    """A rule as one file had it: what it counts from, how far, and how far it can be relied on.

    The key is rule|number. `loaded_on` is when it came, `superseded_on` when another version took its place.
    `questions` are what its conditions ask, each with what an answer does (`casework.docket.counting.facts.Question`);
    `events` are codes. `trigger_event`, `applies_when`, `consequence` and the notes are in English. Names, sources and
    dates of verification are brought up to date in place: they change no date.
    """

    key = models.CharField(primary_key=True, max_length=50)
    rule = models.CharField(max_length=40)
    number = models.PositiveSmallIntegerField()
    loaded_on = models.DateField()
    superseded_on = models.DateField(null=True)
    name = models.CharField(max_length=120)
    name_es = models.CharField(max_length=120)
    category = models.CharField(max_length=20, choices=Category)
    trigger_event = models.CharField(max_length=160)
    events = ArrayField(models.CharField(max_length=20), default=list)
    direction = models.CharField(max_length=13, choices=Direction)
    length = models.PositiveSmallIntegerField(null=True)
    unit = models.CharField(max_length=33, choices=Unit, blank=True)
    roll_rule = models.CharField(max_length=27, choices=Roll)
    edge = models.CharField(max_length=8, choices=Edge, blank=True)
    detained_effect = models.CharField(max_length=16, choices=Detained)
    applies_when = models.CharField(max_length=250, blank=True)
    questions = models.JSONField(default=list)
    who_must_act = models.CharField(max_length=60)
    forum = models.CharField(max_length=100, blank=True)
    consequence = models.CharField(max_length=250, blank=True)
    citation = models.CharField(max_length=200)
    effective_from = models.DateField(null=True)
    effective_to = models.DateField(null=True)
    legal_status = models.CharField(max_length=18, choices=Status)
    confidence = models.CharField(max_length=6, choices=Confidence)
    protective_rule = models.CharField(max_length=40, blank=True)
    computation_note = models.TextField(blank=True)
    litigation_note = models.TextField(blank=True)
    verified_as_of = models.DateField()

    # Brought up to date in place: a rule that is verified again, or called otherwise, counts as it did.
    IN_PLACE: ClassVar[frozenset[str]] = frozenset({"name", "name_es", "source", "as_of", "verified_as_of"})

    objects: ClassVar[Any] = RuleVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rule", "number"], name="rule_version_once"),
            models.UniqueConstraint(fields=["rule"], condition=Q(superseded_on=None), name="rule_has_one_newest"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def is_contested(self) -> bool:
        """Whether an attorney must confirm a date by it."""
        return self.legal_status in (Status.IN_FORCE_CONTESTED, Status.CONTESTED, Status.VACATED_IN_PART)


class Holiday(Reference):
    """A federal legal holiday. Both its own day and the day on which it is observed are closed."""

    key = models.CharField(primary_key=True, max_length=10)
    actual_date = models.DateField()
    observed_date = models.DateField()
    name = models.CharField(max_length=60)
    name_es = models.CharField(max_length=60)
    authority = models.CharField(max_length=40)

    def __str__(self) -> str:
        return f"{self.actual_date} {self.name}"
