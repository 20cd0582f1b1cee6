"""New keys in the place of old ones, a file at a time, and nothing remembered but the rows themselves.

An organization is rotated by a new key of its own; then each file that has keys wrapped by an older one gets a new key,
its values are sealed anew under it, and its older keys, which lines of the audit need, are wrapped anew. Each file is
one transaction, which holds the file alone: whoever writes in it waits, and reads are not held up. Whatever was cut
short, what is left to do is to be seen: files with keys that an older organization's key wraps.

Run as the owner of the tables, inside a window.
"""

import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from django.apps import apps
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from casework.vault import keys
from casework.vault.cipher import Key, key_of
from casework.vault.fields import Locked, Sealed
from casework.vault.models import FileKey, OrganizationKey
from casework.vault.rows import SealedModel

R = TypeVar("R")
BATCH = 200  # files looked for at once
AT_ONCE = 20  # rows in memory: some hold a megabyte
PATIENCE = "500ms"  # for whoever writes in the file; less than after what PostgreSQL looks for a deadlock
TRIES, PAUSE = 60, 0.1  # seconds


class Busy(RuntimeError):
    """Somebody wrote there all the while."""


@dataclass(frozen=True)
class Done:
    """What became of one file: values sealed anew, and values left as they are, since they do not open."""

    file: uuid.UUID
    sealed: int
    locked: int


@dataclass(frozen=True)
class Opened:
    """How many sealed values open, how many stand in files that were shredded, how many do not open otherwise."""

    opened: int
    shredded: int
    locked: int


def sealed_models() -> list[type[SealedModel]]:
    return [model for model in apps.get_models() if issubclass(model, SealedModel)]


def begin(organization: uuid.UUID, *, since: Any) -> bool:
    """Makes a new key for the organization, unless a rotation is under way or one began since; whether it did.

    Raises KeyMissing or SealBroken when the key of now does not open.
    """

    def work() -> bool:
        now = OrganizationKey.objects.filter(organization_id=organization, retired_at=None).first()
        if now is None or now.made_at >= since or any(map(opens, pending(organization).iterator())):
            return False
        key = keys.unwrapped(now)
        if key is None:
            raise keys.KeyMissing(str(now.pk))
        secret = keys.index_secret(now, key)
        OrganizationKey.objects.filter(pk=now.pk).update(retired_at=timezone.now())
        made = keys.make_organization_key(organization, secret)
        shredded = FileKey.objects.filter(organization_id=organization, wrapped=FileKey.GONE)
        shredded.update(organization_key_id=made)  # nothing is wrapped there, and the older key may go
        return True

    return _alone(organization, work)


def pending(organization: uuid.UUID) -> Any:
    """Keys of files that an older key of the organization wraps."""
    rows = FileKey.objects.filter(organization_id=organization).exclude(organization_key__retired_at=None)
    return rows.select_related("organization_key")


def opens(row: FileKey) -> bool:
    """Whether a key can be wrapped anew. One that was tampered with stays as it is, and the older key above it."""
    over = keys.unwrapped(row.organization_key)
    return keys.unwrapped_file(row, over) is not None


def remaining(organization: uuid.UUID) -> int:
    """How many files are left to do."""
    number: int = pending(organization).values("file_id").distinct().count()
    return number


def files(organization: uuid.UUID) -> Iterator[Done]:
    """Does what is left, file by file. Raises Busy for a file in which somebody writes all the while."""
    last = uuid.UUID(int=0)
    while found := list(pending(organization).filter(file_id__gt=last).order_by("file_id")[:BATCH]):
        for file in sorted({row.file_id for row in found if opens(row)}):
            yield rotate(organization, file)
        last = found[-1].file_id


def rotate(organization: uuid.UUID, file: uuid.UUID) -> Done:
    """A new key for the file, all its values under it, and its older keys under the organization's key of now.

    A file without keys, such as one that was shredded meanwhile, gets none.
    """
    return _alone(file, lambda: _rotate(organization, file))


