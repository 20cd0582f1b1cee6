import base64
import socketserver
import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from casework.notifications import actions
from casework.notifications.actions import Mail, queue_mail
from casework.notifications.models import Message, State
from casework.vault.cipher import SealBroken

LETTER = Mail(to="ada@north.example", subject="Un aviso", text="Hola, Ada.\n")
BROKEN = "django.core.mail.backends.smtp.EmailBackend"


@pytest.mark.django_db
def test_a_queued_mail_is_sealed_and_its_job_holds_only_an_id() -> None:
    message = queue_mail("notice", LETTER)
    stored = bytes(Message.objects.get().content)
    assert not [part for part in (b"ada@", b"aviso", b"Hola") if part in stored]
    job = ProcrastinateJob.objects.get()
    assert (job.task_name, job.args) == (actions.SEND_TASK, {"message_id": str(message.pk)})
    assert message.state == State.QUEUED


@pytest.mark.django_db
def test_a_mail_is_sent_once_however_often_the_job_runs() -> None:
    message = queue_mail("notice", LETTER)
    assert [actions.send(str(message.pk)) for _ in range(3)] == [State.SENT, State.SENT, State.SENT]
    assert [(m.to, m.subject, m.body) for m in mail.outbox] == [([LETTER.to], LETTER.subject, LETTER.text)]


@pytest.mark.django_db
def test_a_mail_that_a_dead_worker_had_in_hand_is_unknown_and_not_sent_again() -> None:
    message = queue_mail("notice", LETTER)
    Message.objects.update(state=State.SENDING)
    assert actions.send(str(message.pk)) == State.UNKNOWN
    assert mail.outbox == []


@pytest.mark.django_db
def test_a_mail_server_that_is_away_leaves_the_mail_queued_until_it_is_given_up(settings: Settings) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = BROKEN, "127.0.0.1", 1
    message = queue_mail("notice", LETTER)
    with pytest.raises(ConnectionRefusedError):
        actions.send(str(message.pk))
    message.refresh_from_db()
    assert (message.state, message.error) == (State.QUEUED, "ConnectionRefusedError")
    actions.give_up(str(message.pk))
    message.refresh_from_db()
    assert message.state == State.FAILED


class LostAnswer(socketserver.StreamRequestHandler):
    """A mail server that takes the letter and then says nothing."""

    def handle(self) -> None:
        self.wfile.write(b"220 ready\r\n")
        while line := self.rfile.readline():
            if line.upper().startswith(b"DATA"):
                self.wfile.write(b"354 go on\r\n")
                while self.rfile.readline() != b".\r\n":
                    pass
                return
            self.wfile.write(b"250 fine\r\n")


@pytest.mark.django_db
def test_a_mail_whose_answer_was_lost_is_unknown_and_not_sent_again(settings: Settings) -> None:
    with socketserver.TCPServer(("127.0.0.1", 0), LostAnswer) as server:
        threading.Thread(target=server.handle_request).start()
        settings.EMAIL_BACKEND, settings.EMAIL_USE_TLS = BROKEN, False
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.server_address[1]
        message = queue_mail("notice", LETTER)
        assert actions.send(str(message.pk)) == State.UNKNOWN
    assert actions.send(str(message.pk)) == State.UNKNOWN


@pytest.mark.django_db
def test_a_worker_with_another_key_leaves_the_mail_for_the_right_one(settings: Settings) -> None:
    message, right = queue_mail("notice", LETTER), settings.VAULT_ROOT_KEY
    settings.VAULT_ROOT_KEY = base64.b64encode(b"w" * 32).decode()
    with pytest.raises(SealBroken):
        actions.send(str(message.pk))
    settings.VAULT_ROOT_KEY = right
    assert actions.send(str(message.pk)) == State.SENT


@pytest.mark.django_db
def test_what_was_given_up_can_be_queued_again() -> None:
    message = queue_mail("notice", LETTER)
    actions.give_up(str(message.pk))
    assert (actions.queue_failed(), actions.queue_failed()) == (1, 0)
    assert ProcrastinateJob.objects.count() == 2
    assert actions.send(str(message.pk)) == State.SENT


@pytest.mark.django_db
def test_old_letters_are_forgotten_and_waiting_ones_are_not() -> None:
    old, waiting = queue_mail("notice", LETTER), queue_mail("notice", LETTER)
    actions.send(str(old.pk))
    assert actions.empty_old(timezone.now()) == 0
    assert actions.empty_old(timezone.now() + timedelta(days=8)) == 1
    assert (len(bytes(Message.objects.get(pk=old.pk).content)), actions.send(str(waiting.pk))) == (0, State.SENT)


@pytest.mark.django_db
def test_a_late_failure_of_a_second_worker_does_not_undo_what_the_first_has_sent() -> None:
    message = queue_mail("notice", LETTER)
    assert actions.send(str(message.pk)) == State.SENT
    actions._settle(message, State.QUEUED, "SMTPConnectError")
    assert (Message.objects.get().state, actions.send(str(message.pk)), len(mail.outbox)) == ("sent", State.SENT, 1)


@pytest.mark.django_db
def test_a_copied_mail_does_not_open_under_another_id() -> None:
    first, second = queue_mail("notice", LETTER), queue_mail("notice", LETTER)
    Message.objects.filter(pk=second.pk).update(content=first.content)
    with pytest.raises(ValueError, match="message"):
        actions.send(str(second.pk))
    assert mail.outbox == []
