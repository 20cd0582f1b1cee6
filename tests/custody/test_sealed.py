"""What custody and the work on a case keep of a person: nowhere in clear, under new keys after a rotation, and gone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from casework.access.doors import window
from casework.access.models import User
from casework.cases.models import Case, Task
from casework.custody.models import CourtOnFile, LocatorCheck, Stint
from casework.vault import keys, rotation
from casework.vault.fields import Locked
from tests.cases.planting import again, open_case, speaking
from tests.custody.planting import ADELANTO, at, book
from tests.desk.test_work import hidden

pytestmark = pytest.mark.django_db
Enter = Callable[[str], Client]
CANARY = "Canary"


def worked_on(enter: Enter, cast: dict[str, User]) -> Case:
    """A case with all of it, through the screens."""
    case, client = open_case(cast["attorney"]), enter("attorney")
    with speaking(cast["attorney"]) as ada:
        book(ada, again(ada, case), at(ADELANTO), "2026-10-01")
    page = f"/cases/{case.pk}/custody/"
    court = {"court": "adelanto", "since": "2026-10-02", "order": f"{CANARY} order", "version": 0}
    moved = {"kind": "elsewhere", "where": f"{CANARY} clinic", "day": "2026-10-20", "source": "family"}
    for address, typed in (
        (f"{page}court/", court),
        (f"{page}move/", moved),
        (f"{page}check/", {"method": "phone", "outcome": "not_found", "note": f"{CANARY} said no", "seen": ""}),
        (f"/cases/{case.pk}/tasks/", {"text": f"{CANARY} task", "tier": 2}),
    ):
        if "seen" in typed:
            typed["seen"] = hidden(client.get(address).content, "seen")
        assert client.post(address, typed).status_code == 302, address
    client.get(page)
    assert CANARY not in str(dict(client.session))
    return case


def values(case: Case) -> list[object]:
    """What stands sealed, as somebody reads it who holds no key yet."""
    keys.forget()
    with window("test"):
        place = Stint.objects.get(person=case.person_id, kind="elsewhere")
        note, order = LocatorCheck.objects.get(person=case.person_id), CourtOnFile.objects.get(case=case)
        text = Task.objects.get(case=case, rule="")
        ruled = Task.objects.filter(case=case).exclude(rule="").order_by("pk")
        return [place.place, note.note, order.order, text.text, *(one.values for one in ruled)]


def test_it_stands_nowhere_in_clear_and_follows_the_keys_of_its_file(enter: Enter, cast: dict[str, User]) -> None:
    case = worked_on(enter, cast)
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        found = []
        for name in tables:
            cursor.execute(f"SELECT t::text FROM {name} t WHERE t::text ~ '{CANARY}|{CANARY.encode().hex()}'")  # noqa: S608
            found += [(name, row) for row in cursor.fetchall()]
    assert found == []
    before = values(case)
    assert before[:4] == [f"{CANARY} clinic", f"{CANARY} said no", f"{CANARY} order", f"{CANARY} task"]
    assert len(before) > 4
    with window("test"):
        rotation.rotate(case.organization_id, case.person_id)
        by_key = rotation.values_by_key(case.person_id)
    assert (values(case), len(by_key)) == (before, 1)
    with window("test"):
        for model in rotation.sealed_models():
            rows: Any = model._base_manager.filter(model.of_file(case.person_id))
            rows.make_unreadable()
    assert all(isinstance(one, Locked) for one in values(case))
