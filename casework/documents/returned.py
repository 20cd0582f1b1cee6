"""What stands in the fields of a file that came back, read in a process apart."""

from dataclasses import dataclass, field

from casework.documents import apart
from casework.documents.checking import limits
from casework.documents.checks import found

FIELDS = "casework.documents.checks.fields:inside"
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
