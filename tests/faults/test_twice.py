"""The same form at the same moment three times, and one row in two tabs: done once, and nobody writes over anybody."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.faults.installation import TOKEN, Browser, Installation, installed

pytestmark = pytest.mark.proof
TIMES, ROUNDS = 3, 5
NOTE = {"text": "Called.", "kind": "call", "tier": "2"}
Answer = tuple[int, str, str]


def at_once(senders: list[Browser], path: str, fields: list[dict[str, str]]) -> list[Answer]:
    """What each gets who sends these fields, all at the same moment."""
    ready = Barrier(len(senders))

    def send(one: Browser, what: dict[str, str]) -> Answer:
        ready.wait()
        return one.send(path, what)

    with ThreadPoolExecutor(len(senders)) as pool:
        return list(pool.map(send, senders, fields))


def rows(casework: Installation, table: str) -> int:
    with casework.administrator() as admin:
        found = admin.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 (names below)
    assert found
    return int(str(found[0]))


@pytest.fixture(scope="module")
def casework(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installed(tmp_path_factory.mktemp("twice") / "home") as one:
        yield one


def opened(ada: Browser) -> str:
    """The address of a new case."""
    return ada.post("/cases/new/", {"given_names": "Rosa"}, page="/cases/new/")[2]


def test_a_form_that_comes_three_times_at_once_is_done_once(casework: Installation) -> None:
    ada = Browser(casework.port).enter("attorney")
    case = opened(ada)
    forms = [
        ("/cases/new/", {"given_names": "Yesenia"}, "cases_case"),
        (f"{case}notes/", NOTE, "cases_note"),
        (f"{case}tasks/", {"text": "Call back.", "tier": "2"}, "cases_task"),
        (f"{case}contacts/new/", {"name": "Marta", "relation": "sister"}, "people_contact"),
        ("/calls/new/", {"channel": "phone", "words": "A van.", "then": "waiting"}, "intake_calllog"),
    ]
    for path, fields, table in forms * ROUNDS:
        before, token = rows(casework, table), ada.token(path)
        sent = [{TOKEN: token, **fields}] * TIMES
        answers = at_once([ada.beside() for _ in range(TIMES)], path, sent)
        assert [status for status, _body, _to in answers] == [302] * TIMES, (path, answers[0][1][-3000:])
        assert len({to for _status, _body, to in answers}) == 1
        assert rows(casework, table) == before + 1, path


def test_who_saves_second_in_another_tab_is_told(casework: Installation) -> None:
    ada = Browser(casework.port).enter("attorney")
    case = opened(ada)
    ada.post(f"{case}notes/", NOTE, page=f"{case}notes/")
    found = re.search(rf"{case}notes/[0-9a-f-]+/", ada.get(f"{case}notes/")[1])
    assert found
    for number in range(2 * ROUNDS):
        version = re.search(r'name="version" value="(\d+)"', ada.get(found[0])[1])
        assert version
        tabs, texts = [ada.beside(), ada.beside()], [f"tab {name}, round {number}" for name in ("one", "two")]
        sent = [
            NOTE | {TOKEN: tab.token(found[0]), "text": text, "version": version[1]}
            for tab, text in zip(tabs, texts, strict=True)
        ]
        answers = at_once(tabs, found[0], sent)
        assert sorted(status for status, _body, _to in answers) == [302, 409]
        kept = texts[[status for status, _body, _to in answers].index(302)]
        [shown] = [body for status, body, _to in answers if status == 409]
        assert all(text in shown for text in texts), "both stand before whoever came second"
        assert kept in ada.get(f"{case}notes/")[1]
