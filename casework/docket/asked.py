"""What somebody typed about an event, as facts: at the command line and on the page alike. Never guesses."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, available_timezones

from casework.docket.counting.facts import Facts, Rule, Stop

ANSWERS = {"yes": True, "no": False}
BY_MAIL = "served_by_mail"
SET_DATES = ("judge_date", "set_date", "notice_date")


class Unclear(ValueError):
    """Something that was typed cannot be taken. `about` names what, `why` is a code, `value` what was typed."""

    def __init__(self, about: str, why: str, value: str = "") -> None:
        super().__init__(f"{about}: {why}: {value}")
        self.about, self.why, self.value = about, why, value


def facts(
    rule: Rule, *, on: str, zone: str = "", detained: str = "", extra: Mapping[str, str] | None = None
) -> tuple[Facts, list[str]]:
    """Facts about an event, and what must be said of them (`ambiguous`: the clock showed that time twice, and the
    earlier one was taken).

    `on` is a day, or a day and wall time in `zone`, or an instant with its offset from UTC. `extra` holds answers to
    the rule's questions (yes, no), `served_by` (mail, hand, electronic), `judge_date`, `stops` (since/until, several
    with commas), `received`, `later_written_memo`, `trigger_utc`. Raises Unclear.
    """
    place = zone_of(zone)
    day, moment, said = _when(on, place, needed=rule.needs_time)
    more = dict(extra or {})
    if utc := more.pop("trigger_utc", ""):
        day, moment = _checked(day, moment, utc, place)
    found = {name: _day(name, more.pop(name, "")) for name in ("received", "later_written_memo", *SET_DATES)}
    stops = _stops(more.pop("stops", ""))
    answers = _answers(rule, more)
    return Facts(
        on=day, moment=moment, zone=place, detained=_yes_no("detained", detained), answers=answers,
        set_date=next((found[name] for name in SET_DATES if found[name]), None), stops=stops,
        received=found["received"], later_memo=found["later_written_memo"],
    ), said  # fmt: skip


def zone_of(name: str) -> ZoneInfo | None:
    """The zone; None for an empty name. Raises Unclear."""
    if name and name not in available_timezones():
        raise Unclear("zone", "no_zone", name)
    return ZoneInfo(name) if name else None


def _when(text: str, zone: ZoneInfo | None, *, needed: bool) -> tuple[date, datetime | None, list[str]]:
    """The day on the place's calendar, and the instant where a time was given."""
    if "T" not in text and " " not in text.strip():
        found = _day("on", text)
        if found is None:
            raise Unclear("on", "no_date", text)
        return found, None, []
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise Unclear("on", "no_date", text) from error
    if zone is None:
        if needed or at.tzinfo is not None:
            raise Unclear("zone", "needed")
        return at.date(), None, []
    if at.tzinfo is not None:
        there = at.astimezone(zone)
        return there.date(), there, []
    there = at.replace(tzinfo=zone)
    if there.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != at:
        raise Unclear("on", "skipped", text)
    twice = there.utcoffset() != there.replace(fold=1).utcoffset()
    return there.date(), there, ["ambiguous"] if twice else []


def _checked(day: date, moment: datetime | None, utc: str, zone: ZoneInfo | None) -> tuple[date, datetime | None]:
    """The instant in UTC, which must be of the day that was given on the place's calendar."""
    if zone is None:
        raise Unclear("zone", "needed")
    try:
        at = datetime.fromisoformat(utc)
    except ValueError as error:
        raise Unclear("trigger_utc", "no_date", utc) from error
    there = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(zone)
    if there.date() != day:
        raise Unclear("trigger_utc", "another_day", f"{there:%Y-%m-%dT%H:%M}")
    return day, moment or there


def _day(about: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Unclear(about, "no_date", text) from error


def _stops(text: str) -> tuple[Stop, ...]:
    found = []
    for part in filter(None, (one.strip() for one in text.replace(";", ",").split(","))):
        since, slash, until = part.partition("/")
        first, last = _day("stops", since), _day("stops", until)
        if not slash or first is None or (last is not None and last < first):
            raise Unclear("stops", "no_span", part)
        found.append(Stop(first, last))
    return tuple(found)


def _answers(rule: Rule, more: dict[str, str]) -> dict[str, bool]:
    known = {one.code for one in rule.questions}
    if served := more.pop("served_by", ""):
        if served not in {"mail", "hand", "electronic"}:
            raise Unclear("served_by", "no_choice", served)
        if BY_MAIL in known:
            more.setdefault(BY_MAIL, "yes" if served == "mail" else "no")
    if unknown := sorted(more.keys() - known):
        raise Unclear(unknown[0], "no_question", ", ".join(sorted(known)))
    answers = {code: _yes_no(code, text) for code, text in more.items()}
    return {code: answer for code, answer in answers.items() if answer is not None}


def _yes_no(about: str, text: str) -> bool | None:
    if text in {"", "any", "unknown"}:
        return None
    if text not in ANSWERS:
        raise Unclear(about, "no_choice", text)
    return ANSWERS[text]


def split(pairs: Iterable[str]) -> dict[str, str]:
    """`k=v` pairs. Raises Unclear."""
    found = {}
    for one in pairs:
        name, equals, value = one.partition("=")
        if not equals or not name:
            raise Unclear("extra", "no_pair", one)
        found[name.strip()] = value.strip()
    return found
