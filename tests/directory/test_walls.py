"""The walls of the directory without the doors: what SQL by itself reads and writes."""

import uuid

import pytest
from django.db import DatabaseError, connection, transaction

from casework.access.models import User
from tests.cases.planting import HOTLINE, SOUTH, member, speaking
from tests.directory.places import noted, reported

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
TABLES = ("directory_placenote", "directory_errorreport")
REFERENCE = ("directory_facility", "directory_court", "directory_hearinglocation", "directory_code", "directory_source")
INSERTS = {  # organization, member
    "note": (
        "INSERT INTO directory_placenote (id, organization_id, facility_id, topic, text, checked_on, checked_by_id,"
        " checked_by_name, version) VALUES (gen_random_uuid(), %s, 'ADLNTCA', 'mail', 'x', now(), %s, 'x', 1)"
    ),
    "report": (
        'INSERT INTO directory_errorreport (id, organization_id, facility_id, wrong, "right", how_known,'
        " reported_by_id, reported_by_name, reported_at, resolved_by_name, answer) VALUES (gen_random_uuid(),"
        " %s, 'ADLNTCA', 'x', '', '', %s, 'x', now(), '', '')"
    ),
}


def rows(statement: str, *values: uuid.UUID) -> int:
    """How many rows a statement of SQL reads or writes; -1 when the database refuses it."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values or None)
            return int(cursor.rowcount)
    except DatabaseError:
        return -1


def each(statement: str, tables: tuple[str, ...]) -> list[int]:
    return [rows(statement.format(table)) for table in tables]


@pytest.mark.parametrize("kind", INSERTS)
def test_nobody_writes_for_others_in_sql(cast: Cast, kind: str) -> None:
    vic, cleo = member(cast["volunteer"], "North Legal Aid"), member(cast["clinic"], SOUTH)
    north, south = vic.organization_id, cleo.organization_id
    with speaking(cast["attorney"]) as ada:
        assert rows(INSERTS[kind], north, ada.member) == 1
        others = [(north, vic.pk), (south, cleo.pk), (south, ada.member)]
        assert [rows(INSERTS[kind], *one) for one in others] == [-1, -1, -1]


def test_sql_reads_and_changes_the_own_organization_only(cast: Cast) -> None:
    noted(cast["clinic"], "South.", SOUTH)
    reported(cast["clinic"], "South.", SOUTH)
    with speaking(cast["admin"]):
        assert each("SELECT id FROM {}", TABLES) == [0, 0]
        assert rows("UPDATE directory_placenote SET text = 'x'") == 0
        assert rows("UPDATE directory_errorreport SET answer = 'x', resolved_at = now()") == 0
    with speaking(cast["clinic"], SOUTH):
        assert each("SELECT id FROM {}", TABLES) == [1, 1]
        assert rows("UPDATE directory_placenote SET text = 'x'") == 1  # signed by herself
        assert rows("UPDATE directory_errorreport SET answer = 'x', resolved_at = now()") == 0  # no administrator
        assert each("DELETE FROM {}", TABLES) == [-1, -1]
    with speaking(cast["clinic_admin"], SOUTH):
        assert rows("UPDATE directory_placenote SET text = 'y'") == -1  # it would still be signed by somebody else
        assert rows("UPDATE directory_errorreport SET wrong = 'x', resolved_at = now()") == -1
        assert rows("UPDATE directory_errorreport SET answer = 'x', resolved_at = now()") == 1
        assert rows("UPDATE directory_errorreport SET answer = 'y', resolved_at = now()") == 0


def test_everybody_signed_in_reads_the_directory_and_nobody_writes(cast: Cast) -> None:
    with speaking(cast["hotline"], HOTLINE):
        assert all(found > 0 for found in each("SELECT 1 FROM {}", REFERENCE))
        assert each("UPDATE {} SET retired_on = now()", REFERENCE) == [-1] * 5
        assert each("DELETE FROM {}", REFERENCE) == [-1] * 5
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE casework_app")
    assert each("SELECT 1 FROM {}", REFERENCE) == [0] * 5


def test_a_line_about_a_note_is_read_in_its_organization_only(cast: Cast) -> None:
    noted(cast["volunteer"])
    lines = "SELECT id FROM audit_entry WHERE verb = 'directory_note.saved'"
    with speaking(cast["paralegal"]):
        assert rows(lines) == 1
    with speaking(cast["clinic"], SOUTH):
        assert rows(lines) == 0
