"""What the page says of a hearing at both edges of daylight-saving time, for a reader who is elsewhere."""

from collections.abc import Callable

import pytest
from django.test import Client

from casework.access.models import User
from tests.cases.planting import open_case, speaking
from tests.desk.test_caseload import text
from tests.docket.planting import ADELANTO, ELOY, NEW_YORK, SAN_JUAN, add

pytestmark = pytest.mark.django_db
FRIDAYS_AND_MONDAYS = ("2027-03-12", "2027-03-15", "2027-11-05", "2027-11-08")
# By court and the reader's zone: what stands after the court's 9:00 am on each of the four days.
SHOWN = {
    (ADELANTO, "America/New_York"): ("Los Angeles, 12:00 pm here",) * 4,
    (ELOY, "America/New_York"): (
        "Phoenix, 11:00 here", "Phoenix, 12:00 pm here", "Phoenix, 12:00 pm here", "Phoenix, 11:00 here",
    ),
    (NEW_YORK, "America/Phoenix"): ("New York, 7:00 here", "New York, 6:00 here", "New York, 6:00 here",
                                    "New York, 7:00 here"),
    (SAN_JUAN, "America/Los_Angeles"): ("Puerto Rico, 5:00 here", "Puerto Rico, 6:00 here", "Puerto Rico, 6:00 here",
                                        "Puerto Rico, 5:00 here"),
    (ADELANTO, "America/Los_Angeles"): ("",) * 4,
}  # fmt: skip


@pytest.mark.parametrize(("court", "reader"), SHOWN)
def test_the_courts_time_first_and_the_readers_beside_it(
    court: str, reader: str, cast: dict[str, User], enter: Callable[[str], Client]
) -> None:
    User.objects.filter(pk=cast["attorney"].pk).update(time_zone=reader)
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        for day in FRIDAYS_AND_MONDAYS:
            add(ada, case, day, "09:00", at=court)
    page = text(enter("attorney"), f"/cases/{case.pk}/docket/")
    days = ("Fri, Mar 12, 2027", "Mon, Mar 15, 2027", "Fri, Nov 5, 2027", "Mon, Nov 8, 2027")
    for day, beside in zip(days, SHOWN[court, reader], strict=True):
        assert f"9:00 am {beside} {day}".replace("  ", " ") in page
