"""Pages of a list, without counting: a page begins where another ended (the value of the order, then the id)."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Generic, TypeVar
from urllib.parse import quote

from django.db import models
from django.db.models import Q

M = TypeVar("M")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
LONGEST = 40  # letters of a value in an address


@dataclass(frozen=True)
class Page(Generic[M]):
    """Rows, and the query strings of the pages before and after; empty where there is none."""

    rows: list[M]
    newer: str = ""
    older: str = ""


@dataclass(frozen=True)
class Order:
    """By one column, then by id. Rows without a value come last, whichever way the others go."""

    column: str
    falling: bool = False


@dataclass(frozen=True)
class _Place:
    """A row's place in an order; `value` is None where the row has none."""

    value: Any
    pk: uuid.UUID


def page(queryset: Any, asked: Mapping[str, str], *, by: str, size: int) -> Page[Any]:
    """The page that `asked` names (`older` or `newer`), the newest first by the column `by`."""
    return ordered(queryset, asked, order=Order(by, falling=True), size=size, before="newer", after="older")


def ordered(
    queryset: Any, asked: Mapping[str, str], *, order: Order, size: int, before: str = "before", after: str = "after"
) -> Page[Any]:
    """The page that `asked` names by the words `before` and `after`; the first for anything else."""
    field = queryset.model._meta.get_field(order.column)
    if (place := _place(field, asked.get(before, ""))) is not None:
        found = _walk(queryset, field, order, place, size + 1, back=True)
        rows = found[:size][::-1]
        if len(rows) == size:
            return Page(rows, _link(before, rows[0], order) if len(found) > size else "", _link(after, rows[-1], order))
    place = _place(field, asked.get(after, ""))
    found = _walk(queryset, field, order, place, size + 1)
    rows = found[:size]
    earlier = _link(before, rows[0], order) if place and rows else ""
    return Page(rows, earlier, _link(after, rows[-1], order) if len(found) > size else "")


def _walk(
    queryset: Any, field: Any, order: Order, place: _Place | None, most: int, *, back: bool = False
) -> list[Any]:  # fmt: skip
    """Rows from a place on. Those with a value and those without are asked apart, so that each has an index."""
    found: list[Any] = []
    parts = ([True, False] if back else [False, True]) if field.null else [False]
    for empty in parts:
        here = place is not None and (place.value is None) == empty
        if place is not None and not here and parts.index(empty) < parts.index(place.value is None):
            continue
        rows = queryset.filter((f"{order.column}__isnull", empty)) if field.null else queryset
        falling = order.falling != back
        ways = ([] if empty else [f"{'-' if falling else ''}{order.column}"]) + [f"{'-' if back else ''}pk"]
        if here and place is not None:
            rows = rows.filter(_beyond(order.column, place, "lt" if falling else "gt", "lt" if back else "gt"))
        found += rows.order_by(*ways)[: most - len(found)]
        if len(found) >= most:
            break
    return found


def _beyond(column: str, place: _Place, way: str, key: str) -> Q:
    if place.value is None:
        return Q((f"pk__{key}", place.pk))
    # The first condition bounds the index scan; the second leaves out what stood on the other page.
    bound = Q((f"{column}__{way}e", place.value))
    return bound & (Q((f"{column}__{way}", place.value)) | Q((f"pk__{key}", place.pk)))


def _link(word: str, row: Any, order: Order) -> str:
    value = getattr(row, order.column)
    if isinstance(value, datetime):
        value = (value - EPOCH) // MICROSECOND
    return f"?{word}={'' if value is None else quote(str(value))}_{row.pk.hex}"


def _place(field: Any, text: str) -> _Place | None:
    """Raises nothing: an address that somebody changed leads to the first page."""
    value, dash, key = text.rpartition("_")
    if not dash or len(value) > LONGEST:
        return None
    try:
        return _Place(_value(field, value), uuid.UUID(hex=key))
    except (ValueError, OverflowError):
        return None


def _value(field: Any, text: str) -> Any:
    if not text and field.null:
        return None
    if isinstance(field, models.DateTimeField):
        return EPOCH + int(text) * MICROSECOND
    if isinstance(field, models.DateField):
        return date.fromisoformat(text)
    if "\x00" in text:
        raise ValueError(text)
    return text
