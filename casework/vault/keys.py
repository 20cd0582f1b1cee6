"""Keys in use: unwrapped once a request, kept no longer than somebody speaks.

The root key wraps one key of each organization, that wraps one key of each person's file, and values stand sealed under
the file's key (design: security.md, "Vault"). Whoever may not see a person is not given the row of that file's key.
"""

import hmac
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import connection

from casework.vault.cipher import KEY_BYTES, Key, SealBroken, seal, unseal

INDEX_BYTES = 16


class KeyMissing(SealBroken):
    """The key is not there, or not for whoever asks, or was wrapped by another one."""


@dataclass(frozen=True)
class Moment:
    """Where in a transaction something was found. A savepoint that is rolled back takes what was made since along."""

    transaction: object
    savepoints: tuple[str | None, ...]

    @classmethod
    def now(cls) -> "Moment":
        blocks = connection.atomic_blocks
        return cls(blocks[0] if blocks else None, tuple(connection.savepoint_ids))

    def holds(self) -> bool:
        """Whether what was found then is still there for certain."""
        now = Moment.now()
        return now.transaction is self.transaction and now.savepoints[: len(self.savepoints)] == self.savepoints


class Ring:
    """What was unwrapped for one asker, and what will be needed."""

    def __init__(self) -> None:
        self.open: dict[uuid.UUID, Key | None] = {}
        self.wanted: set[uuid.UUID] = set()
        self.of_file: dict[tuple[uuid.UUID, uuid.UUID], tuple[Moment, Key]] = {}
        self.of_organization: dict[uuid.UUID, tuple[Moment, Key, bytes]] = {}


_ring: ContextVar[Ring | None] = ContextVar("ring", default=None)


def _held() -> Ring:
    ring = _ring.get()
    if ring is None:
        ring = Ring()
        _ring.set(ring)
    return ring


def forget() -> None:
    """From here on no key is in hand: somebody else speaks."""
    _ring.set(Ring())


@contextmanager
def apart() -> Iterator[None]:
    """Within the block somebody else speaks; afterwards the keys of before are in hand again."""
    before = _ring.set(Ring())
    try:
        yield
    finally:
        _ring.reset(before)


def want(key: uuid.UUID) -> None:
    """Notes that a value under this key was read, so that the first look unwraps all keys in one query."""
    _held().wanted.add(key)


def opened(key: uuid.UUID) -> Key:
    """The key with this id. Raises KeyMissing."""
    ring = _held()
    if key not in ring.open:
        ring.wanted.add(key)
        _unwrap(ring)
    found = ring.open[key]
    if found is None:
        raise KeyMissing(str(key))
    return found


def of_file(organization: uuid.UUID, file: uuid.UUID) -> Key:
    """The key under which values of the file are sealed now; the first one is made here.

    Raises IntegrityError when the file has one that whoever asks may not see.
    """
    from casework.vault.models import FileKey

    ring = _held()
    known = ring.of_file.get((organization, file))
    if known is None or not known[0].holds():
        now = FileKey.objects.filter(organization_id=organization, file_id=file, retired_at=None)
        key_id = now.values_list("pk", flat=True).first()
        key = opened(key_id) if key_id else make_file_key(organization, file)
        ring.of_file[organization, file] = known = Moment.now(), key
    return known[1]


def of_organization(organization: uuid.UUID) -> Key:
    """The organization's key of now; the first one is made here. Raises KeyMissing."""
    return _organization(organization)[1]


def index(organization: uuid.UUID, label: str, value: str) -> bytes:
    """By what an exact value is found: HMAC-SHA256 under a key of the organization, cut to 128 bits.

    The same value has another index in another organization, and under another label.
    """
    secret = _organization(organization)[2]
    return hmac.digest(secret, f"{label}|{value}".encode(), "sha256")[:INDEX_BYTES]


def make_file_key(organization: uuid.UUID, file: uuid.UUID) -> Key:
    """A new key for the file."""
    from casework.vault.models import FileKey

    above = of_organization(organization)
    made = Key(uuid.uuid4(), os.urandom(KEY_BYTES))
    FileKey(
        id=made.id,
        organization_id=organization,
        file_id=file,
        organization_key_id=above.id,
        wrapped=above.seal(made.secret, wrapping(made.id, file)),
    ).save(force_insert=True)
    ring = _held()
    ring.open[made.id] = made
    return made


def make_organization_key(organization: uuid.UUID, index_secret: bytes) -> uuid.UUID:
    """A new key for the organization, unless somebody made one just now; the key of its look-ups goes along."""
    from casework.vault.models import OrganizationKey

    made = Key(uuid.uuid4(), os.urandom(KEY_BYTES))
    row = OrganizationKey(
        id=made.id,
        organization_id=organization,
        wrapped=seal(made.secret, above(made.id, organization)),
        wrapped_index=made.seal(index_secret, f"index|{organization}"),
    )
    OrganizationKey.objects.bulk_create([row], ignore_conflicts=True)
    return made.id


def shred(file: uuid.UUID) -> int:
    """Deletes every key of the file: nothing that was sealed under them opens ever again. How many there were."""
    from casework.vault.models import FileKey

    forget()
    return FileKey.objects.filter(file_id=file).delete()[0]


def above(key: uuid.UUID, organization: uuid.UUID) -> str:
    """The context in which the root key wraps an organization's key."""
    return f"organization key|{organization}|{key}"


def wrapping(key: uuid.UUID, file: uuid.UUID) -> str:
    """The context in which an organization's key wraps a file's."""
    return f"file key|{file}|{key}"


def _organization(organization: uuid.UUID) -> tuple[Moment, Key, bytes]:
    from casework.vault.models import OrganizationKey

    ring = _held()
    known = ring.of_organization.get(organization)
    if known is None or not known[0].holds():
        now = OrganizationKey.objects.filter(organization_id=organization, retired_at=None)
        row = now.first()
        if row is None:
            make_organization_key(organization, os.urandom(KEY_BYTES))
            row = now.get()
        key = _unwrap_organization(row)
        if key is None:
            raise KeyMissing(str(row.pk))
        index_secret = key.unseal(bytes(row.wrapped_index), f"index|{organization}")
        ring.of_organization[organization] = known = Moment.now(), key, index_secret
        ring.open[row.pk] = key
    return known


def _unwrap(ring: Ring) -> None:
    """Unwraps all that is wanted, in one query; a second one only for values sealed under an organization's own key."""
    from casework.vault.models import FileKey, OrganizationKey

    wanted = ring.wanted - ring.open.keys()
    ring.wanted.clear()
    rows = FileKey.objects.filter(pk__in=wanted).select_related("organization_key")
    by_organization: dict[uuid.UUID, Key | None] = {}
    for row in rows:
        over = row.organization_key
        if over.pk not in by_organization:
            by_organization[over.pk] = _unwrap_organization(over)
        ring.open[row.pk] = _unwrap_file(row, by_organization[over.pk])
    missing = wanted - ring.open.keys()
    if missing:
        ring.open |= dict.fromkeys(missing)
        for one in OrganizationKey.objects.filter(pk__in=missing):
            ring.open[one.pk] = _unwrap_organization(one)


def _unwrap_organization(row: "OrganizationKey") -> Key | None:  # noqa: F821
    try:
        return Key(row.pk, unseal(bytes(row.wrapped), above(row.pk, row.organization_id)))
    except SealBroken:
        return None


def _unwrap_file(row: "FileKey", over: Key | None) -> Key | None:  # noqa: F821
    try:
        return over and Key(row.pk, over.unseal(bytes(row.wrapped), wrapping(row.pk, row.file_id)))
    except SealBroken:
        return None
