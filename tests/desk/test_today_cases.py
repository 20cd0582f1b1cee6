"""Today: what needs somebody of their cases, what others did, who sees which of it, and what it costs."""

import re
import uuid
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from casework.access.doors import window
from casework.access.models import Organization, User
from casework.audit.models import Entry
from casework.cases import actions
from casework.cases.models import Case
from casework.docket.actions import hearings
from casework.docket.actions.deadlines import order
from casework.docket.models import Hearing
from tests.cases.planting import NORTH, again, glances, member, open_case, speaking
from tests.clock import local_day
from tests.custody.planting import ADELANTO, B18, EL_PASO, LOST, at, book, move
from tests.custody.test_queue import expire
from tests.desk.test_caseload import queries, text
from tests.docket.planting import add

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
Enter = Callable[[str], Client]
HERE = ZoneInfo("America/Los_Angeles")


def at_noon(days: int, zone: str = "America/Los_Angeles") -> datetime:
    return datetime.combine(local_day() + timedelta(days=days), time(12), ZoneInfo(zone))


def part(found: str, title: str, until: str) -> str:
    """What stands below a heading."""
    return found[found.index(title) : found.index(until, found.index(title))]


def accepted(cast: Cast, name: str, key: str = "attorney", **columns: object) -> Case:
    case = open_case(cast[key], given_names=name)
    glances(case, **({"stage": "active", "opened_at": timezone.now() - timedelta(days=60)} | columns))
    return case


def heard(cast: Cast, case: Case, days: int, *, at: str = "adelanto", **values: Any) -> Hearing:
    """A hearing at noon, so many days from today."""
    with speaking(cast["attorney"]) as ada:
        day = (local_day() + timedelta(days=days)).isoformat()
        return add(ada, again(ada, case), day, "12:00", at=at, **values).row


def test_hearings_stand_by_the_day_of_the_court(enter: Enter, cast: Cast) -> None:
    heard(cast, accepted(cast, "Olga", place="Adelanto"), 14, kind="bond", medium="P")
    heard(cast, accepted(cast, "Clara"), 2, at="el-paso-spc")
    heard(cast, accepted(cast, "Wanda"), 15)
    heard(cast, accepted(cast, "Helena", stage="closed"), 1)
    heard(cast, accepted(cast, "Ivo"), -1)
    found = part(text(enter("attorney"), "/"), "Hearings, next 14 days", "Deadlines")
    day = r"\w+, \w+ \d+"
    assert re.fullmatch(
        rf"Hearings, next 14 days All \(2\) : Hearings, next 14 days Need their outcome {day} Ivo Record it : Ivo"
        rf" Master calendar hearing · Adelanto Immigration Court · Video {day} in 2 days"
        rf" 12:00\spm Denver, 11:00\sam here Clara Nobody appears yet Master calendar hearing · El Paso SPC Immigration"
        rf" Court · Video Place not known {day} in 14 days 12:00\spm Olga Nobody appears yet Bond hearing · Adelanto"
        r" Immigration Court · In person Adelanto ",
        found,
    )
    assert "1 hearing needs its outcome." in text(enter("attorney"), "/")


def test_a_case_with_two_hearings_stands_there_twice_and_a_vacated_one_not(enter: Enter, cast: Cast) -> None:
    case = accepted(cast, "Olga")
    off = heard(cast, case, 1)
    heard(cast, case, 2)
    heard(cast, case, 3, kind="bond")
    with speaking(cast["attorney"]) as ada:
        hearings.vacate(ada, again(ada, case), off, reason=None, seen=1)
    found = part(text(enter("attorney"), "/"), "Hearings, next 14 days", "Deadlines")
    assert (found.count("Olga"), "All (2)" in found) == (2, True)


