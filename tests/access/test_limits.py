"""Guessing is limited, and no stranger can lock anybody out by it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains

from casework.access import limits
from casework.access.models import CacheEntry, User
from tests.access.signing import PASSWORD, post_code, post_password, seed, sent, sign_in, with_password

pytestmark = pytest.mark.django_db
ADA = "ada@north.example"
WAIT, WRONG = "Wait five minutes", "is not right"
SECOND_STEP = "/account/2fa/authenticate/"


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """Hundreds of guesses, each in no time."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def stranger(number: int) -> Client:
    """A browser nobody knows, each at a network address of its own."""
    return Client(REMOTE_ADDR=f"198.51.{number // 250}.{number % 250 + 1}")


def signed_out(user: User) -> Client:
    """A browser in which this person was signed in before."""
    client = sign_in(with_password(user))
    client.post(reverse("account_logout"))
    return client


def ask(client: Client, email: str) -> Any:
    return client.post(reverse("account_reset_password"), {"email": email}, follow=True)


def test_five_wrong_passwords_from_one_network_address_must_wait(cast: dict[str, User]) -> None:
    user = with_password(cast["attorney"])
    for _ in range(5):
        assertContains(post_password(stranger(1), ADA, "wrong"), WRONG)
    assertContains(post_password(stranger(1), user.email), WAIT)
    assert post_password(stranger(2), user.email).status_code == 302


def test_guessing_from_many_network_addresses_is_limited(cast: dict[str, User]) -> None:
    with_password(cast["attorney"])
    answers = [post_password(stranger(number), ADA, "wrong").content.decode() for number in range(52)]
    assert [WAIT in answer for answer in answers] == [False] * 50 + [True] * 2
    assertContains(post_password(stranger(60), ADA), WAIT)


def test_one_network_address_cannot_use_up_what_all_others_share(cast: dict[str, User]) -> None:
    user = with_password(cast["attorney"])
    for _ in range(60):
        post_password(stranger(1), ADA, "wrong")
    assert post_password(stranger(2), user.email).status_code == 302


def test_no_stranger_locks_a_known_browser(cast: dict[str, User]) -> None:
    own = signed_out(cast["attorney"])
    for number in range(55):
        post_password(stranger(number), ADA, "wrong")
    for _ in range(35):
        post_password(Client(), ADA, "wrong")  # from the network address of the owner, too
    assertContains(post_password(stranger(99), ADA), WAIT)
    assert post_password(own, ADA).status_code == 302


def test_a_known_browser_has_a_limit_of_its_own(cast: dict[str, User]) -> None:
    own = signed_out(cast["attorney"])
    for _ in range(10):
        assertContains(post_password(own, ADA, "wrong"), WRONG)
    assertContains(post_password(own, ADA), WAIT)
    assert post_password(stranger(1), ADA).status_code == 302


def test_a_browser_known_to_one_account_is_a_stranger_to_another(cast: dict[str, User]) -> None:
    own = signed_out(cast["paralegal"])
    for _ in range(5):
        post_password(own, with_password(cast["attorney"]).email, "wrong")
    assertContains(post_password(own, ADA), WAIT)


def test_the_right_password_does_not_count(cast: dict[str, User]) -> None:
    with_password(cast["attorney"])
    assert [post_password(stranger(1), ADA).status_code for _ in range(8)] == [302] * 8


@pytest.mark.parametrize("email", [ADA, "nobody@north.example"])
def test_the_limits_tell_nothing_about_the_account(cast: dict[str, User], email: str) -> None:
    answers = [post_password(stranger(1), email, "wrong").content.decode() for _ in range(7)]
    assert [WAIT in answer for answer in answers] == [False] * 5 + [True] * 2


def test_one_network_address_cannot_try_many_accounts(cast: dict[str, User]) -> None:
    answers = [post_password(stranger(1), f"person{n}@north.example", "x").content.decode() for n in range(31)]
    assert [WAIT in answer for answer in answers] == [False] * 30 + [True]


