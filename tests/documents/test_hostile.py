"""Hostile uploads: each is refused for its own reason, within its limits, and none of them reaches anything."""

import resource
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any

import pytest

from casework.documents import wording
from casework.documents.apart import Limits
from casework.documents.checking import Checked, check
from tests.documents import hostile

# Those that name the address, or that are meant to exhaust whoever opens them, are read as everything is: apart.
APART = (
    "script when opened", "sends a form when opened", "locked with the owner's password alone", "1,600 pages",
    "pages that are their own parents", "a million pages", "160,000 objects", "a directory that unpacks to a gigabyte",
    "PNG that unpacks to 412 MB", "damaged HEIC", "Word with a picture elsewhere", "Word that unpacks to 160 MB",
)  # fmt: skip
SECONDS, MEMORY = 25.0, 800 * 1024**2


def here(reader: str, content: bytes, limits: Limits) -> Any:
    """As it is read apart, in this process: what is small, and was seen to be harmless to whoever looks at it."""
    module, _, name = reader.partition(":")
    return getattr(import_module(module), name)(content)


@pytest.fixture(scope="module")
def judged() -> Iterator[dict[str, Checked]]:
    """All of them judged, while somebody waits at the address that they name."""
    with socket.create_server(("127.0.0.1", 0)) as away:
        away.settimeout(0)
        files = hostile.files(away.getsockname()[1])
        found = {
            says: check(content, name, read=here) for says, (name, content, _c) in files.items() if says not in APART
        }
        with ThreadPoolExecutor(2) as several:
            began = [(says, several.submit(check, content, files[says][0])) for says in APART
                     for content in [files[says][1]]]  # fmt: skip
            found |= {says: one.result() for says, one in began}
        with pytest.raises(BlockingIOError):  # nobody came
            away.accept()
        yield found


def test_each_is_refused_for_its_own_reason(judged: dict[str, Checked]) -> None:
    wanted = {says: code for says, (_name, _content, code) in hostile.files(1).items()}
    assert {says: one.reason if one.ended else "not ended" for says, one in judged.items()} == wanted
    assert len(judged) >= 60


def test_each_reason_has_its_words() -> None:
    codes = {code for _name, _content, code in hostile.files(1).values()}
    said = {code: (wording.why(code), wording.what_to_do(code)) for code in codes}
    assert codes <= wording.WORDS.keys()
    assert all(why.endswith(".") and do.endswith(".") and "%" not in why for why, do in said.values())


def test_no_child_took_more_memory_than_it_may(judged: dict[str, Checked]) -> None:
    assert judged
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 < MEMORY


def test_what_would_take_for_ever_is_ended() -> None:
    began = time.monotonic()
    found = check(hostile.many_objects(140_000), "a.pdf", seconds=1.0)
    assert (found.reason, found.ended) == ("", False)
    assert time.monotonic() - began < SECONDS


@pytest.mark.parametrize(
    ("name", "content", "pages"),
    [
        ("paper.pdf", hostile.paper(pages=3), 3),
        ("PAPER", hostile.paper(), 1),
        ("photo.JPG", hostile.picture(), 1),
        ("scan.png", hostile.picture("PNG"), 1),
        ("IMG_0001.HEIC", hostile.heic(), 1),
        ("IMG_0002.heic", hostile.picture(), 1),
        ("letter.docx", hostile.word(), 0),
    ],
)
def test_what_people_do_bring_is_taken(name: str, content: bytes, pages: int) -> None:
    found = check(content, name)
    assert (found.ended, found.reason, found.pages) == (True, "", pages)
