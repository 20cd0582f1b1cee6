"""Invented people in numbers, so that the demo's lists are as long as real ones: the same people each time.

Each is drawn by a generator of their own (`Random` of the key), from the tables in `fixtures/demo`, and described as
`fixtures/demo_cases.json` describes somebody. Days count back from the loading; nothing here reads a clock. Where they
are held is drawn in `custody.invented`.
"""

import csv
import json
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from django.conf import settings

FOLDER: Path = settings.BASE_DIR / "fixtures" / "demo"
Entry = dict[str, Any]

PEOPLE = {"NLA": 43, "SC": 16, "RRH": 15}
REGION = {"NLA": "los_angeles", "SC": "national", "RRH": "los_angeles"}
AREA_CODES = {"NLA": "213", "SC": "520", "RRH": "213"}
STAGES = {
    "NLA": {"active": 44, "closed": 18, "screening": 9, "offered": 8, "enquiry": 8, "closing": 5, "declined": 5,
            "referred": 3},
    "SC": {"active": 48, "closed": 20, "screening": 12, "offered": 6, "closing": 6, "declined": 8},
    "RRH": {"enquiry": 34, "screening": 30, "referred": 24, "declined": 12},
}  # fmt: skip
LEADS = {"NLA": {"attorney": 60, "second_admin": 40}, "SC": {"clinic": 1}}
HELPERS = {"NLA": {"paralegal": 60, "both": 40}, "RRH": {"both": 1}}
CALL_TAKERS = {"NLA": "volunteer", "SC": "clinic", "RRH": "hotline"}
AGES = {"enquiry": (0, 6), "screening": (2, 16), "offered": (5, 25), "active": (9, 120), "closing": (60, 160)}
ENDED_AGES = {"closed": (70, 420), "declined": (12, 60), "referred": (8, 50)}
MATTERS = {
    "bond": 34, "removal_defense": 26, "credible_fear": 9, "habeas": 8, "withholding_only": 6, "custody_review": 5,
    "stay": 4, "appeal": 5, "petition_for_review": 3,
}  # fmt: skip
SCOPES = {"all": 45, "bond_only": 25, "not_bond": 10, "one_step": 10, "federal": 5, "advice": 5}
FLAGS = {
    "parent_of_minor": 38, "medical_urgent": 8, "limited_literacy": 7, "torture_survivor": 6, "prior_order": 14,
    "mental_health": 5, "crime_victim": 4, "disability": 3, "lgbtq": 3, "trafficking": 2,
}  # fmt: skip
REASONS = {
    "declined": {"capacity": 40, "area": 20, "has_counsel": 20, "not_reached": 15, "merits": 5},
    "referred": {"area": 45, "capacity": 35, "specialty": 20},
}
# How somebody came out, or did not: released, relief, removed, closing code.
ENDS = {
    ("bond", "", "no", "Ib"): 34, ("recognizance", "", "no", "H"): 8, ("parole", "", "no", "H"): 7,
    ("supervision", "none", "ordered", "H"): 8, ("terminated", "termination", "no", "Ib"): 6,
    ("terminated", "asylum", "no", "Ib"): 6, ("habeas", "", "no", "Ib"): 5,
    ("left", "voluntary_departure", "no", "Ia"): 9,
    ("no", "none", "yes", "Ib"): 12, ("no", "", "", "A"): 5,
}  # fmt: skip
BONDS = [1500, 2500, 5000, 5000, 7500, 8000, 10000, 12500, 15000, 25000]
YEAR_OF_AGES = date(2026, 6, 30)  # birth dates are absolute, so that ages grow


@cache
def entries() -> tuple[Entry, ...]:
    """All of them, organization by organization."""
    numbered = [(organization, n) for organization, size in PEOPLE.items() for n in range(size)]
    return tuple(_Drawn(organization, n, at).entry() for at, (organization, n) in enumerate(numbered))


