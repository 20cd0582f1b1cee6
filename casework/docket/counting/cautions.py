"""What must be said beside a date, whatever the date is."""

from collections.abc import Iterator, Mapping

from casework.docket.counting.facts import DETAINED_ONLY, DIFFERENT, INTERNAL_TARGET, Facts, Rule, Step

APPEALS = "U.S. court of appeals"
# Beginnings before this year stand for "long in force": our sources do not know them to the day.
EXACT_SINCE = 2025


def too_early(rule: Rule, facts: Facts) -> bool:
    """Whether the event was before the day on which the rule is known to have begun."""
    began = rule.effective_from
    return began is not None and began.year >= EXACT_SINCE and facts.on < began


def cautions(rule: Rule, facts: Facts, rules: Mapping[str, Rule]) -> tuple[Step, ...]:
    return (*_of_person(rule, facts), *_of_rule(rule, rules))


def _of_person(rule: Rule, facts: Facts) -> Iterator[Step]:
    if rule.needs_judge and facts.detained is not False and facts.set_date is None:
        yield Step("judge_sets", {"certain": facts.detained is True or rule.detained == DETAINED_ONLY})
    if rule.detained == DIFFERENT and facts.detained is not False:
        yield Step("detained_differs")
    if too_early(rule, facts) and rule.effective_from is not None:
        yield Step("before_effect", {"day": rule.effective_from.isoformat()})


def _of_rule(rule: Rule, rules: Mapping[str, Rule]) -> Iterator[Step]:
    if rule.is_contested:
        yield Step("contested", {"status": rule.status})
    beside = sorted(one.id for one in rules.values() if one.protective == rule.id)
    if beside:
        yield Step("never_alone", {"rules": beside})
    found = {
        "internal_target": rule.status == INTERNAL_TARGET,
        "state_holidays": rule.forum == APPEALS,
        "unsourced": not rule.sourced,
        "low_confidence": rule.confidence == "low",
    }
    yield from (Step(code) for code, stands in found.items() if stands)