def test_deadlines_by_urgency(enter: Enter, cast: Cast) -> None:
    for name, days in (("Olga", 30), ("Clara", -2), ("Wanda", 31), ("Helena", 1)):
        accepted(cast, name, next_deadline_on=local_day() + timedelta(days=days))
    found = text(enter("attorney"), "/")
    assert "1 deadline has passed." in found
    assert re.search(
        r"All \(3\) : Deadlines, next 30 days Clara \w+, \w+ \d+ 2 days ago · Overdue"
        r" Helena \w+, \w+ \d+ tomorrow Olga \w+, \w+ \d+ in 30 days Moved",
        found,
    )


def test_a_deadline_says_what_is_due(enter: Enter, cast: Cast) -> None:
    case, day = accepted(cast, "Olga"), local_day() + timedelta(days=3)
    with speaking(cast["attorney"]) as ada:
        for title, on in (("Brief", day), ("Witness list", day + timedelta(days=60))):
            order(ada, again(ada, case), title=title, day=on, paper="Order", zone="America/Los_Angeles")
    found = part(text(enter("attorney"), "/"), "Deadlines, next 30 days", "Moved")
    assert "Brief ·" in found
    assert "Witness list" not in found


def test_a_client_who_was_moved_and_one_who_is_lost(enter: Enter, cast: Cast) -> None:
    moved, lost, new, freed = (accepted(cast, name) for name in ("Yesenia", "Abdou", "Nadia", "Fred"))
    days = [(local_day() - timedelta(days=days)).isoformat() for days in (20, 3, 1)]
    with speaking(cast["attorney"]) as ada:
        book(ada, again(ada, moved), at(ADELANTO), days[0])
        move(ada, again(ada, moved), at(EL_PASO), days[1])
        book(ada, again(ada, lost), at(B18), days[0])
        move(ada, again(ada, lost), LOST, days[2])
        book(ada, again(ada, new), at(ADELANTO), days[0])
    glances(new, opened_at=timezone.now() - timedelta(days=2), place_since=local_day() - timedelta(days=10))
    glances(freed, custody="released", place_since=local_day() - timedelta(days=2))
    client = enter("attorney")
    found = part(text(client, "/"), "Moved, released or not located", "New enquiries")
    assert "1 person is not located." in text(client, "/")
    assert re.search(
        r"Abdou Not located before: .*\(B-18\) · since \w+, \w+ \d+(?: · confirmed .* ago)?"
        r" Fred Released since \w+, \w+ \d+"
        r" Yesenia 3 days ago Adelanto ICE Processing Center to El Paso",
        found,
    )
    assert "Nadia" not in found
    assert f'href="/cases/{moved.pk}/"' in client.get("/").content.decode()
    assert "3" in part(found, "All (", ")")


def test_mine_or_all_and_no_more_than_one_may_see(enter: Enter, cast: Cast) -> None:
    mine = accepted(cast, "Olga", "paralegal", next_deadline_on=local_day())
    accepted(cast, "Clara", next_deadline_on=local_day())
    hidden = accepted(cast, "Wanda", next_deadline_on=local_day())
    with speaking(cast["attorney"]) as ada:
        actions.restrict(ada, again(ada, hidden))
    ben = enter("paralegal")
    assert [name in text(ben, "/") for name in ("Olga", "Clara", "Wanda")] == [True, False, False]
    assert [name in text(ben, "/?whose=all") for name in ("Olga", "Clara", "Wanda")] == [True, True, False]
    assert 'href="/cases/?whose=mine&amp;deadline=30&amp;sort=deadline"' in ben.get("/").content.decode()
    vic = enter("volunteer")
    assert [name in text(vic, "/?whose=all") for name in ("Olga", "Clara", "Wanda")] == [False] * 3
    with speaking(cast["attorney"]) as ada:
        actions.assign(ada, again(ada, mine), membership=member(cast["volunteer"], NORTH), role="volunteer")
    assert [name in text(vic, "/?whose=all") for name in ("Olga", "Clara", "Wanda")] == [True, False, False]
    assert [name in text(enter("clinic"), "/?whose=all") for name in ("Olga", "Clara", "Wanda")] == [False] * 3


