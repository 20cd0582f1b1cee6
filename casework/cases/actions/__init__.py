"""Every write about representation, by what it is about. Acts of persons stand in `cases.person`."""

from casework.cases.actions.case import open_case, restrict, unrestrict
from casework.cases.actions.glance import glance
from casework.cases.actions.notes import write_note
from casework.cases.actions.shares import check_share, revoke, share
from casework.cases.actions.stages import accept
from casework.cases.actions.tasks import (
    add_task,
    change_task,
    drop_task,
    drop_tasks,
    finish_task,
    open_task,
    reopen_task,
)
from casework.cases.actions.team import assign, unassign

__all__ = [
    "accept", "add_task", "assign", "change_task", "check_share", "drop_task", "drop_tasks", "finish_task", "glance",
    "open_case", "open_task", "reopen_task", "restrict", "revoke", "share", "unassign", "unrestrict", "write_note",
]  # fmt: skip
