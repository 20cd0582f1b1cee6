"""Telling the database who asks: a signed token that lives no longer than the transaction.

A token is `kind.subject.user.backend process.expiry.HMAC-SHA256` in the setting `ctx.token`. The functions of schema
`ctx` (walls.sql) check it and answer with what is true now, so a token says who, never what somebody may. Changing
the setting from within SQL gives nothing: only this process can sign. A browser's session is named in the same way in
`ctx.session`, since it is read before anybody knows whose it is.
"""

import hashlib
import hmac
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import cast

from django.db import connection, transaction
from psycopg.pq import TransactionStatus

from casework.access.actor import Actor, duty
from casework.vault import keys
from casework.vault.cipher import signing_key

BLOCK = 64  # of SHA-256 (RFC 2104)
REQUEST_SECONDS, JOB_SECONDS = 5 * 60, 60 * 60
SWAP = "SELECT current_setting(%s, true), set_config(%s, %s, true)"


@cache
def _key(secret: bytes) -> "hmac.HMAC":
    return hmac.new(secret, digestmod=hashlib.sha256)


def pads() -> tuple[bytes, bytes]:
    """The key, mixed for the inner and the outer hash of HMAC: all that the database needs to check a token."""
    key = signing_key("context").ljust(BLOCK, b"\0")
    return bytes(byte ^ 0x36 for byte in key), bytes(byte ^ 0x5C for byte in key)


def sign(kind: str, subject: object, user: object, seconds: int, pid: int | None = None) -> str:
    """A token for the present connection, good for so many seconds."""
    if pid is None:
        connection.ensure_connection()
        pid = connection.connection.info.backend_pid
    body = f"{kind}.{subject or '-'}.{user or '-'}.{pid}.{int(time.time()) + seconds}"
    mac = _key(signing_key("context")).copy()
    mac.update(body.encode())
    return f"{body}.{mac.hexdigest()}"


def token(actor: Actor, seconds: int = REQUEST_SECONDS) -> str:
    """The token that speaks for an actor; a family's names its link and the case that it is about."""
    if actor.kind == "family":
        return sign(actor.kind, actor.link_id, actor.case_id, seconds)
    return sign(actor.kind, actor.duty or actor.membership_id, actor.user_id, seconds)


def speak(actor: Actor) -> None:
    """From here to the end of the transaction the database answers this actor."""
    _swap("ctx.token", token(actor))
    keys.forget()


@contextmanager
def acting(actor: Actor, seconds: int = REQUEST_SECONDS) -> Iterator[None]:
    """Within the block, which is one transaction, the database answers this actor; afterwards whoever it was before."""
    with _setting("ctx.token", lambda: token(actor, seconds)), keys.apart():
        yield


@contextmanager
def on_duty(name: str, seconds: int = JOB_SECONDS) -> Iterator[Actor]:
    """Within the block the product itself asks, for one errand."""
    actor = duty(name)
    with acting(actor, seconds):
        yield actor


@contextmanager
def session(hashed_key: str) -> Iterator[None]:
    """Within the block, the row of this one browser's session can be reached."""
    with _setting("ctx.session", lambda: sign("session", hashed_key, None, REQUEST_SECONDS)):
        yield


@contextmanager
def forgotten() -> Iterator[None]:
    """For a request inside another transaction, which only tests have: afterwards what was said before counts again."""
    keys.forget()
    if not connection.in_atomic_block:
        try:
            yield
        finally:
            keys.forget()
        return
    before = (_swap("ctx.token", ""), _swap("ctx.session", ""))
    yield
    keys.forget()
    _swap("ctx.token", before[0])
    _swap("ctx.session", before[1])


def broken() -> bool:
    """Whether a statement failed and was not rolled back: PostgreSQL would turn a commit into a silent roll-back."""
    line = connection.connection
    return line is not None and line.info.transaction_status == TransactionStatus.INERROR


def answers(actor: Actor) -> bool:
    """Whether the database takes whoever speaks for this actor, who still counts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctx.membership_id(), ctx.user_id()")
        return cast(bool, cursor.fetchone() == (actor.membership_id, actor.user_id))


@contextmanager
def _setting(name: str, value: Callable[[], str]) -> Iterator[None]:
    if not connection.in_atomic_block:
        with transaction.atomic():
            _swap(name, value())
            yield
        return
    before = _swap(name, value())
    try:
        yield
    finally:
        # After an error the roll-back to the savepoint around this block brings the old setting back.
        if not broken() and not connection.needs_rollback:
            _swap(name, before)


def _swap(name: str, value: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(SWAP, [name, name, value])
        before: str | None = cursor.fetchone()[0]
    return before or ""
