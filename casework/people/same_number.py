"""Other people of the organization with one A-number: since it has no check digit, name and birth date are compared."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from casework.access.actor import Actor
from casework.people import rules, tokens
from casework.people.models import Person
from casework.vault.fields import Locked

MOST = 5


@dataclass(frozen=True)
class Candidate:
    """Somebody with the same A-number, and what the comparison says."""

    person: Person
    match: rules.Match


def candidates(actor: Actor, person: Person, values: dict[str, Any]) -> list[Candidate]:
    """Others whom the actor sees with the A-number in `values`, the fields of `person` as they are to be saved.

    Files that were merged are one person, named by the survivor.
    """
    number = values["a_number"]
    if not number:
        return []
    index = Person.index_of("a_number", person.organization_id, number)
    there = Person.objects.visible_to(actor).filter(organization_id=person.organization_id, a_number_index=index)
    mine = _names(values), _days(values)
    found = []
    for one in _each_once(there.exclude(pk__in=person.files).order_by("created_at")[:MOST]):
        theirs = {name: getattr(one, name) for name in (*NAMES, *DAYS, "aliases")}
        found.append(Candidate(one, rules.second_match(*mine, _names(theirs), _days(theirs))))
    return found


def _each_once(rows: Iterable[Person]) -> list[Person]:
    return list({one.survivor.pk: one.survivor for one in rows}.values())


NAMES, DAYS = ("given_names", "first_surname", "second_surname"), ("birth_date", "birth_date_other")


def _names(values: dict[str, Any]) -> set[str]:
    """The forms of the surnames, or of the given names where no surname is known."""
    surnames = [values["first_surname"], values["second_surname"], *values["aliases"]]
    readable = [name for name in surnames if name and not isinstance(name, Locked)]
    return tokens.of_names(readable or [name for name in [values["given_names"]] if not isinstance(name, Locked)])


def _days(values: dict[str, Any]) -> set[date]:
    return {values[name] for name in DAYS if type(values[name]) is date}
