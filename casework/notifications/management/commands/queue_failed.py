"""`manage.py queue_failed`: another try for messages that were given up."""

from typing import Any

from django.core.management.base import BaseCommand

from casework.notifications.actions import queue_failed


class Command(BaseCommand):
    help = "Queues messages again that were given up, for example after the mail server was away."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{queue_failed()} messages are queued again.")
