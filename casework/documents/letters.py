"""Text that can be laid out: every character has a glyph, and no word can hold the layout engine for minutes."""

import re
import unicodedata
from collections.abc import Container
from typing import Literal

UNKNOWN = "\u25a1"  # white square
MARKS_PER_LETTER = 20
LETTERS_PER_WORD = 40  # a line of endless words costs a layout of all that follows; a table never breaks a word
FORMS: tuple[Literal["NFD", "NFKC"], ...] = ("NFD", "NFKC")  # letter and mark apart, then a plainer sign
BREAK = "\u200b"  # zero width space: a line may end here

# Joiners, direction marks and isolates, soft hyphen. Overrides (U+202A to U+202E) would let typed text turn its
# neighbours around, so they are dropped with all other format characters.
_KEPT = frozenset("\t\n\r\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u2066\u2067\u2068\u2069")
_DROPPED_KINDS = frozenset({"Cc", "Cf"})
_SELECTORS = range(0xFE00, 0xFE10)
_LETTER = rf"[^\s{BREAK}\u3000-\u9fff\uff00-\uffef]"  # between Han characters a line may always end
_ENDLESS = re.compile(f"{_LETTER}{{{LETTERS_PER_WORD}}}(?={_LETTER})")


class Alphabet(dict[int, str]):
    """A table for `str.translate`, filled as characters are met; `glyphs` are the code points that fonts can draw."""

    def __init__(self, glyphs: Container[int]) -> None:
        super().__init__()
        self.glyphs = glyphs

    def __missing__(self, code: int) -> str:
        self[code] = drawn = self._drawn(chr(code))
        return drawn

    def _drawn(self, sign: str) -> str:
        if sign in _KEPT or ord(sign) in self.glyphs:
            return sign
        if unicodedata.category(sign) in _DROPPED_KINDS or ord(sign) in _SELECTORS:
            return ""
        for form in FORMS:
            parts = unicodedata.normalize(form, sign)
            if all(ord(part) in self.glyphs for part in parts):
                return parts
        return UNKNOWN


def legible(text: str, alphabet: Alphabet) -> str:
    """`text` composed (NFC), with U+25A1 for what no font can draw, at most 20 marks on a letter, and a place to break
    (U+200B) after every 40 letters of a word. Nothing else is lost.
    """
    if not text.isascii():
        text = _fewer_marks(unicodedata.normalize("NFC", text))
    return _ENDLESS.sub(lambda word: word[0] + BREAK, text.translate(alphabet))


def _fewer_marks(text: str) -> str:
    kept, marks = [], 0
    for sign in text:
        marks = marks + 1 if unicodedata.category(sign).startswith("M") else 0
        if marks <= MARKS_PER_LETTER:
            kept.append(sign)
    return "".join(kept)
