"""Where a look cannot be written down, nothing is shown; what was refused or failed is written by itself."""

from typing import Any

import pytest
from django.http.response import HttpResponseBase
from django.urls import reverse

from casework.access.context import acting
from casework.audit.models import Entry
from casework.cases import actions
from casework.cases.models import Case
from tests.audit.books import ADA, CLEO, NIA, actor_of, entered, faults, superuser
from tests.conftest import as_owner

pytestmark = pytest.mark.django_db(transaction=True)
CANARY = "Kanarivogel"


@pytest.fixture
def case() -> Case:
    ada = actor_of(ADA)
    with acting(ada):
        found = actions.open_case(ada, names={"given_names": CANARY})
        actions.write_note(ada, found, text=CANARY)
    return found


def lines() -> list[tuple[str, str, str]]:
    with as_owner():
        rows = Entry.objects.exclude(verb__startswith="session.").order_by("at")
        return list(rows.values_list("verb", "object_type", "basis"))[3:]  # opened, checked, a note


# How the audit comes to fail: when the line is written, when it is stamped, and when the transaction ends.
FAILURES = {
    "no right to add a line": "REVOKE INSERT ON audit_entry FROM casework_app",
    "no place in the chain": "REVOKE INSERT ON audit_link FROM casework_definer",
    "no head": "REVOKE UPDATE ON audit_head FROM casework_definer",
    "nowhere to wait": "REVOKE INSERT ON ctx.waiting FROM casework_definer",
    "no room": "ALTER TABLE audit_entry ADD CHECK (verb = 'nothing') NOT VALID",
}
PAGES = ["case", "case_access", "caseload", "organization"]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("failure", FAILURES)
def test_without_a_line_nothing_is_shown(case: Case, failure: str, page: str) -> None:
    browser = entered(ADA)
    address = reverse(page, args=[case.pk] if page.startswith("case_") or page == "case" else [])
    assert browser.get(address).status_code == 200
    before = lines()
    with superuser() as one:
        one.execute(FAILURES[failure])
    response: Any = browser.get(address)
    assert response.status_code == 500
    assert CANARY not in response.content.decode() + str(response.headers)
    assert "North Legal Aid" not in response.content.decode()
    assert (lines(), faults()) == (before, [])


@pytest.mark.parametrize("failure", FAILURES)
def test_without_a_line_nothing_is_written(case: Case, failure: str) -> None:
    browser = entered(ADA)
    with superuser() as one:
        one.execute(FAILURES[failure])
    response = browser.post(reverse("case_notes", args=[case.pk]), {"text": "x", "kind": "call", "tier": 2})
    assert response.status_code == 500
    with superuser() as one:
        assert one.execute("SELECT count(*) FROM cases_note").fetchone() == (1,)


def test_what_was_refused_is_written_by_itself(case: Case) -> None:
    asked: list[tuple[str, str, int]] = [
        (CLEO, reverse("case", args=[case.pk]), 404),
        (NIA, reverse("case", args=[case.pk]), 404),
        (ADA, reverse("members"), 403),
    ]
    for email, address, status in asked:
        assert entered(email).get(address).status_code == status
    assert lines() == [
        ("refused", "route:case", "404"),
        ("refused", "route:case", "404"),
        ("refused", "route:members", "403"),
    ]
    assert faults() == []


@pytest.fixture
def broken(case: Case) -> HttpResponseBase:
    """A page that fails halfway, after the look at the case was written."""
    browser = entered(ADA)
    with superuser() as one:
        one.execute("REVOKE SELECT ON cases_note FROM casework_app")
    return browser.get(reverse("case", args=[case.pk]))


def test_what_failed_is_written_by_itself(broken: HttpResponseBase) -> None:
    assert broken.status_code == 500
    assert lines() == [("failed", "route:case", "500")]
    assert faults() == []
