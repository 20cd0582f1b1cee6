"""What somebody typed, chose or wrote on paper, in the one form in which it is stored. Pure.

    text, long_text         the words, without signs that control a terminal
    date                    2027-03-03
    partial_date            2027-03-03, 2027-03 or 2027
    time                    21:30
    datetime                2027-03-03T21:30, or 2027-03-03 where nobody knows when: wall time where it happened
    yes_no                  yes, no
    choice, code            the code
    choices                 the codes, in the order of the question
    number                  a whole number
    money                   dollars and cents, "1500.00"
    phone                   +12135550143
    address                 {street, city, state, zip}, each where known
    person_name             {given_names, first_surname, second_surname}, each where known
    a_number                nine digits, or "none" for somebody who has none
    country, language       the code of the directory
    facility                {facility: key of the directory}, or {place: words} for one that it does not have
    court                   the key of the directory
    list_of                 a list of {question: stored form}, each with what is known

"Not known" and "declined" are no values: they are the state of an answer (`conditions.Answer`).
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from casework.intake.questions import days
from casework.intake.questions.definition import CHOICES, LIST_OF, TEXTS, Question
from casework.intake.questions.refused import Refused
from casework.people import phones
from casework.people import rules as people

LONGEST = {"text": 200, "long_text": 4000}
RAW_LONGEST = 20_000  # signs as they come, before anything looks at them
LINE_LONGEST = 254  # of what is no text
PART_LONGEST = 100
ROWS_MOST = 40  # of a list, on screen; paper has room for fewer
MONEY_MOST = Decimal(10_000_000)
NONE = "none"  # for an A-number that the person does not have
ADDRESS = ("street", "city", "state", "zip")
NAME = ("given_names", "first_surname", "second_surname")
_EMAIL = re.compile(
    r"[^\s@<>()\[\],;:\"\\]{1,64}@(?:[^\s@.<>()\[\],;:\"\\]{1,63}\.)+[^\s@.<>()\[\],;:\"\\\d][^\s@.]{1,62}"
)
_ZIP = re.compile(r"\d{5}(-?\d{4})?")
_MONEY = re.compile(r"\$?\s*(\d{1,3}(?:,\d{3})+|\d+)(\.\d{1,2})?(?:\s*(?:usd|dollars|dólares|dolares))?", re.IGNORECASE)


@dataclass(frozen=True)
class Finders:
    """How names become codes of the directory; `code` takes the name of its list first.

    Each raises ValueError for what it does not find, but `facility`, which answers an empty text.
    """

    country: Callable[[str], str]
    language: Callable[[str], str]
    facility: Callable[[str], str]
    court: Callable[[str], str]
    code: Callable[[str, str], str]


Given = str | Sequence[Any] | Mapping[str, Any]


def normalized(question: Question, given: Given, finders: Finders, *, order: str = "") -> Any:
    """The stored form; None for nothing. `order` says whether days are written month or day first ("mdy", "dmy").

    Raises Refused.
    """
    if question.type == LIST_OF:
        return _rows(question, given, finders, order)
    if question.type == CHOICES:
        return _choices(question, given)
    if question.type in _PARTED:
        return _PARTED[question.type](given)
    if not isinstance(given, str):
        raise Refused("shape")
    plain = clean(given)
    if question.type not in TEXTS:
        plain = digits(plain)
        if len(plain) > LINE_LONGEST:
            raise Refused("long")
    return _line(question, plain, finders, order) if plain else None


def _line(question: Question, plain: str, finders: Finders, order: str) -> Any:
    if question.type in _DAYS:
        return _DAYS[question.type](plain, order)
    if question.type in _PLAIN:
        return _PLAIN[question.type](plain)
    return _ASKED[question.type](question, plain, finders)


def clean(text: str) -> str:
    """The words without signs that print nothing and control something; marks of direction stay, scripts need them.

    Raises Refused for what is longer than anybody writes.
    """
    if len(text) > RAW_LONGEST:
        raise Refused("long")
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(sign for sign in lines if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs"))
    return unicodedata.normalize("NFC", kept).strip()


def digits(text: str) -> str:
    """The text with the digits of other scripts as ours."""
    return "".join(sign if sign.isascii() else str(unicodedata.decimal(sign, sign)) for sign in text)


# --- One line


def _money(plain: str) -> str:
    found = _MONEY.fullmatch(plain)
    try:
        amount = Decimal((found[1].replace(",", "") + (found[2] or "")) if found else "")
    except InvalidOperation as error:
        raise Refused("money") from error
    if amount > MONEY_MOST:
        raise Refused("most")
    return f"{amount:.2f}"


def _phone(plain: str) -> str:
    try:
        return phones.normalized(plain)
    except ValueError as error:
        raise Refused("phone") from error


def _email(plain: str) -> str:
    if len(plain) > 254 or not _EMAIL.fullmatch(plain):
        raise Refused("email")
    name, _at, host = plain.rpartition("@")
    return f"{name}@{host.lower()}"


def _a_number(plain: str) -> str | None:
    if plain.lower() in (NONE, "ninguno", "no tiene"):
        return NONE
    try:
        return people.a_number(plain) or None  # a dash alone says nothing
    except ValueError as error:
        raise Refused("a_number") from error


def _yes_no(plain: str) -> str:
    if plain not in ("yes", "no"):
        raise Refused("choice")
    return plain


def _text(question: Question, plain: str, _finders: Finders) -> str:
    words = plain if question.type == "long_text" else " ".join(plain.split())
    if len(words) > (question.most or LONGEST[question.type]):
        raise Refused("long")
    return words


def _number(question: Question, plain: str, _finders: Finders) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", plain.replace(",", "")):
        raise Refused("number")
    number = int(plain.replace(",", ""))
    if question.least is not None and number < question.least:
        raise Refused("least")
    if question.most is not None and number > question.most:
        raise Refused("most")
    return number


# --- Lists, ours and the directory's


def _choice(question: Question, plain: str, _finders: Finders) -> str:
    if plain not in question.offered:
        raise Refused("choice")
    return plain


def _choices(question: Question, given: Given) -> list[str] | None:
    chosen = [given] if isinstance(given, str) else given
    if isinstance(chosen, Mapping) or not all(isinstance(one, str) for one in chosen):
        raise Refused("shape")
    wanted = {one.strip() for one in chosen} - {""}
    if not wanted <= question.offered:
        raise Refused("choice")
    return [one.code for one in question.choices if one.code in wanted] or None


def _found(question: Question, plain: str, finders: Finders) -> str:
    find: dict[str, Callable[[str], str]] = {
        "country": finders.country, "language": finders.language, "court": finders.court,
        "code": lambda text: finders.code(question.codes, text),
    }  # fmt: skip
    try:
        return find[question.type](plain)
    except ValueError as error:
        raise Refused(question.type) from error


def _facility(question: Question, plain: str, finders: Finders) -> dict[str, str]:
    words = " ".join(plain.split())
    if len(words) > LONGEST["text"]:
        raise Refused("long")
    key = finders.facility(words)
    return {"facility": key} if key else {"place": words}


# --- Values of several parts


def _parts(given: Given, names: Sequence[str]) -> dict[str, str]:
    """The parts that were filled in. One text alone, of a form that has one line for all, is the first part's."""
    parted = {names[0]: given} if isinstance(given, str) else given
    if not isinstance(parted, Mapping) or not set(parted) <= set(names):
        raise Refused("shape")
    found = dict[str, str]()
    for name in names:
        text = parted.get(name, "")
        if not isinstance(text, str):
            raise Refused("shape", name)
        if words := " ".join(clean(text).split()):
            found[name] = words
    return found


