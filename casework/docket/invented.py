"""Dockets of the demo's invented people: drawn anew alike each time, one to three hearings for each accepted case.

Each is described as `fixtures/demo_docket.json` describes one.
"""

from collections.abc import Mapping
from functools import cache
from random import Random
from typing import Any

from casework.cases import invented
from casework.cases.demo import AWKWARD, fixture

Entry = dict[str, Any]
JUDGES = ("Hollis Vega", "Ruth Castellane", "Ines Abara", "Wendell Oyelaran", "Greta Sandoval", "Paul Achterberg")
CLOCKS = ("08:30", "09:00", "10:30", "13:00", "14:30")
MEDIA = {"V": 60, "P": 30, "T": 10}
REASONS = {"01": 40, "02": 20, "09": 12, "18": 10, "13": 10, "46": 8}
AHEAD = {0: 4, 1: 6, 2: 8, 4: 10, 6: 12, 9: 14, 14: 16, 22: 18, 35: 12}  # workdays from today, with their weights
RESULTS = {"set": 45, "denied": 35, "no_jurisdiction": 20}
KINDS = {
    "bond": "bond", "removal_defense": "removal", "credible_fear": "credible_fear",
    "withholding_only": "withholding_only", "custody_review": "continued_detention",
}  # fmt: skip
HEARINGS = {
    "bond": ("bond",), "credible_fear": ("credible_fear",), "continued_detention": ("custody_review",),
    "removal": ("master", "individual"), "withholding_only": ("master", "individual"),
}  # fmt: skip


@cache
def entries() -> tuple[Entry, ...]:
    """The dockets of those whose case was accepted and is about something that a judge hears."""
    cases = [*fixture(AWKWARD)["cases"], *invented.entries()]
    drawn = [_Drawn(case) for case in cases if case["stage"] in ("active", "closing") and case["team"]]
    return tuple(one.entry() for one in drawn if one.kinds)


class _Drawn:
    """The docket of one of them."""

    def __init__(self, case: Entry) -> None:
        self.case, self.draw = case, Random(f"{case['key']}/docket")  # noqa: S311 (nothing secret)
        self.kinds = [KINDS[one] for one in case["matters"] if one in KINDS][:2]
        lead = [one["who"] for one in case["team"] if one["role"] in ("lead", "co_counsel")]
        self.who, self.judge = (lead or [""])[0], self.draw.choice(JUDGES)

    def of(self, weights: Mapping[Any, float]) -> Any:
        return self.draw.choices(list(weights), list(weights.values()))[0]

    def entry(self) -> Entry:
        """All of it, in the shape of the file's entries."""
        by = next(one["who"] for one in self.case["team"])
        return {"case": self.case["key"], "by": by, "proceedings": [self.proceeding(kind) for kind in self.kinds]}

    def proceeding(self, kind: str) -> Entry:
        found: Entry = {"kind": kind, "judge": self.judge, "hearings": self.hearings(kind)}
        if kind == "removal":
            found["nta"] = int(self.case["opened"])
        if kind == "bond":
            found["bond"] = self.bond(found["hearings"])
        return found

    def hearings(self, kind: str) -> list[Entry]:
        """Some before, adjourned or held, each followed by the next; the last one is ahead as a rule."""
        first, *later = HEARINGS[kind]
        opened = int(self.case["opened"] * 5 / 7)
        gone = min(self.of({0: 45, 1: 40, 2: 15}), opened // 6)
        days = sorted(-self.draw.randint(3, max(4, opened - 2)) for _ in range(gone))
        rows = [self.past(first, day) for day in days]
        if kind == "bond" and rows and self.draw.random() < 0.5:
            rows[-1] |= {"state": "held", "outcome": "decided", "goes_on": False}
            rows[-1].pop("reason", None)
            return rows
        then = later[0] if later and rows and self.draw.random() < 0.5 else first
        last: Entry = {"kind": then, "day": self.of(AHEAD), "clock": self.draw.choice(CLOCKS), "medium": self.of(MEDIA)}
        if self.who and self.draw.random() < 0.88:
            last["who"] = self.who
        if rows and self.draw.random() < 0.25:
            return rows  # goes on, and nobody knows yet when
        return [*rows, last]

    def past(self, kind: str, day: int) -> Entry:
        row: Entry = {"kind": kind, "day": day, "clock": self.draw.choice(CLOCKS), "medium": self.of(MEDIA)}
        if self.draw.random() < 0.35 and kind != "bond":
            return row | {"state": "held", "outcome": "continued", "goes_on": True}
        return row | {"state": "adjourned", "reason": self.of(REASONS), "goes_on": True}

    def bond(self, hearings: list[Entry]) -> Entry:
        found: Entry = {"theory": self.of({"236a": 60, "235b2": 30, "236c": 10}), "requested": self.draw.randint(2, 20)}
        if self.draw.random() < 0.4:
            found["ice"] = self.draw.choice((5000, 7500, 10000, 15000))
        decided = [-one["day"] for one in hearings if one.get("outcome") == "decided"]
        if decided:
            result = self.of(RESULTS)
            found |= {"result": result, "decided": decided[-1], "requested": decided[-1] + 9, "theirs": "reserved"}
            if result == "set":
                found["amount"] = self.draw.choice((3500, 5000, 7500, 10000, 12500))
        return found
