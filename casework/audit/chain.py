"""Is the audit whole? The chain is computed anew from the lines, independently of the database that wrote it.

Whoever holds the database and its program could write another chain, but not one that has the heads which were
exported before and kept elsewhere.
"""

import hashlib
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from casework.audit.models import Entry, Head, Link

NOBODYS = uuid.UUID(int=0)  # the chain of lines that belong to no organization
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
# In the order in which the database joins them (access/walls_audit.sql).
PARTS = (
    "id", "at", "organization_id", "actor_kind", "actor_id", "actor_organization_id", "actor_name", "user_id", "roles",
    "basis", "verb", "object_type", "object_id", "object_ids", "case_id", "file_id", "tier", "fields", "detail",
    "request_id",
)  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """The first thing wrong in a chain, with the place and the line where it shows."""

    organization_id: uuid.UUID
    number: int
    entry_id: uuid.UUID | None
    says: str


@dataclass(frozen=True)
class Mark:
    """A head as it stood once."""

    organization_id: uuid.UUID
    number: int
    hash: bytes


def digest(entry: Entry) -> bytes:
    """SHA-256 of the whole line. Each part stands behind its length in bytes, so that no two lines read the same."""
    parts = []
    for name in PARTS:
        text = _text(getattr(entry, name))
        parts.append(b"-" if text is None else b"%d:%s" % (len(text), text))
    return hashlib.sha256(b",".join(parts)).digest()


def linked(before: bytes, organization: uuid.UUID, number: int, line: bytes) -> bytes:
    """The hash of a line's place in the chain."""
    return hashlib.sha256(before + organization.bytes + number.to_bytes(8, "big") + line).digest()


def faults(marks: Iterable[Mark] = ()) -> Iterator[Fault]:
    """The first fault of each organization's chain; of lines without a chain, the first."""
    heads = {head.organization_id: head for head in Head.objects.all()}
    known: dict[uuid.UUID, list[Mark]] = {}
    for mark in marks:
        known.setdefault(mark.organization_id, []).append(mark)
    chains = set(Link.objects.values_list("organization_id", flat=True).distinct()) | heads.keys() | known.keys()
    for organization in sorted(chains):
        found = _first_fault(organization, heads.get(organization), known.get(organization, []))
        if found is not None:
            yield found
    stray = Entry.objects.exclude(pk__in=Link.objects.values("entry_id")).order_by("at").first()
    if stray is not None:
        yield Fault(stray.organization_id or NOBODYS, 0, stray.pk, "this line stands in no chain: it was added later")


def _first_fault(organization: uuid.UUID, head: Head | None, marks: list[Mark]) -> Fault | None:
    before, number = b"", 0
    by_number = {mark.number: mark for mark in marks}
    for link, entry in _chain(organization):
        number += 1
        if link.number != number:
            return Fault(organization, number, None, "the line in this place is missing")
        if entry is None:
            return Fault(organization, number, link.entry_id, "this line was deleted")
        before = linked(before, organization, number, digest(entry))
        if before != bytes(link.hash):
            return Fault(organization, number, entry.pk, "this line, or its place in the chain, was changed")
        if number in by_number and by_number[number].hash != before:
            return Fault(organization, number, entry.pk, "the chain was written anew: an exported head differs")
    last = max(by_number, default=0)
    if last > number:
        return Fault(organization, number, None, f"the chain ends here, but its head was exported at {last}")
    if head is None or (head.number, bytes(head.hash)) != (number, before):
        return Fault(organization, number, None, "the head of the chain is not its last line")
    return None


def _chain(organization: uuid.UUID, size: int = 2000) -> Iterator[tuple[Link, Entry | None]]:
    """Links in order, each with its line."""
    last = 0
    while True:
        links = list(Link.objects.filter(organization_id=organization, number__gt=last).order_by("number")[:size])
        lines: Mapping[Any, Entry] = Entry.objects.in_bulk([link.entry_id for link in links])
        for link in links:
            yield link, lines.get(link.entry_id)
        if len(links) < size:
            return
        last = links[-1].number


def _text(value: Any) -> bytes | None:
    """A value as the database says it."""
    if value is None:
        return None
    if isinstance(value, datetime):
        return str((value - EPOCH) // MICROSECOND).encode()
    if isinstance(value, list):
        return ",".join(str(one) for one in value).encode()
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex().encode()
    return str(value).encode()
