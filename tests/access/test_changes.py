"""What a line of the audit says of a row, what differs from it, how it is written in parts, and what may be undone."""

from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from casework.access import changes
from casework.intake.models import Referral
from casework.people.models import AdverseParty
from casework.vault.fields import Locked


@pytest.fixture
def row() -> Referral:
    """As it stands, at its third version."""
    return Referral(name="Casa Esperanza", phone="211", checked_on=date(2026, 3, 12), version=3)


def test_days_and_instants_stand_as_text_and_everything_else_as_it_is() -> None:
    values = [date(2026, 3, 12), datetime(2026, 3, 12, 9, 30), "2026", ["es"], 0, None]  # noqa: DTZ001 (as given)
    assert [changes.plain(one) for one in values] == ["2026-03-12", "2026-03-12T09:30:00", "2026", ["es"], 0, None]


def test_fields_are_told_as_lines_say_them(row: Referral) -> None:
    assert changes.standing(row, ["phone", "checked_on"]) == {"phone": "211", "checked_on": "2026-03-12"}


def test_only_what_the_row_does_not_hold_is_different(row: Referral) -> None:
    same = {"name": " Casa Esperanza ", "checked_on": date(2026, 3, 12), "languages": []}
    assert changes.different(row, same) == {}
    other = {"name": "Casa", "phone": " 311 ", "checked_on": None, "languages": ["es"]}
    assert changes.different(row, same | other) == other | {"phone": "311"}


@pytest.mark.parametrize(
    ("values", "parts"),
    [
        ({}, []),
        ({"name": "Other"}, [{"name": "Other"}]),
        ({"name": "Other", "tier": 2}, [{"name": "Other", "tier": 2}]),
        ({"name": "Other", "tier": 3}, [{"name": "Other", "tier": 3}]),
        ({"name": "Other", "tier": 1}, [{"name": "Other"}, {"tier": 1}]),
        ({"tier": 1}, [{"tier": 1}]),
    ],
)
def test_what_lowers_the_tier_is_written_last_and_alone(values: dict[str, Any], parts: list[dict[str, Any]]) -> None:
    """Else what stood before would be kept where more people read it."""
    assert changes.by_tier(SimpleNamespace(tier=2), values) == parts


@pytest.mark.parametrize(
    ("told", "may"),
    [
        ({"changes": {"phone": ("", "211")}}, True),
        ({"changes": {"phone": ("", "211"), "checked_on": (None, "2026-03-12")}}, True),
        ({"changes": {"phone": ("", "311")}}, False),
        ({"changes": {"phone": ("", "211"), "name": ("", "Casa")}}, False),
        ({"changes": {"phone": ("", "211"), "full_name": ("", "Casa Esperanza")}}, False),  # no column of the row
        ({"changes": {}}, False),
        ({"version": 2}, False),
        ({}, False),
    ],
)
def test_a_change_is_undone_while_all_that_it_wrote_stands(row: Referral, told: dict[str, Any], may: bool) -> None:
    assert changes.can_be_undone(row, told) is may


def test_what_stood_before_has_the_kind_that_the_row_holds(row: Referral) -> None:
    assert changes.value(row, "checked_on", "2026-01-02") == date(2026, 1, 2)
    assert changes.value(row, "checked_on", None) is None
    assert changes.value(row, "phone", "911") == "911"


def test_a_row_is_locked_when_anything_in_it_does_not_open(row: Referral) -> None:
    party = AdverseParty(name="Somebody")
    assert (changes.is_locked(row), changes.is_locked(party)) == (False, False)
    party.name = Locked()
    assert changes.is_locked(party) is True
