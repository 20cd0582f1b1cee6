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
        (f"{case}contacts/new/", {"name": "Marta", "kind": "family", "position": "1"}, "people_contact"),
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
    note = re.search(rf"{case}notes/[0-9a-f-]+/", ada.get(f"{case}notes/")[1])
    assert note
    details, priority = {"matters": "bond", "scope": "bond_only"}, 0
    for number in range(2 * ROUNDS):
        in_two_tabs(ada, note[0], [NOTE | {"text": f"tab {tab}, round {number}"} for tab in "ab"])
        wanted = [(priority + 1) % 3, (priority + 2) % 3]
        kept = in_two_tabs(ada, f"{case}details/", [details | {"priority": str(one)} for one in wanted])
        priority = wanted[kept]


def in_two_tabs(ada: Browser, path: str, typed: list[dict[str, str]]) -> int:
    """Both forms are sent at the same moment: one is saved, which is given, and whoever sent the other one is asked."""
    version = re.search(r'name="version" value="(\d+)"', ada.get(path)[1])
    assert version
    tabs = [ada.beside() for _ in typed]
    sent = [one | {TOKEN: tab.token(path), "version": version[1]} for tab, one in zip(tabs, typed, strict=True)]
    answers = at_once(tabs, path, sent)
    statuses = [status for status, _body, _to in answers]
    assert sorted(statuses) == [302, 409], path
    after = re.search(r'name="version" value="(\d+)"', ada.get(path)[1])
    assert after
    assert int(after[1]) == int(version[1]) + 1
    return statuses.index(302)
