"""The heads of the audit's chains, signed, as a file of JSON lines that belongs on another machine.

Whoever holds the database can write a chain anew, but cannot sign a head. Each line carries HMAC-SHA256 of what it
says and of the line before, and each export says how many lines it has, so that a file is whole or refused. What was
cut off at its end, export by export, is not missed: the file then proves what it proved at that time.

A chain only grows. A head that stands lower than one in the file, at the same place with another hash, or that is gone,
is exported all the same, since it is the truth of now, and then complained of.
"""

import fcntl
import hmac
import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from casework.access.context import on_duty
from casework.audit.chain import Mark
from casework.vault.cipher import signing_key

FILE = settings.VAR_DIR / "audit" / "heads.jsonl"
JOB = "access.export_heads"
SAYS = frozenset(("organization", "number", "hash", "at", "line", "lines", "before"))
Line = dict[str, Any]


class HeadsRefused(ValueError):
    """The file is not what was exported here; says where and why."""


class HeadsWentBack(HeadsRefused):
    """Chains are shorter than they were, or other ones; says which. The heads of now were exported."""


def export(path: Path, duty: str, earlier: Iterable[Line] = ()) -> int:
    """Adds the heads of now, read on this duty, to the file; how many. Raises HeadsRefused for a damaged one.

    Raises HeadsWentBack, when all is written, for a head behind one in the file or among `earlier` ones. The file and
    its folder can be read by their owner alone.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(
        os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+", encoding="utf-8", errors="replace"
    ) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        known = _checked(path.name, file.read())
        marks = heads(duty)
        made = signed(marks, known[-1]["mac"] if known else "")
        _append(file.fileno(), "".join(f"{json.dumps(line)}\n" for line in made).encode())
    behind = _behind(marks, [*earlier, *known])
    if behind:
        raise HeadsWentBack(f"Chains that went back since they were exported to {path.name}: {', '.join(behind)}.")
    return len(made)


def export_in_any_case(path: Path, duty: str) -> int:
    """As `export`, for the clock: a file that is refused is put aside, and a new one begun, before that is raised."""
    try:
        return export(path, duty)
    except HeadsWentBack:
        raise
    except HeadsRefused as error:
        aside = path.with_name(f"{path.stem}-refused-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}{path.suffix}")
        path.rename(aside)
        says = f"{error} The file was put aside as {aside.name}, and a new one begun."
        try:
            export(path, duty, _ours(aside.read_text(encoding="utf-8", errors="replace")))
        except HeadsWentBack as back:
            says = f"{says} {back}"
        raise HeadsRefused(says) from error


def heads(duty: str) -> list[Mark]:
    """The end of every chain, for this duty of the product ("operator" or "housekeeping")."""
    with on_duty(duty), connection.cursor() as cursor:
        cursor.execute("SELECT organization_id, number, hash FROM ctx.audit_heads() ORDER BY organization_id")
        return [Mark(organization, number, bytes(found)) for organization, number, found in cursor.fetchall()]


def signed(marks: list[Mark], before: str = "") -> list[Line]:
    """One export: a line for each head. `before` is the signature on the last line of the file that it continues."""
    at, made = datetime.now(UTC).isoformat(timespec="seconds"), []
    for number, mark in enumerate(marks, start=1):
        line = {
            "organization": str(mark.organization_id), "number": mark.number, "hash": mark.hash.hex(), "at": at,
            "line": number, "lines": len(marks), "before": before,
        }  # fmt: skip
        before = _mac(line)
        made.append(line | {"mac": before})
    return made


def read(path: Path) -> list[Mark]:
    """The heads in a file. Raises HeadsRefused, with the line where it shows, and OSError."""
    lines = _checked(str(path), path.read_text(encoding="utf-8", errors="replace"))
    if not lines:
        raise HeadsRefused(f"{path} holds no heads.")
    return [Mark(UUID(line["organization"]), line["number"], bytes.fromhex(line["hash"])) for line in lines]


def _append(handle: int, text: bytes) -> None:
    """All of it or nothing: half a line, where the disk is full, would make the next export refuse the file."""
    size = os.fstat(handle).st_size
    try:
        while text:
            text = text[os.write(handle, text) :]
        os.fsync(handle)
    except OSError:
        os.ftruncate(handle, size)
        raise


def _checked(name: str, content: str) -> list[Line]:
    lines: list[Line] = []
    before, place, of = "", 0, 0
    for number, text in enumerate(content.splitlines(), start=1):
        line = _line(text)
        if line is None:
            raise HeadsRefused(f"{name}, line {number}: this is no signed head.")
        if not hmac.compare_digest(_mac(line).encode(), line["mac"].encode()):
            raise HeadsRefused(f"{name}, line {number}: the signature is not ours, or the line was changed.")
        started = line["line"] == place + 1 and (place == 0 or line["lines"] == of)
        if line["before"] != before or not started:
            raise HeadsRefused(f"{name}, line {number}: a line before this one was taken away, added or moved.")
        before, of = line["mac"], line["lines"]
        place = line["line"] % of
        lines.append(line)
    if place or (content and not content.endswith("\n")):
        raise HeadsRefused(f"{name}, line {len(lines)}: the file was cut after this line.")
    return lines


def _behind(marks: list[Mark], earlier: list[Line]) -> list[str]:
    """The organizations whose chain is not, or not any more, what an earlier line says."""
    now = {str(mark.organization_id): (mark.number, mark.hash.hex()) for mark in marks}
    found = {
        line["organization"]
        for line in earlier
        for number, digest in [now.get(line["organization"], (-1, ""))]
        if number < line["number"] or (number == line["number"] and digest != line["hash"])
    }
    return sorted(found)


def _ours(content: str) -> list[Line]:
    """Those lines of a refused file that were signed here, whatever stands around them."""
    lines = [line for text in content.splitlines() if (line := _line(text)) is not None]
    return [line for line in lines if hmac.compare_digest(_mac(line).encode(), line["mac"].encode())]


def _line(text: str) -> Line | None:
    """What a line says, if it has the shape of a head."""
    try:
        line = json.loads(text)
    except ValueError:
        return None
    whole = isinstance(line, dict) and line.keys() == SAYS | {"mac"} and isinstance(line["mac"], str)
    return line if whole else None


def _mac(line: Line) -> str:
    told = json.dumps({name: line[name] for name in sorted(SAYS)}, separators=(",", ":")).encode()
    return hmac.digest(signing_key("audit heads"), told, "sha256").hex()
