"""The calendar on screen and on paper: which hearings, when by whose clock, what is wrong, what it costs."""

import io
import re
import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import page
import pytest
from django.test import Client
from pypdf import PdfReader

from casework.access.doors import window
from casework.access.models import Membership, User
from casework.audit.models import Entry
from casework.cases import actions
from casework.cases.models import Case
from casework.desk.calendar.filters import period
from casework.docket.actions.deadlines import finish, order
from casework.docket.models import Hearing
from tests.cases.planting import NORTH, again, glances, member, open_case, speaking
from tests.desk.test_caseload import queries, text
from tests.docket.hearings import change, hear

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
Enter = Callable[[str], Client]
MONDAY = "2027-03-08"
PACIFIC = "America/Los_Angeles"
PAGE = "/calendar/"


@pytest.fixture
def ada(cast: Cast) -> Membership:
    return member(cast["attorney"], NORTH)


@pytest.fixture
def case(cast: Cast) -> Case:
    return open_case(cast["attorney"], given_names="Rosa")


def week(view: str = "agenda", **more: str) -> str:
    asked = "&".join(f"{name}={value}" for name, value in {"view": view, "on": MONDAY, **more}.items())
    return f"{PAGE}?{asked}"


def test_a_row_says_when_who_what_and_what_is_wrong(enter: Enter, case: Case, ada: Membership) -> None:
    hear(case, "2027-03-09 08:30", ada, medium="V")
    hear(case, "2027-03-09 13:00", ada, appearing=ada, kind="bond")
    found = text(enter("attorney"), week())
    first = "Rosa Nobody appears Master calendar hearing, Adelanto Immigration Court · Video"
    assert first in found
    assert "Rosa Bond hearing, Adelanto Immigration Court · In person · Ada Quispe" in found
    assert "2 hearings. Nobody appears at 1." in found
    assert found.index("Tuesday, March 9") < found.index("8:30") < found.index("1:00")


@pytest.mark.parametrize(
    ("zones", "shown"),
    [
        (("America/Los_Angeles", "America/New_York"), "8:30 am Los Angeles, 11:30 here"),
        (("America/Phoenix", "America/Los_Angeles"), "8:30 am"),  # by daylight time the two agree
        (("America/New_York", "America/Los_Angeles"), "8:30 am New York, 5:30 here"),
        (("America/Puerto_Rico", "America/New_York"), "8:30 am"),
        (("America/Puerto_Rico", "America/Los_Angeles"), "8:30 am Puerto Rico, 5:30 here"),
    ],
)
def test_the_courts_time_with_the_readers_where_they_differ(
    enter: Enter, case: Case, ada: Membership, zones: tuple[str, str], shown: str
) -> None:
    zone, reader = zones
    User.objects.filter(pk=ada.user_id).update(time_zone=reader)
    hear(case, "2027-03-15 08:30", ada, time_zone=zone)  # the day after the clocks went forward
    client = enter("attorney")
    for view in ("agenda", "week", "month"):
        assert f"{shown} " in text(client, f"{PAGE}?view={view}&on=2027-03-15")


def test_a_hearing_stands_on_the_courts_day(enter: Enter, cast: Cast, case: Case, ada: Membership) -> None:
    """At 23:30 in Los Angeles it is the next day in New York."""
    User.objects.filter(pk=cast["attorney"].pk).update(time_zone="America/New_York")
    hear(case, "2027-03-14 23:30", ada)
    client = enter("attorney")
    assert "Sunday, March 14" in text(client, week())
    assert "Rosa" in text(client, week("week"))
    assert "Rosa" not in text(client, f"{PAGE}?view=week&on=2027-03-15")


def test_clashes_are_said_with_their_reason_whatever_filters_hide(
    enter: Enter, cast: Cast, case: Case, ada: Membership
) -> None:
    other = open_case(cast["attorney"], given_names="Marta")
    hear(case, "2027-03-09 08:30", ada, appearing=ada)
    hear(other, "2027-03-09 09:00", ada, appearing=ada)
    hear(case, "2027-03-10 09:00", ada, appearing=ada)
    hear(other, "2027-03-10 14:00", ada, appearing=ada, court_id="eloy", time_zone="America/Phoenix")
    hear(other, "2027-03-11 09:00", ada, appearing=ada)
    client = enter("attorney")
    found = text(client, week())
    assert found.count("Overlaps with") == 2
    assert "Overlaps with 9:00 am, Adelanto Immigration Court" in found
    assert "Two places in half a day: 1:00 pm, Eloy Immigration Court" in found  # on the clock of the one it is said of
    assert "4 clash with another." in found
    assert "Two places in half a day: 10:00 am, Adelanto Immigration Court" in text(client, week(court="eloy"))


