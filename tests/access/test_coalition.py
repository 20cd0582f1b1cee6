"""What organizations know of each other: who is asked for, how often, and what of it is written down."""

from typing import Any

import pytest
from django.utils import timezone

from casework.access import coalition
from casework.access.coalition import QUESTIONS_PER_HOUR, Neighbor, Receiver, TooManyQuestions
from casework.access.models import CacheEntry, Organization, User
from casework.audit.models import Entry
from tests.access.conftest import actor_of
from tests.cases.planting import speaking

pytestmark = pytest.mark.django_db
Cast = dict[str, User]


def test_every_open_organization_is_known_in_the_order_of_names(cast: Cast) -> None:
    south = Organization.objects.get(short_name="SC")
    with speaking(cast["attorney"]):
        found = coalition.neighbors()
    assert [one.short_name for one in found.values()] == ["NLA", "RRH", "SC"]
    assert found[south.pk] == Neighbor(
        south.pk, "South Clinic", "SC", south.kind, south.group_id, south.time_zone
    )  # fmt: skip
    Organization.objects.filter(pk=south.pk).update(closed_at=timezone.now())
    with speaking(cast["attorney"]):
        assert south.pk not in coalition.neighbors()


@pytest.mark.parametrize(
    ("address", "found"), [("cleo@south.example", True), ("Cleo@South.example", True), ("nobody@south.example", False)]
)
def test_a_question_is_written_down_with_its_answer_and_without_the_address(
    cast: Cast, address: str, found: bool
) -> None:
    south = Organization.objects.get(short_name="SC")
    with speaking(cast["attorney"]) as ada:
        answer = coalition.receiver(ada, south.pk, address)
    assert answer == (Receiver(cast["clinic"].pk, cast["clinic"].name) if found else None)
    line: Any = Entry.objects.get(verb="receiver.sought")
    assert (line.organization_id, line.object_type, line.object_id, line.fields, line.basis, line.actor_id) == (
        ada.organization, "access.organization", south.pk, ["found"] if found else ["not_found"], "organization",
        ada.member,
    )  # fmt: skip


def test_each_member_asks_so_often_in_an_hour(cast: Cast) -> None:
    ada, ben = actor_of(cast["attorney"]), actor_of(cast["paralegal"])
    coalition.count_question(ada)
    entry = CacheEntry.objects.get(key=f":1:receivers:{ada.member}")
    assert 3500 < (entry.expires_at - timezone.now()).total_seconds() <= 3600
    CacheEntry.objects.filter(pk=entry.pk).update(value=QUESTIONS_PER_HOUR - 1)
    coalition.count_question(ada)
    with pytest.raises(TooManyQuestions):
        coalition.count_question(ada)
    coalition.count_question(ben)
