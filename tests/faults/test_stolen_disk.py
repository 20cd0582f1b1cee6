"""A stolen disk shows nothing: what was typed is searched for in everything that the installation wrote.

Two hundred things nobody else may read are typed into forms; there are failures and slow queries. Then the data
directory with its WAL, the logs, the mails and what the database showed of its statements are searched for each of them
in clear, as UTF-16, as hexadecimal digits and as base64 in its three alignments.
"""

import base64
import subprocess
import threading
import uuid
from pathlib import Path

import pytest

from tests.faults.installation import Browser, Installation, installed

pytestmark = pytest.mark.proof
PEOPLE, NOTES = 50, 50
TALKATIVE = {
    "log_min_duration_statement": "0", "log_temp_files": "0", "work_mem": "64kB", "log_connections": "on",
    "log_lock_waits": "on", "track_activity_query_size": "65536",
}  # fmt: skip


def canary() -> str:
    """Letters only, so that no part of the way writes it in another form."""
    return "Canary" + uuid.uuid4().hex.translate(str.maketrans("0123456789", "ghijklmnop"))


def forms_of(text: str) -> set[str]:
    """The ways in which it could stand in a file. (UTF-16 is found as clear text once NUL bytes are left out.)"""
    plain = text.encode()
    shifted = [base64.b64encode(b"\0" * shift + plain).decode() for shift in range(3)]
    inner = {one[4 if number else 0 : len(one) - 4] for number, one in enumerate(shifted)}
    return {text, text.upper(), plain.hex(), plain.hex().upper(), *inner}


def found_in(folders: set[Path], canaries: list[str], patterns: Path) -> list[str]:
    """The files below the folders in which one of them stands."""
    patterns.write_text("\n".join(sorted(set().union(*map(forms_of, canaries)))) + "\n")
    script = 'for f; do tr -d "\\000" < "$f" | LC_ALL=C grep -qaFf "$0" && echo "$f"; done; true'
    files = [str(file) for folder in folders for file in folder.rglob("*") if file.is_file()]
    assert any("pg_wal" in file for file in files)
    found = []
    for start in range(0, len(files), 500):
        command = ["bash", "-c", script, str(patterns), *files[start : start + 500]]
        found += subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.split("\n")
    return sorted(filter(None, found))


class Watcher(threading.Thread):
    """Keeps what pg_stat_activity shows to an administrator."""

    def __init__(self, installation: Installation) -> None:
        super().__init__()
        self.line = installation.administrator()
        self.over = threading.Event()
        self.seen: set[str] = set()

    def run(self) -> None:
        with self.line as line:
            while not self.over.is_set():
                self.seen |= {str(row[0]) for row in line.execute("SELECT query FROM pg_stat_activity").fetchall()}


def test_nothing_that_was_typed_stands_anywhere_in_clear(tmp_path: Path) -> None:
    home, canaries = tmp_path / "home", [canary() for _ in range(3 * PEOPLE + NOTES)]
    with installed(home, TALKATIVE) as casework:
        disk = {home, casework.server.root}  # root's servers may stand elsewhere
        watcher = Watcher(casework)
        watcher.start()
        try:
            use(casework, canaries)
        finally:
            watcher.over.set()
            watcher.join()
        (home / "activity.log").write_text("\n".join(sorted(watcher.seen)))
        with casework.administrator() as admin:
            admin.execute("CHECKPOINT")
        assert found_in(disk, canaries, tmp_path / "patterns") == []
        # the same search finds what does stand there
        control = canary()
        with casework.administrator() as admin:
            admin.execute(f"CREATE TABLE control AS SELECT '{control}'::text AS words")
            admin.execute("CHECKPOINT")
        (home / "utf16").write_text(control, encoding="utf-16")
        (home / "hex").write_text(control.encode().hex())
        (home / "base64").write_bytes(base64.b64encode(b"x" + control.encode()))
        assert {"utf16", "hex", "base64"} < {Path(one).name for one in found_in(disk, [control], tmp_path / "patterns")}
        assert any("/base/" in one for one in found_in(disk, [control], tmp_path / "patterns"))


def use(casework: Installation, canaries: list[str]) -> None:
    """Types everything in, reads it again, and makes pages fail while they hold it."""
    ada = Browser(casework.port).enter("attorney")
    names, notes = canaries[: 3 * PEOPLE], canaries[3 * PEOPLE :]
    cases = []
    for number in range(PEOPLE):
        given, first, second = names[3 * number : 3 * number + 3]
        fields = {"given_names": given, "first_surname": first, "second_surname": second}
        status, _body, case = ada.post("/cases/new/", fields, page="/cases/new/")
        assert status == 302
        cases.append(case)
    for case, note in zip(cases, notes, strict=True):
        write = {"text": note, "kind": "memo", "tier": "3"}
        assert ada.post(f"{case}notes/", write, page=case)[0] == 302
    assert names[-1] in ada.get("/cases/")[1]
    assert notes[-1] in ada.get(cases[-1])[1]
    with casework.administrator() as admin:
        for broken, mended in (
            ("REVOKE INSERT ON cases_note FROM casework_app", "GRANT INSERT ON cases_note TO casework_app"),
            ("REVOKE INSERT ON audit_entry FROM casework_app", "GRANT INSERT ON audit_entry TO casework_app"),
        ):
            admin.execute(broken)
            page = ada.post(f"{cases[0]}notes/", {"text": notes[0], "kind": "memo", "tier": "3"}, page="/cases/new/")
            assert (page[0], notes[0] in page[1]) == (500, False)
            admin.execute(mended)
