"""Putting messages into the outbox, and sending them from there."""

import json
from dataclasses import asdict, dataclass

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from casework.notifications.models import Message, State
from casework.vault.cipher import seal, unseal

SEND_TASK = "notifications.send_message"


@dataclass(frozen=True)
class Mail:
    """An e-mail in plain text, already in its receiver's language."""

    to: str
    subject: str
    text: str


def queue_mail(kind: str, mail: Mail) -> Message:
    """Seals a mail into the outbox; the worker sends it once the surrounding transaction has committed."""
    with transaction.atomic():
        message = Message(kind=kind)
        message.content = seal(json.dumps(asdict(mail)).encode(), _context(message))
        message.save()
        app.configure_task(SEND_TASK).defer(message_id=str(message.pk))
    return message


def send(message_id: str) -> State:
    """Sends a queued message and returns its state.

    A message is taken by one worker. One that was taken and never came back is `unknown`: two copies of a mail can
    frighten a family more than one that staff must look after. Raises what the mail server raised, after writing it
    down, so that the job is tried again.
    """
    if not Message.objects.filter(pk=message_id, state=State.QUEUED).update(state=State.SENDING):
        Message.objects.filter(pk=message_id, state=State.SENDING).update(state=State.UNKNOWN)
        return State(Message.objects.values_list("state", flat=True).get(pk=message_id))
    message = Message.objects.get(pk=message_id)
    mail = Mail(**json.loads(unseal(bytes(message.content), _context(message))))
    try:
        EmailMessage(mail.subject, mail.text, to=[mail.to]).send()
    except Exception as error:
        Message.objects.filter(pk=message_id).update(state=State.QUEUED, error=type(error).__name__)
        raise
    Message.objects.filter(pk=message_id).update(state=State.SENT, sent_at=timezone.now(), error="")
    return State.SENT


def give_up(message_id: str) -> None:
    """Marks a message that no further try will send."""
    Message.objects.filter(pk=message_id, state=State.QUEUED).update(state=State.FAILED)


def _context(message: Message) -> str:
    return f"message|{message.pk}"
