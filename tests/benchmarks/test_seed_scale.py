"""The coalition of the figures, small: counted, opened, found, within its walls, and made larger."""

import os
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import override_settings
from psycopg import sql
from psycopg.conninfo import make_conninfo
from pytest_django.plugin import DjangoDbBlocker

from benchmarks.growth import Size
from benchmarks.management.commands.seed_scale import Command, ready
from benchmarks.scale import plan, store
from benchmarks.seed import key
from casework.access.actor import staff
from casework.access.context import acting
from casework.access.models import Membership
from casework.audit import chain
from casework.cases import search
from casework.cases.models import Case, Note
from casework.custody import agreement as custody
from casework.docket import agreement as docket
from casework.people import asked
from casework.people.models import Contact
from tests.environment import PREFIX

CASES, OWN, NAME = 358, 240, f"{PREFIX}scale"


@pytest.fixture(scope="module")
def small(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Size]:
    """240 cases of the asker's organization, two of each other one."""
    admin, name = os.environ["TEST_ADMIN_URL"], sql.Identifier(NAME)
    url = make_conninfo(admin, dbname=NAME)
    with psycopg.connect(admin, autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        template = sql.Identifier(os.environ["TEST_TEMPLATE"])
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY wal_log").format(name, template))
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO casework_test").format(name))
        server.execute("GRANT USAGE ON SCHEMA public TO casework_test")
        server.execute("SET session_replication_role = replica")
        server.execute("TRUNCATE access_user, access_organization, auth_group CASCADE")  # the cast
    store.seed(url, CASES, OWN)
    with django_db_blocker.unblock():
        size = Size(url, CASES)
        yield size
        for one in size.ours.values():
            one.close()
    with psycopg.connect(admin, autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(NAME)))


def member(size: Size, n: int) -> Any:
    """The first member of an organization."""
    with size.here(as_admin=True):
        return staff(Membership.objects.select_related("organization").get(pk=key(f"member {n}.0")), "Somebody")


def counted(size: Size, table: str, where: str = "true") -> int:
    with psycopg.connect(size.url) as server:
        found = server.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()  # noqa: S608
    assert found is not None
    return int(found[0])


def test_what_there_is(small: Size) -> None:
    assert counted(small, "access_organization") == 60
    assert counted(small, "cases_case") == 358
    assert counted(small, "cases_case", f"organization_id = '{plan.ORGANIZATION}'") == 240
    assert counted(small, "cases_assignment", f"membership_id = '{plan.MEMBERSHIP}' AND role = 'lead'") == 120
    assert counted(small, "vault_filekey") == counted(small, "people_person") == 358
    assert counted(small, "pg_namespace", "nspname = 'benchmark'") == 0


def test_the_audit_is_whole_and_cases_show_what_stands_on_file(small: Size) -> None:
    with small.here(as_admin=True):
        found = chain.verify()
        assert (found.lines, found.chains, found.faults) == (3 * 358, 60, [])
        assert custody.wrong() == []
        assert docket.wrong() == []


def test_indexes_and_constraints_are_those_of_the_product(small: Size) -> None:
    every = "SELECT tablename, indexname FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2"
    keys = (
        "SELECT conrelid::regclass::text, conname, contype FROM pg_constraint WHERE conname !~ 'dropped' ORDER BY 1, 2"
    )
    template = make_conninfo(os.environ["TEST_ADMIN_URL"], dbname=os.environ["TEST_TEMPLATE"])
    for statement in (every, keys):
        with psycopg.connect(small.url) as ours, psycopg.connect(template) as product:
            assert ours.execute(statement).fetchall() == product.execute(statement).fetchall()


def test_what_stands_sealed_opens(small: Size) -> None:
    with small.here(), acting(small.actor):
        case = Case.objects.visible_to(small.actor).select_related("person").get(pk=key("case 1.0"))
        person = case.person
        contact = Contact.objects.visible_to(small.actor).get(person=person)
        texts = [one.text for one in Note.objects.visible_to(small.actor).filter(case=case).order_by("written_at")]
        told = (person.full_name, person.birth_date.isoformat(), person.a_number)
        assert told == ("Francisco Moreno Olmoverde", "1993-11-10", "156578357")
        assert (contact.name, contact.relationship) == ("Rosa Flores Peñagaña", "sister")
        assert contact.phones == [
            {"number": "+12133226874", "call": True, "text": True, "voicemail": False, "note": ""}
        ]
        assert texts == [
            "Rosa called: the sponsor's lease and pay stubs are ready and will be brought on Thursday.",
            "Left a message with the deportation officer about the missing medical records.",
        ]


def test_people_are_found_by_name_and_number(small: Size) -> None:
    with small.here(), acting(small.actor):
        person = Case.objects.visible_to(small.actor).select_related("person").get(pk=key("case 1.0")).person
        for typed in (person.full_name, f"A{person.a_number}"):
            found = search.answer(small.actor, asked.read(typed)).found
            assert found[0].case.pk == key("case 1.0")


def test_nobody_sees_another_organization(small: Size) -> None:
    ours, theirs = member(small, 1), member(small, 2)
    with small.here(), acting(ours):
        assert Case.objects.visible_to(ours).count() == 233  # seven are restricted, and led by others
        assert not Case.objects.visible_to(ours).exclude(organization_id=plan.ORGANIZATION).exists()
        assert not Case.objects.visible_to(ours).filter(pk=key("case 2.0")).exists()
    with small.here(), acting(theirs):
        assert set(Case.objects.visible_to(theirs).values_list("pk", flat=True)) == {key("case 2.0"), key("case 2.1")}
        with small.ours["default"].cursor() as cursor:
            cursor.execute("SELECT count(*), count(DISTINCT organization_id) FROM cases_case")
            assert cursor.fetchone() == (2, 1)


def test_a_database_gets_more(small: Size) -> None:
    every = "SELECT id, wrapped FROM vault_filekey"
    with psycopg.connect(small.url) as server:
        before = server.execute(every).fetchall()
    store.seed(small.url, CASES + 118, OWN)
    with psycopg.connect(small.url) as server:
        after = server.execute(every).fetchall()
    assert set(before) < set(after)
    assert counted(small, "cases_case") == len(after) == 476
    with small.here(as_admin=True):
        found = chain.verify()
        assert (found.chains, found.faults) == (60, [])


def test_a_run_that_was_stopped_before_its_indexes_goes_on(small: Size) -> None:
    with psycopg.connect(small.url, autocommit=True) as server:
        store.drop_indexes(server)
    assert counted(small, "pg_indexes", "indexname = 'case_newest'") == 0
    store.seed(small.url, CASES + 118, OWN)
    assert counted(small, "pg_indexes", "indexname = 'case_newest'") == 1
    assert counted(small, "pg_namespace", "nspname = 'benchmark'") == 0


def test_other_peoples_databases_are_left_alone() -> None:
    admin, migrate = os.environ["TEST_ADMIN_URL"], os.environ["TEST_MIGRATE_URL"]
    theirs = os.environ["TEST_TEMPLATE"]
    for name in (theirs, "postgres"):
        with pytest.raises(store.Refused, match="was not made by seed_scale"):
            ready(admin, migrate, name, anew=True)
    with pytest.raises(store.Refused, match="holds what seed_scale did not write"):
        store.seed(make_conninfo(admin, dbname=theirs), 10_000)


def test_production_is_left_alone() -> None:
    with override_settings(PRODUCTION=True), pytest.raises(CommandError, match="never in production mode"):
        call_command(Command(), "--cases=10000", f"--admin={os.environ['TEST_ADMIN_URL']}")
