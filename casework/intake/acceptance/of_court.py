"""What the answers say about court: proceedings, charges, hearings, bond. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from casework.docket import rules
from casework.intake.acceptance.held import Held, Stands
from casework.intake.acceptance.of_custody import moment
from casework.intake.acceptance.plan import Cell, Fate, Row, impossible, kept, scalar
from casework.intake.acceptance.saying import Part, Said
from casework.intake.questions.definition import Question
from casework.look import clocks

REMOVAL, NOT_KNOWN, BOND = "removal", "not_known", "bond"
RESULTS = {"judge_set": "set", "judge_denied": "denied", "no_power": "no_jurisdiction"}  # of `bond_state`
SET = "set"
Parted = Mapping[str, Part]


def of_columns(parts: Sequence[Part]) -> dict[str, Part]:
    return {part.column: part for part in parts}


# --- Proceedings and charges


def proceeding(said: Said, held: Held) -> Row | None:
    """The removal proceeding: the one that is open, or one that is opened because something is known of it."""
    here = of_columns(said.to("proceeding").get("proceeding", []))
    if not here and not said.to("charge"):
        return None
    standing = next((one for one in held.proceedings if one.values["kind"] == REMOVAL), None)
    cells = []
    for column, part in here.items():
        if column == "court" and held.court and held.court != part.value:
            cells.append(impossible(column, "court_on_file", part.value, part.path))
        elif column == "nta_served_on" and part.value > held.today.isoformat():
            cells.append(impossible(column, "ahead", part.value, part.path))
        else:
            cells.append(scalar(column, standing.values[column] if standing else None, part.value, part.path))
    return Row("proceeding", "proceeding", tuple(cells), standing.id if standing else "", given={"kind": REMOVAL})


def charges(said: Said, held: Held) -> list[Row]:
    """The charges of the Notice to Appear."""
    found = []
    for key, parts in said.to("charge").items():
        part = parts[0]
        twice = any(part.value == other[0].value for before, other in said.to("charge").items() if before < key)
        fate = Fate.SAME if part.value in held.charges or twice else Fate.NEW
        found.append(Row(key, "charge", (Cell("code", fate, None, part.value, (part.path,)),)))
    return found


# --- Hearings


def hearings(said: Said, held: Held) -> list[Row]:
    """The next hearing and the bond hearing, on the clock of the court."""
    court = _court(said, held)
    return [_hearing(key, of_columns(parts), said.row(key), court, held) for key, parts in said.to("hearing").items()]


def _court(said: Said, held: Held) -> str:
    """The court on file, else the one that was named, else that of the proceeding that is open."""
    named = said.value("court") or ""
    open_ones = [one.values["court"] for one in held.proceedings if one.values["court"]]
    return str(held.court or named or next(iter(open_ones), ""))


def _hearing(key: str, here: Parted, fixed: Mapping[str, str], court: str, held: Held) -> Row:
    if "at" not in here:
        return Row(key, "hearing", tuple(kept(name, "no_day", one.value, one.path) for name, one in here.items()))
    kind = here["kind"].value if "kind" in here else fixed.get("kind", NOT_KNOWN)
    why = _why_no_hearing(here["at"].value, kind, court, held)
    if why:
        first = impossible("at", why, here["at"].value, here["at"].path)
        rest = [kept(name, "with_hearing", one.value, one.path) for name, one in here.items() if name != "at"]
        return Row(key, "hearing", (first, *rest), about=kind)
    at = here["at"].value
    standing = _on_file(kind, at, held)
    cells = [
        scalar(name, standing.values[name] if standing else None, one.value, one.path)
        for name, one in here.items()
        if name != "kind" or standing is None or standing.values["kind"] != NOT_KNOWN
    ]
    if standing and "kind" in here and standing.values["kind"] == NOT_KNOWN:
        fate = Fate.SAME if kind == NOT_KNOWN else Fate.NEW
        cells.append(Cell("kind", fate, None, kind, (here["kind"].path,)))
    return Row(
        key, "hearing", tuple(cells), standing.id if standing else "", about=kind, given={"kind": kind, "court": court}
    )


def _on_file(kind: str, at: str, held: Held) -> Stands | None:
    """The hearing that is meant: one at that time, else the only one of its kind that is scheduled."""
    exact = [one for one in held.hearings if one.values["at"] == at and one.values["kind"] in (kind, NOT_KNOWN)]
    alike = [one for one in held.hearings if one.values["kind"] == kind != NOT_KNOWN]
    return exact[0] if exact else alike[0] if len(alike) == 1 else None


def _why_no_hearing(stored: str, kind: str, court: str, held: Held) -> str:
    day, at = moment(stored)
    if at is None:
        return "no_time"
    if kind == rules.FEDERAL:
        return "no_forum"
    if court not in held.zones:
        return "no_court"
    try:
        clocks.instant(day, at, ZoneInfo(held.zones[court]))
    except clocks.NoSuchTime:
        return "skipped"
    except clocks.ShownTwice:
        return "twice"
    return ""


# --- Bond


def bond(said: Said, held: Held) -> Row | None:
    """What is known of bond: under what provision DHS holds the person, ICE's own amount, what a judge decided."""
    here = of_columns(said.to("bond").get("bond", []))
    if not here:
        return None
    standing = held.bond
    found = [_bond_cell(name, part, here, standing, held) for name, part in here.items()]
    nothing = not standing and all(cell.fate == Fate.KEPT for cell in found)
    return Row("bond", "bond", tuple(found), standing.id if standing and not nothing else "")


def _bond_cell(column: str, part: Part, here: Parted, standing: Stands | None, held: Held) -> Cell:
    result = RESULTS.get(here["result"].value, "") if "result" in here else ""
    decided = result and "decided_on" in here
    new = _bond_value(column, part.question, part.value)
    why = ""
    if column == "result":
        why = "" if decided else "no_decision" if not result else "no_day"
    elif column in ("decided_on", "amount") or (column == "conditions" and result):
        why = "" if decided else "no_decision"
    elif column in ("posted_on", "posted_by"):
        why = _why_not_posted(here)
    elif column == "conditions":
        why = "no_decision"
    if column in ("amount", "ice_amount") and new is None:
        why = "cents"
    if why:
        return kept(column, why, part.value, part.path)
    if column in ("decided_on", "posted_on") and str(new) > held.today.isoformat():
        return impossible(column, "ahead", part.value, part.path)
    return scalar(column, standing.values[column] if standing else None, new, part.path)


def _why_not_posted(here: Parted) -> str:
    """A bond is posted on a day, by somebody, where one was set."""
    was_set = "ice_amount" in here or ("amount" in here and "decided_on" in here)
    if "posted_on" not in here:
        return "no_day"
    return "" if was_set else "no_decision"


def _bond_value(column: str, question: Question, value: Any) -> Any:
    """As the docket has it: whole dollars, what a judge determined, conditions in words."""
    if column in ("amount", "ice_amount"):
        dollars, _dot, cents = value.partition(".")
        return int(dollars) if not cents.strip("0") else None
    if column == "result":
        return RESULTS.get(value, value)
    if column == "conditions":
        return ", ".join(str(question.choice(one).label) for one in value)
    return value
