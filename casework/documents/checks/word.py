"""Word documents (DOCX): an archive with known parts, without macros, without anything fetched or packed into it."""

import io
import re
import stat
import zipfile
import zlib
from typing import Any
from xml.etree import ElementTree

MOST_FILES, MOST_UNPACKED, MOST_XML = 2_000, 150 * 1024**2, 30 * 1024**2
MAIN = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
MACROS = (b"macroEnabled", b"vbaProject", b"vnd.ms-office.activeX")
MACRO_FILES = ("vbaproject.bin", "vbadata.xml")
EXTERNAL_KINDS = ("/hyperlink",)  # opens nothing before somebody clicks it
PACKED_KINDS = ("/oleObject", "/package", "/aFChunk", "/control", "/activeXControl", "/subDocument")
PACKED = ("word/embeddings/", "word/activex/")
FIELDS = re.compile(rb"\b(?:DDEAUTO|DDE|INCLUDETEXT|INCLUDEPICTURE|IMPORT)\s", re.IGNORECASE)
DIRTY_PATH = re.compile(r"^[/\\]|(?:^|[/\\])\.\.(?:[/\\]|$)|\\|:|\0")
DAMAGED = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, LookupError, ValueError, TypeError, AttributeError,
    NotImplementedError, ElementTree.ParseError,
)  # fmt: skip
"".encode("cp437")  # of the names in an archive: inside, nothing can be imported any more


class Found(Exception):
    """Something that is not taken; its text is the code of why."""


def inside(content: bytes) -> dict[str, Any]:
    """Called in a process of its own."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as box:
            _look(box, content)
    except Found as found:
        return {"reason": str(found)}
    except DAMAGED:
        return {"reason": "broken_word"}
    return {"pages": 0}


def _look(box: zipfile.ZipFile, content: bytes) -> None:
    files = box.infolist()
    if len(files) > MOST_FILES or sum(one.file_size for one in files) > MOST_UNPACKED:
        raise Found("too_much")
    if any(one.flag_bits & 1 for one in files):
        raise Found("locked")
    names = [one.filename for one in files]
    if any(DIRTY_PATH.search(name) for name in names) or len({name.lower() for name in names}) != len(names):
        raise Found("paths")
    if any(stat.S_ISLNK(one.external_attr >> 16) for one in files):
        raise Found("paths")
    if box.comment or files[0].header_offset != 0 or b"PK\x05\x06" not in content[-22:]:
        raise Found("two_in_one")
    for one in files:
        _part(one.filename.lower(), box.read(one))
    if MAIN not in box.read("[Content_Types].xml") or "word/document.xml" not in names:
        raise Found("broken_word")


def _part(name: str, part: bytes) -> None:
    if name.endswith(MACRO_FILES) or (name == "[content_types].xml" and any(mark in part for mark in MACROS)):
        raise Found("macros")
    if name.startswith(PACKED) or part[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"MZ\x90\0", b"%PDF"):
        raise Found("packed")
    if not name.endswith((".xml", ".rels")):
        return
    if len(part) > MOST_XML:
        raise Found("too_much")
    if (
        b"<!DOCTYPE" in part or b"<!ENTITY" in part or b"\0" in part
    ):  # also of an encoding in which it would not be seen
        raise Found("broken_word")
    if name.endswith(".rels"):
        _relations(part)
    elif FIELDS.search(part) and b"instrText" in part:
        raise Found("fetches")


def _relations(part: bytes) -> None:
    for one in ElementTree.fromstring(part):  # noqa: S314 - no document type, so that no entity can be declared
        kind, away = one.get("Type", ""), one.get("TargetMode", "").lower() == "external"
        if kind.endswith(PACKED_KINDS):
            raise Found("packed")
        if away and not kind.endswith(EXTERNAL_KINDS):
            raise Found("fetches")
        if DIRTY_PATH.search(one.get("Target", "").removeprefix("/").replace("../", "", 1)) and not away:
            raise Found("paths")
