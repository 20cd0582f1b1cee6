"""Calendars outside Casework: what each level says, to whom, how long, and what the database lets a calendar do."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import caches
from django.core.exceptions import PermissionDenied
from django.db import InternalError, connection, transaction
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from casework.access import limits
from casework.access.doors import window
from casework.access.models import Membership, User
from casework.audit.models import Entry
from casework.cases import actions
from casework.cases.models import Case
from casework.docket import feeds
from casework.docket.models import Deadline, Feed
from tests.cases.planting import NORTH, again, give, member, open_case, speaking
from tests.clock import local_day
from tests.conftest import as_application
from tests.docket.hearings import change, hear, in_days, owe

pytestmark = pytest.mark.django_db
Cast = dict[str, User]


@pytest.fixture
def case(cast: Cast) -> Case:
    made = open_case(cast["attorney"], given_names="Rosa", first_surname="Martínez", second_surname="Gil")
    with speaking(cast["attorney"]) as ada:
        actions.accept(ada, made)
        return again(ada, made)


@pytest.fixture
def ada(cast: Cast) -> Membership:
    return member(cast["attorney"], NORTH)


def subscribe(user: User, level: str = "initials", *, whole: bool = False) -> str:
    with speaking(user) as actor:
        return feeds.make(actor, level=level, whole=whole).token


def fetch(token: str) -> Any:
    return Client().get(f"/feeds/{token}.ics")


def events(token: str) -> list[Any]:
    answer = fetch(token)
    assert answer.status_code == 200
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


SAYS = {
    "busy": ("Busy", None, None),
    "reference": ("Master calendar hearing, {reference}", None, True),
    "initials": ("R.M.G., Master calendar hearing, Adelanto Immigration Court", "Adelanto Immigration Court", True),
}


@pytest.mark.parametrize("level", SAYS)
def test_a_level_says_so_much(cast: Cast, case: Case, ada: Membership, level: str) -> None:
    hear(case, in_days(5), ada, place="Courtroom 3, code 8812", judge="Judge Somebody", appearing=ada)
    answer = fetch(subscribe(cast["attorney"], level))
    [event] = Calendar.from_ical(answer.content).walk("VEVENT")
    summary, location, leads = SAYS[level]
    assert event["SUMMARY"] == summary.format(reference=case.reference)
    assert event.get("LOCATION") == location
    assert ("URL" in event) == bool(leads)
    text = answer.content.decode()
    for never in ("Rosa", "Martínez", "Gil", "Courtroom", "8812"):
        assert never not in text
    if level == "busy":
        assert case.reference not in text
        assert "Los_Angeles" not in text
        assert "DESCRIPTION" not in event


def test_the_answer_is_kept_by_nobody(cast: Cast, case: Case, ada: Membership) -> None:
    hear(case, in_days(5), ada)
    answer = fetch(subscribe(cast["attorney"]))
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "Set-Cookie" not in answer.headers


def test_an_event_keeps_its_id_and_counts_on(cast: Cast, case: Case, ada: Membership) -> None:
    hearing = hear(case, in_days(5), ada)
    token = subscribe(cast["attorney"])
    [first] = events(token)
    change(hearing, starts_at=in_days(6))
    [second] = events(token)
    assert first["UID"] == second["UID"] == f"{hearing.pk}@casework"
    assert (first["SEQUENCE"], second["SEQUENCE"]) == (1, 2)
    assert first["DTSTART"].dt != second["DTSTART"].dt


@pytest.mark.parametrize("columns", [{"state": "vacated"}, {"state": "adjourned"}, {"withdrawn": True}])
def test_what_is_off_is_struck_out_for_30_days(
    cast: Cast, case: Case, ada: Membership, columns: dict[str, Any]
) -> None:  # fmt: skip
    hearing = hear(case, in_days(5), ada)
    token = subscribe(cast["attorney"])
    assert [one["STATUS"] for one in events(token)] == ["CONFIRMED"]
    change(hearing, **columns)
    [event] = events(token)
    assert event["STATUS"] == "CANCELLED"
    assert event.walk("VALARM") == []
    change(hearing, starts_at=in_days(-29))
    assert len(events(token)) == 1
    change(hearing, starts_at=in_days(-31))
    assert events(token) == []


def test_a_calendar_rings_a_day_and_two_hours_before(cast: Cast, case: Case, ada: Membership) -> None:
    hear(case, in_days(5), ada)
    [event] = events(subscribe(cast["attorney"]))
    assert [one["TRIGGER"].dt for one in event.walk("VALARM")] == [timedelta(days=-1), timedelta(hours=-2)]


def test_the_courts_time_stands_in_words(cast: Cast, case: Case, ada: Membership) -> None:
    hear(case, "2027-03-15 08:30", ada, time_zone="America/Phoenix")
    [event] = events(subscribe(cast["attorney"]))
    assert "Monday, March 15, 2027, 8:30\xa0am, Arizona (Phoenix)" in event["DESCRIPTION"]


def test_a_deadline_is_a_whole_day(cast: Cast, case: Case, ada: Membership) -> None:
    day = local_day() + timedelta(days=9)
    row = owe(case, ada, day)
    found = {level: events(subscribe(cast["attorney"], level)) for level in ("busy", "reference", "initials")}
    assert [len(one) for one in found.values()] == [0, 1, 1]
    assert found["reference"][0]["SUMMARY"] == f"Deadline, {case.reference}"
    assert found["initials"][0]["SUMMARY"] == f"R.M.G., Deadline, {case.reference}"
    assert (found["initials"][0]["DTSTART"].dt, found["initials"][0]["UID"]) == (day, f"{row.pk}@casework")
    with window("planting"):
        row = Deadline.objects.select_related("case").get(pk=row.pk)
        row.state, row.ended_at = "done", timezone.now()
        row.save()
    assert events(subscribe(cast["attorney"]))[0]["STATUS"] == "CANCELLED"


def test_a_calendar_holds_ones_own_hearings_or_all_that_one_sees(cast: Cast, case: Case, ada: Membership) -> None:
    bens = open_case(cast["paralegal"])
    own, other = hear(case, in_days(5), ada), hear(bens, in_days(6), ada)
    asked = hear(bens, in_days(7), ada, appearing=ada)
    found = {whole: [one["UID"] for one in events(subscribe(cast["attorney"], whole=whole))] for whole in (False, True)}
    assert found == {
        False: [f"{one.pk}@casework" for one in (own, asked)],
        True: [f"{one.pk}@casework" for one in (own, other, asked)],
    }


def test_a_calendar_sees_what_its_member_sees(cast: Cast, case: Case, ada: Membership) -> None:
    """A restricted case of others is not in it; a shared one is, until the share ends."""
    with speaking(cast["attorney"]) as actor:
        give(actor, case, "South Clinic")
        actions.restrict(actor, again(actor, case))
    hear(case, in_days(5), ada)
    token = subscribe(cast["paralegal"], whole=True)
    assert events(token) == []
    with speaking(cast["clinic"], "South Clinic") as cleo:
        theirs = feeds.make(cleo, level="initials", whole=True).token
    assert [one["SUMMARY"][:6] for one in events(theirs)] == ["R.M.G."]


def test_whoever_leaves_has_a_dead_calendar_at_the_next_request(cast: Cast, case: Case, ada: Membership) -> None:
    hear(case, in_days(5), ada)
    token = subscribe(cast["attorney"])
    assert fetch(token).status_code == 200
    Membership.objects.filter(pk=ada.pk).update(suspended_at=timezone.now())
    assert fetch(token).status_code == 404
    Membership.objects.filter(pk=ada.pk).update(suspended_at=None, ends_at=timezone.now())
    assert fetch(token).status_code == 404


def test_dead_and_unknown_addresses_get_one_answer(cast: Cast) -> None:
    token = subscribe(cast["attorney"])
    with speaking(cast["attorney"]) as actor:
        feeds.revoke(actor)
    answers = [fetch(one) for one in (token, "x", "a" * 43, "y" * 300, "%00")]
    assert {one.status_code for one in answers} == {404}
    bodies = {re.sub(rb"[0-9a-f]{32}", b"", one.content) for one in answers}
    assert len(bodies) == 1


def test_another_address_takes_the_place_of_the_old_one(cast: Cast) -> None:
    first = subscribe(cast["attorney"])
    second = subscribe(cast["attorney"])
    assert (fetch(first).status_code, fetch(second).status_code) == (404, 200)
    with window("look"):
        assert {one.token_hash for one in Feed.objects.all()} == {feeds.hashed(first), feeds.hashed(second)}


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch", "head"])
def test_a_calendar_is_only_read(cast: Cast, method: str) -> None:
    token = subscribe(cast["attorney"])
    assert getattr(Client(), method)(f"/feeds/{token}.ics").status_code == 405


def test_whoever_is_signed_in_counts_for_nothing(enter: Callable[[str], Client], cast: Cast, case: Case) -> None:
    """A clinic's browser with the attorney's address gets the attorney's calendar, under the attorney's name."""
    hear(case, in_days(5), member(cast["attorney"], NORTH))
    token = subscribe(cast["attorney"])
    answer = enter("clinic").get(f"/feeds/{token}.ics")
    assert answer.content.count(b"BEGIN:VEVENT") == 1
    line = Entry.objects.get(verb="feed.listed")
    assert (line.actor_kind, line.user_id) == ("feed", cast["attorney"].pk)


def test_a_line_tells_of_what_left_when_it_differs_and_once_an_hour(cast: Cast, case: Case, ada: Membership) -> None:
    token = subscribe(cast["attorney"])

    def lines() -> int:
        return Entry.objects.filter(verb="feed.listed").count()

    fetch(token)
    assert lines() == 0  # nothing was shown
    hearing = hear(case, in_days(5), ada)
    counts = []
    for step in (None, None, "changed", None, "later", None):
        if step == "changed":
            change(hearing, starts_at=in_days(6))
        if step == "later":
            with window("planting"):
                Feed.objects.update(told_at=timezone.now() - feeds.TELL_AGAIN)
        fetch(token)
        counts.append(lines())
    assert counts == [1, 1, 2, 2, 3, 3]
    line = Entry.objects.filter(verb="feed.listed").latest("at")
    assert (line.object_ids, line.fields, line.actor_id) == ([case.pk], ["initials"], ada.pk)
    with window("look"):
        assert Feed.objects.get().fetches == 7


def test_a_calendar_does_nothing(cast: Cast, case: Case) -> None:
    token = subscribe(cast["attorney"])
    with as_application():
        found = feeds.behind(token)
    assert found is not None
    assert found.actor.is_staff
    with pytest.raises(PermissionDenied):
        actions.restrict(found.actor, case)


def test_what_a_calendar_reads_it_reads_without_writing(cast: Cast) -> None:
    with pytest.raises(InternalError, match="read-only"), feeds._reading_only(), connection.cursor() as cursor:
        cursor.execute("UPDATE docket_feed SET fetches = 0")
    with transaction.atomic(), connection.cursor() as cursor:  # and afterwards it may
        cursor.execute("UPDATE docket_feed SET fetches = 0")
    with pytest.raises(InternalError), feeds._reading_only(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ WRITE")


def test_too_many_fetches_have_to_wait(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FEED", (limits.Limit("feed", 2, 60),))
    monkeypatch.setattr(limits, "WRONG_FEEDS", (limits.Limit("wrong feeds", 2, 60),))
    caches["default"].clear()
    token = subscribe(cast["attorney"])
    assert [fetch(token).status_code for _ in range(3)] == [200, 200, 429]
    caches["default"].clear()
    assert [fetch(one).status_code for one in ("x", token, "y", "z", token)] == [404, 200, 404, 429, 429]
    caches["default"].clear()
