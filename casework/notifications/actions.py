"""Putting messages into the outbox, and sending them from there."""

import json
import uuid
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from casework.access import queue
from casework.access.context import on_duty
from casework.notifications import channels
from casework.notifications.channels import EMAIL, SMS, Refused
from casework.notifications.models import Message, State
from casework.vault.cipher import seal, unseal

SEND_TASK = "notifications.send_message"
KEEP_SENT = timedelta(days=7)
ONCE = uuid.UUID("5d6f1f0e-6a53-4a3c-9a55-0c1f2f7f0b11")  # names occasions as ids


@dataclass(frozen=True)
class Mail:
    """An e-mail in plain text, already in its receiver's language."""

    to: str
    subject: str
    text: str


@dataclass(frozen=True)
class Text:
    """A text to a telephone (E.164). Raises ValueError where the provider would make several of it."""

    to: str
    text: str
    subject: str = ""

    def __post_init__(self) -> None:
        if channels.parts(self.text) > 1:
            raise ValueError("A text has to fit into one.")


def queue_mail(kind: str, mail: Mail | Text, once: str = "", about: uuid.UUID | None = None) -> Message:
    """Seals a mail or a text into the outbox; the worker sends it once the surrounding transaction has committed.

    With the name of an occasion in `once`, the first mail for it stays the only one. With `about`, it is asked just
    before it is sent whether it is still due.
    """
    with on_duty("outbox"):
        channel = SMS if isinstance(mail, Text) else EMAIL
        message = Message(id=uuid.uuid5(ONCE, once) if once else uuid.uuid4(), kind=kind, about=about, channel=channel)
        if once and (before := Message.objects.filter(pk=message.pk).first()):
            return before
        message.content = seal(json.dumps(asdict(mail)).encode(), _context(message))
        message.save(force_insert=True)
        queue.put_in([SEND_TASK], {"message_id": str(message.pk)})
    return message


def send(message_id: str) -> State:
    """Sends a queued message and returns its state.

    A message is taken by one worker. One whose sending was begun and whose answer is missing is `unknown` and never
    sent again: two copies of a mail can frighten a family more than one that staff must look after. Raises what kept
    it from being sent (no connection, a refusal, a seal that does not open), so that the job is tried again.
    """
    with on_duty("outbox"):
        message = Message.objects.get(pk=message_id)
    if message.state == State.SENDING:
        return _settle(message, State.UNKNOWN, message.error)
    if message.state != State.QUEUED:
        return State(message.state)
    try:
        return _hand_over(message)
    except Refused as refused:
        if not refused.final:
            _settle(message, State.QUEUED, refused.code)
            raise
        _tell_refused(message, refused.code)
        return _settle(message, State.REFUSED, refused.code)
    except Exception as error:
        with on_duty("outbox"):
            message.refresh_from_db()
        begun = message.state == State.SENDING
        _settle(message, State.UNKNOWN if begun else State.QUEUED, type(error).__name__)
        if not begun:
            raise
    return State.UNKNOWN


def _hand_over(message: Message) -> State:
    """Raises as its channel."""
    held = json.loads(unseal(bytes(message.content), _context(message)))
    with channels.line(message.channel) as line:
        if why := _not_due(message):
            return _drop(message, why)
        if not _take(message.pk):
            return State.SENDING  # another worker was faster
        line.send(held["to"], held["subject"], held["text"], _name(message))
    return _settle(message, State.SENT, "")


def _tell_refused(message: Message, code: str) -> None:
    """Tells whoever asked for such messages that this one is refused for good."""
    table: dict[str, Callable[[uuid.UUID, str], None]] = import_string(settings.REFUSED_FOR_GOOD)
    tell = table.get(message.kind)
    if tell and message.about:
        tell(message.about, code)


def _not_due(message: Message) -> str:
    """Why it is not to be sent any more; empty while it is."""
    table: dict[str, Callable[[uuid.UUID], str]] = import_string(settings.STILL_DUE)
    ask = table.get(message.kind)
    return ask(message.about) if ask and message.about else ""


def _drop(message: Message, why: str) -> State:
    """Unless another worker has begun to send it."""
    with on_duty("outbox"):
        queued = Message.objects.filter(pk=message.pk, state=State.QUEUED)
        queued.update(state=State.DROPPED, error=why, content=b"")
        message.refresh_from_db()
    return State(message.state)


def _name(message: Message) -> str:
    """One name for one message, so that a mailbox that gets it twice can tell."""
    return f"<{message.pk}@{parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition('@')[2]}>"


def states(message_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, State]:
    """How far these messages have come. Nothing else of them."""
    return {pk: state for pk, (state, _error) in outcomes(message_ids).items()}


def outcomes(message_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, tuple[State, str]]:
    """How far these messages have come, and the code of what kept them."""
    with on_duty("outbox"):
        found = Message.objects.filter(pk__in=list(message_ids)).values_list("pk", "state", "error")
        return {pk: (State(state), error) for pk, state, error in found}


def _take(message_id: uuid.UUID) -> bool:
    with on_duty("outbox"):
        return bool(Message.objects.filter(pk=message_id, state=State.QUEUED).update(state=State.SENDING))


def _settle(message: Message, state: State, error: str) -> State:
    sent_at = timezone.now() if state == State.SENT else None
    with on_duty("outbox"):
        # What another worker has sent meanwhile stays sent.
        unsent = Message.objects.filter(pk=message.pk).exclude(state=State.SENT)
        unsent.update(state=state, error=error, sent_at=sent_at)
    return state


def queue_failed() -> int:
    """Queues what was given up again, for example after the mail server was away; how many messages."""
    with on_duty("outbox"):
        failed = list(Message.objects.filter(state=State.FAILED).values_list("pk", flat=True))
    for pk in failed:
        with on_duty("outbox"):
            Message.objects.filter(pk=pk, state=State.FAILED).update(state=State.QUEUED)
            queue.put_in([SEND_TASK], {"message_id": str(pk)})
    return len(failed)


def empty_old(now: datetime) -> int:
    """Empties what was sent long before `now`: it may hold a link that opens an account. How many messages."""
    with on_duty("outbox"):
        old = Message.objects.filter(state=State.SENT, sent_at__lt=now - KEEP_SENT).exclude(content=b"")
        return old.update(content=b"")


def give_up(message_id: str) -> None:
    """Marks a message that no further try will send."""
    with on_duty("outbox"):
        Message.objects.filter(pk=message_id, state=State.QUEUED).update(state=State.FAILED)


def _context(message: Message) -> str:
    return f"message|{message.pk}"
