"""Two who may be the same, side by side: what agrees, what differs, what contradicts. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from casework.people import tokens
from casework.people.likeness import Comparison, Likeness, Sense


class Says(StrEnum):
    """What a line of the comparison says, in a word."""

    SAME = "same"
    ORDER = "order"  # the same words, in another order
    ALIAS = "alias"  # by another name that stands in the file
    WITHIN = "within"  # one has fewer names than the other
    SOUNDS = "sounds"
    SPELLED = "spelled"
    PARTLY = "partly"
    SWAPPED = "swapped"
    YEAR = "year"
    NEAR = "near"  # a digit is another one
    OTHER = "other"
    NOT_KNOWN = "not_known"


AGREE = frozenset({Says.SAME, Says.ORDER, Says.ALIAS})
ALIKE = frozenset({Says.WITHIN, Says.SOUNDS, Says.SPELLED, Says.PARTLY, Says.SWAPPED, Says.YEAR, Says.NEAR})


@dataclass(frozen=True)
class Known:
    """What is known of one of them; the first of the names is the one on the papers."""

    names: tuple[str, ...] = ()
    days: tuple[date, ...] = ()
    a_number: str = ""
    country: str = ""
    phones: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """One thing compared: `what` is "name", "born", "a_number", "phone" or "country"."""

    what: str
    mine: tuple[str, ...] | tuple[date, ...]
    theirs: tuple[str, ...] | tuple[date, ...]
    says: Says

    @property
    def tone(self) -> str:
        """Green for what agrees, amber for what is alike, red for what contradicts."""
        if self.says in AGREE:
            return "green"
        return "amber" if self.says in ALIKE else "red" if self.says == Says.OTHER else ""


def lines(mine: Known, theirs: Known, *, parties: bool = False) -> list[Line]:
    """All that either knows, name first. Of parties around a person only names and numbers are known."""
    found = [Line("name", mine.names, theirs.names, names(mine.names, theirs.names))]
    if not parties:
        found.append(Line("born", mine.days, theirs.days, _known(mine.days, theirs.days, born)))
        one, other = _one(mine.a_number), _one(theirs.a_number)
        said = number(mine.a_number, theirs.a_number) if one and other else Says.NOT_KNOWN
        found.append(Line("a_number", one, other, said))
        found.append(Line("country", _one(mine.country), _one(theirs.country), _country(mine.country, theirs.country)))
    same = tuple(sorted({*mine.phones} & {*theirs.phones}))
    if same:
        found.append(Line("phone", same, same, Says.SAME))
    return [one for one in found if one.mine or one.theirs]


def names(mine: Sequence[str], theirs: Sequence[str]) -> Says:
    """In what any name of the one is like any of the other, the surest."""
    best = Says.NOT_KNOWN
    for at, one in enumerate(mine):
        for to, other in enumerate(theirs):
            says = _name(one, other)
            if says in AGREE and (at or to):
                says = Says.ALIAS
            best = min(best, says, key=_SURE.index)
    return best


def born(mine: Iterable[date], theirs: Iterable[date]) -> Says:
    """How the dates of birth stand to each other."""
    one, other = set(mine), set(theirs)
    if one & other:
        return Says.SAME
    if {(day.year, day.month, day.day) for day in one} & {(day.year, day.day, day.month) for day in other}:
        return Says.SWAPPED
    if any((a.month, a.day) == (b.month, b.day) and abs(a.year - b.year) == 1 for a in one for b in other):
        return Says.YEAR
    return Says.OTHER


def number(mine: str, theirs: str) -> Says:
    """How two A-numbers stand to each other: one digit may be another, or two neighbours in each other's place."""
    if mine == theirs:
        return Says.SAME
    apart = [at for at, (one, other) in enumerate(zip(mine, theirs, strict=False)) if one != other]
    changed = len(apart) == 2 and apart[1] == apart[0] + 1 and sorted(mine) == sorted(theirs)
    return Says.NEAR if len(mine) == len(theirs) and (len(apart) == 1 or changed) else Says.OTHER


def _name(mine: str, theirs: str) -> Says:
    one, other = ([tokens.latin(part) for part in tokens.parts(name)] for name in (mine, theirs))
    if one == other:
        return Says.SAME if one else Says.NOT_KNOWN
    if sorted(one) == sorted(other):
        return Says.ORDER
    found = min((_like(mine, theirs), _like(theirs, mine)), key=lambda like: _SENSES.index(like.sense))
    if found.sense == Sense.PARTLY:
        return Says.PARTLY if found.met else Says.OTHER
    return {Sense.SAME: Says.WITHIN, Sense.SOUNDS: Says.SOUNDS, Sense.SPELLED: Says.SPELLED}[found.sense]


def _like(asked: str, name: str) -> Likeness:
    there, met = tokens.of_name(name), 0
    for form, bits in tokens.asked(asked).items():
        met |= bits if form in there else 0
    return Comparison(tokens.parts(asked)[: tokens.MOST_WORDS]).like(met, name)


_SENSES = list(Sense)
_SURE = [Says.SAME, Says.ORDER, Says.ALIAS, Says.WITHIN, Says.SOUNDS, Says.SPELLED, Says.PARTLY, Says.OTHER,
         Says.NOT_KNOWN]  # fmt: skip


def _known(mine: Sequence[object], theirs: Sequence[object], compare: Callable[..., Says]) -> Says:
    return compare(mine, theirs) if mine and theirs else Says.NOT_KNOWN


def _country(mine: str, theirs: str) -> Says:
    if not mine or not theirs:
        return Says.NOT_KNOWN
    return Says.SAME if mine == theirs else Says.OTHER


def _one(value: str) -> tuple[str, ...]:
    return (value,) if value else ()
