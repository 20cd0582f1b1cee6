"""That the walls stand, and what a deploy does to keep them; they are attacked in tests/walls."""

import pytest
from django.db import connection

from casework.access import walls
from tests.conftest import as_application


@pytest.mark.django_db
def test_the_walls_stand_as_this_version_needs_them() -> None:
    assert walls.standing() == walls.expected()


@pytest.mark.django_db
def test_the_hash_is_of_the_statements_and_of_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    before = walls.expected()
    monkeypatch.setattr(walls, "pads", lambda: (b"", b""))
    with_another_key = walls.expected()
    monkeypatch.setattr(walls, "statements", list)
    assert len({before, with_another_key, walls.expected()}) == 3


@pytest.mark.django_db
def test_the_application_is_neither_owner_nor_administrator() -> None:
    with as_application(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication,"
            " pg_has_role(current_user, 'casework_owner', 'MEMBER'),"
            " pg_has_role(current_user, 'casework_definer', 'MEMBER')"
            " FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == ("casework_app", False, False, False, False, False, False, False)


@pytest.mark.django_db
def test_every_room_brings_its_own_walls_lowest_floor_first() -> None:
    names = [f"{file.parent.name}/{file.name}" for file in walls._files()]
    assert names == [
        "access/walls.sql", "access/walls_audit.sql", "access/walls_members.sql", "directory/walls.sql",
        "cases/walls.sql", "documents/walls.sql", "custody/walls.sql", "docket/walls.sql", "docket/walls_calendar.sql",
        "docket/walls_deadlines.sql", "intake/walls_answers.sql", "intake/walls_batches.sql",
        "intake/walls_calls.sql",
        "intake/walls_conflicts.sql", "intake/walls_handover.sql", "intake/walls_imports.sql", "portal/walls.sql",
        "retention/walls.sql",
    ]  # fmt: skip


@pytest.mark.django_db
def test_every_class_is_used_and_every_table_has_one() -> None:
    assert set(walls.tables().values()) == walls.CLASSES.keys()
