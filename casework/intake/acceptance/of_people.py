"""Who else is around the person, on whose side; and what the person lets them know. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from casework.directory.search import fold
from casework.intake.acceptance.held import Held, Stands
from casework.intake.acceptance.of_person import text_of_address
from casework.intake.acceptance.plan import Cell, Fate, Row, impossible, kept, scalar
from casework.intake.acceptance.saying import Part, Said
from casework.people.rules import TOLD

OTHER, SELF = "other", "self"
WAYS = ("call", "text", "voicemail")
# How the person gave a consent, by the way in which somebody who is the person themself reached the organization.
BY_CHANNEL = {"hotline": "phone", "visit": "in_person", "clinic": "in_person", "paper": "signed"}
Values = dict[str, tuple[Any, tuple[str, ...]]]  # by column, from which parts


@dataclass(frozen=True)
class Party:
    """Somebody the answers speak of, before it is known who of them is on file."""

    key: str
    values: Values
    given: Mapping[str, Any]
    aside: tuple[Cell, ...] = ()

    @property
    def name(self) -> str:
        return str(self.values["name"][0]) if "name" in self.values else ""

    @property
    def numbers(self) -> set[str]:
        return {one["number"] for one in self.values["phones"][0]} if "phones" in self.values else set()

    @property
    def must_not_know(self) -> bool:
        return bool(self.given.get("must_not_know"))


def contacts(said: Said, held: Held) -> list[Row]:
    """Those one calls, each once; and beside each what the person lets them know."""
    found: list[Party] = []
    for key, parts in said.to("contact").items():
        party = _party(key, parts, said.row(key))
        same = next((at for at, one in enumerate(found) if _are_one(one, party)), None)
        if same is None:
            found.append(party)
        else:
            found[same] = _joined(found[same], party)
    rows = []
    for party in found:
        row = _self(party) if party.values.get("kind", ("",))[0] == SELF else _contact(party, held)
        rows += [row, *_consent(said, held, party, row)]
    return rows


def adverse(said: Said, held: Held) -> list[Row]:
    """Those on the other side."""
    rows = []
    for key, parts in said.to("adverse_party").items():
        party = _party(key, parts, said.row(key))
        row = _written(party, held.adverse, "adverse_party", {"kind": OTHER})
        rows.append(row if party.name else _nobody(party, "adverse_party"))
    return rows


# --- From parts to somebody


def _party(key: str, parts: Sequence[Part], fixed: Mapping[str, str]) -> Party:
    values: Values = {}
    phones: list[dict[str, Any]] = []
    from_where: list[str] = []
    aside = []
    for part in parts:
        column = part.column
        if column == "address":
            values[column] = (text_of_address(part.value), (part.path,))
        elif column != "phones":
            values[column] = (part.value, (part.path,))
        elif part.question.type == "phone":
            phones.append(
                {"number": part.value, **dict.fromkeys(WAYS, False), "note": "", "at": part.at, "said": False}
            )
            from_where.append(part.path)
        elif phones and phones[-1]["at"] == part.at:
            phones[-1] |= {way: way in part.value for way in WAYS} | {"said": True}
            from_where.append(part.path)
        else:
            aside.append(kept("phones", "no_number", part.value, part.path))
    if phones:
        values["phones"] = (_once(phones), tuple(from_where))
    given = {column: True if value == "yes" else value for column, value in fixed.items()}
    return Party(key, values, given, tuple(aside))


def _once(phones: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each number once; of what is safe there what somebody said counts, of two who did what both allow."""
    found: dict[str, dict[str, Any]] = {}
    for one in phones:
        there = found.get(one["number"])
        if there is None or (one["said"] and not there["said"]):
            found[one["number"]] = one
        elif one["said"]:
            found[one["number"]] = there | {way: there[way] and one[way] for way in WAYS}
    return list(found.values())


