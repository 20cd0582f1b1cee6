"""Keys in use: unwrapped once a request, kept no longer than somebody speaks.

The root key wraps one key of each organization, that wraps one key of each person's file, and values stand sealed under
the file's key (design: security.md, "Vault"). Whoever may not see a person is not given the row of that file's key.

Whoever seals holds a shared lock on the file, or on the organization, to the end of the transaction; rotation takes it
alone (`rotation.py`). So nothing is ever written under a key that was retired meanwhile.
"""

import hmac
import os
import uuid
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import islice

from django.db import connection

from casework.vault.cipher import KEY_BYTES, Key, SealBroken, seal, unseal
from casework.vault.models import FileKey, OrganizationKey

INDEX_BYTES = 16
AT_ONCE = 1000  # keys in one query
OVER = ("organization_key", "organization_key__organization_id", "organization_key__wrapped")
File = tuple[uuid.UUID, uuid.UUID]  # an organization and a person's file there


class KeyMissing(SealBroken):
    """The key is not there, or not for whoever asks, or was wrapped by another one."""


class FileShredded(KeyMissing):
    """The file's keys were deleted for ever: nothing is sealed in it any more."""


class Ring:
    """What was unwrapped for one asker, and what will be needed.

    What is current was found in the present transaction. Django begins another list of commit hooks after every commit
    and every roll-back, also to a savepoint, which may have taken a new key along: then it is asked again.
    """

    def __init__(self) -> None:
        self.open: dict[uuid.UUID, Key | None] = {}
        self.wanted: set[uuid.UUID] = set()
        self._files: dict[File, Key] = {}
        self._organizations: dict[uuid.UUID, tuple[Key, bytes]] = {}
        self._found_in: object = None

    @property
    def files(self) -> dict[File, Key]:
        self._forget_old()
        return self._files

    @property
    def organizations(self) -> dict[uuid.UUID, tuple[Key, bytes]]:
        """The key and the secret of the exact look-ups."""
        self._forget_old()
        return self._organizations

    def _forget_old(self) -> None:
        if self._found_in is not connection.run_on_commit or not connection.in_atomic_block:
            self._files, self._organizations, self._found_in = {}, {}, connection.run_on_commit


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
        _unwrap(ring, key)
    found = ring.open[key]
    if found is None:
        raise KeyMissing(str(key))
    return found


def of_file(organization: uuid.UUID, file: uuid.UUID) -> Key:
    """The key under which values of the file are sealed now; the first one is made here.

    Raises IntegrityError when the file has one that whoever asks may not see, and FileShredded for one that had keys.
    """
    return of_files([(organization, file)])[organization, file]


def of_files(asked: Collection[File]) -> dict[File, Key]:
    """As `of_file`, for many in three queries."""
    held = _held().files
    unknown = sorted(set(asked) - held.keys())
    found: dict[File, Key] = {}
    if unknown:
        lock(file for _organization, file in unknown)
        rows = FileKey.objects.filter(file_id__in=[file for _organization, file in unknown], retired_at=None)
        ids = {(row.organization_id, row.file_id): _standing(row) for row in rows}
        _held().wanted.update(ids.values())
        found = {file: opened(ids[file]) for file in unknown if file in ids}
        found |= make_file_keys([file for file in unknown if file not in ids])
        _held().files.update(found)
    return {file: found.get(file) or held[file] for file in asked}


def make_ready(files: Collection[File]) -> None:
    """Makes the keys of files that are begun in this transaction, all in one statement.

    Nobody else knows of them before it commits, so that none is held: thousands of locks would fill the table of locks.
    """
    _held().files.update(make_file_keys(files))


def of_organization(organization: uuid.UUID) -> Key:
    """The organization's key of now; the first one is made here. Raises KeyMissing."""
    return _organization(organization)[0]


def index(organization: uuid.UUID, label: str, value: str) -> bytes:
    """By what an exact value is found: HMAC-SHA256 under a key of the organization, cut to 128 bits.

    The same value has another index in another organization, and under another label.
    """
    return indexed(_organization(organization)[1], label, value)


def indexed(secret: bytes, label: str, value: str) -> bytes:
    """As `index`, with the secret of an organization's look-ups in hand."""
    return hmac.digest(secret, f"{label}|{value}".encode(), "sha256")[:INDEX_BYTES]


def make_file_keys(files: Collection[File]) -> dict[File, Key]:
    """A new key for each file, wrapped by its organization's key of now."""
    made = {file: Key(uuid.uuid4(), os.urandom(KEY_BYTES)) for file in files}
    FileKey.objects.bulk_create([_row(made[file], *file) for file in files])
    _held().open.update({key.id: key for key in made.values()})
    return made


def make_organization_key(organization: uuid.UUID, index_secret: bytes) -> uuid.UUID:
    """A new key for the organization, unless somebody made one just now; the key of its look-ups goes along."""
    made = Key(uuid.uuid4(), os.urandom(KEY_BYTES))
    row = OrganizationKey(
        id=made.id,
        organization_id=organization,
        wrapped=seal(made.secret, above(made.id, organization)),
        wrapped_index=made.seal(index_secret, f"index|{organization}"),
    )
    OrganizationKey.objects.bulk_create([row], ignore_conflicts=True)
    return made.id


