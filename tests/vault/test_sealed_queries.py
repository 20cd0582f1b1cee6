"""What asks the database about sealed columns is refused, what may be asked is answered, and keys cost few queries."""

from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.db import connection, transaction
from django.db.models import Case as When_
from django.db.models import Count, F, Max, Q, Value, When
from django.db.models.functions import Lower

from casework.access.context import forgotten
from casework.access.doors import window
from casework.cases.models import Case
from casework.people.models import Person
from casework.vault import keys
from casework.vault.cipher import key_of
from tests.vault import files
from tests.vault.files import FULL, Counter, again, blob, values

pytestmark = pytest.mark.django_db

REFUSED = {
    "exact": lambda rows: rows.filter(given_names="Yesenia"),
    "none": lambda rows: rows.filter(given_names=None),
    "in": lambda rows: rows.filter(given_names__in=["Yesenia"]),
    "contains": lambda rows: rows.filter(given_names__icontains="yes"),
    "exclude": lambda rows: rows.exclude(first_surname="Cuautle"),
    "Q": lambda rows: rows.filter(Q(language="es") | Q(given_names="Yesenia")),
    "year": lambda rows: rows.filter(birth_date__year=1991),
    "key in JSON": lambda rows: rows.filter(aliases__0="Jesenia"),
    "F on the right": lambda rows: rows.filter(language=F("given_names")),
    "get": lambda rows: rows.get(given_names="Yesenia"),
    "get_or_create": lambda rows: rows.get_or_create(given_names="Yesenia"),
    "order_by": lambda rows: rows.order_by("-given_names"),
    "order_by F": lambda rows: rows.order_by(F("given_names").desc()),
    "earliest": lambda rows: rows.earliest("birth_date"),
    "latest": lambda rows: rows.latest("birth_date"),
    "distinct": lambda rows: rows.distinct("given_names"),
    "annotate": lambda rows: rows.annotate(x=F("given_names")),
    "annotate a function": lambda rows: rows.annotate(x=Lower("given_names")),
    "alias": lambda rows: rows.alias(x=F("given_names")),
    "case": lambda rows: rows.annotate(x=When_(When(given_names="x", then=Value(1)))),
    "aggregate": lambda rows: rows.aggregate(x=Max("birth_date")),
    "count of": lambda rows: rows.aggregate(x=Count("given_names")),
    "dates": lambda rows: rows.dates("birth_date", "year"),
    "values": lambda rows: rows.values("given_names"),
    "values of all": lambda rows: rows.values(),
    "values_list": lambda rows: rows.values_list("pk", "given_names"),
    "values_list flat": lambda rows: rows.values_list("birth_date", flat=True),
    "group by": lambda rows: rows.values("given_names").annotate(n=Count("pk")),
    "update": lambda rows: rows.update(given_names="Ana"),
    "update F": lambda rows: rows.update(given_names=F("first_surname")),
    "update Value": lambda rows: rows.update(given_names=Value("Ana")),
    "update from": lambda rows: rows.update(language=F("given_names")),
    "update from a function": lambda rows: rows.update(language=Lower("given_names")),
    "update of an index": lambda rows: rows.update(a_number_index=b"x" * 16),
    "update of the version": lambda rows: rows.update(version=7),
    "update of the key": lambda rows: rows.update(id=Person._meta.pk.get_default()),
    "bulk_update": lambda rows: rows.bulk_update(list(rows), ["given_names"]),
    "text in an index": lambda rows: rows.filter(a_number_index="900000001"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_the_database_is_not_asked_about_sealed_columns(rosa: Person, people: Any, name: str) -> None:
    with pytest.raises(FieldError, match=r"sealed|index_of"), transaction.atomic(), window("the test"):
        list(REFUSED[name](people))
    assert values(again(rosa)) == files.NAMES | FULL


def test_nor_by_way_of_another_table(rosa: Person) -> None:
    files.case(rosa)
    with window("the test"):
        cases = Case.objects.all()
        ways: tuple[Any, ...] = (
            lambda: cases.filter(person__given_names="Yesenia"),
            lambda: cases.order_by("person__given_names"),
            lambda: cases.values("person__given_names"),
            lambda: cases.annotate(x=F("person__given_names")),
        )
        for way in ways:
            with pytest.raises(FieldError, match="sealed"):
                list(way())


def test_what_may_be_asked(rosa: Person, people: Any) -> None:
    nobody = files.person(given_names="")
    index = Person.index_of("a_number", rosa.organization_id, "900000001")
    with window("the test"):
        assert list(people.filter(given_names__isnull=True)) == [nobody]
        assert list(people.filter(a_number_index=index)) == list(people.filter(a_number_index__in=[index])) == [rosa]
        assert people.filter(a_number_index=Person.index_of("a_number", rosa.organization_id, "900000002")).count() == 0
        assert people.order_by("-created_at").values_list("pk", flat=True)[0] == nobody.pk
        assert people.update(language="quc") == 2
        assert people.filter(pk=nobody.pk).update(first_surname=None) == 1
        assert len(people.distinct()) == people.count() == 2
        assert list(people.filter(pk=rosa.pk).values("language", "version")) == [{"language": "quc", "version": 1}]
    assert values(again(rosa)) == files.NAMES | FULL
    assert again(nobody).full_name == "Tlahuel"


def test_a_number_has_another_index_in_another_organization(rosa: Person) -> None:
    there = files.person("SC", **FULL)
    assert blob(rosa, "a_number_index") != blob(there, "a_number_index")
    assert Person.index_of("a_number", rosa.organization_id, "1") != Person.index_of("x", rosa.organization_id, "1")


# --- keys


def test_keys_of_many_new_files_are_made_in_three_queries(rosa: Person) -> None:
    new = {"organization_id": rosa.organization_id, "opened_by_id": rosa.opened_by_id, "given_names": "Ana"}
    rows = [Person(**new) for _ in range(50)]
    keys.forget()
    with connection.execute_wrapper(counter := Counter()), window("the test"):
        Person.objects.bulk_create(rows)
    vault = [one for one in counter.tables() if one.startswith("vault")]
    assert vault == ["vault_filekey", "vault_organizationkey", "vault_filekey"]
    assert len({key_of(blob(row, "given_names") or b"") for row in rows}) == 50


def test_keys_of_what_was_rolled_back_are_not_used_again(rosa: Person) -> None:
    new = {"organization_id": rosa.organization_id, "opened_by_id": rosa.opened_by_id, "given_names": "Ana"}
    row = Person(**new)
    with transaction.atomic():
        row.save(force_insert=True)
        transaction.set_rollback(True)
    assert files.keys_of(row.pk) == []
    row = Person(id=row.pk, **new)
    row.save(force_insert=True)
    assert len(files.keys_of(row.pk)) == 1
    assert again(row).given_names == "Ana"


def test_nor_is_an_organizations_key_that_was_rolled_back() -> None:
    hotline = files.organization("RRH")
    for way in ("savepoint", "by hand"):
        mark = transaction.savepoint() if way == "by hand" else None
        if mark:
            keys.of_organization(hotline.pk)
            transaction.savepoint_rollback(mark)
        else:
            with transaction.atomic():
                keys.of_organization(hotline.pk)
                transaction.set_rollback(True)
        assert count("vault_organizationkey", hotline.pk) == 0
    one = files.person("RRH")
    assert count("vault_organizationkey", hotline.pk) == 1
    assert again(one).given_names == "Yesenia"


def test_a_key_that_was_made_is_asked_for_once_in_a_transaction(rosa: Person) -> None:
    with forgotten(), transaction.atomic():
        one = files.person()
        with connection.execute_wrapper(counter := Counter()):
            files.note(files.case(one))
            files.note(files.case(one))
        assert [table for table in counter.tables() if table.startswith("vault")] == []


def test_no_key_is_kept_when_nobody_speaks_any_more(rosa: Person) -> None:
    with forgotten():
        keys.of_file(rosa.organization_id, rosa.pk)
    assert (keys._held().open, keys._held().files) == ({}, {})


def count(table: str, organization_id: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table} WHERE organization_id = %s", [organization_id])  # noqa: S608
        number: int = cursor.fetchone()[0]
    return number
