"""Every form whole, with all that anybody is asked: small, without a fault for programs, each page known."""

import io
from collections.abc import Collection
from datetime import date
from typing import Any

import page
import pikepdf
import pytest

from casework.documents import returned
from casework.intake.paper import boxes, printing, saying
from casework.intake.paper.printing import Order
from casework.intake.questions import lists
from casework.intake.questions.conditions import Answer
from casework.intake.questions.definition import COUNSEL
from tests.intake.test_paper import sample

pytestmark = pytest.mark.django_db
MOST = printing.MOST_BYTES
LARGEST = [("en", "es"), ("es", "zh-hans")]
OTHERS = [("en",), ("es",), ("ht",), ("zh-hans",), ("ar",), ("pa",), ("es", "ar"), ("es", "pa")]


@pytest.mark.parametrize("languages", [*LARGEST, *(pytest.param(one, marks=pytest.mark.proof) for one in OTHERS)])
def test_a_whole_form_is_small_and_breaks_no_rule(languages: tuple[str, ...]) -> None:
    order = whole(*languages)
    made = printing.somebodys(printing.laid_out(order), order, "ABCD-EFGH-JKMN", {}, date(2026, 11, 23))
    assert len(made) <= MOST
    assert [one.rule_id for one in page.validate_pdf_bytes(made, profile="ua1").failures] == []
    with pikepdf.open(io.BytesIO(made)) as opened:
        assert opened.check_pdf_syntax() == []
        squares = {one.Resources.XObject["/Square"].read_bytes() for one in opened.pages}
        assert len(squares) == len(opened.pages)
        tags = [one for one in opened.objects if isinstance(one, pikepdf.Dictionary) and "/S" in one and "/P" in one]
        assert [one for one in tags if "/Type" in one] == []  # nothing hangs outside the tree, where it keeps its type


def whole(*languages: str) -> Order:
    every = tuple(one.key for one in lists.intake().sections)
    return Order(lists.intake().version, every, languages, COUNSEL, 3, (), "North Legal Aid")


def known(order: Order, keys: Collection[str] = ()) -> dict[str, str]:
    """Something known of every question, as an intake has it that was taken to its end; or of these alone."""
    found: dict[str, str] = {}
    for one in printing.questions(order):
        value: Any = sample(one) if not keys or one.key in keys else None
        if value is not None:
            found |= boxes.filled(one, Answer(value), saying.line)
    return found


def test_a_whole_form_with_what_a_first_call_told_is_small_and_one_with_everything_is_refused() -> None:
    """In the two languages that take most room."""
    order = whole(*LARGEST[1])
    form, values = printing.laid_out(order), known(order, lists.intake().first_call)
    made = printing.somebodys(form, order, "ABCD-EFGH-JKMN", values, date(2026, 11, 23))
    assert len(made) <= MOST
    assert [one.rule_id for one in page.validate_pdf_bytes(made, profile="ua1").failures] == []
    with pytest.raises(printing.TooLarge):
        printing.somebodys(form, order, "ABCD-EFGH-JKMN", known(order), date(2026, 11, 23))


@pytest.mark.proof
@pytest.mark.parametrize("language", ["es", "ht"])
def test_in_one_language_there_is_room_for_all_that_can_be_known(language: str) -> None:
    order = whole(language)
    values = known(order)
    made = printing.somebodys(printing.laid_out(order), order, "ABCD-EFGH-JKMN", values, date(2026, 11, 23))
    assert len(made) <= MOST
    assert [one.rule_id for one in page.validate_pdf_bytes(made, profile="ua1").failures] == []
    fields = returned.fields(made)
    assert {name: value for name, value in fields.values.items() if name != boxes.FORM} == values
