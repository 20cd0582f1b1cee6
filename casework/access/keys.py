"""Foreign keys over two columns: a row of a case also names the case's organization, and the pair must exist.

The database checks foreign keys past its row policies. With the single key alone, a row could be planted in another
organization's case.
"""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.db.backends.ddl_references import Statement
from django.db.models import BaseConstraint


class CompositeForeignKey(BaseConstraint):
    """`fields` of this model point to (id, organization) of the model `to`, checked at each statement.

    Where the second field is "case", they point to (id, case): both rows are of one case. The model `to` needs a unique
    constraint over the two. The plain key beside it may be `db_constraint=False`.
    """

    def __init__(self, fields: Sequence[str], to: str, *, name: str) -> None:
        super().__init__(name=name)
        self.fields, self.to = tuple(fields), to

    @property
    def beside(self) -> str:
        """The column of the other table that goes with its id."""
        return "case_id" if self.fields[1] == "case" else "organization_id"

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        quote = schema_editor.quote_name
        columns = ", ".join(quote(model._meta.get_field(name).column) for name in self.fields)
        app, _, target = self.to.partition(".")
        state = model._meta.apps if model._meta.app_label == app else apps
        table = quote(state.get_model(app, target)._meta.db_table)
        return Statement(
            f"ALTER TABLE %(table)s ADD CONSTRAINT %(name)s FOREIGN KEY ({columns})"
            f" REFERENCES {table} (id, {self.beside}) DEFERRABLE INITIALLY IMMEDIATE",
            table=quote(model._meta.db_table),
            name=quote(self.name),
        )

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        """In a new table the key is added at the end of the migration, when its target surely stands."""
        schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        quote = schema_editor.quote_name
        return Statement(
            "ALTER TABLE %(table)s DROP CONSTRAINT %(name)s",
            table=quote(model._meta.db_table),
            name=quote(self.name),
        )

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """Left to the database."""

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        path, _, kwargs = super().deconstruct()
        return path, (list(self.fields), self.to), kwargs

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, CompositeForeignKey):
            return NotImplemented
        return (self.name, self.fields, self.to) == (other.name, other.fields, other.to)

    def __hash__(self) -> int:
        return hash((self.name, self.fields, self.to))
