"""Every string to translate, found in the Python files and the templates."""

import re
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from babel.messages.extract import extract
from django.utils.translation.template import templatize

from deploy.translations import lists

PLACES = ("casework/**/*.py", "templates/**/*.html", "templates/**/*.txt")
ALSO_FILE = "deploy/translations/lists.py"
NOTE = "Translators:"
CALLS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
Key = tuple[str | None, str]


class SourceError(Exception):
    """A source file whose strings cannot be read, or two that contradict each other."""


@dataclass
class Text:
    """One string to translate, and where it stands."""

    context: str | None
    single: str
    plural: str | None = None
    files: set[str] = field(default_factory=set)
    notes: set[str] = field(default_factory=set)

    @property
    def key(self) -> Key:
        """What gettext looks it up by."""
        return self.context, self.single


def python_of(path: Path) -> str:
    """The file as Python: a template becomes the calls that its tags stand for, and blanks."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return text if "gettext" in text else ""
    # Python would read the indentation of the page as its own.
    return re.sub(r"(?m)^[ \t]+", "", templatize(text, origin=str(path)))


def texts_in(path: Path, name: str) -> Iterator[Text]:
    """The strings of one file. Raises SourceError when it cannot be read."""
    try:
        found = list(extract("python", BytesIO(python_of(path).encode()), CALLS, (NOTE,), {"encoding": "utf-8"}))
    except (SyntaxError, UnicodeDecodeError, tokenize.TokenError) as error:
        raise SourceError(f"{name}: {error}") from error
    for _line, message, comments, context in found:
        single, plural = (message, None) if isinstance(message, str) else (message[0], message[1])
        yield Text(context, single, plural, {name}, {note.removeprefix(NOTE).strip() for note in comments})


def also() -> Iterator[Text]:
    """The strings of other packages that our catalogs answer for."""
    for reason, singles in lists.ALSO.items():
        for single in singles:
            yield Text(None, single, None, {ALSO_FILE}, {reason})


def merge(found: Iterable[Text]) -> dict[Key, Text]:
    """One entry for each string; its plural also serves where it stands without. Raises SourceError for two plurals."""
    texts: dict[Key, Text] = {}
    for text in found:
        known = texts.setdefault(text.key, text)
        if known is text:
            continue
        if known.plural and text.plural and known.plural != text.plural:
            where = ", ".join(sorted(known.files | text.files))
            raise SourceError(f"{where}: two plurals of {text.single!r}: {known.plural!r} and {text.plural!r}")
        known.plural = known.plural or text.plural
        known.files |= text.files
        known.notes |= text.notes
    return texts


def texts(root: Path) -> dict[Key, Text]:
    """All strings of the tree at `root`, in a stable order. Raises SourceError."""
    files = [path for place in PLACES for path in sorted(root.glob(place))]
    found = (text for path in files for text in texts_in(path, path.relative_to(root).as_posix()))
    merged = merge([*found, *also()])
    return dict(sorted(merged.items(), key=lambda item: (item[0][1], item[0][0] or "")))
