"""What lists show of a case at a glance: who may write it, and that nothing else changes by it."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import ProgrammingError, transaction

from casework.access.doors import window
from casework.access.models import User
from casework.cases import actions
from casework.cases.models import Case
from tests.cases.planting import SOUTH, again, give, open_case, speaking

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
AT = datetime(2026, 11, 14, 18, 5, 59, 123456, tzinfo=UTC)
PLACE: dict[str, Any] = {
    "facility_key": "ADLNTCA", "place": "Adelanto", "place_kind": "facility", "place_since": date(2026, 11, 14),
    "place_as_of": AT, "custody": "detained",
}  # fmt: skip
NEXT: dict[str, Any] = {
    "next_hearing_at": AT, "next_hearing_zone": "America/Los_Angeles", "next_deadline_on": date(2026, 11, 30),
}  # fmt: skip


def row(case: Case) -> dict[str, Any]:
    with window("test"):
        return dict(Case.objects.values().get(pk=case.pk))


def test_each_room_writes_its_columns_and_no_other(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    before = row(case)
    with speaking(cast["attorney"]) as ada:
        held = again(ada, case)
        actions.glance(ada, held, **PLACE)
        assert row(case) == before | PLACE
        actions.glance(ada, held, **NEXT)
        assert row(case) == before | PLACE | NEXT
        assert (held.place, held.next_deadline_on) == ("Adelanto", date(2026, 11, 30))
        actions.glance(ada, held, next_hearing_at=None, next_hearing_zone="")
        assert row(case) == before | PLACE | NEXT | {"next_hearing_at": None, "next_hearing_zone": ""}


def test_only_copied_columns_are_written(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada, pytest.raises(KeyError):
        actions.glance(ada, again(ada, case), stage="closed")


def test_a_volunteer_on_an_accepted_case_says_where_somebody_is(cast: Cast) -> None:
    case = open_case(cast["volunteer"])
    with speaking(cast["attorney"]) as ada:
        actions.accept(ada, again(ada, case))
    with speaking(cast["volunteer"]) as vic:
        actions.glance(vic, again(vic, case), **PLACE)
    assert row(case)["place"] == "Adelanto"


@pytest.mark.parametrize(("who", "where"), [("volunteer", "North Legal Aid"), ("clinic", SOUTH)])
def test_nobody_writes_about_a_case_that_is_not_theirs_to_work_on(cast: Cast, who: str, where: str) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        held = again(ada, case)
        give(ada, held, SOUTH, level="share")
    with speaking(cast[who], where) as stranger, pytest.raises(ProgrammingError), transaction.atomic():
        actions.glance(stranger, held, **PLACE)
    assert row(case)["place"] == ""
