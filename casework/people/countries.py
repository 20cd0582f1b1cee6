"""Countries and nationalities of the directory, by EOIR's codes, which are not ISO's: NU is Nicaragua.

The list is read once in each process, as that of languages is.
"""

from dataclasses import dataclass

from babel import Locale

from casework.directory.models import Nationality
from casework.directory.search import fold
from casework.look import dates

_read: "dict[str, Country]" = {}
_found: dict[str, str] = {}
LANGUAGES = ("en_US", "es_US", "es")  # in which countries are found


@dataclass(frozen=True)
class Country:
    """A country. `iso` is its code of two letters for ISO 3166, where it has one."""

    code: str
    name: str
    iso: str
    selectable: bool

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return str(Locale.parse(dates.locale()).territories.get(self.iso, self.name))


def known() -> dict[str, Country]:
    """All countries by code, also those that are no more."""
    if not _read:
        for row in Nationality.objects.order_by("code"):
            _read[row.code] = Country(row.code, row.name, row.iso, row.selectable)
    return _read


def name_of(code: str) -> str:
    """The country as the reader calls it. The code itself for one that is not in the list."""
    return known()[code].label if code in known() else code


def names_of(codes: list[str]) -> str:
    """Several, with commas between them."""
    return ", ".join(map(name_of, codes))


def find(typed: str) -> str:
    """The code of the country that somebody typed, in English or Spanish. Raises ValueError for none."""
    if not typed.strip():
        return ""
    code = _names().get(fold(typed)) or (typed.strip() if typed.strip() in known() else "")
    if not code:
        raise ValueError(typed)
    return code


def options() -> list[str]:
    """What a box offers."""
    return sorted({one.label for one in known().values() if one.selectable}, key=fold)


def _names() -> dict[str, str]:
    if not _found:
        for one in sorted(known().values(), key=lambda one: one.selectable):
            spoken = [Locale.parse(language).territories.get(one.iso, "") for language in LANGUAGES]
            _found.update({fold(name): one.code for name in (one.name, *spoken) if fold(name)})
    return _found
