"""Every write about representation, by what it is about. Acts on people stand in `cases.person`."""

from casework.cases.actions.appearances import file_appearance, withdraw_appearance
from casework.cases.actions.case import open_case, restrict, unrestrict
from casework.cases.actions.details import change_case, undo_case
from casework.cases.actions.glance import glance
from casework.cases.actions.lead import cancel_hand_over, hand_over
from casework.cases.actions.notes import change_note, pin_note, write_note
from casework.cases.actions.shares import check_share, revoke, share
from casework.cases.actions.stages import accept, close, move, reopen
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
    "accept", "add_task", "assign", "cancel_hand_over", "change_case", "change_note", "change_task", "check_share",
    "close", "drop_task", "drop_tasks", "file_appearance", "finish_task", "glance", "hand_over", "move", "open_case",
    "open_task", "pin_note", "reopen", "reopen_task", "restrict", "revoke", "share", "unassign", "undo_case",
    "unrestrict", "withdraw_appearance", "write_note",
]  # fmt: skip
