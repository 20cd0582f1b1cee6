"""A few lines in several chains, and somebody who may do anything to them."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection
from django.test import Client
from psycopg.conninfo import make_conninfo

from casework.access import acts
from casework.access.actor import NOBODY, Actor, staff
from casework.access.context import acting
from casework.access.models import Membership, User
from casework.audit import actions as audit
from casework.audit import chain
from casework.audit.chain import Fault, Mark
from casework.audit.models import Head
from casework.cases import actions
from tests.conftest import as_owner

ADA, NIA, CLEO = "ada@north.example", "nia@north.example", "cleo@south.example"


def actor_of(email: str) -> Actor:
    with as_owner():
        found = Membership.objects.select_related("organization", "user").get(user__email=email)
    return staff(found, found.user.name)


def entered(email: str) -> Client:
    """A browser in which this person is signed in; a failure in a page is answered as it would be to people."""
    client = Client(raise_request_exception=False)
    with as_owner():
        client.force_login(User.objects.get(email=email))
    return client


def write_books() -> tuple[uuid.UUID, uuid.UUID]:
    """Five lines at North Legal Aid, two at South Clinic, one that belongs to nobody; the two organizations."""
    ada, cleo = actor_of(ADA), actor_of(CLEO)
    with acting(ada):
        case = actions.open_case(ada, names={})
        actions.accept(ada, case)
        actions.write_note(ada, case, text="Called Ñ.", tier=3)
    with acting(ada):
        actions.restrict(ada, case)
        acts.note_list(ada, "case.listed", [case], ("a,b", 'a"\\b\n', ""))
    for _ in range(2):
        with acting(cleo):
            actions.open_case(cleo, names={})
    with acting(NOBODY):
        audit.write(acts.who(NOBODY), "refused", audit.What(None), basis="áé\n")
    return ada.organization, cleo.organization


def faults(marks: list[Mark] | None = None) -> list[Fault]:
    with as_owner():
        return chain.faults(marks or [])


def marks() -> list[Mark]:
    """All heads as they stand."""
    with as_owner():
        return [Mark(one.pk, one.number, bytes(one.hash)) for one in Head.objects.all()]


@contextmanager
def superuser() -> Iterator["psycopg.Connection[Any]"]:
    """Somebody whom neither triggers nor policies hold back."""
    url = make_conninfo(os.environ["TEST_ADMIN_URL"], dbname=connection.settings_dict["NAME"])
    with psycopg.connect(url, autocommit=True) as one:
        one.execute("SET session_replication_role = replica")
        yield one


def tamper(statement: str, **values: Any) -> None:
    with superuser() as one:
        one.execute(statement, values)


def line_at(organization: uuid.UUID, number: int) -> uuid.UUID:
    """The id of the line that stands in this place."""
    with superuser() as one:
        query = "SELECT entry_id FROM audit_link WHERE organization_id = %s AND number = %s"
        found: uuid.UUID = one.execute(query, [organization, number]).fetchall()[0][0]
    return found
