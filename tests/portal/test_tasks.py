"""What a family is asked to do: chosen by the team, ticked off and taken back without a script, seen by the team."""

import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from casework.access.doors import window
from casework.access.models import User
from casework.audit.models import Entry
from casework.cases.models import Case
from casework.portal import links, rules, tasks, words
from casework.portal.links import Made
from casework.portal.models import FamilyMessage, FamilyTask
from casework.portal.words import LANGUAGES
from tests.cases.planting import again, open_case, refused, speaking
from tests.portal.planting import entered, forget_tries, invite, mother, shown, text
from tests.portal.test_messages import tell

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
SPOKEN = words.of("es").to_do


@pytest.fixture
def case(cast: Cast) -> Case:
    forget_tries()
    return open_case(cast["attorney"], given_names="Canary")


@pytest.fixture
def made(cast: Cast, case: Case) -> Made:
    return invite(cast["attorney"], case)


def ask(cast: Cast, made: Made, *codes: str) -> bool:
    with speaking(cast["attorney"]) as ada:
        link = links.found(ada, again(ada, made.link.case), made.link.pk)
        assert link is not None
        return tasks.choose(ada, link, codes)


def boxes(page: str) -> dict[str, bool]:
    """The boxes of a page, and which of them are ticked."""
    found = re.findall(r'<input type="checkbox" name="done" value="(\w+)"( checked)?>', page)
    return {code: bool(ticked) for code, ticked in found}


def tick(client: Client, *codes: str) -> str:
    answer = client.post("/p/es/tasks/", {"done": codes})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/p/es/#do")
    return text(client)


def test_it_is_asked_ticked_taken_back_and_seen(cast: Cast, case: Case, made: Made, enter: Any) -> None:
    staff, page = enter("attorney"), reverse("case_family", args=[case.pk])
    chosen = staff.post(reverse("link_tasks", args=[case.pk, made.link.pk]), {"tasks": ["letters", "phone_money"]})
    assert chosen.headers["Location"] == page
    assert staff.get(page).content.decode().count("Not ticked off yet.") == 2
    client = entered(made)
    before = text(client)
    assert boxes(before) == {"phone_money": False, "letters": False}
    assert SPOKEN["phone_money"] in before
    assert boxes(tick(client, "letters")) == {"phone_money": False, "letters": True}
    said = staff.get(page).content.decode()
    assert (said.count("Ticked off"), said.count("Not ticked off yet.")) == (1, 1)
    assert boxes(tick(client)) == {"phone_money": False, "letters": False}
    lines = Entry.objects.filter(verb__startswith="window.", verb__endswith="ticked").order_by("at")
    assert [(one.verb, one.actor_kind, one.basis, one.case_id) for one in lines] == [
        ("window.ticked", "family", "family", case.pk), ("window.unticked", "family", "family", case.pk)
    ]  # fmt: skip
    activity = staff.get(reverse("case_activity", args=[case.pk])).content.decode()
    assert "Ticked something off on the family" in activity


def test_what_is_asked_keeps_its_tick_and_what_is_not_any_more_goes(cast: Cast, case: Case, made: Made) -> None:
    ask(cast, made, "letters", "originals")
    client = entered(made)
    tick(client, "letters")
    assert [ask(cast, made, "letters", "new_address"), ask(cast, made, "new_address", "letters")] == [True, False]
    assert boxes(text(client)) == {"letters": True, "new_address": False}
    assert boxes(tick(client, "letters", "originals", "no_such_code")) == {"letters": True, "new_address": False}
    with window("looking"):
        gone = FamilyTask.objects.get(code="originals")
        assert (gone.withdrawn_at is not None, gone.done_at) == (True, None)


def test_there_are_three_in_all(cast: Cast, case: Case, made: Made) -> None:
    general = len(shown(made)["to_do"])
    ask(cast, made, "letters", "originals")
    assert (general, len(shown(made)["to_do"]), len(shown(made)["tasks"])) == (3, 1, 2)
    assert refused(lambda: ask(cast, made, *rules.TASKS[:4])) == {"": ["Choose at most 3."]}
    with pytest.raises(ValidationError):
        ask(cast, made, "no_such_code")


def test_another_relative_sees_and_ticks_nothing_of_it(cast: Cast, case: Case, made: Made) -> None:
    other = invite(cast["attorney"], case, mother(cast["attorney"], case, "Canary Aunt"))
    silent = invite(cast["attorney"], case, mother(cast["attorney"], case, "Uncle"), subjects=["custody"])
    for one in (made, other, silent):
        ask(cast, one, "letters")
    tick(entered(other), "letters")
    assert boxes(text(entered(made))) == {"letters": False}
    assert boxes(text(entered(silent))) == {}


def test_a_link_that_ended_ticks_nothing_and_is_asked_nothing(cast: Cast, case: Case, made: Made) -> None:
    ask(cast, made, "letters")
    client = entered(made)
    with speaking(cast["attorney"]) as ada:
        links.revoke(ada, made.link)
    assert client.post("/p/es/tasks/", {"done": ["letters"]}).status_code == 403
    assert Client().post("/p/es/tasks/", {"done": ["letters"]}).status_code == 403
    assert refused(lambda: ask(cast, made, "originals")) == {"": ["This link was ended. Give a new one."]}
    with window("looking"):
        assert FamilyTask.objects.get().done_at is None


def test_something_new_to_do_is_news_and_a_tick_is_not(cast: Cast, case: Case, made: Made) -> None:
    tell(cast, made, "rosa@example.org")
    ask(cast, made, "letters")
    with window("looking"):
        assert FamilyMessage.objects.filter(kind="news").count() == 1
        FamilyMessage.objects.update(state="handed")
    tick(entered(made), "letters")
    with window("looking"):
        assert FamilyMessage.objects.filter(kind="news").count() == 1


def test_too_many_ticks_ask_for_a_call(cast: Cast, case: Case, made: Made) -> None:
    ask(cast, made, "letters")
    client = entered(made)
    for number in range(60):
        assert client.post("/p/es/tasks/", {"done": ["letters"] * (number % 2)}).status_code == 302
    answer = client.post("/p/es/tasks/", {"done": []})
    assert (answer.status_code, "Queremos hablar con usted." in answer.content.decode()) == (200, True)
    assert boxes(text(client)) == {"letters": True}
    forget_tries()


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_of_it_has_words(language: str) -> None:
    assert set(rules.TASKS) <= set(words.of(language).to_do)
