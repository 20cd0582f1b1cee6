"""Signed heads as lines: what they say, and how a file of them is read back, without a database."""

import hmac
import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from casework.access import heads
from casework.audit.chain import Mark
from casework.vault.cipher import signing_key

MARKS = [Mark(UUID(int=1), 7, b"\x01" * 32), Mark(UUID(int=2), 1, b"\x02" * 32)]


def signature(line: dict[str, object]) -> str:
    """HMAC-SHA256 over the line without its signature, names in order, no blanks."""
    told = json.dumps({name: line[name] for name in sorted(line.keys() - {"mac"})}, separators=(",", ":"))
    return hmac.digest(signing_key("audit heads"), told.encode(), "sha256").hex()


def written(path: Path, lines: list[dict[str, object]]) -> Path:
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return path


def test_each_line_is_signed_with_the_one_before_it() -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    first, second = heads.signed(MARKS, "earlier")
    at = datetime.fromisoformat(first["at"])
    assert (before <= at <= datetime.now(UTC), at.utcoffset()) == (True, UTC.utcoffset(None))
    assert first == {
        "organization": str(UUID(int=1)), "number": 7, "hash": "01" * 32, "at": first["at"], "line": 1, "lines": 2,
        "before": "earlier", "mac": signature(first),
    }  # fmt: skip
    assert second == {
        "organization": str(UUID(int=2)), "number": 1, "hash": "02" * 32, "at": first["at"], "line": 2, "lines": 2,
        "before": first["mac"], "mac": signature(second),
    }  # fmt: skip
    assert heads.signed(MARKS)[0]["before"] == ""


def test_what_was_signed_is_read_back_export_by_export(tmp_path: Path) -> None:
    one = heads.signed(MARKS)
    other = heads.signed(MARKS[:1], one[-1]["mac"])
    path = written(tmp_path / "heads.jsonl", [*one, *other])
    assert heads.read(path) == [*MARKS, MARKS[0]]


def test_a_file_without_heads_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "empty.jsonl", [])
    with pytest.raises(heads.HeadsRefused) as refused:
        heads.read(path)
    assert str(refused.value) == f"{path} holds no heads."


@pytest.mark.parametrize(
    ("tail", "says"),
    [
        (b"\xff\n", "line 3: this is no signed head."),
        (b"[]\n", "line 3: this is no signed head."),
        (b"{}\n", "line 3: this is no signed head."),
        (b'{"mac": "x"}\n', "line 3: this is no signed head."),
    ],
)
def test_what_is_no_head_is_named_by_its_line(tmp_path: Path, tail: bytes, says: str) -> None:
    path = written(tmp_path / "heads.jsonl", list(heads.signed(MARKS)))
    path.write_bytes(path.read_bytes() + tail)
    with pytest.raises(heads.HeadsRefused) as refused:
        heads.read(path)
    assert str(refused.value) == f"{path}, {says}"


def test_a_signature_that_is_no_text_is_refused(tmp_path: Path) -> None:
    lines = heads.signed(MARKS)
    path = written(tmp_path / "heads.jsonl", [lines[0], lines[1] | {"mac": 5}])
    with pytest.raises(heads.HeadsRefused) as refused:
        heads.read(path)
    assert str(refused.value) == f"{path}, line 2: this is no signed head."


@pytest.mark.parametrize("which", ["another signature", "another number", "of an export of three", "from the middle"])
def test_what_was_changed_or_moved_is_named_by_its_line(tmp_path: Path, which: str) -> None:
    first, second = heads.signed(MARKS)
    moved = "line {}: a line before this one was taken away, added or moved."
    changed = "line {}: the signature is not ours, or the line was changed."
    three = heads.signed([*MARKS, Mark(UUID(int=3), 1, b"")])
    lines, says = {
        "another signature": ([first, second | {"mac": first["mac"]}], changed.format(2)),
        "another number": ([first | {"number": 8}, second], changed.format(1)),
        "of an export of three": ([first, resigned(three[1] | {"before": first["mac"]})], moved.format(2)),
        "from the middle": ([resigned(second | {"before": ""})], moved.format(1)),
    }[which]
    path = written(tmp_path / "heads.jsonl", lines)
    with pytest.raises(heads.HeadsRefused) as refused:
        heads.read(path)
    assert str(refused.value) == f"{path}, {says}"


def resigned(line: dict[str, object]) -> dict[str, object]:
    """As somebody who holds the key would sign it."""
    return line | {"mac": signature(line)}


@pytest.mark.parametrize("cut", ["the last line's end", "the last line"])
def test_a_file_that_was_cut_is_refused(tmp_path: Path, cut: str) -> None:
    path = written(tmp_path / "heads.jsonl", list(heads.signed(MARKS)))
    whole = path.read_text()
    path.write_text(whole[:-1] if cut == "the last line's end" else whole.splitlines(keepends=True)[0])
    with pytest.raises(heads.HeadsRefused) as refused:
        heads.read(path)
    number = 2 if cut == "the last line's end" else 1
    assert str(refused.value) == f"{path}, line {number}: the file was cut after this line."


def test_a_chain_that_is_gone_is_behind_its_first_line() -> None:
    (line,) = heads.signed(MARKS[1:])
    assert heads._behind([], [line]) == [str(UUID(int=2))]
    assert heads._behind(MARKS, [line]) == []
    assert heads._behind([], heads.signed(MARKS)) == [str(UUID(int=1)), str(UUID(int=2))]
