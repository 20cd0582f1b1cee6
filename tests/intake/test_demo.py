"""The demo's answers: in their stored form, written once."""

import pytest
from django.core.management import call_command

from casework.access.doors import window
from casework.access.models import User
from casework.intake import demo
from casework.intake.models import Answer
from casework.intake.questions import lists
from casework.intake.questions.definition import Question

pytestmark = pytest.mark.django_db


def test_a_second_run_changes_nothing_and_codes_are_of_their_questions(cast: dict[str, User]) -> None:
    call_command("load_demo", "--few", verbosity=0)
    with window("looking"):
        first = Answer.objects.count()
        assert len(list(demo.load())) == demo.size()
        rows = list(Answer.objects.select_related("case"))
    assert len(rows) == first > 50
    asked = lists.intake().by_key
    assert [row.key for row in rows if not is_offered(asked[row.key], row)] == []


def is_offered(question: Question, row: Answer) -> bool:
    if not question.offered or row.state != "given":
        return True
    return set(row.value if isinstance(row.value, list) else [row.value]) <= question.offered
