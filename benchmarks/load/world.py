"""Whom the load is made of: organizations, their members, families; every word about them tells whose it is.

`python -m benchmarks.load.world members FILE` writes organizations and members, as the tables' owner, and `cases FILE`
their cases and links, as the application, by the product's own acts. FILE (JSON) is what the load reads and what both
complete: everybody with password, seed of the second factor and cases, or with link and PIN.
"""

import json
import os
import random
import re
import sys
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

ORGANIZATIONS = (
    ("Load Legal Aid", "LLA", "legal_services", "America/Los_Angeles"),
    ("Load Law Clinic", "LLC", "clinic", "America/Phoenix"),
    ("Load Border Project", "LBP", "legal_services", "America/Denver"),
    ("Load Pro Bono", "LPB", "pro_bono", "America/Chicago"),
    ("Load Hotline", "LRH", "hotline", "America/Los_Angeles"),
)
OFFICES = len(ORGANIZATIONS) - 1  # the last one is the hotline, where the volunteers are
MIX = {"attorney": 65, "paralegal": 45, "volunteer": 40, "admin": 10, "family": 40}  # of two hundred
CASES = 5  # of each attorney and paralegal
PASSWORD = "four words nobody would guess"  # noqa: S105 (of people who live for minutes)
CANARY = re.compile(r"Kanari[a-z]{10}", re.IGNORECASE)
MARK = len("Kanari") + 4  # so many letters of a canary say which organization's it is
GIVEN = ("Yesenia", "Marisol", "Wilmer", "Guadalupe", "Elmer", "Rosario", "Byron", "Xiomara")


@dataclass
class Person:
    """Somebody of the load. `canary` is the mark of their organization, `address` the network's that they come from.

    `cases` are pairs of an id and the canary in it.
    """

    kind: str
    organization: str
    canary: str
    address: str
    email: str = ""
    secret: str = field(default="", repr=False)
    cases: list[tuple[str, str]] = field(default_factory=list)
    token: str = field(default="", repr=False)
    pin: str = field(default="", repr=False)


def letters(of: str, number: int) -> str:
    """The same ones for the same thing."""
    return "".join(random.Random(of).choices("abcdefghijklmnopqrstuvwxyz", k=number))


def people(number: int) -> list[Person]:
    """So many in the right mix, at least one of each kind, each with a network address of its own."""
    found: list[Person] = []
    for kind, share in MIX.items():
        for one in range(max(1, round(number * share / sum(MIX.values())))):
            place = OFFICES if kind == "volunteer" else one % (OFFICES if kind == "family" else OFFICES + 1)
            short, at = ORGANIZATIONS[place][1], len(found)
            mail = "" if kind == "family" else f"{kind}{one}@{short.lower()}.example"
            found.append(Person(kind, short, f"Kanari{letters(short, 4)}", f"127.1.{at // 250}.{at % 250 + 2}", mail))
    return found


def read(path: Path) -> list[Person]:
    return [Person(**one) for one in json.loads(path.read_text())]


def write(path: Path, wanted: list[Person]) -> None:
    path.touch(mode=0o600)
    path.write_text(json.dumps([asdict(one) for one in wanted]))


def members(wanted: list[Person]) -> None:
    """Organizations, users with a password and a second factor, memberships."""
    from allauth.account.models import EmailAddress
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
    from django.contrib.auth.hashers import make_password
    from django.contrib.auth.models import Group
    from django.db import transaction
    from django.utils import timezone

    from casework.access import factors
    from casework.access.models import Membership, Organization, User

    hashed, began = make_password(PASSWORD), timezone.now() - timedelta(days=90)
    with transaction.atomic():
        offices = {}
        for name, short, kind, zone in ORGANIZATIONS:
            offices[short] = Organization.objects.create(
                name=name, short_name=short, kind=kind, time_zone=zone, phone=f"Kanari{letters(short, 4)}office",
                group=Group.objects.create(name=str(uuid.uuid4())),
            )  # fmt: skip
        for one in wanted:
            if one.kind == "family":
                continue
            office = offices[one.organization]
            user = User(email=one.email, name=f"{one.kind} {one.canary}office", time_zone=office.time_zone)
            user.password = hashed
            user.save()
            EmailAddress.objects.create(user=user, email=one.email, verified=True, primary=True)
            one.secret = generate_totp_secret()
            with factors.of(user.pk):
                TOTP.activate(user, one.secret)
            Membership.objects.create(user=user, organization=office, roles=[one.kind], starts_at=began)


