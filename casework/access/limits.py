"""How often somebody may guess, counted for all workers together, without letting a stranger lock the owner out.

A browser that the account has been signed in with has counters of its own, which nobody else can fill. Everybody else
shares counters of the account, by network address and, slower, in all. Passkeys are never counted: nothing can be
guessed there. What was right does not count.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from allauth.core.internal.ratelimit import get_ip
from django.core.cache import caches
from django.http import HttpRequest

from casework.access.cache import SharedCache
from casework.access.devices import known_to
from casework.access.models import User
from casework.access.sessions import hashed
from casework.vault.cipher import signing_key

MINUTE, HOUR = 60, 60 * 60


@dataclass(frozen=True)
class Limit:
    """So many tries in so many seconds."""

    name: str
    tries: int
    seconds: int


# For each account: from a browser of its own; from one network address; from everywhere else together.
OWN = (Limit("own", 10, 5 * MINUTE), Limit("own, slow", 30, HOUR))
ADDRESS = (Limit("address", 5, 5 * MINUTE), Limit("address, slow", 10, HOUR))
ALL = (Limit("all", 50, HOUR),)
# For each network address, whatever the account: it spares the processor.
CROWD = (Limit("crowd", 30, MINUTE),)
OWN_CODES, ADDRESS_CODES, ALL_CODES = (
    (Limit("own codes", 5, 5 * MINUTE), Limit("own codes, slow", 20, HOUR)),
    (Limit("codes", 5, 5 * MINUTE), Limit("codes, slow", 10, HOUR)),
    (Limit("all codes", 20, HOUR),),
)
# A link lives for an hour: whoever gets no further mail has had one within the hour that still works.
OWN_MAILS, MAILS = (Limit("own mails", 3, HOUR),), (Limit("mails", 3, HOUR),)
CROWD_MAILS = (Limit("crowd mails", 20, MINUTE),)
# Calendars ask by themselves, several programs with one address. Wrong addresses are counted by where they come from.
FEED, WRONG_FEEDS = (Limit("feed", 120, HOUR),), (Limit("wrong feeds", 60, MINUTE),)
# The PIN of a family's link: for the link and one network address; for the link in all, which a browser that has opened
# it before does not share; and for one network address whatever the link, so that nobody tries many.
PIN_HERE, PIN_ALL = (Limit("pin", 5, 15 * MINUTE), Limit("pin, slow", 20, 24 * HOUR)), (Limit("pins", 50, 24 * HOUR),)
PIN_OWN, PIN_CROWD = (Limit("own pin", 10, 15 * MINUTE),), (Limit("pin crowd", 60, HOUR),)
MANY_PINS = 10  # wrong ones within the time of a counter: the team is told
TESTS = (Limit("test messages", 5, HOUR),)
SENT_HERE = (Limit("family files", 20, 24 * HOUR),)
TOLD_HERE, TICKED_HERE = (Limit("family words", 10, 24 * HOUR),), (Limit("family ticks", 60, 24 * HOUR),)  # by a link
# Lines of the audit about those who have to wait, so that nobody fills a book: for what is tried, and for all of it.
TOLD, CROWD_TOLD = (Limit("told", 1, 5 * MINUTE),), (Limit("crowd told", 30, 5 * MINUTE),)

Counted = list[tuple[Limit, str]]


@dataclass(frozen=True)
class Taken:
    """A try that was counted."""

    keys: tuple[str, ...]

    def give_back(self) -> None:
        """It was right, so it does not count."""
        for key in self.keys:
            _counters().uncount(key)


def password(request: HttpRequest, address: str) -> Taken | None:
    """Counts a try to enter the password of this address; None when it has to wait."""
    return _take(_password_counters(request, address))


def forgive(request: HttpRequest, address: str) -> None:
    """Forgets the wrong passwords that were counted against this address, here and in all."""
    for limit, subject in _password_counters(request, address):
        if limit not in CROWD:
            _counters().delete(_key(limit, subject))


def code(request: HttpRequest, user: User) -> Taken | None:
    """Counts a try to enter a code of this account; None when it has to wait."""
    own = _own(request, user.email)
    if own:
        return _take(_each(OWN_CODES, f"{user.pk}|{own}"))
    return _take(_each(ADDRESS_CODES, f"{user.pk}|{get_ip(request)}") + _each(ALL_CODES, str(user.pk)))


def worth_a_line(request: HttpRequest, tried: str) -> bool:
    """Whether a further uncounted try of this is told, whoever it belongs to: one in five minutes from one address."""
    here = get_ip(request)
    return _take(_each(TOLD, f"{tried.lower()}|{here}") + _each(CROWD_TOLD, here)) is not None


def reset_mail(request: HttpRequest, address: str) -> Taken | None:
    """Counts a mail with a link for a new password; None when there were enough of them within the hour."""
    own = known_to(request, address)
    return _take(_each(OWN_MAILS, f"{address.lower()}|{own}") if own else _each(MAILS, address.lower()))


def reset_from_here(request: HttpRequest, address: str) -> Taken | None:
    """Counts that somebody unknown asked for such a mail; None when too many come from one network address."""
    return Taken(()) if known_to(request, address) else _take(_each(CROWD_MAILS, get_ip(request)))


def feed(hashed_token: str) -> Taken | None:
    """Counts that a calendar was fetched; None when that was often enough within the hour."""
    return _take(_each(FEED, hashed_token))


def unknown_feed(request: HttpRequest) -> Taken | None:
    """Counts a try to fetch a calendar, to be given back for a right address; None when this one has to wait."""
    return _take(_each(WRONG_FEEDS, get_ip(request)))


def pin(request: HttpRequest, hashed_token: str, own: str) -> Taken | None:
    """Counts a try to open a family's link, to be given back for a right PIN; None when it has to wait.

    `own` names the browser, if the link was opened with it before: nobody else can fill its counter. Links that were
    never given are counted alike.
    """
    if own:
        return _take(_each(PIN_OWN, f"{hashed_token}|{own}"))
    here = get_ip(request)
    return _take(
        _each(PIN_CROWD, here) + _each(PIN_HERE, f"{hashed_token}|{here}") + _each(PIN_ALL, hashed_token)
    )  # fmt: skip


def many_pins(own: Mapping[str, str]) -> set[str]:
    """Of links, those on which many wrong PINs count now. `own` has for each hashed token what names its browsers."""
    counters = {
        _key(limit, subject): token
        for token, mark in own.items()
        for limit, subject in _each(PIN_ALL, token) + _each(PIN_OWN, f"{token}|{mark}")
    }
    found = _counters().get_many(list(counters))
    return {counters[key] for key, count in found.items() if count >= MANY_PINS}


def family_word(link: str) -> Taken | None:
    """Counts that a family writes; None when that was often enough for a day."""
    return _take(_each(TOLD_HERE, link))


def test_message(member: str) -> Taken | None:
    """Counts that somebody sends a test to themself; None when that was often enough for an hour."""
    return _take(_each(TESTS, member))


def family_file(link: str) -> Taken | None:
    """Counts that a family sends a file; None when that was often enough for a day."""
    return _take(_each(SENT_HERE, link))


def family_ticks(link: str) -> Taken | None:
    """Counts that a family ticks something off; None when that was often enough for a day."""
    return _take(_each(TICKED_HERE, link))


def _own(request: HttpRequest, address: str) -> str:
    """What names the owner's own browser: its mark, or the session of somebody who is signed in; else nothing."""
    user = getattr(request, "user", None)
    if isinstance(user, User) and user.email == address.lower():
        return hashed(request.session.session_key or "")
    return known_to(request, address)


def _password_counters(request: HttpRequest, address: str) -> Counted:
    address = address.lower()
    own = _own(request, address)
    if own:
        return _each(OWN, f"{address}|{own}")
    here = get_ip(request)
    return _each(CROWD, here) + _each(ADDRESS, f"{address}|{here}") + _each(ALL, address)


def _each(limits: tuple[Limit, ...], subject: str) -> Counted:
    return [(limit, subject) for limit in limits]


def _take(counters: Counted) -> Taken | None:
    """Counts everywhere or nowhere: what is refused here fills no other counter."""
    keys: list[str] = []
    for limit, subject in counters:
        keys.append(_key(limit, subject))
        if _counters().count(keys[-1], limit.seconds) > limit.tries:
            Taken(tuple(keys)).give_back()
            return None
    return Taken(tuple(keys))


def _counters() -> SharedCache:
    return cast(SharedCache, caches["default"])


def _key(limit: Limit, subject: str) -> str:
    """Addresses stand in no table: a counter is named by a keyed hash."""
    name = f"{limit.name}|{limit.seconds}|{subject}"
    return "limit:" + hmac.new(signing_key("limits"), name.encode(), hashlib.sha256).hexdigest()[:40]
