"""Time zones as people know them: by their names in the United States, by a city elsewhere."""

from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from babel import dates as babel
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from casework.look.dates import city, clock, locale

AMERICAN = ("America/", "Pacific/Honolulu", "Pacific/Guam", "Pacific/Saipan")
UNITED_STATES = (
    ("America/Los_Angeles", _("Pacific time (Los Angeles)")),
    ("America/Phoenix", _("Arizona (Phoenix)")),
    ("America/Denver", _("Mountain time (Denver)")),
    ("America/Chicago", _("Central time (Chicago)")),
    ("America/New_York", _("Eastern time (New York)")),
    ("America/Anchorage", _("Alaska (Anchorage)")),
    ("Pacific/Honolulu", _("Hawaii (Honolulu)")),
    ("America/Puerto_Rico", _("Puerto Rico")),
    ("Pacific/Guam", _("Guam")),
)


def zones(chosen: str = "") -> list[tuple[Any, Any]]:
    """The time zones of the Americas and the Pacific territories as choices, the usual ones first; and `chosen`."""
    usual = [(zone, capfirst(words)) for zone, words in UNITED_STATES]  # within a sentence Spanish begins them small
    return [(_("United States"), usual), (_("Elsewhere"), _elsewhere(get_language(), chosen))]


@cache
def _elsewhere(language: str, chosen: str) -> list[tuple[str, str]]:
    """By city in the language of the page. A city has several names in the database of zones; one of them is enough."""
    names = [chosen, *sorted(name for name in available_timezones() if name.startswith(AMERICAN))]
    cities: dict[str, str] = {}
    for name in names:
        if name and name not in dict(UNITED_STATES):
            cities.setdefault(city(ZoneInfo(name)).replace("/", ", "), name)
    return [(name, place) for place, name in sorted(cities.items())]


def called(zone: str) -> str:
    """A zone by its name in the United States, or by its city."""
    return str(dict(UNITED_STATES).get(zone) or city(ZoneInfo(zone)))


def date_in_words(value: datetime) -> str:
    """The date with its year, for paper and mail: November 21, 2026."""
    return babel.format_date(value, "long", locale=locale())


def moment_in_words(value: datetime, zone: str) -> str:
    """When something happened, on the clock of `zone`, for a mail: nothing beside it says where or which year."""
    return f"{date_in_words(value)}, {clock(value)}, {called(zone)}"
