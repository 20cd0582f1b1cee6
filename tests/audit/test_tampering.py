"""Whatever is done to the audit behind the product's back is found, and named with its place and line."""

import uuid
from pathlib import Path
from typing import Any

import pytest

from casework.access import heads
from casework.audit.chain import NOBODYS, Fault, Mark
from tests.audit.books import faults, line_at, marks, superuser, tamper, write_books

pytestmark = pytest.mark.django_db(transaction=True)
CHANGED, MOVED = (
    "this line, or its place in the chain, was changed",
    "this line was moved here from another organization",
)
DELETED, STRAY = "this line was deleted", "this line stands in no chain: it was added past it"
# What each column becomes; the line is one of a list, or, for `detail`, of an act.
COLUMNS = {
    "at": ("at + interval '1 microsecond'", CHANGED),
    "at for ever": ("'infinity'", CHANGED),
    "organization_id": ("%(south)s", MOVED),
    "organization_id to nobody": ("NULL", MOVED),
    "actor_kind": ("'user'", CHANGED),
    "actor_id": ("gen_random_uuid()", CHANGED),
    "actor_id to nobody": ("NULL", CHANGED),
    "actor_organization_id": ("%(south)s", CHANGED),
    "actor_name": ("actor_name || ' '", CHANGED),
    "user_id": ("NULL", CHANGED),
    "roles": ("'{}'", CHANGED),
    "roles in one": ("ARRAY[array_to_string(roles || roles, ',')]", CHANGED),
    "basis": ("''", CHANGED),
    "verb": ("'case.viewed'", CHANGED),
    "object_type": ("''", CHANGED),
    "object_id": ("gen_random_uuid()", CHANGED),
    "object_ids": ("object_ids || object_ids", CHANGED),
    "object_ids to none": ("'{}'", CHANGED),
    "case_id": ("gen_random_uuid()", CHANGED),
    "file_id": ("gen_random_uuid()", CHANGED),
    "tier": ("3", CHANGED),
    "fields": ("'{a,b,c}'", CHANGED),
    "fields with nothing in them": ("fields || NULL::varchar", CHANGED),
    "detail": ("''", CHANGED),
    "request_id": ("'x'", CHANGED),
}
LISTED, ACCEPTED = 5, 2


@pytest.mark.parametrize("what", COLUMNS)
def test_a_changed_column_is_found(what: str) -> None:
    north, south = write_books()
    assert faults() == []
    column, number = what.split(maxsplit=1)[0], ACCEPTED if what == "detail" else LISTED
    value, says = COLUMNS[what]
    one = line_at(north, number)
    tamper(f"UPDATE audit_entry SET {column} = {value} WHERE id = %(one)s", one=one, south=south)  # noqa: S608 (the table above)
    assert faults() == [Fault(north, number, one, says)]


def test_a_detail_taken_away_is_found() -> None:
    north, _ = write_books()
    one = line_at(north, ACCEPTED)
    tamper("UPDATE audit_entry SET detail = NULL WHERE id = %(one)s", one=one)
    assert faults() == [Fault(north, ACCEPTED, one, CHANGED)]


def test_a_line_under_another_id_is_found_twice() -> None:
    north, _ = write_books()
    one, new = line_at(north, 3), uuid.uuid4()
    tamper("UPDATE audit_entry SET id = %(new)s WHERE id = %(one)s", one=one, new=new)
    assert faults() == [Fault(north, 3, one, DELETED), Fault(north, 0, new, STRAY)]


def test_a_deleted_line_is_found() -> None:
    north, south = write_books()
    gone = [(north, 2, line_at(north, 2)), (south, 1, line_at(south, 1)), (NOBODYS, 1, line_at(NOBODYS, 1))]
    tamper("DELETE FROM audit_entry WHERE id = ANY (%(gone)s)", gone=[one for _, _, one in gone])
    assert faults() == [Fault(*one, DELETED) for one in sorted(gone)]


def test_a_line_deleted_with_its_link_is_missing() -> None:
    north, _ = write_books()
    tamper("DELETE FROM audit_entry WHERE id = %(one)s", one=line_at(north, 2))
    tamper("DELETE FROM audit_link WHERE organization_id = %(north)s AND number = 2", north=north)
    assert faults() == [Fault(north, 2, None, "the line in this place is missing")]


def test_a_tail_cut_off_is_missing() -> None:
    north, _ = write_books()
    shorten(north, 3, head=False)
    assert faults() == [Fault(north, 4, None, "the chain ends before this place, but its head stands at 5")]


def test_a_chain_without_its_head_is_found() -> None:
    north, south = write_books()
    tamper("DELETE FROM audit_head WHERE organization_id = %(south)s", south=south)
    tamper("UPDATE audit_head SET hash = '' WHERE organization_id = %(north)s", north=north)
    assert sorted(faults(), key=lambda one: one.number) == [
        Fault(south, 2, None, "the chain has no head"),
        Fault(north, 5, None, "the head of the chain is not its last line"),
    ]


COPY = """INSERT INTO audit_entry SELECT (jsonb_populate_record(e, jsonb_build_object('id', %(new)s::uuid))).*
    FROM audit_entry e WHERE id = %(one)s"""


def test_an_appended_line_without_a_link_is_found() -> None:
    north, _ = write_books()
    new = uuid.uuid4()
    tamper(COPY, new=new, one=line_at(north, 1))
    assert faults() == [Fault(north, 0, new, STRAY)]


