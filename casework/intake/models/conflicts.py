"""Whether somebody whom a case is about, or against, stands in the organization's files already.

What is searched for stands in `SearchedTerm`, and whom it found in `Candidate`. The database finds them, past the walls
(`ctx.check_conflicts`), and shows each to whoever meets that person anyway: nobody else learns more than that somebody
is to be asked. Nothing of it is seen by another organization, wherever the case is shared.
"""

import uuid
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.access.actor import Actor
from casework.access.doors import GuardedManager, GuardedQuerySet
from casework.access.keys import CompositeForeignKey
from casework.access.models import Membership
from casework.access.versions import Versioned
from casework.cases.models import CaseOwned
from casework.intake.models.answers import Answer
from casework.people.models import AdverseParty, Contact, Person
from casework.vault.fields import SealedJSONField, SealedTextField
from casework.vault.rows import SealedModel


class CheckState(models.TextChoices):
    """How a check stands. `NOT_RUN` is that of a case without one. The database knows these words, too."""

    NOT_RUN = "not_run", _("Conflict check not run")
    OPEN = "open", _("Conflict check open")
    CLEAR = "clear", _("Screened, no hit")
    CLEARED = "cleared", _("Hits, cleared")
    WAIVED = "waived", _("Conflict waived")
    CONFLICT = "conflict", _("Conflict stands")


class Role(models.TextChoices):
    """As what somebody stands in a case."""

    PERSON = "person", _("Client")
    CONTACT = "contact", _("Contact")
    ADVERSE = "adverse", _("Adverse party")


class Outcome(models.TextChoices):
    """What somebody decided about a hit. The last two but one are waivers, the last stands in the way."""

    SAME = "same", _("The same person")
    NONE = "none", _("No conflict")
    WAIVED = "waived", _("A conflict, waived")
    SHORT_TERM = "short_term", _("Short-term advice only (Model Rule 6.5)")
    CONFLICT = "conflict", _("A conflict that stands")


class OfConflicts(CaseOwned):
    """A row of a case that its own organization alone meets."""

    class Meta(CaseOwned.Meta):
        abstract = True

    @classmethod
    def rows_for(cls, actor: Actor) -> Q:
        return super().rows_for(actor) & Q(organization_id=actor.organization_id)


class ConflictCheck(Versioned, OfConflicts):
    """The check of a case: when it was last run, by whom, and how it stands. The database writes it.

    `waits` when something changed and nobody could search yet, since whoever changed it had searched too often.
    """

    wall = "conflict_check"

    state = models.CharField(max_length=8, choices=CheckState, default=CheckState.OPEN)
    waits = models.BooleanField(default=False)
    ran_at = models.DateTimeField(default=timezone.now)
    ran_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")

    class Meta(OfConflicts.Meta):
        constraints = [
            models.UniqueConstraint(fields=["case"], name="conflict_check_once"),
            models.UniqueConstraint(fields=["id", "organization"], name="conflict_check_of_organization"),
            CompositeForeignKey(["case", "organization"], "cases.Case", name="conflict_check_of_case"),
            CompositeForeignKey(["ran_by", "organization"], "access.Membership", name="conflict_check_by_member"),
        ]
        indexes = [models.Index(fields=["organization"], condition=Q(state="open"), name="conflict_check_open")]

    def __str__(self) -> str:
        return f"{self.state}"


class SearchedTermQuerySet(GuardedQuerySet["SearchedTerm"]):
    def make_unreadable(self) -> Any:
        """As any sealed row's; what stands for the words goes with them."""
        self.update(tokens=[], bits=[], words=0, numbers=[], phones=[])
        return super().make_unreadable()


class SearchedTerm(SealedModel, OfConflicts):
    """One name that is looked for, or a number without one: of the person, a contact or an adverse party.

    `said` is what it was, in words; `tokens` what stands for it (`people.tokens`), each with its `bits`, `numbers` the
    A-number, then those that differ from it by a digit. `digest` stands for all of it.
    """

    wall = "searched_term"

    tier = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=8, choices=Role)
    source = models.UUIDField()
    said = SealedJSONField(default=dict)
    words = models.PositiveSmallIntegerField(default=0)
    tokens = ArrayField(models.BinaryField(), default=list)
    bits = ArrayField(models.BigIntegerField(), default=list)
    born = models.BooleanField(default=False)
    numbers = ArrayField(models.BinaryField(), default=list)
    phones = ArrayField(models.BinaryField(), default=list)
    country = models.CharField(max_length=4, blank=True)
    digest = models.CharField(max_length=32)

    objects: ClassVar[Any] = GuardedManager.from_queryset(SearchedTermQuerySet)()

    class Meta(OfConflicts.Meta):
        constraints = [
            CompositeForeignKey(["case", "organization"], "cases.Case", name="searched_term_of_case"),
            models.UniqueConstraint(fields=["case", "source", "digest"], name="searched_term_once"),
        ]

    def __str__(self) -> str:
        return f"{self.role}"

    @classmethod
    def rows_for(cls, actor: Actor) -> Q:
        """As the answers of an intake, from which some come."""
        return Answer.rows_for(actor) & Q(organization_id=actor.organization_id)

    def sealing_file(self) -> tuple[uuid.UUID, uuid.UUID]:
        return self.organization_id, self.case.person_id

    @classmethod
    def of_file(cls, file: uuid.UUID) -> Q:
        return Q(case__person_id=file)


