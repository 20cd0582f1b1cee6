"""Sealed columns of the real tables: every way to read and to write a row behaves, or refuses and says so."""

import copy
import json
import pickle
from datetime import date
from typing import Any

import pytest
from django.core import serializers
from django.core.exceptions import FieldError, ValidationError
from django.db import connection, transaction
from django.forms import modelform_factory

from casework.access.doors import window
from casework.access.versions import ChangedMeanwhile
from casework.cases.models import Case, Note
from casework.people.models import Person
from casework.vault import keys
from casework.vault.cipher import key_of
from casework.vault.fields import Locked, LockedRow, Sealed
from tests.vault import files
from tests.vault.files import FULL, Counter, again, blob, put, values

pytestmark = pytest.mark.django_db


def test_values_of_every_kind_come_back_and_stand_nowhere_in_clear(rosa: Person) -> None:
    assert values(again(rosa)) == files.NAMES | FULL
    stored = b"".join(blob(rosa, name) or b"" for name in values(rosa))
    clear = [*files.NAMES.values(), *map(str, FULL.values()), "Jesenia", "900000001"]
    assert [one for one in clear if one.encode() in stored] == []
    assert blob(rosa, "a_number_index") == Person.index_of("a_number", rosa.organization_id, "900000001")


def test_nothing_stands_as_null() -> None:
    nobody = files.person(given_names="", first_surname="", second_surname="")
    columns = [field.name for field in nobody.sealed_fields()] + ["a_number_index"]
    assert [blob(nobody, name) for name in columns] == [None] * len(columns)
    found = again(nobody)
    assert (found.given_names, found.aliases, found.birth_date, found.a_number, found.full_name) == (
        "",
        [],
        None,
        "",
        "",
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [("given_names", 1), ("given_names", b"x"), ("birth_date", "1991-04-03"), ("aliases", [object()])],
)
def test_values_of_another_kind_are_refused(rosa: Person, name: str, value: Any) -> None:
    row = again(rosa)
    setattr(row, name, value)
    with pytest.raises(TypeError), transaction.atomic():
        row.save()
    assert values(again(rosa)) == files.NAMES | FULL


def test_two_rows_with_one_value_look_different(rosa: Person) -> None:
    other = files.person(**FULL)
    assert blob(rosa, "given_names") != blob(other, "given_names")
    assert blob(rosa, "a_number_index") == blob(other, "a_number_index")


# --- reading a part, and again


def test_a_part_of_a_row_opens_without_a_query_for_its_version(rosa: Person, people: Any) -> None:
    ways = {
        "only": (people.only("given_names"), 0),
        "defer": (people.defer("aliases", "version"), 0),
        "defer nothing": (people.defer("given_names").defer(None), 0),
        "deferred itself": (people.defer("given_names"), 1),
        "only others": (people.only("language"), 1),
    }
    for name, (rows, queries) in ways.items():
        keys.forget()
        (row,) = rows
        with connection.execute_wrapper(counter := Counter()):
            assert row.given_names == "Yesenia", name
        assert counter.tables() == ["people_person"] * queries + ["vault_filekey"], name


def test_a_part_of_a_related_row_opens_too(rosa: Person) -> None:
    files.case(rosa)
    with window("the test"):
        (case,) = Case.objects.select_related("person").only("stage", "person__given_names")
    keys.forget()
    keys.want(key_of(blob(rosa, "given_names") or b""))
    with connection.execute_wrapper(counter := Counter()):
        assert case.person.given_names == "Yesenia"
    assert counter.tables() == ["vault_filekey"]


def test_a_refreshed_row_opens_and_is_saved(rosa: Person) -> None:
    row, other = again(rosa), again(rosa)
    other.given_names = "Ana"
    other.save()
    row.refresh_from_db()
    assert (row.given_names, row.version) == ("Ana", 2)
    row.first_surname = "Ruiz"
    row.save()
    assert values(again(rosa)) == files.NAMES | FULL | {"given_names": "Ana", "first_surname": "Ruiz"}


def test_a_row_refreshed_in_part_keeps_its_version(rosa: Person) -> None:
    """Else it would be saved over what it has not read."""
    row, other = again(rosa), again(rosa)
    other.given_names, other.first_surname = "Ana", "Ruiz"
    other.save()
    row.refresh_from_db(fields=["given_names"])
    assert (row.given_names, row.first_surname, row.version) == ("Ana", "Cuautle", 1)
    with pytest.raises(ChangedMeanwhile), transaction.atomic():
        row.save()


