"""Every write about an import: bringing a spreadsheet, preparing it, importing it, taking it back, dropping it."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.access import acts, queue
from casework.access.actor import Actor
from casework.access.acts import Happened, act
from casework.access.context import on_duty
from casework.access.models import Organization
from casework.access.versions import ChangedMeanwhile
from casework.audit import actions as audit
from casework.cases import references
from casework.cases.models import Stage
from casework.intake import checking, columns, sheets, writing
from casework.intake.actions import conflicts
from casework.intake.checking import Report, Setup, Told
from casework.intake.models import ColumnMemory, Import, Sheet, SheetPart, State, part_rows
from casework.vault import keys

PART = 250  # rows
AT_ONCE = 500  # rows that are checked in the request; more are left to the worker
MOST_ON_ONESELF = 1_000  # rows, where whoever imports stands on every case: with each, all that they ask gets slower
CHECK = "check"  # what an act names that leaves the check to the worker
LETTER = "letters.work"  # to whom work was given: once for all rows
COUNTS = ("cases", "contacts", "stays", "hearings", "skipped")


class NotNow(Exception):
    """An import that cannot be written; its text is the word for why."""


@act("import.uploaded")
def upload(actor: Actor, *, content: bytes, file_name: str) -> Happened[Import]:
    """Keeps a spreadsheet, sealed, to be prepared. Raises sheets.Unreadable."""
    read = sheets.read(content)
    if not actor.reads_all and len(read.rows) > MOST_ON_ONESELF:
        raise sheets.Unreadable("rows_on_oneself", most=MOST_ON_ONESELF)
    rows = [row for row in read.rows if not columns.is_example(row[1])]
    if not rows:
        raise sheets.Unreadable("only_headers")
    own = {"organization_id": actor.organization}
    made = Import(**own, made_by_id=actor.member, file_name=file_name[:200], rows=len(rows))
    made.save(force_insert=True)
    how = read.how | {"header_row": read.header_row}
    remembered = _remembered(actor, read.headers)
    setup = Setup(columns=remembered[0] or columns.guess(read.headers), orders=remembered[1])
    sheet = Sheet(**own, import_of=made, headers=read.headers, read_as=how, setup=setup.as_kept())
    sheet.save(force_insert=True)
    for number, start in enumerate(range(0, len(rows), PART)):
        part = SheetPart(**own, import_of=made, sheet=sheet, number=number, cells=rows[start : start + PART])
        part.save(force_insert=True)
    return Happened(made, thing=made, fields=("import",), told={"rows": len(rows)})


@act("import.prepared")
def prepare(actor: Actor, made: Import, *, sheet: Sheet, setup: Setup, seen: int) -> Happened[None]:
    """Keeps what its columns are and what was corrected, and checks it: what the check found is kept, too.

    A large one is checked by the worker. Raises ValidationError for one that is under way or over, ChangedMeanwhile
    when the sheet's version is not `seen`.
    """
    _must_be(made, State.DRAFT)
    if sheet.version != seen:
        raise ChangedMeanwhile(sheet)
    _remember(actor, sheet.headers, setup)
    sheet.setup = setup.as_kept()
    if made.rows > AT_ONCE:
        sheet.save(update_fields=["setup"])
        _set(made, state=State.CHECKING, started_at=timezone.now(), stopped="")
        return Happened(None, thing=made, fields=("import", CHECK), about=_of_job(actor))
    counts = _report(actor, sheet)
    return Happened(None, thing=made, fields=("import",), told={"counts": counts})


def look_through(actor: Actor, made: Import, told: Told) -> None:
    """Checks what waits for it. One that was checked before stays as it is."""
    try:
        with transaction.atomic():
            held = _held(actor, made)
            if held.state == State.CHECKING:
                _check(actor, held, told=told)
    except ValidationError as error:
        stop(actor, made, why=_why(error))


@act("import.checked")
def _check(actor: Actor, made: Import, *, told: Told) -> Happened[None]:
    sheet = Sheet.objects.visible_to(actor).get(import_of=made)
    told(0)
    counts = _report(actor, sheet, told)
    _set(made, state=State.DRAFT)
    return Happened(None, thing=made, fields=("import",), told={"counts": counts})


@act("import.started")
def start(actor: Actor, made: Import, *, sheet: Sheet) -> Happened[None]:
    """Leaves it to the worker. Raises ValidationError for one that is not ready."""
    _must_be(made, State.DRAFT)
    if not sheet.report.get("ready"):
        raise ValidationError(_("Something has to be corrected first."), code="not_ready")
    _set(made, state=State.RUNNING, started_at=timezone.now(), stopped="")
    return Happened(None, thing=made, fields=("import",), about=_of_job(actor))


def references_for(actor: Actor, made: Import) -> list[str]:
    """Numbers that nobody else gets, for the cases that will be accepted; none where it would not be written now."""
    if made.state != State.RUNNING or not _alone(actor):
        return []
    sheet = Sheet.objects.visible_to(actor).get(import_of=made)
    setup = Setup.of(sheet.setup)
    if setup.stage != Stage.ACTIVE:
        return []
    try:
        report = checked(actor, sheet)
    except ValidationError:  # it is told when it is to be written
        return []
    return references.keep(_organization(actor), len(report.planned)) if report.is_ready and report.planned else []


def carry_out(actor: Actor, made: Import, told: Told, kept: Sequence[str] = ()) -> bool:
    """Writes all of it in one transaction, or nothing; whether it did. One that was done before stays as it is.

    What keeps it from being written is noted, and it waits to be corrected. `kept` are numbers of references.
    """
    try:
        with transaction.atomic():
            held = _held(actor, made)
            if held.state != State.RUNNING:
                return False
            if not _alone(actor):
                raise NotNow("busy")
            with references.taken_from(_organization(actor), kept):
                _do(actor, held, told=told)
    except (NotNow, ValidationError, IntegrityError, ChangedMeanwhile) as error:
        stop(actor, made, why=_why(error))
        return False
    return True


@act("import.done")
def _do(actor: Actor, made: Import, *, told: Told) -> Happened[None]:
    sheet = Sheet.objects.visible_to(actor).get(import_of=made)
    setup = Setup.of(sheet.setup)
    report = checked(actor, sheet)
    if not report.is_ready:
        raise NotNow("changed")
    told(0)
    # each row's acts are its own, as by hand: what follows from them is not put off to the end; conflicts are checked
    # when somebody first opens or changes such a case
    with acts.apart(without=[LETTER, conflicts.follow]):
        writing.write(actor, made, report, setup, told)
    for lead in {row.lead for row in report.planned if row.lead}:
        queue.put_in([LETTER], {"actor": str(actor.member), "object_id": str(made.pk), "membership_id": str(lead)})
    counts = {name: report.counts[name] for name in COUNTS}
    _set(made, state=State.DONE, ended_at=timezone.now(), **counts)
    forget(made)
    return Happened(None, thing=made, fields=("import",), told={"counts": counts})


@act("import.stopped")
def stop(actor: Actor, made: Import, *, why: str) -> Happened[None]:
    """Notes that nothing was written, and lets it be corrected."""
    held = _held(actor, made)
    _set(held, state=State.DRAFT, stopped=why)
    return Happened(None, thing=held, fields=("import",), told={"why": why})


@act("import.undo_asked")
def ask_undo(actor: Actor, made: Import) -> Happened[None]:
    """Leaves it to the worker to take an import back. Raises ValidationError when somebody has built on it."""
    _must_be(made, State.DONE)
    if touched(made):
        raise ValidationError(_("Something was done with these cases since."), code="touched")
    _set(made, state=State.UNDOING, started_at=timezone.now(), stopped="")
    return Happened(None, thing=made, fields=("import",), about=_of_job(actor))


def take_back(actor: Actor, made: Import) -> bool:
    """Takes an import back as a whole, or not at all; whether it did."""
    try:
        with transaction.atomic():
            held = _held(actor, made)
            if held.state != State.UNDOING:
                return False
            _undo(actor, held)
    except IntegrityError:  # somebody was quicker, or something hangs on it that no line tells of
        with transaction.atomic():
            held = _held(actor, made)
            _set(held, state=State.DONE, stopped="touched")
        return False
    return True


@act("import.undone")
def _undo(actor: Actor, made: Import) -> Happened[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctx.undo_import(%s)", [made.pk])
        gone = cursor.fetchone()[0]
    _set(made, state=State.UNDONE, ended_at=timezone.now())
    return Happened(None, thing=made, fields=("import",), told={"counts": {"cases": gone}})


@act("import.dropped")
def drop(actor: Actor, made: Import) -> Happened[None]:
    """Drops a spreadsheet that was not imported; nothing of it stays but that it was there."""
    _must_be(made, State.DRAFT)
    _set(made, state=State.DROPPED, file_name="")
    forget(made)
    return Happened(None, thing=made, fields=("import",))


def sweep() -> int:
    """Drops what has waited for a week; how many. For the worker, by the clock."""
    with on_duty("sweep") as actor, connection.cursor() as cursor:
        cursor.execute("SELECT * FROM ctx.sweep_sheets()")
        old = cursor.fetchall()
        for pk, organization in old:
            what = audit.What(organization, "intake.import", pk)
            audit.write(acts.who(actor), "import.dropped", what, fields=("import",), basis="operator")
    return len(old)


def checked(actor: Actor, sheet: Sheet, told: Told | None = None) -> Report:
    """The dry run of an upload as it stands. `told` is called with how many rows were read."""
    rows = rows_of(actor, sheet)
    return checking.check(actor, sheet.headers, sheet.read_as["header_row"], rows, Setup.of(sheet.setup), told=told)


def _report(actor: Actor, sheet: Sheet, told: Told | None = None) -> dict[str, int]:
    report = checked(actor, sheet, told)
    sheet.report = report.as_kept()
    sheet.save(update_fields=["setup", "report"])
    return report.counts


def rows_of(actor: Actor, sheet: Sheet) -> list[tuple[int, list[str]]]:
    """The rows as they were read."""
    return part_rows(sheet, SheetPart.objects.visible_to(actor).filter(sheet=sheet).order_by("number"))


def touched(made: Import) -> list[tuple[int, uuid.UUID, str, Any]]:
    """What stands in the way of taking it back, by row: its number, the case, what was done, when."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, case_ref, verb, at FROM ctx.import_touched(%s)", [made.pk])
        return list(cursor.fetchall())


