"""Hand-overs at one moment: two who accept, and a worker that is killed with SIGKILL while an offer runs out."""

import threading
import time
import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from django.utils import timezone

from casework.access.actor import Actor, staff
from casework.access.context import acting
from casework.access.doors import window
from casework.access.models import Membership, Organization
from casework.cases import actions as cases
from casework.intake.actions import handovers
from casework.intake.actions.handovers import Agreed
from casework.intake.models import HandOver, Offer, OfferCard, Received
from tests.conftest import as_owner
from tests.docket.test_killed_workers import PATIENCE, locked, worker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.proof]


def actor_of(email: str, organization: str) -> Actor:
    with as_owner():
        rows = Membership.objects.select_related("organization", "user")
        one = rows.get(user__email=email, organization__short_name=organization)
    return staff(one, one.user.name)


@pytest.fixture
def made(transactional_db: None) -> uuid.UUID:
    """Rosa, of North Legal Aid, is offered to the clinic, then to the hotline."""
    ada = actor_of("ada@north.example", "NLA")
    with as_owner():
        ids = dict(Organization.objects.values_list("short_name", "pk"))
    with acting(ada):
        case = cases.open_case(ada, names={"given_names": "Rosa"})
        agreed = Agreed("phone", timezone.now())
        row = handovers.offer(ada, case, to=[ids["SC"], ids["RRH"]], reason="capacity", agreed=agreed)
    return row.pk


def states(made: uuid.UUID) -> tuple[str, list[str]]:
    with as_owner(), window("looking"):
        offers = Offer.objects.filter(hand_over_id=made).order_by("position").values_list("state", flat=True)
        return HandOver.objects.get(pk=made).state, list(offers)


def run_out(made: uuid.UUID) -> None:
    with as_owner(), window("planting"):
        past = timezone.now() - timedelta(minutes=1)
        ids = list(Offer.objects.filter(hand_over_id=made, state="offered").values_list("pk", flat=True))
        Offer.objects.filter(pk__in=ids).update(until=past)
        OfferCard.objects.filter(pk__in=ids).update(until=past)


def test_two_accept_at_once_and_one_case_is_opened(made: uuid.UUID) -> None:
    cleo, start, said = actor_of("cleo@south.example", "SC"), threading.Barrier(2), list[str]()

    def accept() -> None:
        try:
            with acting(cleo):
                card = OfferCard.objects.visible_to(cleo).get()
                start.wait(timeout=20)
                handovers.accept(cleo, card)
            said.append("accepted")
        except ValidationError:
            said.append("gone")
        finally:
            connections.close_all()

    both = [threading.Thread(target=accept) for _each in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(timeout=60)
    assert sorted(said) == ["accepted", "gone"]
    with as_owner(), window("looking"):
        assert Received.objects.count() == 1
    assert states(made) == ("accepted", ["accepted", "withdrawn"])


@pytest.mark.parametrize("table", ["intake_offercard", "audit_entry", "procrastinate_jobs"])
def test_a_worker_that_is_killed_neither_skips_nor_doubles(made: uuid.UUID, table: str) -> None:
    """While it takes the card away, while it writes the line, while it puts the letters in."""
    run_out(made)
    with locked(table) as wait, worker(handovers.expire_one):
        wait()
    assert states(made) == ("open", ["offered", "waiting"])
    until = time.monotonic() + PATIENCE  # the dead worker's connection holds the offer until the server notices
    while not handovers.expire_one():
        assert time.monotonic() < until
    assert not handovers.expire_one()
    assert states(made) == ("open", ["expired", "offered"])
    with as_owner():
        counts = dict(Organization.objects.values_list("short_name", "offers_waiting"))
    assert (counts["SC"], counts["RRH"]) == (0, 1)