def test_wrong_codes_of_a_stranger_do_not_lock_the_owner(cast: dict[str, User]) -> None:
    user = with_password(cast["attorney"])
    own = signed_out(user)
    thief = stranger(1)
    post_password(thief, ADA)
    answers = [thief.post(SECOND_STEP, {"code": "nonsense"}).content.decode() for _ in range(6)]
    assert [WAIT in answer for answer in answers] == [False] * 5 + [True]
    for number in range(2, 30):
        other = stranger(number)
        post_password(other, ADA)
        last = other.post(SECOND_STEP, {"code": "nonsense"})
    assertContains(last, WAIT)
    CacheEntry.objects.filter(key__contains="mfa").delete()  # the code of now was used to sign in
    post_password(own, ADA)
    answer = post_code(own, SECOND_STEP, seed(user))
    assert answer.status_code == 302 or WAIT not in answer.content.decode()


def test_nobody_floods_a_mailbox_or_keeps_the_owner_from_a_link(cast: dict[str, User]) -> None:
    own = signed_out(cast["attorney"])
    sent()
    answers = [ask(stranger(number), ADA) for number in range(20)]
    assert {(one.status_code, one.redirect_chain[-1][0]) for one in answers} == {
        (200, reverse("account_reset_password_done"))
    }
    assert len(sent()) == 3
    ask(own, ADA)
    assert len(sent()) == 1


def test_many_requests_for_links_from_one_network_address_must_wait(cast: dict[str, User]) -> None:
    own = signed_out(cast["attorney"])
    answers = [ask(Client(), f"person{number}@north.example") for number in range(21)]
    assert ["Wait five minutes" in one.content.decode() for one in answers] == [False] * 20 + [True]
    assert ask(own, ADA).redirect_chain[-1][0] == reverse("account_reset_password_done")


def test_a_new_password_forgives_the_wrong_ones(cast: dict[str, User], rf: Any) -> None:
    for _ in range(5):
        post_password(stranger(1), with_password(cast["attorney"]).email, "wrong")
    limits.forgive(rf.post("/", REMOTE_ADDR="198.51.0.2"), ADA)
    assert post_password(stranger(1), ADA).status_code == 302


def test_counters_name_nobody(cast: dict[str, User]) -> None:
    post_password(stranger(1), ADA, "wrong")
    rows = " ".join(f"{row.key} {row.value}" for row in CacheEntry.objects.all())
    assert [word for word in ("ada", "north", "198.51") if word in rows] == []


@pytest.mark.django_db(transaction=True)
def test_many_workers_count_together() -> None:
    def count(_: int) -> int:
        try:
            number: int = cache.count("guess", 60)  # type: ignore[attr-defined]
            return number
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(count, range(24))) == list(range(1, 25))
    assert PASSWORD not in str(list(CacheEntry.objects.values_list("key", flat=True)))


def test_a_counter_begins_anew_when_its_time_is_over() -> None:
    assert [cache.count("guess", 60), cache.count("guess", 60)] == [1, 2]  # type: ignore[attr-defined]
    cache.uncount("guess")  # type: ignore[attr-defined]
    assert cache.count("guess", 60) == 2  # type: ignore[attr-defined]
    CacheEntry.objects.update(expires_at="2020-01-01T00:00Z")
    cache.uncount("guess")  # type: ignore[attr-defined]
    assert cache.count("guess", 60) == 1  # type: ignore[attr-defined]


def test_a_counter_begins_anew_after_the_clock_was_put_back() -> None:
    """Else whoever mistyped while it was a day ahead would have to wait for that day."""
    assert [cache.count("guess", 60), cache.count("guess", 60)] == [1, 2]  # type: ignore[attr-defined]
    CacheEntry.objects.update(expires_at=timezone.now() + timedelta(seconds=100))
    assert cache.count("guess", 60) == 3  # type: ignore[attr-defined]
    CacheEntry.objects.update(expires_at=timezone.now() + timedelta(days=1))
    assert [cache.count("guess", 60), cache.count("guess", 60)] == [1, 2]  # type: ignore[attr-defined]
