"""`manage.py rotate_keys`: new keys in the place of old ones, while people work."""

import uuid
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.db.models import BinaryField, F, Func, Value
from django.utils import timezone

from casework.access import acts
from casework.access.actor import duty
from casework.access.doors import window
from casework.access.models import Organization
from casework.access.walls import OWNER
from casework.audit import actions as audit
from casework.audit.models import Entry
from casework.vault import rotation
from casework.vault.cipher import SealBroken
from casework.vault.models import FileKey, OrganizationKey

AS_OWNER = (
    "Run it as a deploy does: CASEWORK_DATABASE_ROLE=migrate manage.py {}. The application's own role"
    " may not reach the files of all organizations."
)


def must_be_owner(command: str) -> None:
    """Raises CommandError for the application's own role, which no policy lets do this."""
    if connection.settings_dict["OPTIONS"].get("assume_role") != OWNER:
        raise CommandError(AS_OWNER.format(command))


class Command(BaseCommand):
    help = (
        "Makes new keys for organizations and files and seals every value anew, while people work. Run as the tables'"
        " owner (CASEWORK_DATABASE_ROLE=migrate). Cut short, it goes on where it was when it is run again; with"
        " --since it leaves out what was begun since then. The root key stays as it is."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--organization", metavar="SHORT_NAME", help="only this one; all without it")
        what.add_argument("--file", metavar="PERSON_ID", type=uuid.UUID, help="only this person's file")
        parser.add_argument(
            "--since", type=datetime.fromisoformat, metavar="INSTANT",
            help="leave out organizations whose key was made since, such as 2026-11-22T05:00+00:00",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        must_be_owner("rotate_keys")
        since = options["since"] or timezone.now()
        if timezone.is_naive(since):
            raise CommandError("--since needs a time zone, such as 2026-11-22T05:00+00:00.")
        try:
            with window("rotate_keys"):
                if options["file"]:
                    self._file(options["file"])
                    return
                self.stdout.write(f"If this is cut short: manage.py rotate_keys --since {since.isoformat()}")
                for organization in self._organizations(options["organization"]):
                    self._organization(organization, since)
        except SealBroken as error:
            raise CommandError(f"A key does not open ({error}): is it the right root key?") from error
        except rotation.Busy as error:
            raise CommandError(f"Somebody writes in {error} all the while. Run it again.") from error

    def _organizations(self, short_name: str | None) -> list[Organization]:
        rows = Organization.objects.order_by("short_name")
        found = list(rows.filter(short_name=short_name) if short_name else rows)
        if not found:
            raise CommandError(f"There is no organization with the short name {short_name}.")
        return found

    def _organization(self, organization: Organization, since: datetime) -> None:
        with transaction.atomic():
            if rotation.begin(organization.pk, since=since):
                _note("organization.keys_rotated", audit.What(organization.pk, "access.organization", organization.pk))
        left = all_of_them = rotation.remaining(organization.pk)
        self.stdout.write(f"{organization.short_name}: {left} files to do")
        values = locked = 0
        for number, done in enumerate(rotation.files(organization.pk), start=1):
            values, locked, left = values + done.sealed, locked + done.locked, max(all_of_them - number, 0)
            if number % 50 == 0 or not left:
                self.stdout.write(f"{organization.short_name}: {number} files done, {left} remaining, {values} values")
        gone = rotation.finish(organization.pk, _needed(organization.pk))
        said = f"done, old keys deleted: {gone}, values that do not open: {locked}"
        self.stdout.write(f"{organization.short_name}: {said}")

    def _file(self, file: uuid.UUID) -> None:
        key = FileKey.objects.filter(file_id=file).exclude(wrapped=FileKey.GONE).first()
        if key is None:
            raise CommandError("There is no file with this id, or it was shredded.")
        with transaction.atomic():
            done = rotation.rotate(key.organization_id, file)
            about = audit.What(key.organization_id, "people.person", file, file_id=file)
            _note("file.keys_rotated", about)
        self.stdout.write(f"1 file done, {done.sealed} values, values that do not open: {done.locked}")


def _note(verb: str, about: audit.What) -> None:
    audit.write(acts.who(duty("operator")), verb, about, fields=("keys",), basis="operator")


def _needed(organization: uuid.UUID) -> set[uuid.UUID]:
    """Old keys of the organization under which lines of the audit keep something; they are not sealed anew."""
    named = Func(F("detail"), Value(2), Value(16), function="substring", output_field=BinaryField())
    lines = Entry.objects.filter(organization_id=organization, detail__isnull=False).annotate(key=named)
    old = OrganizationKey.objects.filter(organization_id=organization).exclude(retired_at=None)
    return {row.pk for row in old if lines.filter(key=row.pk.bytes).exists()}
