"""Who acts: what an actor is made from, and what the token that speaks for it says."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from casework.access.actor import NOBODY, Actor, duty, family, signed_in, staff
from casework.access.context import JOB_SECONDS, REQUEST_SECONDS, acting, on_duty, token
from casework.access.models import Membership, Organization

WHO, WHERE = uuid.uuid4(), uuid.uuid4()


def membership(visibility: str, *roles: str) -> Membership:
    return Membership(user_id=WHO, organization=Organization(pk=WHERE, visibility=visibility), roles=list(roles))


@pytest.mark.parametrize(
    ("visibility", "roles", "reads_all"),
    [
        ("organization", ["attorney"], True),
        ("organization", ["paralegal", "admin"], True),
        ("organization", ["admin"], False),
        ("organization", ["volunteer"], False),
        ("organization", ["admin", "volunteer"], False),
        ("assigned", ["attorney"], False),
        ("assigned", ["admin", "paralegal"], False),
    ],
)
def test_counsel_read_all_cases_of_an_organization_that_is_open_to_itself(
    visibility: str, roles: list[str], reads_all: bool
) -> None:
    row = membership(visibility, *roles)
    actor = staff(row, "Ada")
    assert actor == Actor("staff", WHO, row.pk, WHERE, frozenset(roles), reads_all)
    assert (actor.name, staff(row).name) == ("Ada", str(row.pk))


def test_everybody_else_is_no_member_of_anything() -> None:
    link, case = uuid.uuid4(), uuid.uuid4()
    others = [signed_in(WHO), family(link, case), duty("door", WHO), duty("letters"), NOBODY]
    assert others == [
        Actor("user", user_id=WHO),
        Actor("family", link_id=link, case_id=case),
        Actor("duty", user_id=WHO, duty="door"),
        Actor("duty", duty="letters"),
        Actor("nobody"),
    ]
    assert [one.name for one in others] == [str(WHO), "family", "door", "letters", "nobody"]
    for one in others:
        with pytest.raises(PermissionDenied, match=r"^not a member$"):
            assert one.member.hex
        with pytest.raises(PermissionDenied, match=r"^not a member$"):
            assert one.organization.hex


def test_a_calendar_counts_as_its_member_and_nobody_else_does() -> None:
    assert [Actor(kind).is_staff for kind in ("staff", "feed", "user", "family", "duty", "nobody")] == [
        True, True, False, False, False, False,
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_token_says_who_speaks() -> None:
    link, case, row = uuid.uuid4(), uuid.uuid4(), membership("organization", "attorney")
    said = {one.kind: token(one).split(".")[:3] for one in (staff(row), signed_in(WHO), duty("door", WHO), NOBODY)}
    assert said == {
        "staff": ["staff", str(row.pk), str(WHO)],
        "user": ["user", "-", str(WHO)],
        "duty": ["duty", "door", str(WHO)],
        "nobody": ["nobody", "-", "-"],
    }
    assert token(family(link, case)).split(".")[:3] == ["family", str(link), str(case)]


@pytest.mark.django_db
def test_an_errand_has_the_time_of_a_job_and_a_request_that_of_a_request() -> None:
    def left() -> float:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT split_part(current_setting('ctx.token'), '.', 5)::bigint - extract(epoch FROM now())"
            )
            found: float = cursor.fetchone()[0]
            return found

    with on_duty("sweep"):
        assert JOB_SECONDS - 30 < left() <= JOB_SECONDS
    with acting(signed_in(WHO)):
        assert REQUEST_SECONDS - 30 < left() <= REQUEST_SECONDS
