"""What is asked of the 200,000 cases, through the doors and by hand. By hand it runs as a superuser, past the walls,
with the conditions that a careful programmer would write into each query.
"""

from typing import Any

from django.db.models import Q
from django.utils import timezone

from benchmarks.measure import SLOW_REPEATS, Question
from benchmarks.seed import BIG, NARROW, OWN, Place
from casework.access.actor import Actor
from casework.access.acts import what, who
from casework.access.doors import open_one
from casework.access.rules import ASSIGNED
from casework.audit import actions as audit
from casework.cases.grants import CaseGroupObjectPermission, CaseUserObjectPermission
from casework.cases.models import Assignment, Case, Note, Tier

LIST = 50


def newest(cases: Any) -> list[Case]:
    return list(cases.order_by("-opened_at", "id")[:LIST])


def assigned(place: Place) -> Any:
    now = timezone.now()
    live = Assignment.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now), starts_at__lte=now)
    return live.filter(membership_id=place.asker).values("case_id")


def of_organization(place: Place) -> Any:
    seen = Q(restricted=False) | Q(pk__in=assigned(place))
    return Case.objects.filter(seen, organization_id=place.organization)


def shared(place: Place) -> Any:
    to_us = Q(expires_at__gt=timezone.now(), to_organization_id=place.organization, permission__codename="view_case")
    users = CaseUserObjectPermission.objects.filter(to_us, user_id=place.user).values("content_object_id")
    groups = CaseGroupObjectPermission.objects.filter(to_us, group__organization=place.organization)
    return Case.objects.filter(pk__in=users.union(groups.values("content_object_id"), all=True))


def with_names(cases: Any) -> Any:
    return cases.select_related("person")


def notes(place: Place, highest: Tier) -> Any:
    return Note.objects.filter(case_id=place.case, tier__lte=highest).order_by("-written_at", "id")


def all_notes(place: Place) -> Any:
    everybody = Q(tier__lte=Tier.REPRESENTATION, case__restricted=False) | Q(case_id__in=assigned(place))
    return Note.objects.filter(everybody, organization_id=place.organization)


def lists(actors: dict[int, Actor]) -> list[Question]:
    """Lists of 50; the first is the one that the others are held against."""
    own, big, narrow = actors[OWN.number], actors[BIG.number], actors[NARROW.number]
    return [
        Question(
            "50 of 20,000 own cases, attorney", own,
            lambda actor: newest(Case.objects.ours(actor)), lambda: newest(of_organization(OWN)),
        ),
        Question(
            "50 of 150,000, 3,900 restricted, paralegal", big,
            lambda actor: newest(Case.objects.ours(actor)), lambda: newest(of_organization(BIG)),
        ),
        Question(
            "50 of 120 assigned, all they may see", narrow,
            lambda actor: newest(Case.objects.ours(actor)),
            lambda: newest(Case.objects.filter(pk__in=assigned(NARROW))),
        ),
        Question(
            "50 of 200 shared with us", own,
            lambda actor: newest(Case.objects.shared_with(actor)), lambda: newest(shared(OWN)),
        ),
        Question(
            "50 of 20,000 with the people in them", own,
            lambda actor: newest(with_names(Case.objects.ours(actor))),
            lambda: newest(with_names(of_organization(OWN))),
        ),
        Question(
            "50 of 150,000 with the people in them", big,
            lambda actor: newest(with_names(Case.objects.ours(actor))),
            lambda: newest(with_names(of_organization(BIG))),
        ),
    ]  # fmt: skip


def others(actors: dict[int, Actor]) -> list[Question]:
    """Single rows, rows of one case, and a count of everything."""
    own, big = actors[OWN.number], actors[BIG.number]
    return [
        Question(
            "one case by its key", own,
            lambda actor: Case.objects.visible_to(actor).filter(pk=OWN.case).first(),
            lambda: of_organization(OWN).filter(pk=OWN.case).first(),
        ),
        Question(
            "about 40 notes of one's own case, three tiers", own,
            lambda actor: list(Note.objects.visible_to(actor).filter(case_id=OWN.case).order_by("-written_at", "id")),
            lambda: list(notes(OWN, Tier.COUNSEL)),
        ),
        Question(
            "the same in the organization of 150,000", big,
            lambda actor: list(Note.objects.visible_to(actor).filter(case_id=BIG.case).order_by("-written_at", "id")),
            lambda: list(notes(BIG, Tier.COUNSEL)),
        ),
        Question(
            "count of 200,000 notes, 150,000 one's own", big,
            lambda actor: Note.objects.visible_to(actor).count(), lambda: all_notes(BIG).count(), SLOW_REPEATS,
        ),
    ]  # fmt: skip


def opening(actor: Actor) -> Question:
    """One case, with the line in the audit that must stand before anything of it leaves."""

    def by_hand() -> Case:
        case: Case = of_organization(OWN).get(pk=OWN.case)
        audit.write(who(actor), "case.viewed", what(case), basis=ASSIGNED)
        return case

    return Question(
        "one case opened, with its audit line", actor, lambda one: open_one(one, Case.objects, OWN.case), by_hand
    )
