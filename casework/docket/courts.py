"""The court on file is the truth for the removal proceeding: when a person sets it, the proceeding follows."""

from typing import Any

from casework.access.actor import Actor
from casework.access.acts import Happened
from casework.custody.models import CourtOnFile
from casework.docket.actions import proceedings
from casework.docket.models import Proceeding
from casework.docket.models.kinds import ProceedingKind


def follow(actor: Actor, happened: Happened[Any]) -> None:
    """Brings the removal proceeding that is open into the court on file; wired to setting it. Hearings stay."""
    on_file = happened.thing
    if not isinstance(on_file, CourtOnFile):
        return
    rows = Proceeding.objects.visible_to(actor).filter(
        case_id=on_file.case_id, kind=ProceedingKind.REMOVAL, ended_on=None, withdrawn=False
    )
    for row in rows.select_related("court", "case"):
        proceedings.change(actor, on_file.case, row, values={"court": on_file.court}, seen=row.version)
