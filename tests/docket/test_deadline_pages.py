"""Deadlines on the screen: from a decision to kept dates, anew with old and new, an order, a confirmation, an end."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from casework.access.models import User
from casework.cases.models import Case
from casework.docket import looks
from casework.docket.actions import decisions, proceedings
from casework.docket.models import Deadline
from tests.cases.planting import again, open_case, speaking
from tests.desk.test_case import words
from tests.desk.test_caseload import queries, text

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
Enter = Callable[[str], Client]
EVENT = {"event": "ij_decision", "on": "2026-10-15", "zone": "America/Los_Angeles", "detained": "yes"}


def decided(cast: Cast) -> Case:
    """A case with a decision of the judge."""
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        seen = again(ada, case)
        opened = proceedings.open_one(ada, seen, values={"kind": "removal"}).row
        said = {"summary": "Removal ordered", "decided_on": date(2026, 10, 15), "how": "oral"}
        decisions.record(ada, seen, proceeding=opened, values=said)
    return case


def kept(cast: Cast, case: Case) -> list[Deadline]:
    with speaking(cast["attorney"]) as ada:
        return looks.deadlines(ada, again(ada, case))


def test_from_a_decision_to_kept_deadlines(cast: Cast, enter: Enter) -> None:
    case, client = decided(cast), enter("attorney")
    docket = f"/cases/{case.pk}/docket/"
    page = text(client, docket)
    assert "No deadline is open." in page
    assert "Nothing is counted yet from: Decision of the immigration judge, Thu, Oct 15, 2026" in page
    with speaking(cast["attorney"]) as ada:
        decision = looks.decisions(ada, again(ada, case))[0].pk
    address = f"/cases/{case.pk}/deadlines/new/?decision={decision}"
    page = words(client.post(address, EVENT | {"step": "look"}).content)
    assert "Keep: Appeal of immigration judge decision to the BIA" in page
    assert "By Monday, October 26, 2026" in page
    assert kept(cast, case) == []
    page = words(client.post(address, EVENT | {"step": "save"}).content)
    assert "Tick the rules that count here." in page
    page = words(client.post(address, EVENT | {"step": "save", "rule": "bia_appeal_30|1"}, follow=True).content)
    assert "Recorded. Undo" in page
    assert "By Monday, October 26, 2026 Monday, November 16, 2026 : by this rule" in page
    assert "An attorney must confirm" in page
    assert "Nothing is counted yet from" not in page
    assert kept(cast, case)[0].decision_id == decision


def add(client: Client, case: Case, **more: Any) -> None:
    client.post(f"/cases/{case.pk}/deadlines/new/", EVENT | {"step": "save", "rule": "bia_appeal_30|1"} | more)


def test_one_deadline_in_full_and_its_confirmation(cast: Cast, enter: Enter) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    add(client, case, q_asylum_on_merits="no")
    one = kept(cast, case)[0]
    address = f"/cases/{case.pk}/deadlines/{one.pk}/"
    page = text(client, address)
    for says in (
        "By Monday, October 26, 2026", "Counted from Decision of the immigration judge, Thu, Oct 15, 2026",
        "Did the judge decide an asylum application, and not deny it under INA 208(a)(2)(A)-(C)? No",
        "30 calendar days on: Saturday, November 14, 2026.", "an attorney must confirm which date counts", "Version 1",
        "Monday, October 26, 2026 (safe date)", "Not yet reviewed by an attorney of this organization.",
    ):  # fmt: skip
        assert says in page
    assert enter("paralegal").post(f"{address}confirm/", {"keep_on": "2026-11-16", "version": 1}).status_code == 403
    assert "Choose one" in words(client.post(f"{address}confirm/", {"version": 1}).content)
    page = words(client.post(f"{address}confirm/", {"keep_on": "2026-11-16", "version": 1}, follow=True).content)
    assert "By Monday, November 16, 2026 Monday, October 26, 2026 : safe date" in page
    assert client.post(f"{address}confirm/", {"keep_on": "2026-11-16", "version": 1}).status_code == 409


def test_a_new_day_is_shown_beside_the_old_one_before_it_is_saved(cast: Cast, enter: Enter) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    add(client, case)
    one = kept(cast, case)[0]
    address = f"/cases/{case.pk}/deadlines/{one.pk}/change/"
    assert 'value="2026-10-15"' in client.get(address).content.decode()
    anew = EVENT | {"on": "2026-10-20", "version": 1}
    page = words(client.post(address, anew | {"step": "look"}).content)
    assert "Now Mon, Oct 26, 2026" in page
    assert "Then By Friday, October 30, 2026" in page
    assert kept(cast, case)[0].trigger_on == one.trigger_on
    client.post(address, anew | {"step": "save"})
    assert f"{kept(cast, case)[0].keep_on}" == "2026-10-30"
    assert client.post(address, anew | {"step": "save"}).status_code == 409
    wrong = anew | {"event": "arrival", "step": "look", "version": 2}
    assert "This event does not start the rule of this deadline." in words(client.post(address, wrong).content)


def test_the_judges_date_for_somebody_in_detention(cast: Cast, enter: Enter) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    hearing = EVENT | {"event": "individual_hearing", "on": "2026-12-15", "rule": "ij_individual_filing_detained|1"}
    client.post(f"/cases/{case.pk}/deadlines/new/", hearing | {"step": "save"})
    page = text(client, f"/cases/{case.pk}/docket/")
    assert "Date is missing" in page
    assert "The judge sets it. Enter the date from the order; there is no default." in page
    one = kept(cast, case)[0]
    address = f"/cases/{case.pk}/deadlines/{one.pk}/"
    assert "Enter the judge's date" in text(client, address).replace("&#x27;", "'")
    typed = hearing | {"set_date": "2026-12-05", "version": 1, "step": "save"}
    assert "Say which order or notice sets the date" in words(client.post(f"{address}change/", typed).content)
    client.post(f"{address}change/", typed | {"paper": "Order of November 20"})
    assert f"{kept(cast, case)[0].keep_on}" == "2026-12-07"


def test_an_order_an_override_and_ends(cast: Cast, enter: Enter) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    order = {"title": "Evidence", "day": "2026-12-05", "zone": "America/Los_Angeles", "paper": "Order of Nov 20"}
    base = f"/cases/{case.pk}/deadlines/"
    assert "Fill this in." in words(client.post(f"{base}order/", order | {"paper": ""}).content)
    page = words(client.post(f"{base}order/", order, follow=True).content)
    assert "Evidence" in page
    assert "By Friday, December 4, 2026" in page
    one = kept(cast, case)[0]
    assert enter("paralegal").get(f"{base}{one.pk}/override/").status_code == 403
    other = {"day": "2026-12-03", "reason": "The judge said so on the record", "version": 1}
    client.post(f"{base}{one.pk}/override/", other)
    page = text(client, f"{base}{one.pk}/")
    assert "By Thursday, December 3, 2026" in page
    assert "The judge said so on the record" in page
    assert "Count it anew" not in page
    page = words(client.post(f"{base}{one.pk}/done/", {"version": 2}, follow=True).content)
    assert "1 deadline that ended" in page
    assert client.get(f"{base}{one.pk}/done/").status_code == 302
    add(client, case)
    other_one = kept(cast, case)[0]
    client.post(f"{base}{other_one.pk}/drop/", {"reason": "Appeal waived", "version": 1})
    assert "2 deadlines that ended" in text(client, f"/cases/{case.pk}/docket/")


def test_the_docket_costs_the_same_for_one_deadline_and_for_three(cast: Cast, enter: Enter) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    add(client, case)
    one = queries(client, f"/cases/{case.pk}/docket/")
    for day in ("2026-10-16", "2026-10-19"):
        add(client, case, on=day)
    assert queries(client, f"/cases/{case.pk}/docket/") == one
