"""The walk on the screen: a bond hearing at a court in another zone, held, and the bond."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from casework.access.models import User
from casework.cases.models import Case
from casework.custody import courts
from casework.docket import looks
from casework.docket.actions import bonds, decisions
from casework.docket.models import Hearing
from tests.cases.planting import NORTH, again, member, open_case, speaking
from tests.custody.planting import ADELANTO as ADELANTO_ICE
from tests.custody.planting import at as held_at
from tests.custody.planting import book
from tests.desk.test_case import words
from tests.desk.test_caseload import queries, text
from tests.docket.planting import ADELANTO, ELOY, add, court
from tests.docket.planting import days as soon

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
Enter = Callable[[str], Client]


def typed(**more: Any) -> dict[str, Any]:
    return {"kind": "bond", "court": ELOY, "day": "2026-11-20", "clock": "13:00", "medium": "V"} | more


def key(case: Case, cast: Cast) -> Any:
    with speaking(cast["attorney"]) as ada:
        return looks.hearings(ada, again(ada, case))[-1].pk


def test_a_bond_hearing_from_the_notice_to_the_bond(cast: Cast, enter: Enter) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    address = f"/cases/{case.pk}/docket/"
    assert "No hearing is on file yet" in text(client, address)
    found = client.post(f"{address}hearings/new/", typed(), follow=True)
    page = words(found.content)
    assert "Recorded. Undo" in page
    assert "1 hearing has passed and needs its outcome." in page
    assert "1:00 pm Phoenix, 12:00 here" in page  # Ada is in Los Angeles
    assert "Bond (custody redetermination)" in page
    held = f"{address}hearings/{key(case, cast)}/held/"
    assert "If bond was decided" in text(client, held)
    empty = client.post(held, {"version": 1, "outcome": "decided", "result": "set", "how": "oral",
                               "decided_on": "2026-11-20"})  # fmt: skip
    assert "Enter the amount." in words(empty.content)
    decided = {
        "version": 1, "outcome": "decided", "result": "set", "amount": 7500, "how": "oral",
        "decided_on": "2026-11-20", "our_appeal": "waived", "their_appeal": "reserved",
    }  # fmt: skip
    page = words(client.post(held, decided, follow=True).content)
    assert "Bond set $7,500" in page
    assert "DHS: Reserved" in page
    assert "Nothing is counted yet from: Bond decision of the immigration judge, Fri, Nov 20, 2026" in page
    dates = f"/cases/{case.pk}/deadlines/new/?event=bond_decision&on=2026-11-20"
    page = words(client.get(dates).content)
    assert "Appeal of bond (custody) decision to the BIA" in page
    assert "Sunday, December 20, 2026" in page
    counted = {"event": "bond_decision", "on": "2026-11-20", "zone": "America/Phoenix", "detained": "yes"}
    page = words(client.post(dates, counted | {"step": "save", "rule": "bia_bond_appeal_30|1"}, follow=True).content)
    assert "Nothing is counted yet from" not in page
    again_ = client.post(held, decided)
    assert again_.status_code == 409 or "was closed already" in words(again_.content)


def test_the_form_knows_the_court_of_the_place_and_the_lead(cast: Cast, enter: Enter) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    with speaking(cast["attorney"]) as ada:
        add(ada, case, "2026-11-02", judge="Vega", at=ADELANTO)
        courts.set_court(ada, again(ada, case), court=court(ADELANTO), since=date(2026, 11, 2), order="Notice", seen=0)
    page = client.get(f"/cases/{case.pk}/docket/hearings/new/").content.decode()
    assert re.search(r'value="adelanto" selected>Adelanto Immigration Court · Pacific time \(Los Angeles\)', page)
    assert 'value="Vega"' in page
    assert re.search(r'<option value="[0-9a-f-]+" selected>Ada Quispe', page)


def test_what_is_not_there_is_refused_and_what_is_twice_is_asked(cast: Cast, enter: Enter) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    new = f"/cases/{case.pk}/docket/hearings/new/"
    skipped = words(client.post(new, typed(court=ADELANTO, day="2027-03-14", clock="02:30")).content)
    assert (
        "2:30 am does not exist in Los Angeles on that day, since the clock goes forward. The nearest times are"
        " 1:59 am and 3:00 am." in skipped
    )
    twice = typed(court=ADELANTO, day="2027-11-07", clock="01:30")
    assert "shows 1:30 am twice. Say which one is meant." in words(client.post(new, twice).content)
    done = client.post(new, twice | {"which": "second"}, follow=True)
    assert "Recorded." in words(done.content)
    with speaking(cast["attorney"]) as ada:
        row = Hearing.objects.visible_to(ada).get(case=case)
        assert (row.is_later, row.starts_at.isoformat()) == (True, "2027-11-07T09:30:00+00:00")
    shown = client.get(f"/cases/{case.pk}/docket/hearings/{row.pk}/").content.decode()
    assert re.search(r'value="second"[^>]*checked', shown)


def test_adjourned_on_the_screen_and_undone(cast: Cast, enter: Enter) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    address = f"/cases/{case.pk}/docket/"
    client.post(f"{address}hearings/new/", typed(kind="master", day="2027-01-12"))
    row = key(case, cast)
    given = {"version": 1, "reason": "adjournment_codes/01", "next_day": "2027-02-02", "next_clock": "09:00",
             "next_kind": "master"}  # fmt: skip
    half = client.post(f"{address}hearings/{row}/adjourn/", given | {"next_clock": ""})
    assert "Enter the time as the paper says it." in words(half.content)
    done = client.post(f"{address}hearings/{row}/adjourn/", given, follow=True)
    page = words(done.content)
    assert "after the hearing of Tue, Jan 12" in page
    assert "01 ALIEN TO SEEK REPRESENTATION · goes on Tue, Feb 2" in page
    undo = re.search(r'action="(/cases/[^"]+/docket/undo/[^"]+)"', done.content.decode())
    assert undo is not None
    assert "Undone: the docket stands as before." in words(client.post(undo[1], follow=True).content)
    with speaking(cast["attorney"]) as ada:
        assert [one.state for one in looks.hearings(ada, again(ada, case))] == ["scheduled"]


def test_whoever_comes_second_sees_it_and_loses_nothing(cast: Cast, enter: Enter) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    address = f"/cases/{case.pk}/docket/"
    client.post(f"{address}hearings/new/", typed(day="2027-01-12"))
    row = f"{address}hearings/{key(case, cast)}/"
    client.post(row, typed(day="2027-01-13", version=1))
    second = client.post(row, typed(day="2027-01-14", judge="Vega", version=1))
    assert second.status_code == 409
    assert "Somebody else saved this meanwhile" in words(second.content)
    assert 'value="Vega"' in second.content.decode()


def test_the_page_costs_the_same_whatever_stands_on_it(cast: Cast, enter: Enter) -> None:
    case, client, found = open_case(cast["attorney"]), enter("attorney"), []
    with speaking(cast["attorney"]) as ada:
        book(ada, again(ada, case), held_at(ADELANTO_ICE), "2026-10-01")
    for days in ((3,), (4, 5)):
        with speaking(cast["attorney"]) as ada:
            for number in days:
                me = member(cast["attorney"], NORTH)
                add(ada, again(ada, case), soon(number), appearing=me)
                bonds.request(ada, case, values={"theory": "236a"})
                decisions.record(
                    ada, case, proceeding=looks.proceedings(ada, case)[0],
                    values={"summary": "Denied", "decided_on": date(2026, 11, 2), "how": "oral"},
                )  # fmt: skip
        found.append([queries(client, f"/cases/{case.pk}/{page}") for page in ("docket/", "", "docket/hearings/new/")])
    assert found == [[31, 27, 24]] * 2


def test_what_was_done_is_told_and_taken_back_on_the_activity_page(cast: Cast, enter: Enter) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    address = f"/cases/{case.pk}/docket/hearings/"
    client.post(f"{address}new/", typed(day="2027-01-12"))
    client.post(f"{address}{key(case, cast)}/", typed(day="2027-01-13", judge="Vega", version=1))
    page = client.get(f"/cases/{case.pk}/activity/")
    told = words(page.content)
    assert "Changed a hearing" in told
    assert "Bond hearing, Wed, Jan 13, 2027, 1:00 pm (Eloy Immigration Court)" in told
    assert "Day was January 12, 2027 is now January 13, 2027" in told
    undo = re.search(r'class="end" method="post" action="(/cases/[^"]+/docket/undo/[^"]+)"', page.content.decode())
    assert undo is not None
    client.post(undo[1], {"from": "activity"})
    assert "Took back what was recorded on the docket" in text(client, f"/cases/{case.pk}/activity/")
    with speaking(cast["attorney"]) as ada:
        assert [one.on for one in looks.hearings(ada, again(ada, case))] == [date(2027, 1, 12)]


def test_nothing_that_was_typed_of_an_outcome_is_lost(cast: Cast, enter: Enter) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    with speaking(cast["attorney"]) as ada:
        row = add(ada, case, "2026-11-02").row
    held = f"/cases/{case.pk}/docket/hearings/{row.pk}/held/"
    assert "What came of it: Choose one." in words(client.post(held, {"version": 1, "summary": "Granted"}).content)
    other = {"version": 1, "outcome": "reserved"}
    page = words(client.post(held, other | {"summary": "Granted"}).content)
    assert "You say below what was decided. Choose “Decided”, or empty that." in page
    page = words(client.post(held, other | {"next_day": "2027-01-12", "next_clock": "09:00"}).content)
    assert "You say below when it goes on. Choose “Continued”, or empty that." in page
    assert "Recorded." in words(client.post(held, {"version": 1, "outcome": "later"}, follow=True).content)
    assert "Record the outcome" in text(client, f"/cases/{case.pk}/docket/")
    page = words(client.post(held, {"version": 2, "outcome": "continued"}, follow=True).content)
    assert "Recorded. 1 task is open now." in page
    assert "No new date yet" in page
