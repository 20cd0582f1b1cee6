"""Which numbers may be shown: none under five, and none that follows from the others."""

from itertools import product

import pytest

from casework.retention.rules import FEWEST, shown


@pytest.mark.parametrize(
    ("counts", "told", "others"),
    [
        ({}, [], 0),
        ({"a": 5}, [("a", 5)], 0),
        ({"a": 4}, [], 4),
        ({"a": 9, "b": 5}, [("a", 9), ("b", 5)], 0),
        ({"a": 9, "b": 4}, [], 13),  # 4 would follow from the sum
        ({"a": 9, "b": 6, "c": 1}, [("a", 9)], 7),
        ({"a": 9, "b": 3, "c": 2}, [("a", 9)], 5),
        ({"b": 7, "a": 7, "c": 0}, [("a", 7), ("b", 7)], 0),
    ],
)
def test_small_groups_stand_among_the_others(counts: dict[str, int], told: list[tuple[str, int]], others: int) -> None:
    assert shown(counts) == (told, others)


def test_nothing_under_five_is_told_or_follows() -> None:
    """All ways in which four groups can have up to seven each."""
    for numbers in product(range(8), repeat=4):
        counts = dict(zip("abcd", numbers, strict=True))
        told, others = shown(counts)
        assert all(many >= FEWEST and counts[name] == many for name, many in told)
        assert sum(many for _name, many in told) + others == sum(numbers)
        assert others == 0 or others >= FEWEST or not told
