"""The tables of people: who they are, who else is around them, what they agreed to."""

from casework.people.models.consents import Consent, How, Subject
from casework.people.models.contacts import (
    OFFICIAL,
    AdverseKind,
    AdverseParty,
    Contact,
    ContactKind,
    PartyToken,
    PhoneToken,
)
from casework.people.models.person import Gender, NameToken, NumberMissing, Person, PersonOwned, PersonQuerySet
from casework.people.models.vulnerability import Vulnerability

__all__ = [
    "OFFICIAL",
    "AdverseKind",
    "AdverseParty",
    "Consent",
    "Contact",
    "ContactKind",
    "Gender",
    "How",
    "NameToken",
    "NumberMissing",
    "PartyToken",
    "Person",
    "PersonOwned",
    "PersonQuerySet",
    "PhoneToken",
    "Subject",
    "Vulnerability",
]  # fmt: skip
