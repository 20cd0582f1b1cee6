"""The hotline on screen: short cards, a call back in one form, shifts, incidents, places; in how many queries."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from casework.access.actor import Actor
from casework.access.doors import window
from casework.access.models import User
from casework.cases.actions import open_case
from casework.cases.models import Case
from casework.intake import calls, incidents
from casework.intake.calls import Called
from casework.intake.models import CallLog, Incident, Referral, Shift
from casework.people import contacts
from tests.access.membership import actor_of, do
from tests.clock import local_day
from tests.desk.test_caseload import queries

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
Enter = Callable[[str], Client]
NUMBER = "+12135550142"


def opened(cast: Cast, name: str = "Rosa") -> Case:
    case: Case = do(actor_of(cast["attorney"]), open_case, names={"given_names": name})
    return case


def due(cast: Cast, case: Case) -> CallLog:
    """A call about it to make again."""
    called = Called("out", "no_answer", due_at=timezone.now() - timedelta(hours=1), words="Her aunt")
    found: CallLog = do(
        actor_of(cast["attorney"]),
        lambda one: calls.log(one, Case.objects.visible_to(one).get(pk=case.pk), called=called),
    )
    return found


def waits(cast: Cast, **more: Any) -> CallLog:
    called = Called("in", "waiting", number=NUMBER, words="Vans on Fifth", **more)
    found: CallLog = do(actor_of(cast["paralegal"]), calls.note, called=called)
    return found


def sister(cast: Cast, case: Case) -> str:
    """A contact whom one may call, and who takes no messages; what the form calls her number."""
    phone = {"number": NUMBER, "call": True, "text": False, "voicemail": False, "note": ""}

    def add(actor: Actor) -> Any:
        person = Case.objects.visible_to(actor).get(pk=case.pk).person
        return contacts.add(actor, person, values={"name": "Ana", "phones": [phone], "pass_phrase": "blue door"})

    return f"{do(actor_of(cast['attorney']), add).pk}|{NUMBER}"


@pytest.mark.parametrize(("key", "one", "three"), [("volunteer", 11, 11), ("paralegal", 16, 16)])
def test_the_queue_asks_as_often_for_three_as_for_one(enter: Enter, cast: Cast, key: str, one: int, three: int) -> None:
    client = enter(key)
    due(cast, opened(cast))
    client.get(reverse("calls"))
    assert queries(client, reverse("calls")) == one
    due(cast, opened(cast, "Luz"))
    due(cast, opened(cast, "Eva"))
    assert queries(client, reverse("calls")) == three


@pytest.mark.parametrize(("rows", "asked"), [(1, 9), (3, 9)])
def test_incidents_ask_as_often_for_three_as_for_one(enter: Enter, cast: Cast, rows: int, asked: int) -> None:
    values = {"happened_at": timezone.now() - timedelta(hours=2), "place": "Fifth"}
    for _number in range(rows):
        do(actor_of(cast["paralegal"]), incidents.report, values=values)
    client = enter("volunteer")
    client.get(reverse("incidents"))
    assert queries(client, reverse("incidents")) == asked


def test_a_volunteer_takes_a_card_and_notes_what_came_of_it(enter: Enter, cast: Cast) -> None:
    case = opened(cast)
    card, whom, client = due(cast, case), sister(cast, case), enter("volunteer")
    page = client.get(reverse("calls"))
    assertContains(page, "Name shown when taken")
    assertNotContains(page, "Rosa")
    assertNotContains(page, "Her aunt")
    address = reverse("case_calls", args=[case.pk])
    assert client.get(address).status_code == 404
    taken = client.post(reverse("take_call", args=[card.pk]), follow=True)
    assert taken.redirect_chain[-1][0] == address
    assertContains(taken, "(213) 555-0142")
    assertNotContains(taken, "blue door")
    form = {"direction": "out", "channel": "phone", "whom": whom, "again": ""}
    refused = client.post(address, form | {"result": "message"})
    assertContains(refused, "No message may be left on this number.")
    done = client.post(address, form | {"result": "no_answer", "again": "3h", "words": "Rang twice", "next": "queue"})
    assert done.headers["Location"] == reverse("calls")
    with window("looking"):
        row = CallLog.objects.get(case=case, settled_at=None)
        assert (row.result, row.contact is not None, row.words) == ("no_answer", True, "Rang twice")
        assert timedelta(hours=2) < row.due_at - timezone.now() < timedelta(hours=4)
    assert client.get(address).status_code == 404


def test_a_taken_card_is_nobody_elses(enter: Enter, cast: Cast) -> None:
    card = waits(cast)
    enter("volunteer").post(reverse("take_call", args=[card.pk]))
    late = enter("paralegal").post(reverse("take_call", args=[card.pk]), follow=True)
    assertContains(late, "Somebody else has this card, or it is done.")
    assertContains(late, cast["volunteer"].name)


def test_a_call_about_none_becomes_an_intake(enter: Enter, cast: Cast) -> None:
    card, client = waits(cast, urgent=True, language="SP"), enter("volunteer")
    assert client.get(reverse("call", args=[card.pk])).status_code == 404
    page = client.post(reverse("take_call", args=[card.pk]), follow=True)
    assertContains(page, "Vans on Fifth")
    assertContains(page, "<dd>Spanish</dd>")
    assertContains(page, "Nobody is on duty now.")
    client.post(reverse("open_intake", args=[card.pk]))
    with window("looking"):
        row = CallLog.objects.select_related("became").get(pk=card.pk)
        assert row.became is not None
        assert row.became.stage == "enquiry"


def test_a_call_about_nothing_is_no_card(enter: Enter, cast: Cast) -> None:
    client, sent = enter("volunteer"), {"channel": "phone", "then": "waiting"}
    refused = "Write a number or a few words: whoever takes it has nothing else."
    assert refused in client.post("/calls/new/", sent).content.decode()
    for known in ({"words": "A van at the market"}, {"number": "+1 213 555 0177"}, {"then": "wrong_number"}):
        assert client.post("/calls/new/", sent | known).status_code == 302
    with window("test"):
        assert CallLog.objects.filter(result="waiting").count() == 2


def test_who_has_no_time_that_comes_is_told(enter: Enter, cast: Cast) -> None:
    card, client = waits(cast), enter("paralegal")
    address = reverse("call", args=[card.pk])
    refused = client.post(address, {"result": "no_answer", "again": "at"})
    assertContains(refused, "Enter the day and time.")
    over = client.post(address, {"result": "no_answer", "again": "at", "again_on": "2020-01-01", "again_at": "09:00"})
    assertContains(over, "This time is over. Choose a later one.")


def test_a_shift_is_begun_and_ended_with_a_note(enter: Enter, cast: Cast) -> None:
    waits(cast)
    client = enter("volunteer")
    client.post(reverse("begin_shift"))
    assertContains(client.get(reverse("shifts")), "Left open now: 1 to take")
    client.post(reverse("shifts"), {"note": "Fifth Street is quiet"})
    assertContains(enter("paralegal").get(reverse("calls")), "Fifth Street is quiet")
    with window("looking"):
        assert Shift.objects.get().left_open["take"] == 1


def test_two_who_change_an_incident_both_count(enter: Enter, cast: Cast) -> None:
    values = {"happened_at": timezone.now() - timedelta(hours=2), "place": "Fifth"}
    row = do(actor_of(cast["paralegal"]), incidents.report, values=values)
    address, day = reverse("change_incident", args=[row.pk]), local_day()
    form = {"day": day, "version": 1, "agencies": []}
    enter("paralegal").post(address, form | {"place": "Fifth and Main"})
    second = enter("volunteer").post(address, form | {"place": "Sixth"})
    assert second.status_code == 409
    assertContains(second, "Fifth and Main", status_code=409)
    with window("looking"):
        assert Incident.objects.get(pk=row.pk).place == "Fifth and Main"


def test_places_are_kept_by_staff_and_read_by_volunteers(enter: Enter, cast: Cast) -> None:
    form = {"kind": "housing", "name": "Casa", "languages": ["es"], "version": 0}
    assert enter("volunteer").post(reverse("add_referral"), form).status_code == 403
    enter("admin").post(reverse("add_referral"), form)
    assertContains(enter("volunteer").get(reverse("referrals")), "Casa")
    with window("looking"):
        row = Referral.objects.get()
    gone = enter("attorney").post(reverse("remove_referral", args=[row.pk]), follow=True)
    assertContains(gone, "Casa is off the list.")
    assertContains(gone, f"{reverse('change_referral', args=[row.pk])}undo/")
