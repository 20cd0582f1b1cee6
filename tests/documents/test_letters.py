"""Text made legible, without laying anything out."""

import pytest

from casework.documents.letters import Alphabet, legible

DRAWN = frozenset(map(ord, "abcdefiqxé□12 律ਕਿ\u0301\u2067"))


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("", ""),
        ("abc", "abc"),
        ("a\tb\r\nc", "a\tb\r\nc"),
        ("e\u0301", "é"),
        ("á", "a\u0301"),
        ("\ufb01", "fi"),
        ("①½", "1□"),
        ("z😀\ue000\ud800", "□□□□"),
        ("a\u202eb\u202cc", "abc"),
        ("a\x00\x07\x7f\ufeffb\ufe0f", "ab"),
        ("a\u200bb\u200dc\u2067d\u00ade", "a\u200bb\u200dc\u2067d\u00ade"),
        ("ਕਿ", "ਕਿ"),
        ("q" + "\u0301" * 21 + "a\u0301", "q" + "\u0301" * 20 + "a\u0301"),
        ("x" * 40, "x" * 40),
        ("x" * 81, "x" * 40 + "\u200b" + "x" * 40 + "\u200bx"),
        ("x" * 40 + " " + "x" * 40, "x" * 40 + " " + "x" * 40),
        ("律" * 100, "律" * 100),
    ],
)
def test_legible(given: str, made: str) -> None:
    assert legible(given, Alphabet(DRAWN)) == made


def test_legible_text_stays_as_it_is() -> None:
    alphabet = Alphabet(DRAWN)
    once = legible("x" * 500 + "z①" + "q" + "\u0301" * 50, alphabet)
    assert legible(once, alphabet) == once
