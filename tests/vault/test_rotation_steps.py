"""Each step of a rotation for itself: whose keys it touches, and what it says of them."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from casework.access.doors import window
from casework.people.models import Person
from casework.vault import keys, rotation
from casework.vault.models import FileKey, OrganizationKey
from casework.vault.rotation import Done
from tests.vault import files
from tests.vault.files import again

pytestmark = pytest.mark.django_db
FIRST, LAST = uuid.UUID(int=1), uuid.UUID(int=2**128 - 1)
PER_FILE = 4  # three names and a note
Organizations = tuple[uuid.UUID, uuid.UUID]


@pytest.fixture(autouse=True)
def _in_a_window() -> Iterator[None]:
    with window("the test"):
        yield


@pytest.fixture
def people() -> list[Person]:
    """Two of one organization and one of another, with a note each."""
    planted = [files.person(), files.person(), files.person("SC")]
    for person in planted:
        files.note(files.case(person))
    return planted


@pytest.fixture
def here(people: list[Person]) -> uuid.UUID:
    return people[0].organization_id


def later() -> Any:
    return timezone.now() + timedelta(hours=1)


def broken(organization: uuid.UUID, pk: uuid.UUID, **fields: Any) -> None:
    """A key that does not open, and that is read first, or last."""
    row = OrganizationKey(id=pk, organization_id=organization, wrapped=b"x", wrapped_index=b"x", **fields)
    row.save(force_insert=True)


def of_organization(organization: uuid.UUID) -> list[bool]:
    """Whether each key of the organization is retired, the oldest first."""
    rows = OrganizationKey.objects.filter(organization_id=organization).order_by("made_at")
    return [row.retired_at is not None for row in rows]


def test_an_organization_is_begun_and_no_other(people: list[Person], here: uuid.UUID) -> None:
    for pk in (FIRST, LAST):
        broken(uuid.uuid4(), pk)
        broken(here, uuid.UUID(int=pk.int ^ 2), retired_at=timezone.now())
    before = keys.index(here, "a", "b")
    assert rotation.begin(here, since=later()) is True
    assert sorted(of_organization(here)) == [False, True, True, True]
    assert of_organization(people[2].organization_id) == [False]
    assert OrganizationKey.objects.exclude(retired_at=None).exclude(organization_id=here).count() == 0
    keys.forget()
    assert keys.index(here, "a", "b") == before


def test_one_that_was_begun_since_is_left_and_so_is_one_without_a_key(people: list[Person], here: uuid.UUID) -> None:
    made = OrganizationKey.objects.get(organization_id=here).made_at
    assert rotation.begin(uuid.uuid4(), since=later()) is False
    assert rotation.begin(here, since=made) is False
    assert rotation.begin(here, since=made - timedelta(microseconds=1)) is False
    assert of_organization(here) == [False]
    assert rotation.begin(here, since=made + timedelta(microseconds=1)) is True


def test_one_under_way_is_not_begun_again(people: list[Person], here: uuid.UUID) -> None:
    there = people[2].organization_id
    assert [rotation.remaining(one) for one in (here, there)] == [0, 0]
    assert rotation.begin(here, since=later()) is True
    assert [rotation.remaining(one) for one in (here, there)] == [2, 0]
    assert rotation.begin(here, since=later()) is False
    assert rotation.begin(there, since=later()) is True
    assert [rotation.remaining(one) for one in (here, there)] == [2, 1]
    assert rotation.finish(here, set()) == 0  # they wrap keys still
    done = sorted(rotation.files(here), key=lambda one: one.file)
    assert done == [Done(pk, PER_FILE, 0) for pk in sorted(person.pk for person in people[:2])]
    assert [rotation.remaining(one) for one in (here, there)] == [0, 1]
    assert rotation.finish(here, set()) == 1
    assert (of_organization(here), of_organization(there)) == ([False], [True, False])
    assert rotation.begin(here, since=later()) is True


def test_older_keys_that_are_needed_stay(people: list[Person], here: uuid.UUID) -> None:
    old = OrganizationKey.objects.get(organization_id=here).pk
    rotation.begin(here, since=later())
    assert len(list(rotation.files(here))) == 2
    assert rotation.finish(here, {old}) == 0
    assert rotation.finish(here, {uuid.uuid4()}) == 1
    assert not OrganizationKey.objects.filter(pk=old).exists()


def test_what_is_left_is_read_in_one_query(people: list[Person], here: uuid.UUID) -> None:
    rotation.begin(here, since=later())
    with CaptureQueriesContext(connection) as asked:
        assert [rotation.opens(row) for row in rotation.pending(here)] == [True, True]
    assert len(asked) == 1
    FileKey.objects.filter(file_id=people[0].pk).update(wrapped=b"x")
    assert sorted(rotation.opens(row) for row in rotation.pending(here)) == [False, True]


def test_a_file_is_rotated_and_no_other(people: list[Person], here: uuid.UUID) -> None:
    one, other, there = people
    twin = FileKey.objects.get(file_id=there.pk)
    twin.pk, twin.file_id = uuid.uuid4(), one.pk  # of another organization, with the same id
    twin.save(force_insert=True)
    (old,) = FileKey.objects.filter(organization_id=here, file_id=one.pk)
    assert rotation.rotate(here, one.pk) == Done(one.pk, PER_FILE, 0)
    assert FileKey.objects.get(pk=twin.pk).retired_at is None
    retired = FileKey.objects.get(pk=old.pk).retired_at
    assert retired is not None
    assert rotation.rotate(here, one.pk) == Done(one.pk, PER_FILE, 0)
    assert FileKey.objects.get(pk=old.pk).retired_at == retired
    assert len(FileKey.objects.filter(organization_id=here, file_id=one.pk)) == 3
    assert [len(files.keys_of(person.pk)) for person in (other, there)] == [1, 1]
    assert again(one).full_name == "Yesenia Cuautle Tlahuel"
    (now,) = FileKey.objects.filter(organization_id=here, file_id=one.pk, retired_at=None)
    assert rotation.values_by_key(one.pk) == {now.pk: PER_FILE}


def test_a_value_that_does_not_open_is_counted_and_left(people: list[Person], here: uuid.UUID) -> None:
    one = people[0]
    sealed = bytearray(files.blob(one, "given_names") or b"")
    sealed[-1] ^= 1
    files.put(one, "given_names", bytes(sealed))
    assert rotation.rotate(here, one.pk) == Done(one.pk, PER_FILE - 1, 1)
    assert files.blob(one, "given_names") == bytes(sealed)
    assert again(one).first_surname == "Cuautle"


def test_every_value_that_does_not_open_counts_and_empty_ones_are_passed_over(here: uuid.UUID) -> None:
    one = files.person(given_names="")
    assert rotation.rotate(here, one.pk) == Done(one.pk, 2, 0)
    (now,) = FileKey.objects.filter(file_id=one.pk, retired_at=None)
    assert rotation.values_by_key(one.pk) == {now.pk: 2}
    for column in ("first_surname", "second_surname"):
        files.put(one, column, b"broken")
    assert rotation.rotate(here, one.pk) == Done(one.pk, 0, 2)


def test_what_is_rotated_is_held_alone(people: list[Person], here: uuid.UUID) -> None:
    def held_alone() -> set[int]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks"
                " WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND mode = 'ExclusiveLock'"
            )
            return {row[0] for row in cursor.fetchall()}

    def number(row: uuid.UUID) -> int:
        return int.from_bytes(row.bytes[:8], signed=True)

    assert held_alone() == set()
    rotation.rotate(here, people[0].pk)
    assert held_alone() == {number(people[0].pk)}
    rotation.begin(here, since=later())
    assert held_alone() == {number(people[0].pk), number(here)}
