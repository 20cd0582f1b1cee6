"""Sharing, revoking, expiring, restricting, reassigning and removing, in any order, against an account of its own."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

pytest.register_assert_rewrite("tests.properties.asking", "tests.properties.sharing")

from tests.properties.asking import give_walls_a_gate  # noqa: E402
from tests.properties.sharing import Sharing, SharingInFull  # noqa: E402

USUAL = settings(
    max_examples=18, stateful_step_count=8, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.mark.django_db
def test_who_sees_what_follows_from_what_was_done() -> None:
    give_walls_a_gate()
    run_state_machine_as_test(Sharing, settings=USUAL)


@pytest.mark.proof
@pytest.mark.django_db
def test_who_sees_what_follows_from_what_was_done_in_long_walks() -> None:
    give_walls_a_gate()
    more = settings(USUAL, max_examples=60, stateful_step_count=25, derandomize=False)
    run_state_machine_as_test(SharingInFull, settings=more)
