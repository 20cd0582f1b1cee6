"""Who looked at a case, and what was done to it; looking at either is a look itself."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from casework.access import acts, names, verbs
from casework.access.doors import open_one
from casework.access.models import Role
from casework.access.requests import StaffRequest
from casework.audit.models import Entry
from casework.cases import history, person, reach
from casework.cases.models import Case
from casework.desk.case import page, told

MARKED = {"person.revealed": "amber", "case.history_viewed": "", "case.access_viewed": ""}


@dataclass(frozen=True)
class Done:
    """One act in words. `organization` is that of somebody from elsewhere; `undo` the line that can be taken back.

    `written_as` is what a colleague was called then, where it is not what they are called now. `locked` says that the
    line keeps more, which does not open.
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
    undo: uuid.UUID | None


@dataclass(frozen=True)
class Looked:
    """One person's looks on one day. `marks` are those that say more than that the case was read: words and a tone."""

    looks: history.Looks
    name: str
    written_as: str
    organization: str
    grounds: list[str]
    marks: list[tuple[str, str]]


@require_safe
def case_activity(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    case = _opened(request, pk)
    found = history.activity(request.actor, case, request.GET)
    details = acts.opened_details(found.rows)
    may_undo = acts.allowed(request.actor, person.VERB, case) and not person.is_locked(case.person)
    now = names.present(line.user_id for line in found.rows)
    rows = [_done(request, case, line, details[line.pk], now, may_undo=may_undo) for line in found.rows]
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


def _done(
    request: StaffRequest, case: Case, line: Entry, detail: dict[str, Any] | None, now: names.Present, *, may_undo: bool
) -> Done:
    kept = detail or {}
    undoable = may_undo and line.verb == person.VERB and person.can_be_undone(case.person, kept)
    says = _("Took back a change of the person") if kept.get("undoes") else verbs.says(line.verb)
    shown = names.both(line.actor_name or _("Casework itself"), line.user_id, now)
    return Done(
        line, *shown, ", ".join(str(Role(role).label) for role in line.roles),
        _elsewhere(request, case, line.actor_organization_id), says, told.more(line.verb, kept),
        told.differences(kept), locked=detail is None, undo=line.pk if undoable else None,
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
