"""Whether a file of a stranger is taken: told by its content, in a process apart, within seconds.

The check runs while whoever brings the file waits, since they are the one who can bring another: nearly every file
takes under a second. What takes longer than `CHECK_SECONDS` stays in quarantine, and the worker looks with more
patience.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from casework.documents import apart, rules
from casework.documents.apart import Limits
from casework.documents.checks import found

LEAST = 1.0  # what is not worth beginning
MEMORY = 768 * 1024**2
ANSWER = 100_000
PATIENT = 25.0
CHECKS = "casework.documents.checks"
READERS = {
    found.PDF: f"{CHECKS}.papers:inside",
    found.JPEG: f"{CHECKS}.pictures:inside",
    found.PNG: f"{CHECKS}.pictures:inside",
    found.HEIC: f"{CHECKS}.pictures:inside",
    found.DOCX: f"{CHECKS}.word:inside",
}


@dataclass(frozen=True)
class Checked:
    """What came of a check: taken, where `reason` is empty and `ended`; refused for a reason; or not ended in time.

    `media_type` is what the content is, `pages` how many of them can be shown.
    """

    media_type: str = ""
    pages: int = 0
    reason: str = ""
    ended: bool = True


@dataclass
class Patience:
    """What is left of a request's time for checks (`CHECK_SECONDS`)."""

    began: float = field(default_factory=time.monotonic)

    def for_one(self) -> float:
        one, several = settings.CHECK_SECONDS
        return float(min(one, several - (time.monotonic() - self.began)))


def check(
    content: bytes, name: str, seconds: float = PATIENT, read: Callable[[str, bytes, Limits], Any] = apart.read
) -> Checked:
    """Looks at a file, called so by whoever brought it. A file that is too large is not looked at."""
    if rules.too_large(len(content)):
        return Checked(reason="too_large")
    media_type, reason = found.kind(content)
    reason = reason or rules.wrong_name(name, media_type)
    if reason:
        return Checked(media_type, reason=reason)
    if seconds < LEAST:
        return Checked(media_type, ended=False)
    try:
        answer = read(READERS[media_type], content, limits(media_type, seconds))
    except apart.TookTooLong:
        return Checked(media_type, ended=False)
    except apart.NotRead:
        return Checked(media_type, reason="too_much")
    return Checked(media_type, pages=answer.get("pages", 0), reason=answer.get("reason", ""))


def limits(media_type: str, seconds: float, answer_bytes: int = ANSWER) -> Limits:
    """What reading such a file may take. The decoder of HEIC starts a thread, whatever it is told."""
    return Limits(
        cpu_seconds=max(1, round(seconds)), wall_seconds=seconds, memory_bytes=MEMORY, answer_bytes=answer_bytes,
        threads=media_type == found.HEIC,
    )  # fmt: skip
