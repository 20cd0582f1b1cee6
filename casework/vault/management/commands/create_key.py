"""`manage.py create_key`: the root key of a new installation."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from casework.vault.cipher import create_key_file


class Command(BaseCommand):
    help = "Makes the root key file once. Whoever loses it loses what was sealed: keep a copy away from the database."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        made = create_key_file(settings.VAULT_KEY_PATH)
        self.stdout.write(f"{settings.VAULT_KEY_PATH}: {'made' if made else 'was there, left as it is'}")
