"""`manage.py shred_file`: makes a person's file unreadable for ever."""

import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from casework.access.actor import duty
from casework.access.doors import window
from casework.access.management.commands.rotate_keys import must_be_owner
from casework.people.actions import shred
from casework.people.models import Person

WARNING = """All keys of this file will be deleted: names, birth date, A-number, notes, documents and what the audit
keeps of them do not open any more, for nobody, and no key brings them back. Backups made before still hold the
keys: let them run out. The rows stay, and say that they cannot be opened."""


class Command(BaseCommand):
    help = "Deletes the keys of a person's file for ever. Run as the tables' owner (CASEWORK_DATABASE_ROLE=migrate)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("person_id", type=uuid.UUID)
        parser.add_argument("--reason", required=True, help="for the audit, where it stands sealed")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        must_be_owner("shred_file")
        with window("shred_file"):
            person = Person.objects.filter(pk=options["person_id"]).first()
        if person is None:
            raise CommandError("There is no person with this id.")
        if not options["yes"]:
            self.stdout.write(WARNING)
            if input("Type the id again to shred the file: ").strip() != str(person.pk):
                raise CommandError("Nothing was changed.")
        gone = shred(duty("operator"), person, reason=options["reason"])
        self.stdout.write(f"The file is shredded. Keys deleted: {gone}.")
