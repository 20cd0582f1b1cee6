"""Letters to members of staff: that something happened, and where to look; never what a case holds.

`wiring.py` hangs them on verbs. What follows later is a job that knows ids alone (`LATER`); the invitation, whose link
nobody could make again, is written in the transaction of the act.
"""

import uuid
import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from casework.access.actor import Actor
from casework.access.acts import Happened
from casework.access.context import on_duty
from casework.access.models import FactorReset, Invitation
from casework.look.zones import moment_in_words
from casework.notifications import readers
from casework.notifications.actions import Mail, queue_mail
from casework.notifications.readers import Member, Reader

Ids = Mapping[str, str]


@dataclass(frozen=True)
class Letter:
    """One letter: `templates/letters/<kind>_subject.txt` and `_message.txt`, filled with the facts.

    A fact that is an instant is put into words on the reader's clock. Of the letters about one `occasion` the first is
    the only one.
    """

    kind: str
    reader: Reader
    facts: Mapping[str, Any]
    occasion: str = ""


def post(letter: Letter, once: str = "", about: uuid.UUID | None = None) -> uuid.UUID:
    """Puts a letter into the outbox, in its reader's language and time zone; not a second time with the same `once`.

    The id of its message. With `about`, it is asked before sending whether it is still due.
    """
    reader = letter.reader
    zone = zoneinfo.ZoneInfo(reader.time_zone)
    with translation.override(reader.language), timezone.override(zone):
        facts: dict[str, Any] = {"reader": reader, "public_url": settings.PUBLIC_URL}
        for name, value in letter.facts.items():
            is_instant = isinstance(value, datetime)
            facts[name] = moment_in_words(value.astimezone(zone), reader.time_zone) if is_instant else value
        subject = " ".join(render_to_string(f"letters/{letter.kind}_subject.txt", facts).split())
        text = render_to_string(f"letters/{letter.kind}_message.txt", facts).strip() + "\n"
    mail = Mail(to=reader.email, subject=subject, text=text)
    return queue_mail(f"letters/{letter.kind}", mail, once, about).pk


def invitation(actor: Actor, happened: Happened[Any]) -> None:
    """The link for somebody just invited: in their language if they have an account, else in that of who invites."""
    token, invitation_id = happened.about["token"], happened.about["invitation_id"]
    with on_duty("letters"):
        row = Invitation.objects.select_related("organization").get(pk=invitation_id)
        by = readers.member(actor.membership_id or "")
        language = by.reader.language if by else settings.LANGUAGE_CODE
        stranger = Reader(row.email, "", language, row.organization.time_zone)
        facts = {
            "by": by.reader.name if by else "",
            "organization": row.organization.name,
            "link": _address("invitation", token),
            "until": row.expires_at,
        }
        post(Letter("invitation", readers.with_address(row.email) or stranger, facts))


def _to_member(kind: str) -> Callable[[Ids], list[Letter]]:
    """A letter to the one whose membership it is about."""

    def compose(ids: Ids) -> list[Letter]:
        to = readers.member(ids["object_id"])
        return [Letter(kind, to.reader, {"organization": to.organization, "by": _name(ids)})] if to else []

    return compose


def _sessions_ended(ids: Ids) -> list[Letter]:
    """To one member; or, when it is about the whole organization, to everybody in it but who did it."""
    by, one = readers.member(ids["actor"]), readers.member(ids["object_id"])
    without = by.user_id if by else None
    to = [one] if one else [each for each in readers.everybody(ids["object_id"]) if each.user_id != without]
    name = by.reader.name if by else ""
    return [Letter("sessions_ended", each.reader, {"organization": each.organization, "by": name}) for each in to]


def _factor(kind: str) -> Callable[[Ids], list[Letter]]:
    """About a lost second factor: to its owner, and to the administrators of all organizations of that person."""

    def compose(ids: Ids) -> list[Letter]:
        reset = FactorReset.objects.filter(pk=ids["object_id"]).first()
        person = readers.member(reset.membership_id) if reset else None
        if reset is None or person is None:
            return []
        facts = {
            "organization": person.organization,
            "person": person.reader.name,
            "due": reset.due_at,
            "by": _name(ids),
            "elsewhere": False,
        }
        letters = [Letter(kind, person.reader, facts | {"link": _address("mfa_index")})]
        for each in _administrators(person, ids["actor"]):
            there = {
                "own": each.organization,
                "elsewhere": each.organization_id != person.organization_id,
                "link": _address("member", readers.membership_at(each.organization_id, person.user_id)),
            }
            letters.append(Letter(f"{kind}_admin", each.reader, facts | there))
        return letters

    return compose


def _administrators(person: Member, actor: str) -> list[Member]:
    """The administrators around somebody, each once, without that person and without who did it."""
    by = readers.member(actor)
    without = {person.user_id, by.user_id if by else None}
    around = readers.administrators([person.organization_id, *readers.organizations_of(person.user_id)])
    # Where somebody administers several of them, the organization in which it happened counts.
    ordered = sorted(around, key=lambda each: each.organization_id == person.organization_id)
    return [each for each in {each.user_id: each for each in ordered}.values() if each.user_id not in without]


