"""Telephone numbers as people write them, kept in one form (E.164); without a country they are of the United States."""

import phonenumbers

HERE = "US"


def normalized(typed: str) -> str:
    """The number as +12135550143. Raises ValueError for what can be no number."""
    try:
        number = phonenumbers.parse(typed, HERE)
    except phonenumbers.NumberParseException as error:
        raise ValueError(typed) from error
    if not phonenumbers.is_possible_number(number) or number.extension:
        raise ValueError(typed)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def shown(number: str) -> str:
    """The number as people read it: (213) 555-0143 here, +502 5555 0143 elsewhere; itself where it is none."""
    try:
        known = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    national = known.country_code == phonenumbers.country_code_for_region(HERE)
    form = phonenumbers.PhoneNumberFormat.NATIONAL if national else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(known, form)
