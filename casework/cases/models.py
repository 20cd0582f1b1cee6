"""Cases, who is on them, and their notes."""

import uuid
from typing import Any, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.access.actor import Actor
from casework.access.doors import GuardedManager, GuardedModel, GuardedQuerySet
from casework.access.keys import CompositeForeignKey
from casework.access.models import Membership, Organization
from casework.access.versions import Versioned
from casework.people.models import Person
from casework.vault.fields import SealedTextField
from casework.vault.rows import SealedModel


class Stage(models.TextChoices):
    """How far representation has come. Declined and referred are ends of their own."""

    ENQUIRY = "enquiry", _("Enquiry")
    SCREENING = "screening", _("Screening")
    OFFERED = "offered", _("Offered")
    ACTIVE = "active", _("Active")
    CLOSING = "closing", _("Closing")
    CLOSED = "closed", _("Closed")
    DECLINED = "declined", _("Declined")
    REFERRED = "referred", _("Referred")


class Matter(models.TextChoices):
    """What the organization does for the person."""

    BOND = "bond", _("Bond")
    REMOVAL_DEFENSE = "removal_defense", _("Removal defense")
    CREDIBLE_FEAR = "credible_fear", _("Credible or reasonable fear")
    WITHHOLDING_ONLY = "withholding_only", _("Withholding-only")
    APPEAL = "appeal", _("Appeal")
    PETITION_FOR_REVIEW = "petition_for_review", _("Petition for review")
    HABEAS = "habeas", _("Habeas")
    STAY = "stay", _("Stay")
    CUSTODY_REVIEW = "custody_review", _("Custody review")
    ADVICE = "advice", _("Advice")


class Tier(models.IntegerChoices):
    """How far something inside a case may travel."""

    INTAKE = 1, _("Intake: everybody on the case")
    REPRESENTATION = 2, _("Representation: attorneys, paralegals, co-counsel")
    COUNSEL = 3, _("Counsel: attorneys and paralegals of the case's team")


class CaseQuerySet(GuardedQuerySet["Case"]):
    """`visible_to` is all that an actor may see; a list takes one of the two halves, each of which has its index."""

    def ours(self, actor: Actor) -> "CaseQuerySet":
        """The actor's own organization's cases, as far as the actor sees them."""
        return self.visible_to(actor, actor.reach.own_cases())

    def shared_with(self, actor: Actor) -> "CaseQuerySet":
        """Cases of other organizations that were shared with the actor."""
        return self.visible_to(actor, actor.reach.shared_cases())


class Case(Versioned):
    """One organization's representation of one person. A person may have several.

    `reference` is given at acceptance and empty before. `restricted` closes the case to all but its team.
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
            models.Index(
                fields=["organization"], include=["id", "person"], condition=Q(restricted=True), name="case_restricted"
            ),
        ]

    def __str__(self) -> str:
        return self.reference or f"{self.pk}"

    @classmethod
    def rows_for(cls, actor: Actor) -> Q:
        return actor.reach.cases()

    @property
    def audit_case_id(self) -> uuid.UUID:
        return self.pk

    @property
    def audit_file_id(self) -> uuid.UUID:
        return self.person_id

    def basis_for(self, actor: Actor) -> str:
        """On what ground the actor meets the case."""
        return actor.reach.basis(self.pk, self.organization_id, restricted=self.restricted)


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


class NoteKind(models.TextChoices):
    """What a note records."""

    CALL = "call", _("Call")
    VISIT = "visit", _("Visit")
    EMAIL = "email", _("E-mail")
    MEMO = "memo", _("Memo")


class Note(SealedModel, CaseOwned):
    """Something written about a case. `author_name` is who signed it, then."""

    tier = models.PositiveSmallIntegerField(choices=Tier, default=Tier.REPRESENTATION)
    kind = models.CharField(max_length=8, choices=NoteKind, default=NoteKind.MEMO)
    text = SealedTextField()
    author = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    author_name = models.CharField(max_length=150)
    written_at = models.DateTimeField(default=timezone.now)

    class Meta(CaseOwned.Meta):
        constraints = [
            CompositeForeignKey(["case", "organization"], "cases.Case", name="note_of_case"),
            models.CheckConstraint(condition=Q(tier__in=[1, 2, 3]), name="note_tier"),
        ]
        indexes = [models.Index(fields=["case", "-written_at"], name="note_newest")]

    def __str__(self) -> str:
        return f"{self.pk}"

    def sealing_file(self) -> tuple[uuid.UUID, uuid.UUID]:
        return self.organization_id, self.case.person_id

    @classmethod
    def of_file(cls, file: uuid.UUID) -> Q:
        return Q(case__person_id=file)


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


from casework.cases.grants import CaseGroupObjectPermission, CaseUserObjectPermission  # noqa: E402, F401 (its tables)
