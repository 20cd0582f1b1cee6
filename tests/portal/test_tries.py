"""Wrong PINs: many of them tell the team once, and tell nobody at the door anything."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casework.access import limits
from casework.access.doors import window
from casework.access.models import User
from casework.audit.models import Entry
from casework.cases.models import Case, Task
from casework.portal import links, tries
from casework.portal.links import Made
from casework.portal.models import FamilyLink
from tests.cases.planting import open_case, speaking
from tests.conftest import as_application
from tests.portal.planting import door, entered, forget_tries, invite, standing

pytestmark = pytest.mark.django_db
Cast = dict[str, User]


@pytest.fixture
def case(cast: Cast) -> Case:
    forget_tries()
    return open_case(cast["attorney"], given_names="Canary")


def wrong(made: Made, times: int, client: Client | None = None) -> None:
    """So many wrong PINs, each from another network address unless one browser tries them."""
    pin = f"{(int(made.pin) + 1) % 10**6:06d}"
    for number in range(times):
        trying = client or Client(REMOTE_ADDR=f"203.0.113.{number}")
        assert trying.post(door(made), {"pin": pin}).status_code == 403


def warn(then: datetime | None = None) -> int:
    with as_application():
        return tries.warn(then or timezone.now())


def tasks(cast: Cast, case: Case) -> list[Task]:
    with speaking(cast["attorney"]) as actor:
        return list(Task.objects.visible_to(actor).filter(case=case, rule="portal.wrong_pins"))


def test_many_wrong_pins_open_one_task_and_lock_nobody_out(cast: Cast, case: Case, enter: Any) -> None:
    made = invite(cast["attorney"], case)
    family = entered(made)
    wrong(made, limits.MANY_PINS - 1)
    assert (warn(), tasks(cast, case)) == (0, [])
    wrong(made, 1)
    assert [warn(), warn()] == [1, 0]
    [task] = tasks(cast, case)
    assert (task.cause, task.tier, task.assignee_id) == (made.link.pk, 1, made.link.made_by_id)
    line = Entry.objects.get(verb="family.tried")
    assert (line.actor_kind, line.case_id, line.object_id, line.detail) == ("duty", case.pk, made.link.pk, None)
    page = enter("attorney").get(reverse("case_family", args=[case.pk])).content.decode()
    assert "Many were tried" in page
    assert family.post(door(made), {"pin": made.pin}).status_code == 302
    assert Client().post(door(made), {"pin": made.pin}).status_code == 302
    forget_tries()


def test_a_burst_that_goes_on_is_told_again_after_a_day(cast: Cast, case: Case) -> None:
    made = invite(cast["attorney"], case)
    wrong(made, limits.MANY_PINS)
    assert warn() == 1
    with window("planting"):
        FamilyLink.objects.filter(pk=made.link.pk).update(warned_at=timezone.now() - tries.BURST)
    assert warn() == 1
    assert len(tasks(cast, case)) == 1  # while the first one is open
    forget_tries()


def test_whoever_holds_their_telephone_is_counted_too(cast: Cast, case: Case) -> None:
    made = invite(cast["attorney"], case)
    wrong(made, limits.MANY_PINS, entered(made))
    assert warn() == 1
    forget_tries()


def test_nothing_is_told_of_a_link_that_ended_and_a_new_one_begins_anew(cast: Cast, case: Case) -> None:
    made = invite(cast["attorney"], case)
    wrong(made, limits.MANY_PINS)
    warn()
    with speaking(cast["attorney"]) as ada:
        row = FamilyLink.objects.visible_to(ada).select_related("case", "consent").get(pk=made.link.pk)
        links.renew(ada, row, consent=row.consent, language="es", ends_at=timezone.now() + timedelta(days=9))
    assert (standing(made).warned_at, warn()) == (None, 0)
    other = invite(cast["attorney"], case)
    wrong(other, limits.MANY_PINS)
    with speaking(cast["attorney"]) as ada:
        links.revoke(ada, other.link)
    assert warn() == 0
    forget_tries()


def test_the_door_does_the_same_for_every_wrong_try(cast: Cast, case: Case) -> None:
    """The tenth wrong PIN of a link, and one of a link that was never given: statement for statement."""
    made = invite(cast["attorney"], case)
    wrong(made, limits.MANY_PINS - 1)
    asked = []
    for where in (door(made), f"/f/es/{'A' * 43}/"):
        with CaptureQueriesContext(connection) as seen:
            answer = Client(REMOTE_ADDR="203.0.113.250").post(where, {"pin": "x"})
        asked.append((answer.status_code, [re.sub(r"'[^']*'|\d+", "?", one["sql"]) for one in seen]))
    assert asked[0] == asked[1]
    forget_tries()
