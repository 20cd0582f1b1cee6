"""Where the demo's invented people are held: drawn anew alike each time, from the facilities of the directory's files.

Each stay is described as `fixtures/demo_custody.json` describes one. A facility is as likely as many people are held
there (`adp_fy26`); about one in three people have been in two or more.
"""

import csv
from collections.abc import Mapping
from functools import cache
from random import Random
from typing import Any

from django.conf import settings

from casework.cases import invented

Entry = dict[str, Any]
FACILITIES = settings.BASE_DIR / "fixtures" / "directory" / "facilities.csv"

FIRST = {"NLA": frozenset({"CA"}), "SC": frozenset({"AZ"}), "RRH": frozenset({"CA"})}
LATER = frozenset({"AZ", "TX", "LA", "NV", "NM"})
HOLD_ROOMS = {"NLA": ["LOSHOLD", "LOSHOLD", "SBDHOLD", "SAAHOLD"], "SC": ["PHOHOLD", "TUCHOLD"], "RRH": ["LOSHOLD"]}
HELD = {"enquiry": 55, "declined": 60, "referred": 70, "screening": 85}  # percent whose place was ever known; else all
SOURCES = {"locator": 45, "phone": 15, "family": 15, "visit": 15, "self": 10}
UNSETTLED = {"hospital": 4, "in_transit": 5, "not_located": 6, "": 85}
LOOKED = {"enquiry": 3.5, "screening": 4.5, "offered": 5.0, "active": 11.0, "closing": 20.0}  # days ago at most
REASONS = {
    "bond": "bond", "parole": "parole", "recognizance": "recognizance", "supervision": "supervision",
    "terminated": "recognizance", "habeas": "recognizance", "left": "voluntary_departure",
}  # fmt: skip
RECENT = 8  # days in which what a move opened is still to be done


@cache
def entries() -> tuple[Entry, ...]:
    """The stays of those who were ever held as far as anybody knows."""
    drawn = [_Drawn(case) for case in invented.entries()]
    return tuple(one.entry() for one in drawn if one.held)


@cache
def _in_use() -> list[dict[str, str]]:
    with FACILITIES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [row for row in rows if row["status"] == "active" and row["adp_fy26"] and row["type"] != "FAMILY"]


class _Drawn:
    """The stay of one of them; instants are days before the loading."""

    def __init__(self, case: Entry) -> None:
        self.case, self.organization, self.stage = case, case["organization"], case["stage"]
        self.draw = Random(f"{case['key']}/custody")  # noqa: S311 (nothing secret)
        self.held = self.chance(HELD.get(self.stage, 100))
        self.began = case["opened"] + self.draw.uniform(0.2, 3)
        self.released = self.release()
        self.ended = self.released["ago"] if self.released else 0.0

    def chance(self, percent: float) -> bool:
        return self.draw.random() * 100 < percent

    def of(self, weights: Mapping[Any, float]) -> Any:
        return self.draw.choices(list(weights), list(weights.values()))[0]

    def release(self) -> Entry | None:
        closing = self.case.get("closing", {})
        reason = "removed" if closing.get("removed") == "yes" else REASONS.get(closing.get("released", ""), "")
        ago = round(self.draw.uniform(closing.get("days", 0), min(closing.get("days", 0) + 6, self.began)), 2)
        return {"ago": ago, "reason": reason} if reason else None

    def facility(self, states: frozenset[str], but: str = "") -> str:
        """Somewhere else than `but`, where women are held unless it is known that this is a man."""
        man = self.case["facts"].get("gender") == "man"
        pool = [row for row in _in_use() if row["state"] in states and row["facility_key"] != but]
        fit = [row for row in pool if row["gender"] in ("both", "male" if man else "female")]
        return str(self.of({row["facility_key"]: float(row["adp_fy26"]) for row in fit}))

    def stints(self) -> list[Entry]:
        """A hold room first for some; then facilities; some are nowhere for sure at last."""
        span = self.began - self.ended
        steps: list[Entry] = []
        if self.stage == "enquiry" and self.chance(70):
            return [self.stint(self.of({"hold_room": 60, "not_located": 40}), self.began)]
        if span > 3 and self.chance(45):
            steps.append(self.stint("hold_room", self.began))
        at = self.began - (self.draw.uniform(0.3, 1.4) if steps else 0)
        steps.append(self.stint("facility", at, self.facility(FIRST[self.organization])))
        while span > 6 and len(steps) < 5 and self.chance(40):
            at = self.draw.uniform(self.ended + 0.5, at - 0.5) if at - self.ended > 2 else 0
            if not at:
                break
            if self.chance(30):
                steps.append(self.stint("in_transit", at + 0.4))
            steps.append(self.stint("facility", at, self.facility(LATER, steps[-1].get("facility", ""))))
        last = self.of(UNSETTLED)
        if last and not self.released and at > 2:
            steps.append(self.stint(last, self.draw.uniform(0.5, min(at - 0.5, 4))))
        return steps

    def stint(self, kind: str, ago: float, facility: str = "") -> Entry:
        """A place in a stay. A hospital is told in words: nobody says which."""
        where: Entry = {"facility": facility} if facility else {}
        if kind == "hold_room":
            where = {"facility": self.draw.choice(HOLD_ROOMS[self.organization])}
        if kind == "hospital":
            where = {"place": "A hospital nearby, under guard"}
        source = self.of(SOURCES) if facility else self.of({"family": 60, "phone": 40})
        return {"ago": round(ago, 2), "kind": kind, "source": source, **where}

    def looked_up(self, last: Entry) -> Entry:
        """When the place was last known, and the look-ups until then."""
        if self.released:
            return {"confirmed": self.released["ago"]}
        ago = round(min(self.draw.uniform(0.1, LOOKED.get(self.stage, 30.0)), last["ago"]), 2)
        if last["kind"] == "not_located":
            checks = [{"ago": ago + 0.5 * step, "outcome": "not_found"} for step in range(self.draw.randint(1, 3))]
        else:
            checks = [{"ago": ago + 6.5 * step, "outcome": "same"} for step in range(self.draw.randint(0, 3))]
        return {"confirmed": ago, "checks": [one for one in reversed(checks) if one["ago"] <= last["ago"]]}

    def entry(self) -> Entry:
        """All of it, in the shape of the file's entries."""
        stints, team = self.stints(), self.case["team"]
        entry: Entry = {"case": self.case["key"], "by": team[-1]["who"], "stints": stints, **self.looked_up(stints[-1])}
        if self.released:
            entry["released"] = self.released
        if "scope" in self.case and self.began > 5 and self.chance(85):
            filed = int(self.draw.uniform(max(self.began - 9, self.ended + 1), self.began - 1))
            entry["court"] = ["nearest", filed, "Notice to appear filed with the court"]
        if len(stints) > 1 and stints[-1]["ago"] < RECENT and "scope" in self.case and not self.released:
            entry["tasks"] = self.tasks(stints[-1])
        return entry

    def tasks(self, last: Entry) -> list[Entry]:
        """What the last move opened, and nobody has done yet."""
        who = self.case["team"][-1]["who"]
        days = {"custody.confirm_place": 1, "custody.visiting": 2, "custody.address": 5}
        rules = (
            days if last["kind"] == "facility" else {"custody.not_located": 0} if last["kind"] == "not_located" else {}
        )
        return [
            {"rule": rule, "who": who, "due": due - int(last["ago"])} for rule, due in rules.items() if self.chance(70)
        ]
