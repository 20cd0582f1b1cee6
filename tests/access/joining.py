"""How people of the tests are invited, and every way in which an invitation becomes void."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection
from django.urls import reverse
from psycopg import sql

from casework.access import invitations
from casework.access.actor import Actor, duty, staff
from casework.access.context import acting
from casework.access.invitations import Invited
from casework.access.models import Invitation, Membership, User
from tests.conftest import as_application

STRANGER = "luz@people.example"


def actor_of(user: User, organization: str = "North Legal Aid") -> Actor:
    """The member, in this organization."""
    rows = Membership.objects.select_related("organization")
    return staff(rows.get(user=user, organization__name=organization), user.name)


@contextmanager
def speaking(actor: Actor) -> Iterator[Actor]:
    """Within the block the application's role asks, for this actor."""
    with as_application(), acting(actor):
        yield actor


@contextmanager
def at_the_door(user: User | None = None) -> Iterator[Actor]:
    """Within the block somebody joins who is signed in as this user, or as nobody."""
    with speaking(duty("door", user.pk if user else None)) as actor:
        yield actor


def invited(by: User, email: str = STRANGER, *roles: str, ends_at: datetime | None = None) -> Invited:
    """An invitation that this administrator of North Legal Aid has just sent; to a paralegal, if no roles are named."""
    with speaking(actor_of(by)) as actor:
        return invitations.invite(actor, email=email, roles=list(roles) or ["paralegal"], ends_at=ends_at)


def page(made: Invited | str) -> str:
    """The address in the mail."""
    return reverse("invitation", args=[made if isinstance(made, str) else made.token])


def plant(statement: str, *values: Any, column: str = "id") -> None:
    """One statement as the tables' owner; {} in it is the column. In a test's one transaction `now()` stands still."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(sql.Identifier(column)), values)


def _now(column: str) -> Callable[[Invitation], None]:
    return lambda row: plant("UPDATE access_invitation SET {} = now() WHERE id = %s", row.pk, column=column)


def _inviter_now(column: str) -> Callable[[Invitation], None]:
    statement = "UPDATE access_membership SET {} = now() WHERE id = %s"
    return lambda row: plant(statement, row.invited_by_id, column=column)


def _inviter_demoted(row: Invitation) -> None:
    plant("UPDATE access_membership SET roles = '{{attorney}}' WHERE id = %s", row.invited_by_id)


def _inviter_gone(row: Invitation) -> None:
    assert row.invited_by
    plant("UPDATE access_user SET is_active = false WHERE id = %s", row.invited_by.user_id)


def _closed(row: Invitation) -> None:
    plant("UPDATE access_organization SET closed_at = now() WHERE id = %s", row.organization_id)


def _replaced(row: Invitation) -> None:
    invited(User.objects.get(email="tomas@north.example"), row.email.upper())


VOID: dict[str, Callable[[Invitation], None]] = {
    "used": _now("accepted_at"),
    "withdrawn": _now("withdrawn_at"),
    "72 hours are over at this instant": _now("expires_at"),
    "the access that it gives is over at this instant": _now("ends_at"),
    "whoever invited is suspended": _inviter_now("suspended_at"),
    "whoever invited is no longer an administrator": _inviter_demoted,
    "the time of whoever invited is over": _inviter_now("ends_at"),
    "the account of whoever invited is closed": _inviter_gone,
    "the organization is closed": _closed,
    "a newer one was sent": _replaced,
}
