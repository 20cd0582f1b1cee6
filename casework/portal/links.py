"""Links for families: giving one, making it anew, ending it. Token and PIN are known here once."""

import hashlib
import hmac
import secrets
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.access.actor import Actor
from casework.access.acts import Happened, act
from casework.cases.models import Case
from casework.people import consents, rules
from casework.people.models import Consent, Contact
from casework.portal.models import FamilyLink
from casework.vault.cipher import signing_key

PIN_DIGITS = 6
LONGEST = timedelta(days=180)
UNDO = timedelta(hours=1)


@dataclass(frozen=True)
class Made:
    """A link just made. Its token and PIN are known here, on the card and in what is read out."""

    link: FamilyLink
    token: str = field(repr=False)
    pin: str = field(repr=False)


@act("family.invited")
def invite(actor: Actor, case: Case, *, consent: Consent, language: str, ends_at: datetime) -> Happened[Made]:
    """Gives the contact of a consent a link. Raises ValidationError where the consent does not count, or one stands."""
    _must_count(case, consent)
    token, pin = secrets.token_urlsafe(32), f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}d}"
    link = FamilyLink(
        organization_id=case.organization_id, case=case, contact=consent.contact, consent=consent,
        language=language, token_hash=hashed(token), pin_hash="", made_by_id=actor.member, made_by_name=actor.name,
        ends_at=min(ends_at, timezone.now() + LONGEST),
    )  # fmt: skip
    link.pin_hash = pin_hash(token, pin)
    try:
        with transaction.atomic():
            link.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError(_("This contact has a link. Make that one anew, or end it."), code="two") from error
    return Happened(Made(link, token, pin), thing=link, fields=("link",), told=_told(link))


@act("family.renewed")
def renew(actor: Actor, link: FamilyLink, *, consent: Consent, language: str, ends_at: datetime) -> Happened[Made]:
    """Another token and PIN in the place of those there were, which are dead from now on, and open sessions with them.

    Raises ValidationError as `invite`, and for a link that was ended.
    """
    _must_count(link.case, consent)
    if link.revoked_at is not None or consent.contact_id != link.contact_id:
        raise ValidationError(_("This link was ended. Give a new one."), code="gone")
    token, pin = secrets.token_urlsafe(32), f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}d}"
    link.token_hash, link.pin_hash, link.renewed_at = hashed(token), pin_hash(token, pin), timezone.now()
    link.consent, link.language, link.warned_at = consent, language, None
    link.ends_at = min(ends_at, timezone.now() + LONGEST)
    link.save(update_fields=["token_hash", "pin_hash", "renewed_at", "consent", "language", "ends_at", "warned_at"])
    return Happened(Made(link, token, pin), thing=link, fields=("link",), told=_told(link))


@act("family.revoked")
def revoke(actor: Actor, link: FamilyLink) -> Happened[None]:
    """Ends a link, now. Raises ValidationError for one that was ended."""
    if link.revoked_at is not None:
        raise ValidationError(_("This link was ended before."), code="gone")
    link.revoked_at, link.revoked_by_id = timezone.now(), actor.member
    link.save(update_fields=["revoked_at", "revoked_by"])
    return Happened(None, thing=link, fields=("link",), told=_told(link))


@act("family.restored")
def restore(actor: Actor, link: FamilyLink) -> Happened[None]:
    """Takes such an end back, within the hour. Raises ValidationError later, and where another link was given."""
    if link.revoked_at is None or timezone.now() - link.revoked_at > UNDO:
        raise ValidationError(_("That cannot be taken back any more. Give a new link."), code="late")
    link.revoked_at, link.revoked_by = None, None
    try:
        with transaction.atomic():
            link.save(update_fields=["revoked_at", "revoked_by"])
    except IntegrityError as error:
        raise ValidationError(_("This contact has got another link meanwhile."), code="two") from error
    return Happened(None, thing=link, fields=("link",), told=_told(link))


def of_case(actor: Actor, case: Case) -> list[FamilyLink]:
    """The links of a case, those that stand first."""
    rows = FamilyLink.objects.visible_to(actor).filter(case=case)
    return sorted(rows, key=lambda one: (one.revoked_at is not None, -one.made_at.timestamp()))


def may_be_cited(case: Case, ledger: list[Consent], contacts: list[Contact]) -> list[Consent]:
    """The consents on which a link may stand now."""
    fit = {one.pk for one in contacts if one.removed_at is None and not one.must_not_know}
    if case.whose.wants_no_contact:
        return []
    return [one for one in ledger if one.contact_id in fit and _lives(case, one)]


def address(language: str, token: str) -> str:
    """What the card and its QR code say."""
    return f"{settings.PUBLIC_URL}{reverse('family_door', args=[language, token])}"


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def mark(hashed_token: str) -> str:
    """What a browser keeps that has opened a link: it opens nothing, it only tells it from a stranger's."""
    return hmac.new(signing_key("family mark"), hashed_token.encode(), hashlib.sha256).hexdigest()


def pin_hash(token: str, pin: str) -> str:
    """A slow hash. Mixed with a key of the product and the token first: six digits alone would soon be tried."""
    return make_password(_mixed(token, pin))


def pin_fits(token: str, pin: str, standing: str | None) -> bool:
    """Compares a PIN; where there is nothing to compare it with, takes the same time."""
    fits = check_password(_mixed(token, pin), standing or _nobodys())
    return fits and standing is not None


def _mixed(token: str, pin: str) -> str:
    return hmac.new(signing_key("family pin"), f"{hashed(token)}|{pin}".encode(), hashlib.sha256).hexdigest()


_dummy: list[str] = []


def _nobodys() -> str:
    """A hash like all others, which nothing fits."""
    if not _dummy:
        _dummy.append(make_password(secrets.token_hex(32)))
    return _dummy[0]


def _lives(case: Case, consent: Consent) -> bool:
    given = consents.as_given(consent)
    state = rules.state(given, now=timezone.now(), reached_at=case.whose.first_reached_at)
    return state == rules.State.LIVE and consent.contact_id is not None


def _must_count(case: Case, consent: Consent) -> None:
    contact: Contact | None = consent.contact
    known = contact is not None and consent.person_id in case.person.files and _lives(case, consent)
    if contact is None or not known:
        raise ValidationError({"consent": _("Choose a consent that is in force.")})
    if contact.must_not_know or contact.removed_at is not None or case.whose.wants_no_contact:
        raise ValidationError({"consent": _("Nobody may tell this contact anything at present.")})


def _told(link: FamilyLink) -> dict[str, object]:
    """What the line keeps, sealed: to whom, until when."""
    return {"who": link.contact.name, "until": link.ends_at.isoformat(), "consent": str(link.consent_id)}


def found(actor: Actor, case: Case, pk: uuid.UUID) -> FamilyLink | None:
    """One link of a case."""
    row: FamilyLink | None = FamilyLink.objects.visible_to(actor).filter(case=case, pk=pk).first()
    return row
