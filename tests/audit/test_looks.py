"""Whoever is shown something of somebody else leaves a line: every page, over all addresses of the product."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from casework.access import coalition
from casework.access.models import User
from casework.audit.models import Entry
from casework.cases.models import Case
from tests.cases.planting import again, give, open_case, speaking
from tests.conftest import fresh
from tests.matrix.addresses import addresses
from tests.matrix.asking import ask, digest_of_the_world
from tests.matrix.cells import cells_of
from tests.matrix.expectations import own
from tests.matrix.judging import found_in
from tests.matrix.planting import plant
from tests.matrix.world import PRINCIPALS, World

SIGNED_IN = [
    pytest.param("tomas", 8, id="tomas, one page of eight"),
    *(
        pytest.param(one, 1, id=one, marks=pytest.mark.proof)
        for one in ("tomas", "ada", "vic", "cleo", "june_rrh", "hana")
    ),
]
ALWAYS = {"case", "caseload", "organization"}
# Somebody asked to take one's own second factor off: who it was is told on one's own first page, as in the letter.
ABOUT_ONESELF = {"today"}
# What an organization notes about a place, its own number and where else it refers people are about nobody; who
# checked it, and who is on duty, is a colleague.
ABOUT_PLACES = {
    "place_note", "directory_reports", "settle_report", "closed_days", "note_call", "leaflet", "referrals",
    "family_front",
}  # fmt: skip


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Everybody and everything, committed; afterwards the worker gets its database anew."""
    with django_db_blocker.unblock():
        try:
            yield plant()
        finally:
            fresh()


@pytest.mark.usefixtures("for_hours")
@pytest.mark.parametrize(("who", "one_of"), SIGNED_IN)
def test_every_page_that_shows_somebody_leaves_a_line(world: World, who: str, one_of: int) -> None:
    untouched, shown, silent = digest_of_the_world(), set(), []
    for cell in cells_of(PRINCIPALS[who], addresses()):
        if cell.method != "GET" or cell.address.name in ABOUT_ONESELF | ABOUT_PLACES:
            continue
        if not cell.in_sample(one_of) and cell.address.name not in ALWAYS:
            continue
        seen = ask(world, cell, untouched)
        told = found_in(seen.text) - own(PRINCIPALS[who].person or who)
        if seen.response.status_code == 200 and told:
            shown.add(cell.address.name)
            silent += [] if seen.lines else [f"{cell}: {sorted(told)[:3]}"]
    assert silent == []
    assert shown >= ALWAYS


def lines() -> list[tuple[Any, ...]]:
    """What stands in the audit but for sessions: verb, on what, on what ground, which fields."""
    rows = Entry.objects.exclude(verb__startswith="session.").order_by("at")
    return list(rows.values_list("verb", "object_type", "basis", "fields"))


Enter = Any
Cast = dict[str, User]


@pytest.mark.django_db
def test_a_list_leaves_a_line_with_what_stood_in_it(cast: Cast, enter: Enter) -> None:
    cases = [open_case(cast["attorney"]) for _ in range(3)]
    enter("paralegal").get(reverse("caseload"))
    line = Entry.objects.get(verb="case.listed")
    assert line.object_ids == [one.pk for one in reversed(cases)]
    assert (line.organization_id, line.case_id, line.detail) == (cases[0].organization_id, None, None)
    assert (line.actor_name, line.basis) == (cast["paralegal"].name, "organization")


@pytest.mark.django_db
def test_a_list_of_what_was_shared_stands_in_the_books_of_those_who_shared(cast: Cast, enter: Enter) -> None:
    cases: list[Case] = []
    for key, organization in (("attorney", "North Legal Aid"), ("both", "Rapid Response Hotline")):
        cases.append(open_case(cast[key], organization))
        with speaking(cast[key], organization) as actor:
            give(actor, again(actor, cases[-1]), "South Clinic")
    enter("clinic").get(reverse("shared_cases"))
    found = Entry.objects.filter(verb="case.listed")
    assert {(one.organization_id, *one.object_ids, one.basis) for one in found} == {
        (one.organization_id, one.pk, "share") for one in cases
    }


@pytest.mark.django_db
def test_an_empty_list_shows_nobody(enter: Enter) -> None:
    enter("clinic").get(reverse("caseload"))
    enter("clinic").get(reverse("shared_cases"))
    assert lines() == []


@pytest.mark.django_db
def test_pages_about_people_of_the_organization(cast: Cast, enter: Enter) -> None:
    browser = enter("admin")
    for page in ("members", "organization", "organization_settings", "organization_duty"):
        browser.get(reverse(page))
    assert lines() == [
        ("members.viewed", "access.membership", "organization", ["invitations"]),
        ("organization.viewed", "access.organization", "organization", []),
        ("organization.viewed", "access.organization", "organization", ["settings"]),
        ("organization.viewed", "access.organization", "organization", ["duty_hours"]),
    ]
    team = cast["admin"].memberships.get().organization.memberships.values_list("pk", flat=True)
    assert sorted(Entry.objects.get(verb="members.viewed").object_ids) == sorted(team)


@pytest.mark.django_db
def test_who_can_see_a_case_is_a_look_of_its_own(cast: Cast, enter: Enter) -> None:
    case = open_case(cast["attorney"])
    enter("paralegal").get(reverse("case_access", args=[case.pk]))
    assert [line[0] for line in lines()] == ["case.opened", "conflict.checked", "case.viewed", "case.access_viewed"]


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "fields"), [
    ("cleo@south.example", ["found"]), ("nobody@south.example", ["not_found"]),
])  # fmt: skip
def test_looking_for_somebody_elsewhere_leaves_a_line_without_the_address(
    cast: Cast, enter: Enter, address: str, fields: list[str]
) -> None:
    case = open_case(cast["attorney"])
    sought(enter("attorney"), cast, case, address)
    line = Entry.objects.get(verb="receiver.sought")
    assert (line.organization_id, line.object_id) == (case.organization_id, south(cast))
    assert (line.fields, line.basis, line.detail) == (fields, "organization", None)
    assert address not in str(Entry.objects.filter(pk=line.pk).values())


def south(cast: Cast) -> Any:
    return cast["clinic"].memberships.get().organization_id


def sought(browser: Any, cast: Cast, case: Case, address: str) -> Any:
    asked = {"organization": south(cast), "whom": "one", "email": address, "level": "view"}
    return browser.post(reverse("share_case", args=[case.pk]), asked)


@pytest.mark.django_db
def test_addresses_are_not_tried_out(cast: Cast, enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coalition, "QUESTIONS_PER_HOUR", 2)
    case, browser = open_case(cast["attorney"]), enter("attorney")
    told = [sought(browser, cast, case, "cleo@south.example").content.decode() for _ in range(3)]
    assert ["many addresses" in page for page in told] == [False, False, True]
    assert Entry.objects.filter(verb="receiver.sought").count() == 2
