"""`manage.py load_demo`: the invented organizations and people."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from casework.access import demo


class Command(BaseCommand):
    help = "Writes the demo's invented organizations and people; a second run changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo's people are loaded in demo and test mode only.")
        for done, name in enumerate(demo.load(), start=1):
            self.stdout.write(f"  {done:>3} of {demo.size()}  {name}")
