"""Which key is found, what is asked for it, and what it holds while the transaction lasts."""

import hashlib
import hmac
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from casework.access.context import forgotten
from casework.people.models import Person
from casework.vault import keys
from casework.vault.models import FileKey, OrganizationKey
from tests.vault import files

pytestmark = pytest.mark.django_db
ALONE, SHARED = "ExclusiveLock", "ShareLock"


@pytest.fixture
def rosa() -> Person:
    return files.person()


@pytest.fixture
def here(rosa: Person) -> uuid.UUID:
    return rosa.organization_id


@contextmanager
def asking() -> Iterator[CaptureQueriesContext]:
    """Somebody who holds no key yet, and what the database is asked meanwhile."""
    with forgotten(), CaptureQueriesContext(connection) as asked:
        yield asked


def of_keys(asked: CaptureQueriesContext) -> list[str]:
    """The statements about tables of keys, by their first word."""
    return [query["sql"].split()[0] for query in asked.captured_queries if "vault_" in query["sql"]]


def locks() -> set[tuple[str, int, int]]:
    """The advisory locks of this connection: the kind, and what is locked."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT mode, classid::bigint, objid::bigint FROM pg_locks"
            " WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
        )
        return set(cursor.fetchall())


def lock_of(mode: str, row: uuid.UUID) -> tuple[str, int, int]:
    return mode, int.from_bytes(row.bytes[:4]), int.from_bytes(row.bytes[4:8])


# --- the key of now


def test_of_several_keys_the_one_that_is_not_retired_counts(rosa: Person, here: uuid.UUID) -> None:
    FileKey.objects.filter(file_id=rosa.pk).update(retired_at=timezone.now())
    OrganizationKey.objects.filter(organization_id=here).update(retired_at=timezone.now())
    with forgotten():
        over, key = keys.of_organization(here), keys.of_file(here, rosa.pk)
    now, old = (FileKey.objects.get(file_id=rosa.pk, retired_at__isnull=which) for which in (True, False))
    assert key.id == now.pk
    assert now.organization_key_id == over.id != old.organization_key_id
    for row in (old, OrganizationKey.objects.get(pk=old.organization_key_id)):  # read first and read last
        for twin in (uuid.UUID(int=1), uuid.UUID(int=2**128 - 1)):
            row.pk = twin
            row.save(force_insert=True)
    with forgotten():
        assert (keys.of_organization(here), keys.of_file(here, rosa.pk)) == (over, key)


def test_a_key_made_by_somebody_else_meanwhile_is_left_as_it_is(here: uuid.UUID) -> None:
    before = keys.of_organization(here)
    keys.make_organization_key(here, b"another secret of the look-ups..")
    with forgotten():
        assert keys.of_organization(here) == before
    assert OrganizationKey.objects.filter(organization_id=here).count() == 1


def test_the_key_of_an_organization_opens_what_names_it(here: uuid.UUID) -> None:
    for first_asked in (True, False):
        with forgotten():
            key = keys.of_organization(here) if first_asked else None
            pk = OrganizationKey.objects.get(organization_id=here).pk
            found = keys.opened(pk)
            assert key in (None, found)
            assert found.id == pk


def test_an_index_is_an_hmac_of_its_label_and_value(here: uuid.UUID) -> None:
    row = OrganizationKey.objects.get(organization_id=here)
    secret = keys.index_secret(row, keys.of_organization(here))
    wanted = hmac.new(secret, b"people_person|a_number|900000001", hashlib.sha256).digest()[:16]
    assert Person.index_of("a_number", here, "900000001") == wanted
    assert len(secret) == 32


def test_whether_the_root_key_fits_is_known_without_a_key_too(here: uuid.UUID, settings: Any) -> None:
    assert keys.root_key_opens_newest() is True
    OrganizationKey.objects.update(wrapped=b"broken")
    assert keys.root_key_opens_newest() is False
    FileKey.objects.all().delete()
    OrganizationKey.objects.all().delete()
    assert keys.root_key_opens_newest() is True


def test_the_newest_key_decides_whether_the_root_key_fits(here: uuid.UUID) -> None:
    newest = OrganizationKey.objects.get(organization_id=here)
    OrganizationKey(organization_id=uuid.uuid4(), wrapped=b"broken", wrapped_index=b"broken").save(force_insert=True)
    OrganizationKey.objects.exclude(pk=newest.pk).update(made_at=newest.made_at - timedelta(days=1))
    assert keys.root_key_opens_newest() is True
    OrganizationKey.objects.exclude(pk=newest.pk).update(made_at=newest.made_at + timedelta(days=1))
    assert keys.root_key_opens_newest() is False


# --- what is asked


def test_nothing_is_unwrapped_that_was_not_asked_for(rosa: Person, here: uuid.UUID) -> None:
    files.person()
    with forgotten():
        key = keys.of_file(here, rosa.pk)
        assert keys._held().open == {key.id: key}


def test_a_key_that_stands_is_read_and_not_made_again(rosa: Person, here: uuid.UUID) -> None:
    with asking() as asked:
        first = keys.of_organization(here)
        assert (of_keys(asked), len(asked)) == (["SELECT"], 2)  # and its lock
    with asking() as asked:
        assert keys.of_organization(here) == first
        assert keys.of_organization(here) == first
        assert keys.index(here, "a", "b") == keys.index(here, "a", "b")
        assert of_keys(asked) == ["SELECT"]
    with asking() as asked:
        assert keys.of_file(here, rosa.pk) == keys.of_file(here, rosa.pk)
        assert of_keys(asked) == ["SELECT", "SELECT"]  # which one, and then the key itself


def test_what_is_wanted_is_unwrapped_in_one_query(rosa: Person, here: uuid.UUID) -> None:
    several = [rosa, files.person(), files.person("SC")]
    rows = [FileKey.objects.get(file_id=person.pk).pk for person in several]
    with asking() as asked:
        for row in rows:
            keys.want(row)
        found = [keys.opened(row) for row in rows]
        assert [key.id for key in found] == rows
        assert of_keys(asked) == ["SELECT"]


def test_whoever_has_said_nothing_yet_keeps_keys_in_hand_too(here: uuid.UUID) -> None:
    mark = keys._ring.set(None)
    try:
        with CaptureQueriesContext(connection) as asked:
            assert keys.of_organization(here) == keys.of_organization(here)
        assert of_keys(asked) == ["SELECT"]
    finally:
        keys._ring.reset(mark)


def test_what_is_in_hand_is_put_aside_and_taken_up_again(here: uuid.UUID) -> None:
    with asking() as asked:
        first = keys.of_organization(here)
        with keys.apart():
            assert keys._held().open == {}
            assert keys.of_organization(here) == first
        assert keys._held().open == {first.id: first}
        assert keys.of_organization(here) == first
        assert of_keys(asked) == ["SELECT", "SELECT"]


# --- what is locked


def test_whoever_seals_shares_the_file_with_others_who_do(here: uuid.UUID) -> None:
    row = uuid.UUID("f1e2d3c4-0000-4000-8000-000000000001")  # the first bit makes the number negative
    with forgotten():
        before = locks()
        keys.lock([row, row])
        assert locks() - before == {lock_of(SHARED, row)}
        keys.of_file(here, other := uuid.uuid4())
        assert lock_of(SHARED, other) in locks()
        assert lock_of(SHARED, here) in locks()


def test_whoever_shreds_has_the_file_alone(rosa: Person) -> None:
    assert keys.shred(rosa.organization_id, rosa.pk) == 1
    assert lock_of(ALONE, rosa.pk) in locks()
