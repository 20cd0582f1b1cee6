"""How places are found by name: folded words, each of which must occur, then words that are spelled nearly so. Pure."""

import re
from collections.abc import Iterable

import jellyfish
from anyascii import anyascii

LONG_WORD = 5  # letters from which a word may differ in one, and from twice as many in two


def fold(*texts: str) -> str:
    """Small Latin letters and digits, one blank between words: "Núñez St." is "nunez st"."""
    return " ".join(re.findall(r"[a-z0-9]+", anyascii(" ".join(texts)).lower().replace("'", "")))


def is_nearly(asked: str, words: str) -> bool:
    """Whether each folded word that is asked for stands in `words`, at its beginning, or with a slip of the pen."""
    there = words.split()
    return all(any(_alike(one, word) for word in there) for one in asked.split())


def nearly(asked: str, rows: Iterable[tuple[str, str]]) -> list[str]:
    """The keys of the rows (key, folded words) in which all that is asked for stands nearly."""
    return [key for key, words in rows if is_nearly(asked, words)]


def _alike(asked: str, word: str) -> bool:
    if word.startswith(asked):
        return True
    slips = min(len(asked) // LONG_WORD, 2)
    return bool(slips) and jellyfish.damerau_levenshtein_distance(asked, word) <= slips
