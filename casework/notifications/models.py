"""The outbox table."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """How far a message has come. `unknown`: handed to the mail server, but its answer was lost; never sent again.

    `dropped`: what it speaks of was over before it was sent. `refused`: the other side will never take it.
    """

    QUEUED = "queued", _("Queued")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    UNKNOWN = "unknown", _("Unknown")
    DROPPED = "dropped", _("Not sent")
    REFUSED = "refused", _("Refused")


class Message(models.Model):
    """One message to one address or telephone, by one channel. Who gets it and what it says stand sealed in `content`.

    `about` names what it must be asked of just before it is sent, whether it is still due (`wiring.STILL_DUE`).
    """

    wall = "outbox"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=100)
    channel = models.CharField(max_length=5, default="email")
    content = models.BinaryField()
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    error = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)
    about = models.UUIDField(null=True)

    def __str__(self) -> str:
        return f"{self.kind}, {self.state}"
