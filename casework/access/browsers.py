"""Browsers in words: `Firefox on Linux` instead of a user agent."""

from django.utils.translation import gettext as _

# In this order: Edge and Opera also say Chrome, Chrome also says Safari, and an iPhone says it is like a Mac.
NAMES = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def first(marks: tuple[tuple[str, str], ...], user_agent: str) -> str:
    """The word of the first mark that stands in `user_agent`, or nothing."""
    return next((word for mark, word in marks if mark in user_agent), "")


def in_words(user_agent: str) -> str:
    """The browser and its system as people call them, in the language of the moment."""
    name, system = first(NAMES, user_agent), first(SYSTEMS, user_agent)
    if name and system:
        return _("%(browser)s on %(system)s") % {"browser": name, "system": system}
    return name or system or _("An unknown browser")
