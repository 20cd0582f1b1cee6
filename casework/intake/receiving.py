"""Writing what was packed into the receiver's own organization, by the acts that a hand calls.

Everything is new here and sealed under keys of this organization: a person, a case, and what hangs on them.
"""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from casework.access.actor import Actor
from casework.cases import actions as cases
from casework.cases import person as people
from casework.cases.models import Case, NoteKind, Stage
from casework.custody import actions as custody
from casework.custody.actions import Since
from casework.custody.places import Where
from casework.directory.models import Court, Facility, HearingLocation, Language
from casework.docket.actions import hearings
from casework.docket.times import When
from casework.intake.actions.answers import Said, save_answer
from casework.intake.models import AnswerState, OfferCard, Received, Source
from casework.intake.packing import NAMES, OF_HEARING, OF_PERSON
from casework.intake.questions import conditions, lists
from casework.people import actions as person_actions
from casework.people import consents, contacts
from casework.people.models import Contact, Person

DAYS = frozenset({"birth_date", "birth_date_other"})
Packed = Mapping[str, Any]


def write(actor: Actor, card: OfferCard, parts: list[Packed], *, from_name: str) -> Case:
    """Opens a case in screening for the person of an offer, with all that was packed. Part of accepting it."""
    packed: dict[str, Any] = {}
    for one in parts:  # lists of two tiers stand behind each other
        for name, value in one.items():
            packed[name] = [*packed[name], *value] if isinstance(packed.get(name), list) else value
    case = _opened(actor, card, packed["person"])
    _around(actor, case.person, packed)
    if packed.get("flags"):
        person_actions.set_flags(actor, case.person, packed["flags"])
    if packed.get("custody"):
        _held(actor, case, packed["custody"])
    for one in packed.get("hearings", []):
        _hearing(actor, case, one)
    left = _answered(actor, case, packed.get("answers", []))
    cases.move(actor, case, to=Stage.SCREENING, seen=_now(actor, case).version)
    for text in packed.get("note", []):
        cases.write_note(actor, case, text=text, kind=NoteKind.MEMO)
    Received(
        organization_id=actor.organization, case=case, from_organization_id=card.organization_id, from_name=from_name,
        reason=card.reason, offer=card.pk, left=left,
    ).save(force_insert=True)  # fmt: skip
    return _now(actor, case)


def _opened(actor: Actor, card: OfferCard, person: Packed) -> Case:
    names = {name: person.get(name, "") for name in NAMES}
    case = cases.open_case(actor, names=names, language=person.get("language", ""), matters=card.matters)
    values = {name: _day(name, person[name]) for name in OF_PERSON if person.get(name) not in (None, "", [], False)}
    if values:
        people.change(actor, case, values=values, seen=case.whose.version)
    if card.priority:
        cases.change_case(actor, case, values={"priority": card.priority}, seen=case.version)
    return case


def _around(actor: Actor, person: Person, packed: Packed) -> None:
    """Those one calls, and what the person agreed that they are told."""
    made: dict[str, Contact] = {}
    for one in packed.get("contacts", []):
        made[one["id"]] = contacts.add(actor, person, values={name: one[name] for name in contacts.FIELDS})
    for one in packed.get("consents", []):
        contact = made.get(one["contact"])
        if contact is None or contact.must_not_know:
            continue
        consents.give(
            actor, person, contact=contact, subjects=one["subjects"], how=one["how"], language=one["language"],
            purpose=one["purpose"], witness=one["witness"], given_at=datetime.fromisoformat(one["given_at"]),
            ends_at=datetime.fromisoformat(one["ends_at"]) if one["ends_at"] else None,
        )  # fmt: skip
    if packed.get("reached_at"):
        person_actions.reached(actor, person, at=datetime.fromisoformat(packed["reached_at"]))


def _held(actor: Actor, case: Case, told: Packed) -> None:
    facility = Facility.objects.filter(pk=told["facility"]).first() if told["facility"] else None
    if facility is None and told["facility"]:
        return
    local = datetime.fromisoformat(told["starts_at"]).astimezone(ZoneInfo(told["zone"]))
    since = Since(local.date(), local.time().replace(second=0, microsecond=0) if told["exact"] else None)
    where = Where(told["kind"], facility, told["words"])
    custody.book(actor, case, where=where, since=since, source=told["source"], known_before=True)


def _hearing(actor: Actor, case: Case, told: Packed) -> None:
    values: dict[str, Any] = {name: told[name] for name in OF_HEARING}
    for name, model in (("court", Court), ("location", HearingLocation), ("language", Language)):
        found: Any = model.objects.filter(pk=told[name]).first() if told[name] else None
        values[name] = found
    when = When(date.fromisoformat(told["on"]), time.fromisoformat(told["at"]), told["zone"], later=bool(told["later"]))
    hearings.add(actor, case, when=when, values=values)


def _answered(actor: Actor, case: Case, told: list[Packed]) -> list[list[Any]]:
    """Saves what was answered; what this version of the questions does not know is kept as it was said."""
    left: list[list[Any]] = []
    known = {one.key for one in lists.intake()}
    for one in told:
        state = conditions.KNOWN if one["state"] == AnswerState.GIVEN else one["state"]
        if one["key"] in known:
            said = Said(one["key"], conditions.Answer(one["value"], state))
            save_answer(actor, case, said, source=Source.IMPORT)
        else:
            left.append([one["key"], one["value"] if one["value"] is not None else one["state"]])
    return left


def _now(actor: Actor, case: Case) -> Case:
    """The case as it stands: what hangs on it has changed its columns."""
    found: Case = Case.objects.visible_to(actor).get(pk=case.pk)
    return found


def _day(name: str, value: Any) -> Any:
    return date.fromisoformat(value) if name in DAYS else value
