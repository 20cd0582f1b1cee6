"""Calls of the hotline: what was said, what waits to be taken or called back, and the shifts of those who take them.

A call about a case is a row of that case, sealed in the file of its person. One that is about no case yet has a file
key of its own, under its id, and is for whoever noted it, has taken it, or is counsel.
"""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.access.actor import Actor
from casework.access.doors import GuardedModel
from casework.access.keys import CompositeForeignKey
from casework.access.models import Membership, Organization
from casework.access.rules import COUNSEL, NONE, ORGANIZATION, VOLUNTEER
from casework.access.versions import Versioned
from casework.cases.models import Case
from casework.people.models import Contact
from casework.vault.fields import SealedTextField
from casework.vault.rows import SealedModel

TAKERS = COUNSEL | {VOLUNTEER}


class Direction(models.TextChoices):
    """Who called whom."""

    IN = "in", _("They called")
    OUT = "out", _("We called")


class Channel(models.TextChoices):
    """How somebody reached the organization, or was reached."""

    PHONE = "phone", _("Phone")
    VOICEMAIL = "voicemail", _("Voicemail")
    TEXT = "text", _("Text message")
    EMAIL = "email", _("E-mail")
    WEB = "web", _("Web form")
    VISIT = "visit", _("In person")
    PARTNER = "partner", _("Partner organization")


class Result(models.TextChoices):
    """What came of a call. `FIRST_CALL` is of one in which an intake was begun, `SENT` of a sheet that was sent."""

    WAITING = "waiting", _("Waits for somebody to take it")
    FIRST_CALL = "first_call", _("First call taken")
    REACHED = "reached", _("Reached")
    NO_ANSWER = "no_answer", _("No answer")
    MESSAGE = "message", _("Left a message")
    WRONG_NUMBER = "wrong_number", _("Wrong number")
    INFORMED = "informed", _("Told what they asked for")
    SENT = "sent", _("Sent a sheet")


class PlaceType(models.TextChoices):
    """Where somebody was arrested, as the first call asks it (fixtures/questions, location_type)."""

    UNKNOWN = "", _("Not known")
    HOME = "home", _("Home")
    WORK = "work", _("Work")
    STREET = "street", _("Street or traffic stop")
    COURT = "court", _("Court")
    CHECK_IN = "check_in", _("Check-in or appointment with ICE or USCIS")
    JAIL = "jail", _("Jail, at release")
    SCHOOL = "school", _("School")
    MEDICAL = "medical", _("Hospital or clinic")
    WORSHIP = "worship", _("Place of worship")
    BORDER = "border", _("Border or airport")
    OTHER = "other", _("Another place")


