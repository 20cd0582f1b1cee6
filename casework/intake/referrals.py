"""The organization's own list of places to refer people to, and the sheet that is printed from it."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.access import acts, changes
from casework.access.actor import Actor
from casework.access.acts import Changes, Happened, act
from casework.access.languages import OWN_NAMES
from casework.access.models import Organization
from casework.access.versions import ChangedMeanwhile
from casework.documents import pdf
from casework.intake.leaflets import REFERRALS, referral_kinds
from casework.intake.models import Referral
from casework.intake.questions.definition import Text

FIELDS = ("kind", "name", "phone", "address", "hours", "languages", "note", "checked_on")
VERBS = ("referral.changed", "referral.removed")
PRINTED = "referrals.printed"


@dataclass(frozen=True)
class Place:
    """One place on the sheet, in the sheet's language."""

    name: str
    phone: str
    address: str
    hours: str
    languages: str
    note: str
    checked_on: date | None


@dataclass(frozen=True)
class Kind:
    """A kind of places, with those of the organization."""

    key: str
    title: str
    places: tuple[Place, ...]


@cache
def kinds() -> dict[str, Text]:
    """All kinds, in their order."""
    return referral_kinds(settings.BASE_DIR / "fixtures" / "leaflets" / REFERRALS)


def choices(language: str) -> list[tuple[str, str]]:
    """The kinds to choose from."""
    return [(key, text.said(language)) for key, text in kinds().items()]


def listed(actor: Actor) -> list[Referral]:
    """The organization's list, by kind and name."""
    order = {key: number for number, key in enumerate(kinds())}
    rows = Referral.objects.visible_to(actor).filter(removed_at=None)
    return sorted(rows, key=lambda one: (order.get(one.kind, len(order)), one.name.casefold()))


def sheet(actor: Actor, *, language: str, only: Collection[str] | None = None) -> list[Kind]:
    """The rows for a paper: the kinds that have places (of `only`, where some were chosen), in their order."""
    found: dict[str, list[Place]] = {}
    for one in listed(actor):
        if only is None or one.kind in only:
            spoken = ", ".join(OWN_NAMES.get(code, code) for code in one.languages)
            place = Place(one.name, one.phone, one.address, one.hours, spoken, one.note, one.checked_on)
            found.setdefault(one.kind, []).append(place)
    titles = {key: text.said(language) for key, text in kinds().items()}
    return [Kind(key, titles.get(key, key), tuple(places)) for key, places in found.items()]


def paper(
    actor: Actor, organization: Organization, *, language: str, printed_on: date, only: Collection[str] | None = None
) -> bytes:
    """The referral sheet as a PDF. It names nobody. Raises a PaperError."""
    with translation.override(language):
        context = {"kinds": sheet(actor, language=language, only=only), "phone": organization.phone}
    return pdf.from_template(
        "paper/referrals.html", context, title=gettext_lazy("Places that may help"), language=language,
        organization=organization.name, printed_on=printed_on,
    )  # fmt: skip


@act("referral.added")
def add(actor: Actor, *, values: Mapping[str, Any]) -> Happened[Referral]:
    """Adds a place. Raises ValidationError for a kind that is not there."""
    _must_be_known(values)
    made = Referral(organization_id=actor.organization, made_by_id=actor.member, **values)
    made.save(force_insert=True)
    found: Changes = {name: (None, changes.plain(value)) for name, value in values.items() if value}
    return Happened(made, thing=made, changes=found)


def change(actor: Actor, row: Referral, *, values: Mapping[str, Any], seen: int) -> uuid.UUID | None:
    """Writes these values; the audit line's id, or None (and no line) when nothing differs.

    Raises ChangedMeanwhile when the version is not `seen`.
    """
    acts.may(actor, VERBS[0], row)
    _must_be_known(values)
    if row.version != seen:
        raise ChangedMeanwhile(row)
    found = changes.different(row, values)
    return _write(actor, row, values=found) if found else None


@act("referral.removed")
def remove(actor: Actor, row: Referral) -> Happened[uuid.UUID]:
    """Takes a place off the list; it can be put back. Raises ValidationError the second time."""
    if row.removed_at is not None:
        raise ValidationError(_("Somebody else has taken this place off the list."), code="gone")
    line = uuid.uuid4()
    return Happened(line, thing=row, changes=changes.write(row, {"removed_at": timezone.now()}), line=line)


def undo(actor: Actor, row: Referral, *, line_id: uuid.UUID) -> uuid.UUID:
    """Puts back what stood before a change or a removal, as a new act. Raises as `changes.before`."""
    acts.may(actor, VERBS[0], row)
    return _write(actor, row, values=changes.before(row, line_id, VERBS), undoes=line_id)


@act("referral.changed")
def _write(
    actor: Actor, row: Referral, *, values: Mapping[str, Any], undoes: uuid.UUID | None = None
) -> Happened[uuid.UUID]:
    line, told = uuid.uuid4(), {"undoes": undoes} if undoes else {}
    return Happened(line, thing=row, changes=changes.write(row, values), told=told, line=line)


def _must_be_known(values: Mapping[str, Any]) -> None:
    if values["kind"] not in kinds():
        raise ValidationError({"kind": _("Choose a kind from the list.")}, code="kind")
