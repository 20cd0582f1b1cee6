"""What a name sounds and looks like, however it was spelled: the forms under which it can be found.

Pure. A form begins with the kind of likeness: `w` the letters without accents, in Latin script; `s` how Spanish says
them (b/v, s/z/c, ll/y, j/h/g, silent h); `c` the consonants alone, for names that come from scripts which are written
down in many ways; `f` how French and Creole say them; `z` which Chinese surname it can be; `d` what is left when a
letter is dropped. A word that somebody has twice, as Ali Ali, has a form `2` beside. `=` stands for a whole name, its
words in any order.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain, combinations, pairwise

from anyascii import anyascii

from casework.people import chinese

# Words that stand in so many names that nobody is found by them.
PARTICLES = frozenset(
    ["de", "del", "la", "las", "los", "el", "y", "e", "i", "da", "das", "do", "dos", "di", "van", "von", "der", "den",
     "bin", "ibn", "bint", "al", "san"]
)  # fmt: skip
SHORTEST_CODE = 3  # letters; shorter ones are of too many names
SHORTEST_SLIP = 4  # letters of which one may be dropped
MOST_WORDS = 7  # of what is typed; names have fewer
# For each typed word three bits: how surely a person's names have it. Their number puts candidates in order.
WORD_BITS, HEARD, SAID = 3, 0b011, 0b111
MARKS = re.compile(r"['’ʼʻ`´]")


def _table(*pairs: tuple[str, str]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern), replacement) for pattern, replacement in pairs)


SPANISH = _table(
    (r"ph", "f"), (r"th", "t"), (r"sh", "ch"), (r"^ps", "s"), (r"(?<![cs])h", ""), (r"ll", "y"),
    (r"^i(?=[aeou])", "y"), (r"y(?![aeiou])", "i"), (r"qu(?=[ei])|q|ck", "k"), (r"ch", "C"), (r"c(?=[eiy])|z|ç", "s"),
    (r"c", "k"), (r"C", "ch"), (r"gu(?=[ei])", "G"), (r"g(?=[eiy])", "j"), (r"G", "g"), (r"^gu(?=[ao])|w", "u"),
    (r"v", "b"), (r"m(?=[bp])", "n"), (r"(.)\1+", r"\1"),
)  # fmt: skip
ELSEWHERE = _table(
    (r"^hs", "x"), (r"^[aeiouy]+", "A"),
    (r"kh|ch|q|x|h(?=.)", "j"), (r"sh|sch|zh|tch|tz|ts|cz", "s"), (r"ph", "f"), (r"th|dh", "t"), (r"ck|c", "k"),
    (r"w", "v"), (r"[zs]", "s"), (r"[aeiouy]", ""), (r"(.)\1+", r"\1"),
)  # fmt: skip
# Creole writes what French says: after the orthography of 1979, vowels before n and m as one, ends silent.
FRENCH = _table(
    (r"(?<=.{2})es?$", ""), (r"m(?=[bp])", "n"), (r"p(?=t)", ""), (r"ph", "f"), (r"th", "t"), (r"sch|sh|ch", "C"),
    (r"qu", "k"), (r"gu(?=[eiy])", "G"), (r"g(?=[eiy])", "j"), (r"c(?=[eiy]|oi)|z", "s"), (r"c|q", "k"), (r"x", "ks"),
    (r"h", ""), (r"eau|au", "o"), (r"oua|oi|oy", "wa"), (r"ou(?=[eiy])|u(?=[aeo])", "w"), (r"w(?=[ou])", "r"),
    (r"ill(?=[aeiou])", "iy"), (r"gn", "ny"), (r"[ao]e|[ae][iy]|eu", "e"), (r"ou|u|y", "i"), (r"on(?![aeion])", "oN"),
    (r"[aei]+n(?![aeion])", "aN"), (r"r(?=[^aeiowN])", ""), (r"(.)\1+", r"\1"), (r"[eprstd]+$", ""),
    (r"G", "g"),
)  # fmt: skip


def parts(name: str) -> list[str]:
    """The words of a name by which somebody can be found; particles only where there is nothing else."""
    words = _words(name)
    return [word for word in words if word not in PARTICLES] or words


def forms(part: str) -> set[str]:
    """The forms of one word as it is, without slips."""
    letters = latin(part)
    return {f"w{letters}", *_said(letters), *_heard(letters), *_french(letters)} if letters else set()


def of_names(names: Sequence[str]) -> set[str]:
    """All forms under which the names of one person are kept: given names, surnames and aliases, each a text."""
    return across(names).union(*(of_name(name) for name in names))


def of_name(name: str) -> set[str]:
    """Of its words, of the words written as one (Li Ming, Liming; de la Cruz, Delacruz), and with a letter dropped."""
    words, found = parts(name), set()
    for part in words:
        found |= forms(part)
        found |= {f"d{one}" for one in _dropped(_slipping(latin(part)))}
    for joined in {"".join(words), "".join(_words(name))} - set(words):
        found |= forms(joined)
    return found


def across(names: Sequence[str]) -> set[str]:
    """Of names that are written as one with the next, as both surnames, and of words that one has twice."""
    words = [parts(name) for name in names]
    found = set()
    for one, other in pairwise(filter(None, words)):
        letters = latin("".join([*one, *other]))
        found |= {f"w{letters}", *_said(letters)}
    every = list(chain.from_iterable(words))
    return found | {f"2{latin(word)}" for word in every if every.count(word) > 1}


def whole(name: str) -> set[str]:
    """The form of a name as a whole, by how Spanish says its words; of a single word there is none."""
    said = sorted(_plainest(latin(part)) for part in dict.fromkeys(parts(name)))
    return {f"={'+'.join(said)}"} if len(said) > 1 else set()


def within(words: Sequence[str]) -> dict[str, int]:
    """The forms of the whole names that stand within these words, each with the number of its words."""
    said = sorted({_plainest(latin(word)) for word in words[:MOST_WORDS]})
    sizes = range(2, len(said) + 1)
    return {f"={'+'.join(some)}": size for size in sizes for some in combinations(said, size)}


def of_dates(days: Iterable[date]) -> set[str]:
    """The forms of dates of birth."""
    return {f"b{day.isoformat()}" for day in days}


def asked(typed: str, days: Sequence[date] = ()) -> dict[str, int]:
    """The forms to look for, each with the bits of the words that it stands for."""
    words = parts(typed)[:MOST_WORDS]
    found = dict.fromkeys(of_dates(days), SAID << WORD_BITS * len(words))
    for at, part in enumerate(words):
        letters = latin(part)
        said, heard = ([f"2{letters}"], []) if part in words[:at] else (_said(letters), _heard(letters))
        _add(found, said, SAID << WORD_BITS * at)
        _add(found, heard, HEARD << WORD_BITS * at)
    for letters, bits in _joined(typed, words):
        _add(found, _said(letters), bits * SAID)
        _add(found, _heard(letters), bits * HEARD)
    return found


def slipped(words: Sequence[str], which: Iterable[int]) -> dict[str, int]:
    """The forms to look for where these of the typed words were not met as they are.

    They have a letter too many or few, or another one, or a Creole hand wrote them.
    """
    found: dict[str, int] = {}
    for at in which:
        letters = latin(words[at])
        bits = HEARD << WORD_BITS * at
        _add(found, _french(letters), bits)
        for text in {letters, _skeleton(letters)}:
            fewer = _dropped(text)
            _add(found, [f"d{text}", *(f"d{one}" for one in fewer)], bits)
            kind = "w" if text == letters else "c"
            _add(found, (f"{kind}{one}" for one in fewer if len(one) >= SHORTEST_CODE), bits)
    return found


def has(met: int, at: int) -> bool:
    """Whether the bits say that somebody surely has this word."""
    return met >> WORD_BITS * at & SAID == SAID


def latin(word: str) -> str:
    """The letters of a word in Latin script, without accents."""
    if word.isascii():
        return "".join(one for one in word.lower() if one.isalpha())
    return "".join(one for one in anyascii(word).lower() if one.isascii() and one.isalpha())


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", MARKS.sub("", name))
    return [word for word in re.split(r"[\W\d_]+", plain.casefold()) if word]


def _joined(typed: str, words: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Neighbours written as one, and a word with the particles before it; each with the lowest bits of its words."""
    for at in range(len(words) - 1):
        yield latin(words[at] + words[at + 1]), 0b1001 << WORD_BITS * at
    before, at = "", 0
    for word in _words(typed):
        if at < len(words) and word == words[at]:
            if before:
                yield latin(before + word), 1 << WORD_BITS * at
            before, at = "", at + 1
        else:
            before += word


