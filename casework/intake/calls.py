"""The hotline's queue: short cards of calls to take, calls to make again and drafts without a taker; and the log."""

import dataclasses
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.access import acts
from casework.access.actor import Actor
from casework.access.acts import Happened, act
from casework.access.doors import open_one
from casework.cases.actions.case import open_case
from casework.cases.models import Case, Stage
from casework.intake.models import CallLog, Channel, Direction, Result
from casework.people.models import Contact, Person

COLUMNS = (
    "card_id", "case_id", "person_id", "reference", "kind", "since", "due_at", "language", "place_type", "urgent",
    "tries", "taken_by", "taken_by_name", "taken_until",
)  # fmt: skip
LEASE = timedelta(minutes=60)  # walls_calls.sql says the same
TAKE, BACK, DRAFT = "take", "back", "draft"


@dataclass(frozen=True)
class Card:
    """A card of the queue, as whoever takes calls may see it: without a name, a number, or a word of what was said.

    `card_id` is that of the call, of a draft that of its case. `case_id` is empty for a call about no case. `tries` is
    how often in a row nobody answered. `person` is set for those who see the person anyway.
    """

    card_id: uuid.UUID
    case_id: uuid.UUID | None
    person_id: uuid.UUID | None
    reference: str
    kind: str
    since: datetime
    due_at: datetime
    language: str
    place_type: str
    urgent: bool
    tries: int
    taken_by: uuid.UUID | None
    taken_by_name: str | None
    taken_until: datetime | None
    person: Person | None = None


@dataclass(frozen=True)
class Called:
    """What somebody writes down about one call. `due_at` is when to call next; empty for not again."""

    direction: str
    result: str
    channel: str = "phone"
    at: datetime | None = None
    number: str = ""
    voicemail: bool = False
    words: str = ""
    language: str = ""
    place_type: str = ""
    urgent: bool = False
    due_at: datetime | None = None


def cards(actor: Actor) -> list[Card]:
    """The queue, urgent ones first, then the longest due; at most 200. Raises PermissionDenied."""
    found = waiting(actor)
    people = {card.person_id for card in found if card.person_id}
    known = Person.objects.visible_to(actor).shown(people) if people else {}
    return [dataclasses.replace(card, person=known.get(card.person_id)) for card in found]


def waiting(actor: Actor) -> list[Card]:
    """The same, of nobody the person. Raises PermissionDenied."""
    acts.may(actor, "calls.viewed")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(COLUMNS)} FROM ctx.call_cards()")  # noqa: S608 (our own names)
        return [Card(*row) for row in cursor.fetchall()]


def take(actor: Actor, card_id: uuid.UUID) -> Case | CallLog:
    """Takes a card for an hour: the case it is about, or the call. A volunteer sees either for as long.

    Raises ValidationError when somebody else has the card, or it is settled, and PermissionDenied.
    """
    acts.may(actor, "call.taken")
    with transaction.atomic():
        found = _ask("take_call", card_id)
        if found is None:
            raise ValidationError(_("Somebody else has this card, or it is done."), code="taken")
        fresh = dataclasses.replace(actor)  # who sees it only from now on
        none = found == card_id and CallLog.objects.visible_to(fresh).filter(pk=card_id, case=None).exists()
        thing: Case | CallLog
        thing = open_one(fresh, CallLog.objects, found) if none else open_one(fresh, Case.objects, found)
        _taken(fresh, thing)
    return thing


@act("call.taken")
def _taken(actor: Actor, thing: Case | CallLog) -> Happened[None]:
    return Happened(None, thing=thing, fields=("card",), told={"until": timezone.now() + LEASE})


@act("call.returned")
def put_back(actor: Actor, thing: Case | CallLog, *, card_id: uuid.UUID) -> Happened[None]:
    """Gives the card back, with what taking it opened."""
    _ask("end_call", card_id)
    return Happened(None, thing=thing, fields=("card",))


@act("call.noted")
def note(actor: Actor, *, called: Called) -> Happened[CallLog]:
    """Writes down a call about no case yet: told what they asked for, or a card for somebody to take.

    Raises ValidationError for a call to make again without a number.
    """
    if called.result == Result.WAITING:
        called = dataclasses.replace(called, due_at=called.due_at or timezone.now())
    if called.due_at is not None and called.result != Result.WAITING and not called.number:
        raise ValidationError({"number": _("Without a number nobody can call back.")})
    made = _row(actor, called)
    made.save(force_insert=True)
    return Happened(made, thing=made, fields=("call",), told={"result": made.result, "due_at": made.due_at})


@act("call.logged")
def log(
    actor: Actor, case: Case, *, called: Called, contact: Contact | None = None, card: CallLog | None = None
) -> Happened[CallLog]:
    """Writes down a call about a case, settles the card that it answers, and makes the next one where it is to be made.

    Raises ValidationError for a message where none may be left, for a contact whom nobody calls, and for a card that
    somebody else has settled.
    """
    if contact is not None:
        _must_be_callable(case, contact, called)
    before = card or open_card(actor, case)
    if before is not None:
        _settle(actor, before)
    made = _row(actor, _with_card_of(called, before))
    made.case, made.contact = case, contact
    made.save(force_insert=True)
    if before is not None:
        _ask("end_call", before.pk)
    told = {"result": made.result, "due_at": made.due_at, "who": contact.name if contact else ""}
    return Happened(made, thing=made, fields=("call",), told=told)


