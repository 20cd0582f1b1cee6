"""The whole way: an attorney invites the mother, she enters in Spanish, a move is recorded, her page says so."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from casework.access.models import User
from casework.audit.models import Entry
from casework.cases.models import Case
from casework.portal import publishing
from casework.wiring import PUBLISHED, TABLE
from tests.cases.planting import again, open_case, speaking
from tests.clock import local_day
from tests.conftest import as_owner
from tests.custody.planting import ADELANTO, EL_PASO, at, book, move
from tests.portal.planting import door, entered, invite, standing, text

pytestmark = pytest.mark.django_db
Cast = dict[str, User]


@pytest.fixture
def case(cast: Cast) -> Case:
    made = open_case(cast["attorney"], given_names="Canary", first_surname="Person")
    with speaking(cast["attorney"]) as ada:
        book(ada, again(ada, made), at(ADELANTO), f"{local_day() - timedelta(days=9)}")
    return made


def test_a_move_stands_on_the_mothers_page(cast: Cast, case: Case) -> None:
    made = invite(cast["attorney"], case)
    client = Client()
    asked = client.get(door(made))
    assert (asked.status_code, 'name="pin"' in asked.content.decode()) == (200, True)
    client = entered(made)
    before = text(client)
    assert "En un centro de detención" in before
    assert "Adelanto" in before
    with speaking(cast["attorney"]) as ada:
        move(ada, again(ada, case), at(EL_PASO), f"{local_day() - timedelta(days=1)}")
    after = text(client)
    assert "Trasladado a otro lugar" in after
    assert "El Paso" in after
    assert "Adelanto" not in after
    assert "Revisado hace" in after
    for never in ("Canary", "Person", str(case.pk), str(case.person_id)):
        assert never not in after


@pytest.mark.django_db(transaction=True)
def test_a_move_stands_there_at_the_next_request_after_its_commit() -> None:
    """What is shown is written in the transaction of the act, by no job: nothing can be late."""
    with as_owner():
        attorney = User.objects.get(email="ada@north.example")
        case = open_case(attorney, given_names="Canary")
        with speaking(attorney) as ada:
            book(ada, again(ada, case), at(ADELANTO), f"{local_day() - timedelta(days=9)}")
        made = invite(attorney, case)
    client = entered(made)
    assert "Adelanto" in text(client)
    with as_owner(), speaking(attorney) as ada:
        move(ada, again(ada, case), at(EL_PASO), f"{local_day() - timedelta(days=1)}")
    assert "El Paso" in text(client)
    late = {verb for verb in PUBLISHED if publishing.follow not in TABLE[verb].now}
    assert (late, [one for then in TABLE.values() for one in then.later if one.startswith("portal.")]) == (set(), [])


def test_the_team_sees_that_it_was_opened(cast: Cast, case: Case) -> None:
    made = invite(cast["attorney"], case)
    assert (standing(made).opened_at, standing(made).openings) == (None, 0)
    client = entered(made)
    text(client)
    text(client)
    row = standing(made)
    assert row.openings == 2
    lines: list[Any] = list(Entry.objects.filter(verb="window.viewed"))
    assert {(one.actor_kind, one.basis, one.case_id, one.object_id) for one in lines} == {
        ("family", "family", case.pk, made.link.pk)
    }
    assert len(lines) == 2
