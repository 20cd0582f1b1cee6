"""The addresses of deadlines: those of a case, each with one that waits to be confirmed, and the rules behind them."""

from django.urls import reverse

from casework.access.doors import window
from casework.docket.models import RuleSignOff
from tests.matrix.cells import NO, NOT_THERE, OK, Address, Answer, Expect, always, led, page, posted
from tests.matrix.expectations import may, sight
from tests.matrix.forms import Data
from tests.matrix.of_cases import about_case, header_shown, of_case
from tests.matrix.of_docket import SEEN, of_row, recorded, written
from tests.matrix.of_organization import TEAMS
from tests.matrix.world import CASES, GIVER, Principal, World, canary

RULE, NO_RULE = "bia_appeal_30", "no_rule"
EVENT = {"event": "ij_decision", "on": "2026-10-15", "zone": "America/Los_Angeles", "detained": "yes"}


def addresses() -> list[Address]:
    """Of a case, and of the rules."""
    return [
        recorded("add_deadline", "deadline.added", data=added),
        recorded("order_deadline", "deadline.ordered", data=ordered),
        about_case("deadline", page(of_case("case.viewed", whole)), kwargs=of_row("deadline")),
        recorded("change_deadline", "deadline.changed", "deadline", data=moved),
        recorded("override_deadline", "deadline.overridden", "deadline", data=overridden),
        recorded("drop_deadline", "deadline.dropped", "deadline", data=lambda *_: {"reason": "Waived"} | SEEN),
        ended("confirm_deadline", "deadline.confirmed", {"keep_on": "2026-11-16"}),
        ended("finish_deadline", "deadline.done", {}),
        Address("what_if", page(readers(OK))),
        Address("deadline_rules", page(readers(OK))),
        Address("deadline_rule", page(rule), (RULE, NO_RULE), lambda _, one: {"rule": one}),
        Address(
            "sign_rule",
            posted_at_rule(signer(Answer(302, to=rule_page(), verbs=("rule.signed_off",), changes=True))),
            kwargs=lambda *_: {"rule": RULE},
            data=lambda *_: {"version": f"{RULE}|1"},
        ),
        Address(
            "unsign_rule",
            posted_at_rule(signer(Answer(302, to=rule_page(), verbs=("rule.review_withdrawn",), changes=True))),
            kwargs=lambda *_: {"rule": RULE},
            data=lambda *_: {"version": f"{RULE}|1"},
            prepare=signed_off,
        ),
        Address(
            "closed_days",
            page(days_shown) | {"POST": entering(led("closed_days", "closed_day.entered"))},
            data=lambda *_: {"court": "adelanto", "day": "2026-12-01", "why": "Closed", "known_from": "A notice"},
        ),
        Address(
            "withdraw_closed_day",
            posted("closed_days", withdrawn),
            TEAMS,
            lambda world, home: {"pk": world.closed_days[home].pk},
        ),
    ]  # fmt: skip


def whole(principal: Principal, case: str) -> Answer:
    """A deadline stands on the second tier, and so does the paper that it names."""
    seen = sight(principal, case)
    if seen.tier < 2:
        return NOT_THERE
    shown = header_shown(principal, case).shows | {canary(CASES[case][0], case, "paper")}
    return Answer(200, verbs=("case.viewed",), shows=frozenset(shown))


def ended(name: str, verb: str, typed: Data) -> Address:
    """A button; whoever comes without it is led to the deadline."""
    led_back = of_case(verb, always(Answer(302, to=reverse("caseload"), verbs=("case.viewed",))))
    answers = page(led_back) | {"POST": of_case(verb, written(verb))}
    return about_case(name, answers, kwargs=of_row("deadline"), data=lambda *_: typed | SEEN)


def added(world: World, principal: Principal, case: str) -> Data:
    return EVENT | {"step": "save", "rule": f"{RULE}|1"}


def moved(world: World, principal: Principal, case: str) -> Data:
    return EVENT | {"on": "2026-10-20", "step": "save"} | SEEN


def ordered(world: World, principal: Principal, case: str) -> Data:
    return {"title": "Evidence", "day": "2026-12-04", "zone": "America/Los_Angeles", "paper": "Order of November 20"}


def overridden(world: World, principal: Principal, case: str) -> Data:
    return {"day": "2026-11-10", "reason": "The clerk closes early"} | SEEN


def readers(answer: Answer) -> Expect:
    return lambda principal, _: answer if may(principal, "rules.viewed") else NO


def days_shown(principal: Principal, relation: str) -> Answer:
    shows = frozenset({canary(principal.organization, "place", "closed")})
    return Answer(200, shows=shows) if may(principal, "rules.viewed") else NO


def signer(answer: Answer) -> Expect:
    return lambda principal, _: answer if may(principal, "rule.signed_off") else NO


def entering(answer: Answer) -> Expect:
    return lambda principal, _: answer if may(principal, "closed_day.entered") else NO


def rule(principal: Principal, relation: str) -> Answer:
    if not may(principal, "rules.viewed"):
        return NO
    return NOT_THERE if relation == NO_RULE else OK


def rule_page() -> str:
    return reverse("deadline_rule", args=[RULE])


def posted_at_rule(expect: Expect) -> dict[str, Expect]:
    return page(always(Answer(302, to=rule_page()))) | {"POST": expect}


def withdrawn(principal: Principal, home: str) -> Answer:
    """What another organization entered is not there."""
    if not may(principal, "closed_day.withdrawn"):
        return NO
    verbs = ("closedday.viewed", "closed_day.withdrawn")
    done = Answer(302, to=reverse("closed_days"), verbs=verbs, changes=True)
    return done if principal.organization == home else NOT_THERE


def signed_off(world: World, principal: Principal, relation: str) -> None:
    """An attorney of the principal's organization has signed the rule off."""
    home = principal.organization or "NLA"
    by = world.memberships[GIVER[home]]
    with window("matrix"):
        RuleSignOff(
            organization=world.organizations[home], rule_id=f"{RULE}|1", made_by=by, made_by_name="Somebody"
        ).save(force_insert=True)