def test_deferred_columns_of_a_row_that_changed_meanwhile_open_and_are_not_saved_over(
    rosa: Person, people: Any
) -> None:
    (row,), other = people.only("language"), again(rosa)
    other.given_names = "Ana"
    other.save()
    assert row.given_names == "Ana"
    with pytest.raises(ChangedMeanwhile), transaction.atomic():
        row.save()


# --- writing


@pytest.mark.parametrize("names", [None, ["language"], ["given_names"], {"a_number"}, ("given_names", "aliases")])
def test_a_saved_row_opens_whichever_fields_were_named(rosa: Person, names: Any) -> None:
    row = again(rosa)
    row.given_names, row.a_number, row.language = "Ana", "900000002", "quc"
    row.save(update_fields=names)
    found = again(rosa)
    # all columns are bound to the version, and so all that were set are written
    assert values(found) == files.NAMES | FULL | {"given_names": "Ana", "a_number": "900000002"}
    assert blob(rosa, "a_number_index") == Person.index_of("a_number", rosa.organization_id, "900000002")
    assert (found.version, found.language) == (2, "quc" if names in (None, ["language"]) else "")


def test_naming_no_field_writes_nothing(rosa: Person) -> None:
    row = again(rosa)
    row.given_names = "Ana"
    row.save(update_fields=[])
    assert (row.version, again(rosa).version, again(rosa).given_names) == (1, 1, "Yesenia")


def test_a_row_with_deferred_columns_is_saved_whole(rosa: Person, people: Any) -> None:
    for rows in (people.only("a_number"), people.defer("a_number_index")):
        (row,) = rows
        row.a_number = f"90000000{row.version + 2}"
        row.save()
        assert values(again(rosa)) == files.NAMES | FULL | {"a_number": row.a_number}
        assert blob(rosa, "a_number_index") == Person.index_of("a_number", rosa.organization_id, row.a_number)


def test_only_the_named_columns_of_a_row_without_versions_are_written(rosa: Person) -> None:
    consent = files.consent(rosa)
    before = blob(consent, "purpose")
    row = again(consent)
    row.how = "signed"
    row.save(update_fields=["how"])
    assert blob(consent, "purpose") == before
    with window("the test"):
        row.save()
    assert blob(consent, "purpose") != before
    assert again(consent).purpose == "The sister called."


def test_the_second_of_two_writers_is_told(rosa: Person) -> None:
    first, second = again(rosa), again(rosa)
    first.given_names, second.first_surname = "Ana", "Ruiz"
    first.save()
    with pytest.raises(ChangedMeanwhile) as caught, transaction.atomic():
        second.save()
    assert (caught.value.row, second.version) == (second, 1)
    assert again(rosa).full_name == "Ana Cuautle Tlahuel"


def test_a_copy_under_a_new_key_opens_there(rosa: Person) -> None:
    row = again(rosa)
    row.pk, row._state.adding = None, True
    row.pk = Person._meta.pk.get_default()
    row.save(force_insert=True)
    assert values(again(row)) == values(again(rosa)) == files.NAMES | FULL
    assert key_of(blob(row, "given_names") or b"") != key_of(blob(rosa, "given_names") or b"")


def test_copies_added_in_bulk_open_there(rosa: Person) -> None:
    rows = [again(rosa) for _ in range(2)]
    for row in rows:
        row.pk, row._state.adding = Person._meta.pk.get_default(), True
    with window("the test"):
        made = Person.objects.bulk_create(rows)
    assert [values(again(row)) for row in made] == [files.NAMES | FULL] * 2
    assert [row.given_names for row in made] == ["Yesenia"] * 2
    made[0].given_names = "Ana"
    made[0].save()
    assert again(made[0]).full_name == "Ana Cuautle Tlahuel"


def test_get_or_create_makes_and_finds_by_the_key(rosa: Person, people: Any) -> None:
    with window("the test"):
        found, made = people.get_or_create(pk=rosa.pk, defaults={"given_names": "Ana"})
        assert (found.given_names, made) == ("Yesenia", False)
        found, made = people.update_or_create(pk=rosa.pk, defaults={"given_names": "Ana"})
    assert (again(rosa).given_names, made) == ("Ana", False)
    assert values(people.in_bulk([rosa.pk])[rosa.pk])["given_names"] == "Ana"


# --- copies and files


