"""Sealed files on disk, such as documents: under a random name, sealed under the key of a person's file.

A file is written, and the disk has it, before the row that names it commits; what a transaction that failed left behind
is swept up later. A file opens only under its own name and for the row that owns it.
"""

import os
import re
import secrets
import time
import uuid
from collections.abc import Container, Iterator
from pathlib import Path

from django.conf import settings

from casework.vault import keys
from casework.vault.cipher import SealBroken, key_of

NAME = re.compile(r"[0-9a-f]{32}")
ORPHAN_SECONDS = 24 * 60 * 60


class TooLarge(ValueError):
    """More bytes than allowed."""


def write(content: bytes, *, organization: uuid.UUID, file: uuid.UUID, owner: str, limit: int) -> str:
    """Seals and stores the bytes for a row, named such as `document|<id>`; the file's name. Raises TooLarge."""
    if len(content) > limit:
        raise TooLarge(f"{len(content)} bytes, at most {limit}")
    name = secrets.token_hex(16)
    sealed = keys.of_file(organization, file).seal(content, _place(name, owner))
    path = _path(name)
    for folder in reversed(path.parents[:3]):
        folder.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as target:
        target.write(sealed)
        target.flush()
        os.fsync(target.fileno())
    for folder in path.parents[:4]:  # the last one holds the name of the first folder that was made
        _sync(folder)
    return name


def read(name: str, *, owner: str) -> bytes:
    """What was stored under this name for this row. Raises SealBroken for everything else."""
    try:
        handle = os.open(_path(name), os.O_RDONLY | os.O_NOFOLLOW)
        with os.fdopen(handle, "rb") as source:
            sealed = source.read()
    except OSError as error:
        raise SealBroken(name) from error
    return keys.opened(key_of(sealed)).unseal(sealed, _place(name, owner))


def remove(name: str) -> None:
    """Takes the file away; one that is gone is no error."""
    _path(name).unlink(missing_ok=True)


def sweep(known: Container[str]) -> int:
    """Removes files older than a day that no row names; how many. What is not named as ours stays."""
    before, removed = time.time() - ORPHAN_SECONDS, 0
    for path in _stored():
        if path.name not in known and path.lstat().st_mtime < before:
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _root() -> Path:
    return Path(settings.VAR_DIR) / "files"


def _path(name: str) -> Path:
    if not NAME.fullmatch(name):
        raise SealBroken("not a name of ours")
    return _root() / name[:2] / name[2:4] / name


def _place(name: str, owner: str) -> str:
    return f"file|{name}|{owner}"


def _stored() -> Iterator[Path]:
    return (path for path in _root().glob("??/??/*") if NAME.fullmatch(path.name) and _path(path.name) == path)


def _sync(folder: Path) -> None:
    """The names in a folder are on the disk, too."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
