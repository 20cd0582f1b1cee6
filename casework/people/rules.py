"""Pure decisions about people: no Django, no clock, no query."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

A_NUMBER_DIGITS, A_NUMBER_SHORTEST = 9, 7
OLDEST = 120  # years
PROVISIONAL = timedelta(days=7)
CUSTODY, HEARINGS, NEXT_STEPS, DOCUMENTS, FOUND = "custody", "hearings", "next_steps", "documents", "found"
TOLD = (CUSTODY, HEARINGS, NEXT_STEPS, DOCUMENTS)  # what a person can agree to
TEAM_FLAGS = frozenset(
    ["medical_urgent", "pregnant_nursing", "parent_of_minor", "elderly", "disability", "indigenous_language",
     "limited_literacy"]
)  # fmt: skip
COUNSEL_FLAGS = frozenset(
    ["mental_health", "competency", "minor", "unaccompanied", "trafficking", "domestic_violence", "crime_victim",
     "torture_survivor", "lgbtq", "us_citizen_claim", "veteran", "prior_order", "removal_imminent", "hunger_strike",
     "abuse_report"]
)  # fmt: skip
INTAKE, REPRESENTATION, COUNSEL = 1, 2, 3  # tiers
_BETWEEN = re.compile(r"[\s\-.#:\u2010-\u2015\u2212]+")


# --- The A-number


def a_number(typed: str) -> str:
    """The nine digits of an A-number as people write it: "A 012-345-678", "A#12345678"; empty for nothing.

    Older papers have seven or eight digits: they get zeros in front. There is no check digit. Raises ValueError.
    """
    signs = _BETWEEN.sub("", typed)
    if not signs:
        return ""
    digits = signs[1:] if signs[0] in "Aa" else signs
    fits = A_NUMBER_SHORTEST <= len(digits) <= A_NUMBER_DIGITS and digits.isascii() and digits.isdigit()
    if not fits or not digits.strip("0"):
        raise ValueError(typed)
    return digits.zfill(A_NUMBER_DIGITS)


def shown(digits: str) -> str:
    """An A-number as the field writes it: A012-345-678."""
    return f"A{digits[:3]}-{digits[3:6]}-{digits[6:]}" if digits else ""


def masked(digits: str) -> str:
    """An A-number but for its last three digits: A•••-•••-678."""
    return f"A•••-•••-{digits[-3:]}" if digits else ""


class Match(StrEnum):
    """What name and birth date say of two people who have one A-number."""

    SAME = "same"  # both agree
    LIKELY = "likely"  # one agrees, and nothing is known of the other
    UNSURE = "unsure"  # one agrees and the other does not, or nothing is known
    OTHER = "other"  # neither agrees


def second_match(
    names: Collection[str], born: Collection[date], other_names: Collection[str], other_born: Collection[date]
) -> Match:
    """Compares the forms of names (`tokens.of_names`) and all birth dates of two people with one A-number."""
    name = None if not names or not other_names else bool(set(names) & set(other_names))
    day = None if not born or not other_born else bool(set(born) & set(other_born))
    if name and day:
        return Match.SAME
    if {name, day} == {True, None}:
        return Match.LIKELY
    if name is False and day is False:
        return Match.OTHER
    return Match.UNSURE


# --- Dates and flags


def may_be_born(day: date, today: date) -> bool:
    """Whether somebody alive can have been born on this day."""
    return day <= today and today.year - day.year <= OLDEST


def age(born: date, today: date) -> int:
    """In whole years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def flag_tier(flag: str) -> int:
    """Who must know of a vulnerability: the team, or counsel alone. Raises KeyError for a flag that is not known."""
    if flag not in TEAM_FLAGS | COUNSEL_FLAGS:
        raise KeyError(flag)
    return REPRESENTATION if flag in TEAM_FLAGS else COUNSEL


# --- Consents


@dataclass(frozen=True)
class Given:
    """A consent, as rules see it; all times are aware of their zone. `contact` is empty for one to an organization."""

    contact: object
    subjects: frozenset[str]
    given_at: datetime
    ends_at: datetime | None = None
    revoked_at: datetime | None = None
    provisional: bool = False
    organization: object = None


class State(StrEnum):
    """Whether a consent counts."""

    COMING = "coming"
    LIVE = "live"
    ENDED = "ended"
    REACHED = "reached"  # a provisional one whose person was reached
    REVOKED = "revoked"


def state(one: Given, *, now: datetime, reached_at: datetime | None) -> State:
    """The state of a consent; `reached_at` is when somebody first spoke with the person."""
    found = {
        State.REVOKED: one.revoked_at is not None,
        State.COMING: one.given_at > now,
        State.REACHED: one.provisional and reached_at is not None and reached_at <= now,
        State.ENDED: any(end <= now for end in _ends(one)),
    }
    return next((which for which, stands in found.items() if stands), State.LIVE)


def _ends(one: Given) -> list[datetime]:
    provisional = [one.given_at + PROVISIONAL] if one.provisional else []
    return provisional if one.ends_at is None else [*provisional, one.ends_at]


