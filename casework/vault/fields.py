"""Sealed columns: what stands in them opens only in the row, and the version of the row, for which it was sealed.

A value is opened at the first look, with a key that whoever asks may have; what does not open is `Locked`, in its place
on the page, and never plain text and never an error of the whole page. Nothing can be searched, ordered or compared by
a sealed column; an `IndexField` beside it finds exact values.
"""

import json
import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any, Self, TypeVar

import structlog
from django import forms
from django.core.exceptions import FieldError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.lookups import IsNull
from django.db.models.query_utils import DeferredAttribute
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from casework.vault import keys
from casework.vault.cipher import SealBroken, key_of

log = structlog.get_logger("casework")
M = TypeVar("M", bound=models.Model)


class Sealed:
    """What stands in the database; it tells nothing of itself."""

    __slots__ = ("blob",)

    def __init__(self, blob: bytes) -> None:
        self.blob = blob

    def __repr__(self) -> str:
        return "<sealed>"


class Locked(str):
    """Stands for a value that does not open: its key is gone or not ours, or it was cut, changed, moved, or is old.

    On a page it says so; it has the shape of no other value, and a row that has one is not saved.
    """

    __slots__ = ()

    def __new__(cls) -> Self:
        return super().__new__(cls, _("Locked: cannot be opened"))

    def __reduce__(self) -> Any:
        return Locked, ()


class LockedRow(RuntimeError):
    """A row with a value that does not open was to be written, which would lose it."""


class SealedAttribute(DeferredAttribute):
    """Opens at the first look."""

    field: "SealedField"

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if instance is not None and isinstance(value, Sealed):
            value = instance.__dict__[self.field.attname] = self.field.opened(instance, value)
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class SealedField(models.Field[Any, Any]):
    """A sealed column of a `SealedModel`. `None`, and what is as good as nothing, stands as NULL."""

    descriptor_class = SealedAttribute
    empty_strings_allowed = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["null"] = True
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["null"]
        return name, path, args, kwargs

    def get_internal_type(self) -> str:
        return "BinaryField"

    # What the subclass's values are

    def pack(self, value: Any) -> bytes | None:
        """The value as bytes, None for as good as nothing. Raises TypeError for a value of another kind."""
        raise NotImplementedError

    def unpack(self, packed: bytes) -> Any:
        raise NotImplementedError

    def nothing(self) -> Any:
        """What a look finds where NULL stands."""
        return None

    # Between the row and the database

    def from_db_value(self, value: Any, expression: object, connection: object) -> Any:
        if value is None:
            return self.nothing()
        sealed = Sealed(bytes(value))
        try:
            keys.want(key_of(sealed.blob))
        except SealBroken:
            pass  # it shows as locked when somebody looks
        return sealed

    def opened(self, instance: "SealedModel", sealed: Sealed) -> Any:
        """The value, or `Locked`."""
        try:
            key = keys.opened(key_of(sealed.blob))
            packed = key.unseal(sealed.blob, self.place(*instance.sealed_at()))
            return self.unpack(packed)
        except (SealBroken, ValueError) as error:
            log.warning("vault", state="a value does not open", table=self.model._meta.db_table, column=self.column,
                        error=type(error).__name__)  # fmt: skip
            return Locked()

    def pre_save(self, instance: Any, add: bool) -> Sealed | None:
        value = getattr(instance, self.attname)
        if isinstance(value, Locked):
            raise LockedRow(f"{self.model._meta.label}.{self.name}")
        return self.sealed(instance, value, instance.pk, instance.sealed_version())

    def sealed(self, instance: "SealedModel", value: Any, row: object, version: int) -> Sealed | None:
        """The value as it stands in a row with this key and version."""
        packed = self.pack(value)
        if packed is None:
            return None
        return Sealed(keys.of_file(*instance.sealing_file()).seal(packed, self.place(row, version)))

    def place(self, row: object, version: int) -> str:
        """What a value is bound to, beside its key."""
        return f"{self.model._meta.db_table}|{self.column}|{row}|{version}"

    def get_prep_value(self, value: Any) -> Any:
        if value is None or isinstance(value, Sealed):
            return value
        raise FieldError(f"{self.name} stands sealed: only saving a row writes it, and nothing compares it.")

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        value = value if prepared else self.get_prep_value(value)
        return value and connection.Database.Binary(value.blob)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return IsNull
        raise FieldError(f"{self.name} stands sealed: it can be asked whether it is empty, and nothing else.")

    def get_transform(self, lookup_name: str) -> Any:
        raise FieldError(f"{self.name} stands sealed: nothing of it can be taken apart in the database.")

    def value_to_string(self, obj: models.Model) -> str:
        raise FieldError(f"{self.name} stands sealed: it is not written into a file.")


class SealedTextField(SealedField):
    """Sealed text. `max_length` is what forms accept; without it the text is long. Empty where nothing is known."""

    def pack(self, value: Any) -> bytes | None:
        if value is not None and not isinstance(value, str):
            raise TypeError(f"{self.name} is text.")
        return value.encode() if value else None

    def unpack(self, packed: bytes) -> str:
        return packed.decode()

    def nothing(self) -> str:
        return ""

    def get_default(self) -> Any:
        return super().get_default() if self.has_default() else ""

    def to_python(self, value: Any) -> Any:
        return "" if value is None else value if isinstance(value, str) else str(value)

    def formfield(self, **kwargs: Any) -> Any:  # type: ignore[override]
        long = {} if self.max_length else {"widget": forms.Textarea}
        return super().formfield(**({"form_class": forms.CharField, "max_length": self.max_length} | long | kwargs))


