"""How long an entry lives, what a counter counts, and which entries one call is about."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

import pytest
from django.core.cache import cache as default_cache
from django.core.cache import caches
from django.db import connections
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from casework.access.cache import ALIAS, FOR_EVER, CacheRouter, SharedCache
from casework.access.models import CacheEntry, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def cache() -> SharedCache:
    return cast(SharedCache, caches["default"])


def seconds_left(name: str, version: int = 1) -> float:
    entry = CacheEntry.objects.get(key=default_cache.make_key(name, version=version))
    return (entry.expires_at - timezone.now()).total_seconds()


def run_out(**which: str) -> None:
    CacheEntry.objects.filter(**which).update(expires_at=timezone.now() - timedelta(seconds=1))


@pytest.mark.parametrize("write", ["set", "add", "touch"])
def test_an_entry_lives_as_long_as_was_said(cache: SharedCache, write: str) -> None:
    def written(name: str, *args: Any, **kwargs: Any) -> None:
        if write == "touch":
            cache.set(name, "x", 7)
            assert cache.touch(name, *args, **kwargs) is True
        else:
            getattr(cache, write)(name, "x", *args, **kwargs)

    written("short", 60)
    written("named", timeout=90.5)
    written("default")
    written("ever", None)
    left = {name: seconds_left(name) for name in ("short", "named", "default")}
    wanted = {"short": 60, "named": 90.5, "default": 300}
    assert all(0 <= wanted[name] - left[name] < 30 for name in wanted), left
    ever = CacheEntry.objects.get(key=cache.make_key("ever"))
    assert (ever.expires_at, cache.get("ever")) == (FOR_EVER, "x")
    written("past", 0)
    assert cache.get("past", "gone") == "gone"


def test_an_entry_that_stands_is_set_and_not_added(cache: SharedCache) -> None:
    cache.set("key", 1, 100)
    assert (cache.add("key", 2, 1000), cache.get("key")) == (False, 1)
    assert seconds_left("key") <= 100
    cache.set("key", 3, 1000)
    assert cache.get("key") == 3
    assert seconds_left("key") > 900
    run_out()
    assert (cache.add("key", 4, 50), cache.get("key")) == (True, 4)
    assert cache.get("nothing") is None
    assert cache.get("nothing", "x") == "x"
    cache.set("null", None)
    assert cache.get("null", "x") is None


def test_each_version_of_a_key_stands_for_itself(cache: SharedCache) -> None:
    cache.set("key", "one", 100)
    assert cache.add("key", "two", 100, version=2) is True
    cache.set("key", "three", 100, version=3)
    assert [cache.get("key", version=version) for version in (None, 1, 2, 3, 4)] == ["one", "one", "two", "three", None]
    assert cache.touch("key", 1000, version=2) is True
    assert cache.touch("key", 1000, version=4) is False
    assert [seconds_left("key", version) > 900 for version in (1, 2, 3)] == [False, True, False]
    assert (cache.delete("key", version=4), cache.delete("key", version=3), cache.delete("key")) == (False, True, True)
    assert [cache.get("key", version=version) for version in (1, 2, 3)] == [None, "two", None]


def test_one_key_is_touched_or_deleted_and_no_other(cache: SharedCache) -> None:
    for name in ("one", "other"):
        cache.set(name, name, 100)
    cache.touch("one", 1000)
    assert [seconds_left(name) > 900 for name in ("one", "other")] == [True, False]
    cache.delete("one")
    assert [cache.get(name) for name in ("one", "other")] == [None, "other"]
    cache.clear()
    assert CacheEntry.objects.count() == 0


def test_a_counter_counts_from_one_and_keeps_the_end_that_its_first_set(cache: SharedCache) -> None:
    assert [cache.count("tries", seconds) for seconds in (100, 1000, 100)] == [1, 2, 3]
    assert cache.get("tries") == 3
    assert 70 < seconds_left("tries") <= 100
    assert cache.count("others", 1000) == 1
    run_out(key=cache.make_key("tries"))
    assert [cache.count("tries", seconds) for seconds in (1000, 2000)] == [1, 2]
    assert 900 < seconds_left("tries") <= 1000
    assert cache.get("others") == 1


def test_what_is_given_back_does_not_count_and_never_less_than_nothing(cache: SharedCache) -> None:
    for _ in range(2):
        cache.count("tries", 100)
        cache.count("others", 100)
    left: list[Any] = []
    for _ in range(3):
        cache.uncount("tries")
        left.append(cache.get("tries"))
    assert (left, cache.get("others"), cache.count("tries", 100)) == ([1, 0, 0], 2, 1)
    cache.uncount("nothing")
    assert cache.get("nothing") is None
    run_out(key=cache.make_key("others"))
    cache.uncount("others")
    assert CacheEntry.objects.get(key=cache.make_key("others")).value == 2


@pytest.mark.parametrize("call", ["get", "touch", "delete", "uncount", "has_key"])
@pytest.mark.filterwarnings("error::django.core.cache.backends.base.CacheKeyWarning")
def test_a_key_that_no_cache_takes_is_said(cache: SharedCache, call: str) -> None:
    method: Callable[[str], Any] = getattr(cache, call)
    with pytest.raises(Warning, match="will cause errors"):
        method("a key with spaces")


def test_only_the_caches_table_goes_over_its_connection() -> None:
    router = CacheRouter()
    assert (router.db_for_read(CacheEntry), router.db_for_write(CacheEntry)) == (ALIAS, ALIAS)
    assert (router.db_for_read(User), router.db_for_write(User)) == (None, None)
    assert (router.allow_migrate("default", "access"), router.allow_migrate(ALIAS, "access")) == (True, False)


def test_several_are_read_in_one_question(
    cache: SharedCache, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Those that stand, under the names by which they were asked for; not those of another version, or run out."""
    cache.set("one", 1)
    cache.set("two", ["2"])
    cache.set("not-asked", 3)
    cache.set("other-version", 4, version=2)
    cache.set("over", 5)
    run_out(key=cache.make_key("over"))
    names = ["one", "two", "other-version", "over", "unknown"]
    with django_assert_num_queries(1, connection=connections[ALIAS]):
        assert cache.get_many(names) == {"one": 1, "two": ["2"]}
    assert cache.get_many(names, version=2) == {"other-version": 4}
    assert cache.get_many([]) == {}
