"""Rows about somebody who stands in the file twice, or whom the organization has already: somebody decides.

Compared is with people whom the actor sees in their own organization, and with nobody else.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from casework.access.actor import Actor
from casework.cases.models import Case
from casework.people import tokens
from casework.people.models import NameToken, Person
from casework.vault.fields import Locked

if TYPE_CHECKING:
    from casework.intake.checking import Planned

NAMES = ("given_names", "first_surname", "second_surname")
AT_ONCE = 500
MOST_COMPARED = 5_000


@dataclass(frozen=True)
class Same:
    """Somebody who may be the same: `by` the column that says so; `about` names the row, or the case."""

    row: int
    code: str
    by: str
    about: dict[str, Any] = field(default_factory=dict)


def among(planned: Sequence["Planned"]) -> list[Same]:
    """Rows with the A-number, or the name and birth date, of a row above them."""
    found, numbers, people = [], dict[str, int](), dict[Any, int]()
    for one in planned:
        number = one.person.get("a_number")
        first = numbers.setdefault(number, one.number) if number else one.number
        if first != one.number:
            found.append(Same(one.number, "number_twice", "a_number", {"other": first}))
            continue
        who = _who(one)
        first = people.setdefault(who, one.number) if who else one.number
        if first != one.number:
            found.append(Same(one.number, "person_twice", "birth_date", {"other": first}))
    return found


def there_already(actor: Actor, planned: Sequence["Planned"]) -> list[Same]:
    """Rows with the A-number, or the name and birth date, of a person of the organization."""
    found: list[tuple[Planned, str, str, Person]] = []
    ours = Person.objects.visible_to(actor).filter(organization_id=actor.organization)
    for start in range(0, len(planned), AT_ONCE):
        some = planned[start : start + AT_ONCE]
        numbers = _by_number(actor, ours, some)
        found += [(row, "number_there", "a_number", who) for row, who in numbers]
        told = {row.number for row, _who in numbers}
        rest = [row for row in some if row.number not in told and _who(row)]
        found += [(row, "person_there", "birth_date", who) for row, who in _by_name(actor, ours, rest)]
    cases = _cases(actor, [who for _row, _code, _by, who in found])
    return [
        Same(row.number, code, by, {"case": cases.get(who.pk, ""), "person": str(who.pk)})
        for row, code, by, who in found
    ]


def _by_number(actor: Actor, ours: Any, some: Sequence["Planned"]) -> list[tuple["Planned", Person]]:
    wanted = {
        Person.index_of("a_number", actor.organization, row.person["a_number"]): row
        for row in some if row.person.get("a_number")
    }  # fmt: skip
    if not wanted:
        return []
    there = {bytes(one.a_number_index): one for one in ours.filter(a_number_index__in=list(wanted))}
    return [(row, there[index]) for index, row in wanted.items() if index in there]


def _by_name(actor: Actor, ours: Any, some: Sequence["Planned"]) -> list[tuple["Planned", Person]]:
    """People of whom a surname and a given name agree in some spelling, and the birth date in full."""
    forms = {row.number: (_tokens(actor, _surnames(row)), _tokens(actor, [row.person["given_names"]])) for row in some}
    wanted = {token for pair in forms.values() for half in pair for token in half}
    if not wanted:
        return []
    has: dict[Any, set[bytes]] = defaultdict(set)
    rows = NameToken.objects.visible_to(actor).filter(organization_id=actor.organization, token__in=list(wanted))
    for person, token in rows.values_list("person_id", "token"):
        has[person].add(bytes(token))
    near = {
        row.number: [pk for pk, theirs in has.items() if all(half & theirs for half in forms[row.number])]
        for row in some
    }
    known = ours.in_bulk(list({pk for found in near.values() for pk in found})[:MOST_COMPARED])
    found = []
    for row in some:
        same = [known[pk] for pk in near[row.number] if pk in known and _born(known[pk], row.person["birth_date"])]
        found += [(row, one) for one in same[:1]]
    return found


def _born(person: Person, day: Any) -> bool:
    days = (person.birth_date, person.birth_date_other)
    return any(one == day for one in days if not isinstance(one, Locked))


def _who(row: "Planned") -> Any:
    """Given name, surnames and birth date in their plainest form; nothing where one of them is not known."""
    given, born, last = row.person.get("given_names"), row.person.get("birth_date"), _surnames(row)
    if not given or not born or not last:
        return None
    return tuple(sorted(tokens.parts(given))), tuple(tokens.parts(" ".join(last))), born


def _surnames(row: "Planned") -> list[str]:
    return [row.person[name] for name in NAMES[1:] if row.person.get(name)]


def _tokens(actor: Actor, names: Sequence[str]) -> set[bytes]:
    return {NameToken.of(actor.organization, form) for form in tokens.of_names(names)}


def _cases(actor: Actor, people: Iterable[Person]) -> dict[Any, str]:
    """A case of each, to look at."""
    rows = Case.objects.visible_to(actor).filter(person_id__in=[one.pk for one in people]).order_by("opened_at")
    return {person: str(pk) for person, pk in rows.values_list("person_id", "pk")}