def test_a_copy_in_memory_or_in_a_pickle_holds_nothing_in_clear_and_opens(rosa: Person) -> None:
    row = again(rosa)
    assert row.given_names == "Yesenia"
    stored = pickle.dumps(row)
    assert b"Yesenia" not in stored
    assert b"Cuautle" not in stored
    for twin in (pickle.loads(stored), copy.deepcopy(row), copy.copy(row)):  # noqa: S301
        assert values(twin) == files.NAMES | FULL


def test_a_row_that_stands_nowhere_is_not_copied(rosa: Person) -> None:
    new = Person(organization_id=rosa.organization_id, given_names="Ana")
    for way in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="save the row"):
            way(new)
    assert copy.copy(Person(language="es")).language == "es"


@pytest.mark.parametrize("kind", ["json", "python", "xml", "jsonl"])
def test_serialisation_is_refused(rosa: Person, kind: str) -> None:
    note = files.note(files.case(rosa))
    for row in (again(rosa), again(note)):
        with pytest.raises(FieldError, match="not written into a file"):
            serializers.serialize(kind, [row])


# --- forms and checks


def test_a_form_of_a_row_shows_saves_and_checks(rosa: Person) -> None:
    form_class = modelform_factory(Person, fields=["given_names", "birth_date", "aliases", "a_number"])
    form = form_class(instance=again(rosa))
    shown = ("birth_date", "aliases", "a_number")
    assert form.initial == {"given_names": "Yesenia"} | {name: FULL[name] for name in shown}
    data = {"given_names": "Ana", "birth_date": "1991-04-04", "aliases": json.dumps(["Anita"]), "a_number": ""}
    form = form_class(data, instance=again(rosa))
    assert form.is_valid(), form.errors
    assert sorted(form.changed_data) == sorted(data)
    form.save()
    wanted = {"given_names": "Ana", "birth_date": date(1991, 4, 4), "aliases": ["Anita"], "a_number": ""}
    assert values(again(rosa)) == files.NAMES | FULL | wanted
    assert list(form_class(data | {"given_names": "x" * 101}, instance=again(rosa)).errors) == ["given_names"]
    text = modelform_factory(Note, fields=["text"])().fields["text"].widget
    assert type(text).__name__ == "Textarea"


def test_a_row_checks_itself(rosa: Person) -> None:
    row = again(rosa)
    row.full_clean()
    row.given_names = "x" * 101
    with pytest.raises(ValidationError) as caught:
        row.full_clean()
    assert list(caught.value.message_dict) == ["given_names"]


def test_what_does_not_open_is_never_saved_back_as_text(rosa: Person) -> None:
    damaged = bytearray(blob(rosa, "given_names") or b"")
    damaged[-1] ^= 1
    put(rosa, "given_names", bytes(damaged))
    shown = again(rosa).given_names
    assert isinstance(shown, Locked)
    form_class = modelform_factory(Person, fields=["given_names", "a_number"])
    assert form_class(instance=again(rosa)).initial["given_names"] == shown
    form = form_class({"given_names": str(shown), "a_number": "900000001"}, instance=again(rosa))
    assert form.errors == {"given_names": ["This cannot be opened, and so it cannot be changed."]}
    for value in (str(shown), "Ana", "", None, Locked()):
        for first_look in (True, False):
            row = again(rosa)
            assert not first_look or isinstance(row.given_names, Locked)
            row.given_names = value
            for names in (None, ["given_names"], ["language"]):
                with pytest.raises(LockedRow):
                    row.save(update_fields=names)
    assert blob(rosa, "given_names") == bytes(damaged)
    damaged[-1] ^= 1
    put(rosa, "given_names", bytes(damaged))
    row.refresh_from_db()
    row.given_names = "Ana"
    row.save()
    assert again(rosa).given_names == "Ana"


def test_what_does_not_open_has_a_shape_for_every_page(rosa: Person) -> None:
    for name in ("given_names", "birth_date", "aliases"):
        put(rosa, name, b"")
    row = again(rosa)
    assert [row.given_names, row.birth_date, list(row.aliases), row.full_name] == [
        Locked(), Locked(), [Locked()], Locked(),
    ]  # fmt: skip
    assert (str(row.birth_date), ", ".join(row.aliases)) == ("Locked: cannot be opened",) * 2
    assert isinstance(pickle.loads(pickle.dumps(row)).aliases, Locked)  # noqa: S301


def test_a_value_looked_at_once_is_not_opened_twice(rosa: Person) -> None:
    row = again(rosa)
    assert repr(row.__dict__["given_names"]) == "<sealed>"
    assert isinstance(row.__dict__["given_names"], Sealed)
    assert row.given_names == "Yesenia"
    assert vars(row)["given_names"] == "Yesenia"
