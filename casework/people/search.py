"""Finding people over sealed names: candidates by tokens, at most 200 of a look opened and ranked, each once.

Of the organization's own people, where the actor reads them all, the database puts those first that have most of what
was typed. The people of single cases (assigned, shared) are few: they are opened and ranked with the rest.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import and_
from typing import Any

from django.db import connection

from casework.access.actor import Actor
from casework.people import likeness, tokens
from casework.people.asked import Asked
from casework.people.likeness import Comparison, Likeness
from casework.people.models import AdverseParty, Contact, NameToken, Person, PhoneToken
from casework.vault.fields import Locked

MOST = 200
FEW = 100  # with fewer of the bits than most of the most, no more are opened
OF_THE_MOST, NEARLY = 0.5, 0.6  # with fewer of the bits than the first part of the most, nobody is as like
FOUND, OF_THE_BEST, SURE = 0.4, 0.75, 1.1  # less like than that is not found; nor less than that part of the best
WITHOUT_NAME = 0.2  # a birth date alone has to fit, but for the order of day and month
NAMED = (
    "organization_id", "given_names", "first_surname", "second_surname", "aliases", "birth_date", "birth_date_other",
    "a_number", "merged_into_id", "created_at",
)  # fmt: skip
# The policies hold here as everywhere; the doors hold what is read afterwards.
CANDIDATES = """
    SELECT n.person_id, bit_or(f.bits) AS met
    FROM unnest(%s::bytea[], %s::bigint[]) AS f (token, bits)
    JOIN people_nametoken n ON n.organization_id = %s AND n.token = f.token
    GROUP BY n.person_id ORDER BY bit_count(bit_or(f.bits)::bit(64)) DESC, n.person_id LIMIT %s
"""
NEAR = """
    SELECT n.person_id, bit_or(f.bits) AS met
    FROM unnest(%s::bytea[], %s::bigint[]) AS f (token, bits)
    JOIN people_nametoken n ON n.organization_id = %s AND n.token = f.token AND n.person_id = ANY (%s::uuid[])
    GROUP BY n.person_id ORDER BY bit_count(bit_or(f.bits)::bit(64)) DESC, n.person_id LIMIT %s
"""
Near = Mapping[uuid.UUID, Sequence[uuid.UUID]]


@dataclass(frozen=True)
class Hit:
    """A person who fits, in the file whose names or numbers do.

    `likeness` tells how the names fit; `party` is whose number was typed, `number` says that it was the A-number.
    """

    person: Person
    likeness: Likeness = Likeness(0)  # noqa: RUF009 (frozen)
    party: Contact | AdverseParty | None = None
    number: bool = False


@dataclass(frozen=True)
class Ground:
    """Where to look: `whole` is the organization all of whose people count; `near` those of single cases, by its id."""

    whole: uuid.UUID | None
    near: Near

    @property
    def organizations(self) -> set[uuid.UUID]:
        return {*self.near, *([self.whole] if self.whole else [])}


def by_names(actor: Actor, asked: Asked, ground: Ground) -> list[Hit]:
    """The people whose names and birth dates are like what was typed, the most alike first."""
    wanted = tokens.asked(asked.in_order, asked.days)
    ranking, found = Ranking(actor, asked), _candidates(wanted, ground)
    # where nobody has all that was typed, a slip is looked for before anybody is opened
    hits = ranking.of(found) if ground.near or any(_has_all(bits, asked) for bits in found.values()) else []
    alone = hits[0].likeness.alone if hits else _alone(found.values(), len(asked.words))
    if alone and not (hits and hits[0].likeness.score >= SURE):
        more = tokens.slipped(asked.words, alone)
        both = {form: wanted.get(form, 0) | more.get(form, 0) for form in wanted | more}
        hits = ranking.of(_candidates(both, ground))
    least = max(FOUND, OF_THE_BEST * hits[0].likeness.score) if hits else 0
    return [hit for hit in hits if hit.likeness.score >= least]


def by_a_number(actor: Actor, number: str, ground: Ground) -> list[Hit]:
    """The people with this A-number (nine digits), of which no part alone is found."""
    indexes = [Person.index_of("a_number", one, number) for one in sorted(ground.organizations)]
    rows = Person.objects.visible_to(actor).filter(organization_id__in=ground.organizations, a_number_index__in=indexes)
    return [Hit(person, number=True) for person in rows.only(*NAMED).order_by("created_at")[:MOST]]


def by_phone(actor: Actor, numbers: Iterable[str], ground: Ground) -> list[Hit]:
    """The people around whom somebody has one of these numbers (E.164), as far as the actor's tier goes."""
    wanted = [PhoneToken.of(one, number) for one in sorted(ground.organizations) for number in numbers]
    rows = PhoneToken.objects.visible_to(actor).filter(organization_id__in=ground.organizations, token__in=wanted)
    found = list(rows.order_by("tier", "pk")[:MOST])
    if not found:
        return []
    ids = [one.party for one in found]
    parties: dict[uuid.UUID, Contact | AdverseParty] = {
        **AdverseParty.objects.visible_to(actor).filter(removed_at=None).in_bulk(ids),
        **Contact.objects.visible_to(actor).filter(removed_at=None).in_bulk(ids),
    }
    people = Person.objects.visible_to(actor).only(*NAMED).in_bulk({one.person_id for one in parties.values()})
    return [Hit(people[one.person_id], party=one) for one in parties.values() if one.person_id in people]