class CallLog(SealedModel, GuardedModel):
    """One call, in or out. Nobody rewrites what was said; a later call is a row of its own.

    With `due_at` it is a card of the queue until `settled_at`: a call to take, or one to make again. `language`,
    `place_type` and `urgent` are all that the card shows; of a first call they follow its answers
    (`first_calls.py`). `number` is E.164, `voicemail` whether one may leave a message there. `became` is the case
    that a call about none led to. Who has the card (`taken_by`, until `taken_until`) is written by functions of the
    database alone.
    """

    wall = "call"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", null=True, db_constraint=False)
    became = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", null=True, db_constraint=False)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+", null=True, db_constraint=False)
    direction = models.CharField(max_length=3, choices=Direction)
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.PHONE)
    result = models.CharField(max_length=12, choices=Result)
    at = models.DateTimeField(default=timezone.now)
    number = SealedTextField(max_length=30, blank=True)
    voicemail = models.BooleanField(default=False)
    words = SealedTextField(max_length=2000, blank=True)
    language = models.CharField(max_length=20, blank=True)
    place_type = models.CharField(max_length=10, choices=PlaceType, default=PlaceType.UNKNOWN, blank=True)
    urgent = models.BooleanField(default=False)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)
    due_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    taken_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", null=True, db_constraint=False)
    taken_until = models.DateTimeField(null=True)

    class Meta(GuardedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["id", "organization"], name="call_of_organization"),
            CompositeForeignKey(["case", "organization"], "cases.Case", name="call_of_case"),
            CompositeForeignKey(["became", "organization"], "cases.Case", name="call_became_case"),
            CompositeForeignKey(["contact", "organization"], "people.Contact", name="call_with_contact"),
            CompositeForeignKey(["by", "organization"], "access.Membership", name="call_by_member"),
            CompositeForeignKey(["taken_by", "organization"], "access.Membership", name="call_taken_by_member"),
            models.CheckConstraint(condition=Q(case=None) | Q(became=None), name="call_became_once"),
            models.CheckConstraint(condition=Q(contact=None) | ~Q(case=None), name="call_contact_of_case"),
        ]
        indexes = [
            models.Index(
                fields=["organization", "due_at"], condition=Q(settled_at=None, due_at__isnull=False), name="call_due"
            ),
            models.Index(fields=["case", "-at"], name="call_newest"),
            models.Index(fields=["organization", "-at"], name="call_newest_of_all"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @classmethod
    def rows_for(cls, actor: Actor) -> Q:
        if not actor.is_staff:
            return Q(pk__in=[])
        # not by a join: rows without a case could not be locked then
        found = Q(case_id__in=Case.objects.visible_to(actor).values("pk"))
        alone = Q(organization_id=actor.organization_id, case=None)
        if actor.roles & COUNSEL:
            return found | alone
        if not actor.roles & TAKERS:
            return found
        mine = Q(taken_by_id=actor.membership_id, taken_until__gt=timezone.now()) | Q(by_id=actor.membership_id)
        return found | alone & mine

    def basis_for(self, actor: Actor) -> str:
        """As the case is met; a call about none is the organization's."""
        if self.case is not None:
            return self.case.basis_for(actor)
        return ORGANIZATION if self.organization_id == actor.organization_id else NONE

    @property
    def audit_case_id(self) -> uuid.UUID | None:
        return self.case_id

    @property
    def audit_file_id(self) -> uuid.UUID | None:
        return self.case.person_id if self.case else None

    @property
    def is_open(self) -> bool:
        """Whether it is a card of the queue."""
        return self.due_at is not None and self.settled_at is None

    def sealing_file(self) -> tuple[uuid.UUID, uuid.UUID]:
        return self.organization_id, self.case.person_id if self.case else self.pk

    @classmethod
    def of_file(cls, file: uuid.UUID) -> Q:
        return Q(case__person_id=file) | Q(case=None, pk=file)


class Shift(SealedModel, Versioned):
    """Somebody's time on the hotline. At its end they leave a note to the next, and what was open then is counted.

    `left_open` holds counts alone: {"take", "back", "draft", "urgent"}.
    """

    wall = "shift"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=150)
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True)
    note = SealedTextField(max_length=2000, blank=True)
    left_open = models.JSONField(default=dict, blank=True)

    class Meta(Versioned.Meta):
        constraints = [
            CompositeForeignKey(["membership", "organization"], "access.Membership", name="shift_of_member"),
            models.UniqueConstraint(fields=["membership"], condition=Q(ends_at=None), name="one_shift_at_a_time"),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")), name="shift_ends_after_it_starts"
            ),
        ]
        indexes = [models.Index(fields=["organization", "-ends_at"], name="shift_newest")]

    def __str__(self) -> str:
        return f"{self.pk}"

    @classmethod
    def rows_for(cls, actor: Actor) -> Q:
        return of_takers(actor)

    def basis_for(self, actor: Actor) -> str:
        return ORGANIZATION if self.organization_id == actor.organization_id else NONE

    def sealing_file(self) -> tuple[uuid.UUID, uuid.UUID]:
        return self.organization_id, self.pk

    @classmethod
    def of_file(cls, file: uuid.UUID) -> Q:
        return Q(pk=file)


def of_takers(actor: Actor) -> Q:
    """Rows that whoever takes calls in the organization may see."""
    takes = actor.is_staff and actor.roles & TAKERS
    return Q(organization_id=actor.organization_id) if takes else Q(pk__in=[])
