"""`manage.py migrate`: Django's, then the walls, so that neither is ever forgotten."""

from typing import Any

from django.core.management.commands.migrate import Command as Migrate

from casework.access.walls import raise_walls


class Command(Migrate):
    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        partial = options.get("app_label") or options.get("plan") or options.get("check_unapplied")
        if options["database"] == "default" and not partial:
            raise_walls()
