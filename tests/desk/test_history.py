"""Who looked at a case, and what was done to it: in words, by day, for those of its organization who see it."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from casework.access.models import User
from casework.audit.models import Entry
from casework.cases import actions
from casework.cases.models import Case
from casework.vault.models import FileKey
from tests.cases.planting import NORTH, SOUTH, again, give, member, open_case, speaking
from tests.custody.planting import ADELANTO, EL_PASO, at, book, move
from tests.desk.test_case import address, words
from tests.desk.test_caseload import queries, text
from tests.desk.test_person import filled, send, with_number

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
Enter = Callable[[str], Client]
LOS_ANGELES = ZoneInfo("America/Los_Angeles")  # the clock of the cast


def planted(case: Case, at: datetime, verb: str = "case.viewed", **columns: Any) -> Entry:
    """A line of another day, which only whoever owns the table can write."""
    line = Entry(
        organization_id=case.organization_id, actor_kind="staff", verb=verb, object_type="cases.case",
        object_id=case.pk, case_id=case.pk, file_id=case.person_id, request_id=uuid.uuid4().hex, **columns,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        line.save(force_insert=True)
        Entry.objects.filter(pk=line.pk).update(at=at)
        cursor.execute("ALTER TABLE audit_entry ENABLE TRIGGER USER")
    return line


# --- Who looked


def test_one_line_for_each_person_and_day(enter: Enter, cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH, level="change")
    with_number(enter("attorney"), case)
    enter("attorney").get(address(case))
    clinic = enter("clinic")
    clinic.get(address(case))
    clinic.post(address(case, "reveal_a_number"))
    found = text(enter("paralegal"), address(case, "case_looks"))
    assert "Cleo Tran South Clinic 2 times, " in found
    assert "By a share: reading and writing notes Showed the whole A-number" in found
    assert "On the team" in found
    assert "Ben Okoye" in found  # that one looks here is a look
    assert "Read who looked, or what was done" in found


def test_days_stand_apart_and_pages_end_with_whole_days(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    noon = timezone.now().astimezone(LOS_ANGELES).replace(hour=12, minute=0)
    for days in range(1, 18):
        for minutes in (0, 30):
            at = noon - timedelta(days=days, minutes=minutes)
            planted(
                case, at, actor_name="Old Colleague", basis="organization", actor_organization_id=case.organization_id
            )
    first = client.get(address(case, "case_looks"))
    assert words(first.content).count("Old Colleague 2 times, ") == 13  # and today
    assert "Of the organization" in words(first.content)
    older = next(part for part in first.content.decode().split('"') if part.startswith("?older="))
    second = client.get(address(case, "case_looks") + older)
    assert words(second.content).count("Old Colleague 2 times, ") == 4
    newer = next(part for part in second.content.decode().split('"') if part.startswith("?newer="))
    third = client.get(address(case, "case_looks") + newer)
    assert words(third.content).count("Old Colleague 2 times, ") == 13


@pytest.mark.parametrize(
    "asked", ["?older=x", "?older=0001-01-01", "?newer=9999-12-31", "?older=2026-02-30", "?newer="]
)
def test_an_address_that_was_changed_leads_to_a_page(enter: Enter, cast: Cast, asked: str) -> None:
    case = open_case(cast["attorney"])
    client = enter("attorney")
    assert client.get(address(case, "case_looks") + asked).status_code == 200
    assert client.get(address(case, "case_activity") + asked).status_code == 200


# --- What was done


def test_acts_are_told_in_plain_words(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"], given_names="Rosa", first_surname="Tzul"), enter("attorney")
    client.post(address(case, "accept_case"))
    with speaking(cast["attorney"]) as ada:
        actions.assign(ada, again(ada, case), membership=member(cast["paralegal"], NORTH), role="paralegal")
        actions.write_note(ada, again(ada, case), text="Canary of a note", tier=3, kind="call")
        give(ada, again(ada, case), SOUTH, "cleo@south.example")
    send(
        client, case, filled(client, case) | {"first_surname": "", "birth_date": "1991-03-12", "a_number": "012345678"}
    )
    found = text(client, address(case, "case_activity"))
    for said in (
        "Opened the case",
        "Accepted the case",
        "Stage was Enquiry is now Active",
        "Added somebody to the team",
        "Ben Okoye, Paralegal",
        "Wrote a note",
        "Call, Counsel",
        "Shared the case",
        "Cleo Tran, South Clinic: read it, until",
        "Changed the person",
        "First surname was Tzul is now empty",
        "Birth date is now March 12, 1991",
        "A-number is now A•••-•••-678",
    ):
        assert said in found
    assert "Canary of a note" not in found
    assert "012345" not in found
    assert found.index("Changed the person") < found.index("Opened the case")


def test_what_does_not_open_is_said_to_be_locked(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"], given_names="Rosa"), enter("attorney")
    send(client, case, filled(client, case) | {"given_names": "Rosalía"})
    client.get(address(case))
    FileKey.objects.filter(file_id=case.person_id).update(wrapped=b"broken")
    found = text(client, address(case, "case_activity"))
    assert "Locked: what was different does not open." in found
    assert "Undo" not in found


def test_pages_of_acts_lead_on(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    with speaking(cast["attorney"]) as ada:
        now = again(ada, case)
        for _number in range(26):
            actions.write_note(ada, now, text="Spoke.", tier=2)
    first = client.get(address(case, "case_activity")).content.decode()
    assert first.count("Wrote a note") == 25
    older = next(part for part in first.split('"') if part.startswith("?older="))
    second = client.get(address(case, "case_activity") + older).content.decode()
    assert (second.count("Wrote a note"), second.count("Opened the case")) == (1, 1)


# --- Who may read it


@pytest.mark.parametrize(
    ("key", "status"), [("paralegal", 200), ("volunteer", 403), ("clinic", 403), ("hotline", 404), ("admin", 404)]
)
def test_the_organization_reads_it_and_nobody_else(enter: Enter, cast: Cast, key: str, status: int) -> None:
    case = open_case(cast["volunteer"])
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH, level="share")
    client = enter(key)
    assert [client.get(address(case, name)).status_code for name in ("case_activity", "case_looks")] == [status] * 2
    html = client.get(address(case)).content.decode()
    assert ("/activity/" in html) is (status == 200)


def test_a_restricted_case_has_a_history_for_its_team_only(enter: Enter, cast: Cast) -> None:
    case = open_case(cast["attorney"])
    enter("attorney").post(address(case, "restrict_case"))
    assert enter("paralegal").get(address(case, "case_activity")).status_code == 404
    assert "Restricted the case to its team" in text(enter("attorney"), address(case, "case_activity"))


def test_reading_it_leaves_a_line(enter: Enter, cast: Cast) -> None:
    case = open_case(cast["attorney"])
    enter("paralegal").get(address(case, "case_activity"))
    lines = Entry.objects.filter(verb="case.history_viewed").values_list("object_id", "case_id", "basis")
    assert list(lines) == [(case.pk, case.pk, "organization")]


def test_a_page_of_history_costs_the_same_whatever_stands_on_it(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"], given_names="Rosa"), enter("attorney")
    found = []
    for names in (["One"], ["Two", "Three"]):
        for name in names:
            send(client, case, filled(client, case) | {"given_names": name})
            enter("paralegal" if name == "Two" else "both").get(address(case))
        found.append([queries(client, address(case, page)) for page in ("case_activity", "case_looks")])
    assert found[0] == found[1]
    assert found[0] == [17, 18]


def test_moves_that_can_be_undone_cost_the_page_no_query_each(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"], given_names="Rosa"), enter("attorney")
    with speaking(cast["attorney"]) as ada:
        book(ada, case, at(ADELANTO), "2026-10-01")
        move(ada, again(ada, case), at(EL_PASO), "2026-10-03")
    found = [queries(client, address(case, "case_activity"))]
    with speaking(cast["attorney"]) as ada:
        move(ada, again(ada, case), at(ADELANTO), "2026-10-05")
        move(ada, again(ada, case), at(EL_PASO), "2026-10-07")
    found.append(queries(client, address(case, "case_activity")))
    assert found == [19, 19]
    page = client.get(address(case, "case_activity")).content.decode()
    assert page.count("/custody/undo/") == 1  # the newest move; the others were built on
