import io
import json
import logging
from typing import Any

import pytest
from django.test import Client

from casework.access import logs

CANARY = "Cuautle Tlahuel A012345678"


def written(write: Any) -> list[dict[str, Any]]:
    """The lines that `write` causes, read back."""
    root = logging.getLogger()
    handler, stream = root.handlers[0], io.StringIO()
    assert isinstance(handler, logging.StreamHandler)
    before = handler.setStream(stream)
    try:
        write()
    finally:
        if before is not None:
            handler.setStream(before)
    assert CANARY not in stream.getvalue()
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.fixture(autouse=True)
def our_handler_alone() -> Any:
    root = logging.getLogger()
    handlers = root.handlers[:]
    logs.configure({"level": "INFO"})
    yield
    root.handlers = handlers


def test_a_key_that_is_not_allowed_does_not_leave() -> None:
    (line,) = written(lambda: logs.log.info("request", status=200, name=CANARY, path=f"/{CANARY}"))
    assert {**line, "timestamp": ""} == {
        "event": "request", "status": 200, "level": "info", "logger": "casework", "timestamp": "",
    }  # fmt: skip


def test_the_words_of_libraries_are_dropped_and_their_place_is_kept() -> None:
    (line,) = written(lambda: logging.getLogger("some.library").error("could not save %s", CANARY))
    assert (line["event"], line["logger"], line["level"]) == ("library", "some.library", "error")
    assert line["where"].startswith("test_logs.py:")
    assert line.keys() == {"event", "logger", "level", "where", "timestamp"}


def test_an_exception_shows_its_class_and_path_and_not_its_words() -> None:
    def fail() -> None:
        try:
            raise ValueError(CANARY)
        except ValueError:
            logging.getLogger("django.request").exception(CANARY)

    (line,) = written(fail)
    assert line["error"] == "ValueError"
    assert line["frames"][-1].endswith(" fail")


@pytest.mark.django_db
def test_a_request_is_one_line_with_its_route_and_not_its_path() -> None:
    lines = written(lambda: Client().get(f"/account/inactive/?name={CANARY}"))
    assert [(line["event"], line["route"], line["method"], line["status"]) for line in lines] == [
        ("request", "account_inactive", "GET", 200)
    ]
    assert len(lines[0]["request_id"]) == 12