@act("call.settled")
def settle(actor: Actor, call: CallLog, *, called: Called | None = None) -> Happened[CallLog | None]:
    """Takes a card about no case off the queue, with what came of it; with a next time, another card takes its place.

    Raises ValidationError for one that is settled, and for a message where none may be left.
    """
    made = None
    if called is not None:
        if called.result == Result.MESSAGE and not call.voicemail:
            raise ValidationError({"result": _no_message()}, code="voicemail")
        called = dataclasses.replace(called, number=call.number, voicemail=call.voicemail)
    _settle(actor, call)
    if called is not None:
        made = _row(actor, _with_card_of(called, call))
        made.save(force_insert=True)
    _ask("end_call", call.pk)
    return Happened(made, thing=call, fields=("call",), told={"result": made.result if made else ""})


def open_intake(actor: Actor, call: CallLog) -> Case:
    """Opens a case, at the stage of enquiry, from a call about none; whoever does it is its taker.

    Raises ValidationError for a card that is settled.
    """
    acts.may(actor, "case.opened")
    with transaction.atomic():
        case: Case = open_case(actor, names={}, language=call.language)
        _became(dataclasses.replace(actor), call, case=case)
    return case


@act("call.opened")
def _became(actor: Actor, call: CallLog, *, case: Case) -> Happened[None]:
    call.became = case
    _settle(actor, call, also=("became",))
    _ask("end_call", call.pk)
    return Happened(None, thing=call, fields=("became",))


def of_case(actor: Actor, case: Case, most: int = 50) -> list[CallLog]:
    """The calls about a case, and the one that it began with, the newest first."""
    rows = CallLog.objects.visible_to(actor).select_related("contact")
    own = rows.filter(case=case).order_by("-at")[:most]
    first = rows.filter(became=case).order_by("-at")[:1]
    return [*own, *first]


def open_card(actor: Actor, case: Case) -> CallLog | None:
    """The card about a case that waits, if one does."""
    rows = CallLog.objects.visible_to(actor).filter(case=case, settled_at=None, due_at__isnull=False)
    if case.stage != Stage.ENQUIRY:  # a first call waits as long as nobody has decided about it
        rows = rows.exclude(result=Result.FIRST_CALL)
    found: CallLog | None = rows.order_by("due_at").first()
    return found


def of_first_call(actor: Actor, case: Case) -> CallLog | None:
    """The card of the first call about a case, as long as it waits."""
    found: CallLog | None = (
        CallLog.objects.visible_to(actor).filter(case=case, result=Result.FIRST_CALL, settled_at=None).first()
    )
    return found


def hold(call: CallLog) -> None:
    """Whoever has just noted a card has it for an hour."""
    _ask("take_call", call.pk)


def _row(actor: Actor, called: Called) -> CallLog:
    values = {name: value for name, value in vars(called).items() if name != "at"}
    return CallLog(
        organization_id=actor.organization, by_id=actor.member, by_name=actor.name, at=called.at or timezone.now(),
        **values,
    )  # fmt: skip


def _with_card_of(called: Called, before: CallLog | None) -> Called:
    """What the card showed goes on to the next one, where nothing else is said."""
    if before is None:
        return called
    return dataclasses.replace(
        called, language=called.language or before.language, place_type=called.place_type or before.place_type,
        urgent=called.urgent,
    )  # fmt: skip


def _settle(actor: Actor, call: CallLog, also: tuple[str, ...] = ()) -> None:
    held = CallLog.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=call.pk, settled_at=None).first()
    if held is None or held.due_at is None:
        raise ValidationError(_("This call is settled already."), code="settled")
    call.settled_at = timezone.now()
    call.save(update_fields=["settled_at", *also])


def _must_be_callable(case: Case, contact: Contact, called: Called) -> None:
    if contact.person_id not in case.person.files or contact.removed_at is not None:
        raise ValidationError({"contact": _("Choose one of the person's contacts.")})
    if called.direction != Direction.OUT:
        return
    if contact.must_not_know:
        raise ValidationError({"contact": _("This contact must not know: nobody calls them.")}, code="must_not_know")
    agreed = {one["number"]: one for one in contact.phones}.get(called.number, {})
    if called.result == Result.MESSAGE and not agreed.get("voicemail"):
        raise ValidationError({"result": _no_message()}, code="voicemail")
    use = {Channel.PHONE: "call", Channel.TEXT: "text"}.get(Channel(called.channel))
    if called.number and use and not agreed.get(use):
        raise ValidationError({"number": _("The contact has not agreed to that on this number.")}, code="number")


def _no_message() -> str:
    return _("No message may be left on this number.")


def _ask(function: str, one: uuid.UUID) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ctx.{function}(%s)", [one])
        return cursor.fetchone()[0]
