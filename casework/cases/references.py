"""The references of cases, such as NLA-2026-0042: each number once, in the year of the organization.

Whoever takes the next number makes all others of the organization wait to the end of the transaction. Work of minutes
keeps a block of numbers for itself beforehand, in a transaction of its own; what it does not use is given to nobody.
"""

import uuid
import zoneinfo
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection
from django.utils import timezone

from casework.access.models import Organization

_block: ContextVar[tuple[uuid.UUID, Iterator[str]] | None] = ContextVar("block", default=None)


def following(organization: Organization) -> str:
    """The next one: of the block in use, where it is the organization's and not used up, else of the count."""
    own, block = _block.get() or (None, iter(()))
    kept = next(block, "") if own == organization.pk else ""
    return kept or keep(organization, 1)[0]


def keep(organization: Organization, many: int) -> list[str]:
    """So many numbers, which nobody else is given. For counsel of the organization."""
    year = timezone.localtime(timezone.now(), zoneinfo.ZoneInfo(organization.time_zone)).year
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctx.next_reference(%s, %s)", [year, many])
        last = cursor.fetchone()[0]
    return [f"{organization.short_name}-{year}-{number:04d}" for number in range(last - many + 1, last + 1)]


@contextmanager
def taken_from(organization: Organization, block: Sequence[str]) -> Iterator[None]:
    """Within the block of code, cases of the organization that are accepted get these."""
    before = _block.set((organization.pk, iter(block)))
    try:
        yield
    finally:
        _block.reset(before)
