"""Names are compared word by word in any order, and it is told in what they are alike."""

from datetime import date

import pytest

from casework.people import tokens
from casework.people.asked import read
from casework.people.likeness import Comparison, Likeness, Sense, with_birth

BORN, SWAPPED = date(1990, 3, 5), date(1990, 5, 3)


def like(typed: str, name: str, *aliases: str) -> Likeness:
    """With the bits of the tokens, as the database would give them; the columns of a name stand apart by a bar."""
    wanted, kept = tokens.asked(typed), tokens.of_names([*name.split("|"), *aliases])
    met = 0
    for form, bits in wanted.items():
        met |= bits if form in kept else 0
    return Comparison(read(typed).words).like(met, name.replace("|", " "), aliases)


@pytest.mark.parametrize(
    ("typed", "name", "sense"),
    [
        ("Tzul Pérez Domingo", "Domingo Pérez Tzul", Sense.SAME), ("perez domingo", "Domingo Pérez Tzul", Sense.SAME),
        ("Bazquez Rodrigues", "María Vásquez Rodríguez", Sense.SOUNDS), ("Xiao Ming Li", "Li Xiaoming", Sense.SAME),
        ("Xiaoming", "Li Xiao Ming", Sense.SAME), ("Rodirguez", "Ana Rodríguez", Sense.SPELLED),
        ("Ana Flores", "Ana Rodríguez", Sense.PARTLY), ("Delacruz", "Ana|de la Cruz", Sense.SOUNDS),
        ("محمد", "Mohammed Ali", Sense.SOUNDS), ("Siomara", "Xiomara Paz", Sense.SOUNDS),
        ("Kwok", "Guo|Mei", Sense.SOUNDS), ("Fransua", "François|Jean", Sense.SPELLED),
    ],
)  # fmt: skip
def test_the_sense_in_which_names_are_alike(typed: str, name: str, sense: Sense) -> None:
    assert like(typed, name).sense == sense


def test_nearer_names_are_more_alike() -> None:
    names = ["Ana Rodríguez", "Ana Rodríguez Paz", "Ana Rodriges", "Ana Ruiz", "Rosa Flores"]
    scores = [like("ana rodriguez", name).score for name in names]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == len(names)
    assert scores[-1] == 0


def test_of_equal_names_the_one_in_the_order_that_was_typed_comes_first() -> None:
    assert like("Pedro Coc", "Pedro Coc Ajanel").score > like("Pedro Coc", "Pedro Ixtul Coc").score
    assert like("Jean Joseph", "Jean Joseph").score > like("Jean Joseph", "Joseph Jean").score


def test_an_alias_is_named_where_the_proper_names_are_less_alike() -> None:
    assert like("Jesenia Cuautle", "Ana Cuautle", "Jesenia", "Nena").alias == "Jesenia"
    assert like("Ana Cuautle", "Ana Cuautle", "Jesenia Cuautle").alias == ""


def test_words_that_met_nothing_surely_are_told() -> None:
    assert like("Ana Rodriguezt Flores", "Ana Rodríguez").alone == (1, 2)
    assert like("Ana", "").alone == (0,)
    assert like("", "Ana") == Likeness(0, Sense.SAME)


def test_birth_dates_raise_what_fits_and_say_how() -> None:
    found = Likeness(0.9)

    def born(
        typed: tuple[date, ...], years: tuple[int, ...] = (), known: tuple[date, ...] = (BORN,)
    ) -> tuple[bool, str]:
        dated = with_birth(found, typed, years, known)
        return dated.score > found.score, dated.born

    assert born((BORN, SWAPPED)) == (True, "born")
    assert born((SWAPPED, BORN)) == (True, "swapped")
    assert born((date(1990, 1, 1),)) == (True, "")
    assert born((), (1990,)) == (True, "")
    assert born((date(1980, 1, 1),)) == (False, "")
    assert with_birth(found, (BORN,), (), ()) == with_birth(found, (), (), (BORN,)) == found
