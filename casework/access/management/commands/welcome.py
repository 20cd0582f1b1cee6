"""`manage.py welcome`: where the demo is, and who one can be there."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from casework.access import demo


class Command(BaseCommand):
    help = "Prints the demo's address and its cast."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"\n  Casework is at {settings.PUBLIC_URL}\n\n  Enter there as one of these invented people:")
        for member in demo.cast():
            self.stdout.write(f"    {member.name:<16} {member.role.label}, {member.organization}")
        self.stdout.write("")
