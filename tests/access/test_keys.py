"""Foreign keys over two columns: what is written into a migration, and what the database is told."""

from types import SimpleNamespace
from typing import Any

import pytest

from casework.access.keys import CompositeForeignKey
from casework.access.models import Membership
from casework.retention.models import Keep

OF_CASE = CompositeForeignKey(["case", "organization"], "cases.Case", name="keep_of_case")
WITHIN = CompositeForeignKey(["case", "case"], "cases.Case", name="keep_within")
EDITOR: Any = SimpleNamespace(quote_name=lambda name: f"<{name}>", deferred_sql=[])


def test_a_pair_of_columns_points_to_a_row_and_its_organization() -> None:
    statement = OF_CASE.create_sql(Keep, EDITOR)
    assert str(statement) == (
        "ALTER TABLE <retention_keep> ADD CONSTRAINT <keep_of_case> FOREIGN KEY (<case_id>, <organization_id>)"
        " REFERENCES <cases_case> (id, organization_id) DEFERRABLE INITIALLY IMMEDIATE"
    )
    assert str(WITHIN.create_sql(Keep, EDITOR)).endswith(
        "FOREIGN KEY (<case_id>, <case_id>) REFERENCES <cases_case> (id, case_id) DEFERRABLE INITIALLY IMMEDIATE"
    )
    assert [OF_CASE.beside, WITHIN.beside] == ["organization_id", "case_id"]


def test_a_table_may_point_to_itself_while_it_is_made() -> None:
    """Its own model stands in the migration's state only, not yet among those of the application."""
    state = SimpleNamespace(
        get_model=lambda app, name: SimpleNamespace(_meta=SimpleNamespace(db_table=f"{app} {name}"))
    )
    model: Any = SimpleNamespace(
        _meta=SimpleNamespace(app_label="access", apps=state, db_table="new", get_field=Membership._meta.get_field)
    )
    key = CompositeForeignKey(["supervisor", "organization"], "access.Membership", name="supervisor")
    assert str(key.create_sql(model, EDITOR)) == (
        "ALTER TABLE <new> ADD CONSTRAINT <supervisor> FOREIGN KEY (<supervisor_id>, <organization_id>)"
        " REFERENCES <access Membership> (id, organization_id) DEFERRABLE INITIALLY IMMEDIATE"
    )


def test_a_table_of_another_room_stands_already() -> None:
    """The state of a migration may not know it; the application does."""
    unknown = SimpleNamespace(get_model=lambda app, name: pytest.fail(f"{app}.{name} was asked of the migration"))
    model: Any = SimpleNamespace(
        _meta=SimpleNamespace(app_label="retention", apps=unknown, db_table="new", get_field=Keep._meta.get_field)
    )
    assert " REFERENCES <cases_case> " in str(OF_CASE.create_sql(model, EDITOR))


def test_in_a_new_table_the_key_comes_at_the_end() -> None:
    editor: Any = SimpleNamespace(quote_name=EDITOR.quote_name, deferred_sql=["before"])
    assert OF_CASE.constraint_sql(Keep, editor) is None
    assert [str(one) for one in editor.deferred_sql] == ["before", str(OF_CASE.create_sql(Keep, EDITOR))]


def test_a_key_goes_by_its_name() -> None:
    assert str(OF_CASE.remove_sql(Keep, EDITOR)) == "ALTER TABLE <retention_keep> DROP CONSTRAINT <keep_of_case>"


def test_a_key_comes_back_from_a_migration_as_it_was() -> None:
    path, args, kwargs = OF_CASE.deconstruct()
    assert (path, args, kwargs) == (
        "casework.access.keys.CompositeForeignKey", (["case", "organization"], "cases.Case"), {"name": "keep_of_case"},
    )  # fmt: skip
    assert CompositeForeignKey(*args, **kwargs) == OF_CASE


def test_keys_are_equal_when_all_of_them_is() -> None:
    same = CompositeForeignKey(("case", "organization"), "cases.Case", name="keep_of_case")
    others = [
        CompositeForeignKey(["case", "organization"], "cases.Case", name="another"),
        CompositeForeignKey(["organization", "case"], "cases.Case", name="keep_of_case"),
        CompositeForeignKey(["case", "organization"], "people.Person", name="keep_of_case"),
    ]
    assert (same, hash(same)) == (OF_CASE, hash(OF_CASE))
    assert [one == OF_CASE for one in others] == [False, False, False]
    assert len({OF_CASE, same, *others}) == len({hash(one) for one in (OF_CASE, same, *others)}) == 4
    assert OF_CASE != "keep_of_case"
    OF_CASE.validate(Keep, Keep())  # says nothing: left to the database
