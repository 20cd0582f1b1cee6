"""`manage.py end_sessions`: signs out everybody of an organization."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from casework.access import organizations
from casework.access.context import on_duty


class Command(BaseCommand):
    help = "Ends all sessions of an organization's members, those in other organizations included."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("short_name")

    def handle(self, *args: Any, **options: Any) -> None:
        with on_duty("operator") as actor:
            organization = organizations.called(options["short_name"])
            if organization is None:
                raise CommandError(f"There is no organization with the short name {options['short_name']}.")
            ended = organizations.end_sessions(actor, organization)
        self.stdout.write(f"{organization.name}: sessions ended: {ended}.")
