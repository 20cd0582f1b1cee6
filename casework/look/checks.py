"""What must be there before a page can be shown in its language."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.utils.translation import to_locale

RUN = "run make translations"


def out_of_date(source: Path) -> Iterator[CheckMessage]:
    """Without its compiled catalog Django speaks English, and says nothing about it."""
    target = source.with_suffix(".mo")
    if not target.exists():
        yield Error(f"{target} is missing.", hint=RUN, id="look.E001")
    elif source.exists() and target.stat().st_mtime < source.stat().st_mtime:
        yield Error(f"{target} is older than {source.name}.", hint=RUN, id="look.E002")


def catalogs_are_compiled(**kwargs: Any) -> list[CheckMessage]:
    """Every language that can be chosen has a compiled catalog, no older than its source."""
    sources = (
        Path(folder) / to_locale(code) / "LC_MESSAGES" / "django.po"
        for code, _name in settings.LANGUAGES
        for folder in settings.LOCALE_PATHS
    )
    return [problem for source in sources for problem in out_of_date(source)]
