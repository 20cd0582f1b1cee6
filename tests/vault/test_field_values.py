"""What sealed columns take, how they pack it, and what they say of themselves, field by field."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django import forms
from django.core.exceptions import FieldError, ValidationError
from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from casework.cases.models import Note
from casework.people.models import Person
from casework.vault.fields import (
    IndexField,
    Locked,
    Sealed,
    SealedDateField,
    SealedField,
    SealedJSONField,
    SealedTextField,
)
from tests.vault import files
from tests.vault.files import again, put

BORN = date(1991, 4, 3)


def named(field: Any, name: str = "words") -> Any:
    field.set_attributes_from_name(name)
    return field


TEXT, DAY, LIST = named(SealedTextField(max_length=10)), named(SealedDateField()), named(SealedJSONField(default=list))
INDEX = Person._meta.get_field("a_number_index")


@pytest.mark.parametrize(
    ("field", "value", "packed"),
    [
        (TEXT, "Peña", "Peña".encode()),
        (DAY, BORN, b"1991-04-03"),
        (LIST, ["Peña", 1, {"a": None}], '["Peña", 1, {"a": null}]'.encode()),
        (LIST, {"a": [True]}, b'{"a": [true]}'),
    ],
)
def test_a_value_is_packed_as_utf_8_and_comes_back(field: SealedField, value: Any, packed: bytes) -> None:
    assert field.pack(value) == packed
    assert field.unpack(packed) == value


def test_dates_within_a_list_are_packed_as_text() -> None:
    assert LIST.pack([BORN]) == b'["1991-04-03"]'


@pytest.mark.parametrize(
    ("field", "value"), [(TEXT, None), (TEXT, ""), (DAY, None), (LIST, None), (LIST, []), (LIST, {})]
)
def test_what_is_as_good_as_nothing_is_not_packed(field: SealedField, value: Any) -> None:
    assert field.pack(value) is None


@pytest.mark.parametrize(
    ("field", "value"),
    [(TEXT, 0), (TEXT, b""), (TEXT, []), (DAY, ""), (DAY, "1991-04-03"), (DAY, datetime(1991, 4, 3, tzinfo=UTC))],
)
def test_a_value_of_another_kind_is_not_packed(field: SealedField, value: Any) -> None:
    with pytest.raises(TypeError, match="words is"):
        field.pack(value)


def test_where_nothing_stands_a_look_finds_nothing_of_the_kind() -> None:
    assert (TEXT.nothing(), DAY.nothing(), LIST.nothing()) == ("", None, [])
    assert LIST.nothing() is not LIST.nothing()
    assert TEXT.from_db_value(None, None, None) == ""


def test_a_new_row_has_the_default_or_nothing() -> None:
    assert (SealedTextField().get_default(), SealedTextField(default="unknown").get_default()) == ("", "unknown")
    assert SealedDateField().get_default() is None


def test_what_a_form_gives_becomes_a_value() -> None:
    lazy = gettext_lazy("Given names")
    assert isinstance(lazy, Promise)
    assert [TEXT.to_python(value) for value in (None, "", "Ana", 7, lazy)] == ["", "", "Ana", "7", "Given names"]
    locked = Locked()
    assert TEXT.to_python(locked) is locked
    assert DAY.to_python(locked) is locked
    assert [DAY.to_python(value) for value in ("1991-04-03", BORN, None)] == [BORN, BORN, None]


def test_each_kind_has_its_form_field() -> None:
    text, long = Person._meta.get_field("given_names").formfield(), Note._meta.get_field("text").formfield()
    assert (type(text), text.max_length, type(text.widget)) == (forms.CharField, 100, forms.TextInput)
    assert (type(long), long.max_length, type(long.widget)) == (forms.CharField, None, forms.Textarea)
    assert type(DAY.formfield()) is forms.DateField
    assert type(LIST.formfield()) is forms.JSONField
    hidden = TEXT.formfield(widget=forms.HiddenInput, max_length=3)
    assert (type(hidden.widget), hidden.max_length) == (forms.HiddenInput, 3)
    assert type(DAY.formfield(form_class=forms.CharField)) is forms.CharField
    assert type(LIST.formfield(form_class=forms.CharField)) is forms.CharField


def test_a_text_is_checked_for_its_length_where_it_has_one() -> None:
    with pytest.raises(ValidationError, match="at most 10"):
        TEXT.run_validators("x" * 11)
    TEXT.run_validators("x" * 10)
    SealedTextField().run_validators("x" * 100_000)


def test_what_does_not_open_is_refused_by_a_form_with_its_own_code() -> None:
    with pytest.raises(ValidationError) as refused:
        TEXT.clean(Locked(), None)
    assert refused.value.code == "locked"


# --- between the row and the database


def test_every_sealed_column_holds_bytes_or_null_and_a_migration_does_not_say_so() -> None:
    for field in [*Person.sealed_fields(), *Note.sealed_fields(), INDEX]:
        assert (field.db_type(connection), field.null) == ("bytea", True)
        name, path, args, kwargs = field.deconstruct()
        assert (name, path, args) == (field.name, f"casework.vault.fields.{type(field).__name__}", [])
        assert "null" not in kwargs
        twin = field.clone()
        assert (twin.deconstruct()[1:], twin.null) == ((path, args, kwargs), True)


def test_an_index_says_what_it_is_of() -> None:
    assert isinstance(INDEX, IndexField)
    assert INDEX.deconstruct()[3] == {"of": "a_number"}
    assert (INDEX.of, INDEX.editable, INDEX.clone().of, INDEX.clone().editable) == (
        "a_number",
        False,
        "a_number",
        False,
    )


def test_a_column_takes_its_name_for_people_first_as_djangos_do() -> None:
    assert SealedTextField("Given names").verbose_name == "Given names"
    assert IndexField("Index", of="given_names").verbose_name == "Index"


def test_only_what_is_sealed_goes_to_the_database() -> None:
    assert bytes(TEXT.get_db_prep_value(Sealed(b"blob"), connection).obj) == b"blob"
    assert TEXT.get_db_prep_value(None, connection) is None
    for value in ("Yesenia", b"blob", ""):
        with pytest.raises(FieldError, match="words stands sealed"):
            TEXT.get_db_prep_value(value, connection)
        with pytest.raises(FieldError, match="words stands sealed"):
            TEXT.get_prep_value(value)


@pytest.mark.parametrize("value", ["900000001", 1, Sealed(b"blob")])
def test_an_index_is_compared_with_bytes_alone(value: Any) -> None:
    with pytest.raises(FieldError, match=r"Compare a_number_index with index_of\('a_number'"):
        INDEX.get_prep_value(value)


def test_the_attribute_of_the_class_is_no_value() -> None:
    assert Person.given_names.field is Person._meta.get_field("given_names")


@pytest.mark.django_db
def test_what_does_not_open_is_written_into_the_log_without_its_bytes(caplog: pytest.LogCaptureFixture) -> None:
    rosa = files.person()
    put(rosa, "given_names", b"\x02 not an envelope")
    assert isinstance(again(rosa).given_names, Locked)
    (record,) = caplog.records
    event: Any = record.msg
    assert (event["event"], event["level"]) == ("vault", "warning")
    assert (event["state"], event["error"]) == ("a value does not open", "SealBroken")
    assert "envelope" not in str({**event, "_record": None})
