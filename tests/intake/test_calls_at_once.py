"""Two who take one card at one moment: one gets it, and the other is told."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connections, transaction
from django.utils import timezone

from casework.access.actor import Actor
from casework.access.context import acting
from casework.access.doors import window
from casework.cases.actions import open_case
from casework.cases.models import Assignment
from casework.intake import calls
from casework.intake.calls import Called
from tests.conftest import as_owner
from tests.custody.test_at_once import actor_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("kind", ["call", "draft"])
def test_of_two_who_take_a_card_at_once_one_gets_it(kind: str) -> None:
    ada, *rivals = map(actor_of, ("ada@north.example", "vic@north.example", "ben@north.example"))
    with transaction.atomic(), acting(ada):
        case = open_case(ada, names={"given_names": "Rosa"}) if kind == "draft" else None
        card = case.pk if case else calls.note(ada, called=Called("in", "waiting")).pk
    if case:
        with as_owner(), window("planting"):
            Assignment.objects.filter(case=case).update(ends_at=timezone.now())
    gate, came = threading.Barrier(2), []

    def takes(actor: Actor) -> None:
        try:
            with transaction.atomic(), acting(actor):
                gate.wait()
                calls.take(actor, card)
            came.append("taken")
        except ValidationError:
            came.append("gone")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=takes, args=(actor,)) for actor in rivals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(came) == ["gone", "taken"]
