"""Disks that run full while people write: of the data, of the log of changes (WAL), of files, of what is temporary.

What is refused is refused to the one who writes; what was acknowledged stands; and once there is room again, all goes
on without a hand. Each disk is a small file system in memory, which root alone can mount.
"""

import contextlib
import io
import itertools
import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from PIL import Image

from deploy.postgres import CannotStart, Server
from tests.faults.installation import PATIENCE_SECONDS, Browser, Installation, installed
from tests.faults.test_kills import CHECK, WRITERS, Writer, cases

pytestmark = pytest.mark.proof
BALLAST = "ballast"
SIZES = {"data": 500, "wal": 300, "files": 200, "tmp": 50}  # MB
SMALL_WAL = {"max_wal_size": "128MB", "min_wal_size": "32MB", "wal_recycle": "off"}


class Disk:
    """A file system in memory."""

    def __init__(self, place: Path, megabytes: int, owner: int = 0) -> None:
        self.place = place
        place.mkdir(parents=True, exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0755", "casework", place], check=True)
        os.chown(place, owner, owner)

    def fill(self) -> None:
        """To the last block."""
        with (self.place / BALLAST).open("ab", buffering=0) as file, contextlib.suppress(OSError):
            block = bytes(1024 * 1024)
            while len(block) > 1:
                with contextlib.suppress(OSError):
                    while True:
                        file.write(block)
                block = block[: len(block) // 2]

    def empty(self) -> None:
        (self.place / BALLAST).unlink()

    def away(self) -> None:
        subprocess.run(["umount", "--lazy", self.place], check=False)


class OnDisks(Server):
    """A database whose data and whose log of changes have a disk each."""

    disks: dict[str, Disk]

    def __post_init__(self) -> None:
        super().__post_init__()
        self._folders()
        self.wal, owner = self.root / "wal", self._owner_ids()[0]
        type(self).disks = {
            name: Disk(place, SIZES[name], owner) for name, place in (("data", self.data), ("wal", self.wal))
        }

    def start(self) -> None:
        if (self.data / "PG_VERSION").exists():
            self._apart()
        super().start()

    def _initialize(self) -> None:
        super()._initialize()
        self._apart()

    def _apart(self) -> None:
        """Moves the log of changes to its disk."""
        made = self.data / "pg_wal"
        if not made.is_symlink():
            subprocess.run(["cp", "--archive", f"{made}/.", self.wal], check=True)
            shutil.rmtree(made)
            made.symlink_to(self.wal)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Disk]:
    """The disk on which an installation has its folder."""
    try:
        disk = Disk(tmp_path / "home", SIZES["files"])
    except (subprocess.CalledProcessError, OSError):
        pytest.skip("only root can mount small disks, and not in every container")
    yield disk
    for one in (*OnDisks.__dict__.get("disks", {}).values(), disk):
        one.away()


def check(casework: Installation, writers: list[Writer]) -> None:
    """What was acknowledged is there, once, with its line."""
    for writer in writers:
        writer.over.set()
    for writer in writers:
        writer.join()
    found = json.loads(casework.run("-c", CHECK, owner=True))
    told = [(text, lines) for text, lines in found["notes"] if text.startswith("told ")]
    acknowledged = set().union(*(writer.acknowledged for writer in writers))
    assert acknowledged - {text for text, _lines in told} == set(), "acknowledged and lost"
    assert [one for one in told if one[1] != 1] == []
    assert len(told) == len({text for text, _lines in told})
    assert found["faults"] == []


@contextlib.contextmanager
def writing(casework: Installation, size: int) -> Iterator[list[Writer]]:
    """Within the block notes are written, so long that a disk without room is noticed soon."""
    done = threading.Semaphore(0)
    where = itertools.islice(itertools.cycle(cases(casework)), WRITERS)
    writers = [Writer(casework.port, case, done, size) for case in where]
    for writer in writers:
        writer.start()
    try:
        yield writers
    finally:
        for writer in writers:
            writer.over.set()


def some(writers: list[Writer], number: int = 12) -> None:
    """Waits until so many more notes are acknowledged."""
    for _ in range(number):
        assert writers[0].done.acquire(timeout=PATIENCE_SECONDS), "nobody can write any more"


@pytest.mark.parametrize("which", ["data", "wal"])
def test_a_database_without_room_refuses_and_goes_on_later(home: Disk, which: str) -> None:
    with installed(home.place, SMALL_WAL, server=OnDisks) as casework, writing(casework, 9_000) as writers:
        some(writers)
        OnDisks.disks[which].fill()
        if which == "wal":
            with contextlib.suppress(psycopg.Error), casework.administrator() as admin:
                admin.execute("SELECT pg_switch_wal()")  # else the last piece of the log has room for minutes
        until_refused(writers)
        process = casework.server.process
        assert process is not None
        if which == "wal":
            process.wait(PATIENCE_SECONDS)  # without its log it may not go on
            with pytest.raises(CannotStart):
                casework.server.start()
        else:
            assert process.poll() is None
        OnDisks.disks[which].empty()
        if which == "wal":
            casework.server.start()  # as systemd does, again and again
        while writers[0].done.acquire(blocking=False):
            pass
        some(writers)
        check(casework, writers)


def until_refused(writers: list[Writer]) -> None:
    """Waits until each of them was refused."""
    before, end = [writer.refused for writer in writers], time.monotonic() + 2 * PATIENCE_SECONDS
    while any(writer.refused == number for writer, number in zip(writers, before, strict=True)):
        assert time.monotonic() < end, "there is still room"
        time.sleep(0.1)


def test_people_work_on_while_there_is_no_room_for_files(home: Disk, tmp_path: Path) -> None:
    """All about people stands in the database: full disks of logs and of temporary files keep nobody from writing."""
    temporary = Disk(tmp_path / "tmp", SIZES["tmp"])
    try:
        with installed(home.place, SMALL_WAL, server=OnDisks, TMPDIR=str(temporary.place)) as casework:
            ada = Browser(casework.port).enter("attorney")
            case = ada.post("/cases/new/", {"given_names": "Rosa"}, page="/cases/new/")[2]
            papers = (f"{case}consents/paper/", f"{case}summary/")
            before = [ada.get(path)[0] for path in papers]
            with writing(casework, 100) as writers:
                for disk in (temporary, home):
                    disk.fill()
                    some(writers)
                    found = [ada.get(path)[0] for path in papers], sent_a_document(ada, case)
                    disk.empty()
                    assert found == (before, 302), disk.place
                    some(writers)
                assert [writer.refused for writer in writers] == [0] * WRITERS
                check(casework, writers)
    finally:
        temporary.away()


def sent_a_document(ada: Browser, case: str) -> int:
    """A photograph, which is checked in a process of its own."""
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(picture, "PNG")
    fields = {"kind": "photograph", "tier": "2", "name": "A wall"}
    return ada.upload(f"{case}documents/", fields, "wall.png", picture.getvalue())[0]
