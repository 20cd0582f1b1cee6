"""Two organizations with cases, and Ada, who belongs to one of them."""

from typing import Any

import pytest

from casework.access.actor import Actor, staff
from casework.access.models import Membership, User
from casework.cases import actions


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
    return {"own": own, "foreign": foreign, "notes": notes, "foreign_note": theirs}
