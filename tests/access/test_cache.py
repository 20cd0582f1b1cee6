from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connections
from django.utils import timezone

from casework.access.actions import sweep
from casework.access.models import CacheEntry


@pytest.mark.django_db
def test_values_come_back_until_they_run_out() -> None:
    cache.set("key", {"tries": [1, 2.5, "x", None]}, 60)
    assert cache.get("key") == {"tries": [1, 2.5, "x", None]}
    CacheEntry.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert (cache.get("key", "gone"), cache.touch("key"), cache.add("key", 2, 60)) == ("gone", False, True)
    assert (cache.add("key", 3, 60), cache.get("key")) == (False, 2)
    assert (cache.incr("key"), cache.delete("key"), cache.delete("key"), cache.has_key("key")) == (
        3,
        True,
        False,
        False,
    )


@pytest.mark.django_db
def test_no_number_of_other_entries_drives_one_out() -> None:
    cache.set("wrong-passwords-of-ada", 5, 300)
    for number in range(400):
        cache.set(f"somebody-else-{number}", 1, 300)
    assert cache.get("wrong-passwords-of-ada") == 5


@pytest.mark.django_db
def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(TypeError):
        cache.set("key", object())


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_is_first() -> None:
    def first(number: int) -> bool:
        try:
            return cache.add("used-code", number, 30)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(first, range(16))) == [False] * 15 + [True]


@pytest.mark.django_db
def test_the_sweep_takes_only_what_has_run_out() -> None:
    cache.set("short", 1, 10)
    cache.set("long", 1, 1000)
    assert sweep(timezone.now() + timedelta(seconds=100)) == 1
    assert (cache.get("short"), cache.get("long")) == (None, 1)
