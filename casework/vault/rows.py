"""Rows with sealed columns, and the querysets that refuse what would read or write past the seals."""

import uuid
from collections.abc import Collection, Iterable
from typing import Any, Self, TypeVar

from django.core.exceptions import FieldError
from django.db import models
from django.db.models import F, Q, sql
from django.db.models.constants import LOOKUP_SEP

from casework.vault import keys
from casework.vault.fields import IndexField, Locked, LockedRow, Sealed, SealedField

M = TypeVar("M", bound=models.Model)


class SealedQuery(sql.Query):
    """A query that refuses to name sealed columns in anything but a choice of what to load."""

    model: type[models.Model]

    def resolve_ref(self, name: str, *args: Any, **kwargs: Any) -> Any:
        found = super().resolve_ref(name, *args, **kwargs)
        _refuse_sealed(getattr(found, "target", None), "nothing is computed from it in the database")
        return found

    def add_ordering(self, *ordering: Any) -> None:
        super().add_ordering(*ordering)
        self._refuse((one.lstrip("-") for one in ordering if isinstance(one, str)), "nothing is ordered by it")

    def add_distinct_fields(self, *names: str) -> None:
        self._refuse(names, "nothing is told apart by it")
        super().add_distinct_fields(*names)

    def set_values(self, fields: Any) -> None:
        names = fields or [field.attname for field in self.model._meta.concrete_fields]
        self._refuse((name for name in names if isinstance(name, str)), "read it from a row")
        super().set_values(fields)

    def _refuse(self, names: Iterable[str], why: str) -> None:
        for name in names:
            if name not in self.annotations and name not in self.extra and name != "?":
                path = self.names_to_path(name.split(LOOKUP_SEP), self.model._meta)
                _refuse_sealed(path[1], why)


def _refuse_sealed(field: object, why: str) -> None:
    if isinstance(field, SealedField):
        raise FieldError(f"{field.name} stands sealed: {why}.")


class SealedQuerySet(models.QuerySet[M]):
    """Refuses what would write past the seals, and loads what sealed columns need beside them."""

    def update(self, **values: Any) -> int:
        """As Django's; a sealed column may be emptied, or given what is `Sealed` for the very row."""
        self._refuse(name for name, value in values.items() if not (value is None or isinstance(value, Sealed)))
        for value in values.values():
            if hasattr(value, "resolve_expression"):
                value.resolve_expression(self.query.chain(), allow_joins=False)  # refuses sealed columns inside it
        return super().update(**values)

    def make_unreadable(self) -> None:
        """Writes what opens for nobody over all that stands sealed, and empties its indexes.

        Each row gets its next version, so that whoever had read it before does not write it back.
        """
        for field in self.model.sealed_fields():  # type: ignore[attr-defined]
            super().filter(**{f"{field.name}__isnull": False}).update(**{field.name: Sealed(b"")})
        gone: dict[str, Any] = {field.name: None for field in self.model.index_fields()}  # type: ignore[attr-defined]
        if hasattr(self.model, "version"):
            gone["version"] = F("version") + 1
        if gone:
            super().update(**gone)

    def bulk_update(self, objs: Any, fields: Any, *args: Any, **kwargs: Any) -> int:
        fields = list(fields)
        self._refuse(fields)
        return super().bulk_update(objs, fields, *args, **kwargs)

    def bulk_create(self, objs: Iterable[M], *args: Any, **kwargs: Any) -> list[M]:
        """As Django's; the keys of all files are found or made in three queries."""
        rows = list(objs)
        sealed = [row for row in rows if isinstance(row, SealedModel) and row.has_sealed_values()]
        keys.of_files({row.sealing_file() for row in sealed})
        made = super().bulk_create(rows, *args, **kwargs)
        for row in sealed:
            row.note_sealed()
        return made

    def only(self, *fields: str) -> Self:
        """As Django's; the version, to which sealed columns are bound, comes with them."""
        return super().only(*fields, *self._versions(fields))

    def defer(self, *fields: Any) -> Self:
        """As Django's; the version, to which sealed columns are bound, is loaded all the same."""
        if fields == (None,):
            return super().defer(None)
        return super().defer(*(name for name in fields if not self._is_version(name)))

    def _versions(self, names: Iterable[str]) -> set[str]:
        """The paths of versions in the tables with sealed columns that `names` are of."""
        paths = {name.rpartition(LOOKUP_SEP)[0] for name in names}
        found = {f"{path}{LOOKUP_SEP}version".removeprefix(LOOKUP_SEP) for path in paths}
        return {name for name in found if self._is_version(name)}

    def _is_version(self, name: str) -> bool:
        field = self._field(name)
        return field is not None and field.name == "version" and issubclass(field.model, SealedModel)

    def _field(self, name: str) -> Any:
        """The column at the end of a path; None where the path is no one's, which Django says itself."""
        model: Any = self.model
        field = None
        for part in name.split(LOOKUP_SEP):
            found = {one.name: one for one in model._meta.get_fields()} if model else {}
            field = found.get(part) or next(
                (one for one in found.values() if getattr(one, "attname", "") == part), None
            )
            model = getattr(field, "related_model", None)
        return field if isinstance(field, models.Field) else None

    def _refuse(self, names: Iterable[str]) -> None:
        """Sealed columns and their indexes, and in a table that has any, what they are bound to."""
        fields = self.model._meta.concrete_fields
        sealed = {field.name for field in fields if isinstance(field, SealedField | IndexField)}
        bound = {"pk", self.model._meta.pk.name, "version"} if sealed else set()
        for name in names:
            if name in sealed | bound:
                raise FieldError(f"{name} stands sealed, or sealed columns are bound to it: save each row.")


