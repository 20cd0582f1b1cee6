"""`manage.py directory_reports`: what organizations found wrong in the directory."""

import uuid
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from casework.access.context import on_duty
from casework.directory.actions import resolve
from casework.directory.models import ErrorReport


class Command(BaseCommand):
    help = "Lists reports of errors that wait, oldest first; with --settle and --answer, settles one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--settle", metavar="ID", type=uuid.UUID)
        parser.add_argument("--answer", help="what came of it, for whoever reported it")

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["settle"]) != bool(options["answer"]):
            raise CommandError("Give --settle and --answer together.")
        with on_duty("operator") as actor:
            rows = ErrorReport.objects.visible_to(actor)
            if not options["settle"]:
                self._list(list(rows.filter(resolved_at=None).order_by("reported_at")))
                return
            row = rows.filter(pk=options["settle"]).first()
            if row is None:
                raise CommandError("There is no report with this id.")
            try:
                resolve(actor, row, answer=options["answer"])
            except ValidationError as error:
                raise CommandError(" ".join(error.messages)) from error
        self.stdout.write("The report is settled; whoever wrote it gets a letter.")

    def _list(self, rows: list[ErrorReport]) -> None:
        for row in rows:
            self.stdout.write(f"{row.pk}  {row.reported_at:%Y-%m-%d}  {row.facility_id or row.court_id}")
            for label, text in (("wrong", row.wrong), ("right", row.right), ("known from", row.how_known)):
                if text:
                    self.stdout.write(f"    {label}: {text}")
        self.stdout.write(f"{len(rows)} waiting.")
