"""Reminders to staff: what is planned, what became of each, and what people chose."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.access.keys import CompositeForeignKey
from casework.access.models import Membership, Organization

DAY_MINUTES, LONGEST_DAYS = 24 * 60, 30


class ReminderKind(models.TextChoices):
    """What somebody is reminded of."""

    HEARING = "hearing", _("Hearing")
    DEADLINE = "deadline", _("Deadline that nobody has met")
    DIGEST = "digest", _("Daily summary")


class ReminderState(models.TextChoices):
    """How far a reminder has come: planned, given to the outbox (whose own states follow), or not sent for a reason."""

    PLANNED = "planned", _("Planned")
    HANDED = "handed", _("Given to the mail")
    DROPPED = "dropped", _("Not sent")


class Why(models.TextChoices):
    """Why a reminder was not sent."""

    NONE = "", ""
    MOVED = "moved", _("Moved to another time")
    OVER = "over", _("Held, adjourned or vacated")
    BEGUN = "begun", _("It had begun already")
    OTHERS = "others", _("Somebody else is responsible now")
    LATER_ONE = "later_one", _("A later one was due, too")
    NOTHING = "nothing", _("Nothing to say")
    UNCHOSEN = "unchosen", _("Not wanted so long before")
    GONE = "gone", _("Not there any more")


class Reminder(models.Model):
    """One reminder of one thing to one member. What it is about is named by its id and its instant.

    Planned once for each instant: a hearing that moves is another one, a hearing whose judge changes is not. Written
    by the product alone. `message_id` is the letter's in the outbox.
    """

    wall = "reminder"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=ReminderKind)
    about = models.UUIDField()
    at = models.DateTimeField()
    channel = models.CharField(max_length=5, default="email")
    minutes = models.PositiveIntegerField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=ReminderState, default=ReminderState.PLANNED)
    why = models.CharField(max_length=9, choices=Why, default=Why.NONE, blank=True)
    by_sweep = models.BooleanField(default=False)
    planned_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True)
    message_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            CompositeForeignKey(["membership", "organization"], "access.Membership", name="reminder_of_member"),
            models.UniqueConstraint(
                fields=["membership", "kind", "about", "at", "channel", "minutes"], name="reminder_once"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(state="planned"), name="reminder_due"),
            models.Index(fields=["settled_at"], condition=models.Q(state="dropped"), name="reminder_dropped"),
            models.Index(fields=["organization", "-due_at"], name="reminder_of_organization"),
            models.Index(fields=["about"], name="reminder_about"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class ReminderChoice(models.Model):
    """How long before a hearing somebody is reminded, and whether a summary comes each morning.

    Without a membership it is what the organization chose for those who chose nothing themselves.
    """

    wall = "reminder_choice"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", null=True)
    minutes = ArrayField(
        models.PositiveIntegerField(
            validators=[MinValueValidator(15), MaxValueValidator(LONGEST_DAYS * DAY_MINUTES)]
        )
    )  # fmt: skip
    digest = models.BooleanField(default=True)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            CompositeForeignKey(["membership", "organization"], "access.Membership", name="choice_of_member"),
            models.UniqueConstraint(fields=["membership"], name="choice_of_member_once"),
            models.UniqueConstraint(
                fields=["organization"], condition=models.Q(membership=None), name="choice_of_organization_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
