"""Spreadsheets that are brought in: what was uploaded, while it waits, and which rows became which cases.

What stands in the cells is about people who have no file yet. So the upload has a file key of its own, under the id of
its `Sheet`, which goes when the sheet goes: after the import, when it is dropped, or `KEPT` days later.
"""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from casework.access.actor import Actor
from casework.access.doors import GuardedModel
from casework.access.keys import CompositeForeignKey
from casework.access.models import Membership, Organization
from casework.access.rules import COUNSEL, NONE, ORGANIZATION
from casework.access.versions import Versioned
from casework.vault.fields import SealedJSONField, SealedTextField
from casework.vault.rows import SealedModel

KEPT_DAYS = 7


class State(models.TextChoices):
    """How far an import has come. The database knows these words, too (walls_imports.sql)."""

    DRAFT = "draft"
    CHECKING = "checking"
    RUNNING = "running"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"
    DROPPED = "dropped"


OVER = (State.DONE, State.UNDOING, State.UNDONE)


class Import(SealedModel, Versioned):
    """One spreadsheet, and what became of it.

    Until it is done whoever brought it meets it alone; afterwards counsel of the organization see that it was. `rows`
    counts what stood in the file; the other numbers count what was written. `stopped` says in a word why it was not.
    """

    wall = "import"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    file_name = SealedTextField(max_length=200, blank=True)
    rows = models.PositiveIntegerField(default=0)
    cases = models.PositiveIntegerField(default=0)
    contacts = models.PositiveIntegerField(default=0)
    stays = models.PositiveIntegerField(default=0)
    hearings = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    stopped = models.CharField(max_length=20, blank=True)

    class Meta(Versioned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["id", "organization"], name="import_of_organization"),
            CompositeForeignKey(["made_by", "organization"], "access.Membership", name="import_by_member"),
        ]
        indexes = [models.Index(fields=["organization", "-made_at"], name="import_newest")]

    def __str__(self) -> str:
        return f"{self.pk}"

    @classmethod
    def rows_for(cls, actor: Actor) -> Q:
        if not actor.is_staff or not actor.roles & COUNSEL:
            return Q(pk__in=[])
        own = Q(organization_id=actor.organization_id, made_by_id=actor.membership_id)
        return own | Q(organization_id=actor.organization_id, state__in=OVER)

    def basis_for(self, actor: Actor) -> str:
        """An import is the business of whoever brought it: others see that it was."""
        return ORGANIZATION if actor.membership_id == self.made_by_id else NONE

    def sealing_file(self) -> tuple[uuid.UUID, uuid.UUID]:
        return self.organization_id, self.pk

    @classmethod
    def of_file(cls, file: uuid.UUID) -> Q:
        return Q(pk=file)


class OfImport(GuardedModel):
    """A row that hangs on an import, for whoever brought it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    import_of = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="%(class)ss", db_constraint=False)

    class Meta(GuardedModel.Meta):
        abstract = True

    @classmethod
    def rows_for(cls, actor: Actor) -> Q:
        if not actor.is_staff or not actor.roles & COUNSEL:
            return Q(pk__in=[])
        return Q(organization_id=actor.organization_id, import_of__made_by_id=actor.membership_id)


class Sheet(OfImport, SealedModel, Versioned):
    """What was uploaded, while it waits: the headers, what each column is, corrections, and what the check found.

    `setup` is described in `checking.Setup`, `report` in `checking.Report`. The cells stand in `SheetPart`s.
    """

    wall = "sheet"

    headers = SealedJSONField(default=list, blank=True)
    read_as = SealedJSONField(default=dict, blank=True)
    setup = SealedJSONField(default=dict, blank=True)
    report = SealedJSONField(default=dict, blank=True)

    class Meta(Versioned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["id", "organization"], name="sheet_of_organization"),
            models.UniqueConstraint(fields=["import_of"], name="sheet_once"),
            CompositeForeignKey(["import_of", "organization"], "intake.Import", name="sheet_of_import"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def sealing_file(self) -> tuple[uuid.UUID, uuid.UUID]:
        return self.organization_id, self.pk

    @classmethod
    def of_file(cls, file: uuid.UUID) -> Q:
        return Q(pk=file)


class SheetPart(OfImport, SealedModel):
    """Some hundred rows of an upload, as they were read: [number in the spreadsheet, cells]."""

    wall = "sheet_part"

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="parts", db_constraint=False)
    number = models.PositiveIntegerField()
    cells = SealedJSONField(default=list)

    class Meta(OfImport.Meta):
        constraints = [
            CompositeForeignKey(["import_of", "organization"], "intake.Import", name="sheet_part_of_import"),
            CompositeForeignKey(["sheet", "organization"], "intake.Sheet", name="sheet_part_of_sheet"),
            models.UniqueConstraint(fields=["sheet", "number"], name="sheet_part_once"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def sealing_file(self) -> tuple[uuid.UUID, uuid.UUID]:
        return self.organization_id, self.sheet_id

    @classmethod
    def of_file(cls, file: uuid.UUID) -> Q:
        return Q(sheet_id=file)


class ImportedRow(OfImport):
    """Which row of the spreadsheet became which person and case: ids alone, which stay when those are taken back."""

    wall = "imported_row"

    number = models.PositiveIntegerField()
    person_ref = models.UUIDField()
    case_ref = models.UUIDField()

    class Meta(OfImport.Meta):
        constraints = [
            CompositeForeignKey(["import_of", "organization"], "intake.Import", name="imported_row_of_import"),
            models.UniqueConstraint(fields=["import_of", "number"], name="imported_row_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number}"


class ColumnMemory(GuardedModel):
    """What columns with these headers were last time. `headers_index` stands for them, and does not tell them."""

    wall = "column_memory"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    headers_index = models.BinaryField()
    columns = models.JSONField(default=list)
    orders = models.JSONField(default=dict)

    class Meta(GuardedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["organization", "headers_index"], name="column_memory_once"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @classmethod
    def rows_for(cls, actor: Actor) -> Q:
        counsel = actor.is_staff and actor.roles & COUNSEL
        return Q(organization_id=actor.organization_id) if counsel else Q(pk__in=[])


def part_rows(sheet: Sheet, parts: Any) -> list[tuple[int, list[str]]]:
    """The rows of an upload in their order; `parts` as they were found through the door."""
    return [(number, cells) for part in parts for number, cells in part.cells]
