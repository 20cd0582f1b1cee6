"""Who looked at a case, and what was done to it; looking at either is a look itself."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from casework.access import acts, verbs
from casework.access.doors import open_one
from casework.access.models import Role
from casework.access.requests import StaffRequest
from casework.audit.models import Entry
from casework.cases import history, person, reach
from casework.cases.actions.details import CHANGED, can_be_undone
from casework.cases.models import Case
from casework.desk.case import page, told

MARKED = {"person.revealed": "amber", "case.printed": "amber", "case.history_viewed": "", "case.access_viewed": ""}


@dataclass(frozen=True)
class Done:
    """One act in words. `organization` is that of somebody from elsewhere; `undo` is the line that can be taken
    back, at `undo_at`.

    `locked` says that the line keeps more, which does not open.
    """

    line: Entry
    name: str
    role: str
    organization: str
    says: str
    more: str
    differences: list[told.Difference]
    locked: bool
    undo: uuid.UUID | None
    undo_at: str


@dataclass(frozen=True)
class Looked:
    """One person's looks on one day. `marks` are those that say more than that the case was read: words and a tone."""

    looks: history.Looks
    name: str
    organization: str
    grounds: list[str]
    marks: list[tuple[str, str]]


@require_safe
def case_activity(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    case = _opened(request, pk)
    found = history.activity(request.actor, case, request.GET)
    details = acts.opened_details(found.rows)
    rows = [_done(request, case, line, details[line.pk]) for line in found.rows]
    return render(request, "desk/case/activity.html", page.header(request, case) | {"rows": rows, "pages": found})


@require_safe
def case_looks(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    case = _opened(request, pk)
    found = history.looks(request.actor, case, request.GET)
    days: dict[Any, list[Looked]] = {}
    for one in found.rows:
        days.setdefault(one.day, []).append(_looked(request, case, one))
    context = page.header(request, case) | {"days": list(days.items()), "pages": found}
    return render(request, "desk/case/looks.html", context)


def _opened(request: StaffRequest, pk: uuid.UUID) -> Case:
    """The case, for somebody of its organization who may read its history; that they did is written down."""
    case: Case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, "case.history_viewed", case)
    acts.note_look(request.actor, case, "case.history_viewed")
    return case


def _done(request: StaffRequest, case: Case, line: Entry, detail: dict[str, Any] | None) -> Done:
    kept = detail or {}
    undoable = _can_be_undone(request, case, line, kept)
    return Done(
        line, _name(line.actor_name), ", ".join(str(Role(role).label) for role in line.roles),
        _elsewhere(request, case, line.actor_organization_id), _says(line, kept), told.more(line.verb, kept),
        told.differences(kept), locked=detail is None, undo=line.pk if undoable else None,
        undo_at="undo_person" if line.verb == person.VERB else "undo_case",
    )  # fmt: skip


def _says(line: Entry, kept: dict[str, Any]) -> str:
    if not kept.get("undoes"):
        return verbs.says(line.verb)
    return _("Took back a change of the person") if line.verb == person.VERB else _("Took back a change of the case")


def _can_be_undone(request: StaffRequest, case: Case, line: Entry, kept: dict[str, Any]) -> bool:
    if line.verb == person.VERB:
        may = acts.allowed(request.actor, person.VERB, case) and not person.is_locked(case.person)
        return may and person.can_be_undone(case.person, kept)
    return line.verb == CHANGED and acts.allowed(request.actor, CHANGED, case) and can_be_undone(case, kept)


def _looked(request: StaffRequest, case: Case, one: history.Looks) -> Looked:
    marks = [(verbs.says(verb), MARKED[verb]) for verb in one.verbs if verb in MARKED]
    marks += [(_("Exported"), "red") for verb in one.verbs if verb.endswith(history.EXPORTED)]
    return Looked(
        one, _name(one.name), _elsewhere(request, case, one.organization_id),
        [words for basis in one.bases if (words := verbs.ground(basis))], marks,
    )  # fmt: skip


def _name(actor_name: str) -> str:
    return actor_name or _("Casework itself")


def _elsewhere(request: StaffRequest, case: Case, organization_id: uuid.UUID | None) -> str:
    """The name of an organization that is not the case's own."""
    if organization_id is None or organization_id == case.organization_id:
        return ""
    known = reach.of(request.actor).organizations.get(organization_id)
    return known.name if known else _("An organization that was closed")
