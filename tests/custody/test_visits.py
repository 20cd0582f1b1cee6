"""Who of ours is there: the facility's page, the paper for a visit with its line, and glance columns that agree."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from pypdf import PdfReader

from casework.access.models import User
from casework.access.walls import OWNER
from casework.audit.models import Entry
from casework.cases import actions as of_cases
from casework.custody import courts
from casework.directory.models import Court
from tests.cases.planting import HOTLINE, SOUTH, again, open_case, speaking
from tests.conftest import as_application
from tests.custody.planting import ADELANTO, at, book
from tests.desk.test_caseload import text

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
Enter = Callable[[str], Client]
PAGE = f"/directory/facilities/{ADELANTO}/"


def test_a_visit_list_names_whom_one_sees_and_stands_in_each_case(enter: Enter, cast: Cast) -> None:
    shown = open_case(cast["attorney"], given_names="Domingo", first_surname="Pérez")
    hidden = open_case(cast["attorney"], given_names="Hidden")
    other = open_case(cast["hotline"], HOTLINE, given_names="Zulma")
    with speaking(cast["attorney"]) as ada:
        for case in (shown, hidden):
            book(ada, case, at(ADELANTO), "2026-10-01")
        of_cases.restrict(ada, again(ada, hidden))
    with speaking(cast["hotline"], HOTLINE) as hana:
        book(hana, other, at(ADELANTO), "2026-10-01")
    ben = enter("paralegal")
    found = text(ben, PAGE)
    assert ("Domingo Pérez" in found, "Hidden" in found, "Zulma" in found) == (True, False, False)
    answer = ben.get(f"{PAGE}visits.pdf")
    said = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    assert ("Domingo Pérez" in said, "Hidden" in said, "Zulma" in said) == (True, False, False)
    lines = Entry.objects.filter(verb="visits.exported").values_list("actor_name", "case_id", "fields", "basis")
    assert list(lines) == [("Ben Okoye", shown.pk, ["a_number"], "organization")]
    assert "Exported" in text(enter("attorney"), f"/cases/{shown.pk}/looks/")
    assert enter("volunteer").get(f"{PAGE}visits.pdf").status_code == 403


def test_a_court_names_who_has_it_on_file(enter: Enter, cast: Cast) -> None:
    shown = open_case(cast["attorney"], given_names="Domingo", first_surname="Pérez")
    hidden = open_case(cast["attorney"], given_names="Hidden")
    other = open_case(cast["clinic"], SOUTH, given_names="Zulma")
    paper: dict[str, Any] = {
        "court": Court.objects.get(key="adelanto"),
        "since": date(2026, 10, 2),
        "order": "NTA",
        "seen": 0,
    }
    with speaking(cast["attorney"]) as ada:
        for case in (shown, hidden):
            courts.set_court(ada, case, **paper)
        of_cases.restrict(ada, again(ada, hidden))
    with speaking(cast["clinic"], SOUTH) as cleo:
        courts.set_court(cleo, other, **paper)
    found = text(enter("paralegal"), "/directory/courts/adelanto/")
    assert ("Domingo Pérez" in found, "Hidden" in found, "Zulma" in found) == (True, False, False)
    line = Entry.objects.filter(verb="case.listed", actor_name="Ben Okoye").latest("at")
    assert line.object_ids == [shown.pk]


def test_only_the_owner_is_told_that_all_agree(cast: Cast) -> None:
    """The application's role sees no case without somebody who asks, and so none that differs."""
    with as_application(), pytest.raises(CommandError, match="CASEWORK_DATABASE_ROLE=migrate"):
        call_command("check_glances")


def test_glance_columns_that_went_wrong_are_told_and_mended(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "assume_role", OWNER)
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        book(ada, case, at(ADELANTO), "2026-10-01")
    call_command("check_glances")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_case SET place = 'Elsewhere' WHERE id = %s", [case.pk])
    with pytest.raises(CommandError):
        call_command("check_glances")
    call_command("check_glances", "--write")
    call_command("check_glances")
