"""What the end of an organization, or of a membership that begins anew, means for cases."""

from typing import Any

from django.db import connection

from casework.access.actor import Actor
from casework.access.acts import Happened


def end_shares(actor: Actor, happened: Happened[Any]) -> None:
    """Ends what a closed organization shared and what was shared with it. Follows from the operator's act."""
    organization = happened.thing
    assert organization is not None  # noqa: S101 (the act is about an organization)
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctx.end_shares(%s)", [organization.pk])


def end_places(actor: Actor, happened: Happened[Any]) -> None:
    """Ends the places on cases of somebody who was a member before and has joined again, perhaps in another role."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctx.end_places(%s)", [happened.result.pk])
