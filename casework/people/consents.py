"""Every write of the ledger of consents, and what follows from it for whoever calls."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.access.actor import Actor
from casework.access.acts import Happened, act
from casework.people import rules
from casework.people.models import Consent, Contact, How, Person


@dataclass(frozen=True)
class ToldTo:
    """A contact, and what may be told to them at the moment that was asked about."""

    contact: Contact
    told: rules.Told


@act("consent.given")
def give(
    actor: Actor, person: Person, *, how: str, given_at: datetime, contact: Contact | None = None,
    to_organization: uuid.UUID | None = None, subjects: Sequence[str] = (), purpose: str = "", language: str = "",
    witness: str = "", ends_at: datetime | None = None,
) -> Happened[Consent]:  # fmt: skip
    """Writes down what the person has agreed to. Whoever agrees was reached, so provisional consents end with it.

    It stands in the file of the contact, where several were merged.

    Raises ValidationError for a contact who must not know, or who is not the person's.
    """
    if contact is not None:
        _must_be_of(person, contact)
    made = Consent(
        organization_id=person.organization_id, person_id=contact.person_id if contact else person.pk,
        contact=contact, to_organization_id=to_organization,
        subjects=[one for one in rules.TOLD if one in subjects], how=how, purpose=purpose, language=language,
        witness=witness, given_at=given_at, ends_at=ends_at, recorded_by_id=actor.member, recorded_by_name=actor.name,
    )  # fmt: skip
    made.save(force_insert=True)
    if person.reached_at is None:
        person.reached_at = given_at
        person.save(update_fields=["reached_at"])
    return Happened(made, thing=made, fields=("consent",), told=_told(made))


@act("consent.provisional")
def give_provisionally(actor: Actor, person: Person, *, contact: Contact, reason: str) -> Happened[Consent]:
    """Lets a contact be told for seven days, at most until the person is reached, whether the person was found.

    Raises ValidationError when the person was reached or wants no contact, and for a contact who must not know.
    """
    _must_be_of(person, contact)
    possible = rules.may_be_provisional(
        reached_at=person.first_reached_at, must_not_know=contact.must_not_know, no_contact=person.wants_no_contact
    )
    if not possible:
        raise ValidationError(_("The person was reached, or wants no contact: only the person can agree."), code="own")
    now = timezone.now()
    made = Consent(
        organization_id=person.organization_id, person_id=contact.person_id, contact=contact, subjects=[rules.FOUND],
        how=How.ATTORNEY, purpose=reason, given_at=now, ends_at=now + rules.PROVISIONAL, provisional=True,
        recorded_by_id=actor.member, recorded_by_name=actor.name,
    )  # fmt: skip
    made.save(force_insert=True)
    return Happened(made, thing=made, fields=("consent",), told=_told(made))


@act("consent.revoked")
def revoke(actor: Actor, consent: Consent, *, why: str = "") -> Happened[None]:
    """Ends a consent, now. Raises ValidationError for one that was revoked."""
    if consent.revoked_at is not None:
        raise ValidationError(_("This consent was revoked before."), code="gone")
    consent.revoked_at, consent.revoked_by_id, consent.revoked_why = timezone.now(), actor.member, why
    consent.save(update_fields=["revoked_at", "revoked_by", "revoked_why"])
    return Happened(None, thing=consent, fields=("consent",), told=_told(consent))


def as_given(consent: Consent) -> rules.Given:
    """A row of the ledger, as rules see it."""
    return rules.Given(
        contact=consent.contact_id, organization=consent.to_organization_id, subjects=frozenset(consent.subjects),
        given_at=consent.given_at, ends_at=consent.ends_at, revoked_at=consent.revoked_at,
        provisional=consent.provisional,
    )  # fmt: skip


def told_to(person: Person, contacts: Iterable[Contact], consents: Iterable[Consent], *, now: datetime) -> list[ToldTo]:
    """For each contact, what they may be told now."""
    given = [as_given(one) for one in consents]
    return [
        ToldTo(
            contact,
            rules.may_be_told(
                contact.pk, given, must_not_know=contact.must_not_know, no_contact=person.wants_no_contact, now=now,
                reached_at=person.first_reached_at,
            ),
        )
        for contact in contacts
    ]  # fmt: skip


def _must_be_of(person: Person, contact: Contact) -> None:
    if contact.person_id not in person.files or contact.removed_at is not None:
        raise ValidationError({"contact": _("Choose one of the person's contacts.")})
    if contact.must_not_know:
        raise ValidationError({"contact": _("This contact must not know. Take that mark away first, if it is wrong.")})


def _told(made: Consent) -> dict[str, object]:
    """What the line keeps, sealed: to whom, about what, until when."""
    name = made.contact.name if made.contact else ""
    return {
        "who": name, "to_organization": made.to_organization_id, "subjects": made.subjects,
        "until": made.ends_at.isoformat() if made.ends_at else "",
    }  # fmt: skip
