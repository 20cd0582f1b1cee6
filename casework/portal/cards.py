"""What is published, put into words of one language, as it is true at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from casework.docket.ics import Timed
from casework.portal.words import Words

NEW = timedelta(days=7)  # so long a move is what the page says first
ASKED = timedelta(days=14)  # so long a decision that a person tells asks for a call


@dataclass(frozen=True)
class Line:
    """A short text; `label` before it, and `phone` to dial."""

    text: str
    label: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Tick:
    """Something to tick off."""

    code: str
    text: str
    done: bool


@dataclass(frozen=True)
class Card:
    """One part of the page: a heading, an answer in a line, and what belongs to it; `save` is said on its button.

    `age` stands small below: how old it is, or how far it can be relied on.
    """

    key: str
    heading: str
    answer: str = ""
    lines: list[Line] = field(default_factory=list)
    age: str = ""
    items: list[Line] = field(default_factory=list)
    details: list[tuple[str, str]] = field(default_factory=list)
    hearing: str = ""
    ticks: list[Tick] = field(default_factory=list)
    save: str = ""


@dataclass(frozen=True)
class Office:
    """Whom to call."""

    organization: str
    phone: str
    hours: Mapping[str, list[str]]
    time_zone: str


def of(content: Mapping[str, Any], office: Office, words: Words, now: datetime) -> list[Card]:
    """All cards, in their order."""
    if "found" in content:
        return [_found(content, words), _who(content, office, words)]
    if content.get("call"):
        return [_call(office, words), _who(content, office, words)]
    made = [
        _call(office, words) if _asks(content, office, now) else None,
        _where(content["where"], words, now) if "where" in content else None,
        _next(content["next"], words, now) if "next" in content else None,
        _who(content, office, words),
        _to_do(content, words),
        _happened(content, words),
        Card("mean", words.say("mean"), details=list(words.terms.items())),
    ]
    return [one for one in made if one]


def _found(content: Mapping[str, Any], words: Words) -> Card:
    answer = words.say("found_yes" if content["found"] else "found_no")
    return Card("where", words.say("where"), answer, [Line(words.say("found_more"))])


def _call(office: Office, words: Words) -> Card:
    return Card("call", words.say("call_us"), "", [Line(call_us(office.phone, words), phone=office.phone)])


def _asks(content: Mapping[str, Any], office: Office, now: datetime) -> bool:
    """Whether there is a decision of these days that a person tells."""
    asked = content.get("ask")
    today = now.astimezone(ZoneInfo(office.time_zone)).date()
    return asked is not None and today - date.fromisoformat(asked["on"]) <= ASKED


def call_us(phone: str, words: Words) -> str:
    """Asks for a call, at the number if the office has one."""
    return words.say("call_us_text", phone=phone) if phone else words.say("call_us_bare")


def _where(where: Mapping[str, Any], words: Words, now: datetime) -> Card:
    since, confirmed = _instant(where.get("since")), _instant(where.get("confirmed_at"))
    code = where["code"]
    zone = ZoneInfo(where.get("zone") or "UTC")
    if code == "transferred" and where.get("place") and since and now - since > NEW:
        code = "detained"
    status = words.statuses[code]
    answer, lines, then = status.label, [Line(status.text)], status.then
    if where.get("place"):
        place = ", ".join(filter(None, [where["place"], where["town"]]))
        if code == "detained":  # which place says more than that it is one
            answer, lines = place, [Line(status.label)]
        else:
            lines.append(Line(place))
        if since:
            lines.append(Line(words.say("since", day=words.day(since.astimezone(zone).date()))))
        if where["phone"]:
            lines.append(Line(where["phone"], words.say("place_phone"), where["phone"]))
        then = words.together(then, words.say("ask_visits"))
    lines.append(Line(then))
    return Card("where", words.say("where"), answer, lines, _age(where, confirmed, words, now, zone))


def _age(
    where: Mapping[str, Any], confirmed: datetime | None, words: Words, now: datetime, zone: ZoneInfo
) -> str:  # fmt: skip
    said = words.say("checked", when=words.distance(confirmed, now, zone)) if confirmed else words.say("unchecked")
    again = _instant(where.get("next_check_at"))
    if again and again > now:
        said = words.together(said, words.say("check_again", when=words.day(again.astimezone(zone).date())))
    return said


def _next(hearings: list[Mapping[str, Any]], words: Words, now: datetime) -> Card:
    ahead = [one for one in hearings if _ends(one) > now]
    if not ahead:
        return Card("next", words.say("next"), words.say("nothing_next"), [Line(words.say("paper_counts"))])
    first, *others = ahead
    at = _instant(first["at"])
    zone = ZoneInfo(first["zone"])
    there = (at or now).astimezone(zone)
    status = words.statuses.get(first["code"])
    label = status.label if status else words.say("hearing_other")
    medium = first["medium"]
    answer = f"{label}: {words.say('at', day=words.day(there.date()), time=words.clock(there))}"
    far = words.distance(there, now, zone)
    near = [_begun(far) + words.stop] if far else []
    lines = [Line(words.together(*near, words.say("court_time", city=words.city(first["zone"]))))]
    lines.append(Line(", ".join(filter(None, [first["court"], first["address"]]))))
    how = [words.say(f"medium_{medium}")] if medium else []
    lines.append(Line(words.together(*how, words.say("come_P" if medium == "P" else "come"))))
    if status:
        lines.append(Line(words.together(status.text, status.then)))
    items = []
    for one in others:
        then = (_instant(one["at"]) or now).astimezone(ZoneInfo(one["zone"]))
        known = words.statuses.get(one["code"])
        name = known.label if known else words.say("hearing_other")
        items.append(Line(_begun(words.say("at", day=words.day(then.date()), time=words.clock(then))), name))
    return Card(
        "next", words.say("next"), answer, lines, words.say("paper_counts"), items, hearing=first["id"],
        save=words.say("save_date"),
    )  # fmt: skip


def _ends(hearing: Mapping[str, Any]) -> datetime:
    at = _instant(hearing["at"])
    assert at is not None  # noqa: S101 (a hearing has an instant)
    return at + timedelta(minutes=hearing["minutes"])


def dates(content: Mapping[str, Any], title: str, phone: str, now: datetime) -> list[Timed]:
    """The next date of what is published, for a calendar: when, and whom to call."""
    ahead = [one for one in content.get("next", []) if _ends(one) > now][:1]
    return [
        Timed(f"{one['id']}@page", 0, _ends(one) - timedelta(minutes=one["minutes"]), one["minutes"], one["zone"],
              title, phone)
        for one in ahead
    ]  # fmt: skip


def _who(content: Mapping[str, Any], office: Office, words: Words) -> Card:
    lead = content.get("lead")
    answer = words.say("who_lead", lead=lead, organization=office.organization) if lead else office.organization
    lines = [Line(office.phone, phone=office.phone)] if office.phone else []
    lines += [Line(one) for one in _hours(office, words)]
    lines.append(Line(words.say("monitored")))
    return Card("who", words.say("who"), answer, lines)


def _hours(office: Office, words: Words) -> list[str]:
    """Days in a row with the same hours on one line."""
    found = list[tuple[int, int, str]]()
    for number in range(7):
        span = office.hours.get(str(number))
        if not span:
            continue
        said = " – ".join(words.clock(time.fromisoformat(one)) for one in span)
        if found and found[-1][1] == number - 1 and found[-1][2] == said:
            found[-1] = (found[-1][0], number, said)
        else:
            found.append((number, number, said))
    return [
        f"{_begun(words.weekday(first))}{f' – {words.weekday(last)}' if last > first else ''}: {said}"
        for first, last, said in found
    ]


def _to_do(content: Mapping[str, Any], words: Words) -> Card | None:
    items = [Line(words.to_do[one]) for one in content.get("to_do", [])]
    ticks = [Tick(one["code"], words.to_do[one["code"]], one["done"]) for one in content.get("tasks", [])]
    made = Card("do", words.say("do"), items=items, ticks=ticks, save=words.say("ticked") if ticks else "")
    return made if items or ticks else None


def _happened(content: Mapping[str, Any], words: Words) -> Card | None:
    items = []
    for one in content.get("steps", []):
        status = words.statuses[one["code"]]
        text = words.together(status.text, status.then)
        if one.get("amount"):
            text = words.together(words.say("bond_amount", amount=words.number(one["amount"])), text)
        if one.get("on"):
            text = words.together(_begun(words.day(date.fromisoformat(one["on"]))) + words.stop, text)
        items.append(Line(text, status.label))
    return Card("happened", words.say("happened"), items=items) if items else None


def _begun(text: str) -> str:
    """As a sentence begins."""
    return text[:1].upper() + text[1:]


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
