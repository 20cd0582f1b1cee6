"""What cases show of custody, kept true where another room did something."""

from typing import Any

from django.db import transaction

from casework.access.actor import Actor
from casework.access.acts import Happened
from casework.cases.models import Case
from casework.custody import looks, rules
from casework.custody.actions import settle
from casework.custody.models import Stay


def of_new_case(actor: Actor, happened: Happened[Case]) -> None:
    """A second case of somebody who is held shows at once where."""
    settle(happened.result)


def shown_to_others(actor: Actor, happened: Happened[Any]) -> None:
    """Of files that were merged, cases of the others show where the person is unless all of this one are restricted."""
    case = happened.thing
    if isinstance(case, Case) and case.person.merged_into_id is not None:
        settle(case)


def stage_changed(actor: Actor, happened: Happened[Any]) -> None:
    """How often a place is looked up follows the stage."""
    case = happened.thing
    if not isinstance(case, Case):
        return
    stay = looks.open_stay(actor, case, lock=True)
    last = looks.last_stint(actor, stay) if stay else None
    if stay is None or last is None:
        return
    due = rules.next_check(confirmed_at=stay.confirmed_at, stages=looks.stages(actor, case), kind=last.kind)
    with transaction.atomic():
        Stay.objects.visible_to(actor).filter(pk=stay.pk).update(next_check_at=due)
