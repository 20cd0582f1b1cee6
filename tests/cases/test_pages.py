"""Pages of a list: each row once, there and back, whatever stands in the address."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from casework.access.doors import window
from casework.access.models import User
from casework.cases.models import Case
from casework.cases.pages import Page, page
from tests.cases.planting import open_case

pytestmark = pytest.mark.django_db


def asked(query: str) -> Page[Case]:
    with window("test"):
        return page(Case.objects.all(), QueryDict(query.removeprefix("?")).dict(), by="opened_at", size=2)


@pytest.fixture
def rows(cast: dict[str, User]) -> list[Case]:
    """Five cases, two of them opened in the same instant, newest first."""
    made = [open_case(cast["attorney"]) for _ in range(5)]
    now = timezone.now()
    with window("test"):
        for case, hours in zip(made, (1, 2, 2, 3, 4), strict=True):
            case.opened_at = now - timedelta(hours=hours)
            case.save()
    return sorted(made, key=lambda case: (-case.opened_at.timestamp(), case.pk))


def test_older_pages_show_every_row_once(rows: list[Case]) -> None:
    first = asked("")
    second = asked(first.older)
    third = asked(second.older)
    assert (first.rows, second.rows, third.rows) == (rows[:2], rows[2:4], rows[4:])
    assert (first.newer, third.older) == ("", "")


def test_newer_pages_lead_back(rows: list[Case]) -> None:
    third = asked(asked(asked("").older).older)
    second = asked(third.newer)
    assert second.rows == rows[2:4]
    first = asked(second.newer)
    assert (first.rows, first.newer) == (rows[:2], "")


@pytest.mark.parametrize(
    "query", ["older=", "older=1-2", "older=x-y", f"older={10**30}-{'0' * 32}", "newer=1-", "page=2"]
)
def test_a_changed_address_leads_to_the_first_page(rows: list[Case], query: str) -> None:
    assert asked(query) == asked("")
