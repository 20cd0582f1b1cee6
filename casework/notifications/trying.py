"""A message to oneself, by the very ways that letters and texts leave: whether they arrive."""

import uuid

from django.utils.translation import gettext as _

from casework.access.actor import Actor
from casework.access.acts import Happened, act
from casework.notifications.actions import Mail, Text, queue_mail
from casework.notifications.channels import SMS

KIND = "test/message"


@act("delivery.tested")
def send(actor: Actor, *, channel: str, to: str) -> Happened[uuid.UUID]:
    """Puts a test into the outbox, for an address or a number (E.164); the message's id."""
    said = _("This is a test of Casework. Messages arrive here.")
    message = queue_mail(KIND, Text(to, said) if channel == SMS else Mail(to, _("Test message"), f"{said}\n"))
    return Happened(message.pk, fields=(channel,))
