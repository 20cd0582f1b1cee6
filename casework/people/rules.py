"""Pure decisions about people: no Django, no clock, no query."""

from datetime import date

A_NUMBER_DIGITS = 9
OLDEST = 120  # years


def a_number(typed: str) -> str:
    """The digits of an A-number as people write it: "A 012-345-678", "A#012345678". Raises ValueError for no nine."""
    digits = "".join(typed.split()).replace("-", "").replace("#", "").removeprefix("A").removeprefix("a")
    if digits and (len(digits) != A_NUMBER_DIGITS or not digits.isascii() or not digits.isdigit()):
        raise ValueError(typed)
    return digits


def spaced(digits: str) -> str:
    """An A-number as papers print it: A 012-345-678."""
    return f"A {digits[:3]}-{digits[3:6]}-{digits[6:]}" if digits else ""


def may_be_born(day: date, today: date) -> bool:
    """Whether somebody alive can have been born on this day."""
    return day <= today and today.year - day.year <= OLDEST


def age(born: date, today: date) -> int:
    """In whole years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
