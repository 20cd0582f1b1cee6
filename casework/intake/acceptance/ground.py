"""Why an intake cannot be accepted as it stands: what somebody has to settle first."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from casework.access.actor import Actor
from casework.cases import rules as stages
from casework.cases.models import Case
from casework.intake import conflicts
from casework.intake.acceptance.standing import Intake
from casework.intake.questions import rules
from casework.vault.fields import Locked


class Stop(StrEnum):
    """What stands in the way, gravest first."""

    STAGE = "stage"  # the case does not wait for acceptance
    CHILD = "child"  # a child alone: no adult intake
    LOCKED = "locked"  # what is sealed does not open
    CONFLICT = "conflict"  # the check for conflicts is open, or found one
    TWO_ANSWERS = "two_answers"  # two people answered one question otherwise


@dataclass(frozen=True)
class Hindrance:
    """One of these, and the questions or words that it is about."""

    stop: Stop
    about: tuple[str, ...] = ()


def hindrances(actor: Actor, intake: Intake) -> list[Hindrance]:
    """All that stands in the way, the gravest first."""
    return list(_hindrances(actor, intake))


def _hindrances(actor: Actor, intake: Intake) -> Iterator[Hindrance]:
    case, said = intake.case, intake.said
    if not stages.may_be_accepted(case.stage):
        yield Hindrance(Stop.STAGE)
    if rules.stops(said.questions, said.answers, said.now):
        yield Hindrance(Stop.CHILD)
    if isinstance(case.whose.full_name, Locked) or isinstance(case.whose.a_number, Locked):
        yield Hindrance(Stop.LOCKED)
    if words := conflict(actor, case):
        yield Hindrance(Stop.CONFLICT, (words,))
    twice = tuple(key for key, one in intake.givens.items() if one.others and key in said.asked & _written(intake))
    if twice:
        yield Hindrance(Stop.TWO_ANSWERS, twice)


def _written(intake: Intake) -> frozenset[str]:
    """The questions whose answers have a column."""
    return frozenset(one.key for one in intake.said.questions if one.to or any(item.to for item in one.items))


def conflict(actor: Actor, case: Case) -> str:
    """How the check for conflicts stands, in words, where it forbids acceptance; empty where it does not."""
    found = conflicts.standing(actor, case)
    return found.words if found.stops else ""
