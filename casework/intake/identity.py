"""Names and numbers of a draft: answers about who the person is stand in the person's file at once.

Whoever takes the next call finds the person there, and so does the check for conflicts. All other columns are written
at acceptance.
"""

from collections.abc import Callable
from typing import Any

from casework.access.actor import Actor
from casework.access.acts import Happened
from casework.cases import person
from casework.cases.models import Case
from casework.intake.answers import is_draft
from casework.intake.models import Answer, AnswerState
from casework.intake.questions.normalizing import NAME, NONE
from casework.people.models import NumberMissing
from casework.vault.fields import Locked


def _names(value: Any) -> dict[str, Any]:
    return {part: (value or {}).get(part, "") for part in NAME}


def _number(value: Any) -> dict[str, Any]:
    if value == NONE:
        return {"a_number": "", "a_number_missing": NumberMissing.NONE}
    return {"a_number": value or "", "a_number_missing": ""}


COLUMNS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "person_name": _names,
    "a_number": _number,
    "best_language": lambda value: {"language": value or ""},
}


def follow(actor: Actor, happened: Happened[Any]) -> None:
    """Writes an answer about who the person is into the file of a draft. Wired to the saving of answers.

    What somebody has corrected in the file since is left as they put it.
    """
    answer: Answer = happened.result
    case: Case = answer.case
    columns = COLUMNS.get(answer.key)
    if columns is None or not is_draft(case) or case.whose.pk != case.person_id:
        return
    earlier = (
        case.answers.visible_to(actor).filter(key=answer.key, number__lt=answer.number).order_by("-number").first()
    )
    before, now = columns(earlier.value if earlier else None), columns(_value(answer))
    standing = {name: getattr(case.person, name) for name in now}
    if any(isinstance(value, Locked) for value in standing.values()) or standing != before:
        return
    person.change(actor, case, values=now, seen=case.person.version)


def _value(answer: Answer) -> Any:
    return answer.value if answer.state == AnswerState.GIVEN else None