def forget(made: Import) -> None:
    """Takes the upload away, and its key, so that nothing that stood in it opens any more. Part of an act."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctx.forget_sheet(%s)", [made.pk])


def _organization(actor: Actor) -> Organization:
    return Organization.objects.get(pk=actor.organization)


def _alone(actor: Actor) -> bool:
    """Whether no other import of the organization is being written: neither would see whom the other one brings."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"import {actor.organization}"])
        return bool(cursor.fetchone()[0])


def _why(error: Exception) -> str:
    """In a word what kept an import from being written."""
    if isinstance(error, NotNow):
        return str(error)
    return "changed" if isinstance(error, ValidationError) else "database"


def _held(actor: Actor, made: Import) -> Import:
    """The import as it stands, held to the end of the transaction."""
    found: Import = Import.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=made.pk)
    return found


def _must_be(made: Import, state: State) -> None:
    if made.state != state:
        raise ValidationError(_("This import has gone on meanwhile. Look at its page."), code="state")


def _set(made: Import, **values: Any) -> None:
    for name, value in values.items():
        setattr(made, name, value)
    made.save(update_fields=list(values))


def _of_job(actor: Actor) -> dict[str, Any]:
    """What the job needs to speak for whoever asked."""
    if actor.user_id is None:
        raise PermissionDenied("nobody")
    return {"user": actor.user_id}


def _index(actor: Actor, headers: list[str]) -> bytes:
    return keys.index(actor.organization, "headers", "\x1f".join(one.casefold() for one in headers))


def _remembered(actor: Actor, headers: list[str]) -> tuple[list[str], dict[str, str]]:
    """What columns with these headers were the last time."""
    row = ColumnMemory.objects.visible_to(actor).filter(headers_index=_index(actor, headers)).first()
    return (list(row.columns), dict(row.orders)) if row else ([], {})


def _remember(actor: Actor, headers: list[str], setup: Setup) -> None:
    rows, index = ColumnMemory.objects.visible_to(actor), _index(actor, headers)
    kept: Mapping[str, Any] = {"columns": setup.columns, "orders": setup.orders}
    if not rows.filter(headers_index=index).update(**kept):
        new = ColumnMemory(organization_id=actor.organization, headers_index=index, **kept)
        ColumnMemory.objects.visible_to(actor).bulk_create([new], ignore_conflicts=True)  # somebody may be as quick
