"""`manage.py check_glances`: whether cases show what stays and hearings say; `--write` makes it so."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from casework.access.management.commands.rotate_keys import must_be_owner
from casework.custody import agreement as custody
from casework.docket import agreement as docket


class Command(BaseCommand):
    help = "Compares what cases show at a glance with their stays and hearings; for the role that deploys."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--write", action="store_true", help="make them agree")

    def handle(self, *args: Any, **options: Any) -> None:
        must_be_owner("check_glances")
        places, hearings = custody.wrong(), docket.wrong()
        if options["write"]:
            for case in places:
                custody.write(case.person_id)
            for case in hearings:
                docket.write(case.pk)
        found = {case.pk for case in (*places, *hearings)}
        for key in sorted(found):
            self.stdout.write(f"  {key}")
        self.stdout.write(f"{len(found)} cases differ{', and were mended' if found and options['write'] else ''}.")
        if found and not options["write"]:
            raise CommandError("Run it again with --write to mend them.")
