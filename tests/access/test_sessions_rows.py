"""What a session keeps in its row, and what two requests at once make of it."""

import base64
import json
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import SESSION_KEY
from django.utils import timezone

from casework.access.models import Session, User
from casework.access.sessions import SessionStore, hashed, payload
from casework.vault.cipher import unseal
from tests.conftest import as_application

pytestmark = pytest.mark.django_db


def begun(**content: Any) -> SessionStore:
    store = SessionStore()
    store.update(content)
    store.create()
    return store


def read(store: SessionStore) -> SessionStore:
    """The same session, as another request reads it."""
    other = SessionStore(store.session_key)
    dict(other.items())
    return other


def row(store: SessionStore) -> Session:
    return Session.objects.get(session_key=hashed(store.session_key or ""))


def test_the_row_names_its_user_and_browser_and_seals_the_rest(cast: dict[str, User]) -> None:
    before = timezone.now()
    store = begun(**{SESSION_KEY: str(cast["attorney"].pk), "user_agent": "Firefox", "mark": "x"})
    kept = row(store)
    assert (kept.user, kept.user_agent) == (cast["attorney"], "Firefox")
    assert before <= kept.seen_at <= timezone.now()
    sealed = unseal(base64.b64decode(kept.session_data), f"session|{kept.session_key}")
    assert json.loads(sealed) == dict(store.items()) == payload(kept)
    assert b" " not in sealed
    bare = row(begun(mark="x"))
    assert (bare.user, bare.user_agent) == (None, "")


def test_a_session_is_found_by_its_key_until_it_runs_out() -> None:
    store, other = begun(mark="x"), begun(mark="y")
    assert (dict(read(store).items()), dict(read(other).items())) == ({"mark": "x"}, {"mark": "y"})
    Session.objects.filter(pk=row(store).pk).update(expire_date=timezone.now() - timedelta(seconds=1))
    late = read(store)
    assert (dict(late.items()), late.session_key) == ({}, None)


def test_what_does_not_open_is_empty() -> None:
    one, other = begun(mark="x"), begun(mark="y")
    Session.objects.filter(pk=row(one).pk).update(session_data=row(other).session_data)  # moved
    assert (dict(read(one).items()), payload(row(one))) == ({}, {})
    Session.objects.filter(pk=row(one).pk).update(session_data="no base64!")
    assert (dict(read(one).items()), payload(row(one))) == ({}, {})


def test_a_save_changes_only_what_its_own_request_changed() -> None:
    store = begun(same=1, mine=1, theirs=1, taken=1, lost=1)
    first, second = read(store), read(store)
    second["theirs"], second["locked"] = 2, "idle"
    del second["lost"]
    second.save()
    first["mine"] = 2
    del first["taken"]
    first.save()
    assert payload(row(store)) == {"same": 1, "mine": 2, "theirs": 2, "locked": "idle"}
    first["mine"] = 3  # the same request goes on from there
    first.save()
    assert payload(row(store)) == {"same": 1, "mine": 3, "theirs": 2, "locked": "idle"}
    assert dict(first.items()) == {"same": 1, "mine": 3, "theirs": 2, "locked": "idle"}


def test_what_a_request_changed_within_a_value_counts_as_changed() -> None:
    store = begun(held={"form": 1})
    first = read(store)
    first["held"]["form"] = 2
    first.save()
    assert payload(row(store)) == {"held": {"form": 2}}


def test_a_session_that_was_never_read_writes_all_that_it_holds() -> None:
    store = begun(mark="x")
    blind = SessionStore(store.session_key)
    blind._session_cache = {"mark": "y"}
    blind.save()
    assert payload(row(store)) == {"mark": "y"}


@pytest.fixture(params=["owner", "application"])
def asks(request: pytest.FixtureRequest) -> Iterator[None]:
    """The application sees the one session whose key it names."""
    with as_application() if request.param == "application" else nullcontext():
        yield


@pytest.mark.usefixtures("asks")
def test_a_key_is_taken_by_one_session() -> None:
    store, other = begun(), begun()
    assert [store.exists(key) for key in (store.session_key or "", other.session_key or "", "unknown")] == [
        True, True, False,
    ]  # fmt: skip


def test_one_session_is_ended_by_its_key_and_no_other() -> None:
    one, other, third = begun(), begun(), begun()
    with as_application():
        one.delete(other.session_key)
    assert [Session.objects.filter(pk=hashed(each.session_key or "")).exists() for each in (one, other, third)] == [
        True, False, True,
    ]  # fmt: skip
    with as_application():
        one.delete()
    assert Session.objects.count() == 1
    SessionStore().delete()  # one that never began
    assert Session.objects.get().pk == hashed(third.session_key or "")


def test_a_session_without_a_key_begins_when_it_is_saved() -> None:
    store = SessionStore()
    store["mark"] = "x"
    store.save()
    assert payload(row(store)) == {"mark": "x"}