def test_administrators_are_shown_no_case(enter: Enter, cast: Cast) -> None:
    accepted(cast, "Olga", next_deadline_on=local_day())
    found = text(enter("admin"), "/?whose=all")
    assert [word in found for word in ("Olga", "Hearings", "Look-ups due", "All cases")] == [False] * 4
    assert "Your account" in found
    assert text(enter("admin"), "/changes/").startswith("What others did Nothing in the last 14 days. Nothing new")


def test_an_assigned_only_attorney_sees_their_own(enter: Enter, cast: Cast) -> None:
    accepted(cast, "Olga", next_deadline_on=local_day())
    accepted(cast, "Clara", "paralegal", next_deadline_on=local_day())
    Organization.objects.filter(name=NORTH).update(visibility="assigned")
    found = text(enter("attorney"), "/?whose=all")
    assert ["Olga" in found, "Clara" in found, "All cases" in found] == [True, False, False]


def test_new_enquiries_the_urgent_first(enter: Enter, cast: Cast) -> None:
    now = timezone.now()
    for name, stage, hours, priority in (
        ("Olga", "enquiry", 2, 0), ("Clara", "screening", 1, 0), ("Wanda", "enquiry", 9, 2), ("Ivo", "offered", 1, 2),
    ):  # fmt: skip
        accepted(cast, name, "volunteer", stage=stage, priority=priority, opened_at=now - timedelta(hours=hours))
    found = part(text(enter("attorney"), "/"), "New enquiries to review", "Look-ups due")
    assert re.findall("Olga|Clara|Wanda|Ivo", found) == ["Wanda", "Clara", "Olga"]


def test_tasks_and_look_ups_that_are_due(enter: Enter, cast: Cast) -> None:
    case = accepted(cast, "Olga")
    with speaking(cast["attorney"]) as ada:
        held, me = again(ada, case), member(cast["attorney"], NORTH)
        for text_, days in (("Later", 9), ("Late", -1)):
            actions.add_task(ada, held, text=text_, due_on=local_day() + timedelta(days=days), assignee=me)
        actions.add_task(ada, held, text="Of nobody", due_on=local_day(), assignee=None)
        book(ada, held, at(ADELANTO), (local_day() - timedelta(days=30)).isoformat())
    expire(case)
    client = enter("attorney")
    found = text(client, "/")
    assert "1 of your tasks is due or overdue." in found
    tasks = part(found, "My tasks", "New enquiries")
    assert tasks.index("Late ") < tasks.index("Later")
    assert "Of nobody" not in tasks
    assert re.search(r"Look-ups due Olga due .* ago Adelanto ICE Processing Center · confirmed", found)
    assert re.search(r"Look-ups due No reference|Name shown when taken", text(enter("volunteer"), "/"))


