"""Every form whole, with all that anybody is asked: small, without a fault for programs, each page known."""

import io
from datetime import date

import page
import pikepdf
import pytest

from casework.intake.paper import printing
from casework.intake.paper.printing import Order
from casework.intake.questions import lists
from casework.intake.questions.definition import COUNSEL

pytestmark = pytest.mark.django_db
MOST = 250 * 1024
LARGEST = [("en", "es"), ("es", "zh-hans")]
OTHERS = [("en",), ("es",), ("ht",), ("zh-hans",), ("ar",), ("pa",), ("es", "ar"), ("es", "pa")]


@pytest.mark.parametrize("languages", [*LARGEST, *(pytest.param(one, marks=pytest.mark.proof) for one in OTHERS)])
def test_a_whole_form_is_small_and_breaks_no_rule(languages: tuple[str, ...]) -> None:
    every = tuple(one.key for one in lists.intake().sections)
    whole = Order(lists.intake().version, every, languages, COUNSEL, 3, (), "North Legal Aid")
    made = printing.somebodys(printing.laid_out(whole), whole, "ABCD-EFGH-JKMN", {}, date(2026, 11, 23))
    assert len(made) <= MOST
    assert [one.rule_id for one in page.validate_pdf_bytes(made, profile="ua1").failures] == []
    with pikepdf.open(io.BytesIO(made)) as opened:
        assert opened.check_pdf_syntax() == []
        squares = {one.Resources.XObject["/Square"].read_bytes() for one in opened.pages}
        assert len(squares) == len(opened.pages)
        tags = [one for one in opened.objects if isinstance(one, pikepdf.Dictionary) and "/S" in one and "/P" in one]
        assert [one for one in tags if "/Type" in one] == []  # nothing hangs outside the tree, where it keeps its type
