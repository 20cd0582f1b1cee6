"""References are kept for an import in a transaction of their own: nobody waits for its end."""

import threading

import pytest
from django.db import OperationalError, connection, connections, transaction

from casework.access.actor import Actor
from casework.access.context import acting
from casework.cases import actions, references
from casework.cases.models import Case
from tests.custody.test_at_once import actor_of

pytestmark = pytest.mark.django_db(transaction=True)


def opened(actor: Actor) -> Case:
    with transaction.atomic(), acting(actor):
        case: Case = actions.open_case(actor, names={"given_names": "Rosa"})
    return case


def accepted(actor: Actor, case: Case) -> str:
    reference: str = actions.accept(actor, Case.objects.visible_to(actor).get(pk=case.pk))
    return reference[-4:]


@pytest.mark.parametrize(("many", "came"), [(1, "0002"), (0, "waits")])
def test_while_an_import_accepts_a_colleague_accepts(many: int, came: str) -> None:
    ada, ben = actor_of("ada@north.example"), actor_of("ben@north.example")
    first, second = opened(ada), opened(ada)
    with transaction.atomic(), acting(ada):
        north = Case.objects.visible_to(ada).select_related("organization").get(pk=first.pk).organization
        block = references.keep(north, many) if many else []
    found: list[str] = []

    def colleague() -> None:
        try:
            with transaction.atomic(), acting(ben), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '300ms'")
                found.append(accepted(ben, second))
        except OperationalError:
            found.append("waits")
        finally:
            connections.close_all()

    with transaction.atomic(), acting(ada), references.taken_from(north, block):
        assert accepted(ada, first) == "0001"
        thread = threading.Thread(target=colleague)
        thread.start()
        thread.join()
    assert found == [came]
