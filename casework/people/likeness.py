"""How like a person's names are to what somebody typed, and in what: names in any order and spelling, birth dates.

Pure: no Django, no clock, no query. Which typed words a person's names have in some form (`tokens.py`) is known before;
here the letters are compared, Damerau-Levenshtein and Jaro-Winkler, half each.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import pairwise

import jellyfish

from casework.people import tokens

# How alike words are that sound the same, or nearly so; less than LEAST is not alike. What sounds the same has to have
# ANYTHING of the letters in common, what nearly does, SOMETHING.
SAID, HEARD, LEAST, ANYTHING, SOMETHING = 0.96, 0.86, 0.6, 0.2, 0.5
LEFT_OVER = 0.012  # for each word of the name that nobody typed
IN_ORDER = 0.006  # where the typed words stand side by side in the name, too
BORN, SWAPPED, SAME_YEAR, NOT_BORN = 0.25, 0.22, 0.05, -0.06


# How alike, the number of words in it and one more, which typed words, which of the name
Match = tuple[float, int, tuple[int, ...], tuple[int, ...]]


class Sense(StrEnum):
    """In what a name is like what was typed, the surest first."""

    SAME = "same"
    SOUNDS = "sounds"
    SPELLED = "spelled"
    PARTLY = "partly"  # not all that was typed


@dataclass(frozen=True)
class Likeness:
    """How like, from 0 to about 1.25; in what sense; by which alias, where the proper names alone are less like.

    `born` is "born", or "swapped" where day and month changed places; where any typed word met
    nothing surely, `alone` are those that are not there to the letter.
    """

    score: float
    sense: Sense = Sense.PARTLY
    alias: str = ""
    born: str = ""
    alone: tuple[int, ...] = ()
    met: bool = False  # whether any word of the name is alike


class Comparison:
    """The words that somebody typed, compared with the names of one person after the other."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = list(words)
        self._letters = [tokens.latin(word) for word in words]
        self._pairs = [one + other for one, other in pairwise(self._letters)]
        self._weights = [min(len(one), 10) ** 0.5 for one in self._letters]  # long words tell more
        self._latin: dict[str, str] = {}
        self._alike: dict[tuple[str, str], float] = {}
        self._heard: dict[str, set[str]] = {}

    def like(self, met: int, name: str, aliases: Iterable[str] = ()) -> Likeness:
        """How like a person is: by the proper names, or by one alias with them. `met` are the bits of the tokens."""
        proper = self._of(name)
        best = self._like(met, proper)
        for alias in aliases:
            words = self._of(alias)
            for one in (words, [*words, *(part for part in proper if part not in words)]):
                found = self._like(met, one)
                if found.score > best.score + LEFT_OVER * len(one):
                    best = replace(found, alias=alias)
        return best

    def _of(self, name: str) -> list[str]:
        found = []
        for part in tokens.parts(name):
            if part not in self._latin:
                self._latin[part] = tokens.latin(part)
            found.append(self._latin[part])
        return found

    def _like(self, met: int, words: list[str]) -> Likeness:
        """Pairs the words, the most alike first, each once."""
        matches = sorted(self._matches(met, words), reverse=True)
        typed, left, found, sense = set(range(len(self.words))), set(range(len(words))), 0.0, Sense.SAME
        other: list[int] = []  # words that are not there to the letter
        surely, places = True, dict[int, int]()
        for alike, _size, mine, theirs in matches:
            if typed.issuperset(mine) and left.issuperset(theirs):
                typed.difference_update(mine)
                left.difference_update(theirs)
                places[mine[0]], places[mine[-1]] = theirs[0], theirs[-1]
                found += alike * sum(self._weights[at] for at in mine)
                sense = max(sense, _sense(alike), key=_ORDER.index)
                other += mine if alike < 1 else ()
                surely = surely and alike >= SAID
        score = found / (sum(self._weights) or 1) - LEFT_OVER * len(left)
        score += (
            IN_ORDER * sum(places.get(at + 1) == place + 1 for at, place in places.items()) / len(self.words or " ")
        )
        alone = tuple(sorted([*other, *typed])) if typed or not surely else ()
        return Likeness(max(score, 0.0), Sense.PARTLY if typed else sense, alone=alone, met=found > 0)

    def _matches(self, met: int, words: list[str]) -> Iterator[Match]:
        for at, one in enumerate(self._letters):
            alike = [self._letters_alike(one, other) for other in words]
            bits = met >> tokens.WORD_BITS * at & tokens.SAID
            least, enough = (SAID, ANYTHING) if bits == tokens.SAID else (HEARD, SOMETHING)
            # the word that the tokens met is the one whose letters are most alike; or its sound tells
            best = max(alike, default=0.0)
            for to, found in enumerate(alike):
                raised = found
                if bits and found < least:
                    meant = found == best if best > enough else self._codes(one) & self._codes(words[to])
                    raised = least if meant else found
                if raised >= LEAST:
                    yield raised, 2, (at,), (to,)
        yield from self._joined(words)

    def _joined(self, words: list[str]) -> Iterator[Match]:
        """Xiaoming for Xiao Ming, and Xiao Ming for Xiaoming."""
        pairs = [one + other for one, other in pairwise(words)]
        for at, one in enumerate(self._letters):
            for to, other in enumerate(pairs):
                if (found := self._letters_alike(one, other)) > HEARD:
                    yield found, 3, (at,), (to, to + 1)
        for at, one in enumerate(self._pairs):
            for to, other in enumerate(words):
                if (found := self._letters_alike(one, other)) > HEARD:
                    yield found, 3, (at, at + 1), (to,)

    def _codes(self, word: str) -> set[str]:
        if word not in self._heard:
            self._heard[word] = tokens.heard(word)
        return self._heard[word]

    def _letters_alike(self, one: str, other: str) -> float:
        found = self._alike.get((one, other))
        if found is None:
            found = self._alike[one, other] = max(_letters(one, other), SAID * tokens.same(one, other))
        return found


def with_birth(found: Likeness, typed: Sequence[date], years: Collection[int], born: Collection[date]) -> Likeness:
    """With what birth dates say. Of `typed`, the readings of what was typed, the first is the common one."""
    if not born or not (typed or years):
        return found
    more, word = NOT_BORN, ""
    if typed and typed[0] in born:
        more, word = BORN, "born"
    elif set(typed) & set(born):
        more, word = SWAPPED, "swapped"
    elif {day.year for day in born} & (set(years) or {day.year for day in typed}):
        more = SAME_YEAR
    return replace(found, score=found.score + more, born=word)


_ORDER = list(Sense)


def _sense(alike: float) -> Sense:
    return Sense.SAME if alike == 1 else Sense.SOUNDS if alike in (SAID, HEARD) else Sense.SPELLED


def _letters(one: str, other: str) -> float:
    if one == other:
        return 1.0
    longest = max(len(one), len(other))
    if not one or not other or min(len(one), len(other)) * 3 < longest:
        return 0.0
    distance = 1 - jellyfish.damerau_levenshtein_distance(one, other) / longest
    return float(distance + jellyfish.jaro_winkler_similarity(one, other)) / 2
