"""`manage.py walls`: raises the walls in the database."""

from typing import Any

from django.core.management.base import BaseCommand

from casework.access.walls import raise_walls


class Command(BaseCommand):
    help = "Makes the database's grants and policies agree with the declared class of each table."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Walls stand around {raise_walls()} tables.")
