"""How the tests of members call acts, plant what only the database writes, and read the audit."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from casework.access.actor import Actor, staff
from casework.access.context import acting
from casework.access.delegation import as_member, delegated
from casework.access.models import FactorReset, Invitation, Membership, User
from casework.audit.models import Entry
from casework.cases.actions import open_case
from tests.conftest import as_application

opened: list[str] = []


@delegated("test.open_a_case")
def open_a_case(actor: str, object_id: str, user: str) -> None:
    """A job that writes as the member who asked."""
    with as_member(actor, user) as member:
        if member is not None:
            opened.append(open_case(member, names={"given_names": object_id}).organization_id.hex)


def place(user: User, organization: str = "NLA") -> Membership:
    found: Membership = Membership.objects.select_related("organization").get(
        user=user, organization__short_name=organization
    )
    return found


def actor_of(user: User, organization: str = "NLA") -> Actor:
    return staff(place(user, organization), user.name)


def as_it_is(membership: Membership) -> dict[str, Any]:
    """What `change` takes, all as it stands."""
    names = ("roles", "title", "bar_number", "bar_jurisdiction", "accreditation", "supervisor", "starts_at", "ends_at")
    return {name: getattr(membership, name) for name in names}


def audit() -> list[tuple[Any, ...]]:
    """Verb, fields, object and organization of every line, oldest first."""
    return list(Entry.objects.order_by("at").values_list("verb", "fields", "object_id", "organization_id"))


def invite(inviter: Membership, email: str = "new@north.example") -> Invitation:
    return Invitation.objects.create(
        organization=inviter.organization, email=email, roles=["volunteer"], token_hash=uuid.uuid4().hex,
        invited_by=inviter, expires_at=timezone.now() + timedelta(hours=72),
    )  # fmt: skip


def reset_of(member: Membership, by: Membership, hours: int = 24) -> FactorReset:
    return FactorReset.objects.create(
        organization=member.organization, membership=member, asked_by=by,
        due_at=timezone.now() + timedelta(hours=hours),
    )  # fmt: skip


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def do(actor: Actor, act: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Calls an act as the application, for this actor."""
    with as_application(), acting(actor):
        return act(actor, *args, **kwargs)


def refused(actor: Actor, act: Callable[..., Any], *args: Any, **kwargs: Any) -> dict[str, list[str]] | list[str]:
    """What an act says when it refuses; the transaction stays usable."""
    with pytest.raises(ValidationError) as caught:
        do(actor, act, *args, **kwargs)
    assert Membership.objects.exists()
    return caught.value.message_dict if hasattr(caught.value, "error_dict") else caught.value.messages
