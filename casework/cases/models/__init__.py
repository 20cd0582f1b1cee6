"""The tables of cases, of who is on them, of notes, tasks and what came of them."""

from casework.cases.grants import CaseGroupObjectPermission, CaseUserObjectPermission
from casework.cases.models.case import Case, CaseOwned, CaseQuerySet, ReferenceCounter
from casework.cases.models.closing import Closing, ClosingCode, Released, Relief, Removed
from casework.cases.models.kinds import (
    CustodyState,
    Matter,
    PlaceKind,
    Priority,
    Scope,
    Stage,
    StageReason,
    Tier,
)
from casework.cases.models.notes import Note, NoteKind
from casework.cases.models.tasks import Task
from casework.cases.models.team import Appearance, AppearanceForm, Assignment, CaseRole, TimeRange

__all__ = [
    "Appearance", "AppearanceForm", "Assignment", "Case", "CaseGroupObjectPermission", "CaseOwned", "CaseQuerySet",
    "CaseRole", "CaseUserObjectPermission", "Closing", "ClosingCode", "CustodyState", "Matter", "Note", "NoteKind",
    "PlaceKind", "Priority", "ReferenceCounter", "Released", "Relief", "Removed", "Scope", "Stage", "StageReason",
    "Task", "Tier", "TimeRange",
]  # fmt: skip
