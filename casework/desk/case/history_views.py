"""Who looked at a case, and what was done to it; looking at either is a look itself."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from casework.access import acts, names, verbs
from casework.access.changes import can_be_undone, is_locked
from casework.access.doors import open_one
from casework.access.models import Role
from casework.access.requests import StaffRequest
from casework.audit.models import Entry
from casework.cases import history, merging, person, reach
from casework.cases.actions.details import CHANGED
from casework.cases.models import Case
from casework.custody import undoing
from casework.desk.case import page, told
from casework.docket import undoing as docket_undoing
from casework.documents import actions as documents
from casework.documents.models import Document
from casework.people import contacts
from casework.people.models import AdverseParty, Contact

MARKED = {
    "person.revealed": "amber",
    "contact.revealed": "amber",
    "case.printed": "amber",
    "consent.printed": "",
    "document.downloaded": "amber",
    "document.previewed": "",
    "case.history_viewed": "",
    "case.access_viewed": "",
}
UNDO_WITH_ROW = (".changed", ".removed", ".tier_changed", ".withdrawn")
OF_A_PARTY = frozenset({"undo_contact", "undo_adverse", "undo_document"})


@dataclass(frozen=True)
class Done:
    """One act in words. `organization` is that of somebody from elsewhere.

    `written_as` is what a colleague was called then, where it is not what they are called now. `locked` says that the
    line keeps more, which does not open; `undo` is the address that takes it back.
    """

    line: Entry
    name: str
    written_as: str
    role: str
    organization: str
    says: str
    more: str
    differences: list[told.Difference]
    locked: bool
    undo: str


@dataclass(frozen=True)
class Looked:
    """One person's looks on one day. `marks` are those that say more than that the case was read: words and a tone."""

    looks: history.Looks
    name: str
    written_as: str
    organization: str
    grounds: list[str]
    marks: list[tuple[str, str]]


@dataclass(frozen=True)
class Undoing:
    """What whoever reads may take back: `rows` by id, each with the name of the address; lines of custody and docket.

    `lines` holds for each the name of its address.
    """

    rows: dict[uuid.UUID, tuple[Any, str]]
    lines: dict[uuid.UUID, str]


BY_LINE: tuple[tuple[Any, str], ...] = ((undoing, "undo_custody"), (docket_undoing, "undo_docket"))
OWN_WORDS = frozenset(room.VERB for room, _address in BY_LINE)