@pytest.mark.parametrize("number", [3, 6])
def test_an_appended_line_with_a_forged_link_is_found(number: int) -> None:
    """In the middle, where the others make room for it, and at the end."""
    north, _ = write_books()
    new = uuid.uuid4()
    tamper(COPY, new=new, one=line_at(north, 1))
    with superuser() as one:
        for step in (100, 1 - 100):
            one.execute(
                "UPDATE audit_link SET number = number + %s WHERE organization_id = %s AND number >= %s",
                [step, north, number],
            )
        one.execute(
            "INSERT INTO audit_link (organization_id, number, entry_id, hash) VALUES (%s, %s, %s, sha256('x'))",
            [north, number, new],
        )
        one.execute("UPDATE audit_head SET number = 6 WHERE organization_id = %s", [north])
    assert faults() == [Fault(north, number, new, CHANGED)]


def test_two_lines_that_changed_places_are_found() -> None:
    north, _ = write_books()
    first, second = line_at(north, 2), line_at(north, 4)
    with superuser() as one:
        for entry, place in ((uuid.uuid4(), 2), (first, 4), (second, 2)):
            one.execute(
                "UPDATE audit_link SET entry_id = %s WHERE organization_id = %s AND number = %s", [entry, north, place]
            )
    assert faults() == [Fault(north, 2, second, CHANGED)]


def test_a_line_that_was_given_to_another_chain_is_found() -> None:
    north, south = write_books()
    given = line_at(north, 5)
    move = "UPDATE audit_link SET organization_id = %(south)s, number = 3 WHERE entry_id = %(given)s"
    tamper(move, south=south, given=given)
    found = [
        Fault(north, 5, None, "the chain ends before this place, but its head stands at 5"),
        Fault(south, 3, given, MOVED),
    ]
    assert faults() == sorted(found, key=lambda one: one.organization_id)


def shorten(organization: uuid.UUID, number: int, *, head: bool = True) -> None:
    """The lines after this place are gone, as in an older copy of the database."""
    tamper(
        "DELETE FROM audit_entry WHERE id IN (SELECT entry_id FROM audit_link"
        " WHERE organization_id = %(organization)s AND number > %(number)s)",
        organization=organization, number=number,
    )  # fmt: skip
    tamper(
        "DELETE FROM audit_link WHERE organization_id = %(organization)s AND number > %(number)s",
        organization=organization, number=number,
    )  # fmt: skip
    if head:
        tamper(
            "UPDATE audit_head h SET number = l.number, hash = l.hash FROM audit_link l WHERE h.organization_id ="
            " %(organization)s AND l.organization_id = h.organization_id AND l.number = %(number)s",
            organization=organization, number=number,
        )  # fmt: skip


def rewrite(organization: uuid.UUID, change: str, **values: Any) -> None:
    """A line is changed, and the whole chain made anew with all its hashes, so that it agrees with itself."""
    tamper(change, **values)
    tamper(
        "WITH RECURSIVE made AS (SELECT ''::bytea AS hash, 0::bigint AS number UNION ALL"
        " SELECT sha256(m.hash || uuid_send(l.organization_id) || int8send(l.number) || ctx.audit_digest(e)), l.number"
        " FROM made m JOIN audit_link l ON l.number = m.number + 1 AND l.organization_id = %(organization)s"
        " JOIN audit_entry e ON e.id = l.entry_id), written AS (UPDATE audit_link l SET hash = m.hash FROM made m"
        " WHERE l.organization_id = %(organization)s AND l.number = m.number)"
        " UPDATE audit_head SET hash = (SELECT hash FROM made ORDER BY number DESC LIMIT 1)"
        " WHERE organization_id = %(organization)s",
        organization=organization,
    )


def test_an_older_copy_is_found_by_an_exported_head(tmp_path: Path) -> None:
    north, _ = write_books()
    heads.export(tmp_path / "heads", "operator")
    shorten(north, 3)
    assert faults() == []
    says = "the chain ends before this place, but a head was exported at 5"
    assert faults(heads.read(tmp_path / "heads")) == [Fault(north, 4, None, says)]


def test_a_chain_that_is_gone_is_found_by_an_exported_head() -> None:
    _, south = write_books()
    known = marks()
    shorten(south, 0)
    tamper("DELETE FROM audit_head WHERE organization_id = %(south)s", south=south)
    assert faults() == []
    says = "the chain ends before this place, but a head was exported at 2"
    assert faults(known) == [Fault(south, 1, None, says)]


def test_a_chain_that_was_written_anew_is_found_by_an_exported_head() -> None:
    north, _ = write_books()
    known, changed = marks(), line_at(north, 2)
    rewrite(north, "UPDATE audit_entry SET verb = 'x' WHERE id = %(one)s", one=changed)
    assert faults() == []
    says = "the chain was written anew up to here: an exported head differs"
    assert faults(known) == [Fault(north, 5, line_at(north, 5), says)]
    write_books()
    assert faults(known) == [Fault(north, 5, line_at(north, 5), says)]


def test_of_several_exports_the_first_that_differs_is_named() -> None:
    north, _ = write_books()
    early = Mark(north, 2, b"another")
    assert [one.number for one in faults([*marks(), early])] == [2]


def test_heads_of_before_are_no_fault() -> None:
    write_books()
    known = marks()
    write_books()
    assert faults([*known, *marks()]) == []
