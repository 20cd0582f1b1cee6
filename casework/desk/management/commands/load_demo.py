"""`manage.py load_demo`: the invented organizations, people, cases, custody, dockets and intakes."""

from argparse import ArgumentParser
from itertools import chain
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from casework.access import demo as cast
from casework.cases import demo as cases
from casework.custody import demo as custody
from casework.directory import demo as places
from casework.docket import demo as docket
from casework.documents import demo as documents
from casework.intake import demo as intake
from casework.intake import demo_calls as hotline
from casework.intake import demo_handovers as hand_overs


class Command(BaseCommand):
    help = "Writes the demo's invented organizations, people and cases; a second run changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--cast", action="store_true", help="organizations and people only")
        parser.add_argument("--few", action="store_true", help="only the cases that tests and pictures know by name")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo's people are loaded in demo and test mode only.")
        few = options["few"]
        rooms = [(cast.size(), cast.load())]
        if not options["cast"]:
            rooms += [
                (places.size(), places.load()),
                (cases.size(few=few), cases.load(few=few)),
                (custody.size(few=few), custody.load(few=few)),
                (docket.size(few=few), docket.load(few=few)),
                (intake.size(), intake.load()),
                (documents.size(few=few), documents.load(few=few)),
                (hand_overs.size(few=few), hand_overs.load(few=few)),
            ]
            rooms += [] if few else [(hotline.size(), hotline.load())]
        size = sum(number for number, _lines in rooms)
        for done, name in enumerate(chain.from_iterable(lines for _number, lines in rooms), start=1):
            self.stdout.write(f"  {done:>3} of {size}  {name}")