def _stored(phones: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """As contacts keep them."""
    return [{name: one[name] for name in ("number", *WAYS, "note")} for one in phones]


def _are_one(one: Party, other: Party) -> bool:
    """Whether two of the answers are about one human being; never where one of the two must not know."""
    if one.must_not_know or other.must_not_know:
        return False
    kinds = {party.given.get("kind") or party.values.get("kind", ("",))[0] for party in (one, other)} - {""}
    if len(kinds) > 1 or SELF in kinds:
        return False
    names = [set(fold(party.name).split()) for party in (one, other)]
    if names[0] and names[0] == names[1]:
        return not (one.numbers and other.numbers and one.numbers.isdisjoint(other.numbers))
    alike = not all(names) or names[0] <= names[1] or names[1] <= names[0]
    return alike and bool(one.numbers & other.numbers)


def _joined(one: Party, other: Party) -> Party:
    """What both say of one human being: the fuller name, all numbers; else the first that was said counts."""
    values, aside = dict(one.values), [*one.aside, *other.aside]
    for column, (new, paths) in other.values.items():
        if column not in values:
            values[column] = (new, paths)
        elif column == "phones":
            values[column] = (_once([*values[column][0], *new]), (*values[column][1], *paths))
        elif column == "name":
            fuller = max(values[column][0], new, key=lambda name: len(fold(name).split()))
            values[column] = (fuller, (*values[column][1], *paths))
        elif column == "subjects":
            values[column] = (sorted({*values[column][0], *new}), (*values[column][1], *paths))
        elif values[column][0] == new:
            values[column] = (new, (*values[column][1], *paths))
        else:
            aside.append(kept(column, "said_before", new, *paths))
    return Party(one.key, values, {**other.given, **one.given}, tuple(aside))


# --- From somebody to a row


def _contact(party: Party, held: Held) -> Row:
    if not party.name and not party.numbers:
        return _nobody(party, "contact")
    if party.values.get("kind", ("",))[0] == "witness":  # no kind of contact: who saw it is somebody else
        party = replace(party, values=party.values | {"kind": (OTHER, party.values["kind"][1])})
    values = {column: value for column, value in party.values.items() if column != "subjects"}
    return _written(replace(party, values=values), held.contacts, "contact", {"kind": OTHER})


def _written(party: Party, on_file: Sequence[Stands], table: str, usual: Mapping[str, Any]) -> Row:
    """The row of somebody: one that stands, where it is about the same human being, or a new one."""
    standing = next((one for one in on_file if _is(party, one)), None)
    given = {**usual, **party.given}
    cells = []
    for column, (new, paths) in party.values.items():
        old = standing.values[column] if standing else None
        if column == "phones":
            cells.append(_phones(old or [], new, paths))
        elif column == "kind" and old == OTHER:
            cells.append(Cell(column, Fate.SAME if new == OTHER else Fate.NEW, old, new, paths))
        else:
            cells.append(scalar(column, old, new, *paths))
    if standing:
        names = party.values.get("name", ("", next(iter(party.values.values()))[1]))[1]
        fixed = [(column, new) for column, new in party.given.items() if standing.values[column] != new]
        cells += [Cell(column, Fate.DIFFERS, standing.values[column], new, names) for column, new in fixed]
        given = {}
    cells += party.aside
    return Row(party.key, table, tuple(cells), standing.id if standing else "", party.name, given)


def _phones(old: list[dict[str, Any]], new: list[dict[str, Any]], paths: tuple[str, ...]) -> Cell:
    """Numbers that the file does not have are added; what is safe at one that it has is a choice where it differs."""
    there = {one["number"]: {way: bool(one.get(way)) for way in WAYS} for one in old}
    said = {one["number"]: {way: one[way] for way in WAYS} for one in new if one["said"]}
    other = {number: ways for number, ways in said.items() if there.get(number, ways) != ways}
    added = _stored([one for one in new if one["number"] not in there])
    whole = [one | other.get(one["number"], {}) for one in old] + added
    fate = Fate.DIFFERS if other else Fate.NEW if added else Fate.SAME
    return Cell("phones", fate, old or None, whole, paths)


def _is(party: Party, one: Stands) -> bool:
    numbers = {phone["number"] for phone in one.values.get("phones", [])}
    mine, theirs = (set(fold(name).split()) for name in (party.name, one.values["name"]))
    alike = not mine or not theirs or mine <= theirs or theirs <= mine
    return bool(mine and mine == theirs) or (alike and bool(numbers & party.numbers))


def _plain(column: str, value: Any) -> Any:
    return _stored(value) if column == "phones" else value


def _nobody(party: Party, table: str) -> Row:
    """Somebody of whom neither name nor number is known: nobody to write down."""
    cells = [kept(column, "nobody", _plain(column, new), *paths) for column, (new, paths) in party.values.items()]
    return Row(party.key, table, (*cells, *party.aside))


def _self(party: Party) -> Row:
    """The person called themself: nobody else to write down."""
    cells = [kept(column, "self", _plain(column, new), *paths) for column, (new, paths) in party.values.items()]
    return Row(party.key, "contact", (*cells, *party.aside))


# --- What they may know


def _consent(said: Said, held: Held, party: Party, row: Row) -> list[Row]:
    """A consent, where the person themself said it. Whoever else calls can only say what the person would want."""
    if "subjects" not in party.values:
        return []
    wanted, paths = party.values["subjects"]
    subjects = [one for one in TOLD if one in wanted]
    key, about = f"{party.key}.consent", party.name
    how = how_given(said)
    if not row.of_fate(Fate.NEW, Fate.SAME, Fate.DIFFERS):
        return [Row(key, "consent", (kept("subjects", "nobody", subjects, *paths),), about=about)]
    if not how:
        return [Row(key, "consent", (kept("subjects", "not_the_person", subjects, *paths),), about=about)]
    if row.stands and any(one.id == row.stands and one.values["must_not_know"] for one in held.contacts):
        return [Row(key, "consent", (impossible("subjects", "must_not_know", subjects, *paths),), about=about)]
    live = held.told.get(row.stands, frozenset())
    fate = Fate.SAME if set(subjects) <= live else Fate.NEW
    cell = Cell("subjects", fate, sorted(live) or None, subjects, paths)
    return [Row(key, "consent", (cell,), about=about, given={"how": how, "contact": party.key})]


def how_given(said: Said) -> str:
    """How the person themself agreed; empty where somebody else answered for them."""
    how = said.value("consent_share_how")
    if how:
        return str(how)
    if said.value("caller_kind") == SELF:
        return BY_CHANNEL.get(said.value("channel") or "hotline", "phone")
    return ""
