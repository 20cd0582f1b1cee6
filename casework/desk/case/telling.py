"""What may be told to whom about a case's person, in words."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from casework.people import consents, rules
from casework.people.models import Consent, Contact, Person


@dataclass(frozen=True)
class Telling:
    """What may be told to one contact, in words; `silence` says why nothing may."""

    contact: Contact
    about: list[str]
    until: datetime | None
    silence: str
    must_not_know: bool


def read(person: Person) -> tuple[list[Consent], list[Contact]]:
    """The ledger, the newest first, and all contacts, also those who were taken off the list."""
    contacts = list(person.rows(Contact).order_by("position", "added_at"))
    return list(person.rows(Consent).order_by("-given_at", "-recorded_at")), contacts


def today(person: Person) -> list[Telling]:
    """What may be told now to each contact; two queries."""
    ledger, contacts = read(person)
    return tellings(person, [one for one in contacts if one.removed_at is None], ledger, now=timezone.now())


def tellings(person: Person, contacts: list[Contact], ledger: list[Consent], *, now: datetime) -> list[Telling]:
    return [
        Telling(
            one.contact,
            [about(subject) for subject in one.told.subjects],
            _until(one.contact, ledger, person, now=now),
            _silence(one.told.silence),
            one.contact.must_not_know,
        )
        for one in consents.told_to(person, contacts, ledger, now=now)
    ]


def _until(contact: Contact, ledger: list[Consent], person: Person, *, now: datetime) -> datetime | None:
    """The first end of what may be told, where there is one."""
    live = [one for one in ledger if one.contact_id == contact.pk and state(one, person, now=now) == rules.State.LIVE]
    return min((one.ends_at for one in live if one.ends_at), default=None)


def about(subject: str) -> str:
    """What may be told, in words."""
    return {
        rules.CUSTODY: _("where the person is held"),
        rules.HEARINGS: _("hearings"),
        rules.NEXT_STEPS: _("next steps"),
        rules.DOCUMENTS: _("documents"),
        rules.FOUND: _("found or not found, and no place"),
    }[subject]


def _silence(silence: rules.Silence | None) -> str:
    if silence is None:
        return ""
    return {
        rules.Silence.MUST_NOT_KNOW: _("Nothing: must not know."),
        rules.Silence.NO_CONTACT: _("Nothing: the person wants no contact."),
        rules.Silence.NO_CONSENT: _("Nothing: the person has not agreed."),
    }[silence]


def state(row: Consent, person: Person, *, now: datetime) -> rules.State:
    """Whether a line of the ledger counts now."""
    return rules.state(consents.as_given(row), now=now, reached_at=person.first_reached_at)
