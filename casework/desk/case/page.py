"""What the pages of a case show, put together as their reader sees it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import F, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.access import acts
from casework.access.actor import READERS
from casework.access.members import state
from casework.access.models import Membership
from casework.access.requests import StaffRequest
from casework.access.rules import MemberState
from casework.cases import access, reach, rules, todo, whereabouts
from casework.cases.actions.notes import is_own
from casework.cases.models import Appearance, Assignment, Case, Matter, Note, Stage, Tier
from casework.desk.case import docket_page, tabs, telling, words
from casework.desk.case.forms import AssignForm
from casework.docket import looks as docket
from casework.docket.words import title_of
from casework.intake import conflicts
from casework.people import languages
from casework.people import rules as person_rules
from casework.people.models import Person
from casework.retention import actions as retention
from casework.vault.fields import Locked

NOTES, TASKS = 3, 5  # on the first page
IN = frozenset({MemberState.ACTIVE, MemberState.ENDING})
TONES = {Tier.INTAKE: "", Tier.REPRESENTATION: "accent", Tier.COUNSEL: "violet"}
ASKED = {
    "accept": "case.accepted",
    "move": "case.stage_changed",
    "close": "case.closed",
    "reopen": "case.reopened",
    "keep": "case.kept",
    "offer": "handover.offered",
    "change": "case.changed",
    "hand_over": "case.lead_handed_over",
    "appear": "appearance.filed",
    "task": "task.opened",
    "record_move": "custody.moved",
    "add_hearing": "hearing.added",
    "print": "case.printed",
    "assign": "case.assigned",
    "unassign": "case.unassigned",
    "restrict": "case.restricted",
    "share": "case.shared",
    "write": "note.written",
    "access": "case.access_viewed",
    "edit": "person.changed",
    "reveal": "person.revealed",
    "history": "case.history_viewed",
    "conflicts": "conflict.checked",
    "merge": "person.merged",
}


@dataclass(frozen=True)
class Place:
    """Somebody on the team.

    `still_reads` when they would see the case without being on it, `needed` when nobody could open it without them.
    `state` is that of their membership, `me` whether the reader stands here. `planned` is a place that begins later.
    """

    assignment: Assignment
    name: str
    state: MemberState
    still_reads: bool
    needed: bool
    me: bool
    planned: bool = False

    @property
    def shut_out(self) -> bool:
        """Whether their membership opens nothing at present."""
        return self.state not in IN


@dataclass(frozen=True)
class GivenTo:
    """Another organization that sees the case: each receiver in words, with the end of their share."""

    organization: str
    receivers: list[tuple[str, datetime]]


@dataclass(frozen=True)
class Written:
    """A note as its reader sees it: `tier` in a word, whether it is the reader's `own`, and whether they may pin it."""

    note: Note
    tier: str
    tone: str
    own: bool
    pins: bool


def header(request: StaffRequest, case: Case, *, tab: str = "") -> dict[str, Any]:
    """What stands above every page of a case: who it is about, whose it is, and what the reader may do.

    `tab` is the one of a page whose address does not say it.
    """
    actor, person = request.actor, case.whose
    foreign = case.organization_id != actor.organization
    mine = reach.of(actor)
    held = mine.grants.get(case.pk) if foreign else None
    may = {short: acts.allowed(actor, verb, case) for short, verb in ASKED.items()}
    may["accept"] &= rules.may_be_accepted(case.stage)
    may["move"] &= bool(rules.next_stages(case.stage))
    may["offer"] &= rules.may_be_accepted(case.stage)
    may["close"] &= rules.may_be_closed(case.stage)
    may["reopen"] &= case.stage == Stage.CLOSED
    may["keep"] &= case.stage in rules.OVER
    may["conflicts"] &= not foreign
    ways = tabs.of(request, case, may, here=tab)
    checked, answered = (None, False) if foreign else conflicts.at_a_glance(actor, case)
    places, filed = [] if foreign else team(request, case), appearances(case)
    return {
        "case": case,
        "person": about(person),
        "name": person.full_name or _("Name not known yet"),
        "is_merged": person.pk != case.person_id,
        "matters": [str(Matter(matter).label) for matter in case.matters],
        "spoken": languages.name_of(person.language) if person.language else _("Not known yet"),
        "owner": mine.organizations[case.organization_id] if foreign else None,
        "held": held,
        "held_words": words.held(held) if held else [],
        "team": places,
        "lead": next((one for one in places if one.assignment.role == "lead" and not one.planned), None),
        "next_lead": next((one for one in places if one.assignment.role == "lead" and one.planned), None),
        "beside": [one for one in places if one.assignment.role != "lead" and not one.planned],
        "appearances": filed,
        "filed": sorted({one.short for one in filed}),
        "where": whereabouts.where(case, timezone.now()),
        "has_answers": answered,
        "next_hearing": docket.heard_next(actor, case),
        "due": [title_of(one) for one in docket.due_next(actor, [case]).get(case.pk, [])],
        "unheard": case.next_hearing_at is not None and case.next_hearing_at < timezone.now(),
        "overdue": case.next_deadline_on is not None and case.next_deadline_on < timezone.localdate(),
        "conflicts": checked,
        "may": may,
        "tabs": ways,
        "tab": next((one for one in ways if one.current), ways[0]),
    }