def cases(wanted: list[Person]) -> None:
    """What each attorney and paralegal has; and the links of families, each about another case of an attorney."""
    from casework.access.context import acting

    families: dict[str, list[Person]] = {}
    for one in wanted:
        if one.kind == "family":
            families.setdefault(one.organization, []).append(one)
    for one in wanted:
        if one.kind not in {"attorney", "paralegal"}:
            continue
        actor = actor_of(one)
        for number in range(CASES):
            name = f"{one.canary}{letters(f'{one.email} {number}', 6)}"
            waiting = families.get(one.organization) if one.kind == "attorney" else None
            with acting(actor):
                one.cases.append((str(_case(actor, name, number, waiting.pop() if waiting else None)), name))
    left = sum(len(waiting) for waiting in families.values())
    assert not left, f"{left} families have no case: too few attorneys"


def actor_of(one: Person) -> Any:
    """The member who acts."""
    from casework.access.actor import staff
    from casework.access.context import on_duty
    from casework.access.models import Membership, User

    with on_duty("letters"):
        user = User.objects.get(email=one.email)
        return staff(Membership.objects.select_related("organization").get(user=user), user.name)


def _case(actor: Any, name: str, number: int, family: Person | None) -> uuid.UUID:
    """A case with a place, a hearing and a note; and a link, where a family waits for one."""
    from django.utils import timezone

    from casework.cases import actions
    from casework.custody import actions as custody
    from casework.custody.places import Where
    from casework.directory.models import Facility
    from casework.docket.actions import hearings
    from casework.docket.times import When
    from casework.people import consents, contacts
    from casework.portal import links

    now = timezone.now()
    case = actions.open_case(actor, names={"given_names": GIVEN[number % len(GIVEN)], "first_surname": name})
    where = Where("facility", Facility.objects.select_related("field_office").get(pk="ADLNTCA"))
    since = custody.Since((now - timedelta(days=20 + number)).date())
    custody.book(actor, case, where=where, since=since, source="family", known_before=True)
    actions.write_note(actor, case, text=f"Called the family of {name}.", kind="call")
    if "attorney" in actor.roles:
        day = (now + timedelta(days=3 + number * 5)).date()
        moment = When(day, _clock(number), "America/Los_Angeles")
        hearings.add(actor, case, when=moment, values={"kind": "master", "medium": "P", "court": _court()})
    if family:
        contact = contacts.add(actor, case.person, values={"name": f"Rosa {name}"})
        consent = consents.give(
            actor, case.person, contact=contact, subjects=("custody", "hearings", "next_steps"), how="phone",
            given_at=now - timedelta(minutes=1),
        )  # fmt: skip
        made = links.invite(actor, case, consent=consent, language="es", ends_at=now + timedelta(days=9))
        family.token, family.pin = made.token, made.pin
    pk: uuid.UUID = case.pk
    return pk


def _clock(number: int) -> Any:
    from datetime import time

    return time(8 + number, 30)


def _court() -> Any:
    from casework.directory.models import Court

    return Court.objects.get(pk="adelanto")


STEPS: dict[str, Callable[[list[Person]], None]] = {"members": members, "cases": cases}


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "casework.settings")
    django.setup()
    step, place = sys.argv[1], Path(sys.argv[2])
    everybody = read(place)
    STEPS[step](everybody)
    write(place, everybody)
