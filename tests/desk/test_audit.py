"""Searching the audit: filters, what an administrator may know of a line, and the file."""

import csv
import io
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from casework.access.models import User
from casework.audit.models import Entry
from casework.cases import actions
from casework.cases.models import Case
from casework.look.sheet import safe
from tests.cases.planting import NORTH, SOUTH, again, give, member, open_case, speaking
from tests.desk.test_case import address, words
from tests.desk.test_caseload import queries, text
from tests.desk.test_history import planted

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
Enter = Callable[[str], Client]
AUDIT = "/organization/audit/"


@pytest.fixture(autouse=True)
def in_english(cast: Cast) -> None:
    """Some of the cast read Spanish."""
    User.objects.update(language="en")


def lines(client: Client, asked: str = "") -> list[str]:
    """The lines of the page in words, newest first, but for those of this search and of signing in."""
    html = client.get(AUDIT + asked).content.decode()
    rows = re.findall(r'<tr role="row">\s*<th scope="row".+?</tr>', html, re.DOTALL)
    said = [re.sub(r"^.+? [ap]m ", "", " ".join(re.sub(r"<[^>]+>", " ", row).split())) for row in rows]
    return [one for one in said if "Searched the audit" not in one]


def test_a_line_says_who_what_and_on_what_ground(enter: Enter, cast: Cast) -> None:
    case = open_case(cast["attorney"], given_names="Canary")
    with speaking(cast["attorney"]) as ada:
        actions.accept(ada, again(ada, case))
        give(ada, again(ada, case), SOUTH)
    enter("clinic").get(address(case))
    found = text(enter("admin"), AUDIT)
    short = case.pk.hex[:8]
    assert f"Cleo Tran South Clinic Attorney Opened a page of the case {short} By a share: reading" in found
    assert f"Ada Quispe Attorney Accepted the case Stage, Reference {short} On the team" in found
    assert "Canary" not in found
    assert "NLA-20" not in found


