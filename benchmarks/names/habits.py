"""The ways in which a name is written or heard wrong, each with a name, by culture.

Half of them are held out: the search was not tuned on what they do. A habit gives the typed text, or None where it has
nothing to change in this name.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from benchmarks.names.people import Somebody

Way = Callable[[Random, Somebody], str | None]
PARTICLES = {"de", "la", "del", "los", "las"}
KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


@dataclass(frozen=True)
class Habit:
    """One of them."""

    name: str
    cultures: tuple[str, ...]
    way: Way
    held_out: bool


def _spelling(*changes: tuple[str, str]) -> Way:
    """Changes one word where one of the patterns fits; which pattern and which word is drawn."""

    def way(draw: Random, one: Somebody) -> str | None:
        words = plain(" ".join(one.words)).split()
        fitting = [
            (at, changed)
            for at, word in enumerate(words)
            for pattern, to in changes
            if (changed := re.sub(pattern, to, word, count=1)) != word and len(changed) > 1
        ]
        if not fitting:
            return None
        at, changed = draw.choice(fitting)
        words[at] = changed
        return " ".join(words)

    return way


def plain(text: str) -> str:
    """Without accents, in small letters."""
    parts = unicodedata.normalize("NFKD", text.lower())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


# --- Which names, and in which order


def one_surname(_: Random, one: Somebody) -> str | None:
    return f"{one.given} {one.first}" if one.second else None


def other_surname(_: Random, one: Somebody) -> str | None:
    return f"{one.given} {one.second}" if one.second else None


def surnames_swapped(_: Random, one: Somebody) -> str | None:
    return f"{one.given} {one.second} {one.first}" if one.second else None


def surnames_first(_: Random, one: Somebody) -> str | None:
    return f"{one.first} {one.second}, {one.given}"


def one_given_name(_: Random, one: Somebody) -> str | None:
    first, *others = one.given.split()
    return f"{first} {one.first} {one.second}" if others else None


def other_given_name(_: Random, one: Somebody) -> str | None:
    _first, *others = one.given.split()
    return f"{others[0]} {one.first} {one.second}" if others else None


def surnames_joined(_: Random, one: Somebody) -> str | None:
    return f"{one.given} {one.first}{one.second.lower()}" if one.second else None


def surnames_with_dash(_: Random, one: Somebody) -> str | None:
    return f"{one.given} {one.first}-{one.second}" if one.second else None


def no_accents(_: Random, one: Somebody) -> str | None:
    text = " ".join(one.words)
    return plain(text) if plain(text) != text.lower() else None


def no_particles(_: Random, one: Somebody) -> str | None:
    left = [word for word in one.words if word not in PARTICLES]
    return " ".join(left) if left != one.words else None


def particles_added(draw: Random, one: Somebody) -> str | None:
    return f"{one.given} {draw.choice(['de', 'de la', 'del', 'De Los'])} {one.first} {one.second}"


def particles_joined(_: Random, one: Somebody) -> str | None:
    joined = re.sub(r"\b(de|del|la|los) (?=\w)", r"\1", one.first)
    return f"{one.given} {joined} {one.second}" if joined != one.first else None


def dashes_gone(_: Random, one: Somebody) -> str | None:
    text = " ".join(one.words)
    return text.replace("-", " ") if "-" in text else None


def dashes_joined(_: Random, one: Somebody) -> str | None:
    text = " ".join(one.words)
    return re.sub(r"-(\w)", lambda found: found[1].lower(), text) if "-" in text else None


def surname_first_alone(_: Random, one: Somebody) -> str | None:
    return f"{one.first} {one.given}"


def given_split(_: Random, one: Somebody) -> str | None:
    """Xiaoming as Xiao Ming, where two syllables were joined."""
    parts = re.fullmatch(r"([A-Z][a-z]*?(?:ng|n|[aeiou]))([bcdfghjklmnpqrstwxyz]h?[aeiou].*)", one.given)
    return f"{one.first} {parts[1]} {parts[2]}" if parts else None


def given_dashed(_: Random, one: Somebody) -> str | None:
    parts = re.fullmatch(r"([A-Z][a-z]*?(?:ng|n|[aeiou]))([bcdfghjklmnpqrstwxyz]h?[aeiou].*)", one.given)
    return f"{parts[1]}-{parts[2].title()} {one.first}" if parts else None


# --- Slips of the finger


def _slip(change: Callable[[Random, str, int], str]) -> Way:
    """In one word of at least five letters, not at its first letter."""

    def way(draw: Random, one: Somebody) -> str | None:
        words = " ".join(one.words).lower().split()
        long = [at for at, word in enumerate(words) if len(word) >= 5 and word.isalpha()]
        if not long:
            return None
        at = draw.choice(long)
        words[at] = change(draw, words[at], draw.randrange(1, len(words[at]) - 1))
        return " ".join(words)

    return way


def _beside(draw: Random, letter: str) -> str:
    row = next((row for row in KEYS if letter in row), "")
    at = row.find(letter)
    return draw.choice(row[max(0, at - 1) : at] + row[at + 1 : at + 2] or "e")


swapped = _slip(lambda _, word, at: word[:at] + word[at + 1] + word[at] + word[at + 2 :])
left_out = _slip(lambda _, word, at: word[:at] + word[at + 1 :])
twice = _slip(lambda _, word, at: word[:at] + word[at] + word[at:])
next_key = _slip(lambda draw, word, at: word[:at] + _beside(draw, word[at]) + word[at + 1 :])
pushed_in = _slip(lambda draw, word, at: word[:at] + _beside(draw, word[at]) + word[at:])

SPANISH, MAYAN, HAITIAN = ("spanish", "mayan"), ("mayan",), ("haitian",)
ARABIC, ASIAN, CHINESE, RUSSIAN = ("arabic",), ("south_asian",), ("chinese",), ("russian",)
ALL = ("spanish", "mayan", "haitian", "arabic", "south_asian", "chinese", "russian")

HABITS = [
    # tuned on
    Habit("second surname dropped", SPANISH, one_surname, False),
    Habit("surnames swapped", SPANISH, surnames_swapped, False),
    Habit("first given name alone", (*SPANISH, "south_asian", "arabic"), one_given_name, False),
    Habit("surnames first", ALL, surnames_first, False),
    Habit("no accents", (*SPANISH, "haitian", "arabic"), no_accents, False),
    Habit("particles dropped", SPANISH, no_particles, False),
    Habit("surnames with a dash", SPANISH, surnames_with_dash, False),
    Habit("letters swapped", ALL, swapped, False),
    Habit("a letter left out", ALL, left_out, False),
    Habit("b for v", SPANISH, _spelling(("v", "b"), ("b", "v")), False),
    Habit("s for z", SPANISH, _spelling(("z", "s"), ("s", "z"), ("c(?=[ei])", "s")), False),
    Habit("no h", SPANISH, _spelling(("^h", ""), ("(?<![cst])h", "")), False),
    Habit("dashes gone", (*HAITIAN, *ARABIC), dashes_gone, False),
    Habit("Creole spelling", HAITIAN, _spelling(
        ("tiste$", "tis"), ("oi", "wa"), ("eau", "o"), ("ph", "f"), ("ç", "s"), ("c(?=[ei])", "s"), ("e$", "")), False),
    Habit("Arabic vowels", ARABIC, _spelling(
        ("u", "o"), ("o", "u"), ("e", "a"), ("i", "e"), ("ou", "u"), ("a$", "ah"), ("ee", "i")), False),
    Habit("Arabic article", ARABIC, _spelling(("^al-", ""), ("^el-", "al-"), ("^al-", "el ")), False),
    Habit("Punjabi vowels", ASIAN, _spelling(("ee", "i"), ("oo", "u"), ("u", "oo"), ("i", "ee"), ("aa", "a")), False),
    Habit("breath dropped", ASIAN, _spelling(
        ("bh", "b"), ("dh", "d"), ("gh", "g"), ("kh", "k"), ("th", "t"), ("sh", "s")), False),
    Habit("family name first", CHINESE, surname_first_alone, False),
    Habit("given name in two", CHINESE, given_split, False),
    Habit("older transcription", CHINESE, _spelling(
        ("^zh", "ch"), ("^x", "hs"), ("^q", "ch"), ("^j", "ch"), ("^z", "ts")), False),
    Habit("Russian y", RUSSIAN, _spelling(("ey$", "ei"), ("y", "i"), ("ye", "e"), ("yo", "e"), ("iy", "y")), False),
    Habit("Russian ks", RUSSIAN, _spelling(("ks", "x"), ("v$", "ff"), ("kh", "h")), False),
    Habit("Spanish hand", MAYAN, _spelling(("^x", "sh"), ("^x", "j"), ("tz", "ts"), ("k", "c"), ("q", "k")), False),
    # held out
    Habit("first surname dropped", SPANISH, other_surname, True),
    Habit("other given name alone", (*SPANISH, "arabic"), other_given_name, True),
    Habit("surnames joined", SPANISH, surnames_joined, True),
    Habit("particles added", SPANISH, particles_added, True),
    Habit("particles joined", SPANISH, particles_joined, True),
    Habit("next key", ALL, next_key, True),
    Habit("a letter twice", ALL, twice, True),
    Habit("a letter pushed in", ALL, pushed_in, True),
    Habit("y for ll and j", SPANISH, _spelling(("ll", "y"), ("y", "ll"), ("^j", "y"), ("^y", "j")), True),
    Habit("as English hears it", SPANISH, _spelling(
        ("j", "h"), ("gu(?=[ei])", "g"), ("qu(?=[ei])", "k"), ("ñ", "ny"), ("n(?=[aeou]z?$)", "ny"), ("^hu", "w"),
        ("ie", "e"), ("ía$", "ia")), True),
    Habit("h put in", SPANISH, _spelling(("^([aeiou])", r"h\1"), ("(?<=[ae])(?=[oi])", "h")), True),
    Habit("c and qu as k", SPANISH, _spelling(("c(?=[aou])", "k"), ("qu", "k"), ("x", "s"), ("x", "j")), True),
    Habit("dashes joined", (*HAITIAN, *ARABIC), dashes_joined, True),
    Habit("Creole letters", HAITIAN, _spelling(
        ("qu", "k"), ("c(?=[aou])", "k"), ("ge", "je"), ("ou", "w"), ("ai", "e"), ("er$", "e"), ("rd$", "r")), True),
    Habit("French for Arabic", ARABIC, _spelling(
        ("sh", "ch"), ("u", "ou"), ("w", "ou"), ("j", "dj"), ("y", "i"), ("kh", "k")), True),
    Habit("doubled or not", ARABIC, _spelling(
        ("mm", "m"), ("ss", "s"), ("q", "k"), ("d$", "dd"), ("dh", "d"), ("h$", ""), ("z", "dh")), True),
    Habit("Bengali and Hindi", ASIAN, _spelling(
        ("v", "w"), ("w", "v"), ("ph", "f"), ("ch", "chh"), ("j", "z"), ("ks", "x"), ("a$", ""), ("nd", "nth")), True),
    Habit("Cantonese and English", CHINESE, _spelling(
        ("^wang$", "wong"), ("^li$", "lee"), ("^zhang$", "cheung"), ("^chen$", "chan"), ("ong$", "ung"), ("^c", "ts"),
        ("^hu", "woo"), ("ian$", "ien"), ("^xu", "hsu"), ("i$", "ee")), True),
    Habit("given name with a dash", CHINESE, given_dashed, True),
    Habit("German and French for Russian", RUSSIAN, _spelling(
        ("sh", "sch"), ("ya", "ia"), ("yu", "iu"), ("ch", "tch"), ("v$", "w"), ("zh", "j"), ("ts", "tz"), ("u", "ou")),
        True),
    Habit("own letters", MAYAN, _spelling(
        ("c(?=[aou])", "k"), ("qu", "k"), ("^ch", "ch'"), ("z$", "s"), ("ui", "wi"), ("j$", "h"), ("x", "ch")), True),
]  # fmt: skip
