"""Sealed columns: what stands in them opens only in the row, and the version of the row, for which it was sealed.

A value is opened at the first look, with a key that whoever asks may have; what does not open is `Locked`, in its place
on the page, and never plain text and never an error of the whole page. Nothing can be searched, ordered or compared by
a sealed column; an `IndexField` beside it finds exact values.
"""

import contextlib
import json
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any, Self

import structlog
from django import forms
from django.core.exceptions import FieldError, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models.lookups import IsNull
from django.db.models.query_utils import DeferredAttribute
from django.utils.dateparse import parse_date
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from casework.vault import keys
from casework.vault.cipher import Key, SealBroken, key_of

if TYPE_CHECKING:
    from casework.vault.rows import SealedModel

log = structlog.get_logger("casework")


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

    def __iter__(self) -> Iterator[str]:
        """Stands for a list, too, as its one member."""
        return iter((self,))


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
        before = instance.__dict__.get(self.field.attname)
        if isinstance(before, Sealed | Locked):  # whether it opens is looked at before it is written over
            instance._state.__dict__.setdefault("covered", {}).setdefault(self.field.attname, before)
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
        with contextlib.suppress(SealBroken):  # it shows as locked when somebody looks
            keys.want(key_of(sealed.blob))
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
        if self.pack(value) is None:
            return None
        return self.sealed_under(keys.of_file(*instance.sealing_file()), value, row, version)

    def sealed_under(self, key: Key, value: Any, row: object, version: int) -> Sealed:
        """As `sealed`, under a key in hand."""
        return Sealed(key.seal(self.pack(value) or b"", self.place(row, version)))

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

    def save_form_data(self, instance: models.Model, data: Any) -> None:
        """What does not open is shown in the form, and what comes back of it is not taken for the value."""
        if not isinstance(getattr(instance, self.attname), Locked):
            super().save_form_data(instance, data)

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        if isinstance(value, Locked):
            raise ValidationError(_("This cannot be opened, and so it cannot be changed."), code="locked")
        return super().clean(value, model_instance)


class SealedTextField(SealedField):
    """Sealed text. `max_length` is what forms accept; without it the text is long. Empty where nothing is known."""

    def pack(self, value: Any) -> bytes | None:
        if value is not None and not isinstance(value, str):
            raise TypeError(f"{self.name} is text.")
        return value.encode() if value else None

    def unpack(self, packed: bytes) -> str:
        return packed.decode()

    @cached_property
    def validators(self) -> list[Any]:
        return [*super().validators, *([MaxLengthValidator(self.max_length)] if self.max_length else [])]

    def nothing(self) -> str:
        return ""

    def get_default(self) -> Any:
        return super().get_default() if self.has_default() else ""

    def to_python(self, value: Any) -> Any:
        return "" if value is None else value if isinstance(value, str) else str(value)

    def formfield(self, **kwargs: Any) -> Any:
        long = {} if self.max_length else {"widget": forms.Textarea}
        return super().formfield(**({"form_class": forms.CharField, "max_length": self.max_length} | long | kwargs))


class SealedDateField(SealedField):
    """A sealed date, without a zone."""

    def pack(self, value: Any) -> bytes | None:
        if value is not None and type(value) is not date:
            raise TypeError(f"{self.name} is a date.")
        return None if value is None else value.isoformat().encode()

    def unpack(self, packed: bytes) -> date:
        return date.fromisoformat(packed.decode())

    def to_python(self, value: Any) -> Any:
        return parse_date(value) if isinstance(value, str) and not isinstance(value, Locked) else value

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**({"form_class": forms.DateField} | kwargs))


class SealedJSONField(SealedField):
    """Sealed lists and dictionaries of what JSON knows."""

    def pack(self, value: Any) -> bytes | None:
        return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False).encode() if value else None

    def unpack(self, packed: bytes) -> Any:
        return json.loads(packed)

    def nothing(self) -> Any:
        return self.get_default()

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**({"form_class": forms.JSONField} | kwargs))


class SealedBytesField(SealedField):
    """Sealed bytes: a part of a file, a picture. At most a few megabytes in one row; what is longer stands in parts."""

    def pack(self, value: Any) -> bytes | None:
        if value is not None and not isinstance(value, bytes):
            raise TypeError(f"{self.name} is bytes.")
        return value or None

    def unpack(self, packed: bytes) -> bytes:
        return packed

    def nothing(self) -> bytes:
        return b""


class IndexField(models.BinaryField[Any, Any]):
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
