"""What laying out one paper may cost, and how the child process says why it stopped."""

from dataclasses import dataclass
from enum import IntEnum

# What is made of a page of HTML: a paper to read; one with fields for its inputs; pages without tags, each of which
# becomes what is seen in a field.
PAPER, FORM, PIECES = "paper", "form", "pieces"


@dataclass(frozen=True)
class Limits:
    """The most that one paper may take. A 14-page form needs about 1.5 s and 110 MB."""

    pages: int = 60
    cpu_seconds: int = 20
    wall_seconds: float = 30.0
    memory_bytes: int = 1024**3
    html_characters: int = 2_000_000


class Exit(IntEnum):
    """Exit codes of the child. The first two are Python's own."""

    DONE = 0
    BROKEN = 1
    TOO_LONG = 40
    REFUSED = 41
    UNAVAILABLE = 42
    MEMORY = 43
