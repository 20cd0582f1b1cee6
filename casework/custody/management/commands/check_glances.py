"""`manage.py check_glances`: whether cases show of custody what the stays say; `--write` makes it so."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from casework.access.management.commands.rotate_keys import must_be_owner
from casework.custody import agreement


class Command(BaseCommand):
    help = "Compares the place and custody state that cases show with their stays; for the role that deploys."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--write", action="store_true", help="make them agree")

    def handle(self, *args: Any, **options: Any) -> None:
        must_be_owner("check_glances")
        found = agreement.wrong()
        for case in found if options["write"] else []:
            agreement.write(case.person_id)
        for case in found:
            self.stdout.write(f"  {case.pk}")
        self.stdout.write(f"{len(found)} cases differ{', and were mended' if found and options['write'] else ''}.")
        if found and not options["write"]:
            raise CommandError("Run it again with --write to mend them.")
