"""The screens of the rules: what if, the list and its review, sign-offs, closed days."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from casework.directory.loading import load
from casework.directory.management.commands.load_directory import FOLDER
from casework.directory.models import Court, RuleVersion
from tests.desk.test_caseload import queries, text
from tests.directory.test_loading import folder, set_cell  # noqa: F401 (a fixture)

pytestmark = pytest.mark.django_db
Enter = Callable[[str], Client]
WHAT_IF, RULES, CLOSED = "/deadlines/", "/deadlines/rules/", "/deadlines/closed/"
APPEAL = f"{RULES}bia_appeal_30/"
DECISION = f"{WHAT_IF}?show=dates&event=ij_decision&on=2026-10-15&zone=America/Los_Angeles&detained=yes"


def test_what_if_shows_both_dates_the_earlier_first_and_the_steps(enter: Enter) -> None:
    page = text(enter("attorney"), DECISION)
    assert "By Monday, October 26, 2026" in page
    assert page.index("Monday, October 26, 2026 safe date") < page.index("Monday, November 16, 2026 by this rule")
    assert "Saturday, November 14, 2026 is closed: Saturday. So it moves on to Monday, November 16, 2026." in page
    assert "8 CFR 1003.38(b)-(c), 1003.3(a); Form EOIR-26" in page
    assert "In force, contested: an attorney must confirm the date." in page
    assert "Not yet reviewed by an attorney of this organization." in page
    assert "Did whoever would appeal waive the appeal?" in page


def test_an_answer_takes_a_rule_out(enter: Enter) -> None:
    page = text(enter("attorney"), f"{DECISION}&q_appeal_waived=yes")
    assert "Rules that do not count here Appeal of immigration judge decision to the BIA By an answer" in page


def test_what_if_of_a_hearing_never_invents_a_date_for_the_detained(enter: Enter) -> None:
    asked = f"{WHAT_IF}?show=dates&event=individual_hearing&on=2026-12-15&zone=America/Los_Angeles&detained="
    page = text(enter("attorney"), f"{asked}yes")
    assert page.count("Enter the date from the order or notice: it cannot be computed.") == 3
    assert "November 16, 2026" not in page
    page = text(enter("attorney"), f"{asked}yes&set_date=2026-12-05")
    assert "By Monday, December 7, 2026" in page
    page = text(enter("attorney"), f"{asked}no")
    assert "By Friday, November 13, 2026" in page


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("event=arrest&on=2026-10-31&zone=America/Los_Angeles&detained=yes", "Enter the time: hours are counted."),
        ("event=arrest&on=2026-03-08&clock=02:30&zone=America/New_York&detained=yes", "The clock skipped this time"),
        ("event=ij_decision&on=nonsense&zone=UTC&detained=maybe", "Enter a date."),
        ("event=entry&on=9998-01-01&zone=America/New_York&detained=no", "Choose a day that is less far away."),
        (
            "event=asylum_filed&on=2026-03-02&zone=America/New_York&detained=no&start_1=2026-04-01",
            "Enter when the clock stopped.",
        ),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_at_its_field(enter: Enter, asked: str, says: str) -> None:
    page = text(enter("attorney"), f"{WHAT_IF}?show=dates&{asked}")
    assert says in page
    assert "Nothing could be counted yet" in page


def test_a_clock_with_a_stop(enter: Enter) -> None:
    asked = f"{WHAT_IF}?show=dates&event=asylum_filed&on=2026-03-02&zone=America/Los_Angeles&detained=no"
    page = text(enter("attorney"), f"{asked}&stop_1=2026-05-11&start_1=2026-07-13")
    assert "Not before Thursday, October 1, 2026" in page


def test_who_may_read_the_rules(enter: Enter) -> None:
    for member, status in (("attorney", 200), ("paralegal", 200), ("admin", 200), ("volunteer", 403)):
        client = enter(member)
        assert [client.get(page).status_code for page in (WHAT_IF, RULES, APPEAL, CLOSED)] == [status] * 4


def test_a_rule_is_signed_off_for_one_organization(enter: Enter) -> None:
    ada, cleo = enter("attorney"), enter("clinic")
    sign = {"version": "bia_appeal_30|1", "note": "Read with the interim rule"}
    assert ada.post(f"{APPEAL}sign/", sign).status_code == 302
    assert "Reviewed by Ada Quispe" in text(ada, APPEAL)
    assert "Read with the interim rule" in text(enter("paralegal"), APPEAL)
    assert "Not yet reviewed" in text(cleo, APPEAL)
    assert "Reviewed by Ada Quispe" in text(ada, DECISION)
    assert "Appeal of immigration judge decision to the BIA" in text(ada, f"{RULES}?review=done")
    assert enter("paralegal").post(f"{APPEAL}sign/", sign).status_code == 403

    ada.post(f"{APPEAL}unsign/", {"version": "bia_appeal_30|1"})
    assert "Not yet reviewed" in text(ada, APPEAL)


def test_a_sign_off_is_of_one_version(enter: Enter, folder) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001, F811
    ada = enter("attorney")
    ada.post(f"{APPEAL}sign/", {"version": "bia_appeal_30|1"})
    set_cell(folder / "deadlines.csv", "bia_appeal_30", "length", "10")
    load(folder, today=date(2026, 12, 1))
    page = text(ada, APPEAL)
    assert "Not yet reviewed" in page
    assert "Version 1: 30 calendar days" in page
    assert "This rule was changed meanwhile" in text_after(ada, f"{APPEAL}sign/", {"version": "bia_appeal_30|1"})


def text_after(client: Client, address: str, data: dict[str, str]) -> str:
    return client.post(address, data, follow=True).content.decode()


def test_administrators_enter_closed_days_and_no_date_moves(enter: Enter) -> None:
    admin, court = enter("admin"), Court.objects.get(key="adelanto")
    day = {"court": court.pk, "day": "2026-10-26", "why": "Power cut", "known_from": "Call of October 25"}
    assert admin.post(CLOSED, day).status_code == 302
    assert "Monday, October 26, 2026 : Adelanto Immigration Court Power cut" in text(enter("attorney"), CLOSED)
    assert "entered for this court already" in admin.post(CLOSED, day).content.decode()
    assert "By Monday, October 26, 2026" in text(enter("attorney"), DECISION)
    assert enter("attorney").post(CLOSED, day).status_code == 403
    assert "Power cut" not in text(enter("clinic"), CLOSED)


def test_the_list_costs_the_same_for_one_rule_and_for_all(enter: Enter) -> None:
    client = enter("attorney")
    assert [queries(client, f"{RULES}?category=stay"), queries(client, RULES)] == [6, 6]
    assert RuleVersion.objects.in_use().count() == len((FOLDER / "deadlines.csv").read_text().strip().splitlines()) - 1
