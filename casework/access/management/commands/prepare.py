"""`manage.py prepare`: all that a new or updated installation needs before it serves."""

import hashlib
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand

FINGERPRINT = settings.VAR_DIR / "static.fingerprint"


class Command(BaseCommand):
    help = (
        "Migrates, raises the walls, loads the directory, gathers static files and, in demo mode, loads the invented"
        " people."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        call_command("load_directory", stdout=self.stdout)
        self._gather_static()
        if settings.DEMO:
            call_command("load_demo", stdout=self.stdout)

    def _gather_static(self) -> None:
        """Compressing takes ten seconds, so it is left out while no file has changed."""
        now = hashlib.sha256()
        for finder in get_finders():
            for name, storage in finder.list(None):
                now.update(f"{name} {storage.size(name)} {storage.get_modified_time(name)}\n".encode())
        if settings.STATIC_ROOT.exists() and FINGERPRINT.exists() and FINGERPRINT.read_text() == now.hexdigest():
            return
        call_command("collectstatic", interactive=False, verbosity=0)
        FINGERPRINT.write_text(now.hexdigest())