class ConflictDecision(SealedModel, Versioned, OfConflicts):
    """What somebody decided about one hit, or about all that they cannot see (`unseen`), having asked `asked`.

    Taken back, it stays (`withdrawn_at`).
    """

    wall = "conflict_decision"

    tier = models.PositiveSmallIntegerField(default=2)
    outcome = models.CharField(max_length=10, choices=Outcome)
    reason = SealedTextField(max_length=1000, blank=True)
    unseen = models.BooleanField(default=False)
    asked = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", null=True, db_constraint=False)
    made_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta(OfConflicts.Meta):
        constraints = [
            models.UniqueConstraint(fields=["id", "case"], name="conflict_decision_of_its_case"),
            CompositeForeignKey(["case", "organization"], "cases.Case", name="conflict_decision_of_case"),
            CompositeForeignKey(["made_by", "organization"], "access.Membership", name="conflict_decided_by_member"),
            CompositeForeignKey(["asked", "organization"], "access.Membership", name="conflict_asked_of_member"),
            models.CheckConstraint(condition=Q(tier__in=[2, 3]), name="conflict_decision_tier"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome}"

    def sealing_file(self) -> tuple[uuid.UUID, uuid.UUID]:
        return self.organization_id, self.case.person_id

    @classmethod
    def of_file(cls, file: uuid.UUID) -> Q:
        return Q(case__person_id=file)


class Candidate(Versioned, OfConflicts):
    """Somebody in the files who may be meant: the person whose file it is (`whom`), or the party there (`party`).

    `tier` is that of what was searched, `whom_tier` that of whom it found. `evidence` says in words of the code what
    agrees, `ground` stands for all that it was found by: with another one an earlier decision counts no more. The
    database writes it, and shows it to whoever meets both.
    """

    wall = "conflict_candidate"

    check_of = models.ForeignKey(ConflictCheck, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    tier = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=8, choices=Role)
    source = models.UUIDField()
    whom = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    whom_role = models.CharField(max_length=8, choices=Role)
    whom_tier = models.PositiveSmallIntegerField()
    party = models.UUIDField(null=True)
    target = models.UUIDField()  # the party, or the person
    score = models.PositiveSmallIntegerField()
    evidence = ArrayField(models.CharField(max_length=20), default=list)
    ground = models.CharField(max_length=32)
    found_at = models.DateTimeField(default=timezone.now)
    gone_at = models.DateTimeField(null=True)
    decision = models.ForeignKey(
        ConflictDecision, on_delete=models.PROTECT, related_name="+", null=True, db_constraint=False
    )
    settled = models.CharField(max_length=32, blank=True)

    class Meta(OfConflicts.Meta):
        constraints = [
            models.UniqueConstraint(fields=["case", "source", "target"], name="candidate_once"),
            CompositeForeignKey(["case", "organization"], "cases.Case", name="candidate_of_case"),
            CompositeForeignKey(["check_of", "organization"], "intake.ConflictCheck", name="candidate_of_check"),
            # of the same organization: of another one there is no candidate, whatever the program does
            CompositeForeignKey(["whom", "organization"], "people.Person", name="candidate_at_home"),
            CompositeForeignKey(["decision", "case"], "intake.ConflictDecision", name="candidate_decided_in_its_case"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @classmethod
    def rows_for(cls, actor: Actor) -> Q:
        people: Any = Person.objects.visible_to(actor).filter(organization_id=actor.organization_id)
        met = Q(whom_role=Role.PERSON, whom_id__in=people.values("pk"))
        for role, model in ((Role.CONTACT, Contact), (Role.ADVERSE, AdverseParty)):
            ours = model.objects.visible_to(actor).filter(organization_id=actor.organization_id)
            met |= Q(whom_role=role, party__in=ours.values("pk"))
        return super().rows_for(actor) & met

    @property
    def is_settled(self) -> bool:
        """Whether a decision counts: what it was found by is what was decided about."""
        return self.decision_id is not None and self.settled == self.ground
