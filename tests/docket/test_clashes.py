"""Two hearings of one person that nobody can keep."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from casework.docket.clashes import Slot, Why, found

ADA, BEN = uuid.UUID(int=1), uuid.UUID(int=2)
NINE = datetime(2026, 12, 1, 9, tzinfo=UTC)


def slot(number: int, hours: float, *, who: uuid.UUID = ADA, place: str = "", minutes: int = 60) -> Slot:
    starts_at = NINE + timedelta(hours=hours)
    return Slot(uuid.UUID(int=number), who, starts_at, starts_at + timedelta(minutes=minutes), place)


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        (slot(1, 0), slot(2, 0.5), Why.OVERLAP),
        (slot(1, 0), slot(2, 0), Why.OVERLAP),
        (slot(1, 0), slot(2, 1), None),  # one after the other
        (slot(1, 0, minutes=15 * 60), slot(2, 14), Why.OVERLAP),  # however long the first lasts
        (slot(1, 0), slot(2, 0.5, who=BEN), None),
        (slot(1, 0, place="a"), slot(2, 5, place="b"), Why.TWO_PLACES),
        (slot(1, 0, place="a"), slot(2, 12, place="b"), Why.TWO_PLACES),
        (slot(1, 0, place="a"), slot(2, 12.1, place="b"), None),
        (slot(1, 0, place="a"), slot(2, 5, place="a"), None),
        (slot(1, 0, place="a"), slot(2, 5), None),  # by video one need not be there
        (slot(1, 0, place="a"), slot(2, 0.5, place="b"), Why.OVERLAP),
    ],
)
def test_two(first: Slot, second: Slot, why: Why | None) -> None:
    for order in ([first, second], [second, first]):
        clashes = found(order)
        if why is None:
            assert clashes == {}
        else:
            assert {pk: [(one.other.id, one.why) for one in some] for pk, some in clashes.items()} == {
                first.id: [(second.id, why)],
                second.id: [(first.id, why)],
            }


def test_a_whole_day_of_one_person() -> None:
    day = [slot(1, 0, place="a"), slot(2, 0.5, place="a"), slot(3, 4, place="b"), slot(4, 20, place="a")]
    told = {pk.int: sorted((one.other.id.int, one.why) for one in some) for pk, some in found(day).items()}
    assert told == {
        1: [(2, Why.OVERLAP), (3, Why.TWO_PLACES)],
        2: [(1, Why.OVERLAP), (3, Why.TWO_PLACES)],
        3: [(1, Why.TWO_PLACES), (2, Why.TWO_PLACES)],
    }
