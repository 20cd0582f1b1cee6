"""What is written into the log, and what never is."""

import io
import json
import logging
import re
import sys
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
import structlog
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import resolve

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


def test_what_libraries_say_in_passing_is_not_written_and_what_we_say_is() -> None:
    def speak() -> None:
        logging.getLogger("some.library").info(CANARY)
        logging.getLogger("some.library").warning(CANARY)
        logs.log.info("request")
        logs.log.debug("request")

    assert [(line["logger"], line["level"]) for line in written(speak)] == [
        ("some.library", "warning"), ("casework", "info"),
    ]  # fmt: skip


@pytest.mark.parametrize(("options", "written_levels"), [({"level": "ERROR"}, ["error"]), ({}, ["info", "error"])])
def test_how_loud_our_own_lines_must_be(options: dict[str, Any], written_levels: list[str]) -> None:
    logs.configure(options)

    def speak() -> None:
        logs.log.debug("request")
        logs.log.info("request")
        logs.log.error("request")

    assert [line["level"] for line in written(speak)] == written_levels


@pytest.mark.parametrize("whose", ["ours", "a library's"])
def test_instants_are_written_in_utc(whose: str) -> None:
    def speak() -> None:
        # A logger of its own each time: one that has spoken keeps what it was set up with.
        name = f"casework.{uuid.uuid4()}"
        (structlog.get_logger(name) if whose == "ours" else logging.getLogger(name)).info("request")

    logs.configure({})
    before = datetime.now(UTC)
    (line,) = written(speak)
    assert line["timestamp"].endswith("Z")
    assert before <= datetime.fromisoformat(line["timestamp"]) <= datetime.now(UTC)
    assert (line["event"], line["level"]) == ("request" if whose == "ours" else "library", "info")
    assert line["logger"].startswith("casework.")
    (within,) = written(lambda: inside(speak))
    assert within["request_id"] == "7"


def inside(speak: Any) -> None:
    """As within a request."""
    with structlog.contextvars.bound_contextvars(request_id="7"):
        speak()


def failed() -> ValueError:
    """An exception that passed two functions."""

    def deep() -> None:
        raise ValueError(CANARY)

    try:
        deep()
    except ValueError as error:
        return error
    raise AssertionError


@pytest.mark.parametrize("how", ["itself", "as it is handled", "as a tuple"])
def test_an_exception_is_told_however_it_is_handed_over(how: str) -> None:
    def tell() -> None:
        error = failed()
        try:
            raise error
        except ValueError:
            told: Any = {"itself": error, "as it is handled": True, "as a tuple": sys.exc_info()}[how]
            logs.log.error("request", exc_info=told)

    (line,) = written(tell)
    assert line["error"] == "ValueError"
    assert [one.partition(" ")[2] for one in line["frames"]] == ["tell", "failed", "deep"]
    assert all(re.fullmatch(r"test_logs\.py:[0-9]+ [a-z]+", one) for one in line["frames"])


@pytest.mark.parametrize("nothing", [False, None, (None, None, None), True])
def test_without_an_exception_nothing_is_told_of_one(nothing: Any) -> None:
    (line,) = written(lambda: logs.log.error("request", exc_info=nothing))
    assert line.keys() == {"event", "logger", "level", "timestamp"}


def test_the_last_twelve_places_of_an_exception_are_told() -> None:
    def deeper(left: int) -> None:
        if not left:
            raise ValueError(CANARY)
        deeper(left - 1)

    with pytest.raises(ValueError, match=CANARY) as failure:
        deeper(20)
    found = logs.frames(failure.value.__traceback__)
    assert [one.partition(" ")[2] for one in found] == ["deeper"] * 12
    assert found[-1] != found[-2]  # where it was raised stands last
    assert logs.frames(None) == []


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


class Clock:
    """Goes on by 12.345678 seconds whenever it is asked."""

    now = 100.0

    def monotonic(self) -> float:
        self.now += 12.345678
        return self.now


@pytest.mark.parametrize(("path", "route"), [("/account/inactive/", "account_inactive"), ("/healthz", None)])
def test_how_long_an_answer_took_and_under_which_number_it_stands(
    monkeypatch: pytest.MonkeyPatch, path: str, route: str | None
) -> None:
    """A request that is answered before any route was looked up has none."""
    monkeypatch.setattr(logs, "time", Clock())
    request = RequestFactory().get(path)
    request.resolver_match = resolve(path) if route else None
    seen: list[str] = []

    def answer(asked: HttpRequest) -> HttpResponse:
        seen.append(asked.META["casework.request_id"])
        logs.log.info("job")
        return HttpResponse(status=201)

    answers: list[HttpResponse] = []
    within, line = written(lambda: answers.append(logs.RequestLog(answer)(request)))
    assert {**line, "timestamp": ""} == {
        "event": "request", "method": "GET", "route": route, "status": 201, "ms": 12345.7, "level": "info",
        "logger": "casework", "request_id": seen[0], "timestamp": "",
    }  # fmt: skip
    assert (within["request_id"], answers[0]["X-Request-ID"]) == (seen[0], seen[0])
    (after,) = written(lambda: logs.log.info("job"))
    assert "request_id" not in after
