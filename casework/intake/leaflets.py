"""Sheets that families get, as dated data: know your rights, a list to prepare; and the kinds of places to refer to.

Pure, like the questions. Legal facts in them come from the reference alone, each line with its source.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from casework.intake.questions.definition import Text
from casework.intake.questions.files import Invalid, Problem, plain
from casework.intake.questions.reading import read_text

LEAFLETS = ("rights", "preparedness")
REFERRALS = "referrals.yaml"
PLACES = frozenset({"organization", "phone", "hours", "printed_on"})  # what the organization fills in
_PLACE = re.compile(r"\{([a-z_]*)\}")


@dataclass(frozen=True)
class Line:
    """One thing to know or to do. `source` is for whoever reviews it, and is not printed."""

    text: Text
    source: str


@dataclass(frozen=True)
class Part:
    """Lines under one title."""

    title: Text
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Leaflet:
    """A sheet. As long as no lawyer or no native speaker has read it, staff are told so before they give it out."""

    key: str
    version: int
    as_of: date
    title: Text
    intro: Text
    parts: tuple[Part, ...]
    ending: Text
    reviewed_by_lawyer: bool
    reviewed_in_spanish: bool


def filled(text: Text, language: str, places: Mapping[str, str]) -> str:
    """The text with the organization's own numbers in their places. Raises KeyError for a place that is not filled."""
    return _PLACE.sub(lambda found: places[found[1]], text.said(language))


def leaflet(path: Path) -> Leaflet:
    """The sheet in the file. Raises Invalid."""
    words = plain(path)
    reader = _Reader(path.name, [])
    try:
        found = Leaflet(
            str(words["key"]), int(words["version"]), date.fromisoformat(words["as_of"]),
            reader.text("title", words["title"]), reader.text("intro", words["intro"]),
            tuple(reader.part(str(at), one) for at, one in enumerate(words["parts"], start=1)),
            reader.text("ending", words["ending"]),
            words["reviewed_by_lawyer"] == "yes", words["reviewed_in_spanish"] == "yes",
        )  # fmt: skip
    except KeyError as error:
        raise Invalid([Problem(path.name, str(error.args[0]), "is missing")]) from error
    if reader.problems:
        raise Invalid(reader.problems)
    return found


def referral_kinds(path: Path) -> dict[str, Text]:
    """The kinds of places, in order. Raises Invalid."""
    reader = _Reader(path.name, [])
    found = {str(key): reader.text(str(key), one) for key, one in plain(path).get("kinds", {}).items()}
    if reader.problems:
        raise Invalid(reader.problems)
    return found


@dataclass
class _Reader:
    file: str
    problems: list[Problem]

    def text(self, key: str, written: object) -> Text:
        text, reasons = read_text(written)
        named = {language: set(_PLACE.findall(words)) for language, words in text.words.items()}
        unknown = sorted(set().union(*named.values()) - PLACES)
        reasons += [f"there is no place {{{one}}}" for one in unknown]
        if len({frozenset(one) for one in named.values()}) > 1:
            reasons.append("the languages name different places")
        self.problems += [Problem(self.file, key, reason) for reason in reasons]
        return text

    def part(self, key: str, words: Mapping[str, Any]) -> Part:
        return Part(
            self.text(f"{key}.title", words.get("title")),
            tuple(self._line(f"{key}.{at}", one) for at, one in enumerate(words.get("lines", []), start=1)),
        )

    def _line(self, key: str, words: Mapping[str, Any]) -> Line:
        if not words.get("source"):
            self.problems.append(Problem(self.file, key, "has no source"))
        return Line(self.text(key, words.get("text")), str(words.get("source", "")))
