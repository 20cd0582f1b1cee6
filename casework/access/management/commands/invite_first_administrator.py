"""`manage.py invite_first_administrator`: when the invitation of a founded organization went astray or ran out."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from casework.access import organizations
from casework.access.context import on_duty


class Command(BaseCommand):
    help = "Invites the first administrator of an organization that nobody has joined yet, for 72 hours."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("short_name")
        parser.add_argument("--admin-email", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        email = options["admin_email"]
        try:
            with on_duty("operator") as actor:
                organization = organizations.called(options["short_name"])
                if organization is None:
                    raise CommandError(f"There is no organization with the short name {options['short_name']}.")
                organizations.invite_first(actor, organization, admin_email=email)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{organization.name}: an invitation for {email} waits in the outbox, open for 72 hours.")
