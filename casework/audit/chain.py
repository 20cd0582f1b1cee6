"""Is the audit whole? The chain is computed anew from the lines, independently of the database that wrote it.

Whoever holds the database and its program could write another chain, but not one that has the heads which were
exported before and kept elsewhere.
"""

import hashlib
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection, transaction

from casework.audit.models import Head

NOBODYS = uuid.UUID(int=0)  # the chain of lines that belong to no organization
AT_ONCE = 2000  # rows in memory
# The parts of a line as text, in the order in which the database joins them (access/walls_audit.sql).
PARTS = (
    "id", "trim_scale(extract(epoch FROM at) * 1000000)", "organization_id", "actor_kind", "actor_id",
    "actor_organization_id", "actor_name", "user_id", "array_to_json(roles)", "basis", "verb", "object_type",
    "object_id", "array_to_json(object_ids)", "case_id", "file_id", "tier", "array_to_json(fields)",
    "encode(detail, 'hex')", "request_id",
)  # fmt: skip
ORGANIZATION = PARTS.index("organization_id")
LINKS = f"""
    SELECT l.organization_id, l.number, l.entry_id, l.hash, e.* FROM audit_link l LEFT JOIN LATERAL (
        SELECT {", ".join(f"{part}::text AS part_{number}" for number, part in enumerate(PARTS))}
        FROM audit_entry WHERE id = l.entry_id
    ) e ON true ORDER BY l.organization_id, l.number
"""  # noqa: S608 (the columns above)
STRAYS = """
    SELECT DISTINCT ON (e.organization_id) e.organization_id, e.id FROM audit_entry e
    WHERE NOT EXISTS (SELECT FROM audit_link l WHERE l.entry_id = e.id) ORDER BY e.organization_id, e.at, e.id
"""

Parts = Sequence[str | None]
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Fault:
    """The first thing wrong in a chain, with the place and the line where it shows; place 0 stands in no chain."""

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


@dataclass
class Verified:
    """What a verification found: how many lines in how many chains, and what is wrong."""

    lines: int = 0
    chains: int = 0
    faults: list[Fault] = field(default_factory=list)


@dataclass
class Walk:
    """How far a chain was followed, and the first thing wrong with it."""

    organization: uuid.UUID
    marks: dict[int, set[bytes]]
    number: int = 0
    hash: bytes = b""
    fault: Fault | None = None

    def step(self, row: Row) -> None:
        """One link and its line."""
        if self.fault is not None:
            return
        _organization, number, entry, stands, *parts = row
        self.number += 1
        if number != self.number:
            self.stop(None, "the line in this place is missing")
        elif parts[0] is None:
            self.stop(entry, "this line was deleted")
        elif (parts[ORGANIZATION] or str(NOBODYS)) != str(self.organization):
            self.stop(entry, "this line was moved here from another organization")
        else:
            self.hash = linked(self.hash, self.organization, number, digest(parts))
            if self.hash != stands:
                self.stop(entry, "this line, or its place in the chain, was changed")
            elif self.marks.get(number, {self.hash}) != {self.hash}:
                self.stop(entry, "the chain was written anew up to here: an exported head differs")

    def end(self, head: Head | None) -> None:
        """Nothing more came."""
        last = max(self.marks, default=0)
        if self.fault is not None:
            return
        if last > self.number:
            self.number += 1
            self.stop(None, f"the chain ends before this place, but a head was exported at {last}")
        elif head is None:
            self.stop(None, "the chain has no head")
        elif head.number > self.number:
            self.number += 1
            self.stop(None, f"the chain ends before this place, but its head stands at {head.number}")
        elif (head.number, bytes(head.hash)) != (self.number, self.hash):
            self.stop(None, "the head of the chain is not its last line")

    def stop(self, entry: uuid.UUID | None, says: str) -> None:
        self.fault = Fault(self.organization, self.number, entry, says)


def digest(parts: Parts) -> bytes:
    """SHA-256 of a whole line. Each part stands behind its length in bytes, so that no two lines read the same."""
    return hashlib.sha256(",".join("-" if part is None else _measured(part) for part in parts).encode()).digest()


def linked(before: bytes, organization: uuid.UUID, number: int, line: bytes) -> bytes:
    """The hash of a line's place in the chain."""
    return hashlib.sha256(before + organization.bytes + number.to_bytes(8, "big") + line).digest()


def verify(marks: Iterable[Mark] = ()) -> Verified:
    """Follows every chain from its beginning, as the tables' owner, who alone may read them.

    The audit is read as it stood at one moment, and few rows at once. Raises ProgrammingError for anybody else.
    """
    with _snapshot():
        heads = {head.organization_id: head for head in Head.objects.all()}
        walks = {organization: Walk(organization, {}) for organization in heads}
        for mark in marks:
            walk = walks.setdefault(mark.organization_id, Walk(mark.organization_id, {}))
            walk.marks.setdefault(mark.number, set()).add(mark.hash)
        found = Verified()
        for organization, rows in groupby(_rows(LINKS), itemgetter(0)):
            walk = walks.setdefault(organization, Walk(organization, {}))
            for row in rows:
                walk.step(row)
                found.lines += 1
        for organization in sorted(walks):
            walks[organization].end(heads.get(organization))
        found.chains = len(walks)
        found.faults = [walk.fault for _, walk in sorted(walks.items()) if walk.fault is not None]
        found.faults += [
            Fault(organization or NOBODYS, 0, entry, "this line stands in no chain: it was added past it")
            for organization, entry in _rows(STRAYS)
        ]
    return found


def faults(marks: Iterable[Mark] = ()) -> list[Fault]:
    """The first fault of each chain, then the first line that stands in none, organization by organization."""
    return verify(marks).faults


@contextmanager
def _snapshot() -> Iterator[None]:
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _rows(query: str) -> Iterator[Row]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(query)
        while rows := cursor.fetchmany(AT_ONCE):
            yield from rows


def _measured(part: str) -> str:
    return f"{len(part) if part.isascii() else len(part.encode())}:{part}"
