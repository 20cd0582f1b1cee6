"""`manage.py close_organization`: nobody acts in it any more, and nothing of it is shared. Its rows stay."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from casework.access import organizations
from casework.access.context import on_duty

WARNING = """{name} will be closed:
- nobody acts in it any more, and all of its members are signed out, also of other organizations they work in;
- its open invitations are void;
- cases that it shared, or that were shared with it, are closed to the other side.
Its data stays in the database. No command opens it again."""


class Command(BaseCommand):
    help = "Closes an organization. Reads nothing of its cases; its data stays in the database."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("short_name")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        with on_duty("operator"):
            organization = organizations.called(options["short_name"])
        if organization is None:
            raise CommandError(f"There is no organization with the short name {options['short_name']}.")
        if not options["yes"]:
            self.stdout.write(WARNING.format(name=organization.name))
            if input("Type the short name again to close it: ") != organization.short_name:
                raise CommandError("Nothing was changed.")
        try:
            with on_duty("operator") as actor:
                ended = organizations.close(actor, organization)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{organization.name} is closed. Sessions ended: {ended}.")
