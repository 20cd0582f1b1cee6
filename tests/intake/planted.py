"""A spreadsheet of many people with thirty planted errors, each of which has to be named at its row and cell."""

import csv
import io
import itertools
from collections.abc import Iterator

HEAD = [
    "First name", "Last name", "Segundo apellido", "DOB", "A#", "País de nacimiento", "Idioma", "Sexo", "Attorney",
    "What for", "Contact name", "Relationship", "Phone", "Facility", "Detained since", "Source", "Court",
    "Next hearing", "Hearing time", "Case number", "Notes",
]  # fmt: skip
AT = {name: at for at, name in enumerate(HEAD)}
DATES = ("{y}-{m:02}-{d:02}", "{m}/{d}/{y}", "{d} {name} {y}", "{name} {d}, {y}", "{d:02}-{short}-{y}")
MONTHS = {3: ("March", "Mar"), 7: ("julio", "jul"), 11: ("November", "nov")}
GIVEN = ("Domingo", "Marta", "Elías", "Ana", "Juana", "Lucas", "Micaela", "Tomás", "Rosa", "Andrés")
LAST = ("Pérez", "Tzul", "García", "López", "Xiloj", "Ixcoy", "Velásquez", "Núñez", "Castillo", "Ramírez")
# row: column, what stands there, code of the finding, and the column where it is told if that is another one
PLANTED: dict[int, tuple[str, str, str, str]] = {
    3: ("DOB", "31/12/1988", "day_calendar", ""),
    4: ("DOB", "12/31/88", "day_short_year", ""),
    5: ("DOB", "1988", "day_year", ""),
    6: ("DOB", "next week", "day_day", ""),
    7: ("DOB", "1790-03-03", "born", ""),
    8: ("DOB", "2031-01-01", "born", ""),
    9: ("A#", "A12345", "a_number", ""),
    10: ("A#", "2.0E+08", "a_number", ""),
    11: ("A#", "A000-000-000", "a_number", ""),
    12: ("First name", '=HYPERLINK("http://example.org")', "formula", ""),
    13: ("Last name", "@SUM(A1)", "formula", ""),
    14: ("Contact name", "=1+1", "formula", ""),
    15: ("DOB", "#REF!", "formula", ""),
    16: ("País de nacimiento", "Atlantis", "country", ""),
    17: ("Idioma", "Klingon", "language", ""),
    18: ("Sexo", "yes", "gender", ""),
    19: ("Attorney", "cleo@south.example", "lead", ""),  # of another organization: nobody here
    20: ("What for", "Bond; Divorce", "matter", ""),
    21: ("Phone", "12", "phone", ""),
    22: ("Contact name", "", "contact_name", ""),
    23: ("Facility", "Nowhere Jail of Nothing", "place", ""),
    24: ("Detained since", "", "since_missing", ""),
    25: ("Detained since", "2031-01-01", "ahead", ""),
    26: ("Source", "A bird", "source", ""),
    27: ("Court", "Nowhere Court", "court", ""),
    28: ("Next hearing", "2020-03-03", "over", ""),
    29: ("Hearing time", "", "hearing_time_missing", ""),
    30: ("Hearing time", "morning", "clock", ""),
    31: ("Last name", "x" * 101, "long", ""),
    32: ("A#", "200000002", "number_twice", ""),  # as in row 2
}  # fmt: skip


def rows(many: int) -> Iterator[list[str]]:
    """The headers and so many people, in row 2 and below; those of PLANTED are wrong."""
    yield HEAD
    names = itertools.product(GIVEN, GIVEN, LAST, LAST)
    for number, (given, also, last, second) in zip(range(2, many + 2), names, strict=False):
        month = (3, 7, 11)[number // 15 % 3]
        name, short = MONTHS[month]
        form = DATES[number % len(DATES)]
        born = form.format(y=1950 + number // 45 % 50, m=month, d=13 + number % 15, name=name, short=short)
        row = [
            f"{given} {also}", last, second, born, str(200_000_000 + number), "Guatemala", "K'iche'", "man",
            "ada@north.example", "Bond", f"Contact {number}", "sister", "(213) 555-0143", "ADLNTCA", "2026-10-01",
            "Family", "adelanto",
            "2027-03-03", "9:00 am", f"OLD-{number}", f"=row {number}",
        ]  # fmt: skip
        if number in PLANTED:
            column, text, _code, _told = PLANTED[number]
            row[AT[column]] = text
        yield row


def expected() -> set[tuple[int, int, str]]:
    """Row, column and code of all that is wrong."""
    return {(row, AT[told or column], code) for row, (column, _text, code, told) in PLANTED.items()}


def as_csv(table: Iterator[list[str]], *, delimiter: str = ",", encoding: str = "utf-8-sig") -> bytes:
    """As a program writes it."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(table)
    return text.getvalue().encode(encoding)
