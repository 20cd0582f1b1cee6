"""The walk: somebody is held, is moved far away, and all that follows is said and nothing else is touched."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from casework.access.models import User
from casework.audit.models import Entry
from casework.cases.actions.tasks import says
from casework.cases.models import Case, Task
from casework.custody import courts, looks
from casework.directory.models import Court
from tests.cases.planting import again, open_case, speaking
from tests.custody.planting import ADELANTO, EL_PASO, at, book, move, on
from tests.desk.test_case import words
from tests.desk.test_caseload import text

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
Enter = Callable[[str], Client]


def rows(table: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT to_jsonb(t) FROM {table} t ORDER BY 1::text")  # noqa: S608 (our own names)
        return list(cursor.fetchall())


def test_a_move_says_what_follows_and_touches_nothing_else(cast: Cast) -> None:
    case = open_case(cast["attorney"], given_names="Domingo")
    with speaking(cast["attorney"]) as ada:
        book(ada, case, at(ADELANTO), "2026-09-29")
        court = Court.objects.get(key="adelanto")
        courts.set_court(ada, again(ada, case), court=court, since=on("2026-10-01").day, order="NTA filed", seen=0)
    before = rows("custody_courtonfile")
    with speaking(cast["attorney"]) as ada:
        done = move(ada, again(ada, case), at(EL_PASO), "2026-11-14")
        tasks = list(Task.objects.visible_to(ada).filter(case=case, cause=done.stint and done.stint.pk))
        said = {task.rule: says(task) for task in tasks}
        stay = looks.open_stay(ada, case)
        stints = looks.stints(ada, stay) if stay else []
    assert said == {
        "custody.bond_law": "Check what bond law applies now: 5th Circuit",
        "custody.confirm_place": "Confirm by phone that the person is at El Paso Service Processing Center",
        "custody.venue": "Decide on a motion to change venue: held in El Paso Service Processing Center, court on file"
        " Adelanto Immigration Court",
        "custody.new_office": "Send the G-28 to the field office of El Paso",
        "custody.visiting": "Ask El Paso Service Processing Center about visits, legal calls and mail",
        "custody.address": "File the change of address with the court (EOIR-33): El Paso Service Processing Center",
    }
    assert done.tasks == 6
    assert rows("custody_courtonfile") == before
    moved = datetime(2026, 11, 14, 7, tzinfo=UTC)  # midnight in El Paso
    assert [(one.facility_id, one.starts_at, one.ends_at) for one in stints] == [
        (ADELANTO, datetime(2026, 9, 29, 7, tzinfo=UTC), moved),
        (EL_PASO, moved, None),
    ]
    shown = Case.objects.filter(pk=case.pk).values_list("facility_key", "place", "place_kind", "custody", "place_since")
    with speaking(cast["attorney"]) as ada:
        shown = Case.objects.visible_to(ada).filter(pk=case.pk)
        assert list(shown.values_list("facility_key", "place", "place_kind", "custody", "place_since", "version")) == [
            (EL_PASO, "El Paso Service Processing Center", "facility", "detained", date(2026, 11, 14), 1)
        ]
    assert list(Entry.objects.filter(verb="custody.moved").values_list("object_type", "fields")) == [
        ("custody.stint", ["place", "since", "source"])
    ]


def test_the_walk_on_the_screen(cast: Cast, enter: Enter) -> None:
    case, client = open_case(cast["attorney"], given_names="Domingo"), enter("attorney")
    address = f"/cases/{case.pk}/custody/"
    assert "Nobody has said yet where this person is held" in text(client, address)
    typed = {"kind": "facility", "where": "Adelanto ICE", "day": "2026-09-29", "source": "family"}
    found = client.post(f"{address}move/", typed | {"step": "save"}, follow=True)
    assert "Recorded. 2 tasks are open now. Undo" in words(found.content)
    client.post(
        f"{address}court/", {"court": "adelanto", "since": "2026-10-01", "order": "NTA of Oct 1", "version": "0"}
    )

    looked = words(client.post(f"{address}move/", {"kind": "facility", "where": "EPC", "step": "look"}).content)
    assert "Habeas court C.D. Cal. W.D. Tex." in looked
    assert "Bond, entered without inspection Bond hearing possible" in looked
    assert "Mandatory detention: no bond from the judge Buenrostro-Mendez v. Bondi" in looked
    assert "Court on file Adelanto Immigration Court Since October 1, 2026, by NTA of Oct 1." in looked
    assert "Expected court El Paso SPC" in looked, looked[looked.index("What hangs on the court") :][:400]
    assert "Decide on a motion to change venue: held in El Paso Service Processing Center" in looked
    assert looks_of(cast, case) == ["ADLNTCA"]

    moved = typed | {"where": "EPC", "day": "2026-11-14", "source": "phone", "step": "save"}
    said = words(client.post(f"{address}move/", moved, follow=True).content)
    assert "Recorded. 6 tasks are open now. Undo" in said
    assert "The bond law of this circuit answers otherwise than that of the one before." in said
    assert "1. Adelanto ICE Processing Center Tue, Sep 29, 2026 Sat, Nov 14, 2026" in said
    assert "Court on file Adelanto Immigration Court" in said
    assert looks_of(cast, case) == ["ADLNTCA", "EPC"]


def test_of_two_editors_the_second_keeps_what_was_typed_and_sees_what_stands(cast: Cast, enter: Enter) -> None:
    case, client = open_case(cast["attorney"], given_names="Domingo"), enter("attorney")
    address = f"/cases/{case.pk}/custody/"
    with speaking(cast["attorney"]) as ada:
        stint = book(ada, case, at(ADELANTO), "2026-09-29").stint
    court = {"court": "adelanto", "since": "2026-10-01", "order": "Notice of Oct 1", "version": "0"}
    place = {"kind": "facility", "where": "EPC", "day": "2026-09-30", "source": "visit", "version": "1"}
    for where, first, second, stands, typed in (
        ("court/", court, court | {"order": "Order of Oct 9"}, "Notice of Oct 1", "Order of Oct 9"),
        (f"stints/{stint and stint.pk}/", place, place | {"day": "2026-09-28"}, "Sep 30, 2026", "2026-09-28"),
    ):
        client.post(f"{address}{where}", first)
        answer = client.post(f"{address}{where}", second)
        html = answer.content.decode()
        assert (answer.status_code, stands in words(answer.content), f'value="{typed}"' in html) == (409, True, True)
        version = dict(re.findall(r'name="(version)" value="(\d+)"', html))
        assert client.post(f"{address}{where}", second | version).status_code == 302


def looks_of(cast: Cast, case: Case) -> list[str | None]:
    """The places on file, in their order."""
    with speaking(cast["attorney"]) as ada:
        stay = looks.open_stay(ada, case)
        return [one.facility_id for one in looks.stints(ada, stay)] if stay else []
