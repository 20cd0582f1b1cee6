"""The search box: cases by name, A-number, reference and telephone number, and what of it fits.

It starts from what the actor sees: whoever reads the whole organization searches its people, everybody the people of
the cases they are assigned to, and those that other organizations share with them. What was typed stands nowhere
afterwards: the line of the audit keeps what the tokens are, sealed.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from django.core.cache import caches
from django.utils import timezone

from casework.access import acts
from casework.access.actor import Actor
from casework.access.cache import SharedCache
from casework.access.rules import ORGANIZATION
from casework.audit import actions as audit
from casework.cases import reach
from casework.cases.models import Case
from casework.people import search, tokens
from casework.people.asked import Asked, Reference
from casework.people.models import NameToken, Person
from casework.people.search import Ground, Hit

VERB, LISTED = "cases.searched", "case.listed"
MOST = 20  # cases on the page
SEARCHES, SECONDS = 150, 10 * 60
FIRST_YEAR = 2000


class TooManySearches(Exception):
    """Somebody searched so often that they may be gathering what they find."""


@dataclass(frozen=True)
class Found:
    """A case that fits: its person as lists show them, and the hit; `reference` says that this was typed."""

    case: Case
    person: Person
    hit: Hit
    reference: bool = False


@dataclass(frozen=True)
class Answer:
    """What a search found, the best first; `more` says that there are others beyond the page."""

    found: tuple[Found, ...] = ()
    more: bool = False


def exactly(actor: Actor, asked: Asked) -> Case | None:
    """The only case with the A-number or reference that was typed, written down as found; else None.

    Counts a search, whatever follows. Raises TooManySearches, and PermissionDenied for whoever reads no case.
    """
    acts.may(actor, VERB)
    if cast(SharedCache, caches["default"]).count(f"searches:{actor.member}", SECONDS) > SEARCHES:
        raise TooManySearches
    if asked.by_name or not (asked.a_number or asked.reference):
        return None
    found = _by_reference(actor, asked.reference)
    if asked.a_number:
        ground = _ground(actor)
        found += _of_hits(actor, search.by_a_number(actor, asked.a_number, ground) if ground.organizations else [])
    if len({one.case.pk for one in found}) != 1:
        return None
    _note(actor, asked, Answer(tuple(found)))
    return found[0].case


def answer(actor: Actor, asked: Asked) -> Answer:
    """Searches, and writes down that somebody did. Raises PermissionDenied for whoever reads no case."""
    acts.may(actor, VERB)
    ground = _ground(actor)
    found = [*_by_reference(actor, asked.reference), *_of_hits(actor, _hits(actor, asked, ground))]
    once = list({one.case.pk: one for one in reversed(found)}.values())[::-1]
    given = Answer(tuple(once[:MOST]), len(once) > MOST)
    _note(actor, asked, given)
    return given


def _ground(actor: Actor) -> Ground:
    """Where the actor may look, from the reach; the doors and the walls hold it once more."""
    mine = reach.of(actor)
    near: dict[uuid.UUID, list[uuid.UUID]] = {}
    rows = [] if mine.wide else [Case.objects.ours(actor)]
    rows += [Case.objects.shared_with(actor)] if mine.granted else []
    for cases in rows:
        for organization, person in cases.values_list("organization_id", "person_id").distinct():
            near.setdefault(organization, []).append(person)
    return Ground(actor.organization if mine.wide else None, near)


def _hits(actor: Actor, asked: Asked, ground: Ground) -> list[Hit]:
    if not ground.organizations:
        return []
    hits = search.by_a_number(actor, asked.a_number, ground) if asked.a_number else []
    hits += search.by_phone(actor, asked.phones, ground) if asked.phones else []
    if hits and asked.words:  # a number with a name: both are to fit, the name in whatever way
        return hits
    return hits + (search.by_names(actor, asked, ground) if asked.by_name else [])


def _of_hits(actor: Actor, hits: Iterable[Hit]) -> list[Found]:
    """The cases of these people, the newest of each first. Files that were merged are one person with all its cases."""
    by_person = {hit.person.pk: hit for hit in reversed([*hits])}
    ids = list(by_person)[::-1]
    merged = {by_person[pk].person.merged_into_id for pk in ids} - {None}
    people: dict[uuid.UUID, Person] = {pk: by_person[pk].person for pk in ids}
    if merged:
        files = Person.objects.visible_to(actor).filter(merged_into_id__in=merged)
        people |= {one.pk: one for one in files.only(*search.NAMED) if one.pk not in people}
        for one in people.values():
            hit = next((by_person[pk] for pk in ids if people[pk].merged_into_id == one.merged_into_id), None)
            if one.merged_into_id in merged and hit is not None:
                by_person.setdefault(one.pk, hit)
    rows: dict[uuid.UUID, list[Case]] = {}
    for case in Case.objects.visible_to(actor).filter(person_id__in=list(people)).order_by("-opened_at", "pk"):
        rows.setdefault(case.person_id, []).append(case)
    order = sorted(by_person, key=lambda pk: _place(ids, people, pk))
    return [
        Found(case, people.get(people[pk].merged_into_id or pk, people[pk]), by_person[pk])
        for pk in order
        for case in rows.get(pk, [])
    ]


def _place(ids: list[uuid.UUID], people: dict[uuid.UUID, Person], pk: uuid.UUID) -> int:
    """Where a file stands: beside the first of the same human being."""
    one = people[pk].merged_into_id
    return next(at for at, other in enumerate(ids) if other == pk or (one and people[other].merged_into_id == one))


def _by_reference(actor: Actor, typed: Reference | None) -> list[Found]:
    """Cases with this reference; without a year those of every year, and of all organizations without letters."""
    if typed is None:
        return []
    mine = reach.of(actor)
    years = [typed.year] if typed.year else range(timezone.now().year + 1, FIRST_YEAR, -1)
    names = {pk: one.short_name for pk, one in mine.organizations.items()}
    if typed.letters:
        names = {pk: name for pk, name in names.items() if name.upper() == typed.letters}
    called = {pk: [f"{name}-{year}-{typed.number:04d}" for year in years] for pk, name in names.items()}
    cases: list[Case] = []
    if actor.organization in called:
        cases += Case.objects.ours(actor).filter(
            organization_id=actor.organization, reference__in=called[actor.organization]
        )
    if mine.granted:
        wanted = {(pk, reference) for pk, references in called.items() for reference in references}
        cases += [one for one in Case.objects.shared_with(actor) if (one.organization_id, one.reference) in wanted]
    people = Person.objects.visible_to(actor).shown(case.person_id for case in cases) if cases else {}
    cases.sort(key=lambda case: case.opened_at, reverse=True)
    return [Found(case, people[case.person_id], Hit(people[case.person_id]), reference=True) for case in cases]


def _note(actor: Actor, asked: Asked, given: Answer) -> None:
    """Writes that somebody searched, also where nothing was found, and in whose lists it put which cases.

    The first line keeps, sealed, what the words and numbers are as tokens: that somebody looks for the same again can
    be told, and nobody reads from it what it was.
    """
    line, about, fields = uuid.uuid4(), audit.What(actor.organization, Case._meta.label_lower), _fields(asked)
    told = {"tokens": _tokens(actor.organization, asked)}
    audit.write(
        acts.who(actor), VERB, about, fields=fields, basis=ORGANIZATION, entry_id=line,
        detail=acts.sealed_detail(told, about, line),
    )  # fmt: skip
    acts.note_list(actor, LISTED, [one.case for one in given.found], ("search",))


def _fields(asked: Asked) -> tuple[str, ...]:
    """By what was searched."""
    parts = {
        "names": asked.words, "birth_date": asked.days or asked.years, "a_number": asked.a_number,
        "phones": asked.phones, "reference": asked.reference,
    }  # fmt: skip
    return tuple(name for name, part in parts.items() if part)


def _tokens(organization: uuid.UUID, asked: Asked) -> list[str]:
    forms = [f"w{tokens.latin(word)}" for word in asked.words] + sorted(tokens.of_dates(asked.days))
    forms += [f"a{asked.a_number}"] * bool(asked.a_number) + [f"t{one}" for one in asked.phones]
    return [NameToken.of(organization, form).hex() for form in forms]