def _share(kind: str) -> Callable[[Ids], list[Letter]]:
    """To one person elsewhere, or to the attorneys and paralegals there. It names no person and no case."""

    def compose(ids: Ids) -> list[Letter]:
        by, to = readers.member(ids["actor"]), ids.get("to_organization_id", "")
        if by is None or not to:
            return []
        one = ids.get("to_user_id", "")
        facts = {"organization": by.organization, "whole": not one, "link": _address("shared_cases")}
        return [Letter(kind, each.reader, facts | {"own": each.organization}) for each in readers.counsel(to, one)]

    return compose


def _work(ids: Ids) -> list[Letter]:
    """To a member to whom a colleague gave work, at most once an hour. It names no person, no case and no task."""
    to = readers.member(ids.get("membership_id", ""))
    if to is None or ids["actor"] == ids["membership_id"]:
        return []
    facts = {"organization": to.organization, "by": _name(ids), "link": _address("today")}
    return [Letter("work", to.reader, facts, f"work {ids['membership_id']} {timezone.now():%Y-%m-%d %H}")]


def _coverage(kind: str) -> Callable[[Ids], list[Letter]]:
    """To whoever is asked to cover a hearing, or to whoever asked. It names no person, no case and no court."""

    def compose(ids: Ids) -> list[Letter]:
        to = readers.member(ids.get("membership_id", ""))
        if to is None or ids["actor"] == ids["membership_id"]:
            return []
        page = "calendar" if kind == "coverage_accepted" else "today"
        return [Letter(kind, to.reader, {"organization": to.organization, "by": _name(ids), "link": _address(page)})]

    return compose


def _offer_made(ids: Ids) -> list[Letter]:
    """To the attorneys and paralegals of the organization that is asked. It names no person and no case."""
    by, to = readers.member(ids["actor"]), ids.get("to_organization_id", "")
    if by is None or not to:
        return []
    facts = {"organization": by.organization, "link": _address("handovers")}
    return [Letter("offer_made", each.reader, facts | {"own": each.organization}) for each in readers.counsel(to)]


def _offer_withdrawn(ids: Ids) -> list[Letter]:
    """To those who were asked, so that nobody works on it in vain."""
    by, to = readers.member(ids["actor"]), ids.get("to_organization_id", "")
    if by is None or not to:
        return []
    facts = {"organization": by.organization}
    return [Letter("offer_withdrawn", each.reader, facts | {"own": each.organization}) for each in readers.counsel(to)]


def _offer_answered(kind: str) -> Callable[[Ids], list[Letter]]:
    """To whoever offered it. It names no person, no case and nobody elsewhere."""

    def compose(ids: Ids) -> list[Letter]:
        to = readers.member(ids.get("membership_id", ""))
        if to is None:
            return []
        return [Letter(kind, to.reader, {"organization": to.organization, "link": _address("handovers")})]

    return compose


def _directory_reported(ids: Ids) -> list[Letter]:
    """To whoever runs the installation, where the settings name an address: that a report waits, and how to read it."""
    if not settings.OPERATOR_EMAIL:
        return []
    operator = Reader(settings.OPERATOR_EMAIL, "", settings.LANGUAGE_CODE, settings.TIME_ZONE)
    command = "manage.py directory_reports"
    facts = {"read": command, "settle": f'{command} --settle {ids["object_id"]} --answer "..."'}
    return [Letter("directory_reported", operator, facts)]


def _directory_resolved(ids: Ids) -> list[Letter]:
    """To the one who reported it, unless they settled it themselves."""
    to = readers.member(ids["membership_id"])
    if to is None or ids["actor"] == ids["membership_id"]:
        return []
    return [Letter("directory_resolved", to.reader, {"link": _address("directory_reports")})]


def _address(name: str, *args: Any) -> str:
    """The whole address of a page."""
    return f"{settings.PUBLIC_URL}{reverse(name, args=args)}"


def _name(ids: Ids) -> str:
    """Who did it; empty for the product itself."""
    by = readers.member(ids["actor"])
    return by.reader.name if by else ""


LATER: dict[str, Callable[[Ids], list[Letter]]] = {
    "suspended": _to_member("suspended"),
    "restored": _to_member("restored"),
    "changed": _to_member("changed"),
    "sessions_ended": _sessions_ended,
    "factor_asked": _factor("factor_asked"),
    "factor_done": _factor("factor_done"),
    "factor_cancelled": _factor("factor_cancelled"),
    "shared": _share("shared"),
    "share_ended": _share("share_ended"),
    "work": _work,
    "coverage_asked": _coverage("coverage_asked"),
    "coverage_withdrawn": _coverage("coverage_withdrawn"),
    "coverage_accepted": _coverage("coverage_accepted"),
    "coverage_declined": _coverage("coverage_declined"),
    "offer_made": _offer_made,
    "offer_withdrawn": _offer_withdrawn,
    "offer_accepted": _offer_answered("offer_accepted"),
    "offer_declined": _offer_answered("offer_declined"),
    "offer_expired": _offer_answered("offer_expired"),
    "directory_reported": _directory_reported,
    "directory_resolved": _directory_resolved,
}
