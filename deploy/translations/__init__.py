"""Catalogs of translations, without the gettext programs.

`python -m deploy.translations extract` brings the catalogs up to the strings in the source, `check` names whatever is
missing or wrong in them, `compile` writes the files that Django reads. English has a catalog too: its words may be
changed there without touching the code. A new language begins as an empty folder `casework/locale/xx/LC_MESSAGES`.
"""

from deploy.translations.catalogs import compile_catalogs, update_catalogs
from deploy.translations.problems import problems
from deploy.translations.source import SourceError

__all__ = ["SourceError", "compile_catalogs", "problems", "update_catalogs"]
