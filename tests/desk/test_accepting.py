"""Accepting an intake on screen: what would stand where, the choices, the way back; declining it; its paper."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import page
import pytest
from django.test import Client
from django.urls import reverse

from casework.access.doors import window
from casework.access.models import User
from casework.audit.models import Entry
from casework.cases.models import Case
from tests.access.membership import place
from tests.clock import local_day
from tests.desk.test_case import words
from tests.desk.test_caseload import queries
from tests.intake.acceptance.planting import answers, full, taken
from tests.intake.acceptance.test_accepting import change

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
Enter = Callable[[str], Client]
SEAL = re.compile(r'name="seal" value="([0-9a-f]+)"')


def at(case: Case, name: str = "accept_case") -> str:
    return reverse(name, args=[case.pk])


def filled(client: Client, case: Case, lead: User, **more: str) -> dict[str, Any]:
    """The form as the page gives it."""
    seal = SEAL.search(client.get(at(case)).content.decode())
    assert seal is not None
    return {"seal": seal[1], "lead": place(lead).pk, **more}


def now(case: Case) -> Case:
    with window("looking"):
        found: Case = Case.objects.get(pk=case.pk)
    return found


def test_the_page_says_room_by_room_what_will_stand_where(enter: Enter, cast: Cast) -> None:
    case, client = full(cast), enter("attorney")
    answers(cast["volunteer"], case, pass_phrase="blue kite")
    said = words(client.get(at(case)).content)
    assert "blue kite" not in said  # showing it is a look of its own
    for text in (
        "The person", "Family and contacts", "Rosa Hernández", "Phones (213) 555-0143, may call", "Consents",
        "Custody", "Adelanto", "Court", "Master calendar hearing", "Amount, in US dollars $ 5,000", "Tasks that open",
        "Enter the appearance: EOIR-28 with the court, G-28 with ICE", "Stays an answer", "Taken at a bus stop.",
    ):  # fmt: skip
        assert text in said, text
    assert "Accept the case" in words(client.get(reverse("case", args=[case.pk])).content)


def test_one_press_accepts_and_one_takes_it_back(enter: Enter, cast: Cast) -> None:
    case, client = full(cast), enter("attorney")
    answer = client.post(at(case), filled(client, case, cast["attorney"]), follow=True)
    said = words(answer.content)
    assert f"Accepted. The reference is {now(case).reference}. For an hour this can be undone." in said
    assert at(case, "undo_acceptance") in answer.content.decode()
    answer = client.post(at(case, "undo_acceptance"), follow=True)
    assert f"The reference {now(case).reference} stays used" in words(answer.content)
    assert now(case).stage == "enquiry"
    again = client.post(at(case, "undo_acceptance"), follow=True)
    assert "No acceptance of an intake is on file" in words(again.content)


def test_every_answer_stays_readable_after_acceptance(enter: Enter, cast: Cast) -> None:
    case, client = full(cast), enter("attorney")
    client.post(at(case), filled(client, case, cast["attorney"]))
    said = words(client.get(reverse("case_intake", args=[case.pk])).content)
    assert all(text in said for text in ("Taken at a bus stop.", "Rosa", "Pedro Coyote", "Julio"))


def test_a_choice_that_was_not_made_is_said_at_its_row_and_nothing_is_lost(enter: Enter, cast: Cast) -> None:
    case, client = taken(cast["volunteer"]), enter("attorney")
    change(cast["attorney"], case, birth_date=date(1991, 2, 3), country_of_birth="MX")
    given = filled(client, case, cast["second_admin"], choice_0="keep")
    answer = client.post(at(case), given)
    said = words(answer.content)
    assert "Choose one." in said
    assert now(case).stage == "enquiry"
    assert re.search(r'name="choice_0" value="keep"[^>]*checked', answer.content.decode())
    assert f'value="{place(cast["second_admin"]).pk}" selected' in answer.content.decode()
    client.post(at(case), given | {"choice_1": "take"})
    assert now(case).stage == "active"


def test_an_answer_that_changes_meanwhile_is_shown_before_anything_is_written(enter: Enter, cast: Cast) -> None:
    case, client = taken(cast["volunteer"]), enter("attorney")
    given = filled(client, case, cast["attorney"])
    answers(cast["volunteer"], case, gender="man")
    answer = client.post(at(case), given)
    assert answer.status_code == 409
    assert "An answer or the file changed meanwhile." in words(answer.content)
    seal = SEAL.search(answer.content.decode())
    assert seal is not None
    assert client.post(at(case), given | {"seal": seal[1]}).status_code == 302


def test_what_an_act_refuses_stands_at_its_row_with_a_way_to_go_on(enter: Enter, cast: Cast) -> None:
    case = taken(cast["volunteer"], bond_state="judge_set", bond_amount="0.00", bond_decided_on="2026-11-02")
    client = enter("attorney")
    given = filled(client, case, cast["attorney"])
    said = words(client.post(at(case), given).content)
    assert "Enter the amount." in said
    assert "Leave it as an answer" in said
    [name] = re.findall(r'name="(leave_\d+)" value="leave"', client.post(at(case), given).content.decode())
    assert client.post(at(case), given | {name: "leave"}).status_code == 302


def test_a_child_alone_is_not_accepted_and_the_page_says_why(enter: Enter, cast: Cast) -> None:
    day = local_day().replace(year=local_day().year - 11, day=1).isoformat()
    case, client = taken(cast["volunteer"], birth_date=day, minor="alone"), enter("attorney")
    answer = client.get(at(case))
    assert "a child is alone: no adult intake is accepted" in words(answer.content)
    assert b"Accept and write all of this" not in answer.content


@pytest.mark.parametrize(
    ("key", "status"), [("attorney", 200), ("paralegal", 200), ("volunteer", 403), ("clinic", 404)]
)
def test_who_sees_the_page(enter: Enter, cast: Cast, key: str, status: int) -> None:
    case = taken(cast["volunteer"])
    for name in ("accept_case", "decline_case"):
        assert enter(key).get(at(case, name)).status_code == status


def test_answers_for_counsel_are_planned_by_the_team_alone(enter: Enter, cast: Cast) -> None:
    case = full(cast)
    for key, sees in (("attorney", True), ("paralegal", False)):
        said = words(enter(key).get(at(case)).content)
        assert ("Pedro Coyote" in said, "Answers for counsel on the team" in said) == (sees, not sees)


def test_the_page_asks_the_database_as_often_for_three_contacts_as_for_one(enter: Enter, cast: Cast) -> None:
    one = {"contact_name": "Luis", "contact_phone": "+12135550144"}
    few = taken(cast["volunteer"], contacts=[one])
    three = [one | {"contact_name": f"L{each}", "contact_phone": f"+1213555015{each}"} for each in range(3)]
    many = taken(cast["volunteer"], contacts=three, caller_name="Ofelia", person_name={"given_names": "Zenaida"})
    client = enter("attorney")
    client.get(at(few))  # what is read once in a process
    assert [queries(client, at(one)) for one in (few, many)] == [38, 38]


# --- Declined


def test_a_case_is_declined_with_a_reason_and_the_sheet_follows(enter: Enter, cast: Cast) -> None:
    case, client = taken(cast["volunteer"]), enter("attorney")
    given = {"version": now(case).version, "to": "referred", "reason": "", "note": "Told Rosa."}
    assert "Choose" in words(client.post(at(case, "decline_case"), given).content)
    answer = client.post(at(case, "decline_case"), given | {"reason": "area"}, follow=True)
    assert "Referred: Held outside the area we cover" in words(answer.content)
    for language in ("en", "es"):
        paper = client.get(at(case, "declined_sheet"), {"language": language})
        assert page.validate_pdf_bytes(paper.content, profile="ua1").failures == []
    assert Entry.objects.filter(verb="referrals.printed").count() == 2


# --- On paper


@pytest.mark.parametrize(("language", "size"), [("en", 60_000), ("es", 60_000)])
def test_the_answers_on_paper(enter: Enter, cast: Cast, language: str, size: int) -> None:
    case, client = full(cast), enter("attorney")
    paper = client.get(at(case, "print_intake"), {"language": language})
    assert paper["Content-Disposition"] == 'attachment; filename="intake.pdf"'
    assert len(paper.content) < size
    assert Entry.objects.filter(verb="intake.printed", fields=["a_number"]).count() == 1
    assert page.validate_pdf_bytes(paper.content, profile="ua1").failures == []