def _add(found: dict[str, int], new: Iterable[str], bits: int) -> None:
    for one in new:
        found[one] = found.get(one, 0) | bits


def same(one: str, other: str) -> bool:
    """Whether two words are one surname, however little their letters tell it."""
    return bool(chinese.surnames(one) & chinese.surnames(other))


def heard(letters: str) -> set[str]:
    """As what one hears a word; who hears two words alike may write one for the other."""
    return {*_heard(letters), *_french(letters)}


def _plainest(letters: str) -> str:
    """One of the ways in which a word is said, the same one for all that are said alike."""
    return min(_rewritten(one, SPANISH) for one in _spoken(letters)) or letters


def _said(letters: str) -> set[str]:
    found = {f"s{_rewritten(one, SPANISH)}" for one in _spoken(letters)}
    return {one for one in found if len(one) > 1} | {f"z{one}" for one in chinese.surnames(letters)}


def _heard(letters: str) -> set[str]:
    return {f"c{code}" for one in _begun(letters) if len(code := _skeleton(one)) >= SHORTEST_CODE}


def _begun(letters: str) -> set[str]:
    """Yeison is Jason, as Yevgeny is Evgeny."""
    return {letters, re.sub(r"^y(?=[aeiou])", "j", letters)}


def _french(letters: str) -> set[str]:
    """As French says it, and as Creole, whose g is hard before every vowel."""
    ways = {letters, re.sub(r"g(?=[iey])", "gu", letters)}
    return {f"f{code}" for one in ways if len(code := _rewritten(one, FRENCH)) >= SHORTEST_CODE}


def _skeleton(letters: str) -> str:
    return _rewritten(letters, ELSEWHERE)


def _slipping(letters: str) -> str:
    """What of a word the slips are looked for in: its consonants, or all letters where these are few."""
    skeleton = _skeleton(letters)
    return skeleton if len(skeleton) >= SHORTEST_SLIP else letters


def _dropped(letters: str) -> set[str]:
    """What is left when one letter is dropped."""
    if len(letters) < SHORTEST_SLIP:
        return set()
    return {letters[:at] + letters[at + 1 :] for at in range(len(letters))}


def _spoken(letters: str) -> set[str]:
    """A name that begins with h is said without it or as with j, one with y as with j, too; an x is said as s or j."""
    ways = {letters, re.sub(r"^(h|y|ll)", "j", letters)}
    return {way.replace("x", sound) for way in ways for sound in ("sj" if "x" in way else "s")}


def _rewritten(letters: str, table: tuple[tuple[re.Pattern[str], str], ...]) -> str:
    for pattern, replacement in table:
        letters = pattern.sub(replacement, letters)
    return letters
