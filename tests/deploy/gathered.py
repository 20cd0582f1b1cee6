"""Static files, gathered and compressed once for all installations of the tests: that takes ten seconds each time."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from tests.house.rooms import ROOT

KEPT = ROOT / "var" / "gathered"
FILES = ("static", "static.fingerprint")


@contextlib.contextmanager
def lent(home: Path) -> Iterator[None]:
    """Within the block an installation prepares itself; `prepare` looks whether what it is lent is still right."""
    with contextlib.suppress(OSError):
        _copy(KEPT, home)
    yield
    if not _same(KEPT, home):
        made = KEPT.with_name(f"gathered-{os.getpid()}")
        with contextlib.suppress(OSError):  # another process of the tests may be faster
            shutil.rmtree(made, ignore_errors=True)
            _copy(home, made)
            shutil.rmtree(KEPT, ignore_errors=True)
            made.rename(KEPT)


def _copy(whence: Path, where: Path) -> None:
    where.mkdir(parents=True, exist_ok=True)
    shutil.copytree(whence / FILES[0], where / FILES[0])
    shutil.copy2(whence / FILES[1], where / FILES[1])


def _same(one: Path, other: Path) -> bool:
    with contextlib.suppress(OSError):
        return (one / FILES[1]).read_bytes() == (other / FILES[1]).read_bytes()
    return False