def earlier(verb: str, user: User, ago: timedelta) -> None:
    """A line of somebody's session from another time, which the database would else write itself."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        cursor.execute(
            "INSERT INTO audit_entry (id, at, actor_kind, user_id, verb, roles, object_ids, fields, basis, object_type,"
            " actor_name, tier, request_id) VALUES (%s, %s, 'user', %s, %s, '{}', '{}', '{}', '', '', '', 1, '')",
            [uuid.uuid4(), timezone.now() - ago, user.pk, verb],
        )
        cursor.execute("ALTER TABLE audit_entry ENABLE TRIGGER USER")


def test_what_others_did_in_my_cases(enter: Enter, cast: Cast) -> None:
    case = accepted(cast, "Olga")
    accepted(cast, "Clara", "paralegal")
    with speaking(cast["paralegal"]) as ben:
        held = again(ben, case)
        actions.write_note(ben, held, text="Secret words", tier=2, kind="memo")
        book(ben, held, at(ADELANTO), (local_day() - timedelta(days=3)).isoformat())
    client = enter("attorney")
    found = text(client, "/")
    assert re.search(
        r"What others did All \(1\) : What others did In the last 14 days\. Olga just now"
        r" Recorded that the person is held · .*Wrote a note · Ben Okoye",
        found,
    )
    assert "Secret words" not in found
    assert "Clara" not in found
    assert "Clara" in text(client, "/changes/?whose=all")
    assert "Olga" not in text(enter("paralegal"), "/changes/")  # their own doing


def test_counsel_notes_of_others_are_no_news_beyond_ones_tier(enter: Enter, cast: Cast) -> None:
    case = accepted(cast, "Olga")
    with speaking(cast["attorney"]) as ada:
        actions.write_note(ada, again(ada, case), text="Fear", tier=3, kind="memo")
    found = text(enter("paralegal"), "/changes/?whose=all")
    assert "Opened the case" in found
    assert "Wrote a note" not in found


def test_what_others_did_is_news_for_those_who_may_read_it_in_the_case(enter: Enter, cast: Cast) -> None:
    case = open_case(cast["volunteer"])
    with speaking(cast["attorney"]) as ada:
        row = again(ada, case)
        actions.change_case(ada, row, values={"priority": 2}, seen=row.version)
    assert "Ada Quispe" not in text(enter("volunteer"), "/changes/")
    assert "Ada Quispe" in text(enter("paralegal"), "/changes/?whose=all")


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(days=3), "Nothing since you were last here on an earlier day:"),
        (timedelta(days=15), "Nothing in the last 14 days."),
        (timedelta(0), "Nothing in the last 14 days."),  # a visit of the same day is no earlier one
    ],
)
def test_the_last_visit_is_one_of_an_earlier_day(enter: Enter, cast: Cast, ago: timedelta, words: str) -> None:
    accepted(cast, "Olga")
    earlier("session.ended", cast["attorney"], ago)
    earlier("session.ended", cast["paralegal"], timedelta(days=1))
    assert words in text(enter("attorney"), "/")


def test_whoever_has_nothing_reads_how_to_begin(enter: Enter, cast: Cast) -> None:
    for key in ("attorney", "volunteer"):
        found = text(enter(key), "/")
        assert "Nothing is waiting for you" in found
        assert "open a case" in found
        assert "Hearings, next" not in found


def test_names_on_the_page_are_noted(enter: Enter, cast: Cast) -> None:
    case, other = accepted(cast, "Olga", next_deadline_on=local_day()), accepted(cast, "Clara")
    enter("attorney").get("/")
    (line,) = Entry.objects.filter(verb="case.listed")
    assert (line.object_ids, line.fields) == ([case.pk], ["today"])
    assert other.pk not in line.object_ids


def test_it_costs_the_same_whatever_there_is(enter: Enter, cast: Cast) -> None:
    """Each round adds a row to every section; the third is longer than what is shown of some."""
    client, found = enter("attorney"), []
    for count in (1, 2, 5):
        for _ in range(count):
            busy(cast)
        found.append((queries(client, "/"), queries(client, "/?whose=all"), queries(client, "/changes/")))
    assert found == [(34, 33, 15)] * 3


def busy(cast: Cast) -> None:
    """A case with something in every section."""
    case = accepted(cast, "Olga", next_deadline_on=local_day())
    for days in (3, -3):
        heard(cast, case, days)
    open_case(cast["volunteer"])
    with speaking(cast["paralegal"]) as ben:
        held = again(ben, case)
        book(ben, held, at(ADELANTO), (local_day() - timedelta(days=20)).isoformat())
        move(ben, held, at(EL_PASO), (local_day() - timedelta(days=2)).isoformat())
        actions.add_task(ben, held, text="Call", due_on=local_day(), assignee=member(cast["attorney"], NORTH))
    expire(case)
    with window("test"):
        assert Case.objects.get(pk=case.pk).place_since == local_day() - timedelta(days=2)
