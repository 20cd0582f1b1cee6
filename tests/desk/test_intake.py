"""The intake on screen: a call by a script and without one, two people on one draft, what follows from answers."""

import re
from collections.abc import Callable
from datetime import time
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from casework.access.doors import window
from casework.access.models import DutyHour, User
from casework.cases.models import Case, Stage
from casework.intake.models import Answer, CallLog
from casework.people.models import Person
from tests.access.membership import audit
from tests.cases.planting import NORTH, member
from tests.desk.filling import untouched
from tests.intake.test_calls import queue

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
Enter = Callable[[str], Client]
NEW = "/intake/new/"


def start_of(client: Client) -> str:
    page = client.get(NEW).content.decode()
    found = re.search(r'name="start" value="([^"]+)"', page)
    assert found
    return found[1]


def say(client: Client, only: str, part: str = "first-call", **fields: Any) -> str:
    """One answer as a script sends it; the fragments that come back."""
    posted = {"only": only, "part": part, f"{only}-seen": "0"} | {
        name.replace("__", "-"): value for name, value in fields.items()
    }
    answer = client.post("/intake/answer/", posted, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return answer.content.decode()


def drafts() -> list[Case]:
    with window("looking"):
        return list(Case.objects.filter(stage=Stage.ENQUIRY).select_related("person").order_by("opened_at"))


def answers(case: Case) -> dict[str, Any]:
    with window("looking"):
        rows = Answer.objects.filter(case=case).select_related("case").order_by("number")
        return {row.key: row.value if row.state == "given" else row.state for row in rows}


def test_a_first_call_with_a_first_name_and_a_place(enter: Enter) -> None:
    vic, before = enter("volunteer"), len(drafts())
    start = start_of(vic)
    first = say(vic, "incident_place", start=start, **{"incident_place-0-street": "Home Depot, Alameda St"})
    case = drafts()[-1]
    assert len(drafts()) == before + 1
    assert "Saved " in first
    second = say(vic, "person_name", start=start, **{"person_name-0-given_names": "Domingo"})
    assert "Saved " in second
    assert len(drafts()) == before + 1
    assert answers(case) == {
        "incident_place": {"street": "Home Depot, Alameda St"}, "person_name": {"given_names": "Domingo"},
    }  # fmt: skip
    assert [verb for verb, *_rest in audit() if verb != "case.viewed"][-5:] == [
        "answer.saved", "call.logged", "answer.saved", "person.changed", "conflict.checked",
    ]  # fmt: skip
    page = vic.get(f"/intake/{case.pk}/").content.decode()
    assert "Domingo" in page
    assert "2 of 25" in page
    assert "Domingo" in vic.get("/intake/").content.decode()
    assert "Home Depot, Alameda St" in vic.get(f"/intake/{case.pk}/first-call/").content.decode()


def test_a_first_call_stands_in_the_queue_with_its_place_and_urgency(cast: Cast, enter: Enter) -> None:
    """Whoever takes it has it for an hour; it shows what the answers say now, and no name or word."""
    vic = enter("volunteer")
    case = begun(vic)
    assert "Go on: it is yours" in vic.get("/calls/").content.decode()
    vic.post(
        call_of(case), filled(location_type="work", person_name={"given_names": "Domingo"}, best_language="Spanish")
    )
    vic.post(call_of(case), filled(children_tonight="alone"))
    [card] = queue(cast["volunteer"])
    assert (card.kind, card.case_id, card.place_type, card.language, card.urgent, card.taken_by_name) == (
        "take", case.pk, "work", "SP", True, "Vic Saldaña",
    )  # fmt: skip
    assert "Domingo" not in "".join(str(value) for value in vars(card).values() if not isinstance(value, Person))
    assert enter("hotline").get("/calls/").content.decode().count(str(case.pk)) == 0
    vic.post(call_of(case), filled(children_tonight=("cared_for", 1)))
    assert [one.urgent for one in queue(cast["volunteer"])] == [False]
    with window("planting"):
        CallLog.objects.filter(case=case).update(taken_until=timezone.now())
    ben = enter("paralegal")
    answer = ben.post(f"/calls/take/{card.card_id}/")
    assert answer["Location"] == f"/intake/{case.pk}/"
    with window("planting"):
        Case.objects.filter(pk=case.pk).update(stage=Stage.ACTIVE)
    assert queue(cast["volunteer"]) == []


def test_whom_to_call_stands_beside_what_is_urgent(cast: Cast, enter: Enter) -> None:
    vic = enter("volunteer")
    case = begun(vic)
    assert "Duty attorney" not in vic.get(call_of(case)).content.decode()
    with window("planting"):
        for day in range(7):
            DutyHour.objects.create(
                organization_id=case.organization_id, membership=member(cast["attorney"], NORTH), weekday=day,
                starts=time(0), ends=time(23, 59), phone="+15205550199",
            )  # fmt: skip
    said = say(vic, "children_tonight", case=str(case.pk), children_tonight="alone")
    assert said.count("+15205550199") == 4  # beside the answer, and above the page: to press and to read
    assert "Duty attorney: <bdi>Ada Quispe</bdi>" in vic.get(call_of(case)).content.decode()


def begun(client: Client, **first: str) -> Case:
    """A draft with one answer, without a script."""
    answer = client.post(NEW, {"start": start_of(client), **filled(incident_place=first or {"street": "Alameda St"})})
    assert answer.status_code == 302
    return drafts()[-1]


def filled(**answers: Any) -> dict[str, Any]:
    """What a form sends of these questions; a dictionary holds parts, a tuple the number that the page has seen."""
    posted: dict[str, Any] = {}
    for key, one in answers.items():
        value, seen = one if isinstance(one, tuple) else (one, 0)
        posted[f"{key}-seen"] = str(seen)
        if isinstance(value, dict):
            posted |= {f"{key}-0-{part}": said for part, said in value.items()}
        else:
            posted[key] = value
    return posted


def call_of(case: Case) -> str:
    return f"/intake/{case.pk}/first-call/"


def test_the_same_call_without_a_script(enter: Enter) -> None:
    vic = enter("volunteer")
    posted = filled(
        incident_place={"street": "Alameda St"}, person_name={"given_names": "Domingo"}, caller_phone="213 555 0143",
        caller_safe=["call", "text"], location_type="work", caller_name="", incident_at={"day": "2026-11-20"},
    )  # fmt: skip
    reasons = {"a_number-state": "none", "a_number-seen": "0", "birth_date-state": "not_known", "birth_date-seen": "0"}
    answer = vic.post(NEW, posted | filled(country_of_birth="Guatemala") | reasons | {"start": start_of(vic)})
    case = drafts()[-1]
    assert (answer.status_code, answer["Location"]) == (302, call_of(case))
    assert answers(case) == {
        "incident_place": {"street": "Alameda St"}, "person_name": {"given_names": "Domingo"},
        "caller_phone": "+12135550143", "caller_safe": ["call", "text"], "location_type": "work",
        "incident_at": "2026-11-20", "country_of_birth": "GT", "a_number": "none", "birth_date": "not_known",
    }  # fmt: skip
    assert (case.person.given_names, case.person.a_number_missing) == ("Domingo", "none")


def test_nothing_that_is_untouched_is_written_again(enter: Enter) -> None:
    vic = enter("volunteer")
    case = begun(vic)
    form = untouched(vic.get(call_of(case)).content.decode(), 'id="main"')
    lines = len(audit())
    assert vic.post(call_of(case), form).status_code == 302
    assert [verb for verb, *_rest in audit()[lines:]] == ["case.viewed"]


def test_what_is_wrong_stands_at_its_question_and_keeps_nothing_else_back(enter: Enter) -> None:
    vic = enter("volunteer")
    case = begun(vic)
    answer = vic.post(call_of(case), filled(caller_phone="12", caller_name="Rosa", hearing_at={"clock": "9:00"}))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count("Enter a phone number with its area code; one from abroad begins with +.") == 2
    assert 'value="12"' in page
    assert answers(case)["caller_name"] == "Rosa"
    assert "caller_phone" not in answers(case)


def test_an_answer_and_a_reason_for_none_are_not_taken_together(enter: Enter) -> None:
    vic = enter("volunteer")
    case = begun(vic)
    both = filled(caller_name="Rosa") | {"caller_name-state": "declined"}
    assert "Either an answer, or why there is none" in vic.post(call_of(case), both).content.decode()
    assert "caller_name" not in answers(case)
    say(vic, "caller_name", case=str(case.pk), **both, by="state")  # the tick came last
    assert answers(case)["caller_name"] == "declined"
    say(vic, "caller_name", case=str(case.pk), **{"caller_name": "Rosa", "caller_name-state": "declined",
                                                  "caller_name-seen": "1"})  # fmt: skip
    assert answers(case)["caller_name"] == "Rosa"
    say(vic, "caller_name", case=str(case.pk), **{"caller_name": "", "caller_name-seen": "2"})
    assert answers(case)["caller_name"] == "empty"


def test_the_first_answer_sent_twice_opens_one_case(enter: Enter) -> None:
    vic, before = enter("volunteer"), len(drafts())
    start = start_of(vic)
    for _time in range(2):
        say(vic, "caller_name", start=start, caller_name="Rosa")
    assert len(drafts()) == before + 1
    posted = {"only": "caller_name", "part": "first-call", "caller_name-seen": "0", "caller_name": "x"}
    assert enter("attorney").post("/intake/answer/", posted | {"start": start}).status_code == 404
    assert vic.post("/intake/answer/", posted | {"start": "made up"}).status_code == 404


def test_two_people_on_one_draft_see_both_answers_and_choose(enter: Enter, cast: dict[str, User]) -> None:
    vic, ada = enter("volunteer"), enter("attorney")
    case = begun(vic)
    say(vic, "caller_name", case=str(case.pk), caller_name="Rosa")
    seen = say(ada, "caller_name", case=str(case.pk), caller_name="Rosa María")
    page = vic.get(call_of(case)).content.decode()
    tab = vic.get(f"/cases/{case.pk}/intake/").content.decode()
    for told in (seen, page):
        assert "Two people answered at the same time" in told
        assert re.search(rf"{cast['volunteer'].name}: Rosa<", told)
        assert re.search(rf"{cast['attorney'].name}: Rosa María<", told)
    assert "Two answers" in tab
    say(vic, "caller_name", case=str(case.pk), keep="caller_name:1", caller_name="Rosa María")
    assert answers(case)["caller_name"] == "Rosa"
    assert "Two people answered" not in ada.get(call_of(case)).content.decode()
    history = ada.get(f"/cases/{case.pk}/intake/caller_name/").content.decode()
    assert [history.count(f"<bdi>{name}</bdi>") for name in ("Rosa", "Rosa María")] == [2, 1]


def test_a_child_alone_stops_the_adult_intake(enter: Enter) -> None:
    vic = enter("volunteer")
    case = begun(vic)
    fragments = say(vic, "minor", case=str(case.pk), minor="alone")
    assert "Stop here: no adult intake." in fragments
    page = vic.get(call_of(case)).content.decode()
    assert 'name="caller_phone"' in page
    assert 'name="fear_return"' not in page
    assert 'name="warrant"' not in page
    assert "a child alone goes to a children" in vic.get(f"/intake/{case.pk}/").content.decode()


def test_what_is_asked_next_comes_with_the_answer(enter: Enter) -> None:
    vic = enter("volunteer")
    case = begun(vic)
    assert 'name="entry_to_home"' not in vic.get(f"/intake/{case.pk}/incident/").content.decode()
    shown = say(vic, "location_type", part="incident", case=str(case.pk), location_type="home")
    assert 'name="entry_to_home"' in shown
    gone = say(vic, "location_type", part="incident", case=str(case.pk), location_type="work")
    assert 'name="entry_to_home"' not in gone
    assert re.search(r'<div id="q-entry_to_home" hidden\s+hx-swap-oob="true">', gone)


def test_a_list_grows_and_shrinks_without_a_script(enter: Enter) -> None:
    vic = enter("volunteer")
    case = begun(vic)
    section = f"/intake/{case.pk}/family/"
    one = {"children-seen": "0", "children-0": "1", "children-0-child_name": "Ana", "children-0-child_age": "4"}
    answer = vic.post(section, one | {"add": "children"})
    assert answer["Location"] == f"{section}?more=children#q-children"
    assert 'name="children-1-child_name"' in vic.get(answer["Location"]).content.decode()
    two = one | {"children-seen": "1", "children-1": "1", "children-1-child_name": "Luis"}
    vic.post(section, two)
    assert answers(case)["children"] == [{"child_name": "Ana", "child_age": 4}, {"child_name": "Luis"}]
    vic.post(section, two | {"children-seen": "2", "remove": "children-0"})
    assert answers(case)["children"] == [{"child_name": "Luis"}]


def test_what_may_be_open_is_for_counsel_alone(enter: Enter) -> None:
    vic, ada = enter("volunteer"), enter("attorney")
    case = begun(vic)
    say(vic, "fear_return", case=str(case.pk), fear_return="yes")
    assert vic.get(f"/intake/{case.pk}/screening/").status_code == 403
    page = ada.get(f"/intake/{case.pk}/screening/").content.decode()
    assert re.search(rf'href="/intake/{case.pk}/status/#q-fear_return"', page)
    assert "screening.viewed" in [verb for verb, *_rest in audit()]
    assert "Screening" not in vic.get(f"/intake/{case.pk}/").content.decode()


def test_a_volunteer_is_shown_no_question_of_counsel(enter: Enter) -> None:
    vic, ada = enter("volunteer"), enter("attorney")
    case = begun(vic)
    assert "Fear of return" not in vic.get(f"/intake/{case.pk}/").content.decode()
    assert vic.get(f"/intake/{case.pk}/fear/").status_code == 404
    assert vic.post("/intake/answer/", {"only": "fear_story", "part": "fear", "case": str(case.pk)}).status_code == 404
    assert "How the person came" in vic.get(f"/intake/{case.pk}/").content.decode()
    assert "Close family with papers" in ada.get(f"/intake/{case.pk}/").content.decode()
    assert "Criminal" not in ada.get(f"/intake/{case.pk}/").content.decode()  # she is not on the team
    with window("planting"):
        Case.objects.filter(pk=case.pk).update(stage=Stage.DECLINED)
    assert "How the person came" not in vic.get(f"/intake/{case.pk}/").content.decode()


def test_an_organization_asks_what_it_chooses(enter: Enter) -> None:
    nia, vic = enter("admin"), enter("volunteer")
    page = nia.get("/intake/settings/").content.decode()
    keys = re.findall(r'name="on" value="([^"]+)"', page)
    asked = [one for one in keys if one not in ("bond", "warrant", "birth_date")]
    answer = nia.post("/intake/settings/", {"on": asked, "version": "0"}, follow=True)
    assert "The questions are saved." in answer.content.decode()
    first = vic.get(NEW).content.decode()
    assert 'name="warrant"' not in first
    assert 'name="birth_date"' in first  # what can stop an intake is always asked
    stale = nia.post("/intake/settings/", {"on": keys, "version": "0"}, follow=True)
    assert "Somebody else saved the questions meanwhile." in stale.content.decode()
    undo = re.search(r'action="(/intake/settings/[0-9a-f-]+/undo/)"', answer.content.decode())
    assert undo
    nia.post(undo[1])
    assert 'name="warrant"' in vic.get(NEW).content.decode()
    assert vic.get("/intake/settings/").status_code == 403


@pytest.mark.parametrize("many", [1, 3])
def test_drafts_are_listed_in_so_many_queries(
    enter: Enter, many: int, django_assert_num_queries: Callable[[int], Any]
) -> None:
    vic = enter("volunteer")
    for _draft in range(many):
        begun(vic)
    vic.get("/intake/")
    with django_assert_num_queries(23):
        page = vic.get("/intake/").content.decode()
    assert page.count('class="row"') == many


@pytest.mark.parametrize("many", [1, 3])
def test_the_first_call_is_shown_in_so_many_queries(
    enter: Enter, many: int, django_assert_num_queries: Callable[[int], Any]
) -> None:
    vic = enter("volunteer")
    case = begun(vic)
    for key in ("caller_name", "caller_email", "caller_times")[:many]:
        say(vic, key, part="caller", case=str(case.pk), **{key: "a@b.example"})
    vic.get(call_of(case))
    with django_assert_num_queries(24):
        vic.get(call_of(case))
