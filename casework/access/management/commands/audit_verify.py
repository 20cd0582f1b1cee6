"""`manage.py audit_verify`: is the audit whole? Exit code 1, and a sentence for each chain, where it is not."""

from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import ProgrammingError

from casework.access import heads
from casework.access.models import Organization
from casework.audit import chain


class Command(BaseCommand):
    help = (
        "Follows the chains of the audit from the first line to the last, and names the first line that is not right."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--heads", type=Path, help="heads that were exported before, which the chains must contain")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            marks = heads.read(options["heads"]) if options["heads"] else []
        except (heads.HeadsRefused, OSError) as error:
            raise CommandError(str(error)) from error
        try:
            found = chain.verify(marks)
        except ProgrammingError as error:
            raise CommandError(
                "The application may not read the chains. Set CASEWORK_DATABASE_ROLE=migrate."
            ) from error
        for fault in found.faults:
            self.stdout.write(self._sentence(fault))
        if found.faults:
            raise CommandError(f"The audit is not whole: faults: {len(found.faults)}.")
        self.stdout.write(f"whole: {found.lines} lines in {found.chains} chains")
        if not marks:
            self.stdout.write("Without --heads, a chain that was written anew or an older copy would look the same.")

    def _sentence(self, fault: chain.Fault) -> str:
        place = f"place {fault.number}" if fault.number else "no place"
        entry = f"line {fault.entry_id}" if fault.entry_id else "no line"
        return f"{self._name(fault.organization_id)}, {place}, {entry}: {fault.says}."

    def _name(self, organization: UUID) -> str:
        """The organization's name and id."""
        if organization == chain.NOBODYS:
            return "Lines of no organization"
        found = Organization.objects.filter(pk=organization).first()
        return f"{found.name if found else 'An unknown organization'} ({organization})"
