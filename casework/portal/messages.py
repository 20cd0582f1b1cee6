"""Messages to families: that a date is near, or that there is news; never what, and never a name.

Each is planned as a row, once for what it is about, and becomes a message of the outbox in the transaction in which its
row says so; the outbox sends it once. Whether it may be sent is asked of the database when it is due and again just
before it leaves: the notice, the link, the consent, the contact and the person have to agree.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.access.actor import Actor, duty
from casework.access.acts import Happened, act
from casework.access.context import on_duty
from casework.docket import planning
from casework.notifications import channels
from casework.notifications.actions import Mail, Text, queue_mail
from casework.people.models import Contact
from casework.portal import inbound, rules, words
from casework.portal.models import (
    ERRAND,
    Channel,
    FamilyLink,
    FamilyMessage,
    FamilyNotice,
    MessageState,
    NotSent,
    Publication,
    Telling,
)  # fmt: skip

KIND = "family/message"
BEFORE = (3 * 24 * 60, 24 * 60)  # minutes before a date
SETTLES = timedelta(minutes=10)  # what the team corrects at once makes one message
AT_ONCE = 500
LATER = timedelta(minutes=1)  # nearer to now, it is another process that was faster


@dataclass(frozen=True)
class Standing:
    """A notice that stands, of a link that counts, and whom its holder can call."""

    notice_id: uuid.UUID
    link_id: uuid.UUID
    case_id: uuid.UUID
    organization_id: uuid.UUID
    phone: str
    time_zone: str
    language: str


@act("family.notified")
def choose(
    actor: Actor, link: FamilyLink, *, channel: str, address: str, from_hour: int, until_hour: int
) -> Happened[FamilyNotice]:
    """From now on the holder is told there. Raises ValidationError for a number not to be texted, and a dead link."""
    contact = Contact.objects.visible_to(actor).get(pk=link.contact_id)
    if link.revoked_at is not None:
        raise ValidationError(_("This link was ended. Give a new one."), code="gone")
    if channel == Channel.SMS and not channels.sends_texts():
        raise ValidationError(_("This installation sends no texts."), code="provider")
    if channel == Channel.SMS and address not in may_be_texted(contact):
        raise ValidationError(_("This number may not be texted."), code="number")
    now = timezone.now()
    _stop(actor, link, "changed", now)
    made = FamilyNotice(
        organization_id=link.organization_id, case_id=link.case_id, link=link, channel=channel, address=address,
        file=link.case.person_id, from_hour=from_hour, until_hour=until_hour, chosen_by_id=actor.member, chosen_at=now,
    )  # fmt: skip
    made.save(force_insert=True)
    return Happened(made, thing=link, fields=("messages",))


@act("family.stopped")
def stop(actor: Actor, link: FamilyLink) -> Happened[None]:
    """They asked for no more messages. Raises ValidationError where none are sent."""
    if not _stop(actor, link, "staff", timezone.now()):
        raise ValidationError(_("No messages are sent to this contact."), code="gone")
    return Happened(None, thing=link, fields=("messages",))


def follow(actor: Actor, happened: Happened[Any]) -> None:
    """Ends notices to a number that a contact has no longer, or that may not be texted any more."""
    contact = happened.thing
    if not isinstance(contact, Contact) or not actor.is_staff:
        return
    links = FamilyLink.objects.visible_to(actor).filter(contact_id=contact.pk)
    rows = FamilyNotice.objects.visible_to(actor).filter(link_id__in=[one.pk for one in links])
    rows = rows.filter(Q(stopped_at=None) | Q(stopped_how=inbound.PROVIDER))  # those would go on with a START
    allowed = may_be_texted(contact)
    gone = [one.pk for one in rows.filter(channel=Channel.SMS) if one.address not in allowed]
    if gone:
        rows.filter(pk__in=gone).update(stopped_at=timezone.now(), stopped_how="permission")


def may_be_texted(contact: Contact) -> list[str]:
    """The numbers of a contact for which they said so."""
    return [one["number"] for one in contact.phones or [] if one.get("text") and one.get("number")]


def standing(actor: Actor, links: list[FamilyLink]) -> dict[uuid.UUID, FamilyNotice]:
    """The last notice of each link, which may have been stopped."""
    rows = FamilyNotice.objects.visible_to(actor).filter(link_id__in=[one.pk for one in links])
    return {one.link_id: one for one in rows.order_by("chosen_at")}


def news(link: uuid.UUID, now: datetime) -> None:
    """Plans that there is news on the page, unless that is planned already; on the errand."""
    for one in _standing(link):
        ahead = _messages().filter(notice_id=one.notice_id, kind=Telling.NEWS, state=MessageState.PLANNED)
        if not ahead.exists():
            due = rules.in_hours(now + SETTLES, ZoneInfo(one.time_zone), *_hours(one))
            _add([_row(one, Telling.NEWS, link, (now, due))])


def plan(now: datetime, link: uuid.UUID | None = None) -> int:
    """Plans the reminders that have no row yet, of one link or of all; how many links were looked at."""
    with on_duty(ERRAND):
        found = _standing(link)
        for one in found:
            for hearing in _published(one.link_id).get("next", []):
                at = datetime.fromisoformat(hearing["at"])
                zone, hours = ZoneInfo(one.time_zone), _hours(one)
                due = ((before, rules.in_hours(then, zone, *hours)) for before, then in planning.due(at, now, BEFORE))
                about = uuid.UUID(hearing["id"])
                _add([_row(one, Telling.DATE, about, (at, then), before) for before, then in due if now < then < at])
    return len(found)


def hand_over_due(now: datetime) -> int:
    """Gives every message that is due to the outbox, or drops it; how many were looked at, at most 500."""
    with on_duty(ERRAND):
        take_up(now)
        due = _messages().filter(state=MessageState.PLANNED, due_at__lte=now).order_by("due_at", "pk")
        ids = list(due.values_list("pk", flat=True)[:AT_ONCE])
    for pk in ids:
        _hand_over(pk, now)
    return len(ids)


def take_up(now: datetime) -> None:
    """Plans again what was dropped later than now, by a clock that has been put back since. On the errand."""
    dropped = _messages().filter(state=MessageState.DROPPED, settled_at__gt=now + LATER)
    dropped.update(state=MessageState.PLANNED, why="", settled_at=None)


def _hand_over(pk: uuid.UUID, now: datetime) -> None:
    """One message, in one transaction. Another worker that is at it already is not waited for."""
    with transaction.atomic(), on_duty(ERRAND):
        rows = _messages().filter(pk=pk, state=MessageState.PLANNED)
        row = rows.select_for_update(skip_locked=True).first()
        if row is None:
            return
        one, why = _why(row, now)
        if one and why == NotSent.HOURS and row.kind == Telling.NEWS:
            morning = rules.in_hours(now, ZoneInfo(one.time_zone), *_hours(one))
            _messages().filter(pk=pk).update(due_at=morning)  # else those that wait would stand before all others
            return
        changed: Mapping[str, Any] = {"state": MessageState.DROPPED, "why": why}
        if one and not why:
            text = _text(row, one)
            message = queue_mail(KIND, text, once=f"family {row.pk}", about=row.pk) if text else None
            changed = (
                {"state": MessageState.HANDED, "message_id": message.pk} if message
                else {"state": MessageState.DROPPED, "why": NotSent.PHONE}
            )  # fmt: skip
        _messages().filter(pk=pk).update(settled_at=now, **changed)


def _text(row: FamilyMessage, one: Standing) -> Mail | Text | None:
    """What is sent, in the link's language; nothing where the number to call makes a text too long."""
    notice, spoken = FamilyNotice.objects.visible_to(_errand()).get(pk=row.notice_id), words.of(one.language)
    said = spoken.say(f"sms_{row.kind}", phone=one.phone)
    if notice.channel == Channel.EMAIL:
        return Mail(notice.address, spoken.say("title"), f"{said}\n\n{spoken.say('mail_stop')}\n")
    text = spoken.together(said, spoken.say("sms_stop"))
    return Text(notice.address, text) if channels.parts(text) == 1 else None