class Silence(StrEnum):
    """Why nobody may tell a contact anything, gravest first."""

    MUST_NOT_KNOW = "must_not_know"
    NO_CONTACT = "no_contact"
    NO_CONSENT = "no_consent"


@dataclass(frozen=True)
class Told:
    """What may be told to one contact now: subjects in their order, or why nothing may."""

    subjects: tuple[str, ...]
    silence: Silence | None = None


def may_be_told(
    contact: object, given: Iterable[Given], *, must_not_know: bool, no_contact: bool, now: datetime,
    reached_at: datetime | None,
) -> Told:  # fmt: skip
    """What a contact who calls may be told now.

    "Must not know" and the person's wish for no contact come before every consent. Whatever is agreed to openly says
    that the person was found, so a provisional consent adds nothing to it.
    """
    if must_not_know:
        return Told((), Silence.MUST_NOT_KNOW)
    if no_contact:
        return Told((), Silence.NO_CONTACT)
    live = [one for one in given if one.contact == contact and state(one, now=now, reached_at=reached_at) == State.LIVE]
    agreed = {subject for one in live if not one.provisional for subject in one.subjects}
    if agreed & set(TOLD):
        return Told(tuple(subject for subject in TOLD if subject in agreed))
    return Told((FOUND,)) if any(one.provisional for one in live) else Told((), Silence.NO_CONSENT)


def may_be_provisional(*, reached_at: datetime | None, must_not_know: bool, no_contact: bool) -> bool:
    """Whether an attorney may decide for a person whom nobody has reached yet."""
    return reached_at is None and not must_not_know and not no_contact


# --- Two files of one human being

# What a merge asks about where both files say something else; lists are united, and what one file alone knows is kept.
CHOSEN = (
    "given_names", "first_surname", "second_surname", "birth_date", "birth_date_other", "a_number", "country_of_birth",
    "language", "language_variety", "language_town", "gender", "alert",
)  # fmt: skip
UNITED = ("other_ids", "nationalities", "other_languages", "reads_languages")
OF_A_LANGUAGE = frozenset({"language_variety", "language_town"})


def to_choose(mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[str]:
    """The fields of which two files say different things. A variety and a town go with the language they are of."""
    differ = [name for name in CHOSEN if mine[name] and theirs[name] and mine[name] != theirs[name]]
    return [name for name in differ if name not in OF_A_LANGUAGE or "language" not in differ]


def merged(mine: Mapping[str, Any], theirs: Mapping[str, Any], taken: Collection[str]) -> dict[str, Any]:
    """The fields of the survivor (`mine`) after a merge; of those in `taken` the other file's value counts.

    Every name that either file has stays as another spelling, the wish for no contact stands when either file has it,
    and the first time that somebody spoke with the person counts.
    """
    asked = to_choose(mine, theirs)
    found = {
        name: theirs[name] if theirs[name] and (not mine[name] or (name in asked and name in taken)) else mine[name]
        for name in CHOSEN
    }
    if "language" in asked:
        found |= {name: (theirs if "language" in taken else mine)[name] for name in OF_A_LANGUAGE}
    found |= {name: united(mine[name], theirs[name]) for name in UNITED}
    spellings = united([*mine["aliases"], whole_name(mine)], [*theirs["aliases"], whole_name(theirs)])
    found["aliases"] = [one for one in spellings if one and one != whole_name(found)]
    found["a_number_missing"] = "" if found["a_number"] else mine["a_number_missing"] or theirs["a_number_missing"]
    found["no_contact"] = mine["no_contact"] or theirs["no_contact"]
    found["reached_at"] = min((one for one in (mine["reached_at"], theirs["reached_at"]) if one), default=None)
    return found


def united(mine: Sequence[Any], theirs: Sequence[Any]) -> list[Any]:
    """Both lists, each thing once."""
    found = list[Any]()
    for one in (*mine, *theirs):
        if one not in found:
            found.append(one)
    return found


def whole_name(fields: Mapping[str, Any]) -> str:
    """The names in the order of the papers."""
    parts = (fields["given_names"], fields["first_surname"], fields["second_surname"])
    return " ".join(part for part in parts if part)


def apart(
    standing: Mapping[str, Any], wrote: Mapping[str, tuple[Any, Any]], others: Collection[str]
) -> tuple[dict[str, Any], list[str]]:
    """What a survivor's fields become when a merge is undone, and which ones others changed since, and so stay.

    `wrote` is what the merge made of what, field by field; of lists only what it added goes, but for `others`, the
    names of files that stay merged.
    """
    back, kept = dict[str, Any](), list[str]()
    for name, (was, now) in wrote.items():
        if name == "aliases" or name in UNITED:
            added = [one for one in now if one not in (was or []) and (name != "aliases" or one not in others)]
            dropped = [one for one in was or [] if one not in now and one not in standing[name]]
            back[name] = [*(one for one in standing[name] if one not in added), *dropped]
        elif standing[name] == now:
            back[name] = was
        else:
            kept.append(name)
    if back.get("a_number_missing") and back.get("a_number", standing["a_number"]):
        del back["a_number_missing"]  # a number has been found since
    return back, kept
