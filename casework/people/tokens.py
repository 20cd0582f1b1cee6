"""What a name sounds and looks like, however it was spelled: the forms under which it can be found.

Pure. A form begins with the kind of likeness: `w` the letters without accents, in Latin script; `s` how Spanish says
them (b/v, s/z/c, ll/y, j/h/g, silent h); `m` Metaphone, how English hears them; `c` the consonants alone, for names
that come from scripts which are written down in many ways.
"""

import re
import unicodedata
from collections.abc import Iterable

import jellyfish
from anyascii import anyascii

# Words that stand in so many names that nobody is found by them.
PARTICLES = frozenset(
    ["de", "del", "la", "las", "los", "el", "y", "e", "i", "da", "das", "do", "dos", "di", "van", "von", "der", "den",
     "bin", "ibn", "bint", "al", "san"]
)  # fmt: skip
SHORTEST_CODE = 3  # letters; shorter ones are of too many names
MARKS = re.compile(r"['’ʼʻ`´]")
SPANISH = (
    (r"ph", "f"), (r"th", "t"), (r"sh", "ch"), (r"^ps", "s"), (r"(?<![cs])h", ""), (r"ll", "y"),
    (r"^i(?=[aeou])", "y"), (r"y(?![aeiou])", "i"), (r"qu(?=[ei])|q|ck", "k"), (r"ch", "C"), (r"c(?=[eiy])|z|ç", "s"),
    (r"c", "k"), (r"C", "ch"), (r"gu(?=[ei])", "G"), (r"g(?=[eiy])", "j"), (r"G", "g"), (r"^gu(?=[ao])|w", "u"),
    (r"v", "b"), (r"m(?=[bp])", "n"), (r"(.)\1+", r"\1"),
)  # fmt: skip
ELSEWHERE = (
    (r"^[aeiouy]+", "A"),
    (r"kh|ch|q|x|h(?=.)", "j"), (r"sh|sch|zh|tch|tz|ts|cz", "s"), (r"ph", "f"), (r"th|dh", "t"), (r"ck|c", "k"),
    (r"w", "v"), (r"[zs]", "s"), (r"[aeiouy]", ""), (r"(.)\1+", r"\1"),
)  # fmt: skip


def parts(name: str) -> list[str]:
    """The words of a name by which somebody can be found; particles only where there is nothing else."""
    plain = unicodedata.normalize("NFKC", MARKS.sub("", name))
    words = [word for word in re.split(r"[\W\d_]+", plain.casefold()) if word]
    return [word for word in words if word not in PARTICLES] or words


def forms(part: str) -> set[str]:
    """The forms of one word."""
    latin = _latin(part)
    if not latin:
        return set()
    sounds = {f"s{_rewritten(one, SPANISH)}" for one in _spoken(latin)}
    codes = {f"m{jellyfish.metaphone(latin)}", f"c{_rewritten(latin, ELSEWHERE)}"}
    return {f"w{latin}"} | {one for one in sounds if len(one) > 1} | {one for one in codes if len(one) > SHORTEST_CODE}


def of_names(names: Iterable[str]) -> set[str]:
    """All forms of these names: of their words, and the words written as one (Li Ming, Liming)."""
    words = [parts(name) for name in names]
    whole = {f"w{latin}" for one in words if (latin := _latin("".join(one)))}
    return whole | {form for one in words for part in one for form in forms(part)}


def _latin(word: str) -> str:
    return "".join(one for one in anyascii(word).lower() if one.isascii() and one.isalpha())


def _spoken(latin: str) -> set[str]:
    """A name that begins with h is said without it or as with j, one with y as with j, too; an x is said as s or j."""
    ways = {latin, re.sub(r"^(h|y|ll)", "j", latin)}
    return {way.replace("x", sound) for way in ways for sound in ("sj" if "x" in way else "s")}


def _rewritten(latin: str, table: tuple[tuple[str, str], ...]) -> str:
    for pattern, replacement in table:
        latin = re.sub(pattern, replacement, latin)
    return latin