def not_due(about: uuid.UUID) -> str:
    """Why a message is not to be sent any more; empty while it is (`wiring.STILL_DUE`)."""
    with on_duty(ERRAND):
        row = _messages().filter(pk=about).first()
        return str(_why(row, timezone.now())[1]) if row else NotSent.SHUT


def refused(about: uuid.UUID, code: str) -> None:
    """The provider will never take it: where it heard STOP, nothing more is sent (`wiring.REFUSED_FOR_GOOD`)."""
    with on_duty(ERRAND) as errand:
        row = _messages().filter(pk=about).first()
        notices = FamilyNotice.objects.visible_to(errand).filter(stopped_at=None)
        notice = notices.filter(pk=row.notice_id).first() if row and code == channels.STOPPED else None
        if notice is not None:
            inbound.stop(notice)


def _why(row: FamilyMessage, now: datetime) -> tuple[Standing | None, str]:
    """What stands, and why the message is not to be sent now."""
    one = next((one for one in _standing(row.link_id) if one.notice_id == row.notice_id), None)
    if one is None:
        return None, NotSent.SHUT
    if not one.phone:
        return one, NotSent.PHONE
    if row.kind == Telling.DATE and (row.at <= now or (str(row.about), row.at) not in _dates(row.link_id)):
        return one, NotSent.MOVED
    zone = ZoneInfo(one.time_zone)
    return one, "" if rules.in_hours(now, zone, *_hours(one)) == now else NotSent.HOURS


def _dates(link: uuid.UUID) -> set[tuple[str, datetime]]:
    return {(one["id"], datetime.fromisoformat(one["at"])) for one in _published(link).get("next", [])}


def _published(link: uuid.UUID) -> dict[str, Any]:
    rows = Publication.objects.visible_to(_errand()).filter(link_id=link)
    return rows.values_list("content", flat=True).first() or {}


def _standing(link: uuid.UUID | None) -> list[Standing]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM ctx.family_notices(%s)", [link])
        return [Standing(*row) for row in cursor.fetchall()]


def _hours(one: Standing) -> tuple[int, int]:
    rows = FamilyNotice.objects.visible_to(_errand()).filter(pk=one.notice_id)
    found: tuple[int, int] = rows.values_list("from_hour", "until_hour").get()
    return found


def _row(
    one: Standing, kind: str, about: uuid.UUID, when: tuple[datetime, datetime], minutes: int = 0
) -> FamilyMessage:  # fmt: skip
    """`when`: the instant that it is about, and when it is due."""
    return FamilyMessage(
        organization_id=one.organization_id, case_id=one.case_id, link_id=one.link_id, notice_id=one.notice_id,
        kind=kind, about=about, at=when[0], minutes=minutes, due_at=when[1],
    )  # fmt: skip


def _add(rows: list[FamilyMessage]) -> None:
    _messages().bulk_create(rows, ignore_conflicts=True)


def _stop(actor: Actor, link: FamilyLink, how: str, now: datetime) -> int:
    rows = FamilyNotice.objects.visible_to(actor).filter(link_id=link.pk, stopped_at=None)
    return int(rows.update(stopped_at=now, stopped_how=how))


def _messages() -> Any:
    return FamilyMessage.objects.visible_to(_errand())


def _errand() -> Actor:
    return duty(ERRAND)