class SealedDateField(SealedField):
    """A sealed date, without a zone."""

    def pack(self, value: Any) -> bytes | None:
        if value is not None and type(value) is not date:
            raise TypeError(f"{self.name} is a date.")
        return value and value.isoformat().encode()

    def unpack(self, packed: bytes) -> date:
        return date.fromisoformat(packed.decode())

    def to_python(self, value: Any) -> Any:
        return parse_date(value) if isinstance(value, str) and not isinstance(value, Locked) else value

    def formfield(self, **kwargs: Any) -> Any:  # type: ignore[override]
        return super().formfield(**({"form_class": forms.DateField} | kwargs))


class SealedJSONField(SealedField):
    """Sealed lists and dictionaries of what JSON knows."""

    def pack(self, value: Any) -> bytes | None:
        return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False).encode() if value else None

    def unpack(self, packed: bytes) -> Any:
        return json.loads(packed)

    def nothing(self) -> Any:
        return self.get_default()

    def formfield(self, **kwargs: Any) -> Any:  # type: ignore[override]
        return super().formfield(**({"form_class": forms.JSONField} | kwargs))


class IndexField(models.BinaryField):
    """Finds rows by the exact value of the sealed column `of`, in one organization: HMAC under that one's key.

    Compared with what the model's `index_of` gives.
    """

    def __init__(self, *args: Any, of: str, **kwargs: Any) -> None:
        self.of = of
        super().__init__(*args, **(kwargs | {"null": True, "editable": False}))

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["null"]
        return name, path, args, kwargs | {"of": self.of}

    def pre_save(self, instance: Any, add: bool) -> bytes | None:
        value = getattr(instance, self.of)
        if isinstance(value, Locked):
            raise LockedRow(f"{self.model._meta.label}.{self.of}")
        found = instance.index_of(self.of, instance.sealing_file()[0], value) if value else None
        setattr(instance, self.attname, found)
        return found

    def get_prep_value(self, value: Any) -> Any:
        if value is not None and not isinstance(value, bytes):
            raise FieldError(f"Compare {self.name} with index_of({self.of!r}, organization, value).")
        return super().get_prep_value(value)


class SealedQuerySet(models.QuerySet[M]):
    """Refuses what would write or order by what stands in sealed columns."""

    def update(self, **values: Any) -> int:
        self._refuse(values)
        return super().update(**values)

    def bulk_update(self, objs: Any, fields: Any, *args: Any, **kwargs: Any) -> int:
        fields = list(fields)
        self._refuse(fields)
        return super().bulk_update(objs, fields, *args, **kwargs)

    def order_by(self, *names: Any) -> Self:
        self._refuse(name.lstrip("-") for name in names if isinstance(name, str))
        return super().order_by(*names)

    def _refuse(self, names: Iterable[str]) -> None:
        known = {field.name: field for field in self.model._meta.concrete_fields}
        for name in names:
            if isinstance(known.get(name), SealedField | IndexField):
                raise FieldError(f"{name} stands sealed: save each row.")


class SealedModel(models.Model):
    """A row with sealed columns. It says under whose key they stand."""

    class Meta:
        abstract = True

    def sealing_file(self) -> tuple[uuid.UUID, uuid.UUID]:
        """The organization and the person's file to which the row belongs."""
        raise NotImplementedError

    def sealed_version(self) -> int:
        """The version of the row, where it has one: an older value does not open in a newer row."""
        return getattr(self, "version", 0)

    def sealed_at(self) -> tuple[object, int]:
        """The key and version of the row as it was read."""
        at: tuple[object, int] | None = getattr(self._state, "sealed_at", None)
        return at or (self.pk, self.sealed_version())

    @classmethod
    def index_of(cls, name: str, organization: uuid.UUID, value: str) -> bytes:
        """What an `IndexField` holds for a value of the column `name`."""
        return keys.index(organization, f"{cls._meta.db_table}|{name}", value)

    @classmethod
    def sealed_fields(cls) -> list[SealedField]:
        return [field for field in cls._meta.concrete_fields if isinstance(field, SealedField)]

    @classmethod
    def from_db(cls, db: Any, field_names: Any, values: Any) -> Self:
        row = super().from_db(db, field_names, values)
        if "version" in row.__dict__ or not hasattr(cls, "version"):
            row._state.sealed_at = (row.pk, row.sealed_version())  # type: ignore[attr-defined]
        return row

    def save(self, *args: Any, **kwargs: Any) -> None:
        """As Django's. With a version all sealed columns are written anew, since each is bound to it."""
        if args:
            raise TypeError("save() takes names")
        names = kwargs.get("update_fields")
        whole = hasattr(self, "version") and not self._state.adding
        for field in self.sealed_fields():
            if whole or self._state.adding or names is None or field.name in names:
                getattr(self, field.attname)  # opened while the row is what it was read as
        if names is not None:
            also = {field.name for field in self.sealed_fields()} if whole else set()
            named = set(names) | also
            kwargs["update_fields"] = named | {one.name for one in self._indexes() if one.of in named}
        super().save(**kwargs)
        self._state.sealed_at = (self.pk, self.sealed_version())  # type: ignore[attr-defined]

    def __getstate__(self) -> dict[str, Any]:
        """What was opened is not stored or copied: it stands sealed there."""
        state: dict[str, Any] = super().__getstate__()
        for field in self.sealed_fields():
            value = state.get(field.attname)
            if value is not None and not isinstance(value, Sealed | Locked):
                state[field.attname] = field.sealed(self, value, *self.sealed_at()) or field.nothing()
        return state

    @classmethod
    def _indexes(cls) -> list[IndexField]:
        return [field for field in cls._meta.concrete_fields if isinstance(field, IndexField)]
