"""The caseload as a file: who may, what it holds, that it stays in each case, and that nothing in it is computed."""

import csv
import io
import re
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from casework.access.models import User
from casework.audit.models import Entry
from casework.cases import actions
from casework.cases.models import Case
from casework.look.sheet import FORMULA, safe, sheet
from tests.cases.planting import again, glances, open_case, speaking
from tests.clock import local_day
from tests.desk.test_caseload import text

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
Enter = Callable[[str], Client]
EXPORT = "/cases/export/"


def exported(client: Client, asked: str = "") -> list[dict[str, str]]:
    answer = client.post(EXPORT + asked)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert re.fullmatch(r'attachment; filename="cases-\d{4}-\d\d-\d\d\.csv"', answer.headers["Content-Disposition"])
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_what_is_listed_is_taken_along(enter: Enter, cast: Cast) -> None:
    case, other = open_case(cast["attorney"], given_names="Rosa", first_surname="Ñuu"), open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        reference = actions.accept(ada, again(ada, case))
    glances(
        case, place="Eloy", place_kind="facility", custody="detained", place_since=date(2026, 11, 2),
        place_as_of=datetime(2026, 11, 3, 20, tzinfo=UTC), next_hearing_zone="America/Phoenix",
        next_hearing_at=datetime(2027, 1, 5, 15, 30, tzinfo=UTC), next_deadline_on=date(2026, 12, 1),
    )  # fmt: skip
    client = enter("attorney")
    assert "1 case, as a file for a spreadsheet (CSV)." in text(client, f"{EXPORT}?stage=active")
    assert f'href="{EXPORT}?stage=active"' in client.get("/cases/?stage=active").content.decode()
    (row,) = exported(client, "?stage=active")
    assert row == {
        "Reference": reference, "Person": "Rosa Ñuu", "Stage": "Active", "For": "", "Language": "",
        "Custody": "Detained", "Where": "Eloy", "Since": "2026-11-02", "Confirmed": "2026-11-03",
        "Next hearing": "2027-01-05 08:30", "Zone of the court": "America/Phoenix", "Next deadline": "2026-12-01",
        "Lead": "Ada Quispe", "Opened": local_day().isoformat(),
    }  # fmt: skip
    lines = Entry.objects.filter(verb="caseload.exported")
    assert [(line.object_id, line.case_id, line.fields) for line in lines] == [(case.pk, case.pk, ["stage"])]
    assert len(exported(client)) == 2
    assert Entry.objects.filter(verb="caseload.exported", case_id=other.pk).count() == 1
    assert re.search(r"Ada Quispe .* Exported", text(client, f"/cases/{case.pk}/looks/"))


def test_no_number_and_no_birth_date_leaves(enter: Enter, cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        person = again(ada, case).whose
        person.a_number, person.birth_date = "012345678", date(1990, 3, 7)
        person.save()
    body = enter("attorney").post(EXPORT).content.decode()
    assert not re.search("012345678|345.678|1990", body)


@pytest.mark.parametrize("sign", FORMULA)
def test_no_cell_is_computed(sign: str) -> None:
    for cell in (f"{sign}1+1", f" {sign}1", f"\u3000{sign}1", f"\u00a0{sign}cmd|'/c calc'!A0"):
        assert safe(cell) == f"'{cell}"
        ((written,),) = csv.reader(io.StringIO(sheet([[cell]]).decode("utf-8-sig"), newline=""))
        assert written == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Rosa", "1-2", "A=B", "2026-11-22", "Ñuu + 1", "'already", "O'Neil"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert safe(cell) == cell


def test_a_name_that_is_a_formula_is_none_in_the_file(enter: Enter, cast: Cast) -> None:
    open_case(cast["attorney"], given_names='=HYPERLINK("http://x","y")')
    (row,) = exported(enter("attorney"))
    assert row["Person"] == '\'=HYPERLINK("http://x","y")'


@pytest.mark.parametrize("key", ["volunteer", "admin"])
def test_only_counsel_takes_a_list_along(enter: Enter, cast: Cast, key: str) -> None:
    open_case(cast["volunteer"])
    client = enter(key)
    assert [client.get(EXPORT).status_code, client.post(EXPORT).status_code] == [403, 403]
    assert "Export" not in text(client, "/cases/")


def test_whoever_exports_has_just_said_who_they_are(enter: Enter, cast: Cast) -> None:
    open_case(cast["attorney"])
    client = enter("attorney")
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time() - 3600}]
    session.save()
    assert client.get(f"{EXPORT}?stage=new").headers["Location"].startswith("/account/")
    answer = client.post(f"{EXPORT}?stage=new&x=1")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{EXPORT}?stage=new")
    assert Entry.objects.filter(verb="caseload.exported").count() == 0


def test_a_long_list_is_cut_and_that_is_said(enter: Enter, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casework.desk.caseload.export.MOST", 2)
    made: list[Case] = [open_case(cast["attorney"], given_names=name) for name in ("Ana", "Bruna", "Clara")]
    for days, case in enumerate(made):
        glances(case, opened_at=timezone.now() - timedelta(days=days))
    client = enter("attorney")
    assert "More cases are like this. A file holds 2 at most: the first of this order." in text(client, EXPORT)
    assert [row["Person"] for row in exported(client)] == ["Ana", "Bruna"]


@pytest.mark.parametrize("cell", ["Ana;=HYPERLINK(1)", "Ana;\t@x", "Ana\t=1"])
def test_no_formula_begins_behind_a_sign_that_parts_cells_elsewhere(cell: str) -> None:
    found = sheet([[cell]]).decode("utf-8-sig")
    assert not re.search(r"[;\t]\s*[=+\-@]", found)
