"""What a conflict check searches for: the names and numbers around a case, as tokens that tell none of them."""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from casework.access.actor import Actor
from casework.cases.models import Case, Tier
from casework.intake import named
from casework.intake.answers import answers_of
from casework.intake.models import Role, SearchedTerm
from casework.intake.sought import Source
from casework.people import tokens
from casework.people.models import OFFICIAL, AdverseParty, Contact, ContactKind, NameToken, Person, PhoneToken
from casework.vault.fields import Locked

SAID, HEARD, SLIP = 0b111, 0b011, 0b001  # as ctx.conflict_hits reads them, three bits a word
SAME, SWAPPED, NEAR = 1 << 40, 1 << 41, 1 << 42
TWO_WORDS, MORE_WORDS = 1 << 50, 1 << 51
DIGITS = "0123456789"
# Whoever acts for the government or acted for the person is in many cases, and in none of them against anybody.
BY_OFFICE = frozenset({*OFFICIAL, ContactKind.PRIOR_COUNSEL, ContactKind.DEFENDER})


@dataclass(frozen=True)
class Beside:
    """What is known beside a name: days of birth, A-number, phones (E.164), country of birth."""

    days: Sequence[date] = ()
    a_number: str = ""
    phones: Sequence[str] = ()
    country: str = ""


@dataclass(frozen=True)
class Tokens:
    """What stands for one name with the numbers beside it; `digest` for all of that together."""

    words: int = 0
    forms: dict[bytes, int] = field(default_factory=dict)
    born: bool = False
    numbers: tuple[bytes, ...] = ()
    phones: tuple[bytes, ...] = ()
    country: str = ""

    @property
    def digest(self) -> str:
        parts = [self.words, sorted(self.forms.items()), self.numbers[:1], sorted(self.phones), self.country]
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def sources(actor: Actor, case: Case) -> list[Source]:
    """Who stands in the case, in its columns and in the answers of its intake, as far as the actor reads it."""
    people = {"person_id__in": case.person.files, "removed_at": None}
    contacts = Contact.objects.visible_to(actor).filter(**people)
    adverse = AdverseParty.objects.visible_to(actor).filter(**people)
    found = [
        *(of_party(Role.CONTACT, one) for one in contacts if one.kind not in BY_OFFICE),
        *(of_party(Role.ADVERSE, one, one.tier) for one in adverse),
    ]
    there = {(one.role, *one.names) for one in found}
    answered = named.sources(case.pk, of_person(case.person.together), answers_of(actor, case))
    return [*(one for one in answered if (one.role, *one.names) not in there), *found]


def of_person(files: Sequence[Person]) -> Source:
    """The person with all names of all files; of those the first is the survivor, where one sees it."""
    names = [name for one in files for name in (one.full_name, *one.aliases) if _readable(name)]
    days = [day for one in files for day in (one.birth_date, one.birth_date_other) if type(day) is date]
    numbers = [one.a_number for one in files if _readable(one.a_number)]
    countries = [one.country_of_birth for one in files if one.country_of_birth]
    return Source(
        Role.PERSON, files[0].pk, tuple(dict.fromkeys(names)), tuple(dict.fromkeys(days)),
        next(iter(numbers), ""), country=next(iter(countries), ""),
    )  # fmt: skip


def wanted(organization: uuid.UUID, source: Source) -> dict[str, tuple[Tokens, dict[str, Any]]]:
    """The terms of a source, by their digest, with what they are in words. Of a nameless one with a number, one."""
    names = [name for name in source.names if tokens.parts(name)]
    found = {}
    for name in names or [""]:
        beside = Beside(source.days, source.a_number, source.phones, source.country)
        one = of_words(organization, name, beside)
        if one.words or one.numbers or one.phones:
            said = {
                "name": name, "born": [day.isoformat() for day in source.days], "a_number": source.a_number,
                "phones": list(source.phones),
            }  # fmt: skip
            found[one.digest] = (one, {key: value for key, value in said.items() if value})
    return found


def of_words(organization: uuid.UUID, name: str, beside: Beside) -> Tokens:
    """What stands for these, under a key of the organization."""
    words, bits = tokens.parts(name)[: tokens.MOST_WORDS], dict[str, int]()
    for form, bit in (*_of_words(name, words).items(), *_of_days(beside.days).items()):
        bits[form] = bits.get(form, 0) | bit
    numbers = tuple(Person.index_of("a_number", organization, one) for one in _numbers(beside.a_number))
    return Tokens(
        len(words), {NameToken.of(organization, form): bit for form, bit in bits.items()}, bool(beside.days), numbers,
        tuple(PhoneToken.of(organization, one) for one in beside.phones), beside.country,
    )  # fmt: skip


def standing(organization: uuid.UUID, source: Source, case: Case) -> list[SearchedTerm]:
    """The terms of a source as rows to be saved."""
    return [
        SearchedTerm(
            organization_id=organization, case=case, tier=source.tier, role=source.role, source=source.id, said=said,
            words=one.words, tokens=list(one.forms), bits=list(one.forms.values()), born=one.born,
            numbers=list(one.numbers), phones=list(one.phones), country=one.country, digest=digest,
        )
        for digest, (one, said) in wanted(organization, source).items()
    ]  # fmt: skip


def of_party(role: Role, party: Contact | AdverseParty, tier: int = Tier.INTAKE) -> Source:
    """Somebody around the person."""
    names = (party.name,) if _readable(party.name) else ()
    return Source(role, party.pk, names, phones=tuple(phone["number"] for phone in _phones(party)), tier=tier)


def _phones(party: Contact | AdverseParty) -> list[Mapping[str, Any]]:
    return [] if isinstance(party.phones, Locked) else party.phones


def _readable(value: str) -> bool:
    return bool(value) and not isinstance(value, Locked)


def _of_words(name: str, words: list[str]) -> dict[str, int]:
    """As a search asks for them; a letter too many or few is told from what is heard alike."""
    found = dict(tokens.asked(name))
    for form in tokens.slipped(words, range(len(words))):
        at = [place for place, word in enumerate(words) if form in tokens.slipped([word], [0])]
        for place in at:
            found.setdefault(form, 0)
            found[form] |= SLIP << tokens.WORD_BITS * place
    for form, size in tokens.within(words).items():
        found[form] = found.get(form, 0) | (TWO_WORDS if size == 2 else MORE_WORDS)
    return found


def _of_days(days: Sequence[date]) -> dict[str, int]:
    """The days themselves, with day and month in each other's place, and a year before and after."""
    found = dict.fromkeys(tokens.of_dates(days), SAME)
    for day in days:
        with suppress(ValueError):
            form = next(iter(tokens.of_dates([date(day.year, day.day, day.month)])))
            found[form] = found.get(form, 0) | SWAPPED
        for years in (-1, 1):
            with suppress(ValueError):
                form = next(iter(tokens.of_dates([day.replace(year=day.year + years)])))
                found[form] = found.get(form, 0) | NEAR
    return found


def _numbers(number: str) -> list[str]:
    """An A-number, then all that differ from it by one digit, or by two neighbours in each other's place."""
    if not number:
        return []
    found = [number]
    for at in range(len(number)):
        found += [number[:at] + digit + number[at + 1 :] for digit in DIGITS if digit != number[at]]
        found.append(number[:at] + number[at : at + 2][::-1] + number[at + 2 :])
    return list(dict.fromkeys(found))
