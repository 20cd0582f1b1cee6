"""Reading spreadsheets: what programs write comes out as the same text, and what would hurt is refused."""

import io
import zipfile
from datetime import date, datetime, time

import pytest
from openpyxl import Workbook

from casework.intake import sheets
from casework.intake.sheets import Unreadable, read

TEXT = 'Nombre,Ciudad\nElías,"Santa María, Sololá"\nÑusta,Cobán\n'
ROWS = [(2, ["Elías", "Santa María, Sololá"]), (3, ["Ñusta", "Cobán"])]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8"),
        (TEXT.encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("cp1252"), "cp1252"),
        (TEXT.replace("\n", "\r\n").encode(), "utf-8"),
        (TEXT.replace("\n", "\r").encode(), "utf-8"),
    ],
)
def test_text_is_read_in_every_encoding_that_programs_write(content: bytes, encoding: str) -> None:
    found = read(content)
    assert (found.headers, found.rows, found.how["encoding"]) == (["Nombre", "Ciudad"], ROWS, encoding)


@pytest.mark.parametrize(("sign", "word"), [(",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "bar")])
def test_the_delimiter_is_found(sign: str, word: str) -> None:
    found = read(f"A{sign}B{sign}C\n1{sign}2 3{sign}4\n5{sign}6{sign}7\n".encode())
    assert (found.rows, found.how["delimiter"]) == ([(2, ["1", "2 3", "4"]), (3, ["5", "6", "7"])], word)


def test_excels_own_first_line_names_the_delimiter() -> None:
    found = read(b"sep=;\nA;B\n1,5;2\n")
    assert (found.headers, found.header_row, found.rows) == (["A", "B"], 2, [(3, ["1,5", "2"])])


def test_rows_keep_the_number_that_programs_show() -> None:
    found = read(b'\n\nA,B\n\n"one\ntwo",2\n,\n3,\n')
    assert (found.header_row, found.rows) == (3, [(5, ["one\ntwo", "2"]), (7, ["3", ""])])


def test_a_workbook_is_read_as_somebody_would_type_it() -> None:
    book = Workbook()
    book.active.title = "Empty"
    sheet = book.create_sheet("People")
    for row in (
        ["Name", "Born", "At", "Number", "Half", "Sum", "Text"],
        ["Elías", date(1990, 3, 31), time(9, 30), 200000001, 1.5, "=1+1", "=not a formula"],
        [None, datetime.fromisoformat("1990-03-31T09:30"), None, None, None, None, None],
    ):
        sheet.append(row)
    found = read(_saved(book))
    assert found.how == {"kind": "xlsx", "sheet": "People", "sheets": 2}
    assert found.rows == [
        (2, ["Elías", "1990-03-31", "09:30", "200000001", "1.5", "=1+1", "=not a formula"]),
        (3, ["", "1990-03-31 09:30", "", "", "", "", ""]),
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b",,\n,\n", "empty"),
        (b"A,B\n", "only_headers"),
        (b"\xd0\xcf\x11\xe0rest", "old_excel"),
        (b"A,B\n\x00\x01\x02,3\n", "no_text"),
        (b'A,B\n"open,1\n2,3\n', "quotes"),
        (b"PK\x03\x04nothing", "workbook"),
        (b"A\n" + b"1\n" * (sheets.MOST_ROWS + 1), "rows"),
        (b"A,B\n1," + b"x" * (sheets.MOST_SIGNS + 1) + b"\n", "signs"),
        (b",".join([b"A"] * 101) + b"\n" + b",".join([b"1"] * 101) + b"\n", "columns"),
        (b"x" * (sheets.MOST_BYTES + 1), "bytes"),
        (b"%PDF-1.7\n\x93\x8f\x81", "no_text"),
    ],
)
def test_what_is_no_spreadsheet_of_ours_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(content)
    assert refused.value.code == code


def test_the_most_rows_are_read() -> None:
    assert len(read(b"A\n" + b"1\n" * sheets.MOST_ROWS).rows) == sheets.MOST_ROWS


def test_a_workbook_that_unpacks_to_too_much_is_refused() -> None:
    with pytest.raises(Unreadable) as refused:
        read(_zip({"xl/workbook.xml": b"<a/>", "xl/worksheets/sheet1.xml": b"0" * (sheets.MOST_UNPACKED + 1)}))
    assert refused.value.code == "unpacked"


@pytest.mark.parametrize(
    "files",
    [
        {"xl/workbook.xml": b'<!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>'},
        {"word/document.xml": b"<a/>"},
        {"xl/workbook.xml": b"<a"},
        {"xl/workbook.xml": b"<workbook/>"},
    ],
)
def test_a_workbook_that_is_none_is_refused(files: dict[str, bytes]) -> None:
    with pytest.raises(Unreadable) as refused:
        read(_zip(files))
    assert refused.value.code == "workbook"


def _zip(files: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as box:
        for name, content in files.items():
            box.writestr(name, content)
    return held.getvalue()


def _saved(book: Workbook) -> bytes:
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()
