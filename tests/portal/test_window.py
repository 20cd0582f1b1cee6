"""What a family does at its window besides reading: telling, taking a date along; and the page without a link."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from casework.access.actor import Actor
from casework.access.models import Membership, User
from casework.audit.models import Entry
from casework.cases.models import Case, Task
from casework.portal import links, rules, tasks, words
from casework.portal.links import Made
from casework.portal.models import FamilyLink, FamilyWord
from casework.portal.words import LANGUAGES, ready
from tests.cases.planting import NORTH, again, member, open_case, speaking
from tests.clock import local_day
from tests.custody.planting import ADELANTO, at, book
from tests.docket.hearings import hear, in_days
from tests.portal.planting import entered, forget_tries, invite, serve_in, text

pytestmark = pytest.mark.django_db
Cast = dict[str, User]


@pytest.fixture
def case(cast: Cast) -> Case:
    return open_case(cast["attorney"], given_names="Canary")


@pytest.fixture
def ada(cast: Cast) -> Membership:
    return member(cast["attorney"], NORTH)


def again_link(actor: Actor, case: Case, made: Made) -> FamilyLink:
    row = links.found(actor, again(actor, case), made.link.pk)
    assert row is not None
    return row


def held(cast: Cast, case: Case) -> None:
    with speaking(cast["attorney"]) as actor:
        book(actor, again(actor, case), at(ADELANTO), f"{local_day()}")


@pytest.mark.parametrize("kind", ["news", "wrong"])
def test_what_a_family_tells_becomes_a_task_with_a_receipt(cast: Cast, case: Case, enter: Any, kind: str) -> None:
    client = entered(invite(cast["attorney"], case))
    assert client.get(f"/p/es/tell/{kind}/").status_code == 200
    answer = client.post(f"/p/es/tell/{kind}/", {"text": "Llamó desde El Paso."})
    receipt = answer.headers["Location"].partition("?sent=")[2]
    assert re.fullmatch("[0-9A-F]{6}", receipt)
    assert f"Su recibo: {receipt}." in client.get(answer.headers["Location"]).content.decode()
    with speaking(cast["attorney"]) as actor:
        [task] = Task.objects.visible_to(actor).filter(case=case, rule=f"portal.{kind}")
        [word] = FamilyWord.objects.visible_to(actor)
        assert (word.text, word.receipt, task.cause) == ("Llamó desde El Paso.", receipt, word.pk)
        assert (task.tier, task.assignee_id, task.due_on is not None) == (1, actor.membership_id, True)
    line = Entry.objects.get(verb="window.told")
    assert (line.actor_kind, line.case_id, line.detail) == ("family", case.pk, None)
    page = enter("attorney").get(reverse("case_family", args=[case.pk])).content.decode()
    assert "Llamó desde El Paso." in page
    tasks = enter("attorney").get(reverse("case_tasks", args=[case.pk])).content.decode()
    assert ("The family has news" in tasks) == (kind == "news")


def test_nothing_is_nothing_and_too_much_is_not_kept(cast: Cast, case: Case) -> None:
    forget_tries()
    client = entered(invite(cast["attorney"], case))
    assert "Primero escriba unas palabras." in client.post("/p/es/tell/news/", {"text": "  "}).content.decode()
    sent = [client.post("/p/es/tell/news/", {"text": f"Hola {number}"}) for number in range(12)]
    assert [one.status_code for one in sent] == [302] * 10 + [429] * 2
    assert ">Hola 11</textarea>" in sent[-1].content.decode()
    assert "Queremos hablar con usted." in sent[-1].content.decode()
    with speaking(cast["attorney"]) as actor:
        assert FamilyWord.objects.visible_to(actor).count() == 10
    assert Client().post("/p/es/tell/news/", {"text": "Hola"}).status_code == 403
    assert client.get("/p/es/tell/other/").status_code == 404
    forget_tries()


def test_a_date_is_taken_along_without_saying_what_it_is(cast: Cast, case: Case, ada: Membership) -> None:
    made = invite(cast["attorney"], case)
    hearing = hear(case, in_days(5), ada, kind="bond", medium="V")
    held(cast, case)
    client = entered(made)
    assert 'href="/p/es/date/"' in text(client)
    answer = client.get("/p/es/date/")
    [event] = Calendar.from_ical(answer.content).walk("VEVENT")
    assert (event["SUMMARY"], event.decoded("DTSTART")) == ("Información", hearing.starts_at)
    for never in ("ianza", "corte", "Canary", "Adelanto", "LOCATION"):
        assert never not in answer.content.decode()
    assert Entry.objects.filter(verb="window.downloaded").count() == 1


def test_the_front_page_names_offices_that_show_the_language(cast: Cast) -> None:
    serve_in("es", "ht")
    seen = {code: NORTH in Client().get(f"/f/{code}/").content.decode() for code in ("en", "es", "ht", "ar")}
    assert seen == {"en": True, "es": True, "ht": True, "ar": False}
    assert Client(headers={"accept-language": "ht,fr;q=0.8"}).get("/f/").headers["Location"] == "/f/ht/"
    assert Client(headers={"accept-language": "xx"}).get("/f/").headers["Location"] == "/f/en/"
    assert Client().get("/f/xx/").status_code == 404


def test_a_language_is_offered_once_the_organization_shows_it(cast: Cast, case: Case) -> None:
    made = invite(cast["attorney"], case)
    serve_in("es", "ar")
    offered = re.findall(r'hreflang="([\w-]+)"', text(entered(made)))
    assert offered == ["en", "ar"]
    assert ready() == LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_light_in_every_language(cast: Cast, case: Case, ada: Membership, language: str) -> None:
    """Bytes of page, stylesheet and icon as they go over the wire, uncompressed; three requests."""
    serve_in(*LANGUAGES)
    made = invite(cast["attorney"], case)
    longest = sorted(rules.TASKS, key=lambda one: len(words.of(language).to_do[one]), reverse=True)
    with speaking(cast["attorney"]) as actor:
        tasks.choose(actor, again_link(actor, case, made), longest[: rules.MOST_TO_DO])
    for days in (5, 9, 30):
        hear(case, in_days(days), ada, kind="bond", medium="P")
    held(cast, case)
    client = entered(made, language)
    page = text(client, language)
    asked = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert len(asked) == 2
    sizes = [len(page.encode()), *(len(b"".join(Client().get(one))) for one in asked)]
    assert sum(sizes) <= 14 * 1024, sizes
    direction = "rtl" if language == "ar" else "ltr"
    assert f'<html lang="{language}" dir="{direction}">' in page
    assert "{" not in page.partition("<body>")[2]
