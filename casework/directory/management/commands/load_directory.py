"""`manage.py load_directory`: courts, facilities, offices and code lists from their files."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from casework.access.management.commands.rotate_keys import must_be_owner
from casework.directory.loading import TooMany, load, told
from casework.directory.reading import Unreadable

FOLDER = settings.BASE_DIR / "fixtures" / "directory"
SHOWN = 20


class Command(BaseCommand):
    help = (
        "Makes the directory agree with its files and says what differed; nothing is ever deleted. Run as the tables'"
        " owner (CASEWORK_DATABASE_ROLE=migrate)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, default=FOLDER, help="of the files (default: fixtures/directory)")
        parser.add_argument("--dry-run", action="store_true", help="say what differs, and change nothing")
        parser.add_argument("--many", action="store_true", help="also when a tenth of a table's rows would be gone")

    def handle(self, *args: Any, **options: Any) -> None:
        must_be_owner("load_directory")
        today = timezone.localdate()
        try:
            found = load(options["folder"], today=today, dry_run=options["dry_run"], many=options["many"])
        except Unreadable as error:
            more = len(error.faults) - SHOWN
            lines = error.faults[:SHOWN] + ([f"... and {more} more."] if more > 0 else [])
            raise CommandError("\n".join([*lines, "Nothing was changed."])) from error
        except TooMany as error:
            raise CommandError(f"{error} Nothing was changed. With --many it is done all the same.") from error
        for one in found:
            self.stdout.write("\n".join(told(one)))
        if options["dry_run"]:
            self.stdout.write("Nothing was changed (--dry-run).")
