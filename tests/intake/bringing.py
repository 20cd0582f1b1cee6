"""Bringing spreadsheets in tests: as the cast, through the acts and the job, under the database's walls."""

from typing import Any

from casework.access.actor import Actor
from casework.access.models import User
from casework.intake import actions, jobs
from casework.intake.checking import Finding, Setup, kept_findings
from casework.intake.models import Import, Sheet, State
from tests.cases.planting import NORTH, member, speaking
from tests.conftest import as_application

HEAD = "Given names,First surname,Second surname,Birth date,A-number,Contact,Phone,Facility,Held since,Source,Court,"
HEAD += "Hearing date,Hearing time\n"
ROW = "{0},Pérez,Tzul,1990-03-0{1},A20000000{1},Rosa,213 555 014{1},ADLNTCA,2026-10-01,Family,Adelanto,"
ROW += "2027-03-03,9:00 am\n"
THREE = HEAD + "".join(ROW.format(name, at) for at, name in enumerate(("Domingo", "Marta", "Elías"), start=1))


def bring(actor: Actor, content: str | bytes, **setup: Any) -> Import:
    """A spreadsheet that was uploaded and checked, its columns as they were guessed."""
    raw = content.encode() if isinstance(content, str) else content
    made: Import = actions.upload(actor, content=raw, file_name="people.csv")
    return again(actor, made, **setup)


def _nobody(rows: int) -> None:
    """Is told how far it has come."""


def again(actor: Actor, made: Import, **setup: Any) -> Import:
    """Prepares and checks it again, with this in its setup changed; the row as it stands then."""
    prepare(actor, made, **setup)
    if made.state != State.CHECKING:
        return made
    actions.look_through(actor, made, _nobody)
    found: Import = Import.objects.visible_to(actor).get(pk=made.pk)
    return found


def prepare(actor: Actor, made: Import, **setup: Any) -> None:
    """Says what its columns are; a large one is not checked yet."""
    sheet = sheet_of(actor, made)
    kept = Setup.of(sheet.setup | setup)
    actions.prepare(actor, made, sheet=sheet, setup=kept, seen=sheet.version)


def sheet_of(actor: Actor, made: Import) -> Sheet:
    found: Sheet = Sheet.objects.visible_to(actor).get(import_of=made)
    return found


def findings(actor: Actor, made: Import) -> list[Finding]:
    return kept_findings(sheet_of(actor, made).report)


def work(user: User, made: Any, *, task: Any = jobs.carry_out, organization: str = NORTH) -> None:
    """What the worker does with the ids that a start leaves."""
    with as_application():
        task.func(actor=str(member(user, organization).pk), object_id=str(made.pk), user=str(user.pk))


def imported(user: User, content: str | bytes = THREE, organization: str = NORTH, **setup: Any) -> Import:
    """A spreadsheet, imported."""
    with speaking(user, organization) as actor:
        made = bring(actor, content, **setup)
        actions.start(actor, made, sheet=sheet_of(actor, made))
    work(user, made, organization=organization)
    with speaking(user, organization) as actor:
        found: Import = Import.objects.visible_to(actor).get(pk=made.pk)
    return found