def test_a_second_role_knows_the_reference_and_the_way(enter: Enter, cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        reference = actions.accept(ada, again(ada, case))
    html = enter("second_admin").get(AUDIT).content.decode()
    assert f'<a class="mono" href="{address(case, "case_activity")}">{reference}</a>' in html
    assert "stands under Activity on the page of each case" in html
    assert "stay closed to you" in enter("admin").get(AUDIT).content.decode()


def test_only_administrators_search(enter: Enter, cast: Cast) -> None:
    for key in ("attorney", "paralegal", "volunteer", "clinic"):
        client = enter(key)
        assert [client.get(AUDIT).status_code, client.get(f"{AUDIT}export/").status_code] == [403, 403]
        assert client.post(f"{AUDIT}export/").status_code == 403
        assert AUDIT not in client.get("/organization/").content.decode()
    assert AUDIT in enter("admin").get("/organization/").content.decode()


def test_other_organizations_have_an_audit_of_their_own(enter: Enter, cast: Cast) -> None:
    open_case(cast["attorney"])
    assert "Ada Quispe" not in text(enter("clinic_admin"), AUDIT)


def test_searching_leaves_a_line_with_its_filters_and_no_words(enter: Enter, cast: Cast) -> None:
    case = open_case(cast["attorney"])
    enter("admin").get(f"{AUDIT}?case={case.pk.hex[:8]}&verb=case.viewed")
    line = Entry.objects.get(verb="audit.searched")
    assert (line.fields, line.object_ids, line.detail) == (["verb", "case"], [case.pk], None)


# --- Filters


@pytest.fixture
def two(enter: Enter, cast: Cast) -> tuple[Case, Case]:
    """Two cases, looked at by two people; one list, one refusal."""
    first, second = open_case(cast["attorney"]), open_case(cast["paralegal"])
    with speaking(cast["attorney"]) as ada:
        actions.restrict(ada, again(ada, first))
    enter("attorney").get(address(second))
    enter("attorney").get("/cases/")
    enter("paralegal").get(address(first))
    return first, second


def test_by_member(enter: Enter, cast: Cast, two: tuple[Case, Case]) -> None:
    found = lines(enter("admin"), f"?member={member(cast['paralegal'], NORTH).pk}&verb=case.opened")
    assert found == [f"Ben Okoye Paralegal Opened the case Person, Team {two[1].pk.hex[:8]} Of the organization"]


def test_by_kind_of_act(enter: Enter, cast: Cast, two: tuple[Case, Case]) -> None:
    found = lines(enter("admin"), "?verb=case.restricted")
    assert found == [f"Ada Quispe Attorney Restricted the case to its team Restricted {two[0].pk.hex[:8]} On the team"]


def test_refusals_only(enter: Enter, cast: Cast, two: tuple[Case, Case]) -> None:
    found = lines(enter("admin"), "?refusals=on")
    assert found == [f"Ben Okoye Paralegal Was refused: case {two[0].pk.hex[:8]} Not there, or not theirs to see"]


@pytest.mark.parametrize("named", ["id", "short", "reference"])
def test_by_case(enter: Enter, cast: Cast, two: tuple[Case, Case], named: str) -> None:
    with speaking(cast["attorney"]) as ada:
        reference = actions.accept(ada, again(ada, two[1]))
    asked = {"id": str(two[1].pk), "short": two[1].pk.hex[:8].upper(), "reference": reference.lower()}[named]
    found = lines(enter("second_admin"), f"?case={asked}")
    assert found == [
        f"Ada Quispe Attorney Accepted the case Stage, Reference {reference} Of the organization",
        "Ada Quispe Attorney Saw it in a list: 2 rows Of the organization",
        f"Ada Quispe Attorney Opened a page of the case {reference} Of the organization",
        f"Ben Okoye Paralegal Checked for conflicts Name {reference} On the team",
        f"Ben Okoye Paralegal Opened the case Person, Team {reference} Of the organization",
    ]


def test_lists_that_showed_a_case(enter: Enter, cast: Cast, two: tuple[Case, Case]) -> None:
    found = lines(enter("admin"), f"?case={two[1].pk}&where=lists")
    assert found == ["Ada Quispe Attorney Saw it in a list: 2 rows Of the organization"]
    answer = enter("admin").get(f"{AUDIT}?where=lists")
    assert "Case: Enter the case that the lists showed." in words(answer.content)


def test_an_administrator_finds_no_case_by_its_reference(enter: Enter, cast: Cast, two: tuple[Case, Case]) -> None:
    with speaking(cast["attorney"]) as ada:
        reference = actions.accept(ada, again(ada, two[1]))
    for asked in (reference, "NLA-2026-9999", "00000000", "zz", "%25", "a" * 40):
        answer = enter("admin").get(f"{AUDIT}?case={asked}")
        assert answer.status_code == 200
        assert "No case that you see has this reference." in words(answer.content), asked
        assert lines(enter("admin"), f"?case={asked}") == []


def test_by_day(enter: Enter, cast: Cast, two: tuple[Case, Case]) -> None:
    client, now = enter("admin"), timezone.now()
    planted(two[0], now.replace(year=2025, month=3, day=10, hour=12), actor_name="Once")
    assert [one.startswith("Once") for one in lines(client, "?since=2025-03-10&until=2025-03-10")] == [True]
    assert lines(client, "?since=2025-03-11&until=2025-03-12") == []
    answer = client.get(f"{AUDIT}?since=2025-03-11&until=2025-03-10")
    assert "This must not be before the first day." in words(answer.content)
    assert "Check the year." in words(client.get(f"{AUDIT}?since=0001-01-01").content)


@pytest.mark.parametrize("asked", ["?member=x", "?verb=x", "?since=x", "?where=x"])
def test_what_is_not_offered_is_refused_at_its_field(enter: Enter, asked: str) -> None:
    answer = enter("admin").get(AUDIT + asked)
    assert (answer.status_code, "This could not be searched yet" in words(answer.content)) == (200, True)


def test_pages_keep_the_search(enter: Enter, cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        now = again(ada, case)
        for _number in range(51):
            actions.write_note(ada, now, text="Spoke.", tier=2)
    client = enter("admin")
    html = client.get(f"{AUDIT}?verb=note.written").content.decode()
    older = next(part for part in html.split('"') if part.startswith("?older=")).replace("&amp;", "&")
    assert len(lines(client, "?verb=note.written")) == 50
    assert len(lines(client, older)) == 1
    assert lines(client, "?verb=case.closed") == []


def test_the_search_costs_the_same_whatever_it_finds(enter: Enter, cast: Cast) -> None:
    client, found = enter("second_admin"), []
    for keys in (["attorney"], ["paralegal", "second_admin"]):
        for key in keys:
            case = open_case(cast[key])
            enter("paralegal").get(address(case))
        found.append(queries(client, AUDIT))
    assert found[0] == found[1]
    assert found[0] == 10


# --- The file


def exported(client: Client, asked: str = "") -> list[dict[str, str]]:
    answer = client.post(f"{AUDIT}export/{asked}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert re.fullmatch(r'attachment; filename="audit-\d{4}-\d\d-\d\d\.csv"', answer.headers["Content-Disposition"])
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_what_was_found_is_taken_along(enter: Enter, cast: Cast, two: tuple[Case, Case]) -> None:
    client = enter("admin")
    asked = "?verb=case.restricted"
    assert f'href="/organization/audit/export/{asked}"' in client.get(AUDIT + asked).content.decode()
    assert "1 line, as a file for a spreadsheet (CSV)." in text(client, f"{AUDIT}export/{asked}")
    (row,) = exported(client, asked)
    assert {name: row[name] for name in ("Name", "What", "Verb", "Ground", "Case", "Fields")} == {
        "Name": "Ada Quispe",
        "What": "Restricted the case to its team",
        "Verb": "case.restricted",
        "Ground": "On the team",
        "Case": two[0].pk.hex[:8],
        "Fields": "Restricted",
    }
    line = Entry.objects.get(verb="audit.exported")
    assert (line.fields, line.basis, line.actor_name) == (["verb"], "organization", "Nia Haddad")


def test_whoever_exports_has_just_said_who_they_are(enter: Enter) -> None:
    client = enter("admin")
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time() - 3600}]
    session.save()
    answer = client.get(f"{AUDIT}export/?verb=case.opened")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/account/")
    answer = client.post(f"{AUDIT}export/?verb=case.opened")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{AUDIT}export/?verb=case.opened")
    assert Entry.objects.filter(verb="audit.exported").count() == 0


def test_a_search_that_is_wrong_exports_nothing(enter: Enter) -> None:
    client = enter("admin")
    assert client.post(f"{AUDIT}export/?verb=x").headers["Location"] == AUDIT


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@SUM", "'@SUM"), ("\tx", "'\tx"), ("\rx", "'\rx"),
        ("  =1", "'  =1"), ("Ada", "Ada"), ("", ""), ("O'Neil-Smith", "O'Neil-Smith"),
    ],
)  # fmt: skip
def test_no_cell_is_computed(cell: str, written: str) -> None:
    assert safe(cell) == written


def test_a_name_that_looks_like_a_formula_stays_a_name(enter: Enter, cast: Cast) -> None:
    User.objects.filter(pk=cast["attorney"].pk).update(name="=HYPERLINK(0)")
    open_case(cast["attorney"])
    assert [row["Name"] for row in exported(enter("admin"), "?verb=case.opened")] == ["'=HYPERLINK(0)"]


def test_the_file_has_an_end_and_says_so(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("admin")
    columns: dict[str, Any] = {"verb": "note.written", "organization_id": case.organization_id, "actor_kind": "staff"}
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        Entry.objects.bulk_create([Entry(**columns) for _number in range(10_001)], batch_size=1000)
        cursor.execute("ALTER TABLE audit_entry ENABLE TRIGGER USER")
    found = text(client, f"{AUDIT}export/?verb=note.written")
    assert "10000 lines, as a file" in found
    assert "More lines match. A file holds 10000 at most" in found
    assert len(exported(client, "?verb=note.written")) == 10_000
