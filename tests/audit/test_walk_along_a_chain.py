"""A chain is followed line by line: what is the first thing wrong, where, and in which words."""

import hashlib
import itertools
import uuid
from typing import Any

import pytest

from casework.audit.chain import NOBODYS, PARTS, Fault, Mark, Verified, Walk, digest, linked
from casework.audit.models import Head

HERE, THERE = uuid.UUID("10000000-0000-4000-8000-000000000001"), uuid.UUID("20000000-0000-4000-8000-000000000002")
Row = tuple[Any, ...]


def sha(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def written(count: int, organization: uuid.UUID = HERE) -> list[Row]:
    """Links and lines as the database writes and reads them: the hash of each place holds the one before."""
    rows, before = [], b""
    for number in range(1, count + 1):
        entry = uuid.UUID(int=number)
        whose = None if organization == NOBODYS else str(organization)
        parts = [str(entry), "1760000000000000", whose, *[f"part {number}"] * (len(PARTS) - 4), None]
        line = ",".join("-" if part is None else f"{len(part.encode())}:{part}" for part in parts)
        before = sha(before + organization.bytes + number.to_bytes(8, "big") + sha(line.encode()))
        rows.append((organization, number, entry, before, *parts))
    return rows


def head_of(rows: list[Row]) -> Head:
    return Head(organization_id=rows[-1][0], number=rows[-1][1], hash=memoryview(rows[-1][3]))


def followed(
    rows: list[Row], head: Head | None, marks: dict[int, set[bytes]] | None = None, organization: uuid.UUID = HERE
) -> Fault | None:
    walk = Walk(organization, marks or {})
    for row in rows:
        walk.step(row)
    walk.end(head)
    return walk.fault


def fault(number: int, entry: int | None, says: str) -> Fault:
    return Fault(HERE, number, None if entry is None else uuid.UUID(int=entry), says)


def changed(row: Row, at: int, value: Any) -> Row:
    return (*row[:at], value, *row[at + 1 :])


ENTRY, HASH, FIRST_PART = 2, 3, 4


@pytest.mark.parametrize("organization", [HERE, NOBODYS])
@pytest.mark.parametrize("count", [1, 2, 5])
def test_a_whole_chain_has_no_fault(count: int, organization: uuid.UUID) -> None:
    rows = written(count, organization)
    marks = {number: {hash_} for _organization, number, _entry, hash_, *_parts in rows}
    assert followed(rows, head_of(rows), organization=organization) is None
    assert followed(rows, head_of(rows), marks, organization) is None
    assert followed(rows, head_of(rows), {count: marks[count]}, organization) is None


def test_the_end_of_a_walk_is_its_last_line() -> None:
    walk, rows = Walk(HERE, {}), written(3)
    assert (walk.number, walk.hash, walk.fault) == (0, b"", None)
    for row in rows:
        walk.step(row)
        assert (walk.number, walk.hash) == (row[1], row[3])


def test_a_missing_line_is_missed_in_its_place() -> None:
    rows = written(4)
    for gone in (0, 1, 2):
        found = followed(rows[:gone] + rows[gone + 1 :], head_of(rows))
        assert found == fault(gone + 1, None, "the line in this place is missing")


def test_a_deleted_line_leaves_its_link() -> None:
    rows = written(3)
    rows[1] = (*rows[1][:FIRST_PART], *[None] * len(PARTS))
    assert followed(rows, head_of(rows)) == fault(2, 2, "this line was deleted")


def test_a_line_of_another_organization_is_told_by_itself() -> None:
    rows = written(3)
    for whose in (str(THERE), None):
        moved = [*rows[:2], changed(rows[2], FIRST_PART + 2, whose)]
        assert followed(moved, head_of(rows)) == fault(3, 3, "this line was moved here from another organization")
    nobodys = written(1, NOBODYS)
    moved = [changed(nobodys[0], FIRST_PART + 2, str(HERE))]
    found = followed(moved, head_of(nobodys), organization=NOBODYS)
    assert found == Fault(NOBODYS, 1, uuid.UUID(int=1), "this line was moved here from another organization")


def test_each_part_and_each_hash_counts() -> None:
    rows = written(3)
    says = "this line, or its place in the chain, was changed"
    for at in range(FIRST_PART, FIRST_PART + len(PARTS)):
        if at != FIRST_PART + 2:
            wrong = [rows[0], changed(rows[1], at, "another"), rows[2]]
            assert followed(wrong, head_of(rows)) == fault(2, 2, says)
    wrong = [rows[0], changed(rows[1], HASH, b"x" * 32), rows[2]]
    assert followed(wrong, head_of(rows)) == fault(2, 2, says)


def test_the_first_fault_is_told_and_no_later_one() -> None:
    rows = written(4)
    wrong = [rows[0], changed(rows[1], HASH, b"x" * 32), changed(rows[2], HASH, b"y" * 32)]
    for head in (head_of(rows), None):
        assert followed(wrong, head) == fault(2, 2, "this line, or its place in the chain, was changed")
    assert followed(rows[1:], None) == fault(1, None, "the line in this place is missing")


def test_a_head_that_was_exported_stands_for_what_was_before_it() -> None:
    rows = written(3)
    says = "the chain was written anew up to here: an exported head differs"
    for number in (1, 2, 3):
        right = rows[number - 1][3]
        assert followed(rows, head_of(rows), {number: {b"x" * 32}}) == fault(number, number, says)
        assert followed(rows, head_of(rows), {number: {right, b"x" * 32}}) == fault(number, number, says)
        assert followed(rows, head_of(rows), {number: {right}}) is None


def test_a_chain_that_ends_too_early_is_told_by_what_was_exported_or_by_its_head() -> None:
    rows = written(4)
    marks = {4: {rows[3][3]}, 2: {rows[1][3]}}
    exported = "the chain ends before this place, but a head was exported at 4"
    assert followed(rows[:2], head_of(rows[:2]), marks) == fault(3, None, exported)
    assert followed(rows[:2], None, marks) == fault(3, None, exported)
    assert followed([], None, marks) == fault(1, None, exported)
    standing = "the chain ends before this place, but its head stands at 4"
    assert followed(rows[:2], head_of(rows)) == fault(3, None, standing)
    assert followed([], head_of(rows)) == fault(1, None, standing)
    assert followed(rows[:3], head_of(rows), {3: {rows[2][3]}}) == fault(4, None, standing)


def test_a_chain_needs_its_head_at_its_last_line() -> None:
    rows = written(3)
    assert followed(rows, None) == fault(3, None, "the chain has no head")
    says = "the head of the chain is not its last line"
    assert followed(rows, head_of(rows[:2])) == fault(3, None, says)
    for wrong in (Head(number=3, hash=rows[1][3]), Head(number=2, hash=rows[2][3])):
        assert followed(rows, wrong) == fault(3, None, says)


def test_no_two_lines_read_the_same() -> None:
    lines: list[tuple[str | None, ...]] = [
        (), ("",), (None,), ("", ""), ("a", "b"), ("ab", ""), ("a,1:b",), ("a", None), (None, "a"), ("-",), ("é",),
    ]  # fmt: skip
    assert len({digest(line) for line in lines}) == len(lines)
    assert digest(("é", None, "a,b")) == sha("2:é,-,3:a,b".encode())


def test_a_place_is_bound_to_what_was_before_to_the_organization_and_to_its_number() -> None:
    places = itertools.product((b"", sha(b"")), (HERE, THERE), (1, 2, 256), (sha(b"a"), sha(b"b")))
    assert len({linked(*place) for place in places}) == 2 * 2 * 3 * 2
    assert linked(b"before", HERE, 258, b"line") == sha(b"before" + HERE.bytes + bytes(6) + b"\x01\x02" + b"line")


def test_nothing_was_found_before_anything_was_looked_at() -> None:
    assert (Verified(), Verified().faults) == (Verified(0, 0, []), [])
    assert Mark(HERE, 1, b"x") == Mark(HERE, 1, b"x")
