"""`manage.py audit_heads`: the heads of the audit's chains, signed, to be kept on another machine."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from casework.access import heads


class Command(BaseCommand):
    help = "Writes the signed heads of the audit's chains as JSON lines. It reads no line of the audit."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--out", type=Path, help="a file to add them to, such as an earlier export")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path | None = options["out"]
        if path is None:
            for line in heads.signed(heads.heads("operator")):
                self.stdout.write(json.dumps(line))
            return
        try:
            written = heads.export(path, "operator")
        except (heads.HeadsRefused, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Heads added to {path}: {written}. Keep a copy on another machine.")
