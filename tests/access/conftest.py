"""Two organizations with cases, and Ada, who belongs to one of them."""

from typing import Any

import pytest
from django.utils import timezone

from casework.access.actor import Actor, staff
from casework.access.models import Membership, User
from casework.cases import actions
from casework.directory.models import ErrorReport, Facility, PlaceNote


def actor_of(user: User) -> Actor:
    return staff(Membership.objects.select_related("organization").get(user=user), user.name)


@pytest.fixture
def ada(cast: dict[str, User]) -> Actor:
    return actor_of(cast["attorney"])


@pytest.fixture
def world(cast: dict[str, User], ada: Actor) -> dict[str, Any]:
    """Two cases of Ada's with a note each, and one of Cleo's in another organization."""
    cleo = actor_of(cast["clinic"])
    own = [actions.open_case(ada, names={"given_names": name}) for name in ("First", "Second")]
    foreign = actions.open_case(cleo, names={"given_names": "Foreign"})
    notes = [actions.write_note(ada, case, text="Ours") for case in own]
    theirs = actions.write_note(cleo, foreign, text="Theirs")
    for member, facilities in ((cleo, Facility.objects.all()[:1]), (ada, Facility.objects.all()[:2])):
        by = {"organization_id": member.organization_id}
        place_notes = [
            PlaceNote(
                **by, facility=one, topic="visiting", text="Ours", checked_on=timezone.localdate(),
                checked_by_id=member.member, checked_by_name="Somebody",
            )
            for one in facilities
        ]  # fmt: skip
        reports = [
            ErrorReport(**by, facility=one, wrong="Ours", reported_by_id=member.member, reported_by_name="Somebody")
            for one in facilities
        ]
        for row in (*place_notes, *reports):
            row.save(force_insert=True)
    return {
        "own": own, "foreign": foreign, "notes": notes, "foreign_note": theirs, "place_notes": place_notes,
        "reports": reports,
    }  # fmt: skip
