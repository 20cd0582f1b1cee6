"""`manage.py found_organization`: a new organization, and an invitation to its first administrator."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from casework.access import organizations
from casework.access.context import on_duty
from casework.access.models import OrganizationKind


class Command(BaseCommand):
    help = "Founds an organization and invites its first administrator by mail, for 72 hours."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", required=True)
        parser.add_argument("--short-name", required=True, help="2 to 12 capital letters and digits; never changes")
        parser.add_argument("--kind", required=True, choices=OrganizationKind.values)
        parser.add_argument("--time-zone", required=True, help="an IANA name such as America/Chicago")
        parser.add_argument("--admin-email", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        given = {name: options[name] for name in ("name", "short_name", "kind", "time_zone", "admin_email")}
        try:
            with on_duty("operator") as actor:
                organization = organizations.found(actor, **given)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{organization.name} ({organization.short_name}) is founded.")
        self.stdout.write(f"An invitation for {given['admin_email']} waits in the outbox. It is open for 72 hours.")
