"""Whether what was acknowledged is there, once, and opens: read past the product, with SQL and the root key alone.

It asks as an administrator, unwraps the keys by itself (the form of an envelope stands in docs/keys.md), and compares
with the ledger of those who wrote: lost is what was acknowledged and is not there, doubled what is there twice or has
not one line in the audit, strange what nobody had tried to write.
"""

import base64
import json
import uuid
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import CalledProcessError
from typing import Any

import psycopg
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tests.deploy.production import Production

# What the ledger calls it: table, sealed column, version (0 where a row has none), and the verb of its line.
WRITTEN = {
    "note": ("cases_note", "text", "version", "note.written"),
    "move": ("custody_stint", "place", "version", ""),
    "call": ("intake_calllog", "words", "0", "call.noted"),
    "answer": ("intake_answer", "content", "0", ""),
}
OURS = ("told ", "ward ", "heard ", "Kanari")  # what the load writes begins so
Rows = list[tuple[Any, ...]]


@dataclass
class Found:
    """What a check found. `counts` are acknowledged writes by kind."""

    counts: Counter[str]
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    locked: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)

    @property
    def is_well(self) -> bool:
        return not (self.lost or self.doubled or self.strange or self.locked or self.foreign or self.trouble)

    @property
    def says(self) -> str:
        """In a few lines, for people."""
        kept = ", ".join(f"{number} x {what}" for what, number in sorted(self.counts.items())) or "nothing"
        kinds = ("lost", "doubled", "strange", "locked", "foreign")
        sums = ", ".join(f"{len(getattr(self, kind))} {kind}" for kind in kinds)
        worst = [f"  {kind}: {one}" for kind in kinds for one in getattr(self, kind)[:3]]
        return "\n".join([f"acknowledged: {kept}; {sums}", *worst, *self.trouble])


class Keys:
    """All keys of an installation, unwrapped as they are asked for."""

    def __init__(self, root: bytes, organizations: Rows, files: Rows) -> None:
        derived = HKDF(SHA256(), 32, salt=None, info=b"casework organization key").derive(root)
        self.secrets: dict[uuid.UUID, bytes] = {}
        for pk, organization, wrapped in organizations:
            context = f"organization key|{organization}|{pk}".encode()
            self.secrets[pk] = AESGCM(derived).decrypt(wrapped[5:17], wrapped[17:], context)
        for pk, file, wrapped in files:
            if wrapped:
                self.secrets[pk] = self.opened(wrapped, f"file key|{file}|{pk}")

    def opened(self, envelope: bytes, context: str) -> bytes:
        """What stands in it. Raises InvalidTag, and KeyError for a key that is not there."""
        key = uuid.UUID(bytes=envelope[1:17])
        padded = AESGCM(self.secrets[key]).decrypt(envelope[17:29], envelope[29:], f"{context}|{key}".encode())
        return padded.rstrip(b"\0").removesuffix(b"\x80")


def check(production: Production, ledger: Path) -> Found:
    """Compares, verifies the audit's chains, and opens every seal as the product does."""
    tried, acknowledged, found = _told(ledger)
    with production.administrator() as opened:
        line: psycopg.Connection[Any] = opened
        keys = Keys(
            base64.b64decode((production.home / "keys" / "root.key").read_text()),
            line.execute("SELECT id, organization_id, wrapped FROM vault_organizationkey").fetchall(),
            line.execute("SELECT id, file_id, wrapped FROM vault_filekey").fetchall(),
        )
        for what, (table, column, version, verb) in WRITTEN.items():
            told = Counter[Any](row[0] for row in line.execute(LINES, [verb]).fetchall())
            texts: Counter[str] = Counter()
            for pk, at, envelope in line.execute(f"SELECT id, {version}, {column} FROM {table}").fetchall():  # noqa: S608 (names above)
                text = _text(keys, found, bytes(envelope or b""), f"{table}|{column}|{pk}|{at}")
                if text.startswith(OURS):
                    texts[text] += 1
                    if verb and told[pk] != 1:
                        found.doubled.append(f"{what} {pk} has {told[pk]} lines in the audit")
            found.lost += [f"{what}: {text}" for text in acknowledged[what] - texts.keys()]
            found.doubled += [f"{what}: {text}" for text, number in texts.items() if number > 1]
            found.strange += [f"{what}: {text}" for text in texts.keys() - tried[what]]
    for command in ("audit_verify", "open_seals"):
        try:
            production.manage(command, owner=True)
        except CalledProcessError as error:
            found.trouble.append(f"{command}: {error.stdout}")
    return found


LINES = "SELECT object_id FROM audit_entry WHERE verb = %s"


def _told(ledger: Path) -> tuple[dict[str, set[str]], dict[str, set[str]], Found]:
    tried: dict[str, set[str]] = {what: set() for what in WRITTEN}
    acknowledged: dict[str, set[str]] = {what: set() for what in WRITTEN}
    foreign = []
    for one in map(json.loads, ledger.read_text().splitlines() if ledger.exists() else ()):
        if one["what"] == "foreign":
            foreign.append(f"{one['word']} shown to {one['by']} at {one['path']}")
        elif one["what"] in WRITTEN:
            (tried if one["state"] == "tried" else acknowledged)[one["what"]].add(one["text"])
    counts = Counter({what: len(texts) for what, texts in acknowledged.items() if texts})
    return tried, acknowledged, Found(counts, foreign=foreign)


def _text(keys: Keys, found: Found, envelope: bytes, context: str) -> str:
    if not envelope:
        return ""
    try:
        text = keys.opened(envelope, context).decode()
    except (InvalidTag, KeyError):
        found.locked.append(context)
        return ""
    if text.startswith("{"):
        value = json.loads(text).get("value")
        return value if isinstance(value, str) else ""
    return text
