"""Texts: the provider's protocol, what it refuses, what nobody knows of, and how long one text is."""

from base64 import b64encode
from pathlib import Path

import pytest
from pytest_django import Settings

from casework.notifications import actions
from casework.notifications.actions import Text, queue_mail
from casework.notifications.channels import Refused, parts
from casework.notifications.models import Message, State
from tests.notifications.standin import FROM, SID, TOKEN, provider

TO = "+12135550143"
NEWS = Text(TO, "Hay novedades. Llame al +12135550100.")
pytestmark = pytest.mark.django_db


def kept() -> tuple[str, str]:
    row = Message.objects.get()
    return row.state, row.error


def test_a_text_goes_out_once_as_the_provider_wants_it(settings: Settings) -> None:
    with provider(settings) as standin:
        message = queue_mail("family", NEWS, once="one")
        again = queue_mail("family", NEWS, once="one")
        assert [actions.send(str(one.pk)) for one in (message, again)] == [State.SENT, State.SENT]
    pair = b64encode(f"{SID}:{TOKEN}".encode()).decode()
    form = {"To": [TO], "From": [FROM], "Body": [NEWS.text]}
    assert standin.got == [(f"/2010-04-01/Accounts/{SID}/Messages.json", f"Basic {pair}", form)]
    assert Message.objects.get().channel == "sms"


def test_without_a_provider_a_text_is_refused_and_not_sent(settings: Settings) -> None:
    settings.SMS_PROVIDER = ""
    message = queue_mail("family", NEWS)
    assert actions.send(str(message.pk)) == State.REFUSED
    assert kept() == ("refused", "no provider")


def test_what_is_refused_for_good_is_not_tried_again(settings: Settings) -> None:
    stop = {"code": 21610, "message": "Attempt to send to unsubscribed recipient", "status": 400}
    with provider(settings, (400, stop)) as standin:
        message = queue_mail("family", NEWS)
        assert [actions.send(str(message.pk)) for _ in range(2)] == [State.REFUSED, State.REFUSED]
    assert (len(standin.got), kept(), actions.queue_failed()) == (1, ("refused", "21610"), 0)


@pytest.mark.parametrize("status", [429, 503])
def test_what_is_put_off_is_tried_again(settings: Settings, status: int) -> None:
    with provider(settings, (status, {"code": 20429})) as standin:
        message = queue_mail("family", NEWS)
        with pytest.raises(Refused):
            actions.send(str(message.pk))
        assert kept() == ("queued", "20429")
        assert actions.send(str(message.pk)) == State.SENT
    assert len(standin.got) == 2


@pytest.mark.parametrize("answer", [None, (500, {})], ids=["silence", "broken"])
def test_what_nobody_knows_of_is_not_sent_again(settings: Settings, answer: tuple[int, object] | None) -> None:
    with provider(settings, answer) as standin:
        message = queue_mail("family", NEWS)
        assert [actions.send(str(message.pk)) for _ in range(2)] == [State.UNKNOWN, State.UNKNOWN]
    assert len(standin.got) == 1


def test_a_provider_that_is_away_leaves_the_text_queued(settings: Settings) -> None:
    settings.SMS_PROVIDER, settings.TWILIO_URL = "twilio", "http://127.0.0.1:1"
    message = queue_mail("family", NEWS)
    with pytest.raises(ConnectionRefusedError):
        actions.send(str(message.pk))
    assert kept() == ("queued", "ConnectionRefusedError")


def test_without_a_provider_a_text_is_a_file(settings: Settings, tmp_path: Path) -> None:
    settings.SMS_FILE_PATH = tmp_path / "sms"
    message = queue_mail("family", NEWS)
    assert actions.send(str(message.pk)) == State.SENT
    [file] = (tmp_path / "sms").iterdir()
    assert file.read_text() == f"To: {TO}\n\n{NEWS.text}\n"


@pytest.mark.parametrize(
    ("text", "many"),
    [
        ("a" * 160, 1), ("a" * 161, 2), ("é" * 160, 1), ("á" * 70, 1), ("á" * 71, 2), ("€" * 80, 1), ("€" * 81, 2),
        ("😀" * 35, 1), ("😀" * 36, 2), ("中" * 70, 1), ("a" * 307, 3),
    ],
)  # fmt: skip
def test_how_many_texts_the_provider_makes_of_one(text: str, many: int) -> None:
    assert parts(text) == many
    if many > 1:
        with pytest.raises(ValueError, match="into one"):
            Text(TO, text)
