"""The pages of imports: from the upload to the cases, what they say, and what they cost."""

import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from casework.access.models import User
from casework.intake.models import Import
from tests.cases.planting import speaking
from tests.desk.test_caseload import queries, text
from tests.intake.bringing import bring, imported

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
Enter = Callable[[str], Client]


def brought(client: Client, content: str) -> str:
    """The address of an upload."""
    file = SimpleUploadedFile("people.csv", content.encode())
    where: str = client.post("/imports/", {"file": file}).headers["Location"]
    return where.removesuffix("columns/")


def test_from_the_file_to_the_start(enter: Enter, cast: Cast) -> None:
    client = enter("attorney")
    here = brought(client, "First name,Last name,DOB\nRosa,Tzul,3/4/1990\n,,\nAna,=x,1990-03-03\n")
    said = text(client, f"{here}columns/")
    assert "2 rows, read as CSV with commas, UTF-8." in said
    form = {"version": 1, "column_0": "given_names", "column_1": "first_surname", "column_2": "birth_date"}
    form |= {"stage": "enquiry", "source": "other"}
    again = client.post(f"{here}columns/", form).content.decode()
    assert "Choose how days are written in this column." in again
    assert client.post(f"{here}columns/", form | {"order_2": "dmy"}).headers["Location"] == here
    assert "Row 4: Ana =x" in text(client, here)
    fixed = client.post(f"{here}correct/", {"version": 2, "cell-4-1": "Xiloj"})
    assert fixed.headers["Location"] == here
    assert "Everything can be imported. Nothing is written yet." in text(client, here)
    client.post(f"{here}start/")
    response = client.get(here)
    assert response.headers["Refresh"] == "3; url=?again=1"
    assert "The import is under way" in response.content.decode()


def test_what_is_wrong_with_a_whole_row_names_no_column(enter: Enter, cast: Cast) -> None:
    with speaking(cast["attorney"]) as ada:
        made = bring(ada, "First name,Place\nRosa,ADLNTCA\n")
    page = text(enter("attorney"), f"/imports/{made.pk}/")
    assert "Row 2: Rosa Write since when the person is held there." in page


def test_a_page_that_is_out_of_date_writes_nothing(enter: Enter, cast: Cast) -> None:
    client = enter("attorney")
    with speaking(cast["attorney"]) as ada:
        made = bring(ada, "First name,A#\nRosa,A1\n")
    client.post(f"/imports/{made.pk}/correct/", {"version": 1, "row-2": "skip"})
    assert "This page was out of date." in client.get(f"/imports/{made.pk}/").content.decode()
    assert "Rows left out 0" in text(client, f"/imports/{made.pk}/")


def test_what_cannot_be_read_says_why(enter: Enter) -> None:
    html = enter("paralegal").post("/imports/", {"file": SimpleUploadedFile("a.xlsx", b"%PDF\x8f")}).content.decode()
    assert "This is neither a CSV file nor an Excel workbook." in html
    large = SimpleUploadedFile("a.csv", b"x" * (9 * 1024 * 1024))
    assert (
        "The file is too large: at most 8 MB." in enter("paralegal").post("/imports/", {"file": large}).content.decode()
    )


def test_the_template_is_a_file_that_can_be_imported(enter: Enter) -> None:
    client = enter("attorney")
    response = client.get("/imports/template.csv")
    assert response.headers["Content-Disposition"] == 'attachment; filename="casework-import.csv"'
    lines = response.content.decode("utf-8-sig").splitlines()
    assert (len(lines), lines[0].startswith("Given names,First surname,")) == (2, True)
    refused = client.post("/imports/", {"file": SimpleUploadedFile("t.csv", response.content)}).content.decode()
    assert "There is one row only." in refused


def test_what_a_colleague_sees_of_an_import(enter: Enter, cast: Cast) -> None:
    made = imported(cast["attorney"])
    assert "people.csv just now Ada Quispe 3 3 cases" in text(enter("paralegal"), "/imports/")
    assert "Take it back" not in text(enter("paralegal"), f"/imports/{made.pk}/")
    assert "3 people and cases go for ever" in text(enter("attorney"), f"/imports/{made.pk}/undo/")
    assert enter("volunteer").get("/imports/").status_code == 403
    assert enter("volunteer").get(f"/imports/{made.pk}/").status_code == 404


def test_no_address_or_title_names_what_stands_in_a_file(enter: Enter, cast: Cast) -> None:
    with speaking(cast["attorney"]) as ada:
        made = bring(ada, "First name,A#\nKanariente,A1\n")
    html = enter("attorney").get(f"/imports/{made.pk}/").content.decode()
    assert "Kanariente" in html
    outside = re.findall(r'(?:href|action)="[^"]*"|<title>.*?</title>', html)
    assert [one for one in outside if "Kanariente" in one or "people" in one] == []


def test_what_the_list_costs(enter: Enter, cast: Cast) -> None:
    client, found = enter("attorney"), []
    for many in (1, 2):
        for _one in range(many):
            with speaking(cast["attorney"]) as ada:
                bring(ada, "First name\nRosa\n")
        with speaking(cast["attorney"]) as ada:
            assert Import.objects.visible_to(ada).count() == 2 * many - 1
        found.append(queries(client, "/imports/"))
    assert found == [8, 8]


def test_what_a_check_of_three_rows_costs_is_what_one_costs(cast: Cast) -> None:
    imported(cast["attorney"])  # the organization's first values make its key
    found = []
    for many in (1, 3):
        with speaking(cast["attorney"]) as ada:
            rows = "".join(f"Rosa {at},Tzul,1990-03-0{at},A20000000{at}\n" for at in range(1, many + 1))
            with CaptureQueriesContext(connection) as seen:
                bring(ada, f"First name,Last name,DOB,A#\n{rows}")
            found.append(len([one for one in seen if one["sql"].startswith("SELECT")]))
    assert found == [18, 18]
