"""Languages, countries and telephone numbers, as people type them and as they read them."""

import pytest
from django.utils import translation

from casework.people import countries, languages, phones

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Quiché", "QUI"), ("K'iche'", "QUI"), ("k’iche’", "QUI"), ("K'iche' (Quiché)", "QUI"), ("QUI", "QUI"),
        ("quiche", "QUI"), ("Kanjobal", "KON"), ("Q'anjob'al", "KON"), ("español", "SP"), ("Spanish", "SP"),
        ("Haitian Creole", "CRE"), ("mandarín", "MAN"), ("Mam", "MAM"), ("", ""), ("  ", ""),
    ],
)  # fmt: skip
def test_a_language_is_found_by_name_alias_and_code(typed: str, code: str) -> None:
    assert languages.find(typed) == code


@pytest.mark.parametrize("typed", ["Klingon", "K", "???x"])
def test_what_is_no_language_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=typed[0].replace("?", r"\?")):
        languages.find(typed)


def test_every_name_that_is_offered_is_found_again() -> None:
    for language in ("en", "es"):
        with translation.override(language):
            wrong = [name for name in languages.options() if not languages.find(name)]
            wrong += [name for name in countries.options() if not countries.find(name)]
            assert wrong == []


def test_every_name_that_is_shown_is_found_again() -> None:
    """As a code of its own or of another with the same name: some stand twice in the list."""
    for language in ("en", "es"):
        with translation.override(language):
            for code, one in languages.known().items():
                assert languages.name_of(languages.find(languages.name_of(code))) == one.label


def test_names_are_those_of_the_reader() -> None:
    assert (languages.name_of("SP"), languages.name_of("XX")) == ("Spanish", "XX")
    assert (countries.name_of("MX"), countries.names_of(["MX", "GT"])) == ("Mexico", "Mexico, Guatemala")
    with translation.override("es"):
        assert (languages.name_of("SP"), countries.name_of("MX")) == ("Español", "México")


def test_codes_of_countries_are_those_of_the_court() -> None:
    assert [countries.find(one) for one in ("Nicaragua", "Nigeria", "China", "México", "mexico")] == [
        "NU", "NI", "CH", "MX", "MX",
    ]  # fmt: skip
    with pytest.raises(ValueError, match="Atlantis"):
        countries.find("Atlantis")


@pytest.mark.parametrize(
    ("typed", "kept", "read"),
    [
        ("213 555 0143", "+12135550143", "(213) 555-0143"),
        ("(213) 555-0143", "+12135550143", "(213) 555-0143"),
        ("1-213-555-0143", "+12135550143", "(213) 555-0143"),
        ("+502 5555 0143", "+50255550143", "+502 5555 0143"),
    ],
)
def test_a_number_is_kept_in_one_form(typed: str, kept: str, read: str) -> None:
    assert (phones.normalized(typed), phones.shown(kept)) == (kept, read)


@pytest.mark.parametrize("typed", ["12", "call me", "213 555 0143 ext 5", "+999 1", ""])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (what was typed is all that it says)
        phones.normalized(typed)
    assert caught.value.args == (typed,)


def test_what_stands_for_no_number_is_shown_as_it_is() -> None:
    assert phones.shown("front desk") == "front desk"
