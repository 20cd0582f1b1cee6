"""The catalogs on disk: brought up to date, and compiled."""

import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import django
import polib

from deploy.translations.source import Key, Text, texts

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCE_LANGUAGE = "en"
TWO_FORMS = "nplurals=2; plural=(n != 1);"
HEADER = "`make translations` brings this file up to the source; what stands behind msgstr is written by people."


def catalogs(root: Path) -> Iterator[tuple[str, Path]]:
    """Each locale and its catalog."""
    for folder in sorted((root / "casework" / "locale").glob("*/LC_MESSAGES")):
        yield folder.parent.name, folder / "django.po"


def replace(target: Path, content: bytes) -> None:
    """Writes the file whole or not at all: others may be reading it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def compile_catalogs(root: Path = ROOT) -> int:
    """Writes each `.mo` that is missing or older than its `.po`; how many were written."""
    written = 0
    for _locale, source in catalogs(root):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            replace(target, polib.pofile(str(source)).to_binary())
            written += 1
    return written


def plural_forms(locale: str) -> str:
    """Django's own rule, so that its plurals and ours are counted alike; two forms where it has none."""
    source = Path(django.__file__).parent / "conf" / "locale" / locale / "LC_MESSAGES" / "django.po"
    return str(polib.pofile(str(source)).metadata["Plural-Forms"]) if source.exists() else TWO_FORMS


def key_of(entry: polib.POEntry) -> Key:
    return entry.msgctxt, entry.msgid


def entry_for(text: Text, old: polib.POEntry | None, *, empty: dict[int, str], english: bool) -> polib.POEntry:
    """The entry of a text: what was translated stays while the text stands, and nothing is guessed."""
    entry = polib.POEntry(
        msgctxt=text.context,
        msgid=text.single,
        msgid_plural=text.plural or "",
        comment="\n".join(sorted(text.notes)),
        occurrences=[(name, "") for name in sorted(text.files)],
        flags=["python-format"] if "%" in text.single else [],
    )
    if text.plural:
        entry.msgstr_plural = {0: text.single, 1: text.plural} if english else empty
    elif english:
        entry.msgstr = text.single
    if old is not None and (old.msgid_plural or "") == entry.msgid_plural:
        entry.msgstr = old.msgstr or entry.msgstr
        entry.msgstr_plural = {
            **entry.msgstr_plural,
            **{form: said for form, said in old.msgstr_plural.items() if said},
        }
        entry.tcomment = old.tcomment
        entry.flags += ["fuzzy"] if old.fuzzy else []
    return entry


def update_catalog(locale: str, path: Path, found: dict[Key, Text]) -> tuple[int, int]:
    """Writes the catalog of a language for these texts; how many are new in it, and how many went."""
    current = polib.pofile(str(path)) if path.exists() else polib.POFile()
    old = {key_of(entry): entry for entry in current if not entry.obsolete}
    fresh = polib.POFile(wrapwidth=-1)
    fresh.header = current.header or HEADER
    fresh.metadata = {
        "Language": locale,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": plural_forms(locale),
    }
    forms = re.search(r"nplurals=(\d+)", fresh.metadata["Plural-Forms"])
    empty = dict.fromkeys(range(int(forms[1]) if forms else 1), "")
    english = locale == SOURCE_LANGUAGE
    fresh.extend(entry_for(text, old.get(key), empty=empty, english=english) for key, text in found.items())
    content = f"{fresh}\n".encode()
    if not path.exists() or path.read_bytes() != content:
        replace(path, content)
    return len(found.keys() - old.keys()), len(old.keys() - found.keys())


def update_catalogs(root: Path = ROOT) -> dict[str, tuple[int, int]]:
    """Brings every catalog up to the strings of the source: per locale, how many are new and how many went."""
    found = texts(root)
    return {locale: update_catalog(locale, path, found) for locale, path in catalogs(root)}
