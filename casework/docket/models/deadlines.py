"""Deadlines of a case: by a rule, with all that was counted with, or by an order, with the paper that says so."""

from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.access.keys import CompositeForeignKey
from casework.access.models import Membership
from casework.cases.models import Tier
from casework.directory.models import RuleVersion
from casework.directory.models.deadlines import Edge
from casework.docket.models.hearings import Hearing
from casework.docket.models.proceedings import Decision, DocketRow
from casework.documents.models import Document
from casework.vault.fields import SealedTextField


class DeadlineBasis(models.TextChoices):
    """Where a date comes from."""

    RULE = "rule", _("Counted by a rule")
    ORDER = "order", _("Set by an order")
    OVERRIDE = "override", _("Entered instead of the counted date")
    TARGET = "target", _("Chosen by the office; the law sets no deadline")


class DeadlineState(models.TextChoices):
    """Whether something is still to be done."""

    OPEN = "open", _("Open")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Dropped")


class Deadline(DocketRow):
    """A date by which, or before which not, something is to be done in a case.

    `rule_version` is the version of the rule that counted it, empty for a date of an order; `event`, `trigger_on` (a
    day of the court's calendar), `trigger_at` (where hours are counted), `time_zone`, `detained`, `answers`, `stops`,
    `set_on` are what it was counted with, `steps`, `warnings` and `readings` what came out (`counting.facts`).

    `due_on` is the day; `due_at` the instant where hours were counted; `unrolled_on` the day before the step over
    closed days; `safe_on` the protective day; `keep_on` the day to keep to as long as nobody knows better. All four are
    empty while a date must still be typed from a paper. `paper` says which, `document` is the paper itself.
    `touched_at` is when somebody last did something to it.
    An override keeps the counted day in `counted_on` and its `reason`, and is never counted again.
    """

    tier = models.PositiveSmallIntegerField(choices=Tier, default=Tier.REPRESENTATION)
    rule_version = models.ForeignKey(RuleVersion, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    title = SealedTextField(max_length=200, blank=True)
    hearing = models.ForeignKey(
        Hearing, on_delete=models.PROTECT, related_name="deadlines", db_constraint=False, null=True, blank=True
    )
    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, related_name="deadlines", db_constraint=False, null=True, blank=True
    )
    event = models.CharField(max_length=20, blank=True)
    trigger_on = models.DateField(null=True, blank=True)
    trigger_at = models.DateTimeField(null=True, blank=True)
    time_zone = models.CharField(max_length=64)
    detained = models.BooleanField(null=True, blank=True)
    answers = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    stops = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    set_on = models.DateField(null=True, blank=True)
    basis = models.CharField(max_length=8, choices=DeadlineBasis, default=DeadlineBasis.RULE)
    edge = models.CharField(max_length=8, choices=Edge, default=Edge.LATEST)
    due_on = models.DateField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    unrolled_on = models.DateField(null=True, blank=True)
    safe_on = models.DateField(null=True, blank=True)
    keep_on = models.DateField(null=True, blank=True)
    touched_at = models.DateTimeField(default=timezone.now)
    steps = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    warnings = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    readings = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    paper = SealedTextField(max_length=300, blank=True)
    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, related_name="+", db_constraint=False, null=True, blank=True
    )
    counted_on = models.DateField(null=True, blank=True)
    reason = SealedTextField(max_length=500, blank=True)
    state = models.CharField(max_length=7, choices=DeadlineState, default=DeadlineState.OPEN)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by_name = models.CharField(max_length=150, blank=True)
    confirmed_by = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_constraint=False
    )
    confirmed_by_name = models.CharField(max_length=150, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta(DocketRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=["id", "organization"], name="deadline_of_organization"),
            CompositeForeignKey(["case", "organization"], "cases.Case", name="deadline_of_case"),
            CompositeForeignKey(["hearing", "case"], "docket.Hearing", name="deadline_of_hearing"),
            CompositeForeignKey(["decision", "organization"], "docket.Decision", name="deadline_of_decision"),
            CompositeForeignKey(["document", "case"], "documents.Document", name="deadline_of_document"),
            CompositeForeignKey(["recorded_by", "organization"], "access.Membership", name="deadline_by_member"),
            CompositeForeignKey(["confirmed_by", "organization"], "access.Membership", name="deadline_confirmed_by"),
            models.CheckConstraint(condition=Q(tier__in=[1, 2, 3]), name="deadline_tier"),
            models.CheckConstraint(
                condition=~Q(basis="rule") | Q(rule_version__isnull=False), name="deadline_by_a_rule_or_a_paper"
            ),
            models.CheckConstraint(
                condition=Q(basis="rule") | Q(due_on__isnull=False), name="deadline_typed_has_a_date"
            ),
            models.CheckConstraint(
                condition=Q(due_on=None, keep_on=None) | Q(due_on__isnull=False, keep_on__isnull=False),
                name="deadline_keeps_to_a_day",
            ),
            models.CheckConstraint(
                condition=Q(state="open", ended_at=None) | (~Q(state="open") & Q(ended_at__isnull=False)),
                name="deadline_ends_at_an_instant",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None, confirmed_at=None)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="deadline_confirmed_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["case", "state", "keep_on"], name="deadline_of_case_by_day"),
            models.Index(
                fields=["organization", "keep_on", "id"], condition=Q(withdrawn=False, state="open"),
                name="deadline_open_by_day",
            ),
        ]  # fmt: skip

    @property
    def is_open(self) -> bool:
        return self.state == DeadlineState.OPEN and not self.withdrawn

    @property
    def is_missing(self) -> bool:
        """Whether a date must still be typed from a paper: an error until it is."""
        return self.is_open and self.due_on is None

    @property
    def must_be_confirmed(self) -> bool:
        """Whether an attorney has yet to confirm it, because its rule is contested."""
        rule: Any = self.rule_version
        return self.is_open and self.confirmed_at is None and rule is not None and rule.is_contested
