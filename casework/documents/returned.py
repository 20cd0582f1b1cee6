"""What stands in the fields of a file that came back, and in the square codes of its pages, read in a process apart."""

import re
from dataclasses import dataclass, field

from casework.documents import apart
from casework.documents.checking import limits
from casework.documents.checks import found

FIELDS = "casework.documents.checks.fields:inside"
SQUARES = "casework.documents.checks.squares:inside"
SQUARE = re.compile(r"CW1/([0-9A-Z-]{5,14})/([1-9]\d{0,2})")
SECONDS, ANSWER = 10.0, 8 * 1024 * 1024


@dataclass(frozen=True)
class Fields:
    """The fields of a PDF by name, without those that are empty; `unclear` are those that say two things.

    `names` are all of them: a form that was printed, or flattened, has none.
    """

    values: dict[str, str] = field(default_factory=dict)
    unclear: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()


def fields(content: bytes) -> Fields:
    """Raises apart.NotRead for a file that cannot be read."""
    if found.kind(content)[0] != found.PDF:
        return Fields()
    answer = apart.read(FIELDS, content, limits(found.PDF, SECONDS, ANSWER))
    try:
        rows = [(str(one["name"]), str(one["value"]), bool(one["unclear"])) for one in answer["fields"]]
    except (KeyError, TypeError) as error:
        raise apart.NotRead("shape") from error
    values = {name: value for name, value, _unclear in rows if value.strip()}
    return Fields(
        values, frozenset(name for name, _value, unclear in rows if unclear), frozenset(name for name, *_rest in rows)
    )


@dataclass(frozen=True)
class Square:
    """What the square code on a page of the file says: the code of the form, and which of its pages it is, from 1."""

    at: int
    code: str
    page: int


def squares(content: bytes) -> list[Square]:
    """Those of our forms, in the order of the pages. None where there are none, or where they cannot be read."""
    media_type = found.kind(content)[0]
    if media_type not in {found.PDF, found.JPEG, found.PNG, found.HEIC}:
        return []
    try:
        answer = apart.read(SQUARES, content, limits(media_type, SECONDS, ANSWER))
        rows = [(int(at), SQUARE.fullmatch(str(said))) for at, said in answer["squares"]]
    except (apart.NotRead, KeyError, TypeError, ValueError):
        return []
    return [Square(at, said[1], int(said[2])) for at, said in rows if said]