@require_safe
def case_activity(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    case = _opened(request, pk)
    found = history.activity(request.actor, case, request.GET)
    details = acts.opened_details(found.rows)
    undo, now = _undoing(request, case, found.rows, details), names.present(line.user_id for line in found.rows)
    rows = [_done(request, case, line, details[line.pk], now, undo=undo) for line in found.rows]
    return render(request, "desk/case/activity.html", page.header(request, case) | {"rows": rows, "pages": found})


@require_safe
def case_looks(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    case = _opened(request, pk)
    found = history.looks(request.actor, case, request.GET)
    days: dict[Any, list[Looked]] = {}
    now = names.present(one.user_id for one in found.rows)
    for one in found.rows:
        days.setdefault(one.day, []).append(_looked(request, case, one, now))
    context = page.header(request, case) | {"days": list(days.items()), "pages": found}
    return render(request, "desk/case/looks.html", context)


def _opened(request: StaffRequest, pk: uuid.UUID) -> Case:
    """The case, for somebody of its organization who may read its history; that they did is written down."""
    case: Case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, "case.history_viewed", case)
    acts.note_look(request.actor, case, "case.history_viewed")
    return case


def _undoing(
    request: StaffRequest, case: Case, lines: list[Entry], details: Mapping[uuid.UUID, dict[str, Any] | None]
) -> Undoing:
    """What whoever reads may take back."""
    kinds = (
        (Contact, contacts.VERBS, "undo_contact"),
        (AdverseParty, contacts.ADVERSE_VERBS, "undo_adverse"),
        (Document, documents.UNDOABLE, "undo_document"),
    )
    found: dict[uuid.UUID, tuple[Any, str]] = {}
    if acts.allowed(request.actor, person.VERB, case) and not is_locked(case.whose):
        found[case.whose.pk] = case.whose, "undo_person"
    if acts.allowed(request.actor, CHANGED, case):
        found[case.pk] = case, "undo_case"
    for model, of_kind, name in kinds:
        ids = {line.object_id for line in lines if line.verb in of_kind}
        if ids and acts.allowed(request.actor, of_kind[0], case):
            rows = model.objects.visible_to(request.actor).filter(pk__in=ids)
            found |= {row.pk: (row, name) for row in rows if not is_locked(row)}
    return Undoing(found, _by_line(request, case, lines, details))


def _by_line(
    request: StaffRequest, case: Case, lines: list[Entry], details: Mapping[uuid.UUID, dict[str, Any] | None]
) -> dict[uuid.UUID, str]:
    found: dict[uuid.UUID, str] = {}
    for room, address in BY_LINE:
        if acts.allowed(request.actor, room.VERB, case):
            may = {verb for verb in room.UNDOABLE if acts.allowed(request.actor, verb, case)}
            told_of = {line.pk: details[line.pk] for line in lines if line.verb in may}
            found |= dict.fromkeys(room.undoable(request.actor, told_of), address)
    return found


def _way_back(request: StaffRequest, case: Case, line: Entry, kept: dict[str, Any], undo: Undoing) -> str:
    """The address that takes a line back; empty where nothing can be, or somebody built on it."""
    row, name = undo.rows.get(line.object_id or case.pk, (None, ""))
    if any(line.verb in room.UNDOABLE for room, _address in BY_LINE):
        return reverse(undo.lines[line.pk], args=[case.pk, line.pk]) if line.pk in undo.lines else ""
    if line.verb == merging.MERGED:
        may = kept.get("loser") in [str(one) for one in case.person.files] and acts.allowed(
            request.actor, merging.PARTED, case
        )
        return reverse("undo_merge", args=[case.pk, line.pk]) if may else ""
    if row is None or not line.verb.endswith(UNDO_WITH_ROW) or not can_be_undone(row, kept):
        return ""
    return reverse(name, args=[case.pk, *([row.pk] if name in OF_A_PARTY else []), line.pk])


def _done(
    request: StaffRequest, case: Case, line: Entry, detail: dict[str, Any] | None, now: names.Present,
    *, undo: Undoing,
) -> Done:  # fmt: skip
    kept = detail or {}
    own_words = not kept.get("undoes") or line.verb in OWN_WORDS
    says = verbs.says(line.verb) if own_words else told.taken_back(line.verb)
    shown = names.both(line.actor_name or _("Casework itself"), line.user_id, now)
    return Done(
        line, *shown, ", ".join(str(Role(role).label) for role in line.roles),
        _elsewhere(request, case, line.actor_organization_id), says, told.more(line.verb, kept),
        told.differences(kept), locked=detail is None, undo=_way_back(request, case, line, kept, undo),
    )  # fmt: skip


def _looked(request: StaffRequest, case: Case, one: history.Looks, now: names.Present) -> Looked:
    marks = [(verbs.says(verb), MARKED[verb]) for verb in one.verbs if verb in MARKED]
    marks += [(_("Exported"), "red") for verb in one.verbs if verb.endswith(history.EXPORTED)]
    shown = names.both(one.name or _("Casework itself"), one.user_id, now)
    return Looked(
        one, *shown, _elsewhere(request, case, one.organization_id),
        [words for basis in one.bases if (words := verbs.ground(basis))], marks,
    )  # fmt: skip


def _elsewhere(request: StaffRequest, case: Case, organization_id: uuid.UUID | None) -> str:
    """The name of an organization that is not the case's own."""
    if organization_id is None or organization_id == case.organization_id:
        return ""
    known = reach.of(request.actor).organizations.get(organization_id)
    return known.name if known else _("An organization that was closed")
