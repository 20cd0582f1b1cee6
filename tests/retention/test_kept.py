"""What is past its time and what holds it back: said by number and day, to those who have a say."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from casework.access.doors import window
from casework.access.models import Organization, User
from casework.audit.models import Entry
from casework.cases.grants import CaseGroupObjectPermission
from casework.cases.models import Case, Closing
from casework.docket.models import Deadline, Hearing
from casework.people.models import Person
from casework.retention import actions, kept
from casework.retention.models import Keep
from tests.cases.planting import again, refused, speaking
from tests.clock import local_day
from tests.retention.planting import CANARY, closed_case, years_ago
from tests.vault import files

pytestmark = pytest.mark.django_db
Enter = Callable[[str], Client]
Cast = dict[str, User]
PAGE = "/organization/kept/"


def seen(user: User) -> dict[str, list[str]]:
    """By reference: what holds it back."""
    with speaking(user) as actor:
        return {one.reference: [str(why) for why in one.why] for one in kept.past(actor)}


def marks() -> int:
    with window("the test"):
        return int(Keep.objects.count())


def years(number: int | None) -> None:
    Organization.objects.filter(short_name="NLA").update(retention_years=number)


# --- How long ---------------------------------------------------------------------------------------------------


def test_a_new_organization_keeps_everything(cast: Cast) -> None:
    assert Organization.objects.get(short_name="RRH").retention_years is None
    closed_case(cast["attorney"], reference="A")
    years(None)
    assert seen(cast["admin"]) == {}


def test_an_administrator_sets_it_and_the_book_says_so(enter: Enter, cast: Cast) -> None:
    client = enter("admin")
    assertRedirects(client.post(PAGE, {"retention_years": "3"}), PAGE, fetch_redirect_response=False)
    assert Organization.objects.get(short_name="NLA").retention_years == 3
    assert Entry.objects.get(verb="organization.changed").fields == ["retention_years"]
    client.post(PAGE, {"retention_years": ""})
    assert Organization.objects.get(short_name="NLA").retention_years is None
    assertContains(client.get(PAGE), "Closed cases are kept without an end.")


@pytest.mark.parametrize("value", ["0", "101", "soon", "-1"])
def test_what_is_no_number_of_years_is_not_taken(enter: Enter, value: str) -> None:
    page = enter("admin").post(PAGE, {"retention_years": value})
    assert list(page.context["form"].errors) == ["retention_years"]
    assert Organization.objects.get(short_name="NLA").retention_years == 7


@pytest.mark.parametrize(("key", "status"), [("paralegal", 403), ("volunteer", 403), ("attorney", 200), ("admin", 200)])
def test_who_sees_the_page(enter: Enter, key: str, status: int) -> None:
    client = enter(key)
    assert client.get(PAGE).status_code == status
    if key != "admin":
        assert client.post(PAGE, {"retention_years": "1"}).status_code == 403


def test_the_page_leaves_a_line(enter: Enter) -> None:
    enter("admin").get(PAGE)
    (line,) = Entry.objects.exclude(verb__startswith="session.")
    assert (line.verb, line.object_type, line.case_id) == ("kept.viewed", "access.organization", None)


# --- What is past it --------------------------------------------------------------------------------------------


def test_the_page_says_number_and_day_and_no_name(enter: Enter, cast: Cast) -> None:
    closed_case(cast["attorney"], reference="NLA-2018-0001")
    for key in ("admin", "attorney"):
        page = enter(key).get(PAGE)
        assertContains(page, "NLA-2018-0001")
        assertContains(page, years_ago(8).isoformat())
        assertNotContains(page, CANARY)


@pytest.mark.parametrize(("ahead", "past"), [(0, True), (1, False)])
def test_the_last_day_counts(cast: Cast, ahead: int, past: bool) -> None:
    """On the calendar of the organization, which here is the one of the tests."""
    case = closed_case(cast["attorney"], reference="A")
    today = local_day()
    day = date(today.year - 7, today.month, min(today.day, 28)) + timedelta(days=ahead + max(today.day - 28, 0))
    with window("the test"):
        Closing.objects.filter(case=case).update(closed_on=day)
    assert seen(cast["admin"]) == ({"A": []} if past else {})


@pytest.mark.parametrize("stage", ["declined", "referred"])
def test_an_enquiry_that_went_nowhere_counts_from_that_day(cast: Cast, stage: str) -> None:
    case = files.case(files.person())
    with window("the test"):
        rows = Case.objects.filter(pk=case.pk)
        rows.update(stage=stage, stage_since=timezone.now() - timedelta(days=8 * 366))
        assert seen(cast["admin"]) == {"": []}
        rows.update(stage_since=timezone.now() - timedelta(days=6 * 366))
    assert seen(cast["admin"]) == {}


@pytest.mark.parametrize("stage", ["enquiry", "screening", "offered", "active", "closing"])
def test_what_is_not_over_is_never_past(cast: Cast, stage: str) -> None:
    case = closed_case(cast["attorney"])
    with window("the test"):
        Case.objects.filter(pk=case.pk).update(stage=stage, stage_since=timezone.now() - timedelta(days=9999))
    assert seen(cast["admin"]) == {}


def test_nobody_sees_those_of_another_organization(cast: Cast) -> None:
    closed_case(cast["attorney"], reference="A")
    for key in ("clinic", "clinic_admin"):
        with speaking(cast[key], "South Clinic") as actor:
            assert kept.past(actor) == []
    assert seen(cast["paralegal"]) == {}


# --- What holds a case back -------------------------------------------------------------------------------------

MARKED = "Somebody on the case marked it to be kept"
SHARED = "It is shared with another organization at present"
OPEN = "A deadline of it is open"
AHEAD = "A hearing of it is ahead"
SIBLING = "Another case of the same person is not past its time, or is held back"


def test_a_mark_holds_it_back_until_it_ends(enter: Enter, cast: Cast) -> None:
    case, client = closed_case(cast["attorney"], reference="A"), enter("paralegal")
    address = reverse("keep_case", args=[case.pk])
    assertContains(client.get(reverse("case", args=[case.pk])), address)
    assert client.post(address, {"reason": " "}).context["form"].errors.keys() == {"reason"}
    client.post(address, {"reason": "A claim against the bondsman"})
    assert seen(cast["admin"]) == {"A": [MARKED]}
    page = client.get(reverse("case", args=[case.pk]))
    assertContains(page, "A claim against the bondsman")
    assertContains(enter("admin").get(PAGE), MARKED)
    assertNotContains(enter("admin").get(PAGE), "bondsman")
    client.post(reverse("let_case_go", args=[case.pk]))
    assert seen(cast["admin"]) == {"A": []}
    lines = Entry.objects.filter(verb__in=["case.kept", "case.let_go"]).order_by("at")
    assert [(one.verb, one.fields, one.case_id, one.tier) for one in lines] == [
        ("case.kept", ["reason"], case.pk, 2), ("case.let_go", ["reason"], case.pk, 2),
    ]  # fmt: skip
    assert all(b"bondsman" not in bytes(one.detail or b"") for one in lines)


def test_a_mark_stands_once(cast: Cast) -> None:
    case = closed_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        actions.keep(ada, again(ada, case), reason="A claim")
        assert refused(lambda: actions.keep(ada, again(ada, case), reason="Another")) == {
            "": ["Somebody has marked this case to be kept already."]
        }
        actions.let_go(ada, again(ada, case))
        assert refused(lambda: actions.let_go(ada, again(ada, case))) == {
            "": ["Nothing keeps this case beyond its time."]
        }
        actions.keep(ada, again(ada, case), reason="Another")
    assert marks() == 2


def test_the_reason_stands_sealed(cast: Cast) -> None:
    case = closed_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        mark = actions.keep(ada, again(ada, case), reason="A claim against the bondsman")
    assert b"bondsman" not in (files.blob(mark, "reason") or b"")
    assert files.again(mark).reason == "A claim against the bondsman"


@pytest.mark.parametrize("key", ["volunteer", "admin"])
def test_who_may_not_close_a_case_does_not_keep_it(enter: Enter, cast: Cast, key: str) -> None:
    case = closed_case(cast["attorney"])
    page = enter(key).post(reverse("keep_case", args=[case.pk]), {"reason": "Mine"})
    assert (page.status_code, marks()) == (404, 0)


def test_a_share_holds_it_back_as_long_as_it_lasts(cast: Cast) -> None:
    case, there = closed_case(cast["attorney"], reference="A"), Organization.objects.get(short_name="SC")
    grant = CaseGroupObjectPermission.objects.create(
        content_object=case, organization_id=case.organization_id, to_organization=there, group=there.group,
        granted_by_id=case.opened_by_id, granted_by_name="Ada", expires_at=timezone.now() + timedelta(hours=1),
        permission=Permission.objects.get(content_type__app_label="cases", codename="view_case"),
    )  # fmt: skip
    assert seen(cast["admin"]) == {"A": [SHARED]}
    grant.expires_at = timezone.now() - timedelta(hours=1)
    grant.save()
    assert seen(cast["admin"]) == {"A": []}


@pytest.mark.parametrize(("state", "withdrawn", "why"), [
    ("open", False, [OPEN]), ("open", True, []), ("done", False, []), ("dropped", False, []),
])  # fmt: skip
def test_an_open_deadline_holds_it_back(cast: Cast, state: str, withdrawn: bool, why: list[str]) -> None:
    case = closed_case(cast["attorney"], reference="A")
    Deadline(
        organization_id=case.organization_id, case=case, recorded_by_id=case.opened_by_id, rule_version_id="pfr_30|1",
        time_zone="UTC", due_on=years_ago(8), keep_on=years_ago(8), state=state, withdrawn=withdrawn,
        ended_at=None if state == "open" else timezone.now(),
    ).save(force_insert=True)  # fmt: skip
    assert seen(cast["admin"]) == {"A": why}


@pytest.mark.parametrize(("state", "days", "why"), [
    ("scheduled", 1, [AHEAD]), ("scheduled", -1, []), ("vacated", 1, []), ("adjourned", 1, []),
])  # fmt: skip
def test_a_hearing_that_is_ahead_holds_it_back(cast: Cast, state: str, days: int, why: list[str]) -> None:
    case, at = closed_case(cast["attorney"], reference="A"), timezone.now() + timedelta(days=days)
    Hearing(
        organization_id=case.organization_id, case=case, recorded_by_id=case.opened_by_id, kind="master", medium="V",
        court_id="adelanto", on=at.date(), at=at.time(), time_zone="UTC", starts_at=at, state=state,
    ).save(force_insert=True)  # fmt: skip
    assert seen(cast["admin"]) == {"A": why}


def test_other_cases_of_the_person_hold_it_back(cast: Cast) -> None:
    """One that is open, one that was closed later, one that is held back itself; of merged files, too."""
    person, other = files.person(given_names=CANARY), files.person(given_names=CANARY)
    closed_case(cast["attorney"], person=person, reference="A")
    second = closed_case(cast["attorney"], person=other, reference="B")
    assert seen(cast["admin"]) == {"A": [], "B": []}
    with window("the test"):
        Person.objects.filter(pk__in=[person.pk, other.pk]).update(merged_into=person)
    third = closed_case(cast["attorney"], person=person, reference="C", years=6)
    assert seen(cast["admin"]) == {"A": [SIBLING], "B": [SIBLING]}
    with window("the test"):
        Closing.objects.filter(case=third).update(closed_on=years_ago(8))
        assert seen(cast["admin"]) == {"A": [], "B": [], "C": []}
        Case.objects.filter(pk=third.pk).update(stage="active")
        assert seen(cast["admin"]) == {"A": [SIBLING], "B": [SIBLING]}
        Case.objects.filter(pk=third.pk).update(stage="closed")
    with speaking(cast["attorney"]) as ada:
        actions.keep(ada, again(ada, second), reason="A claim")
    assert seen(cast["admin"]) == {"A": [SIBLING], "B": [MARKED], "C": [SIBLING]}


def test_somebody_elses_cases_hold_nothing_back(cast: Cast) -> None:
    closed_case(cast["attorney"], reference="A")
    files.case(files.person(given_names=CANARY))
    assert seen(cast["admin"]) == {"A": []}


def test_no_way_of_sql_leads_from_the_list_to_the_cases(cast: Cast) -> None:
    """An administrator without a second role meets no case, though they decide about it."""
    closed_case(cast["attorney"], reference="A")
    with speaking(cast["admin"]), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM ctx.kept_cases()")
        (row,) = cursor.fetchall()
        assert (row[0], len(row)) == ("A", 4)
        with window("the test"):
            assert (Case.objects.count(), Person.objects.count()) == (0, 0)
