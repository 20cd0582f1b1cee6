"""The card of a first call: an intake that somebody began on screen stands in the queue until counsel decides about it.

Whoever began it has the card for an hour, then it is free for the next one. It shows what the answers say: the kind of
place, the language, and whether something cannot wait.
"""

from typing import Any

from django.utils import timezone

from casework.access.actor import Actor
from casework.access.acts import Happened
from casework.cases.models import Case, Stage
from casework.intake import calls
from casework.intake.answers import answers_of, for_rules, off_of
from casework.intake.models import Answer, Direction, PlaceType, Result, Source
from casework.intake.questions import conditions, lists, rules

PLACE, LANGUAGES = "location_type", ("best_language", "caller_language")


def begin(actor: Actor, case: Case) -> None:
    """Notes the call in which an intake was begun, as a card that its taker has."""
    called = calls.Called(Direction.IN, Result.FIRST_CALL, due_at=timezone.now(), **_shown(actor, case))
    calls.hold(calls.log(actor, case, called=called))


def follow(actor: Actor, happened: Happened[Any]) -> None:
    """Keeps the card as the answers are. Wired to the saving of answers."""
    answer: Answer = happened.result
    if answer.source != Source.SCREEN or answer.case.stage != Stage.ENQUIRY:
        return
    card = calls.of_first_call(actor, answer.case)
    if card is None:
        return
    now = _shown(actor, answer.case)
    changed = [name for name, value in now.items() if getattr(card, name) != value]
    for name in changed:
        setattr(card, name, now[name])
    if changed:
        card.save(update_fields=changed)


def _shown(actor: Actor, case: Case) -> dict[str, Any]:
    """What the card shows of the answers that the actor sees."""
    answers = for_rules(answers_of(actor, case))
    known = {key: one.value for key, one in answers.items() if one.state == conditions.KNOWN}
    now = conditions.Now(timezone.localdate(), lists.indigenous())
    place = str(known.get(PLACE, ""))
    return {
        "place_type": place if place in PlaceType.values else "",
        "language": next((known[key] for key in LANGUAGES if known.get(key)), ""),
        "urgent": bool(rules.urgent(lists.intake(), answers, now, off=off_of(actor))),
    }
