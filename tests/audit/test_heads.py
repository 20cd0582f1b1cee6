"""Signed heads are whole or refused; the commands say what is wrong in a sentence."""

import io
import json
import resource
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from casework.access import heads, jobs
from casework.audit.chain import NOBODYS, Mark
from casework.vault import cipher
from tests.audit.books import ADA, actor_of, line_at, marks, tamper, write_books
from tests.conftest import as_owner

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Two exports, three lines each."""
    found = tmp_path / "heads.jsonl"
    for _ in range(2):
        write_books()
        heads.export(found, "operator")
    return found


def verify(*arguments: str) -> tuple[str, str]:
    """What the command says, and what it fails with."""
    out = io.StringIO()
    try:
        with as_owner():
            call_command("audit_verify", *arguments, stdout=out)
    except CommandError as error:
        return out.getvalue(), str(error)
    return out.getvalue(), ""


def test_a_whole_audit_is_counted(file: Path) -> None:
    assert verify("--heads", str(file)) == ("whole: 16 lines in 3 chains\n", "")
    told, error = verify()
    assert (told.splitlines()[0], error) == ("whole: 16 lines in 3 chains", "")


def test_the_first_bad_line_of_each_chain_is_named() -> None:
    north, _ = write_books()
    changed, gone = line_at(north, 2), line_at(NOBODYS, 1)
    tamper("UPDATE audit_entry SET verb = 'x' WHERE id = %(one)s", one=changed)
    tamper("UPDATE audit_entry SET verb = 'x' WHERE id = %(one)s", one=line_at(north, 3))
    tamper("DELETE FROM audit_entry WHERE id = %(one)s", one=gone)
    told, error = verify()
    assert told.splitlines() == [
        f"Lines of no organization, place 1, line {gone}: this line was deleted.",
        f"North Legal Aid ({north}), place 2, line {changed}: this line, or its place in the chain, was changed.",
    ]
    assert error == "The audit is not whole: faults: 2."


def test_the_application_does_not_verify() -> None:
    write_books()
    with pytest.raises(CommandError, match="CASEWORK_DATABASE_ROLE=migrate"):
        call_command("audit_verify", stdout=io.StringIO())


def test_heads_read_as_they_were_exported(file: Path) -> None:
    assert sorted(heads.read(file)[3:], key=str) == sorted(marks(), key=str)
    assert [json.loads(line)["line"] for line in file.read_text().splitlines()] == [1, 2, 3, 1, 2, 3]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def without(number: int) -> Callable[[list[str]], list[str]]:
    return lambda lines: lines[:number] + lines[number + 1 :]


def swapped(lines: list[str]) -> list[str]:
    return [lines[1], lines[0], *lines[2:]]


def with_another_number(lines: list[str]) -> list[str]:
    return [lines[0].replace('"number": ', '"number": 1'), *lines[1:]]


def signed_elsewhere(lines: list[str]) -> list[str]:
    line = json.loads(lines[0]) | {"number": 99}
    return [json.dumps(line | {"mac": "0" * 64}), *lines[1:]]


NOT_OURS, GAP = "the signature is not ours, or the line was changed", "a line before this one was taken away"
FORGERIES: dict[str, tuple[Callable[[list[str]], list[str]], str]] = {
    "a number": (with_another_number, f"line 1: {NOT_OURS}"),
    "a signature": (signed_elsewhere, f"line 1: {NOT_OURS}"),
    "the first line gone": (without(0), f"line 1: {GAP}"),
    "a line gone": (without(1), f"line 2: {GAP}"),
    "an export gone": (lambda lines: lines[3:], f"line 1: {GAP}"),
    "the last line of an export gone": (without(2), f"line 3: {GAP}"),
    "cut": (without(5), "line 5: the file was cut after this line"),
    "in another order": (swapped, f"line 1: {GAP}"),
    "twice": (lambda lines: [*lines, *lines], f"line 7: {GAP}"),
    "something else": (lambda lines: [*lines, "{}"], "line 7: this is no signed head"),
    "no JSON": (lambda lines: [lines[0][:40], *lines[1:]], "line 1: this is no signed head"),
    "not in our letters": (lambda lines: [lines[0].replace('"mac": "', '"mac": "ñ')], f"line 1: {NOT_OURS}"),
    "a list": (lambda _: ["[]"], "line 1: this is no signed head"),
    "nothing": (lambda _: [], "holds no heads"),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_or_cut_file_is_refused(file: Path, forgery: str) -> None:
    change, says = FORGERIES[forgery]
    file.write_text("".join(f"{line}\n" for line in change(file.read_text().splitlines())))
    with pytest.raises(heads.HeadsRefused) as caught:
        heads.read(file)
    assert says in str(caught.value)
    assert str(file) in str(caught.value)
    told, error = verify("--heads", str(file))
    assert (told, says in error) == ("", True)


def test_a_file_cut_within_a_line_is_refused(file: Path) -> None:
    content = file.read_bytes()
    for end in (len(content) - 1, len(content) - 30):
        file.write_bytes(content[:end])
        with pytest.raises(heads.HeadsRefused):
            heads.read(file)
        with pytest.raises(heads.HeadsRefused):
            heads.export(file, "operator")


def test_another_root_key_signs_nothing_of_ours(file: Path, settings: Any) -> None:
    settings.VAULT_ROOT_KEY = "YW5vdGhlciByb290IGtleSBvZiAzMiBieXRlcyEhISE="
    assert len(cipher.root_key()) == 32
    with pytest.raises(heads.HeadsRefused, match="not ours"):
        heads.read(file)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    told, error = verify("--heads", str(tmp_path / "none"))
    assert (told, "No such file" in error) == ("", True)


def test_the_command_writes_heads_and_adds_them_to_a_file(file: Path) -> None:
    out = io.StringIO()
    call_command("audit_heads", stdout=out)
    copy = file.with_name("copy")
    copy.write_text(out.getvalue())
    assert heads.read(copy) == heads.read(file)[3:]
    call_command("audit_heads", "--out", str(file), stdout=out)
    assert len(heads.read(file)) == 9
    file.write_text("x")
    with pytest.raises(CommandError, match="no signed head"):
        call_command("audit_heads", "--out", str(file), stdout=out)


def test_the_worker_adds_them_every_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_books()
    monkeypatch.setattr(heads, "FILE", tmp_path / "var" / "audit" / "heads.jsonl")
    for _ in range(2):
        jobs.export_heads(0)
    assert heads.read(heads.FILE) == 2 * sorted(marks(), key=lambda one: one.organization_id)
    assert stat.S_IMODE(heads.FILE.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("junk", ["junk\n", "junk", "\udcff"])
def test_a_refused_file_is_put_aside_and_a_new_one_begun(
    file: Path, monkeypatch: Any, caplog: pytest.LogCaptureFixture, junk: str
) -> None:
    monkeypatch.setattr(heads, "FILE", file)
    with file.open("a", encoding="utf-8", errors="surrogateescape") as end:
        end.write(junk)
    with pytest.raises(heads.HeadsRefused, match=r"^heads\.jsonl, line 7: .* and a new one begun\.$") as refused:
        jobs.export_heads(0)
    told: Any
    [told] = [one.msg for one in caplog.records if one.name == "casework" and one.levelname == "ERROR"]
    assert (told["event"], told["state"]) == ("heads of the audit", str(refused.value))
    (aside,) = file.parent.glob("heads-refused-*.jsonl")
    assert aside.read_bytes().count(b"\n") == 6 + junk.count("\n")
    assert sorted(heads.read(file), key=str) == sorted(marks(), key=str)
    jobs.export_heads(0)
    assert len(heads.read(file)) == 6


GONE_BACK = {
    "shorter": "UPDATE audit_head SET number = number - 1 WHERE organization_id = %(north)s",
    "another one": "UPDATE audit_head SET hash = 'x' WHERE organization_id = %(north)s",
    "gone": "DELETE FROM audit_head WHERE organization_id = %(north)s",
}


@pytest.mark.parametrize("how", GONE_BACK)
@pytest.mark.parametrize("junk", ["", "junk\n"])
def test_a_head_that_goes_back_is_exported_and_complained_of(file: Path, monkeypatch: Any, how: str, junk: str) -> None:
    monkeypatch.setattr(heads, "FILE", file)
    north = actor_of(ADA).organization
    with file.open("a") as end:
        end.write(junk)
    tamper(GONE_BACK[how], north=north)
    for _ in range(1 if junk else 2):  # it does not become right by being exported
        with pytest.raises(heads.HeadsRefused, match=f"went back since they were exported .*: {north}") as caught:
            jobs.export_heads(0)
        assert ("put aside" in str(caught.value)) is bool(junk)
    assert sorted(heads.read(file)[-len(marks()) :], key=str) == sorted(marks(), key=str)


def test_a_full_disk_leaves_the_file_as_it_was(file: Path) -> None:
    """The next export goes on with it, when there is room again."""
    before, (soft, hard) = file.read_bytes(), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 100, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            heads.export(file, "operator")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert file.read_bytes() == before
    assert heads.export(file, "operator") == 3


def test_nobody_else_reads_the_heads() -> None:
    write_books()
    assert heads.heads("letters") == []
    assert [type(one) for one in heads.heads("operator")] == [Mark] * 3
