"""The names of now beside those that were written down."""

import uuid

import pytest
from pytest_django import DjangoAssertNumQueries

from casework.access import names
from casework.access.context import acting
from casework.access.models import User
from tests.access.conftest import actor_of
from tests.conftest import as_application

ADA, NIA, GONE = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
NOW = {ADA: "Ada Quispe Mamani", NIA: "Nia"}


@pytest.mark.parametrize(
    ("written", "user", "shown"),
    [
        ("Ada Quispe", ADA, ("Ada Quispe Mamani", "Ada Quispe")),
        ("Nia", NIA, ("Nia", "")),
        ("Somebody", GONE, ("Somebody", "")),
        ("housekeeping", None, ("housekeeping", "")),
    ],
)
def test_a_name_of_its_time_stands_beside_the_present_one(
    written: str, user: uuid.UUID | None, shown: tuple[str, str]
) -> None:
    assert names.both(written, user, NOW) == shown


@pytest.mark.django_db
def test_colleagues_are_known_by_their_present_names_and_nobody_else_is(
    cast: dict[str, User], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    asked = [cast["paralegal"].pk, None, cast["clinic"].pk, uuid.uuid4()]
    ada = actor_of(cast["attorney"])
    with as_application(), acting(ada):
        assert names.present(asked) == {cast["paralegal"].pk: cast["paralegal"].name}
        with django_assert_num_queries(0):
            assert names.present([None]) == names.present([]) == {}