def _candidates(wanted: Mapping[str, int], ground: Ground) -> dict[uuid.UUID, int]:
    """The ids of those who may fit, with the bits of what they have of what was typed."""
    found: dict[uuid.UUID, int] = {}
    if ground.whole:
        met = _met(CANDIDATES, wanted, ground.whole, MOST)
        most = max((bits.bit_count() for bits in met.values()), default=0)
        for at, (pk, bits) in enumerate(met.items()):  # those with the most first
            if bits.bit_count() > (NEARLY if at >= FEW else OF_THE_MOST) * most:
                found[pk] = bits
    for organization, people in ground.near.items():
        if len(people) <= MOST:
            found |= dict.fromkeys(people, 0)
        found |= _met(NEAR, wanted, organization, [*people], MOST)
    return found


def _met(sql: str, wanted: Mapping[str, int], organization: uuid.UUID, *more: Any) -> dict[uuid.UUID, int]:
    forms = [NameToken.of(organization, form) for form in wanted]
    with connection.cursor() as cursor:
        cursor.execute(sql, [forms, list(wanted.values()), organization, *more])
        return dict(cursor.fetchall())


def _has_all(bits: int, asked: Asked) -> bool:
    """Whether somebody surely has every typed word, or the birth date, whose bits stand above those of the words."""
    return bits + 1 >= 1 << tokens.WORD_BITS * len(asked.words)


def _alone(found: Collection[int], words: int) -> list[int]:
    """The typed words that not all of those have who have the most; all words where nobody has any."""
    most = max((bits.bit_count() for bits in found), default=0)
    every = reduce(and_, (bits for bits in found if bits.bit_count() == most), -1 if most else 0)
    return [at for at in range(words) if not tokens.has(every, at)]


class Ranking:
    """Opens people and puts them in order by how like they are to what was typed, each opened once."""

    def __init__(self, actor: Actor, asked: Asked) -> None:
        self._people = Person.objects.visible_to(actor).only(*NAMED)
        self._asked, self._comparison = asked, Comparison(asked.words)
        self._opened: dict[uuid.UUID, Person | None] = {}

    def of(self, candidates: Mapping[uuid.UUID, int]) -> list[Hit]:
        """The candidates, with the bits of what they have of it."""
        if new := [pk for pk in candidates if pk not in self._opened]:
            self._opened |= dict.fromkeys(new) | self._people.in_bulk(new)
        there = [(person, bits) for pk, bits in candidates.items() if (person := self._opened[pk]) is not None]
        hits = [Hit(person, self._likeness(bits, person)) for person, bits in there]
        hits.sort(key=lambda hit: (hit.likeness.score, hit.person.created_at, hit.person.pk), reverse=True)
        return hits

    def _likeness(self, met: int, person: Person) -> Likeness:
        asked, found = self._asked, Likeness(WITHOUT_NAME)
        if asked.words:
            aliases = [] if isinstance(person.aliases, Locked) else person.aliases
            name = person.full_name
            found = self._comparison.like(met, "" if isinstance(name, Locked) else name, aliases)
        if not (asked.days or asked.years):
            return found
        born: list[date] = [day for day in (person.birth_date, person.birth_date_other) if type(day) is date]
        return likeness.with_birth(found, asked.days, asked.years, born)
