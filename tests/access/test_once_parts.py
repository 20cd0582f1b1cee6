"""What counts as the same sending, and which answers are remembered, without a page around it."""

import hashlib
import hmac
import json
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.test import RequestFactory
from django.urls import ResolverMatch

from casework.access.models import CacheEntry, User
from casework.access.once import TOKEN, Once
from casework.vault.cipher import signing_key

pytestmark = pytest.mark.django_db
WHO = User(pk=uuid.UUID(int=3))
FORM = {TOKEN: "t", "kind": "call", "tags": ["a", "b"]}


def sending(path: str = "/notes/?of=1", user: User = WHO, name: str = "notes", **changes: Any) -> Any:
    """A form with a file, as a browser sends it."""
    form = FORM | {"paper": SimpleUploadedFile("one.pdf", b"content")} | changes
    request: Any = RequestFactory().post(path, {key: value for key, value in form.items() if value is not None})
    request.user, request.htmx = user, False
    request.resolver_match = ResolverMatch(done, (), {}, url_name=name)
    return request


def done(_request: Any) -> HttpResponse:
    return HttpResponseRedirect("/cases/1/notes/")


def answered(request: Any, answer: HttpResponse | None = None) -> Any:
    """What the middleware answers in the place of the view; else what the view answers."""
    once = Once(lambda asked: answer or done(asked))
    instead = once.process_view(request, done, [], {})
    return instead or once(request)


def remembered() -> list[str]:
    """To where those led that are remembered."""
    return list(CacheEntry.objects.using("default").filter(key__startswith="sending:").values_list("value", flat=True))


def test_the_same_again_is_led_to_where_the_first_one_led() -> None:
    answered(sending(), HttpResponseRedirect("/first/"))
    again = answered(sending(), HttpResponseRedirect("/second/"))
    assert (again.status_code, again.headers["Location"], remembered()) == (302, "/first/", ["/first/"])
    [name] = CacheEntry.objects.using("default").values_list("key", flat=True)
    assert (name[:8], len(name)) == ("sending:", 48)


@pytest.mark.parametrize(
    "other",
    [
        {"path": "/notes/?of=2"},
        {"path": "/other/?of=1"},
        {"user": User(pk=uuid.UUID(int=4))},
        {TOKEN: "u"},
        {"kind": "memo"},
        {"tags": ["b", "a"]},
        {"tags": ["a"]},
        {"more": "x"},
        {"paper": SimpleUploadedFile("two.pdf", b"content")},
        {"paper": SimpleUploadedFile("one.pdf", b"other")},
        {"paper": None},
    ],
    ids=["query", "path", "user", "token", "value", "order", "fewer", "more", "file's name", "file", "no file"],
)
def test_whatever_differs_makes_another_sending(other: dict[str, Any]) -> None:
    answered(sending(), HttpResponseRedirect("/first/"))
    assert answered(sending(**other), HttpResponseRedirect("/second/")).headers["Location"] == "/second/"
    assert sorted(remembered()) == ["/first/", "/second/"]


def test_the_order_of_fields_makes_no_difference_and_files_can_be_read_afterwards() -> None:
    answered(sending())
    request: Any = sending()
    request.POST = request.POST.copy()
    request.POST.setlist(TOKEN, request.POST.pop(TOKEN))  # last now
    again = Once(done).process_view(request, done, [], {})
    assert again is not None
    fresh = sending(kind="memo")
    Once(done).process_view(fresh, done, [], {})
    assert fresh.FILES["paper"].read() == b"content"


def cookie() -> HttpResponse:
    answer = HttpResponseRedirect("/first/")
    answer.set_cookie("session", "x")
    return answer


@pytest.mark.parametrize(
    "answer",
    [HttpResponse(status=200), HttpResponse(status=400), HttpResponse(status=499), HttpResponse(status=302), cookie()],
    ids=["page", "400", "499", "nowhere", "with a cookie"],
)
def test_what_led_nowhere_may_be_sent_again(answer: HttpResponse) -> None:
    """And what gave a cookie, which a second one would not bring."""
    assert answered(sending(), answer) is answer
    assert remembered() == []
    assert answered(sending(), HttpResponseRedirect("/second/")).headers["Location"] == "/second/"


def test_a_permanent_redirect_is_not_remembered() -> None:
    answered(sending(), HttpResponse(status=301, headers={"Location": "/moved/"}))
    assert remembered() == []


def test_after_a_failure_nothing_is_written() -> None:
    """The whole transaction is taken back then, with what remembers the sending."""
    answered(sending(), HttpResponse(status=500))
    assert remembered() == [""]  # as it stood while the form was being done


def test_in_a_transaction_that_is_lost_nothing_is_asked() -> None:
    once = Once(done)
    with transaction.atomic():
        request = sending()
        once.process_view(request, done, [], {})
        transaction.set_rollback(True)
        assert once(request).status_code == 302
    assert remembered() == []
    with transaction.atomic():
        request = sending()
        once.process_view(request, done, [], {})
        with pytest.raises(DatabaseError), connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")
        assert once(request).status_code == 302
        transaction.set_rollback(True)


@pytest.mark.parametrize("why", ["read", "no token", "part of a page", "at the door", "joining", "second factor"])
def test_what_is_not_held_up(why: str) -> None:
    def one() -> Any:
        name = {"at the door": "account_login", "joining": "invitation", "second factor": "mfa_index"}.get(why, "notes")
        changes: dict[str, Any] = {TOKEN: None} if why == "no token" else {}
        request = sending(name=name, **changes)
        if why == "read":
            request.method = "GET"
        request.htmx = why == "part of a page"
        return request

    answered(one(), HttpResponseRedirect("/first/"))
    assert answered(one(), HttpResponseRedirect("/second/")).headers["Location"] == "/second/"
    assert CacheEntry.objects.using("default").count() == 0


def test_an_address_without_a_name_is_like_any_other() -> None:
    request = sending()
    request.resolver_match = ResolverMatch(done, (), {})
    answered(request)
    assert remembered() == ["/cases/1/notes/"]


def test_what_was_never_asked_for_is_no_sending() -> None:
    """An answer from before the view was looked up."""
    assert Once(done)(RequestFactory().post("/")).status_code == 302
    assert remembered() == []


def test_the_name_of_a_sending_is_keyed() -> None:
    """It tells nothing to whoever reads the table, and who holds no key cannot find out whether a form was sent."""
    request = sending()
    Once(done).process_view(request, done, [], {})
    paper = json.dumps(["paper", "one.pdf", hashlib.sha256(b"content").hexdigest()])
    told = [
        f"/notes/?of=1{WHO.pk}",
        '["csrfmiddlewaretoken", ["t"]]',
        '["kind", ["call"]]',
        '["tags", ["a", "b"]]',
        paper,
    ]
    mac = hmac.digest(signing_key("sendings"), "".join(told).encode(), "sha256").hex()
    assert request.sending == f"sending:{mac[:40]}"
