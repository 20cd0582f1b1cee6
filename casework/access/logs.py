"""Structured logs: one JSON line an event, with keys from a fixed list and nothing else.

Messages of other libraries are dropped, since nobody can say what stands in them: what remains is who spoke, how
loud, from where, and the class and place of an exception, never its words.
"""

import logging
import sys
import time
import traceback
import uuid
from collections.abc import Callable
from types import TracebackType
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from structlog.typing import EventDict, Processor, WrappedLogger

ALLOWED = frozenset(
    [
        "event",
        "level",
        "timestamp",
        "logger",
        "where",
        "error",
        "frames",
        "request_id",
        "method",
        "route",
        "status",
        "ms",
        "task",
        "job_id",
        "attempt",
        "count",
        "command",
        "state",
    ]
)

log = structlog.get_logger("casework")


def frames(trace: TracebackType | None) -> list[str]:
    """Where an exception passed, innermost last: file, line and function, without any value."""
    return [f"{f.filename.rpartition('/')[2]}:{f.lineno} {f.name}" for f in traceback.extract_tb(trace)][-12:]


def describe_exception(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Replaces exc_info by the exception's class and the places it passed."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    if isinstance(info, BaseException):
        info = (type(info), info, info.__traceback__)
    if isinstance(info, tuple) and info[0] is not None:
        event["error"] = info[0].__name__
        event["frames"] = frames(info[2])
    return event


def silence_foreign_words(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """For a record of another library: keep where it was written, drop what it says."""
    record = event.get("_record")
    if isinstance(record, logging.LogRecord):
        event["event"] = "library"
        event["where"] = f"{record.filename}:{record.lineno}"
    return event


def keep_allowed_keys(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """The wall: a key that is not on the list does not leave."""
    return {key: value for key, value in event.items() if key in ALLOWED}


def configure(options: dict[str, Any]) -> None:
    """Django's LOGGING_CONFIG: everything goes to standard error as JSON, from `options["level"]` upwards."""
    stamp: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[Processor] = [describe_exception, keep_allowed_keys, structlog.processors.JSONRenderer()]
    structlog.configure(
        processors=[*stamp, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(processors=last, foreign_pre_chain=[*stamp, silence_foreign_words])
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("casework").setLevel(options.get("level", "INFO"))


class RequestLog:
    """Gives each request an id, and writes one line when it is answered. The path is not written: the route is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = uuid.uuid4().hex[:12]
        request.META["casework.request_id"] = request_id
        started = time.monotonic()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
            match = request.resolver_match
            log.info(
                "request",
                method=request.method,
                route=match.view_name if match else None,
                status=response.status_code,
                ms=round((time.monotonic() - started) * 1000, 1),
            )
        response["X-Request-ID"] = request_id
        return response
