"""`manage.py migrate`: Django's, then the cache table and the walls, so that none of the three is ever forgotten."""

from typing import Any

from django.core.management import call_command
from django.core.management.commands.migrate import Command as Migrate

from casework.access.walls import raise_walls


class Command(Migrate):
    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        partial = options.get("app_label") or options.get("plan") or options.get("check_unapplied")
        if options["database"] == "default" and not partial:
            call_command("createcachetable", database="cache", verbosity=0)
            raise_walls()