def finish(organization: uuid.UUID, needed: set[uuid.UUID]) -> int:
    """Deletes the organization's older keys that wrap nothing; how many. Those in `needed` stay."""

    def work() -> int:
        old = OrganizationKey.objects.filter(organization_id=organization).exclude(retired_at=None)
        used = FileKey.objects.filter(organization_id=organization).values("organization_key_id")
        return old.exclude(pk__in=used).exclude(pk__in=needed).delete()[0]

    return _alone(organization, work)


def opened() -> Opened:
    """Opens every sealed value there is, a batch of rows at a time, and counts."""
    counts: Counter[str] = Counter()
    for model in sealed_models():
        for row in model._base_manager.order_by("pk").iterator(chunk_size=AT_ONCE):
            values = [getattr(row, field.attname) for field in model.sealed_fields()]
            locked = sum(isinstance(value, Locked) for value in values)
            counts["opened"] += sum(value not in (None, "", [], {}) for value in values) - locked
            if locked:
                counts["shredded" if _is_shredded(row) else "locked"] += locked
        keys.forget()
    return Opened(counts["opened"], counts["shredded"], counts["locked"])


def _is_shredded(row: SealedModel) -> bool:
    organization, file = row.sealing_file()
    return FileKey.objects.filter(organization_id=organization, file_id=file, wrapped=FileKey.GONE).exists()


def values_by_key(file: uuid.UUID) -> Counter[uuid.UUID]:
    """How many values of the file stand under which key."""
    found: Counter[uuid.UUID] = Counter()
    for model in sealed_models():
        for row in model._base_manager.filter(model.of_file(file)):
            blobs = [row.__dict__[field.attname] for field in model.sealed_fields()]
            found.update(key_of(one.blob) for one in blobs if isinstance(one, Sealed))
    return found


def _rotate(organization: uuid.UUID, file: uuid.UUID) -> Done:
    standing = list(FileKey.objects.select_related("organization_key").filter(
        organization_id=organization, file_id=file).exclude(wrapped=FileKey.GONE)
        .select_for_update(of=("self",)))  # fmt: skip
    if not standing:
        return Done(file, 0, 0)
    FileKey.objects.filter(pk__in=[row.pk for row in standing], retired_at=None).update(retired_at=timezone.now())
    made = keys.make_file_keys([(organization, file)])[organization, file]
    over = keys.of_organization(organization)
    for row in standing:
        if row.organization_key_id != over.id:
            _wrap_anew(row, over)
    counts = [_seal_anew(model, file, made) for model in sealed_models()]
    return Done(file, sum(done for done, _locked in counts), sum(locked for _done, locked in counts))


def _alone(one: uuid.UUID, function: Callable[[], R]) -> R:
    """Does it in a transaction that has the file, or the organization, alone. Raises Busy.

    Whoever writes there comes first; each wait is short, so that others do not queue behind this one.
    """
    for _attempt in range(TRIES):
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
                keys.forget()
                keys.lock([one], alone=True)
                return function()
        except OperationalError:
            time.sleep(PAUSE)
    raise Busy(str(one))


def _wrap_anew(row: FileKey, over: Key) -> None:
    key = keys.unwrapped_file(row, keys.unwrapped(row.organization_key))
    if key is None:
        return
    wrapped = over.seal(key.secret, keys.wrapping(row.pk, row.file_id))
    FileKey.objects.filter(pk=row.pk).update(organization_key_id=over.id, wrapped=wrapped)


def _seal_anew(model: type[SealedModel], file: uuid.UUID, key: Key) -> tuple[int, int]:
    """Seals the values of the file's rows in a table under the key, for the same places and versions."""
    done = locked = 0
    rows = model._base_manager.filter(model.of_file(file)).select_for_update(of=("self",))
    for row in rows.iterator(chunk_size=AT_ONCE):
        new: dict[str, Sealed] = {}
        for field in model.sealed_fields():
            sealed = row.__dict__[field.attname]
            if not isinstance(sealed, Sealed):
                continue
            value = field.opened(row, sealed)
            if isinstance(value, Locked):
                locked += 1
            else:
                new[field.name] = field.sealed_under(key, value, *row.sealed_at())
        done += len(new)
        if new:
            model._base_manager.filter(pk=row.pk).update(**new)
    return done, locked
