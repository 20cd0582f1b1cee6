"""How much is taken of what is uploaded, and by whom."""

from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.test import RequestFactory, override_settings

from casework.access.requests import sent_too_much
from casework.access.uploads import InMemory

MOST, MORE = 1000, 5000
MEMBER = SimpleNamespace()


def handler(route: str | None, membership: Any) -> InMemory:
    request: Any = RequestFactory().post("/")
    if route is not None:
        request.resolver_match = SimpleNamespace(url_name=route)
    request.membership = membership
    return InMemory(request)


@pytest.mark.parametrize(
    ("route", "membership", "most"),
    [
        ("file_new", MEMBER, MORE),
        ("file_new", None, MOST),
        ("other", MEMBER, MOST),
        (None, MEMBER, MOST),
        (None, None, MOST),
    ],
)
def test_only_members_send_much_and_only_where_files_are_taken(route: str | None, membership: Any, most: int) -> None:
    with override_settings(FILE_UPLOAD_MAX_MEMORY_SIZE=MOST, LARGE_UPLOADS={"file_new": MORE}):
        for length, taken in ((most, True), (most + 1, False)):
            one = handler(route, membership)
            one.handle_raw_input(BytesIO(), {}, length, b"boundary")
            assert one.activated is taken


def test_a_request_that_nobody_looked_up_has_the_common_limit() -> None:
    """A handler that is asked before the middleware has said anything."""
    with override_settings(FILE_UPLOAD_MAX_MEMORY_SIZE=MOST, LARGE_UPLOADS={"": MORE}):
        one = InMemory(RequestFactory().post("/"))
        one.handle_raw_input(BytesIO(), {}, MOST + 1, b"boundary")
        assert (one.activated, isinstance(one, MemoryFileUploadHandler)) == (False, True)


@pytest.mark.parametrize(
    ("length", "kind", "files", "too_much"),
    [
        ("1001", "multipart/form-data; boundary=x", False, True),
        ("1000", "multipart/form-data; boundary=x", False, False),
        ("1001", "multipart/form-data; boundary=x", True, False),
        ("1001", "application/x-www-form-urlencoded", False, False),
        ("1001", None, False, False),
        (None, "multipart/form-data; boundary=x", False, False),
        ("", "multipart/form-data; boundary=x", False, False),
        ("many", "multipart/form-data; boundary=x", False, False),
    ],
)
def test_a_file_that_was_not_taken_is_told_from_none(
    length: str | None, kind: str | None, files: bool, too_much: bool
) -> None:
    """Such a form arrives without its file, as if none had been chosen."""
    told = {"CONTENT_LENGTH": length, "CONTENT_TYPE": kind}
    request: Any = SimpleNamespace(
        META={name: value for name, value in told.items() if value is not None},
        FILES={"file": object()} if files else {},
    )
    assert sent_too_much(request, MOST) is too_much