def shred(organization: uuid.UUID, file: uuid.UUID) -> int:
    """Deletes every key of the file: nothing that was sealed under them opens ever again. How many there were.

    What takes their place lets nobody make another, not even a request that was under way.
    """
    lock([file], alone=True)
    forget()
    rows = FileKey.objects.filter(file_id=file)
    deleted = rows.exclude(wrapped=FileKey.GONE).delete()[0]
    if not rows.exists():
        over = of_organization(organization).id
        FileKey(organization_id=organization, file_id=file, organization_key_id=over, wrapped=FileKey.GONE).save()
    return deleted


def root_key_opens_newest() -> bool:
    """Whether the root key of now wrapped the newest organization key that whoever asks may see; True without one."""
    newest = OrganizationKey.objects.order_by("-made_at").first()
    return newest is None or unwrapped(newest) is not None


def lock(ids: Iterable[uuid.UUID], *, alone: bool = False) -> None:
    """Holds files or organizations as they are to the end of the transaction; `alone` waits until nobody does."""
    function = "pg_advisory_xact_lock" + ("" if alone else "_shared")
    numbers = sorted(int.from_bytes(one.bytes[:8], signed=True) for one in set(ids))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count({function}(one)) FROM unnest(%s::bigint[]) one", [numbers])  # noqa: S608


def above(key: uuid.UUID, organization: uuid.UUID) -> str:
    """The context in which the root key wraps an organization's key."""
    return f"organization key|{organization}|{key}"


def wrapping(key: uuid.UUID, file: uuid.UUID) -> str:
    """The context in which an organization's key wraps a file's."""
    return f"file key|{file}|{key}"


def unwrapped(row: OrganizationKey) -> Key | None:
    """The organization's key, None when the root key of now did not wrap it."""
    try:
        return Key(row.pk, unseal(bytes(row.wrapped), above(row.pk, row.organization_id)))
    except SealBroken:
        return None


def unwrapped_file(row: FileKey, over: Key | None) -> Key | None:
    """The file's key, None when `over` did not wrap it."""
    return _unwrapped_file(row.pk, row.file_id, bytes(row.wrapped), over)


def index_secret(row: OrganizationKey, key: Key) -> bytes:
    """What the organization's exact look-ups are made with. Raises SealBroken."""
    return key.unseal(bytes(row.wrapped_index), f"index|{row.organization_id}")


def _unwrapped_file(pk: uuid.UUID, file: uuid.UUID, wrapped: bytes, over: Key | None) -> Key | None:
    try:
        return over and Key(pk, over.unseal(wrapped, wrapping(pk, file)))
    except SealBroken:
        return None


def _standing(row: FileKey) -> uuid.UUID:
    if bytes(row.wrapped) == FileKey.GONE:
        raise FileShredded(str(row.file_id))
    return row.pk


def _row(key: Key, organization: uuid.UUID, file: uuid.UUID) -> FileKey:
    over = of_organization(organization)
    wrapped = over.seal(key.secret, wrapping(key.id, file))
    return FileKey(
        id=key.id, organization_id=organization, file_id=file, organization_key_id=over.id, wrapped=wrapped
    )  # fmt: skip


def _organization(organization: uuid.UUID) -> tuple[Key, bytes]:
    known = _held().organizations.get(organization)
    if known is None:
        lock([organization])
        now = OrganizationKey.objects.filter(organization_id=organization, retired_at=None)
        row = now.first()
        if row is None:
            make_organization_key(organization, os.urandom(KEY_BYTES))
            row = now.get()
        key = unwrapped(row)
        if key is None:
            raise KeyMissing(str(row.pk))
        known = key, index_secret(row, key)
        _held().organizations[organization] = known
        _held().open[row.pk] = key
    return known


def _unwrap(ring: Ring, key: uuid.UUID) -> None:
    """Unwraps this key, and what is wanted beside it, in one query.

    A second query is for values sealed under an organization's own key.
    """
    ring.wanted.discard(key)
    ring.wanted -= ring.open.keys()
    wanted = {key, *islice(ring.wanted, AT_ONCE - 1)}
    ring.wanted -= wanted
    above: dict[uuid.UUID, Key | None] = {}
    # plain values: a search asks for 200 keys, of which each made two rows of models
    rows = FileKey.objects.filter(pk__in=wanted).values_list("pk", "file_id", "wrapped", *OVER)
    for pk, file, wrapped, over, organization, its_wrapped in rows:
        if over not in above:
            above[over] = unwrapped(OrganizationKey(id=over, organization_id=organization, wrapped=its_wrapped))
        ring.open[pk] = _unwrapped_file(pk, file, bytes(wrapped), above[over])
    missing = wanted - ring.open.keys()
    if missing:
        ring.open |= dict.fromkeys(missing)
        for one in OrganizationKey.objects.filter(pk__in=missing):
            ring.open[one.pk] = unwrapped(one)
