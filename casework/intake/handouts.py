"""Sheets for families as an organization gives them out: filled with its own number, as a page, a PDF or a mail."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import cache

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.access.actor import Actor
from casework.access.acts import Happened, act
from casework.access.models import Organization
from casework.cases.models import Case
from casework.documents import pdf
from casework.intake.leaflets import LEAFLETS, Leaflet, filled, leaflet
from casework.intake.models import CallLog, Channel, Direction, Result
from casework.look import dates
from casework.notifications.actions import Mail, queue_mail
from casework.people.models import Contact

SPOKEN = ("en", "es")
PRINTED = "leaflet.printed"
_WEEK = range(7)


@dataclass(frozen=True)
class Part:
    """Lines under one title."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Handout:
    """A sheet in one language, with the organization's number in it."""

    key: str
    language: str
    title: str
    intro: str
    parts: tuple[Part, ...]
    ending: str
    as_of: date

    @property
    def text(self) -> str:
        """The whole sheet in plain text."""
        blocks = [self.title, self.intro]
        blocks += ["\n".join([part.title, *(f"- {line}" for line in part.lines)]) for part in self.parts]
        return "\n\n".join([*blocks, self.ending]) + "\n"


@cache
def sheets() -> dict[str, Leaflet]:
    """All sheets by key, in their order."""
    folder = settings.BASE_DIR / "fixtures" / "leaflets"
    return {key: leaflet(folder / f"{key}.yaml") for key in LEAFLETS}


def handout(organization: Organization, key: str, *, language: str, today: date) -> Handout:
    """The sheet as the organization gives it out. Raises KeyError for one that is not there."""
    found = sheets()[key]
    places = _places(organization, language, today)
    return Handout(
        key, language, filled(found.title, language, places), filled(found.intro, language, places),
        tuple(
            Part(filled(one.title, language, places), tuple(filled(line.text, language, places) for line in one.lines))
            for one in found.parts
        ),
        _tidy(filled(found.ending, language, places)), found.as_of,
    )  # fmt: skip


def paper(organization: Organization, key: str, *, language: str, today: date) -> bytes:
    """The sheet as a PDF. Raises KeyError, and a PaperError."""
    made = handout(organization, key, language=language, today=today)
    return pdf.from_template(
        "paper/leaflet.html", {"sheet": made}, title=made.title, language=language, organization=organization.name,
        printed_on=today,
    )  # fmt: skip


def hours_in_words(organization: Organization) -> str:
    """When the organization is open, in the language of the moment; empty where no hours are entered."""
    opening = [tuple(organization.hours.get(str(day), ())) for day in _WEEK]
    found, day = [], 0
    while day < len(opening):
        last = day
        while last + 1 < len(opening) and opening[last + 1] == opening[day]:
            last += 1
        if opening[day]:
            starts, ends = map(time.fromisoformat, opening[day])
            words = {"first": dates.weekday(day), "last": dates.weekday(last)}
            days = dates.weekday(day) if last == day else _("%(first)s to %(last)s") % words
            found.append(f"{days}, {dates.span(starts, ends)}")
        day = last + 1
    words_ = "; ".join(found)
    return words_[:1].upper() + words_[1:]


@act("leaflet.sent")
def send(
    actor: Actor, case: Case | None, *, key: str, language: str, to: str, organization: Organization, today: date,
    contact: Contact | None = None,
) -> Happened[None]:  # fmt: skip
    """Sends a sheet by e-mail; the mail names nobody but the organization. For a case it is noted among its calls.

    Raises ValidationError for an address that is none, and for a contact who must not know; KeyError for no sheet.
    """
    try:
        validate_email(to)
    except ValidationError as error:
        raise ValidationError({"to": error.messages}) from error
    if contact is not None:
        _must_be_writable(case, contact)
    made = handout(organization, key, language=language, today=today)
    with translation.override(language):
        subject = str(SUBJECT) % {"organization": organization.name}
    queue_mail(f"leaflets/{key}", Mail(to, " ".join(subject.split()), made.text))
    if case is not None:
        row = CallLog(
            organization_id=actor.organization, case=case, contact=contact, direction=Direction.OUT,
            channel=Channel.EMAIL, result=Result.SENT, words=f"{made.title} ({language})", language="",
            by_id=actor.member, by_name=actor.name,
        )  # fmt: skip
        row.save(force_insert=True)
    told = {"sheet": key, "language": language, "to": to if case is not None else ""}
    return Happened(None, thing=case, fields=("leaflet",), told=told)


SUBJECT = gettext_lazy("The sheet you asked for: %(organization)s")


def _must_be_writable(case: Case | None, contact: Contact) -> None:
    if case is None or contact.person_id not in case.person.files or contact.removed_at is not None:
        raise ValidationError({"contact": _("Choose one of the person's contacts.")})
    if contact.must_not_know:
        raise ValidationError({"contact": _("This contact must not know: nobody writes to them.")})


def _places(organization: Organization, language: str, today: date) -> Mapping[str, str]:
    with translation.override(language):
        return {
            "organization": organization.name, "phone": organization.phone or _("number not entered"),
            "hours": hours_in_words(organization), "printed_on": dates.plain(today),
        }  # fmt: skip


def _tidy(text: str) -> str:
    """Without the stop of an empty sentence, where no hours are entered."""
    return re.sub(r"\s*\.(?:\s*\.)+", ".", text)
