"""`compute`: from a rule and facts to dates that explain themselves."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product

from casework.docket.counting import spans
from casework.docket.counting.answers import Answered, answered, unanswered
from casework.docket.counting.calendar import DAY, Calendar
from casework.docket.counting.cautions import cautions, too_early
from casework.docket.counting.facts import (
    ASK,
    AT_EVENT,
    BUSINESS_DAYS,
    DAY_BEFORE_ANNIVERSARY,
    DETAINED_ONLY,
    NO_DEADLINE,
    NOT_DETAINED,
    PREVIOUS_BUSINESS_DAY,
    ROLL_NONE,
    ROLL_SET,
    SET_BY_NOTICE,
    YEARS,
    Facts,
    Moment,
    Need,
    Reading,
    Result,
    Rule,
    State,
    Step,
    day_of,
)
from casework.docket.counting.spans import ClockStands, Counted


@dataclass(frozen=True)
class _Case:
    """All that one computation looks at."""

    rule: Rule
    facts: Facts
    calendar: Calendar
    rules: Mapping[str, Rule]
    answers: Answered


def compute(rule: Rule, facts: Facts, calendar: Calendar, rules: Mapping[str, Rule] | None = None) -> Result:
    """What the rule makes of the facts. `rules` are the rules by their ids, for protective dates by another one.

    Raises OverflowError for dates beyond the calendar.
    """
    case = _Case(rule, facts, calendar, rules or {}, answered(rule, facts.answers))
    base = Result(
        rule, State.NONE, questions=unanswered(rule, facts), warnings=cautions(rule, facts, case.rules)
    )  # fmt: skip
    if (stopped := _not_counted(case)) is not None:
        return replace(base, state=stopped[0], steps=(stopped[1],))
    if facts.set_date is not None and _may_be_set(case):
        return _with_date(base, case, _as_set(case))
    if needs := _needs(case):
        return replace(base, state=State.ASK, needs=needs)
    try:
        counted = _count(case)
        return replace(_with_date(base, case, counted), readings=tuple(_readings(case, counted)))
    except ClockStands as stands:
        said = Step("clock_stands", {"day": str(stands)})
        return replace(base, state=State.ASK, needs=(Need.CLOCK_RUNS,), warnings=(*base.warnings, said))


def _not_counted(case: _Case) -> tuple[State, Step] | None:
    """Why nothing is counted: the rule is not for this person, was not in force that day, or has no deadline."""
    rule, facts = case.rule, case.facts
    if rule.detained == DETAINED_ONLY and facts.detained is False:
        return State.OUT, Step("detained_only")
    if rule.detained == NOT_DETAINED and facts.detained and not rule.needs_judge:
        return State.OUT, Step("not_detained_only")
    if (step := _out_of_force(case)) is not None:
        return State.NOT_IN_EFFECT, step
    if case.answers.out is not None:
        return State.OUT, Step("answered_out", {"question": case.answers.out.code})
    if rule.direction == NO_DEADLINE:
        return State.NONE, Step("no_deadline")
    return None


def _out_of_force(case: _Case) -> Step | None:
    """Rules that count years reach back: they count for what began before they did, with a warning."""
    rule, facts = case.rule, case.facts
    if rule.effective_to is not None and facts.on > rule.effective_to:
        return Step("ended", {"day": rule.effective_to.isoformat()})
    if rule.effective_from is not None and too_early(rule, facts) and rule.unit != YEARS:
        return Step("began", {"day": rule.effective_from.isoformat()})
    return None


def _may_be_set(case: _Case) -> bool:
    """Whether the date on a judge's order or a notice counts in the place of the rule's own."""
    asks = any(ASK in (one.yes, one.no) for one in case.rule.questions)
    return case.rule.direction == SET_BY_NOTICE or asks or (case.rule.needs_judge and case.facts.detained is True)


def _needs(case: _Case) -> tuple[Need, ...]:
    rule, facts = case.rule, case.facts
    of_judge = rule.needs_judge and rule.detained == NOT_DETAINED and facts.detained is True
    if rule.direction == SET_BY_NOTICE or case.answers.ask is not None or of_judge:
        return (Need.SET_DATE,)
    if rule.needs_time and (facts.moment is None or facts.zone is None):
        return (Need.TIME,)
    return ()


def _count(case: _Case) -> Counted:
    if case.rule.direction == AT_EVENT:
        return Counted(case.facts.on, case.facts.on, None, (Step("at_event", {"day": case.facts.on.isoformat()}),))
    counted = spans.count(case.rule, case.facts, case.calendar, length=case.answers.length)
    first, *rest = counted.steps
    return replace(counted, steps=(first, *_not_the_event(case.facts), *case.answers.steps, *rest))


def _as_set(case: _Case) -> Counted:
    """The date on the paper. A court's on a closed day is read as the next business day."""
    day = case.facts.set_date
    assert day is not None  # noqa: S101 (asked only where there is one)
    of_court = case.rule.roll == ROLL_SET or case.rule.category == "court_filing"
    due, closed, rolled = spans.roll(day, ROLL_SET if of_court else ROLL_NONE, case.calendar)
    return Counted(due, day, closed, (Step("set_date", {"day": day.isoformat()}), *rolled))


