"""Tags for what a plain include cannot do: times in two zones, ages, languages, A-numbers.

Loaded in every template (`builtins` in the settings).
"""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.template import Context
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString

from casework.look import dates

register = template.Library()


@register.simple_tag
def moment(value: datetime, zone: ZoneInfo | str | None = None, place: str = "", show: str = "time") -> SafeString:
    """An instant as the clock at `zone` shows it, and as the reader's does where the two differ.

    `zone` is the reader's own when left out; `place` is said instead of the zone's city; `show` is "time" or "full"
    (with weekday and date).
    """
    reader = timezone.get_current_timezone()
    there = value.astimezone(dates.zone_of(zone) if zone else reader)
    words = str(dates.clock(there))
    if show == "full":
        words = f"{dates.day(there, short=True)}, {words}"
    here = dates.here(there, reader)
    if not here:
        return format_html('<time datetime="{}">{}</time>', there.isoformat(), words)
    return format_html(
        '<span class="moment"><time datetime="{}">{}</time> <span class="elsewhere">{}, {}</span></span>',
        there.isoformat(), words, place or dates.city(there.tzinfo or reader), here,
    )  # fmt: skip


@register.simple_tag
def day(value: date, short: bool = False, year: bool = False) -> SafeString:
    """A date in words, in the reader's zone when `value` is an instant."""
    plain = _day_of(value)
    return format_html('<time datetime="{}">{}</time>', plain.isoformat(), dates.day(plain, short=short, year=year))


@register.simple_tag
def born_on(value: date) -> SafeString:
    """A date as papers give it, without its weekday."""
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), dates.plain(value))


@register.simple_tag
def ago(value: date, now: datetime | None = None) -> SafeString:
    """How old a fact is, or how far ahead; the exact time stands in the title."""
    now = now or timezone.now()
    reader = timezone.get_current_timezone()
    if not isinstance(value, datetime):
        words = dates.day_age(value, now.astimezone(reader).date())
        return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), dates.day(value), words)
    exact = f"{dates.day(value.astimezone(reader), year=True)}, {dates.clock(value.astimezone(reader))}"
    words = dates.age(value, now, reader)
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), exact, words)


def _day_of(value: date) -> date:
    return value.astimezone(timezone.get_current_timezone()).date() if isinstance(value, datetime) else value


@register.inclusion_tag("parts/language_switch.html", takes_context=True)
def language_switch(context: Context) -> dict[str, Any]:
    """Every language in its own name; choosing one comes back to this page."""
    current = translation.get_language() or settings.LANGUAGE_CODE
    names = [(code, translation.get_language_info(code)["name_local"].capitalize()) for code, _ in settings.LANGUAGES]
    request = context.get("request")
    return {
        "languages": names,
        "current": current,
        "next": request.get_full_path() if request else "",
    }


@register.inclusion_tag("parts/a_number.html", takes_context=True)
def a_number(context: Context, last: str, reveal: str = "", revealed: str = "") -> dict[str, str]:
    """A masked A-number with "reveal" beside it: `last` three digits, `reveal` the address that shows (and logs) it."""
    return {"last": last, "reveal": reveal, "revealed": revealed}
