"""The heads of the audit's chains, signed, as a file of JSON lines that belongs on another machine.

Whoever holds the database can write a chain anew, but cannot sign a head. Each line carries HMAC-SHA256 of what it
says and of the line before, and each export says how many lines it has, so that a file is whole or refused. What was
cut off at its end, export by export, is not missed: the file then proves what it proved at that time.
"""

import fcntl
import hmac
import json
import os
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
SAYS = frozenset(("organization", "number", "hash", "at", "line", "lines", "before"))
Line = dict[str, Any]


class HeadsRefused(ValueError):
    """The file is not what was exported here; says where and why."""


def export(path: Path, duty: str) -> int:
    """Adds the heads of now, read on this duty, to the file; how many. Raises HeadsRefused for a damaged one.

    The file and its folder can be read by their owner alone.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        known = _checked(path.name, file.read())
        made = signed(heads(duty), known[-1]["mac"] if known else "")
        file.write("".join(f"{json.dumps(line)}\n" for line in made))
        file.flush()
        os.fsync(file.fileno())
    return len(made)


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
