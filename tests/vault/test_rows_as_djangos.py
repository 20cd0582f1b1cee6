"""What Django can do with rows and queries it can do with sealed ones, too, as far as no seal is touched."""

import pickle
from typing import Any

import pytest
from django.core.exceptions import FieldDoesNotExist, FieldError
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, F, Max, Sum
from django.db.models.functions import Length, Upper
from django.test.utils import CaptureQueriesContext

from casework.access.context import forgotten
from casework.access.doors import window
from casework.cases.models import Case, Note
from casework.people.models import Consent, Person
from casework.vault import keys
from tests.vault import files
from tests.vault.files import again, blob

pytestmark = pytest.mark.django_db


@pytest.fixture
def rosa() -> Person:
    return files.person(language="es")


@pytest.fixture
def people(rosa: Person) -> Any:
    with window("the test"):
        return Person.objects.all()


def asked_while(work: Any) -> list[str]:
    with CaptureQueriesContext(connection) as queries, window("the test"):
        work()
    return [query["sql"] for query in queries.captured_queries]


# --- what a value is bound to


def test_a_value_is_bound_to_its_table_column_row_and_version(rosa: Person) -> None:
    note = files.note(files.case(rosa), "The sister called.")
    key = keys.of_file(rosa.organization_id, rosa.pk)
    assert key.unseal(blob(rosa, "given_names") or b"", f"people_person|given_names|{rosa.pk}|1") == b"Yesenia"
    assert key.unseal(blob(note, "text") or b"", f"cases_note|text|{note.pk}|1") == b"The sister called."
    row = again(rosa)
    row.save()
    assert key.unseal(blob(rosa, "given_names") or b"", f"people_person|given_names|{rosa.pk}|2") == b"Yesenia"


def test_a_row_that_holds_nothing_sealed_needs_no_key(rosa: Person) -> None:
    new = {"organization_id": rosa.organization_id, "opened_by_id": rosa.opened_by_id}
    empty, full = Person(**new), Person(**new, aliases=["Ana"])
    with forgotten(), window("the test"):
        Person.objects.bulk_create([empty])
        assert files.keys_of(empty.pk) == []
        Person.objects.bulk_create([full])
        assert len(files.keys_of(full.pk)) == 1


def test_a_saved_row_knows_its_index(rosa: Person) -> None:
    row = again(rosa)
    for number in ("900000001", ""):
        row.a_number = number
        row.save()
        assert row.a_number_index == ((number and Person.index_of("a_number", rosa.organization_id, number)) or None)
        assert blob(rosa, "a_number_index") == row.a_number_index


# --- queries


def test_what_is_computed_from_other_columns_is_a_column_like_others(rosa: Person, people: Any) -> None:
    nobody = files.person(language="quc", given_names="")
    with window("the test"):
        loud = people.annotate(loud=Upper("language"), size=Length("language"))
        assert [row.pk for row in loud.order_by("loud")] == [rosa.pk, nobody.pk]
        assert [row.pk for row in loud.order_by(F("size").desc())] == [nobody.pk, rosa.pk]
        assert list(loud.filter(loud="ES").values_list("loud", flat=True)) == ["ES"]
        assert list(loud.filter(size=F("size")).values("size").order_by("size")) == [{"size": 2}, {"size": 3}]
        assert loud.aggregate(all=Sum("size"), most=Max("size")) == {"all": 5, "most": 3}
        assert [row.x for row in people.extra(select={"x": "length(language)"}).order_by("-x")] == [3, 2]
        assert {row.pk for row in people.order_by("?")} == {rosa.pk, nobody.pk}
        assert [row.pk for row in loud.order_by("loud").distinct("loud")] == [rosa.pk, nobody.pk]
        assert list(people.values("language").annotate(n=Count("pk")).order_by("language").values_list("n")) == [
            (1,), (1,),
        ]  # fmt: skip


def test_a_column_is_not_filled_from_another_table(rosa: Person, people: Any) -> None:
    files.case(rosa)
    with window("the test"):
        for source in ("opened_by__title", "opened_by__user__name"):
            with pytest.raises(FieldError, match="Joined field references"):
                people.update(language=F(source))
        assert people.filter(language=F("opened_by__title")).count() == 0
        assert people.update(language=Upper("language")) == 1
    assert again(rosa).language == "ES"


@pytest.mark.parametrize("name", ["language__x", "nonsense", "nonsense__version", "opened_by__nonsense"])
def test_a_path_that_leads_nowhere_is_said_by_django(people: Any, name: str) -> None:
    with window("the test"), pytest.raises((FieldError, FieldDoesNotExist)):
        list(people.only(name))


def test_a_part_of_a_related_row_is_named_by_its_column_too(rosa: Person) -> None:
    files.case(rosa)
    with window("the test"):
        (case,) = Case.objects.select_related("person").only("stage", "person_id__given_names")
    assert "version" in case.person.__dict__
    assert case.person.given_names == "Yesenia"


def test_the_version_of_a_table_without_sealed_columns_may_be_left_out_and_set(rosa: Person) -> None:
    case = files.case(rosa)
    with window("the test"):
        assert "version" not in Case.objects.only("stage").get(pk=case.pk).__dict__
        assert "version" not in Case.objects.defer("version").get(pk=case.pk).__dict__
        assert Case.objects.filter(pk=case.pk).update(version=7) == 1


