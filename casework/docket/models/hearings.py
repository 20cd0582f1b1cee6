"""Hearings: when by the court's clock, where, who appears, and what came of them."""

import zoneinfo

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from casework.access.keys import CompositeForeignKey
from casework.access.models import Membership
from casework.directory.models import Code, Court, HearingLocation, Language
from casework.docket.models.kinds import HearingKind, HearingOutcome, HearingState, Interpreter, Medium
from casework.docket.models.proceedings import DocketRow, Proceeding
from casework.vault.fields import SealedTextField


class Hearing(DocketRow):
    """A hearing of a case. Its time is what the paper says: a wall time in the court's zone, kept beside the instant.

    `starts_at` is the instant (UTC), `on`, `at` and `time_zone` (IANA) what was typed and is shown; `is_later` tells
    the second of two equal wall times where the clock goes back. An adjourned hearing stays; `after` of the next one
    names it, so that a chain leads back to the first. `place` is the room, or how to join. It is in an immigration
    court, or in a federal court that `forum` names.
    """

    proceeding = models.ForeignKey(
        Proceeding, on_delete=models.PROTECT, related_name="hearings", db_constraint=False, null=True, blank=True
    )
    kind = models.CharField(max_length=16, choices=HearingKind)
    medium = models.CharField(max_length=1, choices=Medium, default=Medium.NONE, blank=True)
    court = models.ForeignKey(Court, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    location = models.ForeignKey(HearingLocation, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    forum = models.CharField(max_length=120, blank=True)
    place = SealedTextField(max_length=300, blank=True)
    judge = models.CharField(max_length=120, blank=True)
    on = models.DateField()
    at = models.TimeField()
    is_later = models.BooleanField(default=False)
    time_zone = models.CharField(max_length=64)
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(default=60, validators=[MinValueValidator(5), MaxValueValidator(960)])
    interpreter = models.CharField(max_length=10, choices=Interpreter, default=Interpreter.NONE, blank=True)
    language = models.ForeignKey(Language, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    interpreter_name = SealedTextField(max_length=120, blank=True)
    appearing = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_constraint=False
    )
    note = SealedTextField(max_length=1000, blank=True)
    state = models.CharField(max_length=10, choices=HearingState, default=HearingState.SCHEDULED)
    reason = models.ForeignKey(Code, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    outcome = models.CharField(max_length=14, choices=HearingOutcome, default=HearingOutcome.NONE, blank=True)
    after = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="next", null=True, blank=True, db_constraint=False
    )

    class Meta(DocketRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=["id", "organization"], name="hearing_of_organization"),
            models.UniqueConstraint(fields=["id", "case"], name="hearing_of_its_case"),
            CompositeForeignKey(["case", "organization"], "cases.Case", name="hearing_of_case"),
            CompositeForeignKey(["proceeding", "case"], "docket.Proceeding", name="hearing_of_proceeding"),
            CompositeForeignKey(["after", "case"], "docket.Hearing", name="hearing_after_hearing"),
            CompositeForeignKey(["appearing", "organization"], "access.Membership", name="hearing_appearing_member"),
            CompositeForeignKey(["recorded_by", "organization"], "access.Membership", name="hearing_by_member"),
            models.CheckConstraint(
                condition=Q(court=None) & ~Q(forum="") | Q(court__isnull=False, forum=""), name="hearing_in_one_court"
            ),
            models.CheckConstraint(condition=Q(after=None) | ~Q(after=F("id")), name="hearing_after_another"),
            models.CheckConstraint(condition=Q(outcome="") | Q(state="held"), name="hearing_outcome_when_held"),
            models.UniqueConstraint(
                fields=["after"], condition=Q(withdrawn=False, after__isnull=False), name="hearing_followed_once"
            ),
        ]
        indexes = [
            models.Index(fields=["case", "starts_at"], name="hearing_of_case_by_time"),
            models.Index(
                fields=["organization", "starts_at", "id"], condition=Q(withdrawn=False), name="hearing_by_time"
            ),
            models.Index(
                fields=["appearing", "starts_at"], condition=Q(withdrawn=False), name="hearing_of_member_by_time"
            ),
        ]

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def is_ahead(self) -> bool:
        """Whether it still stands. Adjourned and vacated ones do not, whatever their day."""
        return self.state == HearingState.SCHEDULED and not self.withdrawn
