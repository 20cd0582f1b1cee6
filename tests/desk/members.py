"""How the tests of the member screens read pages and send their forms."""

import re
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from casework.access.models import Membership, User
from casework.audit.models import Entry

Enter = Callable[[str], Client]
PACIFIC = ZoneInfo("America/Los_Angeles")
LIST = "/organization/members/"
TO_ONE = ["member", "suspend_member", "restore_member", "end_member_sessions", "ask_factor_reset"]


def place(user: User, organization: str = "NLA") -> Membership:
    found: Membership = Membership.objects.get(user=user, organization__short_name=organization)
    return found


def text(response: Any) -> str:
    """What one reads, on one line."""
    return " ".join(strip_tags(response.content.decode().replace("<li>", " ")).split())


def audit() -> list[tuple[Any, ...]]:
    """The lines about what was done or refused; looks have tests of their own."""
    done = Entry.objects.exclude(verb__endswith=".viewed").order_by("at")
    return list(done.values_list("verb", "object_type", "fields", "basis"))


def filled(membership: Membership, **different: Any) -> dict[str, Any]:
    """What the form of this member sends when nothing but `different` is touched."""
    names = ("roles", "title", "bar_number", "bar_jurisdiction", "accreditation")
    return {
        **{name: getattr(membership, name) for name in names},
        "supervisor": membership.supervisor_id or "",
        "starts_at": membership.starts_at.astimezone(PACIFIC).date(),
        "ends_at": "",
        **different,
    }


def save(client: Client, membership: Membership, **different: Any) -> Any:
    """Opens the member's page and sends its form, changed."""
    address = reverse("member", args=[membership.pk])
    seen = re.search(r'name="seen" value="(\w+)"', client.get(address).content.decode())
    assert seen is not None
    return client.post(address, filled(membership, seen=seen[1], **different), follow=True)
