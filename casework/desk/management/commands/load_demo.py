"""`manage.py load_demo`: the invented organizations, people, cases and custody."""

from argparse import ArgumentParser
from itertools import chain
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from casework.access import demo as cast
from casework.cases import demo as cases
from casework.custody import demo as custody
from casework.directory import demo as places


class Command(BaseCommand):
    help = "Writes the demo's invented organizations, people and cases; a second run changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--cast", action="store_true", help="organizations and people only")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo's people are loaded in demo and test mode only.")
        rooms = [cast] if options["cast"] else [cast, places, cases, custody]
        size = sum(room.size() for room in rooms)
        for done, name in enumerate(chain.from_iterable(room.load() for room in rooms), start=1):
            self.stdout.write(f"  {done:>3} of {size}  {name}")
