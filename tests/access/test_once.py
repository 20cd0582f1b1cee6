"""A form that is sent twice is done once; another one, and one that was wrong, are not held up."""

import re
from typing import Any

import pytest
from django.test import Client

from casework.access.models import CacheEntry, User
from casework.access.once import TOKEN
from casework.audit.models import Entry
from tests.cases.planting import open_case

pytestmark = pytest.mark.django_db
NOTE = {"text": "Called the sister.", "kind": "call", "tier": "2"}


def token(client: Client, path: str) -> str:
    found = re.search(rf'name="{TOKEN}" value="([^"]+)"', client.get(path).content.decode())
    assert found
    return found[1]


def count(verb: str = "note.written") -> int:
    return Entry.objects.filter(verb=verb).count()


def sendings() -> Any:
    """Those that are remembered, in the requests' own transaction."""
    return CacheEntry.objects.using("default").filter(key__startswith="sending:")


@pytest.fixture
def notes(cast: dict[str, User]) -> str:
    return f"/cases/{open_case(cast['attorney'], given_names='Rosa').pk}/notes/"


def test_a_form_that_comes_twice_is_done_once(enter: Any, notes: str) -> None:
    ada = enter("attorney")
    sent = NOTE | {TOKEN: token(ada, notes)}
    answers = [ada.post(notes, sent) for _ in range(3)]
    assert {(one.status_code, one.headers["Location"]) for one in answers} == {(302, notes)}
    assert count() == 1
    [(key, value)] = sendings().values_list("key", "value")
    assert (value, "Called" in key) == (notes, False)


def test_another_page_another_word_and_somebody_else_are_other_sendings(enter: Any, notes: str) -> None:
    ada = enter("attorney")
    first = token(ada, notes)
    for sent in ({TOKEN: first}, {TOKEN: first, "kind": "memo"}, {TOKEN: token(ada, notes)}):
        assert ada.post(notes, NOTE | sent).status_code == 302
    assert count() == 3
    assert enter("paralegal").post(notes, NOTE | {TOKEN: first}).status_code == 302
    assert count() == 4


def test_what_was_wrong_can_be_sent_again(enter: Any, notes: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = enter("attorney")
    sent = {TOKEN: token(ada, notes)} | NOTE | {"text": ""}
    assert [ada.post(notes, sent).status_code for _ in range(2)] == [200, 200]
    assert not sendings().exists()


def test_after_an_hour_it_is_another_sending(enter: Any, notes: str) -> None:
    ada = enter("attorney")
    sent = NOTE | {TOKEN: token(ada, notes)}
    ada.post(notes, sent)
    sendings().update(expires_at="2020-01-01T00:00Z")
    ada.post(notes, sent)
    assert count() == 2


def test_a_part_of_a_page_that_sends_itself_is_not_held_up(enter: Any, notes: str) -> None:
    ada = enter("attorney")
    sent = NOTE | {TOKEN: token(ada, notes)}
    for _ in range(2):
        ada.post(notes, sent, headers={"HX-Request": "true"})
    assert count() == 2
