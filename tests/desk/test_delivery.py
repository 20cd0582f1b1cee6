"""A test message to oneself, by each way, and what the page says became of it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.core.cache import caches
from django.test import Client
from django.urls import reverse

from casework.access.models import User
from casework.audit.models import Entry
from casework.notifications import actions, trying
from casework.notifications.models import Message
from tests.conftest import as_application
from tests.notifications.standin import provider

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
Enter = Callable[[str], Client]


@pytest.fixture
def browser(enter: Enter) -> Client:
    caches["default"].clear()
    return enter("admin")


def ask(client: Client, **typed: str) -> str:
    answer = client.post(reverse("delivery"), typed, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def work() -> list[str]:
    """What the worker does; how far each has come."""
    for pk in list(Message.objects.filter(kind=trying.KIND).values_list("pk", flat=True)):
        with as_application():
            actions.send(str(pk))
    return list(Message.objects.filter(kind=trying.KIND).values_list("state", flat=True))


def test_a_mail_to_oneself(cast: Cast, browser: Client) -> None:
    assert "Look again in a moment." in ask(browser, where="email")
    assert work() == ["sent"]
    [sent] = [one for one in mail.outbox if one.subject == "Test message"]
    assert (sent.to, sent.body) == ([cast["admin"].email], "This is a test of Casework. Messages arrive here.\n")
    assert "It was taken over there." in browser.get(reverse("delivery")).content.decode()
    line = Entry.objects.get(verb="delivery.tested")
    assert (line.organization_id is not None, line.case_id, line.fields, line.detail) == (True, None, ["email"], None)


def test_a_text_to_a_phone_at_hand(browser: Client, settings: Any) -> None:
    with provider(settings) as standin:
        ask(browser, where="sms", number="(213) 555-0147")
        assert work() == ["sent"]
    [(_path, _pair, form)] = standin.got
    assert (form["To"], form["Body"]) == (["+12135550147"], ["This is a test of Casework. Messages arrive here."])


def test_what_the_other_side_says_stands_there(browser: Client, settings: Any) -> None:
    with provider(settings, (400, {"code": 21211, "status": 400})):
        ask(browser, where="sms", number="2135550147")
        assert work() == ["refused"]
        page = browser.get(reverse("delivery")).content.decode()
    assert "Tell whoever runs this installation: 21211." in page
    assert "(213) 555-0147" in page


def test_a_number_that_is_none_and_an_installation_without_texts(browser: Client, settings: Any) -> None:
    assert "Enter a phone number such as" in ask(browser, where="sms", number="12")
    settings.SMS_PROVIDER = ""
    page = ask(browser, where="sms", number="2135550147")
    assert "This installation sends no texts." in page
    assert Message.objects.filter(kind=trying.KIND).count() == 0


def test_five_in_an_hour_and_for_administrators_alone(browser: Client, enter: Enter) -> None:
    pages = [ask(browser, where="email") for _each in range(6)]
    assert ["often enough" in page for page in pages] == [False] * 5 + [True]
    assert Message.objects.filter(kind=trying.KIND).count() == 5
    assert enter("attorney").get(reverse("delivery")).status_code == 403
    caches["default"].clear()