def test_the_key_of_a_row_is_not_written_over_by_either_name(rosa: Person, people: Any) -> None:
    for name in ("id", "pk", "version"):
        with window("the test"), pytest.raises(FieldError, match="bound to it"), transaction.atomic():
            people.update(**{name: Person._meta.pk.get_default()})
    assert again(rosa).given_names == "Yesenia"


# --- many rows at once


def test_rows_are_written_in_batches_of_the_size_asked_for(rosa: Person) -> None:
    case = files.case(rosa)
    notes = [files.note(case, text) for text in ("First", "Second")]
    for note in notes:
        note.kind = "call"
    for args, kwargs, number in (((), {}, 1), ((1,), {}, 2), ((), {"batch_size": 1}, 2)):
        asked = asked_while(lambda: Note.objects.bulk_update(notes, ["kind"], *args, **kwargs))  # noqa: B023
        assert sum(one.startswith("UPDATE") for one in asked) == number
    assert [(again(note).kind, again(note).text) for note in notes] == [("call", "First"), ("call", "Second")]


def test_rows_are_added_in_batches_and_past_those_that_stand(rosa: Person) -> None:
    new = {"organization_id": rosa.organization_id, "opened_by_id": rosa.opened_by_id, "given_names": "Ana"}
    for args, kwargs, number in (((), {}, 1), ((1,), {}, 2), ((), {"batch_size": 1}, 2)):
        rows = [Person(**new), Person(**new)]
        asked = asked_while(lambda: Person.objects.bulk_create(rows, *args, **kwargs))  # noqa: B023
        assert sum('INSERT INTO "people_person"' in one for one in asked) == number
        assert [again(row).given_names for row in rows] == ["Ana", "Ana"]
    twin = Person(id=rosa.pk, **new)
    with window("the test"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Person.objects.bulk_create([twin])
        Person.objects.bulk_create([twin], ignore_conflicts=True)
    assert again(rosa).given_names == "Yesenia"


# --- one row again


def test_a_row_is_refreshed_from_the_rows_that_were_named(rosa: Person, people: Any) -> None:
    row = again(rosa)
    with window("the test"):
        locked = people.select_for_update()
        for args, kwargs in (((), {"from_queryset": locked}), ((None, None, locked), {})):
            asked = asked_while(lambda: row.refresh_from_db(*args, **kwargs))  # noqa: B023
            assert any("FOR UPDATE" in one for one in asked)
    assert row.given_names == "Yesenia"


def test_a_part_refreshed_covers_nothing_any_more(rosa: Person) -> None:
    files.put(rosa, "given_names", b"")
    row = again(rosa)
    row.given_names = "Ana"
    with window("the test"):
        row.refresh_from_db(fields=["first_surname"])
    assert list(row._covered()) == ["given_names"]
    with window("the test"):
        row.refresh_from_db(fields=["given_names"])
    assert row._covered() == {}


def test_a_row_refreshed_in_part_takes_its_version_when_asked(rosa: Person) -> None:
    row, other = again(rosa), again(rosa)
    other.given_names = "Ana"
    other.save()
    with window("the test"):
        row.refresh_from_db(fields=["given_names", "version"])
    assert (row.version, row.given_names) == (2, "Ana")


def test_saving_takes_names(rosa: Person) -> None:
    with pytest.raises(TypeError, match="names"):
        again(files.note(files.case(rosa))).save(True)


# --- what is not touched is not opened


def test_a_value_that_does_not_open_hinders_nothing_but_its_own_writing(rosa: Person) -> None:
    consent = files.consent(rosa)
    files.put(consent, "purpose", b"")
    row = again(consent)
    row.how = "signed"
    row.save(update_fields=[])
    assert again(consent).how == "phone"
    row.save(update_fields=["how"])
    assert (again(consent).how, blob(consent, "purpose")) == ("signed", b"")


def test_what_was_loaded_of_a_row_without_versions_is_written(rosa: Person) -> None:
    consent = files.consent(rosa)
    with window("the test"):
        row = Consent.objects.only("purpose", "how").get(pk=consent.pk)
        row.purpose = "The brother called."
        row.save()
    assert again(consent).purpose == "The brother called."


def test_a_copy_of_a_row_without_versions_opens_under_its_new_key(rosa: Person) -> None:
    row = again(files.consent(rosa))
    row.pk, row._state.adding = Consent._meta.pk.get_default(), True
    assert row.purpose == "The sister called."
    with window("the test"):
        row.save(force_insert=True)
    assert again(row).purpose == "The sister called."


def test_what_was_not_loaded_is_fetched_at_once_before_it_is_sealed_anew(rosa: Person, people: Any) -> None:
    (row,) = people.only("language", "organization_id")
    row.language = "quc"
    asked = asked_while(row.save)
    assert sum(one.startswith("SELECT") and 'FROM "people_person"' in one for one in asked) == 1
    assert (again(rosa).language, again(rosa).full_name) == ("quc", "Yesenia Cuautle Tlahuel")


def test_what_stands_behind_an_empty_or_unopened_value_is_sealed_in_a_copy(rosa: Person) -> None:
    for nothing in ("", "Yesenia"):
        rosa.given_names = nothing
        rosa.save()
        row = again(rosa)
        assert row.second_surname == "Tlahuel"
        assert b"Tlahuel" not in pickle.dumps(row)
