"""What families text back: STOP and START, over the provider's webhook.

The provider answers STOP, START and HELP itself; what is done here is that the notice ends or goes on. Whoever texts
gets no answer from here, and whoever asks cannot tell whether anybody knows the number.
"""

import base64
import hashlib
import hmac
import re
import uuid
from collections.abc import Mapping

from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.http import QueryDict
from django.utils import timezone

from casework.access.actor import Actor, duty
from casework.access.acts import Happened, act
from casework.access.context import on_duty
from casework.portal.models import ERRAND, Channel, FamilyNotice

# The provider's words, and those that our texts name. The first word of a text counts.
STOP = frozenset(
    ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT", "ALTO", "PARAR", "PARE", "ARRET"]
)
START = frozenset(["START", "UNSTOP"])
PROVIDER = "provider"  # how a notice was ended that a STOP ended
REMEMBERED = 400 * 24 * 60 * 60  # seconds for which a text that was heard is not heard again
IDS = re.compile(r"(?:SM|MM)[0-9a-f]{32}")


def is_signed(path: str, form: QueryDict, signature: str) -> bool:
    """Whether the provider signed it: HMAC-SHA1 of the address and the sorted fields, under the account's token.

    Source: twilio.com/docs/usage/webhooks/webhooks-security. Without a token nothing is signed.
    """
    fields = "".join(f"{name}{value}" for name in sorted(form) for value in sorted(set(form.getlist(name))))
    made = hmac.new(settings.TWILIO_TOKEN.encode(), f"{settings.PUBLIC_URL}{path}{fields}".encode(), hashlib.sha1)
    right = base64.b64encode(made.digest())
    return bool(settings.TWILIO_TOKEN) and hmac.compare_digest(right, signature.encode())


def hear(form: Mapping[str, str]) -> None:
    """Does what a text asks for, once: one that is sent again, or by somebody who recorded it, does nothing."""
    said, number, name = _said(form), form.get("From", ""), form.get("MessageSid", "")
    of_ours = form.get("AccountSid") == settings.TWILIO_SID and IDS.fullmatch(name)
    if said and number and of_ours and caches["default"].add(f"text:{name}", 1, REMEMBERED):
        with on_duty(ERRAND) as errand:
            for organization in _organizations():
                _do(errand, said, organization, number)


def stop(notice: FamilyNotice) -> None:
    """The provider heard STOP; on the errand."""
    _stop(duty(ERRAND), notice)


def _said(form: Mapping[str, str]) -> str:
    """STOP or START, as the provider understood it, else by the first word; empty for anything else."""
    word = (re.findall(r"[^\W\d_]+", form.get("OptOutType") or form.get("Body") or "") or [""])[0].upper()
    return "STOP" if word in STOP else "START" if word in START else ""


def _organizations() -> list[uuid.UUID]:
    """Those who text somebody, or did until a STOP: only of them there are keys to look a number up."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT organization_id FROM ctx.family_texters()")
        return [row[0] for row in cursor.fetchall()]


def _do(errand: Actor, said: str, organization: uuid.UUID, number: str) -> None:
    index = FamilyNotice.index_of("address", organization, number)
    rows = FamilyNotice.objects.visible_to(errand).filter(
        organization_id=organization, channel=Channel.SMS, address_index=index
    )
    if said == "STOP":
        for notice in rows.filter(stopped_at=None):
            _stop(errand, notice)
        return
    for notice in rows.filter(stopped_how=PROVIDER).order_by("-stopped_at"):
        others = FamilyNotice.objects.visible_to(errand).filter(link_id=notice.link_id, stopped_at=None)
        if not others.exists():
            _go_on(errand, notice)


@act("family.opted_out")
def _stop(actor: Actor, notice: FamilyNotice) -> Happened[None]:
    notice.stopped_at, notice.stopped_how = timezone.now(), PROVIDER
    notice.save(update_fields=["stopped_at", "stopped_how"])
    return Happened(None, thing=notice, fields=("messages",))


@act("family.opted_in")
def _go_on(actor: Actor, notice: FamilyNotice) -> Happened[None]:
    notice.stopped_at, notice.stopped_how = None, ""
    notice.save(update_fields=["stopped_at", "stopped_how"])
    return Happened(None, thing=notice, fields=("messages",))
