"""When something happened, also do this: the whole table. Nothing else in the product listens.

What must carry a secret is written at once; the other letters are jobs, which get ids alone.
"""

import uuid
from collections.abc import Callable

from casework.access.acts import Then
from casework.cases import closing
from casework.custody import checks, follow_ups, glances, merging
from casework.docket import courts, reminders
from casework.docket import follow_ups as deadlines
from casework.notifications import letters

TABLE: dict[str, Then] = {
    "organization.founded": Then(now=(letters.invitation,)),
    "organization.invited": Then(now=(letters.invitation,)),
    "organization.closed": Then(now=(closing.end_shares,)),
    "organization.sessions_ended": Then(later=("letters.sessions_ended",)),
    "invitation.accepted": Then(now=(closing.end_places,)),
    "member.invited": Then(now=(letters.invitation,)),
    "member.suspended": Then(later=("letters.suspended",)),
    "member.restored": Then(later=("letters.restored",)),
    "member.changed": Then(later=("letters.changed",), fields=("roles", "starts_at", "ends_at")),
    "sessions.ended": Then(later=("letters.sessions_ended",)),
    "factor_reset.asked": Then(later=("letters.factor_asked",)),
    "factor_reset.confirmed": Then(later=("letters.factor_done",), fields=("second_factors",)),
    "factor_reset.done": Then(later=("letters.factor_done",)),
    "factor_reset.cancelled": Then(later=("letters.factor_cancelled",)),
    "factor_reset.objected": Then(later=("letters.factor_cancelled",)),
    "case.opened": Then(now=(glances.of_new_case,)),
    **dict.fromkeys(
        ("case.accepted", "case.stage_changed", "case.closed", "case.reopened"), Then(now=(glances.stage_changed,))
    ),
    **dict.fromkeys(("case.restricted", "case.unrestricted"), Then(now=(glances.shown_to_others,))),
    "person.merged": Then(now=(merging.of_merge, follow_ups.silence)),
    "person.parted": Then(now=(merging.of_parting,)),
    "custody.moved": Then(now=(checks.settled,)),
    "custody.released": Then(now=(checks.settled, deadlines.released)),
    "custody.booked": Then(now=(deadlines.booked,)),
    "custody.undone": Then(now=(deadlines.custody_undone,)),
    **dict.fromkeys(
        ("hearing.changed", "hearing.adjourned", "hearing.vacated"),
        Then(now=(deadlines.hearing_moved,), later=(reminders.PLAN,)),
    ),
    "rule.signed_off": Then(now=(deadlines.signed_off,)),
    "court.set": Then(now=(courts.follow,)),
    **dict.fromkeys(
        ("consent.revoked", "contact.changed", "contact.removed", "person.changed"), Then(now=(follow_ups.silence,))
    ),
    **dict.fromkeys(("case.assigned", "case.lead_handed_over"), Then(later=("letters.work",))),
    **dict.fromkeys(("task.opened", "task.changed"), Then(later=("letters.work",), fields=("task", "assignee"))),
    "case.shared": Then(later=("letters.shared",)),
    "share.revoked": Then(later=("letters.share_ended",)),
    "coverage.asked": Then(later=("letters.coverage_asked",)),
    "coverage.withdrawn": Then(later=("letters.coverage_withdrawn",)),
    "coverage.accepted": Then(later=("letters.coverage_accepted", reminders.PLAN)),
    "coverage.declined": Then(later=("letters.coverage_declined",)),
    **dict.fromkeys(
        ("hearing.added", "hearing.held", "docket.withdrawn", "docket.undone"), Then(later=(reminders.PLAN,))
    ),
    "import.started": Then(later=("intake.carry_out",)),
    "import.undo_asked": Then(later=("intake.take_back",)),
    "directory_error.reported": Then(later=("letters.directory_reported",)),
    "directory_error.resolved": Then(later=("letters.directory_resolved",)),
}

# Of some kinds of letters: why one is not to be sent any more (nothing while it is), asked just before it is sent.
STILL_DUE: dict[str, Callable[[uuid.UUID], str]] = {
    "letters/hearing_reminder": reminders.not_due,
    "letters/deadline_near": reminders.not_due,
    "letters/morning": reminders.not_due,
}
