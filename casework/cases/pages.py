"""Pages of a list, newest first, without counting: a page begins where another ended (time, then id)."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from django.db.models import Q

M = TypeVar("M")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Page(Generic[M]):
    """Rows, and the query strings of the pages before and after; empty where there is none."""

    rows: list[M]
    newer: str = ""
    older: str = ""


def page(queryset: Any, asked: Mapping[str, str], *, by: str, size: int) -> Page[Any]:
    """The page that `asked` names (`older` or `newer`), ordered by the column `by`; the first for anything else."""
    if (place := _place(asked.get("newer", ""))) is not None:
        found = list(queryset.filter(_beyond(by, place, "gt", "lt")).order_by(by, "-pk")[: size + 1])
        rows = found[:size][::-1]
        if len(rows) == size:
            return Page(rows, _link("newer", rows[0], by) if len(found) > size else "", _link("older", rows[-1], by))
    place = _place(asked.get("older", ""))
    rest = queryset if place is None else queryset.filter(_beyond(by, place, "lt", "gt"))
    found = list(rest.order_by(f"-{by}", "pk")[: size + 1])
    rows = found[:size]
    newer = _link("newer", rows[0], by) if place and rows else ""
    return Page(rows, newer, _link("older", rows[-1], by) if len(found) > size else "")


def _beyond(by: str, place: tuple[datetime, uuid.UUID], time: str, key: str) -> Q:
    # The first condition bounds the index scan; the second leaves out what stood on the other page.
    at, pk = place
    return Q((f"{by}__{time}e", at)) & (Q((f"{by}__{time}", at)) | Q((f"pk__{key}", pk)))


def _link(direction: str, row: Any, by: str) -> str:
    return f"?{direction}={(getattr(row, by) - EPOCH) // MICROSECOND}-{row.pk.hex}"


def _place(text: str) -> tuple[datetime, uuid.UUID] | None:
    """Raises nothing: an address that somebody changed leads to the first page."""
    time, _dash, key = text.partition("-")
    try:
        return EPOCH + int(time) * MICROSECOND, uuid.UUID(hex=key)
    except (ValueError, OverflowError):
        return None
