"""Each line takes its place in a chain when its transaction ends, whoever else writes, whatever fails in between."""

import os
import threading
import uuid
from datetime import timedelta

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from psycopg.conninfo import make_conninfo

from casework.access import acts
from casework.access.context import acting
from casework.audit import actions as audit
from casework.audit import chain
from casework.audit.models import Entry, Head
from casework.cases import actions
from tests.audit.books import ADA, actor_of, faults, write_books
from tests.conftest import as_owner

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 60


def heads() -> dict[uuid.UUID, int]:
    with as_owner():
        return {head.pk: head.number for head in Head.objects.all()}


def test_lines_are_chained_as_python_says() -> None:
    north, south = write_books()
    with as_owner():
        found = chain.verify()
    assert (found.faults, found.lines, found.chains) == ([], 8, 3)
    assert heads() == {north: 5, south: 2, chain.NOBODYS: 1}


@pytest.mark.parametrize(("one", "other"), [
    (["a,b"], ["a", "b"]), ([], [""]), (['"'], ['\\"']), (["a\nb"], ["a", "b"]), (["1:a"], ["a"]), (["null"], ["ñ"]),
])  # fmt: skip
def test_no_two_lists_look_alike(one: list[str], other: list[str]) -> None:
    ada = actor_of(ADA)
    with acting(ada):
        for fields in (one, other):
            audit.write(acts.who(ada), "x", audit.What(ada.organization), fields=tuple(fields))
    assert faults() == []
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT array_to_json(fields)::text FROM audit_entry ORDER BY at")
        first, second = (row[0] for row in cursor.fetchall())
    parts = [None] * (len(chain.PARTS) - 1)
    assert chain.digest([*parts, first]) != chain.digest([*parts, second])


def test_nothing_and_empty_are_not_the_same() -> None:
    assert len({chain.digest(parts) for parts in ([None, "a"], ["", "a"], ["a", ""], ["a", None], ["-", "a"])}) == 5


def test_a_length_counts_bytes() -> None:
    ada = actor_of(ADA)
    with acting(ada):
        for verb in ("é", "中文", "\U0001f511", "a\nb\tc", "--", "3:abc,"):
            audit.write(acts.who(ada), verb, audit.What(ada.organization), detail=b"\x00\xff", basis=verb)
            audit.write(acts.who(ada), verb, audit.What(ada.organization), detail=b"", basis="")
    assert faults() == []
    assert heads() == {ada.organization: 12}


def test_what_is_rolled_back_takes_no_place() -> None:
    ada = actor_of(ADA)
    elsewhere, everywhere = audit.What(None), audit.What(ada.organization)
    with acting(ada):
        with transaction.atomic():
            audit.write(acts.who(ada), "undone", elsewhere)
            audit.write(acts.who(ada), "undone", everywhere)
            transaction.set_rollback(True)
        audit.write(acts.who(ada), "done", everywhere)
        with transaction.atomic():
            audit.write(acts.who(ada), "done", elsewhere)
    assert faults() == []
    assert heads() == {ada.organization: 1, chain.NOBODYS: 1}
    with as_owner():
        assert set(Entry.objects.values_list("verb", flat=True)) == {"done"}


def test_checked_early_and_again_at_the_end() -> None:
    ada = actor_of(ADA)
    with acting(ada), connection.cursor() as cursor:
        for _ in range(2):
            audit.write(acts.who(ada), "x", audit.What(ada.organization))
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        audit.write(acts.who(ada), "at once", audit.What(None))
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        audit.write(acts.who(ada), "x", audit.What(ada.organization))
    assert faults() == []
    assert heads() == {ada.organization: 3, chain.NOBODYS: 1}


def test_a_transaction_that_ends_ill_leaves_nothing() -> None:
    ada = actor_of(ADA)
    with acting(ada):
        actions.open_case(ada, names={})
        transaction.set_rollback(True)
    assert (heads(), faults()) == ({}, [])


def test_nothing_waits_when_all_is_done() -> None:
    write_books()
    with psycopg.connect(url()) as one:
        assert one.execute("SELECT count(*) FROM ctx.waiting").fetchall() == [(0,)]


def url() -> str:
    return make_conninfo(os.environ["TEST_ADMIN_URL"], dbname=connection.settings_dict["NAME"])


LINE = """INSERT INTO audit_entry (id, at, organization_id, actor_kind, actor_name, roles, basis, verb, object_type,
    object_ids, tier, fields, request_id) VALUES (gen_random_uuid(), now(), %s, 'duty', '', '{}', '', 'x', '', '{}', 1,
    '{}', '')"""


def writes(order: list[list[uuid.UUID]], begin: threading.Barrier, errors: list[Exception]) -> None:
    """One transaction for each list: a line in the book of each organization in it, in this order."""
    with psycopg.connect(url()) as one:
        one.execute("SET ROLE casework_owner")
        one.commit()
        for organizations in order:
            begin.wait()
            try:
                for organization in organizations:
                    one.execute(LINE, [organization])
                one.commit()
            except psycopg.Error as error:
                errors.append(error)
                one.rollback()


def test_two_who_write_in_opposite_order_do_not_wait_for_each_other() -> None:
    """Every other round the chains begin."""
    rounds, errors = [[uuid.uuid4() for _ in range(4)] for _ in range(ROUNDS // 2)], list[Exception]()
    rounds = [one for one in rounds for _ in range(2)]
    begin = threading.Barrier(2)
    both = [
        threading.Thread(target=writes, args=(rounds, begin, errors)),
        threading.Thread(target=writes, args=([one[::-1] for one in rounds], begin, errors)),
    ]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert errors == []
    assert faults() == []
    assert sum(heads().values()) == 2 * 4 * ROUNDS


FORGED = {
    "at": "2001-01-01T00:00:00Z",
    "roles": ["admin", "attorney"],
    "actor_name": "Nia Okafor",
}


def test_the_database_knows_better_who_writes_and_when() -> None:
    ada = actor_of(ADA)
    with acting(ada):
        Entry(
            organization_id=ada.organization, actor_kind="staff", actor_id=ada.member, user_id=ada.user_id,
            actor_organization_id=ada.organization, verb="x", **FORGED,
        ).save(force_insert=True)  # fmt: skip
    with as_owner():
        line = Entry.objects.get()
        assert (line.roles, line.actor_name) == (["attorney"], ada.name)
        assert timezone.now() - line.at < timedelta(minutes=1)


def test_a_setting_of_the_connection_changes_nothing() -> None:
    """What a former version believed."""
    ada = actor_of(ADA)
    with acting(ada), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('ctx.audited', 'garbage', false)")
        audit.write(acts.who(ada), "x", audit.What(ada.organization))
    assert (heads(), faults()) == ({ada.organization: 1}, [])


OWNERS = {
    "UPDATE audit_entry SET verb = 'x'": "only added",
    "DELETE FROM audit_entry": "only added",
    "TRUNCATE audit_entry": "only added",
    "UPDATE audit_link SET hash = ''": "only added",
    "DELETE FROM audit_link": "only added",
    "TRUNCATE audit_link": "only added",
    "DELETE FROM audit_head": "only added",
    "TRUNCATE audit_head": "only added",
    "UPDATE audit_head SET number = 1": "only added",
    "UPDATE audit_head SET organization_id = gen_random_uuid(), number = number + 1": "only added",
    "SELECT * FROM ctx.waiting": "permission denied",
}


@pytest.mark.parametrize("statement", OWNERS)
def test_not_even_the_owner_rewrites_it(statement: str) -> None:
    write_books()
    with pytest.raises(DatabaseError, match=OWNERS[statement]), as_owner(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert faults() == []
