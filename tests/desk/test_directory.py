"""The screens of the directory: finding a place, what its page says, notes, conflicts, reports, what lists cost."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from casework.access.doors import window
from casework.access.models import Membership, User
from casework.directory.models import Court, ErrorReport, Facility, PlaceNote
from tests.cases.planting import SOUTH, speaking
from tests.desk.test_caseload import queries, text
from tests.directory.places import ADELANTO, COURT, court, days_ago, noted, reported

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
Enter = Callable[[str], Client]
FACILITIES, COURTS, REPORTS = "/directory/facilities/", "/directory/courts/", "/directory/reports/"
PAGE, COURT_PAGE = f"{FACILITIES}{ADELANTO}/", f"{COURTS}{COURT}/"
VISITING = f"{PAGE}notes/visiting/"


def names(client: Client, address: str) -> list[str]:
    """The places of a list, in its order."""
    html = client.get(address).content.decode()
    return [unescape(one) for one in re.findall(r'role="rowheader"><a href="[^"]+">([^<]+)</a>', html)]


# --- Lists


def test_the_list_of_facilities_begins_with_those_in_use(enter: Enter) -> None:
    client = enter("volunteer")
    in_use = Facility.objects.in_use().order_by("name", "key").values_list("name", flat=True)
    assert names(client, FACILITIES) == list(in_use[:50])
    assert names(client, f"{FACILITIES}?page=11") == list(in_use[500:])
    assert (in_use.count(), "Next" in text(client, f"{FACILITIES}?page=11")) == (511, False)
    assert 'href="?page=10"' in client.get(f"{FACILITIES}?page=11").content.decode()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("q=adelanto", ["Adelanto ICE Processing Center", "Desert View Annex"]),  # by name, by town
        ("q=ADLNTCA", ["Adelanto ICE Processing Center"]),
        ("q=center+processing+ADEL", ["Adelanto ICE Processing Center"]),
        ("q=Adelnto+procesing", ["Adelanto ICE Processing Center"]),  # nearly so
        ("q=eloy&status=active", ["Eloy Federal Contract Facility"]),
        ("q=zzzz", []),
        ("state=ZZ&q=adelanto", ["Adelanto ICE Processing Center", "Desert View Annex"]),  # no such state: not asked
        ("state=AZ&q=adelanto", []),
        ("q=adelanto&page=x&status=x", ["Adelanto ICE Processing Center", "Desert View Annex"]),
    ],
)
def test_facilities_are_found(enter: Enter, asked: str, found: list[str]) -> None:
    assert names(enter("paralegal"), f"{FACILITIES}?{asked}") == found


def test_the_list_says_when_it_guesses_and_when_nothing_is_found(enter: Enter) -> None:
    client = enter("paralegal")
    assert "Nothing is spelled just so" in text(client, f"{FACILITIES}?q=adelnto")
    assert "Nothing is spelled just so" not in text(client, f"{FACILITIES}?q=adelanto")
    assert "Nothing found Try fewer letters" in text(client, f"{FACILITIES}?q=zzzz")


def test_historic_places_stand_in_the_whole_list_only(enter: Enter) -> None:
    client = enter("attorney")
    historic = Facility.objects.filter(status="historic").order_by("name", "key").first()
    assert historic is not None
    code = f"q={historic.detloc}"
    assert names(client, f"{FACILITIES}?{code}") == []
    assert historic.name in names(client, f"{FACILITIES}?{code}&status=all")
    assert names(client, f"{COURTS}?q=arlington") == []
    assert names(client, f"{COURTS}?q=arlington&status=all") == ["Arlington Immigration Court"]
    assert "Closed or moved" in text(client, f"{COURTS}?q=arlington&status=all")


def test_courts_are_found(enter: Enter) -> None:
    client = enter("attorney")
    sitting = Court.objects.sitting().order_by("name", "key").values_list("name", flat=True)
    assert names(client, COURTS) == list(sitting[:50])
    assert names(client, f"{COURTS}?q=ADL") == ["Adelanto Immigration Court"]
    assert sitting.count() == 73


def test_what_the_lists_cost(enter: Enter) -> None:
    client = enter("attorney")
    one, three = f"{FACILITIES}?q=ADLNTCA", f"{FACILITIES}?q=eloy&status=all"
    assert (len(names(client, one)), len(names(client, three))) == (1, 3)
    costs = [queries(client, address) for address in (one, three, f"{COURTS}?q=ADL", COURTS)]
    assert costs == [6, 6, 6, 6]  # four for whoever asks, the states to choose from, the rows


# --- A facility


def test_a_facility_page_says_what_is_known_and_what_is_not(enter: Enter) -> None:
    said = text(enter("attorney"), PAGE)
    for part in (
        "Address 10250 Rancho Road, Adelanto, CA 92301",
        "Phone Not known",
        "ICE code ADLNTCA",
        "Used October 1, 2022 to April 2, 2026",
        "Federal district C.D. Cal. By its county, in our reading of 28 USC 81-131. Check before you file.",
        "Federal circuit 9",
        "Pacific time (Los Angeles)",
        "ICE field office Los Angeles Field Office 300 North Los Angeles St., Room 7631, Los Angeles, CA 90012",
        "Visiting rules Not known Note it",
        "ICE detention statistics FY2026: list of facilities April 2, 2026",
        "Codes of ICE facilities in an open project April 2026",
    ):
        assert part in said, part


def test_the_nearest_courts_are_by_distance_and_to_confirm(enter: Enter) -> None:
    said = text(enter("attorney"), PAGE)
    near = said[said.index("Nearest courts, by distance: to confirm") :]
    assert "It does not say which court hears anybody" in near
    assert re.search(r"Adelanto Immigration Court Less than a mile .+ N. Los Angeles Street .+? 57 miles", near)
    assert "position is not known: Chelmsford Immigration Court, Concord Immigration Court." in near
    nowhere = Facility.objects.in_use().filter(lat=None).first()
    assert nowhere is not None
    assert "Not known: the position of this facility" in text(enter("attorney"), f"{FACILITIES}{nowhere.key}/")


def test_a_place_that_is_gone_says_so(enter: Enter) -> None:
    Facility.objects.filter(key=ADELANTO).update(retired_on=days_ago(3))
    client = enter("attorney")
    assert "This place is missing in the newest files" in text(client, PAGE)
    assert names(client, f"{FACILITIES}?q=ADLNTCA") == []
    historic = Facility.objects.filter(status="historic").values_list("key", flat=True)[0]
    assert "ICE is not known to hold anybody here any more" in text(client, f"{FACILITIES}{historic}/")


def test_a_court_page_says_what_is_known(enter: Enter) -> None:
    said = text(enter("attorney"), COURT_PAGE)
    for part in (
        "EOIR code ADL",
        "Hears people in detention Yes",
        "Hearing locations ADL ADELANTO Called after the town: to confirm",
        "ADE ADELANTO DETENTION FACILITY EAST",
        "ICE lawyers (OPLA) in the same town: to confirm OPLA Los Angeles (Adelanto) 10250 Rancho Road",
        "EOIR operational status page (second hand) 2026",
    ):
        assert part in said, part
    closing = text(enter("attorney"), f"{COURTS}san-francisco/")
    assert "This court is closing." in closing
    assert "docket moving to Concord" in closing
    assert "This court is closed, has moved" in text(enter("attorney"), f"{COURTS}york/")


def test_odd_places_have_pages(enter: Enter) -> None:
    """No town, no street, no office, no phone of the court."""
    client = enter("attorney")
    rows = Facility.objects.order_by("key")
    kinds = ({"city": ""}, {"detloc": ""}, {"circuit": ""})
    odd = [rows.filter(**one).values_list("key", flat=True)[0] for one in kinds]
    assert [client.get(f"{FACILITIES}{key}/").status_code for key in odd] == [200] * 3
    silent = Court.objects.filter(phone="").values_list("key", flat=True)[0]
    assert "Phone Not known" in text(client, f"{COURTS}{silent}/")


# --- Notes


def test_a_note_is_written_read_and_checked_again(enter: Enter) -> None:
    client = enter("volunteer")
    typed = {"text": "Bring a letter.\n<b>No</b> phones.", "checked_on": days_ago(100), "version": 0}
    answer = client.post(VISITING, typed)
    assert (answer.status_code, answer.headers["Location"]) == (302, PAGE)
    said = text(enter("paralegal"), PAGE)
    assert "Visiting rules Bring a letter. &lt;b&gt;No&lt;/b&gt; phones. Check again Last checked by Vic" in said
    assert "Vic Saldaña, 100 days ago" in said
    answer = enter("paralegal").post(f"{VISITING}right/", {"version": 1})
    assert (answer.status_code, answer.headers["Location"]) == (302, PAGE)
    said = text(enter("volunteer"), PAGE)
    assert "Last checked by Ben Okoye, today" in said
    assert "Check again" not in said


def test_the_form_holds_what_stands_and_offers_today(enter: Enter, cast: Cast) -> None:
    noted(cast["volunteer"], "Nine to five.", checked_on=days_ago(9))
    html = enter("paralegal").get(VISITING).content.decode()
    assert re.search(r'<textarea name="text"[^>]*>\s*Nine to five\.</textarea>', html)
    assert f'name="checked_on" value="{days_ago(0)}"' in html
    assert 'name="version" value="1"' in html


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"checked_on": days_ago(-2)}, "Check the date: it cannot be later than today."),
        ({"checked_on": ""}, "Enter a date."),
        ({"checked_on": "x"}, "Enter a date."),
        ({"text": "x" * 4001}, "4000"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(
    enter: Enter, data: dict[str, Any], says: str
) -> None:
    answer = enter("attorney").post(VISITING, {"text": "Typed.", "checked_on": days_ago(0), "version": 0} | data)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert says in html
    assert data.get("text", "Typed.") in html
    with window("the owner looks"):
        assert PlaceNote.objects.count() == 0


def test_two_who_write_at_once_see_both(enter: Enter, cast: Cast) -> None:
    noted(cast["volunteer"], "Nine to five.")
    noted(cast["paralegal"], "Nine to four.", seen=1)
    late = {"text": "Ten to six.", "checked_on": days_ago(0), "version": 1}
    answer = enter("attorney").post(VISITING, late)
    said = " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())
    assert answer.status_code == 409
    assert re.search(r"It was: Nine to five\. .*Ben Okoye, just now: Nine to four\. .*You, here: Ten to six\.", said)
    assert _text(cast) == "Nine to four."
    chosen = late | {"settled": 2}
    assert enter("attorney").post(VISITING, chosen).status_code == 409  # nothing chosen
    assert enter("attorney").post(VISITING, chosen | {"keep_text": "theirs"}).status_code == 302
    assert (_text(cast), _note(cast).checked_by_name) == ("Nine to four.", "Ben Okoye")
    assert enter("attorney").post(VISITING, chosen | {"keep_text": "mine"}).status_code == 302
    assert (_text(cast), _note(cast).checked_by_name) == ("Ten to six.", "Ada Quispe")


def _note(cast: Cast) -> Any:
    with speaking(cast["admin"]) as actor:
        return PlaceNote.objects.visible_to(actor).get()


def _text(cast: Cast) -> str:
    return str(_note(cast).text)


def test_still_right_counts_for_what_was_read_only(enter: Enter, cast: Cast) -> None:
    noted(cast["volunteer"])
    noted(cast["paralegal"], "Nine to four.", seen=1)
    client = enter("attorney")
    client.post(f"{VISITING}right/", {"version": 1})
    assert "A colleague changed this meanwhile. Read it again." in client.get(PAGE).content.decode()
    assert _note(cast).checked_by_name == "Ben Okoye"
    for odd in ("", "x", "9" * 30):
        assert client.post(f"{VISITING}right/", {"version": odd}).status_code == 302
    assert _note(cast).version == 2
    assert client.post(f"{PAGE}notes/mail/right/", {"version": 1}).status_code == 404  # nothing is noted there


def test_what_stood_before_can_be_read(enter: Enter, cast: Cast) -> None:
    noted(cast["volunteer"], "Nine to five.")
    assert "What stood here before" not in text(enter("paralegal"), VISITING)
    noted(cast["paralegal"], "Nine to four.", seen=1)
    said = text(enter("volunteer"), VISITING)
    assert "What stood here before Nine to five. Until Ben Okoye changed it, just now" in said


@pytest.mark.parametrize(
    "address",
    [
        f"{PAGE}notes/filing/",
        f"{PAGE}notes/weather/",
        f"{FACILITIES}nowhere/report/",
        f"{FACILITIES}%00/",
        f"{COURTS}{ADELANTO}/",
        "/directory/offices/ATL/report/",
    ],
)
def test_what_is_not_there(enter: Enter, address: str) -> None:
    assert enter("attorney").get(address).status_code == 404


def test_notes_of_others_do_not_stand_here(enter: Enter, cast: Cast) -> None:
    noted(cast["clinic"], "Southern rule.", SOUTH)
    reported(cast["clinic"], "Southern error.", SOUTH)
    assert "Southern" not in text(enter("attorney"), PAGE) + text(enter("attorney"), REPORTS)
    assert "Southern rule." in text(enter("clinic"), PAGE)


def test_what_a_page_costs_does_not_grow(enter: Enter, cast: Cast) -> None:
    client = enter("attorney")
    assert queries(client, PAGE) == 13
    for topic in ("visiting", "mail", "money"):
        noted(cast["volunteer"], topic=topic)
    reported(cast["volunteer"])
    reported(cast["volunteer"])
    assert queries(client, PAGE) == 13
    noted(cast["volunteer"], topic="filing", place=court())
    assert (queries(client, COURT_PAGE), queries(client, f"{COURTS}eloy/")) == (14, 14)


# --- Reports


def test_an_error_is_reported_seen_and_settled(enter: Enter) -> None:
    client = enter("volunteer")
    assert client.post(f"{PAGE}report/", {"wrong": ""}).status_code == 200
    answer = client.post(f"{PAGE}report/", {"wrong": "The street.", "right": "Main Street 1", "how_known": "A visit."})
    assert (answer.status_code, answer.headers["Location"]) == (302, PAGE)
    said = text(enter("attorney"), PAGE)
    assert "Reported as wrong by Vic Saldaña , just now : The street. Right is: Main Street 1" in said
    with window("the owner looks"):
        settle = reverse("settle_report", args=[ErrorReport.objects.get().pk])
    assert "Settle" not in text(enter("attorney"), REPORTS)
    assert enter("attorney").get(settle).status_code == 403
    admin = enter("admin")
    assert "Settle : Adelanto ICE Processing Center" in text(admin, REPORTS)
    assert admin.post(settle, {"answer": " "}).status_code == 200
    assert admin.post(settle, {"answer": "Corrected."}).headers["Location"] == REPORTS
    assert "Settled Corrected. Nia Haddad , just now" in text(client, REPORTS)
    assert "Reported as wrong" not in text(client, PAGE)
    assert "This report is settled already." in text(admin, settle)
    again = admin.post(settle, {"answer": "Again."}, follow=True)
    assert "This report is settled already." in again.content.decode()


def test_reports_cost_the_same_for_one_and_three(enter: Enter, cast: Cast) -> None:
    client = enter("admin")
    reported(cast["volunteer"])
    assert queries(client, REPORTS) == 5
    for _ in range(2):
        reported(cast["attorney"])
    assert queries(client, REPORTS) == 5


def test_an_empty_list_of_reports_says_how_to_start(enter: Enter) -> None:
    assert "Nothing was reported When something in the directory is wrong" in text(enter("hotline"), REPORTS)


def test_whoever_belongs_nowhere_reads_nothing(enter: Enter, cast: Cast) -> None:
    client = enter("hotline")
    Membership.objects.filter(user=cast["hotline"]).update(suspended_at=timezone.now())
    for address in (FACILITIES, COURTS, PAGE, COURT_PAGE, REPORTS, VISITING, f"{PAGE}report/"):
        assert client.get(address).status_code == 403
