"""An installation that was prepared once, for all tests that need one of its kind.

Tables, walls, people and static files take most of a minute. What is kept stands in `var/prepared`, by the files of the
product from which it was made.
"""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from deploy.demo import fingerprint
from deploy.postgres import Server
from tests.house.rooms import ROOT

KEPT = ROOT / "var" / "prepared"
PLACE = "place"  # each has a place of its own (deploy.postgres)


def prepared(kind: str, home: Path, server: Server, roles: Callable[[], None], prepare: Callable[[], None]) -> None:
    """Starts the server, with what an earlier installation of this kind was prepared with; else does all of it.

    `roles` makes the roles' passwords count, `prepare` all that follows.
    """
    kept = KEPT / f"{kind}-{fingerprint()[:16]}"
    if (kept / "whole").exists():
        _copy(kept / "home", home)
        _copy(kept / "data", server.data)
        server.start()
        roles()
        return
    server.start()
    roles()
    prepare()
    server.stop()
    with contextlib.suppress(OSError, subprocess.CalledProcessError):  # another process of the tests may be faster
        _keep(kept, home, server)
    server.start()


def _keep(kept: Path, home: Path, server: Server) -> None:
    made = kept.with_name(f"{kept.name}-{os.getpid()}")
    for name in ("keys", "secrets", "server-secrets", "static", "static.fingerprint"):
        if (home / name).exists():
            _copy(home / name, made / "home" / name)
    for one in (made / "home").rglob(PLACE):
        one.unlink()
    _copy(server.data, made / "data")
    (made / "whole").touch()
    for old in KEPT.glob(f"{kept.name.partition('-')[0]}-*"):
        if old not in (made, kept):
            shutil.rmtree(old, ignore_errors=True)
    made.rename(kept)


def _copy(whence: Path, where: Path) -> None:
    """A file, or what is in a folder and where its links lead, with owners and rights."""
    if whence.is_dir():
        where.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cp", "--archive", "--dereference", f"{whence}/.", where], check=True)
    else:
        subprocess.run(["cp", "--archive", whence, where], check=True)
