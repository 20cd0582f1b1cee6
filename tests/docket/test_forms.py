"""The other forms of the docket: bond, decisions, charges, proceedings, and what was entered wrongly."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from casework.access.models import Membership, User
from casework.cases.models import Case
from casework.docket import looks
from casework.docket.actions import proceedings
from casework.docket.models import Bond, Charge, Decision, Hearing, Proceeding
from tests.cases.planting import NORTH, SOUTH, again, give, member, open_case, speaking
from tests.custody.planting import ADELANTO, EL_PASO, at, book, move
from tests.desk.test_case import words
from tests.desk.test_caseload import text
from tests.docket.planting import add

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
Enter = Callable[[str], Client]
YES = "Recorded. Undo"


def only(cast: Cast, case: Case, model: Any) -> Any:
    """The one row of a kind."""
    with speaking(cast["attorney"]) as ada:
        return looks.of_case(ada, case, model).get()


def post(client: Client, case: Case, path: str, **typed: Any) -> str:
    return words(client.post(f"/cases/{case.pk}/docket/{path}", typed, follow=True).content)


def test_bond_from_the_request_to_the_return(cast: Cast, enter: Enter) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    assert YES in post(client, case, "bonds/new/", request="BB", theory="235b2", requested_on="2026-11-02")
    bond = f"bonds/{only(cast, case, Bond).pk}/"
    page = text(client, f"/cases/{case.pk}/docket/")
    assert "INA 235(b)(2): applicant for admission" in page
    assert f"{bond}posted/" not in client.get(f"/cases/{case.pk}/docket/").content.decode()
    early = post(client, case, f"{bond}decided/", version=1, result="set", amount=7500, decided_on="2026-11-01",
                 how="oral")  # fmt: skip
    assert "It was asked for later than that." in early
    assert (
        'value="7500"'
        in client.post(
            f"/cases/{case.pk}/docket/{bond}decided/", {"version": 1, "result": "denied", "amount": 7500}
        ).content.decode()
    )
    decided = {"version": 1, "result": "set", "amount": 7500, "decided_on": "2026-11-12", "how": "oral"}
    page = post(client, case, f"{bond}decided/", **decided, their_appeal="reserved", stayed_on="2026-11-12")
    assert "stayed by EOIR-43 of Thu, Nov 12, 2026" in page
    stale = client.post(f"/cases/{case.pk}/docket/{bond}decided/", decided)
    assert stale.status_code == 409
    posted = {"version": 2, "posted_on": "2026-11-15", "posted_by": "The sister", "receipt": "LOS-26-0417"}
    page = post(client, case, f"{bond}posted/", **posted)
    assert "Posted Sun, Nov 15, 2026 , The sister Receipt LOS-26-0417" in page
    page = post(client, case, f"{bond}ended/", version=3, end="breached", ended_on="2026-11-20")
    assert "The money Breached, Fri, Nov 20, 2026" in page


def test_a_decision_counts_from_how_it_was_given(cast: Cast, enter: Enter) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    post(client, case, "proceedings/new/", kind="appeal", court="board-of-appeals-clerk-s-office")
    row = only(cast, case, Proceeding)
    path = f"proceedings/{row.pk}/decide/"
    assert "Choose what was decided, or say it in words." in post(
        client, case, path, decided_on="2026-11-12", how="oral"
    )
    code = re.search(r'value="(bia_decisions/[^"]+)"', client.get(f"/cases/{case.pk}/docket/{path}").content.decode())
    assert code is not None
    page = post(client, case, path, code=code[1], decided_on="2026-11-12", how="mailed", served_on="2026-11-13")
    assert "Thu, Nov 12, 2026 · In writing, mailed, Fri, Nov 13, 2026" in page
    decision = only(cast, case, Decision)
    page = post(client, case, f"decisions/{decision.pk}/", version=1, code=code[1], decided_on="2026-11-12", how="oral",
                our_appeal="reserved")  # fmt: skip
    assert "Oral, at the hearing Appeal: The person: Reserved" in page


def test_charges_by_their_section(cast: Cast, enter: Enter) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    post(client, case, "proceedings/new/", kind="removal", nta_served_on="2026-10-01", docket_number="A-1")
    row = only(cast, case, Proceeding)
    path = f"proceedings/{row.pk}/charge/"
    assert "This is not in the list." in post(client, case, path, code="INA 999")
    assert "INA 212(a)(6)(A)(i) Alien in U.S. without Admission or Paroled Pending" in post(
        client, case, path, code="INA 212(a)(6)(A)(i)"
    )
    assert "This charge is on file already." in post(client, case, path, code="212(a)(6)(a)(i)")
    charge = only(cast, case, Charge)
    assert "Admitted or conceded" in post(client, case, f"charges/{charge.pk}/", version=1, state="admitted")


def test_a_federal_case_has_a_court_of_its_own_and_a_zone(cast: Cast, enter: Enter) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    assert "Name the federal court." in post(client, case, "proceedings/new/", kind="habeas")
    page = post(client, case, "proceedings/new/", kind="habeas", forum="C.D. Cal.", docket_number="5:26-cv-1")
    assert "Habeas corpus C.D. Cal. · 5:26-cv-1" in page
    hearing = {"kind": "federal", "day": "2027-01-12", "clock": "10:00", "medium": "P", "forum": "C.D. Cal."}
    assert "Choose the zone of its clock." in post(client, case, "hearings/new/", **hearing)
    page = post(client, case, "hearings/new/", **hearing, forum_zone="America/New_York")
    assert "10:00 am New York, 7:00 here Tue, Jan 12, 2027 · Hearing in a federal court" in page
    with speaking(cast["attorney"]) as ada:
        (row,) = looks.hearings(ada, again(ada, case))
        assert row.proceeding is not None
        assert row.proceeding.kind == "habeas"


def test_a_wrong_entry_comes_off_and_back(cast: Cast, enter: Enter) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    with speaking(cast["attorney"]) as ada:
        row = add(ada, case, "2027-01-12").row
    proceeding = only(cast, case, Proceeding)
    assert "hangs on this entry" in post(client, case, f"proceeding/{proceeding.pk}/wrong/")
    form = client.get(f"/cases/{case.pk}/docket/hearings/{row.pk}/").content.decode()
    assert f"/docket/hearing/{row.pk}/wrong/" in form
    answer = client.post(f"/cases/{case.pk}/docket/hearing/{row.pk}/wrong/", follow=True)
    undo = re.search(r'action="(/cases/[^"]+/docket/undo/[^"]+)"', answer.content.decode())
    assert undo is not None
    with speaking(cast["attorney"]) as ada:
        assert looks.hearings(ada, again(ada, case)) == []
    client.post(undo[1])
    assert only(cast, case, Hearing).pk == row.pk
    assert client.get(f"/cases/{case.pk}/docket/nonsense/{row.pk}/wrong/").status_code == 404


def test_who_was_shared_a_case_reads_its_docket_and_changes_nothing(cast: Cast, enter: Enter) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        me = member(cast["attorney"], NORTH)
        row = add(ada, case, "2027-01-12", place="Courtroom 2", appearing=me).row
        give(ada, again(ada, case), SOUTH, level="change")
    client = enter("clinic")
    page = text(client, f"/cases/{case.pk}/docket/")
    assert "Courtroom 2 Somebody of their team appears" in page
    assert "Add a hearing" not in page
    assert client.get(f"/cases/{case.pk}/docket/hearings/{row.pk}/").status_code == 403
    assert client.post(f"/cases/{case.pk}/docket/hearings/new/", {}).status_code == 403


def test_where_the_person_is_held_elsewhere_is_said_and_nothing_moves(cast: Cast, enter: Enter) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    with speaking(cast["attorney"]) as ada:
        book(ada, case, at(ADELANTO), "2026-10-01")
        add(ada, again(ada, case), "2027-01-12")
    address = f"/cases/{case.pk}/docket/"
    assert "stays where it is until the court moves it" not in text(client, address)
    with speaking(cast["attorney"]) as ada:
        move(ada, again(ada, case), at(EL_PASO), "2026-11-14")
    page = text(client, address)
    assert (
        "Held in El Paso Service Processing Center now. By distance, El Paso SPC Immigration Court is expected there."
        in page
    )
    assert "Adelanto Immigration Court · Video" in page


def test_a_hearing_keeps_who_appears_and_its_proceeding_when_both_have_ended(cast: Cast, enter: Enter) -> None:
    case, client = open_case(cast["attorney"]), enter("paralegal")
    with speaking(cast["attorney"]) as ada:
        me = member(cast["attorney"], NORTH)
        row = add(ada, case, "2027-01-12", appearing=me).row
        (removal,) = looks.proceedings(ada, case)
        proceedings.end(ada, case, removal, ended_on=date(2026, 11, 2), seen=1)
    Membership.objects.filter(pk=me.pk).update(suspended_at=timezone.now())
    form = client.get(f"/cases/{case.pk}/docket/hearings/{row.pk}/").content.decode()
    assert f'<option value="{me.pk}" selected>' in form
    assert f'<option value="{removal.pk}" selected>' in form
