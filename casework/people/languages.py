"""The languages of the directory, as people read and type them: K'iche' is found as Quiché, too.

The list is read once in each process: it changes when a newer directory is loaded, before the product starts.
"""

from dataclasses import dataclass

from django.utils.translation import get_language

from casework.directory.models import Language
from casework.directory.search import fold

_read: "dict[str, Spoken]" = {}
_found: dict[str, str] = {}


@dataclass(frozen=True)
class Spoken:
    """A language. `code` is EOIR's, `other_names` are aliases and EOIR's own spelling."""

    code: str
    name: str
    name_es: str
    other_names: tuple[str, ...]
    indigenous: bool
    common: bool
    selectable: bool

    @property
    def label(self) -> str:
        """The name in the reader's language, where there is one."""
        name = self.name_es if (get_language() or "").startswith("es") and self.name_es else self.name
        return name[:1].upper() + name[1:]


def known() -> dict[str, Spoken]:
    """All languages by code, also those that nobody chooses any more."""
    if not _read:
        for row in Language.objects.order_by("code"):
            names = (*row.aliases, row.eoir_name.capitalize())
            _read[row.code] = Spoken(
                row.code, row.name, row.name_es, names, row.indigenous, row.common, row.selectable
            )  # fmt: skip
    return _read


def name_of(code: str) -> str:
    """The language as the reader calls it. The code itself for one that is not in the list."""
    return known()[code].label if code in known() else code


def names_of(codes: list[str]) -> str:
    """Several, with commas between them."""
    return ", ".join(map(name_of, codes))


def find(typed: str) -> str:
    """The code of the language that somebody typed, by name, alias or code. Raises ValueError for none."""
    if not typed.strip():
        return ""
    code = _names().get(fold(typed)) or (typed.strip().upper() if typed.strip().upper() in known() else "")
    if not code:
        raise ValueError(typed)
    return code


def options() -> list[str]:
    """What a box offers: names and aliases, those that are common in detention first."""
    ordered = sorted((one for one in known().values() if one.selectable), key=lambda one: (not one.common, one.label))
    return list(dict.fromkeys(name for one in ordered for name in (one.label, *one.other_names[:-1])))


def _names() -> dict[str, str]:
    """Codes by each folded name; a name of several is that of the more common one."""
    if not _found:
        for one in sorted(known().values(), key=lambda one: (one.selectable, one.common)):
            parts = [part for name in (one.name, one.name_es) for part in (name, *name.replace(")", "").split("("))]
            _found.update({fold(name): one.code for name in (*one.other_names, *parts) if fold(name)})
        for one in sorted(known().values(), key=lambda one: (one.selectable, one.common)):
            _found.update({fold(name): one.code for name in (one.name, one.name_es) if fold(name)})
    return _found
