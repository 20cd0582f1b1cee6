"""`manage.py open_seals`: does everything that was sealed still open? After a restore, or with a key from the safe."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from casework.access.doors import window
from casework.access.management.commands.rotate_keys import must_be_owner
from casework.vault import rotation


class Command(BaseCommand):
    help = (
        "Opens every sealed value, shows none, and says how many opened and how many did not. Run as the tables' owner"
        " (CASEWORK_DATABASE_ROLE=migrate). Files that were shredded do not open, and are counted apart."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        must_be_owner("open_seals")
        with window("open_seals"):
            found = rotation.opened()
        self.stdout.write(f"{found.opened} sealed values open, {found.shredded} are of shredded files.")
        if found.locked:
            raise CommandError(
                f"{found.locked} sealed values do not open: is it the right root key, is the copy whole?"
            )
