"""Actors and cases for the tests of this room: as the cast, through the doors, under the database's walls."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from casework.access.actor import Actor, staff
from casework.access.coalition import Neighbor, neighbors, receiver
from casework.access.context import acting
from casework.access.doors import window
from casework.access.models import Membership, User
from casework.audit.models import Entry
from casework.cases import actions
from casework.cases.models import Case
from tests.conftest import as_application, become

NORTH, SOUTH, HOTLINE = "North Legal Aid", "South Clinic", "Rapid Response Hotline"


def member(user: User, organization: str) -> Membership:
    """The membership of a user, whoever speaks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        role = cursor.fetchone()[0]
    become("casework_owner")
    found = Membership.objects.select_related("organization").get(user=user, organization__name=organization)
    become(role)
    return found


@contextmanager
def speaking(user: User, organization: str = NORTH) -> Iterator[Actor]:
    """Within the block the database answers this member, whose reach is asked anew, as in a new request."""
    actor = staff(member(user, organization), user.name)
    with as_application(), acting(actor):
        yield actor


def open_case(user: User, organization: str = NORTH, **names: str) -> Case:
    """A case that this member has opened."""
    with speaking(user, organization) as actor:
        return actions.open_case(actor, names=names or {"given_names": "Rosa"})


def glances(case: Case, **columns: Any) -> None:
    """Writes columns of the case past every act: what rooms above would have copied, or another stage."""
    with window("planting"):
        Case.objects.filter(pk=case.pk).update(**columns)


def again(actor: Actor, case: Case) -> Case:
    """The case as it stands, through the door."""
    found: Case = Case.objects.visible_to(actor).get(pk=case.pk)
    return found


def to(name: str) -> Neighbor:
    return next(one for one in neighbors().values() if one.name == name)


def soon(days: int = 30) -> datetime:
    return timezone.now() + timedelta(days=days)


def give(actor: Actor, case: Case, name: str, email: str = "", **more: Any) -> Any:
    """Shares the case, for viewing until in 30 days unless `more` says otherwise."""
    there = to(name)
    asked: dict[str, Any] = {"level": "view", "counsel_tier": False, "expires_at": soon()}
    found = receiver(actor, there.id, email) if email else None
    return actions.share(actor, case, to=there, receiver=found, **(asked | more))


def refused(act: Callable[[], Any]) -> dict[str, list[str]]:
    """What an act says against it, by field; "" for what belongs to none."""
    with pytest.raises(ValidationError) as caught:
        act()
    error = caught.value
    return error.message_dict if hasattr(error, "error_dict") else {"": error.messages}


def verbs(case: Case) -> list[str]:
    return list(Entry.objects.filter(object_id=case.pk).order_by("at").values_list("verb", flat=True))
