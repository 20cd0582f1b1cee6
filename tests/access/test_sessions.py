from collections.abc import Callable

import pytest
from django.test import Client

from casework.access.models import Session, User
from casework.access.sessions import hashed


@pytest.mark.django_db
def test_the_table_holds_the_hash_of_the_key_and_nothing_readable(enter: Callable[[str], Client]) -> None:
    client = enter("attorney")
    key = client.session.session_key
    assert key is not None
    row = Session.objects.get()
    assert row.session_key == hashed(key) != key
    assert "_auth_user" not in row.session_data


@pytest.mark.django_db
def test_a_session_knows_its_user_and_keeps_its_beginning(
    enter: Callable[[str], Client], cast: dict[str, User]
) -> None:
    client = enter("attorney")
    began = Session.objects.get().created_at
    client.get("/", headers={"user-agent": "Old phone"})
    row = Session.objects.get()
    assert (row.user, row.created_at, row.user_agent) == (cast["attorney"], began, "Old phone")


@pytest.mark.django_db
def test_a_session_key_from_the_table_signs_nobody_in(enter: Callable[[str], Client]) -> None:
    enter("attorney")
    thief = Client()
    thief.cookies["session"] = Session.objects.get().session_key
    assert thief.get("/").status_code == 302


@pytest.mark.django_db
def test_a_payload_moved_to_another_session_signs_nobody_in(enter: Callable[[str], Client]) -> None:
    enter("admin")
    foreign = Session.objects.get().session_data
    volunteer = enter("volunteer")
    key = volunteer.session.session_key
    assert key is not None
    Session.objects.filter(session_key=hashed(key)).update(session_data=foreign)
    assert volunteer.get("/").status_code == 302