def test_what_is_off_clashes_with_nothing_and_lacks_nobody(enter: Enter, case: Case, ada: Membership) -> None:
    first = hear(case, "2027-03-09 08:30", ada, appearing=ada)
    second = hear(case, "2027-03-09 08:30", ada, appearing=ada)
    bare = hear(case, "2027-03-10 08:30", ada)
    change(second, state="adjourned")
    change(bare, state="vacated")
    found = text(enter("attorney"), week())
    assert "1 hearing." in found
    assert "Adjourned" in found
    assert "Vacated" in found
    assert "Overlaps" not in found
    assert "Nobody appears" not in found
    assert first.is_ahead


def test_filters_stand_in_the_address(enter: Enter, cast: Cast, case: Case, ada: Membership) -> None:
    tomas = member(cast["second_admin"], NORTH)
    other = open_case(cast["paralegal"], given_names="Marta")
    glances(other, facility_key="ADLNTCA", place="Adelanto", custody="detained")
    hear(case, "2027-03-09 08:30", ada, appearing=ada)
    hear(other, "2027-03-10 08:30", ada, appearing=tomas, court_id="eloy", time_zone="America/Phoenix")
    hear(other, "2027-03-11 08:30", ada)
    client = enter("attorney")

    def shown(**more: str) -> tuple[int, int]:
        found = client.get(week(**more)).content.decode()
        return found.count("<bdi>Rosa</bdi>"), found.count("<bdi>Marta</bdi>")

    assert shown() == (1, 2)
    assert shown(whose="mine") == (1, 0)
    assert shown(attorney=str(tomas.pk)) == (0, 1)
    assert shown(attorney="none") == (0, 1)
    assert shown(court="eloy") == (0, 1)
    assert shown(facility="ADLNTCA") == (0, 2)
    assert shown(attorney=str(tomas.pk), facility="ADLNTCA") == (0, 1)
    assert shown(attorney="nonsense", court="nowhere", facility="'", whose="x", on="x") == (0, 0)
    html = client.get(week("week", court="eloy")).content.decode()
    assert "Court: Eloy Immigration Court" in html
    assert f'href="{PAGE}?view=week&amp;on={MONDAY}"' in html  # without the filter
    assert "view=week&amp;on=2027-03-15&amp;court=eloy" in html  # the next week, with it


@pytest.mark.parametrize(
    ("view", "on", "days"),
    [
        ("agenda", "2027-03-10", ("2027-03-10", "2027-03-23", "2027-02-24", "2027-03-24")),
        ("week", "2027-03-10", ("2027-03-08", "2027-03-14", "2027-03-01", "2027-03-15")),
        ("week", "2027-03-14", ("2027-03-08", "2027-03-14", "2027-03-01", "2027-03-15")),
        ("month", "2028-02-10", ("2028-02-01", "2028-02-29", "2028-01-01", "2028-03-01")),
        ("month", "2027-12-31", ("2027-12-01", "2027-12-31", "2027-11-01", "2028-01-01")),
    ],
)
def test_the_days_of_a_view(view: str, on: str, days: tuple[str, ...]) -> None:
    found = period(view, date.fromisoformat(on))
    assert tuple(map(str, (found.first, found.last, found.before, found.after))) == days


def test_nobody_sees_what_they_do_not_see_elsewhere(enter: Enter, cast: Cast, case: Case, ada: Membership) -> None:
    hear(case, "2027-03-09 08:30", ada)
    for who in ("paralegal", "second_admin"):
        assert "Rosa" in text(enter(who), week())
    for who in ("volunteer", "clinic", "hotline"):
        assert "Rosa" not in text(enter(who), week())
    assert enter("admin").get(week()).status_code == 403
    with speaking(cast["attorney"]) as actor:
        actions.restrict(actor, again(actor, case))
    assert "Rosa" not in text(enter("paralegal"), week())


