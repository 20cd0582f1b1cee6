"""What the answers say about the person: names, numbers, dates, languages; and what makes them vulnerable. Pure."""

from collections.abc import Iterator, Sequence
from typing import Any

from casework.intake.acceptance.held import Held
from casework.intake.acceptance.plan import Cell, Fate, Row, impossible, kept, scalar, united
from casework.intake.acceptance.saying import Part, Said
from casework.intake.questions import rules
from casework.intake.questions.conditions import DECLINED, KNOWN, NOT_KNOWN
from casework.intake.questions.normalizing import NAME, NONE
from casework.people.rules import flag_tier

LISTS = ("aliases", "nationalities", "other_languages", "reads_languages")


def person(said: Said, held: Held) -> Row:
    """The one row of the person."""
    by_column: dict[str, list[Part]] = {}
    for parts in said.to("person").values():
        for part in parts:
            by_column.setdefault(part.column, []).append(part)
    cells = [cell for column, parts in by_column.items() for cell in _cells(held, column, parts)]
    return Row("person", "person", (*cells, *_unsaid(said, held)), stands="person")


def _cells(held: Held, column: str, parts: Sequence[Part]) -> Iterator[Cell]:
    paths = [one.path for one in parts]
    if column == "name":
        for name in NAME:
            if name in parts[0].value:
                yield scalar(name, held.person[name], parts[0].value[name], *paths)
    elif column == "a_number":
        yield _number(held, parts[0])
    elif column == "other_ids":
        yield united("other_ids", held.person["other_ids"], _numbers(parts), *paths)
    elif column in LISTS:
        yield united(column, held.person[column], [one.value for one in parts], *paths)
    else:
        yield scalar(column, held.person[column], parts[0].value, *paths)


def _number(held: Held, part: Part) -> Cell:
    if part.value != NONE:
        return scalar("a_number", held.person["a_number"], part.value, part.path)
    if held.person["a_number"]:
        return impossible("a_number_missing", "number_on_file", NONE, part.path)
    return scalar("a_number_missing", held.person["a_number_missing"], NONE, part.path)


def _numbers(parts: Sequence[Part]) -> list[dict[str, str]]:
    """Pairs of what a number is and the number; what it is stays empty where nobody said."""
    found: dict[str, dict[str, str]] = {}
    for part in parts:
        one = found.setdefault(part.at, {"kind": "", "number": ""})
        if part.question.choices:
            one["kind"] = str(part.question.choice(part.value).label)
        else:
            one["number"] = part.value
    return list(found.values())


def _unsaid(said: Said, held: Held) -> Iterator[Cell]:
    """Of two questions the file notes that nobody knows, or that the person does not want to say."""
    if said.state("a_number") == NOT_KNOWN:
        if held.person["a_number"]:
            yield kept("a_number_missing", "number_on_file", None, "a_number")
        else:
            yield scalar("a_number_missing", held.person["a_number_missing"], "unknown", "a_number")
    if said.state("gender") == DECLINED:
        yield scalar("gender", held.person["gender"], DECLINED, "gender")


def flags(said: Said, held: Held) -> Row:
    """The vulnerabilities that follow. One of a tier that the reader does not have is no part of what they write."""
    cells = []
    for one in rules.flags(said.questions, said.answers, said.now, off=said.off):
        if flag_tier(one.flag) > held.tier:
            cells.append(kept(one.flag, "tier", True, *_known(said, one.because)))
            continue
        fate = Fate.SAME if one.flag in held.flags else Fate.NEW
        cells.append(Cell(one.flag, fate, None, True, _known(said, one.because)))
    return Row("flags", "flags", tuple(cells), stands="person")


def _known(said: Said, keys: Sequence[str]) -> tuple[str, ...]:
    """The parts of the answers to these questions."""
    return tuple(one for key in keys for one in ([key] if said.state(key) == KNOWN else []))


def text_of_address(value: Any) -> str:
    """An address as contacts keep it: one text."""
    line = " ".join(filter(None, [value.get("state", ""), value.get("zip", "")]))
    return ", ".join(filter(None, [value.get("street", ""), value.get("city", ""), line]))
