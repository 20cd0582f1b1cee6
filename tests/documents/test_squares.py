"""Square codes of pages that came back: what is none of ours says nothing."""

import io
import re

import pytest
import segno

from casework.documents import returned, stamping
from casework.documents.marks import HIGH, SQUARE
from casework.documents.returned import Square
from tests.documents import hostile


def square(text: str) -> bytes:
    made = io.BytesIO()
    segno.make_qr(text).save(made, kind="png", scale=4, border=4)
    return made.getvalue()


def test_a_code_of_ours_names_form_and_page() -> None:
    assert returned.squares(square("CW1/ABCD-EFGH-JKMN/12")) == [Square(1, "ABCD-EFGH-JKMN", 12)]
    assert returned.squares(square("CW1/BLANK/1")) == [Square(1, "BLANK", 1)]


@pytest.mark.parametrize(
    "text", ["https://example.org/", "CW1/ABCD-EFGH-JKMN/0", "CW1/ABCD/../1", "CW2/BLANK/1", "CW1/BLANK/1/1", "x" * 900]
)
def test_other_codes_are_none(text: str) -> None:
    assert returned.squares(square(text)) == []


def test_pages_without_a_code_and_broken_files_have_none() -> None:
    assert returned.squares(hostile.paper()) == []
    assert returned.squares(hostile.picture()) == []
    assert returned.squares(hostile.picture()[:300]) == []
    assert returned.squares(b"\x89PNG\r\n\x1a\n") == []
    assert returned.squares(b"<html>") == []


@pytest.mark.parametrize("code", ["BLANK", "7K2M-9QXD-4HTR"])
def test_the_letters_below_stay_in_their_room(code: str) -> None:
    """A short word drawn as wide as the square would be taller than its room, and cut off there."""
    drawn = stamping.letters(code).decode()
    left, scale = (float(re.findall(pattern, drawn)[0]) for pattern in (r"^1 0 0 1 (\S+)", r"q (\S+) 0 0"))
    tallest = max(int(y) for y in re.findall(r"-?\d+ (-?\d+) [mlc]", drawn)) * scale
    widest = left + len(code) * int(re.findall(r"f 1 0 0 1 (\d+)", drawn)[0]) * scale
    assert 3 < tallest < HIGH
    assert left >= 0
    assert widest <= SQUARE + 0.1
