"""The words of the family's pages: data, one file a language, each with how far it was reviewed.

English and Spanish names of statuses are those of `status_phrases.csv`, which also says what families see.
"""

import csv
import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from babel import dates, numbers
from django.conf import settings

FOLDER = settings.BASE_DIR / "fixtures" / "portal"
LANGUAGES = ("en", "es", "ht", "pt", "fr", "zh-hans", "ru", "ar", "pa", "vi")
RIGHT_TO_LEFT = frozenset({"ar"})
LOCALES = {
    "en": "en_US", "es": "es_US", "pt": "pt_BR", "fr": "fr", "zh-hans": "zh_Hans", "ru": "ru", "ar": "ar_EG",
    "pa": "pa", "vi": "vi",
}  # fmt: skip
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


@dataclass(frozen=True)
class Status:
    """A status in three steps: a name, a sentence, and what to do."""

    label: str
    text: str
    then: str


@dataclass(frozen=True)
class Review:
    """How far somebody who speaks the language has read its words: "source", "drafted" or "reviewed"."""

    state: str
    by: str
    on: str


@dataclass(frozen=True)
class Words:
    """One language."""

    code: str
    name: str
    review: Review
    words: dict[str, str]
    to_do: dict[str, str]
    terms: dict[str, str]
    statuses: dict[str, Status]
    calendar: dict[str, list[str]]

    @property
    def direction(self) -> str:
        return "rtl" if self.code in RIGHT_TO_LEFT else "ltr"

    def say(self, key: str, **values: object) -> str:
        """A text, with values in their places."""
        return self.words[key].format(**values)

    @property
    def stop(self) -> str:
        """What ends a sentence."""
        return {"zh-hans": "。", "pa": "।"}.get(self.code, ".")

    def together(self, *sentences: str) -> str:
        """Sentences in a row; Chinese puts nothing between them."""
        return ("" if self.code == "zh-hans" else " ").join(sentences)

    def day(self, value: date) -> str:
        """A date with its weekday."""
        if self.calendar:
            weekday, month = self.calendar["weekdays"][value.weekday()], self.calendar["months"][value.month - 1]
            return self.calendar["day"][0].format(weekday=weekday, day=value.day, month=month, year=value.year)
        return dates.format_date(value, "full", locale=LOCALES[self.code])

    def weekday(self, number: int) -> str:
        """The name of a weekday; 0 is Monday."""
        if self.calendar:
            return self.calendar["weekdays"][number]
        name: str = dates.get_day_names("wide", "stand-alone", locale=LOCALES[self.code])[number]
        return name

    def clock(self, value: datetime | time) -> str:
        """The time of day on the clock of `value`."""
        if self.calendar:
            return f"{value:%H:%M}"
        return dates.format_time(value, "short", tzinfo=value.tzinfo, locale=LOCALES[self.code])

    def city(self, zone: str) -> str:
        """The town that a time zone is named after."""
        if self.calendar:
            return zone.rpartition("/")[2].replace("_", " ")
        return dates.get_timezone_location(ZoneInfo(zone), locale=LOCALES[self.code], return_city=True)

    def number(self, value: int) -> str:
        """A whole number as the language groups it."""
        return numbers.format_decimal(value, locale=LOCALES.get(self.code, "en_US"))

    def distance(self, value: datetime, now: datetime, zone: ZoneInfo) -> str:
        """How long ago, or until when; from two days on, days of the calendar count."""
        gone = now - value
        days = (now.astimezone(zone).date() - value.astimezone(zone).date()).days
        if abs(gone) < HOUR:
            return self._ago(max(abs(gone) // MINUTE, 1), "minute", past=gone >= timedelta(0))
        if abs(gone) < DAY or abs(days) < 2:
            return self._ago(abs(gone) // HOUR, "hour", past=gone >= timedelta(0))
        return self._ago(abs(days), "day", past=days > 0)

    def _ago(self, count: int, unit: str, *, past: bool) -> str:
        if self.calendar:
            return self.calendar[f"{unit}s"][0 if past else 1].format(count=count)
        step = {"minute": MINUTE, "hour": HOUR, "day": DAY}[unit] * count
        return dates.format_timedelta(
            -step if past else step, granularity=unit, threshold=1e9, add_direction=True,  # type: ignore[arg-type]
            locale=LOCALES[self.code],
        )  # fmt: skip


@dataclass(frozen=True)
class OnPaper(Words):
    """The same words where they will be read on another day: nothing is "in three days"."""

    def distance(self, value: datetime, now: datetime, zone: ZoneInfo) -> str:
        """The day of something that is over; of what is to come the date stands there already."""
        return self.day(value.astimezone(zone).date()) if value <= now else ""

    def city(self, zone: str) -> str:
        """As its own street signs have it: the fonts of paper do not have every sign of every script."""
        return zone.rpartition("/")[2].replace("_", " ")


def on_paper(code: str) -> OnPaper:
    """The words of a language, for a paper. Raises KeyError as `of`."""
    return OnPaper(**vars(of(code)))


@cache
def of(code: str) -> Words:
    """The words of a language. Raises KeyError for one that has none."""
    if code not in LANGUAGES or not (FOLDER / f"{code}.json").exists():
        raise KeyError(code)
    given = json.loads((FOLDER / f"{code}.json").read_text(encoding="utf-8"))
    statuses = given.get("statuses") or {
        key: [row[f"label_{code}"], row[f"text_{code}"], row[f"next_step_{code}"]] for key, row in _phrases().items()
    }
    return Words(
        code, given["name"], Review(**given["review"]), given["words"], given["to_do"], given["terms"],
        {key: Status(*three) for key, three in statuses.items()}, given.get("calendar", {}),
    )  # fmt: skip


def known(code: str) -> bool:
    """Whether there are words of this language."""
    return code in ready()


@cache
def ready() -> tuple[str, ...]:
    """The languages that have words, in the order in which they are offered."""
    return tuple(one for one in LANGUAGES if (FOLDER / f"{one}.json").exists())


@cache
def shown_statuses() -> frozenset[str]:
    """The statuses that families see."""
    return frozenset(key for key, row in _phrases().items() if row["may_family_see_by_default"] == "yes")


@cache
def _phrases() -> dict[str, dict[str, str]]:
    with (FOLDER / "status_phrases.csv").open(encoding="utf-8", newline="") as file:
        return {row["status_key"]: row for row in csv.DictReader(file)}