def test_names_that_were_seen_are_noted(enter: Enter, case: Case, ada: Membership) -> None:
    hear(case, "2027-03-09 08:30", ada)
    enter("paralegal").get(week())
    line = Entry.objects.get(verb="case.listed")
    assert (line.object_ids, line.fields) == ([case.pk], ["calendar"])


EMPTY = {
    "": "No hearing lies ahead",
    "?whose=mine": "No hearing fits",
    "?view=month&on=2027-02-03": "No hearing in these days The next one that fits is on Tuesday, March 9, 2027 .",
}


@pytest.mark.parametrize("asked", EMPTY)
def test_an_empty_calendar_says_what_to_do(enter: Enter, case: Case, ada: Membership, asked: str) -> None:
    if "on=" in asked:
        hear(case, "2027-03-09 08:30", ada)
    assert EMPTY[asked] in text(enter("attorney"), PAGE + asked)


def test_deadlines_stand_on_the_day_to_keep_to(enter: Enter, cast: Cast, case: Case) -> None:
    """With their rule and whose they are; what is not about a hearing goes with a filter of hearings."""
    other = open_case(cast["paralegal"], given_names="Marta")
    glances(other, facility_key="ADLNTCA", place="Adelanto", custody="detained")
    with speaking(cast["attorney"]) as actor:
        order(actor, again(actor, case), title="Brief", day=date(2027, 3, 9), paper="Order of March 1", zone=PACIFIC)
        order(actor, again(actor, other), title="Witnesses", day=date(2027, 3, 9), paper="Order", zone=PACIFIC)
        done = order(actor, again(actor, case), title="Motion", day=date(2027, 3, 9), paper="Order", zone=PACIFIC).row
        finish(actor, again(actor, case), done, seen=done.version)
    client = enter("attorney")
    agenda = text(client, week())
    assert "2 deadlines." in agenda
    assert re.search(r"Tuesday, March 9 in \d+ days Deadline Rosa Brief Deadline Marta Witnesses", agenda)
    assert "Motion" not in agenda
    assert re.search(r"Deadline Rosa Brief Deadline Marta Witnesses", text(client, week("week")))
    assert "2 deadlines , Tue, Mar 9" in text(client, week("month"))
    assert [name in text(client, week(whose="mine")) for name in ("Brief", "Witnesses")] == [True, False]
    assert [name in text(client, week(facility="ADLNTCA")) for name in ("Brief", "Witnesses")] == [False, True]
    assert "Brief" not in text(client, week(court="eloy"))
    assert "Brief" not in text(enter("volunteer"), week())
    assert "No hearing lies ahead" in text(enter("clinic"), week())


