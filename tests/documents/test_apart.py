"""Files of strangers are read in a process that can do nothing but answer, and is ended where it goes too far."""

import pytest

from casework.documents import apart
from casework.documents.apart import Limits, NotRead

PRYING = "tests.documents.prying"


def test_inside_nothing_can_be_opened_or_started() -> None:
    found = apart.read(f"{PRYING}:refused", b"")
    assert found == ["file: OSError", "socket: OSError", "pipe: OSError", "fork: OSError"]


def test_inside_nothing_is_known_but_the_file() -> None:
    known = apart.read(f"{PRYING}:knows", b"Rosa")
    assert known == {"environment": ["LC_ALL", "PATH"], "content": "Rosa", "where": "/"}


@pytest.mark.parametrize(
    ("what", "limits"),
    [
        ("endless", Limits(cpu_seconds=1)),
        ("endless", Limits(wall_seconds=0.5)),
        ("greedy", Limits()),
        ("talkative", Limits(answer_bytes=4_000_000)),
        ("broken", Limits()),
        ("gone", Limits()),
        ("there_is_no_such_reader", Limits()),
    ],
)
def test_whatever_goes_too_far_or_breaks_is_not_read(what: str, limits: Limits) -> None:
    with pytest.raises(NotRead) as error:
        apart.read(f"{PRYING}:{what}", b"Rosa " * 100_000, limits)
    assert "Rosa" not in str(error.value)
