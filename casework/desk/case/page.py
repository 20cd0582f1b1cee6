"""What the pages of a case show, put together as their reader sees it."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from casework.access import acts
from casework.access.models import Membership
from casework.access.requests import StaffRequest
from casework.cases import access, reach, rules
from casework.cases.models import Assignment, Case, Matter, Note, Tier
from casework.cases.pages import page
from casework.desk.case import words
from casework.desk.case.forms import AssignForm, NoteForm
from casework.people import languages

NOTES = 25
TONES = {Tier.INTAKE: "", Tier.REPRESENTATION: "accent", Tier.COUNSEL: "violet"}
ASKED = {
    "accept": "case.accepted",
    "assign": "case.assigned",
    "unassign": "case.unassigned",
    "restrict": "case.restricted",
    "share": "case.shared",
    "write": "note.written",
    "access": "case.access_viewed",
}


@dataclass(frozen=True)
class Place:
    """Somebody on the team. `still_reads` when they would see the case without being on it."""

    assignment: Assignment
    name: str
    still_reads: bool


@dataclass(frozen=True)
class Written:
    """A note as its reader sees it: `tier` in a word."""

    note: Note
    tier: str
    tone: str


def header(request: StaffRequest, case: Case) -> dict[str, Any]:
    """What stands above every page of a case: who it is about, whose it is, and what the reader may do."""
    actor, person = request.actor, case.person
    foreign = case.organization_id != actor.organization
    mine = reach.of(actor)
    held = mine.grants.get(case.pk) if foreign else None
    may = {short: acts.allowed(actor, verb, case) for short, verb in ASKED.items()}
    may["accept"] &= rules.may_be_accepted(stage=case.stage, reference=case.reference)
    return {
        "case": case,
        "name": person.full_name or _("Name not known yet"),
        "matters": [str(Matter(matter).label) for matter in case.matters],
        "spoken": languages.name_of(person.language) if person.language else _("Not known yet"),
        "owner": mine.organizations[case.organization_id] if foreign else None,
        "held": held,
        "held_words": words.held(held) if held else [],
        "team": [] if foreign else team(request, case),
        "may": may,
    }


def team(request: StaffRequest, case: Case) -> list[Place]:
    """Who is on the case of one's own organization, the lead first."""
    places = case.assignments.filter(Assignment.live()).select_related("membership__colleague").order_by("starts_at")
    visibility = own(request).organization.visibility
    found = []
    for place in sorted(places, key=lambda one: one.role != "lead"):
        roles = frozenset(place.membership.roles)
        still = rules.reads_unassigned(roles, visibility=visibility, restricted=case.restricted)
        found.append(Place(place, place.membership.colleague.name, still))
    return found


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


def show(
    request: StaffRequest, case: Case, *, note: NoteForm | None = None, assign: AssignForm | None = None
) -> HttpResponse:
    """The case's first page; with a form that was filled in wrongly, that form as it was left."""
    context = header(request, case)
    may = context["may"]
    found = page(case.notes.all(), request.GET, by="written_at", size=NOTES)
    context |= {
        "notes": [Written(one, words.tier(one.tier), TONES[Tier(one.tier)]) for one in found.rows],
        "pages": found,
        "note_form": note or (NoteForm(reach.of(request.actor).writes_up_to(case)) if may["write"] else None),
        "assign_form": assign or (AssignForm(candidates(request, context["team"])) if may["assign"] else None),
        "form": assign or note,
        "shares": shares(request, case) if may["access"] else [],
        "whole": own(request).organization.visibility == "organization",
    }
    return render(request, "desk/case/case.html", context)


def shares(request: StaffRequest, case: Case) -> list[tuple[str, access.Share]]:
    """The names of the organizations that see the case at present, each with the share that lasts longest."""
    known = reach.of(request.actor).organizations
    given = sorted(access.shares(request.actor, case), key=lambda one: one.until)
    longest = {known[one.organization_id].name: one for one in given if one.organization_id in known}
    return sorted(longest.items())
