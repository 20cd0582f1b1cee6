"""Every write of the staff about places: notes of their organization, errors found, errors settled."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.access import acts
from casework.access.actor import Actor
from casework.access.acts import Changes, Happened, act
from casework.access.changes import plain
from casework.access.models import Colleague
from casework.access.versions import ChangedMeanwhile
from casework.directory import rules
from casework.directory.models import COURT_TOPICS, FACILITY_TOPICS, Court, ErrorReport, Facility, PlaceNote, Topic

SAVED = "directory_note.saved"
FIELDS = ("text", "checked_on")
MOST_LETTERS = 4000


def topics(place: Facility | Court) -> tuple[Topic, ...]:
    """What can be noted about such a place, in the order of its page."""
    return FACILITY_TOPICS if isinstance(place, Facility) else COURT_TOPICS


def note_of(actor: Actor, place: Facility | Court, topic: str) -> PlaceNote | None:
    """What the actor's organization has noted on this topic, if anything."""
    found: PlaceNote | None = PlaceNote.objects.visible_to(actor).about(place).filter(topic=topic).first()
    return found


def save_note(
    actor: Actor, place: Facility | Court, *, topic: str, text: str, checked_on: date, seen: int
) -> PlaceNote | None:
    """Writes what is known, and on which day the actor checked it; None, and no line, when nothing differs.

    `seen` is the version that the actor read, 0 for none. Raises ChangedMeanwhile when another one stands, and
    ValidationError at "checked_on" for a day to come (on the reader's clock) and at "text" for what is too long.
    """
    acts.may(actor, SAVED, place)
    text = text.strip()
    if not rules.may_be_checked(checked_on, timezone.localdate()):
        raise ValidationError({"checked_on": _("Check the date: it cannot be later than today.")})
    if len(text) > MOST_LETTERS:
        raise ValidationError({"text": _("Use %(most)s letters at most.") % {"most": MOST_LETTERS}})
    note = note_of(actor, place, topic) or _new(actor, place, topic)
    if seen != (0 if note._state.adding else note.version):
        raise ChangedMeanwhile(note)
    if (note.text, note.checked_on) == (text, checked_on) or (note._state.adding and not text):
        return None
    return _save(actor, place, note=note, text=text, checked_on=checked_on)


@act(SAVED)
def _save(
    actor: Actor, place: Facility | Court, *, note: PlaceNote, text: str, checked_on: date
) -> Happened[PlaceNote]:
    new = note._state.adding
    before = {name: "" if new else plain(getattr(note, name)) for name in FIELDS}
    note.text, note.checked_on = text, checked_on
    note.checked_by_id, note.checked_by_name = actor.member, _name(actor)
    try:
        with transaction.atomic():
            note.save(**({"force_insert": True} if new else {}))
    except IntegrityError as error:  # a colleague was the first to note something here
        raise ChangedMeanwhile(note) from error
    changes: Changes = {
        name: (before[name], plain(getattr(note, name)))
        for name in FIELDS
        if before[name] != plain(getattr(note, name))
    }
    told = {"place": place.pk, "topic": note.topic}
    return Happened(note, thing=note, changes=changes, told=told)


@act("directory_error.reported")
def report(
    actor: Actor, place: Facility | Court, *, wrong: str, right: str = "", how_known: str = ""
) -> Happened[ErrorReport]:
    """Tells whoever runs the installation that something in the directory is wrong.

    Raises ValidationError at "wrong" when it says nothing, and for what is too long.
    """
    values = {"wrong": wrong.strip(), "right": right.strip(), "how_known": how_known.strip()}
    if not values["wrong"]:
        raise ValidationError({"wrong": _("Say what is wrong.")})
    for name, value in values.items():
        if len(value) > MOST_LETTERS:
            raise ValidationError({name: _("Use %(most)s letters at most.") % {"most": MOST_LETTERS}})
    row = ErrorReport(
        organization_id=actor.organization, reported_by_id=actor.member, reported_by_name=_name(actor), **values,
        **_of(place),
    )  # fmt: skip
    row.save(force_insert=True)
    return Happened(row, thing=row, fields=("report",), told={"place": place.pk})


@act("directory_error.resolved")
def resolve(actor: Actor, row: ErrorReport, *, answer: str, now: datetime | None = None) -> Happened[None]:
    """Settles a report, with what came of it. Raises ValidationError for an empty answer and one settled already."""
    if row.resolved_at is not None:
        raise ValidationError(_settled(), code="settled")
    if not answer.strip():
        raise ValidationError({"answer": _("Say what came of it.")})
    row.answer, row.resolved_at = answer.strip()[:MOST_LETTERS], now or timezone.now()
    row.resolved_by_name = _name(actor) if actor.is_staff else ""
    try:
        with transaction.atomic():
            row.save(update_fields=["answer", "resolved_at", "resolved_by_name"])
    except DatabaseError as error:  # in this very moment somebody else settled it
        raise ValidationError(_settled(), code="settled") from error
    return Happened(None, thing=row, fields=("report",), about={"membership_id": row.reported_by_id})


def _settled() -> str:
    return _("This report is settled already.")


def _new(actor: Actor, place: Facility | Court, topic: str) -> PlaceNote:
    if topic not in topics(place):
        raise ValidationError(_("This is not noted about such a place."), code="topic")
    return PlaceNote(organization_id=actor.organization, topic=topic, version=1, **_of(place))


def _of(place: Facility | Court) -> dict[str, Any]:
    return {"facility": place} if isinstance(place, Facility) else {"court": place}


def _name(actor: Actor) -> str:
    """As colleagues know it now; it stays with the note when the person goes."""
    return Colleague.objects.get(pk=actor.member).name
