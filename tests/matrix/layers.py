"""Taking one of the two layers away, to see that the other holds alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Q

from casework.access import acts, rules
from casework.cases.reach import CaseReach
from casework.directory.models import ErrorReport, PlaceNote
from casework.documents.models import OfDocument
from casework.intake.models import HandOver, Import, Offer, OfferCard, OfferPart, Received, Sheet, SheetPart
from tests.conftest import become

OF_ORGANIZATIONS = (OfDocument, PlaceNote, ErrorReport, Import, Sheet, SheetPart)
BOTH, WALLS, DOORS = "both layers", "walls alone", "doors alone"


@contextmanager
def only(run: str) -> Iterator[None]:
    """Within the block this layer stands, or both."""
    with {BOTH: _both, WALLS: _walls_alone, DOORS: _doors_alone}[run]():
        yield


@contextmanager
def _both() -> Iterator[None]:
    yield


@contextmanager
def _walls_alone() -> Iterator[None]:
    """Every door lets everything through, and the rules allow everything."""

    def everything(*args: Any, **kwargs: Any) -> Any:
        return ~Q(pk__in=[])  # an empty Q would vanish beside "or", and leave what stands there

    def yes(*args: Any, **kwargs: Any) -> bool:
        return True

    def of_others(reach: CaseReach) -> Q:
        return ~Q(organization_id=reach.actor.organization_id)

    with pytest.MonkeyPatch.context() as patch:
        for name in ("cases", "own_cases", "people", "of_case"):
            patch.setattr(CaseReach, name, everything)
        patch.setattr(CaseReach, "shared_cases", of_others)
        for model in (*OF_ORGANIZATIONS, HandOver, Offer, OfferCard, OfferPart, Received):
            patch.setattr(model, "rows_for", everything)
        patch.setattr(rules, "may", yes)
        patch.setattr(acts, "allowed", yes)
        yield


@contextmanager
def _doors_alone() -> Iterator[None]:
    """No table asks who reads or writes. (The database's functions for members and sharing are walls of their own.)"""
    _row_security("DISABLE")
    try:
        yield
    finally:
        _row_security("ENABLE")


def _row_security(word: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        become("casework_owner")
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
            " AND pg_get_userbyid(relowner) = 'casework_owner'"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} {word} ROW LEVEL SECURITY")
