"""Who gets in: everything that is wrong gets one answer, and each look asks the database anew."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from casework.access.doors import window
from casework.access.models import User
from casework.cases.models import Case
from casework.people import actions as people
from casework.people import consents, contacts
from casework.people.models import Consent, Contact, Person
from casework.portal import links
from casework.portal.links import Made
from casework.portal.models import FamilyLink, FamilySession
from tests.cases.planting import again, open_case, speaking
from tests.clock import local_day
from tests.custody.planting import ADELANTO, EL_PASO, at, book, move
from tests.portal.planting import door, entered, forget_tries, invite, mother, provisional, shown, text

pytestmark = pytest.mark.django_db
Cast = dict[str, User]


@pytest.fixture
def case(cast: Cast) -> Case:
    made = open_case(cast["attorney"], given_names="Canary")
    with speaking(cast["attorney"]) as ada:
        book(ada, again(ada, made), at(ADELANTO), f"{local_day() - timedelta(days=9)}")
    return made


def bare(answer: Any) -> tuple[int, dict[str, str], str]:
    """An answer without what differs in any two: the number of the request."""
    headers = {name: value for name, value in answer.headers.items() if name != "X-Request-ID"}
    return answer.status_code, headers, answer.content.decode()


def revoke(cast: Cast, case: Case, made: Made) -> None:
    with speaking(cast["attorney"]) as ada:
        links.revoke(ada, made.link)


def change(model: Any, pk: Any, **columns: Any) -> None:
    with window("planting"):
        model.objects.filter(pk=pk).update(**columns)


def consent_revoked(cast: Cast, case: Case, made: Made) -> None:
    with speaking(cast["attorney"]) as ada:
        consents.revoke(ada, Consent.objects.visible_to(ada).get(pk=made.link.consent_id))


def hidden_from_her(cast: Cast, case: Case, made: Made) -> None:
    with speaking(cast["attorney"]) as ada:
        contact = Contact.objects.visible_to(ada).get(pk=made.link.contact_id)
        contacts.change(ada, contact, values={"must_not_know": True}, seen=contact.version)


def no_contact(cast: Cast, case: Case, made: Made) -> None:
    change(Person, case.person_id, no_contact=True)


def taken_off(cast: Cast, case: Case, made: Made) -> None:
    with speaking(cast["attorney"]) as ada:
        contacts.remove(ada, Contact.objects.visible_to(ada).get(pk=made.link.contact_id))


def over(cast: Cast, case: Case, made: Made) -> None:
    now = timezone.now()
    change(FamilyLink, made.link.pk, made_at=now - timedelta(days=9), ends_at=now - timedelta(seconds=1))


def handed_over(cast: Cast, case: Case, made: Made) -> None:
    change(Case, case.pk, handed_over_at=timezone.now())


ENDS: list[Callable[[Cast, Case, Made], None]] = [
    revoke, consent_revoked, hidden_from_her, no_contact, taken_off, over, handed_over,
]  # fmt: skip


@pytest.mark.parametrize("ends", ENDS, ids=lambda one: one.__name__)
def test_whatever_ends_it_ends_it_at_once(cast: Cast, case: Case, ends: Any) -> None:
    made = invite(cast["attorney"], case)
    inside = entered(made)
    stranger = bare(Client().post(door(made).replace(made.token, "A" * 43), {"pin": "123456"}))
    assert stranger[0] == 403
    ends(cast, case, made)
    assert bare(inside.get("/p/es/"))[0] == 403
    assert bare(Client().post(door(made), {"pin": made.pin})) == stranger


def test_every_wrong_try_gets_the_same_answer(cast: Cast, case: Case) -> None:
    made = invite(cast["attorney"], case)
    other = invite(cast["attorney"], case, mother(cast["attorney"], case, "Somebody else"))
    wrong = f"{(int(made.pin) + 1) % 10**6:06d}"
    tries = [
        (door(made), wrong), (door(made), ""), (door(made), "x" * 5000), (door(made), other.pin),
        ("/f/es/" + "A" * 43 + "/", made.pin), ("/f/es/short/", made.pin), ("/f/es/" + "A" * 900 + "/", made.pin),
    ]  # fmt: skip
    answers = []
    for where, pin in tries:
        forget_tries()
        answers.append(bare(Client().post(where, {"pin": pin})))
    assert {status for status, *_rest in answers} == {403}
    assert all(answer == answers[0] for answer in answers)
    way_back = '<p><a class="button main" href="">Intentar otra vez</a></p>'
    assert answers[0][2].count(way_back) == 1
    assert bare(Client().get("/p/es/"))[2].split() == answers[0][2].replace(way_back, "").split()


def test_asking_for_the_pin_tells_nothing_of_the_link(cast: Cast, case: Case) -> None:
    made = invite(cast["attorney"], case)
    with CaptureQueriesContext(connection) as asked:
        right = Client().get(door(made)).content.decode()
    assert [one["sql"] for one in asked if "portal" in one["sql"]] == []
    wrong = Client().get("/f/es/" + "A" * 43 + "/").content.decode()
    masked = [page.partition('name="csrfmiddlewaretoken"')[0] for page in (right, wrong)]
    assert masked[0].replace(made.token, "A" * 43) == masked[1]


def test_a_session_ends_after_ten_minutes_without_use(cast: Cast, case: Case) -> None:
    made = invite(cast["attorney"], case)
    client = entered(made)
    [row] = FamilySession.objects.all()
    assert timedelta(minutes=9) < row.ends_at - timezone.now() <= timedelta(minutes=10)
    FamilySession.objects.update(ends_at=timezone.now() + timedelta(minutes=5))
    text(client)
    assert FamilySession.objects.get().ends_at - timezone.now() > timedelta(minutes=9)
    FamilySession.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    assert client.get("/p/es/").status_code == 403


def test_leaving_ends_the_session_and_clears_the_browser(cast: Cast, case: Case) -> None:
    made = invite(cast["attorney"], case)
    client = entered(made)
    kept = client.cookies["page"].value
    answer = client.get("/p/es/leave/")
    assert answer.status_code == 302
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    replayed = Client()
    replayed.cookies["page"] = kept
    assert replayed.get("/p/es/").status_code == 403
    assert FamilySession.objects.count() == 0


def test_the_cookie_is_the_tabs_and_opens_nothing_by_itself(cast: Cast, case: Case) -> None:
    made = invite(cast["attorney"], case)
    answer = Client().post(door(made), {"pin": made.pin})
    cookie = answer.cookies["page"]
    assert (cookie["max-age"], cookie["expires"], cookie["httponly"], cookie["samesite"]) == ("", "", True, "Lax")
    [row] = FamilySession.objects.all()
    assert cookie.value not in (row.key_hash, made.token)
    assert row.key_hash == links.hashed(cookie.value)


def test_nothing_is_kept_by_the_browser_and_the_title_is_neutral(cast: Cast, case: Case) -> None:
    made = invite(cast["attorney"], case)
    client = entered(made)
    for answer in (client.get(door(made)), client.get("/p/es/"), Client().get("/p/en/")):
        assert answer.headers["Cache-Control"] == "no-store"
        assert "<script" not in answer.content.decode()
        said = answer.content.decode().partition("<title>")[2].partition("</title>")[0]
        assert said in {"Información", "Information"}


def test_too_many_wrong_pins_make_a_stranger_wait_and_not_the_family(cast: Cast, case: Case) -> None:
    forget_tries()
    made = invite(cast["attorney"], case)
    family = entered(made)
    family.get("/p/es/leave/")
    family.cookies["seen"] = family.cookies["seen"].value
    wrong = f"{(int(made.pin) + 1) % 10**6:06d}"
    stranger = Client()
    for _ in range(5):
        assert stranger.post(door(made), {"pin": wrong}).status_code == 403
    assert stranger.post(door(made), {"pin": made.pin}).status_code == 403
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    assert elsewhere.post(door(made), {"pin": made.pin}).status_code == 302
    assert family.post(door(made), {"pin": made.pin}).status_code == 302
    forged = Client()
    forged.cookies["seen"] = "0" * 64
    assert forged.post(door(made), {"pin": made.pin}).status_code == 403
    forget_tries()


def test_the_whole_link_is_shut_to_strangers_after_fifty_wrong_pins_a_day(cast: Cast, case: Case) -> None:
    forget_tries()
    made = invite(cast["attorney"], case)
    family = entered(made)
    wrong = f"{(int(made.pin) + 1) % 10**6:06d}"
    for number in range(50):
        Client(REMOTE_ADDR=f"203.0.113.{number}").post(door(made), {"pin": wrong})
    assert Client(REMOTE_ADDR="203.0.113.200").post(door(made), {"pin": made.pin}).status_code == 403
    assert family.post(door(made), {"pin": made.pin}).status_code == 302
    forget_tries()


# --- What a consent covers


def test_a_provisional_consent_shows_found_or_not_and_ends_when_the_person_is_reached(cast: Cast, case: Case) -> None:
    made = provisional(cast["attorney"], case)
    client = entered(made)
    assert set(shown(made)) == {"scopes", "lead", "found"}
    said = text(client)
    assert "Encontramos a su familiar." in said
    for never in ("Adelanto", "centro de detención", "Audiencia"):
        assert never not in said
    with speaking(cast["attorney"]) as ada:
        people.reached(ada, again(ada, case).person, at=timezone.now())
    assert client.get("/p/es/").status_code == 403


def test_not_yet_found(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    made = provisional(cast["attorney"], case)
    assert "Todavía no encontramos a su familiar." in text(entered(made))


@pytest.mark.parametrize(
    ("subjects", "parts"),
    [
        (("custody",), {"scopes", "lead", "where", "steps"}),
        (("hearings",), {"scopes", "lead", "next", "steps"}),
        (("next_steps",), {"scopes", "lead", "steps", "to_do"}),
        (("documents",), {"scopes", "lead", "steps"}),
    ],
)
def test_a_link_shows_what_the_consent_covers(cast: Cast, case: Case, subjects: Any, parts: set[str]) -> None:
    made = invite(cast["attorney"], case, subjects=subjects)
    assert set(shown(made)) == parts
    assert ("Adelanto" in text(entered(made))) == (subjects == ("custody",))


def test_two_relatives_never_learn_of_each_other(cast: Cast, case: Case) -> None:
    first = invite(cast["attorney"], case)
    other = invite(cast["attorney"], case, mother(cast["attorney"], case, "Canary Aunt"), subjects=["hearings"])
    pages = [text(entered(first)), text(entered(other))]
    assert [("Canary" in page, "Rosa" in page) for page in pages] == [(False, False)] * 2
    with speaking(cast["attorney"]) as ada:
        move(ada, again(ada, case), at(EL_PASO), f"{local_day() - timedelta(days=1)}")
    assert text(entered(other)).count("El Paso") == 0