class SealedModel(models.Model):
    """A row with sealed columns. It says under whose key they stand."""

    class Meta:
        abstract = True

    def sealing_file(self) -> keys.File:
        """The organization and the person's file to which the row belongs."""
        raise NotImplementedError

    @classmethod
    def of_file(cls, file: uuid.UUID) -> Q:
        """The condition of the rows that belong to a person's file."""
        raise NotImplementedError

    def sealed_version(self) -> int:
        """The version of the row, where it has one: an older value does not open in a newer row."""
        return getattr(self, "version", 0)

    def sealed_at(self) -> tuple[object, int]:
        """The key and version of the row as it was read."""
        at: tuple[object, int] | None = getattr(self._state, "sealed_at", None)
        return at or (self.pk, self.sealed_version())

    def note_sealed(self) -> None:
        """From here on, what stands sealed in this row is bound to its key and version of now."""
        self._state.sealed_at = (self.pk, self.sealed_version())  # type: ignore[attr-defined]
        self._state.covered = {}  # type: ignore[attr-defined]

    def has_sealed_values(self) -> bool:
        return any(getattr(self, field.attname) not in (None, "", [], {}) for field in self.sealed_fields())

    @classmethod
    def index_of(cls, name: str, organization: uuid.UUID, value: str) -> bytes:
        """What an `IndexField` holds for a value of the column `name`."""
        return keys.index(organization, f"{cls._meta.db_table}|{name}", value)

    @classmethod
    def sealed_fields(cls) -> list[SealedField]:
        return [field for field in cls._meta.concrete_fields if isinstance(field, SealedField)]

    @classmethod
    def index_fields(cls) -> list[IndexField]:
        return [field for field in cls._meta.concrete_fields if isinstance(field, IndexField)]

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> Self:
        row = super().from_db(*args, **kwargs)
        if "version" in row.__dict__ or not hasattr(cls, "version"):
            row.note_sealed()
        return row

    def refresh_from_db(self, using: Any = None, fields: Any = None, *args: Any, **kwargs: Any) -> None:
        """As Django's. Some fields alone leave the version as it is, so that a save tells that others changed."""
        version = self.__dict__.get("version")
        super().refresh_from_db(using, fields, *args, **kwargs)
        if fields is None:
            self.note_sealed()
            return
        for name in fields:
            self._covered().pop(name, None)
        if version is not None and "version" not in fields:
            self.__dict__["version"] = version

    def save(self, *args: Any, **kwargs: Any) -> None:
        """As Django's. With a version all sealed columns are written anew, since each is bound to it.

        Raises LockedRow when something would be lost that does not open now.
        """
        if args:
            raise TypeError("save() takes names")
        names = self._to_save(kwargs.get("update_fields"))
        if names is not None:
            kwargs["update_fields"] = names
        if names is None or names:
            self._open(names)
        super().save(**kwargs)
        self.note_sealed()

    def _to_save(self, names: Collection[str] | None) -> set[str] | None:
        """What is written: None for all, and nothing for nothing."""
        deferred = self.get_deferred_fields()
        if names is None and deferred and not self._state.adding:
            names = [one.name for one in self._meta.concrete_fields if one.attname not in deferred and one.name != "id"]
        if not names:
            return None if names is None else set()
        whole = hasattr(self, "version") and not self._state.adding
        named = {*names, *(field.name for field in self.sealed_fields() if whole)}
        return named | {one.name for one in self.index_fields() if one.of in named}

    def _open(self, names: set[str] | None) -> None:
        """Opens what will be sealed anew, while the row is what it was read as, and looks at what it covers."""
        missing = {field.attname for field in self.sealed_fields()} & self.get_deferred_fields()
        if missing and names is not None and missing & names:
            self.refresh_from_db(fields=missing & names)
        for field in self.sealed_fields():
            if names is not None and field.name not in names:
                continue
            value, covered = getattr(self, field.attname), self._covered().get(field.attname)
            if isinstance(covered, Sealed):
                covered = field.opened(self, covered)
            if isinstance(value, Locked) or isinstance(covered, Locked):
                raise LockedRow(f"{self._meta.label}.{field.name}: what stands there does not open.")

    def _covered(self) -> dict[str, Any]:
        """What was read and has been set to something else since."""
        found: dict[str, Any] = self._state.__dict__.setdefault("covered", {})
        return found

    def __getstate__(self) -> dict[str, Any]:
        """What was opened is not stored or copied: it stands sealed there. Raises TypeError for what never was."""
        state: dict[str, Any] = super().__getstate__()
        for field in self.sealed_fields():
            value = state.get(field.attname)
            if isinstance(value, Sealed | Locked) or field.pack(value) is None:
                continue
            if self._state.adding:
                raise TypeError(f"{self._meta.label}: save the row before it is copied or stored.")
            state[field.attname] = field.sealed(self, value, *self.sealed_at())
        return state
