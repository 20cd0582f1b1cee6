"""Pure decisions about what is kept: no Django, no clock, no query."""

from collections.abc import Mapping

FEWEST = 5  # a smaller number could tell who somebody was


def shown(counts: Mapping[str, int]) -> tuple[list[tuple[str, int]], int]:
    """Of groups those that may be shown with their number, the largest first, and how many all others are together.

    Groups under `FEWEST` stand among the others; where these are too few themselves, the next group goes along, since
    the sum of all is known. 0 others: there are none. Fewer than `FEWEST` of them are left only where there are no more
    in all, and are not to be shown.
    """
    ordered = sorted(((name, many) for name, many in counts.items() if many), key=lambda one: (-one[1], one[0]))
    told = [one for one in ordered if one[1] >= FEWEST]
    others = sum(many for _name, many in ordered[len(told) :])
    while told and 0 < others < FEWEST:
        others += told.pop()[1]
    return told, others
