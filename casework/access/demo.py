"""The demo's cast: invented members of invented organizations, who may be entered as without a password.

Open only in demo mode on a loopback address. The tests use the same people.
"""

import ipaddress
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from django.http import HttpRequest

from casework.access import factors
from casework.access.models import Membership, Organization, Role, User

BEGAN = datetime(2025, 1, 6, 17, tzinfo=UTC)
CAST_FILE = settings.BASE_DIR / "fixtures" / "cast.json"


@dataclass(frozen=True)
class CastMember:
    """Somebody the sign-in page of the demo offers to enter as."""

    key: str
    name: str
    email: str
    places: tuple[tuple[str, tuple[Role, ...]], ...]

    @property
    def organization(self) -> str:
        """Where the member acts at first."""
        return self.places[0][0]

    @property
    def what(self) -> list[str]:
        """The roles there, then the other organizations."""
        return [str(role.label) for role in self.places[0][1]] + [name for name, _ in self.places[1:]]


@cache
def _file() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(CAST_FILE.read_text(encoding="utf-8"))
    return content


def cast() -> list[CastMember]:
    """The cast, in the order of the sign-in page."""
    names = {entry["short_name"]: entry["name"] for entry in _file()["organizations"]}
    return [
        CastMember(
            p["key"],
            p["name"],
            p["email"],
            tuple((names[place["organization"]], tuple(map(Role, place["roles"]))) for place in p["memberships"]),
        )
        for p in _file()["people"]
    ]


def is_loopback(address: str) -> bool:
    """Whether `address` is `localhost` or a loopback IP address."""
    try:
        return address == "localhost" or ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def is_open() -> bool:
    """Whether entering without a password is possible at all: demo mode, served on loopback only."""
    return settings.DEMO and is_loopback(settings.BIND)


def player(user: User, request: HttpRequest) -> CastMember | None:
    """The member of the cast that this user plays, where it may be entered as without a password."""
    if not is_open() or not is_loopback(request.META["REMOTE_ADDR"]):
        return None
    return next((one for one in cast() if one.email == user.email), None)


def size() -> int:
    """How many organizations and people `load` writes."""
    return len(_file()["organizations"]) + len(_file()["people"])


def load() -> Iterator[str]:
    """Writes the cast, and says what it wrote, one line an organization or person. A second run changes nothing."""
    for entry in _file()["organizations"]:
        _load_organization(entry)
        yield entry["name"]
    for entry in _file()["people"]:
        with transaction.atomic():
            _load_person(entry)
        yield entry["name"]


def _load_organization(entry: dict[str, Any]) -> None:
    organization = Organization.objects.filter(short_name=entry["short_name"]).first() or Organization()
    organization.group, _ = Group.objects.get_or_create(name=str(organization.pk))
    for field, value in entry.items():
        setattr(organization, field, value)
    organization.save()


def _load_person(entry: dict[str, Any]) -> None:
    places = entry["memberships"]
    first = Organization.objects.get(short_name=places[0]["organization"])
    fields = {"name": entry["name"], "time_zone": first.time_zone}
    user = User.objects.filter(email=entry["email"]).first()
    if user is None:
        user = User.objects.create_user(entry["email"], language=entry["language"], **fields)
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    for place in places:
        details = {"starts_at": BEGAN} | {name: value for name, value in place.items() if name != "organization"}
        organization = Organization.objects.get(short_name=place["organization"])
        Membership.objects.update_or_create(user=user, organization=organization, defaults=details)
    if not is_mfa_enabled(user, ["totp"]):
        with factors.of(user.pk):
            TOTP.activate(user, generate_totp_secret())
