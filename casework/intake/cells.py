"""What one cell says, by what its column is: the same rules as by hand. Raises Wrong, which names why."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from casework.custody.models import Source
from casework.directory.models import Court
from casework.directory.search import fold
from casework.intake import rules
from casework.intake.lists import Lists
from casework.people import countries, languages, phones
from casework.people import rules as people
from casework.people.models import Contact, Gender, NumberMissing, Person

NOTHING = frozenset({"-", "--", "–", "—", "n/a", "na", "n.a.", "?", "nada"})
GENDERS = {
    "woman": Gender.WOMAN, "female": Gender.WOMAN, "f": Gender.WOMAN, "mujer": Gender.WOMAN, "femenino": Gender.WOMAN,
    "man": Gender.MAN, "male": Gender.MAN, "m": Gender.MAN, "hombre": Gender.MAN, "masculino": Gender.MAN,
    "other": Gender.OTHER, "otro": Gender.OTHER, "x": Gender.OTHER, "nonbinary": Gender.OTHER,
}  # fmt: skip
MISSING = {
    "none": NumberMissing.NONE, "no": NumberMissing.NONE, "ninguno": NumberMissing.NONE, "no tiene": NumberMissing.NONE,
    "unknown": NumberMissing.UNKNOWN, "not known": NumberMissing.UNKNOWN, "pending": NumberMissing.UNKNOWN,
    "desconocido": NumberMissing.UNKNOWN, "pendiente": NumberMissing.UNKNOWN,
}  # fmt: skip


class Wrong(ValueError):
    """The cell cannot be taken. `about` is what the words for it name, `options` what it may mean: value and words."""

    def __init__(self, code: str, options: list[tuple[str, str]] | None = None, **about: Any) -> None:
        super().__init__(code)
        self.code, self.options, self.about = code, options or [], about


@dataclass(frozen=True)
class Cell:
    """A text, the order of days in its column, and what it is compared with."""

    text: str
    order: str
    lists: Lists
    header: str = ""


def _text(model: Any, name: str) -> Callable[[Cell], str]:
    most = model._meta.get_field(name).max_length

    def read(cell: Cell) -> str:
        plain = " ".join(cell.text.split())
        if len(plain) > most:
            raise Wrong("long", most=most)
        return plain

    return read


def _day(cell: Cell) -> date:
    try:
        return rules.day(cell.text, cell.order)
    except rules.NoDay as error:
        raise Wrong(f"day_{error.args[0]}", order=cell.order) from error


def _born(cell: Cell) -> date:
    day = _day(cell)
    if not people.may_be_born(day, cell.lists.today):
        raise Wrong("born", year=day.year)
    return day


def _since(cell: Cell) -> date:
    day = _day(cell)
    if day > cell.lists.today:
        raise Wrong("ahead")
    return day


def _hearing(cell: Cell) -> date:
    day = _day(cell)
    if day < cell.lists.today:
        raise Wrong("over")
    return day


def _clock(cell: Cell) -> time:
    try:
        return rules.clock(cell.text)
    except ValueError as error:
        raise Wrong("clock") from error


def _whole_name(cell: Cell) -> dict[str, str]:
    try:
        parts = rules.names(cell.text)
    except ValueError as error:
        raise Wrong("comma") from error
    if any(len(one) > Person._meta.get_field("given_names").max_length for one in parts.values()):  # type: ignore[operator]
        raise Wrong("long", most=Person._meta.get_field("given_names").max_length)
    return parts


def _aliases(cell: Cell) -> list[str]:
    return [" ".join(one.split()) for one in cell.text.replace("\n", ";").split(";") if one.strip()]


def _a_number(cell: Cell) -> tuple[str, str]:
    """The nine digits, or why there is none."""
    if missing := MISSING.get(fold(cell.text)):
        return "", missing.value
    try:
        return people.a_number(cell.text), ""
    except ValueError as error:
        raise Wrong("a_number") from error


def _found(find: Callable[[str], str], code: str) -> Callable[[Cell], str]:
    def read(cell: Cell) -> str:
        try:
            return find(cell.text)
        except ValueError as error:
            raise Wrong(code) from error

    return read


def _nationalities(cell: Cell) -> list[str]:
    parts = [one.strip() for one in cell.text.replace("/", ";").split(";") if one.strip()]
    try:
        return [countries.find(one) for one in parts]
    except ValueError as error:
        raise Wrong("country") from error


def _gender(cell: Cell) -> str:
    if fold(cell.text) not in GENDERS:
        raise Wrong("gender")
    return GENDERS[fold(cell.text)].value


def _other_number(cell: Cell) -> dict[str, str]:
    if len(cell.text) > 60:
        raise Wrong("long", most=60)
    return {"kind": cell.header[:60], "number": cell.text}


def _matters(cell: Cell) -> list[str]:
    parts = [one.strip() for one in cell.text.replace("\n", ";").split(";") if one.strip()]
    unknown = next((one for one in parts if fold(one) not in cell.lists.matters), None)
    if unknown is not None:
        raise Wrong("matter", part=unknown)
    return list(dict.fromkeys(cell.lists.matters[fold(one)] for one in parts))


def _lead(cell: Cell) -> str:
    found = cell.lists.lead(cell.text)
    if found is None:
        named = {pk: email for email, pk in cell.lists.emails.items()}
        raise Wrong("lead", [(named[pk], name) for pk, name in cell.lists.leads.items()])
    return str(found)


def _phone(cell: Cell) -> str:
    try:
        return phones.normalized(cell.text)
    except ValueError as error:
        raise Wrong("phone") from error


def _place(cell: Cell) -> str:
    found = cell.lists.places(cell.text)
    if len(found) == 1:
        return str(found[0].key)
    if not found:
        raise Wrong("place")
    raise Wrong("places", [(one.key, f"{one.name}, {one.city}, {one.state}") for one in found])


def _source(cell: Cell) -> str:
    if fold(cell.text) not in cell.lists.sources:
        raise Wrong("source", [(str(one.label), str(one.label)) for one in Source])
    return cell.lists.sources[fold(cell.text)]


def _court(cell: Cell) -> Court:
    found = cell.lists.court(cell.text)
    if len(found) == 1:
        return found[0]
    raise Wrong("courts" if found else "court", [(one.key, one.name) for one in found])


READ: dict[str, Callable[[Cell], Any]] = {
    "given_names": _text(Person, "given_names"),
    "first_surname": _text(Person, "first_surname"),
    "second_surname": _text(Person, "second_surname"),
    "full_name": _whole_name,
    "aliases": _aliases,
    "birth_date": _born,
    "a_number": _a_number,
    "country_of_birth": _found(countries.find, "country"),
    "nationality": _nationalities,
    "language": _found(languages.find, "language"),
    "gender": _gender,
    "alert": _text(Person, "alert"),
    "other_number": _other_number,
    "matters": _matters,
    "lead": _lead,
    **{
        f"{which}_{name}": read
        for which in ("contact", "contact2")
        for name, read in {
            "name": _text(Contact, "name"), "relationship": _text(Contact, "relationship"), "phone": _phone,
            "language": _found(languages.find, "language"),
        }.items()
    },
    "place": _place,
    "since": _since,
    "source": _source,
    "court": _court,
    "hearing_date": _hearing,
    "hearing_time": _clock,
}  # fmt: skip


def read(key: str, cell: Cell) -> Any:
    """What the cell says; None for an empty one. Raises Wrong."""
    if not cell.text or cell.text.casefold() in NOTHING:
        return None
    if rules.is_formula(cell.text):
        raise Wrong("formula")
    return READ[key](cell)


def as_id(text: str) -> uuid.UUID | None:
    return uuid.UUID(text) if text else None
