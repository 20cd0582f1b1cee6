"""Pages of a list: each row once, there and back, whatever stands in the address or happens in between."""

import random
from datetime import date, timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import timezone

from casework.access.doors import window
from casework.access.models import User
from casework.cases.models import Case
from casework.cases.pages import Order, Page, ordered, page
from casework.custody.caseload import ORDERS
from tests.cases.planting import open_case

pytestmark = pytest.mark.django_db
HEARING, REFERENCE = Order("next_hearing_at"), Order("reference", falling=True)


def asked(query: str, order: Order | None = None, size: int = 2) -> Page[Case]:
    given = QueryDict(query.removeprefix("?")).dict()
    with window("test"):
        if order is None:
            return page(Case.objects.all(), given, by="opened_at", size=size)
        return ordered(Case.objects.all(), given, order=order, size=size)


def walked(order: Order, size: int) -> tuple[list[Case], list[Case]]:
    """All rows along the pages, from the first to the last, and from the last back to the first."""
    last = asked("", order, size)
    there = list(last.rows)
    while last.older:
        last = asked(last.older, order, size)
        there += last.rows
    back = list(last.rows)
    while last.newer:
        last = asked(last.newer, order, size)
        back = last.rows + back
    return there, back


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
    "query", ["older=", "older=1_2", "older=x_y", f"older={10**30}_{'0' * 32}", "newer=1_", "page=2", "older=_"]
)
def test_a_changed_address_leads_to_the_first_page(rows: list[Case], query: str) -> None:
    assert asked(query) == asked("")


@pytest.mark.parametrize("query", ["after=2026-13-01_x", f"after=%00_{'0' * 32}", f"before={'9' * 99}_{'0' * 32}"])
@pytest.mark.parametrize("order", ORDERS.values())
def test_so_it_does_in_every_order(rows: list[Case], order: Order, query: str) -> None:
    assert asked(query, order) == asked("", order)


def given(made: list[Case], order: Order, values: list[Any]) -> list[Case]:
    """These values in the column of the order; the rows as they then stand, those without a value last."""
    with window("test"):
        for case, value in zip(made, values, strict=True):
            Case.objects.filter(pk=case.pk).update(**{order.column: value})
        found = list(Case.objects.all())
    known = [case for case in found if getattr(case, order.column) is not None]
    known.sort(key=lambda case: case.pk)
    known.sort(key=lambda case: getattr(case, order.column), reverse=order.falling)
    return known + sorted((case for case in found if case not in known), key=lambda case: case.pk)


NOW = timezone.now()
VALUES: dict[str, list[Any]] = {
    "next_hearing_at": [NOW, NOW + timedelta(microseconds=1), NOW + timedelta(days=2), None],
    "next_deadline_on": [date(2026, 11, 22), date(2026, 11, 23), None],
    "place_as_of": [NOW, NOW - timedelta(days=9), None],
}


@pytest.mark.parametrize("column", VALUES)
def test_ties_and_nothing_have_their_place_once(cast: dict[str, User], column: str) -> None:
    """Drawn with few values, so that many rows are alike; every length of a page, there and back."""
    draw, order = random.Random(column), next(one for one in ORDERS.values() if one.column == column)
    made = [open_case(cast["attorney"]) for _ in range(9)]
    for _ in range(4):
        expected = given(made, order, draw.choices(VALUES[column], k=len(made)))
        for size in (1, 2, 3, 9):
            assert walked(order, size) == (expected, expected)


def test_without_a_reference_they_come_last(cast: dict[str, User]) -> None:
    made = [open_case(cast["attorney"]) for _ in range(5)]
    expected = given(made, REFERENCE, ["", "NLA-2026-0002", "", "NLA-2026-0010", "NLA-2025-0900"])
    assert [case.reference for case in expected] == ["NLA-2026-0010", "NLA-2026-0002", "NLA-2025-0900", "", ""]
    assert walked(REFERENCE, 2) == (expected, expected)


def test_what_goes_between_two_pages_takes_none_of_the_others_along(cast: dict[str, User]) -> None:
    made = [open_case(cast["attorney"]) for _ in range(6)]
    expected = given(made, HEARING, [NOW, NOW, NOW, NOW + timedelta(days=1), None, None])
    first = asked("", HEARING)
    with window("test"):  # the very row at which the page ended, and the first of the next one
        Case.objects.filter(pk__in=[expected[1].pk, expected[2].pk]).update(next_hearing_at=NOW - timedelta(days=1))
    second = asked(first.older, HEARING)
    assert second.rows == expected[3:5]
    assert asked(second.older, HEARING).rows == expected[5:]