def _person_name(given: Given) -> dict[str, str] | None:
    found = _parts(given, NAME)
    for name, words in found.items():
        if len(words) > PART_LONGEST:
            raise Refused("long", name)
    return found or None


def _address(given: Given) -> dict[str, str] | None:
    found = _parts(given, ADDRESS)
    for name, words in found.items():
        if len(words) > (LONGEST["text"] if name == "street" else PART_LONGEST):
            raise Refused("long", name)
    if "zip" in found:
        found["zip"] = digits(found["zip"])
        if not _ZIP.fullmatch(found["zip"]):
            raise Refused("zip", "zip")
    return found or None


def _rows(question: Question, given: Given, finders: Finders, order: str) -> list[dict[str, Any]] | None:
    if isinstance(given, str | Mapping) or not all(isinstance(one, Mapping) for one in given):
        raise Refused("shape")
    if len(given) > ROWS_MOST:
        raise Refused("rows")
    found = [row for at, one in enumerate(given) if (row := _row(question, one, at, finders, order))]
    return found or None


def _row(question: Question, given: Mapping[str, Any], at: int, finders: Finders, order: str) -> dict[str, Any]:
    if not set(given) <= {item.key for item in question.items}:
        raise Refused("shape", str(at))
    found = dict[str, Any]()
    for item in question.items:
        try:
            value = normalized(item, given.get(item.key, ""), finders, order=order)
        except Refused as error:
            raise Refused(error.code, ".".join(filter(None, [str(at), item.key, error.at]))) from error
        if value is not None:
            found[item.key] = value
    return found


_DAYS: dict[str, Callable[[str, str], str]] = {
    "date": days.date_of,
    "partial_date": days.partial_date_of,
    "datetime": days.datetime_of,
}
_PLAIN: dict[str, Callable[[str], str | None]] = {
    "time": days.time_of, "money": _money, "phone": _phone, "email": _email, "a_number": _a_number, "yes_no": _yes_no,
}  # fmt: skip
_ASKED: dict[str, Callable[[Question, str, Finders], Any]] = {
    "text": _text, "long_text": _text, "number": _number, "choice": _choice, "country": _found, "language": _found,
    "court": _found, "code": _found, "facility": _facility,
}  # fmt: skip
_PARTED: dict[str, Callable[[Given], Any]] = {"person_name": _person_name, "address": _address}