def plant_many(cast: Cast, ada: Membership, many: int) -> None:
    """Hearings of one month, of so many people."""
    cases = [open_case(cast["attorney"], given_names=f"Person{n}") for n in range(10)]
    begins = datetime(2027, 4, 1, 8, tzinfo=ZoneInfo("America/Los_Angeles"))
    rows = []
    for n in range(many):
        starts_at = begins + timedelta(days=n % 30, minutes=30 * (n // 30 % 16))
        rows.append(
            Hearing(
                organization_id=ada.organization_id, case=cases[n % 10], recorded_by=ada, kind="master", medium="P",
                court_id="adelanto", on=starts_at.date(), at=starts_at.time(), starts_at=starts_at,
                time_zone="America/Los_Angeles", appearing=ada if n % 3 else None, id=uuid.UUID(int=n + 1),
            )
        )  # fmt: skip
    with window("planting"):
        Hearing.objects.bulk_create(rows)


COST = {"agenda": 18, "week": 18, "month": 18}


@pytest.mark.parametrize("many", [1, 3])
def test_what_a_calendar_costs(enter: Enter, cast: Cast, ada: Membership, many: int) -> None:
    plant_many(cast, ada, 3 * many)
    client = enter("attorney")
    assert {view: queries(client, f"{PAGE}?view={view}&on=2027-04-01") for view in COST} == COST


def test_a_thousand_hearings_in_a_month_cost_as_many_queries(enter: Enter, cast: Cast, ada: Membership) -> None:
    plant_many(cast, ada, 1_000)
    client = enter("attorney")
    assert {view: queries(client, f"{PAGE}?view={view}&on=2027-04-01") for view in COST} == COST
    month = text(client, f"{PAGE}?view=month&on=2027-04-01")
    assert "1000 hearings." in month.replace(",", "")
    assert month.count("31 more") + month.count("30 more") == 30
    agenda = client.get(f"{PAGE}?on=2027-04-01").content.decode()
    assert agenda.count('class="row"') == 136  # whole days, as many as are not too many
    after = re.search(r'href="([^"]*)" rel="next"', agenda)
    assert after is not None
    assert "on=2027-04-05" in after[1]


def pages(client: Client, address: str) -> str:
    answer = client.get(address)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    assert page.validate_pdf_bytes(answer.content, profile="ua1").failures == []
    return " ".join(" ".join(one.extract_text() for one in PdfReader(io.BytesIO(answer.content)).pages).split())


def test_the_docket_of_a_week_and_of_a_day_on_paper(enter: Enter, cast: Cast, case: Case, ada: Membership) -> None:
    User.objects.filter(pk=cast["attorney"].pk).update(time_zone="America/New_York")
    with speaking(cast["attorney"]) as actor:
        reference = actions.accept(actor, case)
    hear(case, "2027-03-08 08:30", ada, place="Courtroom 3", judge="Judge Wen", appearing=ada)
    hear(case, "2027-03-12 13:00", ada)
    client = enter("attorney")
    paper = pages(client, f"/calendar/docket/?on={MONDAY}")
    for words in (
        "Monday, March 8, 2027", "8:30 am", "11:30 here", "Rosa", reference, "Adelanto Immigration Court", "Judge Wen",
        "Courtroom 3", "Ada Quispe", "Friday, March 12, 2027", "Nobody appears", "Destroy this paper",
    ):  # fmt: skip
        assert words in paper
    assert "Friday" not in pages(client, f"/calendar/docket/?on={MONDAY}&days=1")
    line = Entry.objects.filter(verb="docket.printed").latest("at")
    assert (line.case_id, line.fields) == (case.pk, ["a_number"])
    assert "No hearing is on file" in pages(client, "/calendar/docket/?on=2027-05-03")
    assert enter("volunteer").get("/calendar/docket/").status_code == 403


def test_a_hearing_as_a_file(enter: Enter, case: Case, ada: Membership) -> None:
    hearing = hear(case, "2027-03-09 08:30", ada, place="Courtroom 3")
    address = f"/cases/{case.pk}/hearings/{hearing.pk}/file/"
    answer = enter("attorney").get(address)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="hearing-2027-03-09.ics"'
    assert b"SUMMARY:R.\\, Master calendar hearing" in answer.content or b"SUMMARY:R." in answer.content
    assert b"Rosa" not in answer.content
    assert b"Courtroom" not in answer.content
    assert Entry.objects.get(verb="hearing.exported").case_id == case.pk
    assert enter("clinic").get(address).status_code == 404


def test_an_address_is_made_shown_once_and_ended(enter: Enter, cast: Cast, case: Case) -> None:
    client = enter("attorney")
    page = "/calendar/address/"
    assert client.post(page, {"level": "nonsense"}).status_code == 200
    assert client.post(page, {"level": "busy"}).headers["Location"] == page
    first = client.get(page).content.decode()
    found = re.search(r"<code>[^<]*(/feeds/[^<]+\.ics)</code>", first)
    assert found is not None
    assert "<code>" not in client.get(page).content.decode()
    assert Client().get(found[1]).status_code == 200
    assert "1 time in all" in text(client, page)
    client.post("/calendar/address/end/")
    assert Client().get(found[1]).status_code == 404
    assert "The address that stands" not in text(client, page)
    assert list(Entry.objects.filter(verb__startswith="feed.").order_by("at").values_list("verb", flat=True)) == [
        "feed.made", "feed.revoked",
    ]  # fmt: skip


def test_making_an_address_asks_again_who_one_is(cast: Cast) -> None:
    client = Client()
    client.force_login(cast["attorney"])
    answer = client.post("/calendar/address/", {"level": "busy"})
    assert answer.status_code == 302
    assert "reauthenticate" in answer.headers["Location"]