def _not_the_event(facts: Facts) -> list[Step]:
    """Days that do not start the count again, where somebody gave them."""
    found = []
    if facts.later_memo is not None:
        found.append(Step("memo_ignored", {"day": facts.later_memo.isoformat()}))
    if facts.received is not None and facts.received != facts.on:
        found.append(Step("receipt_ignored", {"day": facts.received.isoformat()}))
    return found


def _readings(case: _Case, base: Counted) -> Iterator[Reading]:
    """The dates by other answers to open questions that change the length, those first that assume least."""
    known = case.facts.answers
    open_ = [one for one in case.rule.questions if one.code not in known and one.counts_otherwise]
    seen = {base.due}
    for tried in sorted(product((False, True), repeat=len(open_)), key=sum):
        assumed = {one.code: answer for one, answer in zip(open_, tried, strict=True)}
        counted = _count(replace(case, answers=answered(case.rule, {**known, **assumed})))
        if counted.due not in seen:
            seen.add(counted.due)
            yield Reading(counted.due, counted.unrolled, {code: one for code, one in assumed.items() if one})


def _with_date(base: Result, case: _Case, counted: Counted) -> Result:
    rule = case.rule
    safe = _protective(case, counted)
    warnings = base.warnings
    looked_up = rule.roll != ROLL_NONE or rule.unit == BUSINESS_DAYS or bool(rule.protective)
    if looked_up and not case.calendar.knows(day_of(counted.due), case.facts.on):
        first, last = case.calendar.years
        warnings = (*warnings, Step("beyond_calendar", {"first": first, "last": last}))
    return replace(
        base, state=State.DATE, edge=rule.keeps_to, due=counted.due, unrolled=counted.unrolled,
        protective=safe[0] if safe else None, rolled_because=counted.closed,
        steps=(*counted.steps, safe[1]) if safe else counted.steps, warnings=warnings,
    )  # fmt: skip


def _protective(case: _Case, counted: Counted) -> tuple[Moment, Step] | None:
    """The safe date beside the date, and how it was found; None where there is none, or none is needed."""
    how, unrolled = case.rule.protective, day_of(counted.unrolled)
    if not how or case.answers.alone:
        return None
    if how == PREVIOUS_BUSINESS_DAY:
        day = case.calendar.previous_open(unrolled)
        return (day, Step("safe_before", {"day": day.isoformat()})) if day != unrolled else None
    if how == DAY_BEFORE_ANNIVERSARY:
        day = case.calendar.previous_open(unrolled - DAY)
        return day, Step("safe_anniversary", {"day": day.isoformat()})
    return _by_other_rule(case)


def _by_other_rule(case: _Case) -> tuple[Moment, Step] | None:
    other = case.rules.get(case.rule.protective)
    found = compute(other, case.facts, case.calendar, case.rules) if other and case.facts.set_date is None else None
    if found is None or found.due is None:
        return None
    rule = found.rule
    values = {"rule": rule.id, "at": found.due.isoformat(), "length": rule.length, "unit": rule.unit}
    return found.due, Step("safe_by_rule", values)
