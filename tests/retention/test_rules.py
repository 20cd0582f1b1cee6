"""Which numbers may be shown: none under five, and none that follows from the others."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 12)))
def test_nothing_under_five_is_told_or_follows(counts: dict[str, int]) -> None:
    told, others = shown(Counter(counts))
    assert all(many >= FEWEST and counts[name] == many for name, many in told)
    assert sum(many for _name, many in told) + others == sum(counts.values())
    assert others == 0 or others >= FEWEST or not told