def appearances(case: Case) -> list[Appearance]:
    """The notices of appearance that stand, the first filed first."""
    return list(case.appearances.filter(withdrawn_on=None).order_by("filed_on", "made_at"))


def about(person: Person) -> dict[str, Any]:
    """What is told of the person on every page of the case; of the A-number its last digits."""
    number, born = person.a_number, person.birth_date
    readable = born is not None and not isinstance(born, Locked)
    return {
        "ends": number if isinstance(number, Locked) else number[-3:],
        "locked": isinstance(number, Locked),
        "born": born,
        "age": person_rules.age(born, timezone.localdate()) if readable else None,
        "no_contact": person.wants_no_contact,
        "alert": person.alert,
    }


def meanwhile() -> str:
    """What is said to whoever came second, where no form has kept anything."""
    return _("Somebody else changed this at the same moment, so nothing of yours was done. This is how it stands now.")


def team(request: StaffRequest, case: Case) -> list[Place]:
    """Who is on the case of one's own organization, the lead first, then who will be from a later day."""
    now = timezone.now()
    not_over = (Q(ends_at=None) | Q(ends_at__gt=now)) & (Q(ends_at=None) | Q(ends_at__gt=F("starts_at")))
    places = case.assignments.filter(not_over).select_related("membership__colleague").order_by("starts_at", "pk")
    ordered = sorted(places, key=lambda one: (one.starts_at > now, one.role != "lead"))
    states = {one.pk: state(one.membership) for one in ordered}
    reads = partial(rules.reads_unassigned, visibility=own(request).organization.visibility, restricted=case.restricted)
    counsel = {
        one.pk for one in ordered
        if one.starts_at <= now and states[one.pk] in IN and READERS & set(one.membership.roles)
    }  # fmt: skip
    return [
        Place(
            one,
            one.membership.colleague.name,
            states[one.pk],
            still_reads=states[one.pk] in IN and reads(frozenset(one.membership.roles)),
            needed=not reads(READERS) and not counsel - {one.pk},
            me=one.membership_id == request.actor.membership_id,
            planned=one.starts_at > now,
        )
        for one in ordered
    ]


def own(request: StaffRequest) -> Membership:
    """The membership somebody acts in; raises PermissionDenied without one."""
    if request.membership is None:
        raise PermissionDenied("not a member")
    return request.membership


def candidates(request: StaffRequest, places: list[Place]) -> Any:
    """Colleagues who could be on the case and are not."""
    ours = Membership.objects.live().filter(organization_id=request.actor.organization).exclude(roles=["admin"])
    on_it = [place.assignment.membership_id for place in places]
    return ours.exclude(pk__in=on_it).select_related("colleague").order_by("colleague__name")


def show(request: StaffRequest, case: Case, *, assign: AssignForm | None = None, revealed: str = "") -> HttpResponse:
    """The case's first page; with a form that was filled in wrongly, that form as it was left.

    `revealed` is the whole A-number, for whoever has just asked for it.
    """
    context = header(request, case, tab="case") | {"revealed": revealed}
    may = context["may"]
    open_tasks = todo.of_case(request.actor, case, most=TASKS + 1)
    context |= {
        "tasks": open_tasks[:TASKS],
        "more_tasks": len(open_tasks) > TASKS,
        "notes": written(request, case, latest(case)),
        "closing": case.closings.filter(reopened_at=None).first() if case.stage == Stage.CLOSED else None,
        "mark": retention.standing(request.actor, case) if may["keep"] else None,
        "tellings": telling.today(case.whose),
        "docket": docket_page.card(request.actor, case),
        "assign_form": assign or (AssignForm(candidates(request, context["team"])) if may["assign"] else None),
        "form": assign,
        "shares": shares(request, case) if may["access"] else [],
        "whole": own(request).organization.visibility == "organization",
    }
    return render(request, "desk/case/case.html", context)


def latest(case: Case) -> list[Note]:
    """What is pinned, then the newest notes."""
    return list(case.notes.order_by(F("pinned_at").desc(nulls_last=True), "-written_at")[:NOTES])


def written(request: StaffRequest, case: Case, notes: Iterable[Note]) -> list[Written]:
    """Notes as the reader sees them."""
    highest = reach.of(request.actor).writes_up_to(case)
    return [
        Written(
            one, words.tier(one.tier), TONES[Tier(one.tier)], own=is_own(request.actor, case, one),
            pins=one.tier <= highest,
        )
        for one in notes
    ]  # fmt: skip


def shares(request: StaffRequest, case: Case) -> list[GivenTo]:
    """The organizations with which the case is shared at present, by name."""
    given = access.shares(request.actor, case)
    single = any(one.user_id for one in given)
    names = {one.user_id: one.name for one in access.viewers(request.actor, case)} if single else {}
    found = []
    for organization in reach.of(request.actor).organizations.values():
        held = [one for one in given if one.organization_id == organization.id]
        receivers = [
            (words.whom(one, names.get(one.user_id, "") if one.user_id else "", alone=len(held) == 1), one.until)
            for one in held
        ]
        if receivers:
            found.append(GivenTo(organization.name, receivers))
    return sorted(found, key=lambda one: one.organization)
