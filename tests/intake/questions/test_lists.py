"""Names become codes of the directory, as people write them."""

import re

import pytest

from casework.intake.questions.lists import finders, indigenous
from casework.intake.questions.normalizing import normalized
from tests.intake.questions.asked import intake

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("key", "typed", "stored"),
    [
        ("country_of_birth", "Nicaragua", "NU"), ("best_language", "Quiché", "QUI"),
        ("held_at", "Adelanto ICE Processing Center", {"facility": "ADLNTCA"}),
        ("held_at", "a room in Nowhereville", {"place": "a room in Nowhereville"}),
        ("court", "Eloy Immigration Court", "eloy"), ("court", "ELO", "eloy"),
    ],
)  # fmt: skip
def test_a_name_becomes_a_code(key: str, typed: str, stored: object) -> None:
    assert normalized(intake().by_key[key], typed, finders()) == stored


@pytest.mark.parametrize("typed", ["212a06Ai", "212(a)(6)(A)(i)", "INA 212(a)(6)(A)(i)"])
def test_a_charge_is_found_by_its_code_and_its_section(typed: str) -> None:
    assert finders().code("charges", typed) == "212a06Ai"


@pytest.mark.parametrize("typed", ["212", "999(z)"])
def test_what_is_no_charge_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=re.escape(typed)):
        finders().code("charges", typed)


def test_a_court_that_could_be_several_is_none() -> None:
    with pytest.raises(ValueError, match="Immigration Court"):
        finders().court("Immigration Court")


def test_indigenous_languages_are_known() -> None:
    assert {"MAM", "QUI"} <= indigenous()
    assert "SP" not in indigenous()