@cache
def _table(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def _words() -> dict[str, Any]:
    content: dict[str, Any] = json.loads((FOLDER / "words.json").read_text(encoding="utf-8"))
    return content


class _Drawn:
    """One of them: who they are, and how their case stands."""

    def __init__(self, organization: str, number: int, at: int) -> None:
        self.organization, self.number, self.at = organization, number, at
        self.key = f"{organization.lower()}-{number:02}"
        self.draw = Random(self.key)  # noqa: S311 (nothing secret)
        self.stage = self.of(STAGES[organization])
        self.gender = "f" if self.chance(15) else "m"
        region = REGION[organization]
        self.country = self.of({row["country"]: float(row[region]) for row in _table("countries.csv")})
        spoken = {row["language"]: row for row in _table("languages.csv") if row["country"] == self.country}
        self.language = spoken[self.of({code: float(row["share"]) for code, row in spoken.items()})]
        self.days = self.draw.randint(*(AGES | ENDED_AGES)[self.stage])
        self.opened = round(self.days + self.draw.random() / 3, 3)
        self.ended = self.draw.randint(3, min(self.days - 5, 90)) if self.stage in ENDED_AGES else 0
        self.names = self.name(self.gender)
        self.contacts = [self.contact() for _ in range(self.of({1: 50, 2: 35, 3: 15}))]
        self.ending = self.end() if self.stage == "closed" else {}

    def of(self, weights: Mapping[Any, float]) -> Any:
        """One of the keys, by weight."""
        return self.draw.choices(list(weights), list(weights.values()))[0]

    def chance(self, percent: float) -> bool:
        return self.draw.random() * 100 < percent

    def say(self, text: str) -> str:
        return text.format(first=self.names["given_names"], contact=self.contacts[0]["name"])

    @property
    def accepted(self) -> bool:
        return self.stage in ("active", "closing", "closed")

    # --- Who they are

    def name(self, gender: str) -> dict[str, str]:
        """Names in the order of the papers, as the country or the language has them."""
        culture = next(row["culture"] for row in _table("countries.csv") if row["country"] == self.country)
        maya = self.country == "GT" and self.language["relay"]
        given, family = (
            self.parts(culture, "given", gender),
            self.parts("guatemala_maya" if maya else culture, "family", gender),
        )
        first, second = self.draw.sample(family, 2)
        names = {"given_names": self.draw.choice(given), "first_surname": first}
        if culture == "latin_spanish" or (culture == "brazil" and self.chance(60)):
            names["second_surname"] = second
        if culture == "latin_spanish" and self.chance(45):
            names["given_names"] = " ".join(self.draw.sample(given, 2))
        if culture == "india_punjab" and first in ("Singh", "Kaur"):
            names["first_surname"] = "Singh" if gender == "m" else "Kaur"
        return names

    def parts(self, culture: str, part: str, gender: str) -> list[str]:
        rows = [row for row in _table("names.csv") if (row["culture"], row["part"]) == (culture, part)]
        return [name for row in rows if row["gender"] in (gender, "x") for name in row["names"].split("|")]

    def aliases(self) -> list[str]:
        """A second spelling, of one in six: without accents, in another order, without a surname, or with a hyphen."""
        given, *surnames = self.names.values()
        bare = "".join(
            one for one in unicodedata.normalize("NFD", " ".join([given, *surnames])) if not unicodedata.combining(one)
        )
        ways = [bare, " ".join([*surnames, given]), f"{given} {surnames[0]}", f"{given} {'-'.join(surnames)}"]
        full = " ".join(self.names.values())
        other = [way for way in ways[self.number // 6 % 4 :] + ways if way != full]
        return other[:1] if self.number % 6 == 0 else []

    def born(self) -> str:
        age = min(max(self.draw.gauss(38, 11), 18), 74)
        return (YEAR_OF_AGES - timedelta(days=int(age * 365.25) + self.draw.randrange(365))).isoformat()

    def facts(self) -> Entry:
        facts: Entry = {"country_of_birth": self.country, "nationalities": [self.country], "aliases": self.aliases()}
        if self.accepted or self.chance(60):
            facts["gender"] = "woman" if self.gender == "f" else "man"
        if self.language["relay"]:
            facts["language_town"] = self.draw.choice(self.language["towns"].split("|"))
            facts["other_languages"] = ["SP"] if self.chance(80) else []
        if self.chance(70):
            facts["reads_languages"] = ["SP" if self.language["relay"] else self.language["language"]]
        if self.chance(5):
            facts["alert"] = "Text first. Do not leave a message with anybody else."
        return facts

    def numbers(self) -> Entry:
        """The A-number, or why there is none; all begin with 900-0."""
        if self.accepted or self.chance(45):
            return {"a_number": f"{900_010_000 + 1000 * self.at + self.draw.randrange(1000)}"}
        return {"a_number_missing": self.of({"unknown": 70, "none": 10, "": 20})}

    def flags(self) -> list[str]:
        found = [flag for flag, percent in FLAGS.items() if self.chance(percent)] if self.stage != "enquiry" else []
        return [*found, "indigenous_language"] if self.language["relay"] else found

    def contact(self) -> Entry:
        never = "husband" if self.gender == "m" else "wife"
        kind, relationship, gender = self.draw.choice([one for one in _words()["contacts"] if one[1] != never])
        name = self.name(gender)
        number = f"+1{AREA_CODES[self.organization]}5550{self.draw.randrange(100, 200)}"
        safe = not self.chance(10)
        phone = {"number": number, "call": safe, "text": self.chance(75), "voicemail": safe and self.chance(40),
                 "note": "" if safe else "others hear the messages"}  # fmt: skip
        language = self.of({self.language["language"]: 60, "SP": 20, "ENG": 20})
        words = {"pass_phrase": self.draw.choice(["green bus", "two lemons", "old bridge", "tall maple"])}
        return {
            "kind": kind, "name": " ".join(name.values()), "relationship": relationship, "language": language,
            "phones": [phone], **(words if self.chance(30) else {}),
        }  # fmt: skip

    def consents(self) -> list[Entry]:
        if self.stage == "enquiry" or not self.chance(60):
            return []
        subjects = ["custody", *(one for one in ("hearings", "next_steps", "documents") if self.chance(40))]
        how = self.of({"signed": 50, "in_person": 20, "phone": 20, "letter": 10})
        days = self.draw.randint(1, max(self.days - 1, 1))
        return [{"to": self.contacts[0]["name"], "subjects": subjects, "how": how, "days": days,
                 "language": self.language["language"]}]  # fmt: skip

    # --- How the case stands

    def team(self) -> list[Entry]:
        lead, helper = LEADS.get(self.organization), HELPERS.get(self.organization)
        team = []
        if lead and (self.accepted or self.organization == "SC"):
            team.append({"who": self.of(lead), "role": "lead"})
        if helper and (self.stage in ("screening", "offered") or self.chance(55)):
            team.append({"who": self.of(helper), "role": "paralegal"})
        if self.organization == "RRH" or (self.stage == "enquiry" and self.organization == "NLA"):
            team.append({"who": CALL_TAKERS[self.organization], "role": "volunteer"})
        return team or [{"who": self.of(helper or {}), "role": "paralegal"}]

    def notes(self, team: list[Entry]) -> list[Entry]:
        taker = CALL_TAKERS[self.organization]
        notes = [
            {
                "by": taker,
                "days": self.days,
                "tier": 1,
                "kind": "call",
                "text": self.draw.choice(_words()["first_calls"]),
            }
        ]
        writers = [one["who"] for one in team if one["role"] != "volunteer"]
        if self.stage != "enquiry" and writers:
            for tier, kind, text in self.draw.sample(_words()["notes"], self.of({0: 20, 1: 40, 2: 30, 3: 10})):
                days = self.draw.randint(self.ended, self.days)
                notes.append({"by": self.draw.choice(writers), "days": days, "tier": tier, "kind": kind, "text": text})
        if self.ended and writers:
            text = _words()["ends"][self.ending.get("released", self.stage)]
            notes.append({"by": writers[0], "days": self.ended, "tier": 2, "kind": "memo", "text": text})
        return [note | {"text": self.say(note["text"])} for note in notes]

    def tasks(self, team: list[Entry]) -> list[Entry]:
        """Open ones, some overdue, and what was done before."""
        if self.ended or not self.chance(70):
            return []
        tasks = []
        for text in self.draw.sample(_words()["tasks"], self.of({1: 45, 2: 35, 3: 20})):
            task = {"text": self.say(text), "by": team[0]["who"], "made": self.draw.randint(0, min(self.days, 20))}
            task["due"] = None if self.chance(15) else self.draw.randint(-9, 16)
            task["who"] = "" if self.chance(15) else self.draw.choice(team)["who"]
            task["tier"] = 1 if any(one["role"] == "volunteer" for one in team) else 2
            if self.chance(25):
                task["done"] = self.draw.randint(0, task["made"])
            tasks.append(task)
        return tasks

    def outcome(self) -> Entry:
        """How it ended: closed with what came of it, declined or referred with a reason."""
        if self.stage in REASONS:
            return {"stage_reason": self.of(REASONS[self.stage]), "since": self.ended}
        if self.stage != "closed":
            return {"since": self.draw.randint(0, self.days)}
        return {"closing": self.ending, "since": self.ended}

    def end(self) -> Entry:
        """What came of a closed case."""
        released, relief, removed, code = self.of(ENDS)
        found = {"code": code, "released": released, "relief": relief, "removed": removed, "days": self.ended}
        return found | ({"bond_amount": self.draw.choice(BONDS)} if released == "bond" else {})

    def matters(self) -> list[str]:
        if self.stage in ("enquiry", "declined", "referred") or self.organization == "RRH":
            return ["advice"] if self.chance(20) else []
        first = self.of(MATTERS)
        return sorted({first, self.of(MATTERS)}) if self.chance(45) else [first]

    def shares(self, team: list[Entry]) -> list[Entry]:
        to = {"NLA": "SC", "SC": "NLA", "RRH": "NLA"}[self.organization]
        by = next((one["who"] for one in team if one["role"] in ("lead", "paralegal")), None)
        if self.ended or self.stage == "enquiry" or by is None or not self.chance(22):
            return []
        level = self.of({"view": 70, "change": 30})
        since = self.draw.randint(0, min(self.days, 25))
        return [{"to": to, "level": level, "by": by, "since": since, "days": self.draw.randint(2, 60)}]

    def appearances(self, scope: str, team: list[Entry]) -> list[Entry]:
        """The lead's, before ICE and the court."""
        lead = next(one["who"] for one in team if one["role"] == "lead")
        days = self.draw.randint(self.ended, self.days)
        filed = [{"form": "g28", "who": lead, "days": days}] if self.chance(75) else []
        court = {"form": "eoir28", "scope": scope, "who": lead, "days": days}
        return [*filed, court] if scope in ("all", "bond_only", "not_bond") and self.chance(65) else filed

    def entry(self) -> Entry:
        """All of it, in the shape of the file's entries."""
        team = self.team()
        entry = {
            "key": self.key, "organization": self.organization, "opened": self.opened, "stage": self.stage,
            "language": self.language["language"] if self.stage != "enquiry" or self.chance(60) else "",
            "names": self.names, "facts": self.facts() | self.numbers(), "matters": self.matters(), "team": team,
            "notes": self.notes(team), "tasks": self.tasks(team), "flags": self.flags(), "contacts": self.contacts,
            "consents": self.consents(), "shares": self.shares(team), "priority": self.of({0: 78, 1: 16, 2: 6}),
            **self.outcome(),
        }  # fmt: skip
        if self.stage != "enquiry" or self.chance(50):
            entry["born"] = self.born()
        if self.accepted:
            entry["scope"] = self.of(SCOPES)
            entry["reached"] = self.draw.randint(self.ended, self.days)
            entry["appearances"] = self.appearances(entry["scope"], team)
        return entry
