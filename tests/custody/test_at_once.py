"""Two at one moment: each waits for the other and then meets what stands, and nobody is caught in a deadlock."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections, transaction

from casework.access.actor import Actor, staff
from casework.access.context import acting
from casework.access.models import Membership
from casework.access.versions import ChangedMeanwhile
from casework.cases import actions as of_cases
from casework.cases.actions.ground import locked
from casework.cases.models import Case
from casework.custody import actions, checks, courts, looks, undoing
from casework.directory.models import Court
from tests.clock import local_day
from tests.conftest import as_owner
from tests.custody.planting import ADELANTO, B18, EL_PASO, at, book, move, on
from tests.custody.test_queue import expire

pytestmark = pytest.mark.django_db(transaction=True)
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"
Step = Callable[[Actor, Case], Any]


def membership(email: str) -> Membership:
    with as_owner():
        rows = Membership.objects.select_related("organization", "user")
        return rows.get(user__email=email, organization__short_name="NLA")


def actor_of(email: str) -> Actor:
    one = membership(email)
    return staff(one, one.user.name)


@contextmanager
def asking(actor: Actor, case: Case) -> Iterator[tuple[Actor, Case]]:
    """A request of its own, with the case as far as the actor sees it."""
    with transaction.atomic(), acting(actor):
        yield actor, Case.objects.visible_to(actor).filter(pk=case.pk).first() or case


def held() -> tuple[Actor, Case]:
    """A case of somebody in Adelanto, whose place is due."""
    ada = actor_of("ada@north.example")
    with transaction.atomic(), acting(ada):
        case: Case = of_cases.open_case(ada, names={"given_names": "Rosa"})
        book(ada, case, at(ADELANTO), "2026-10-01")
    with as_owner():
        expire(case)
    return ada, case


def at_once(case: Case, first: Actor, steps: tuple[Step, Step], second: Actor, rival: Step) -> list[str]:
    """The first of two steps, then the rival until it waits, then the other step; what came of each.

    The rival may come to its end without waiting.
    """
    came: list[str] = []

    def run() -> None:
        try:
            with asking(second, case) as (actor, row):
                rival(actor, row)
            came.append("rival")
        except ValidationError as error:
            came.append(error.messages[0])
        except ChangedMeanwhile:
            came.append("meanwhile")
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    with asking(first, case) as (actor, row), connection.cursor() as cursor:
        steps[0](actor, row)
        thread.start()
        waiting = 0
        while not waiting and thread.is_alive():
            cursor.execute(WAITING)
            waiting = cursor.fetchone()[0]
        steps[1](actor, row)
        came.append("first")
    thread.join()
    return came


def to_el_paso(actor: Actor, case: Case) -> None:
    move(actor, case, at(EL_PASO), "2026-10-20")


def to_hold_room(actor: Actor, case: Case) -> None:
    move(actor, case, at(B18, "hold_room"), "2026-10-25")


def taken(actor: Actor, case: Case) -> None:
    checks.take(actor, checks.cards(actor)[0].stay_id)


def found_there(actor: Actor, case: Case) -> None:
    stay = looks.open_stay(actor, case)
    assert stay
    checks.record(actor, case, stay=stay, method="phone", outcome="same")


def freed(actor: Actor, case: Case) -> None:
    actions.release(actor, case, reason="bond", since=on("2026-10-21"))


def nothing(actor: Actor, case: Case) -> None:
    pass


@pytest.mark.parametrize("rival", [to_el_paso, found_there, freed, taken])
@pytest.mark.parametrize("who", ["ben@north.example", "vic@north.example"])
def test_a_stage_and_custody_do_not_wait_for_each_other(rival: Step, who: str) -> None:
    ada, case = held()
    if rival != taken and who.startswith("vic"):
        with asking(ada, case) as (_actor, row):
            of_cases.assign(ada, row, membership=membership(who), role="volunteer")
    came = at_once(case, ada, (locked, of_cases.accept), actor_of(who), rival)
    assert sorted(came) == ["first", "rival"]


def test_of_two_moves_the_second_meets_the_first() -> None:
    ada, case = held()
    ben = actor_of("ben@north.example")
    assert at_once(case, ada, (to_el_paso, nothing), ben, to_hold_room) == ["first", "rival"]
    with asking(ada, case) as (_actor, row):
        stay = looks.open_stay(ada, row)
        assert stay
        assert [one.facility_id for one in looks.stints(ada, stay)] == [ADELANTO, EL_PASO, B18]
        assert row.facility_key == B18


def test_of_two_who_book_one_is_told() -> None:
    ada, ben = actor_of("ada@north.example"), actor_of("ben@north.example")
    with transaction.atomic(), acting(ada):
        case: Case = of_cases.open_case(ada, names={"given_names": "Rosa"})

    def booked(actor: Actor, row: Case) -> None:
        book(actor, row, at(ADELANTO), "2026-10-01")

    assert at_once(case, ada, (booked, nothing), ben, booked) == ["first", "The person is held already. Record a move."]


def test_of_two_who_set_the_first_court_one_is_told() -> None:
    ada, case = held()
    ben = actor_of("ben@north.example")

    def sets(actor: Actor, row: Case) -> None:
        court = Court.objects.get(key="adelanto")
        courts.set_court(actor, row, court=court, since=on("2026-10-02").day, order="NTA", seen=0)

    assert at_once(case, ada, (sets, nothing), ben, sets) == ["first", "meanwhile"]


def test_a_hand_over_meets_the_lead_whom_somebody_just_put_there() -> None:
    ada, ben = actor_of("ada@north.example"), actor_of("ben@north.example")
    vic = actor_of("vic@north.example")
    with transaction.atomic(), acting(vic):
        case: Case = of_cases.open_case(vic, names={"given_names": "Rosa"})

    def leads(actor: Actor, row: Case) -> None:
        of_cases.assign(actor, row, membership=membership("ada@north.example"), role="lead")

    def hands_over(actor: Actor, row: Case) -> None:
        of_cases.hand_over(actor, row, to=membership("tomas@north.example"), on=local_day())

    assert at_once(case, ada, (leads, nothing), ben, hands_over) == ["first", "rival"]


def test_an_undo_and_a_move_do_not_wait_for_each_other() -> None:
    ada, case = held()
    ben = actor_of("ben@north.example")
    with asking(ada, case) as (actor, row):
        done = move(actor, row, at(EL_PASO), "2026-10-20")

    def taken_back(actor: Actor, row: Case) -> None:
        undoing.undo(actor, row, line_id=done.line)

    def waits(_actor: Actor, row: Case) -> None:
        actions.hold(row)

    came = at_once(case, ada, (waits, to_hold_room), ben, taken_back)
    assert came[0] == "first"
    assert came[1].startswith("This cannot be undone any more: Ada Quispe recorded something since.")


def test_a_card_that_is_done_is_not_taken_by_whoever_waited_for_it() -> None:
    ada, case = held()
    vic = actor_of("vic@north.example")
    with asking(vic, case):
        stay_id = checks.cards(vic)[0].stay_id

    def takes(actor: Actor, _case: Case) -> None:
        checks.take(actor, stay_id)

    came = at_once(case, ada, (found_there, nothing), vic, takes)
    assert came == ["first", "Somebody else has this card, or it is not due any more."]
