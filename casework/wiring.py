"""When something happened, also do this: the whole table. Nothing else in the product listens.

What must carry a secret is written at once; the other letters are jobs, which get ids alone.
"""

import functools
import uuid
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from casework.access.actor import Actor
from casework.access.acts import Happened, Then
from casework.cases import closing
from casework.custody import checks, follow_ups, glances, merging
from casework.docket import courts, reminders
from casework.docket import follow_ups as deadlines
from casework.documents import actions as documents
from casework.intake import first_calls, identity, named
from casework.intake.actions import conflicts, handovers
from casework.notifications import letters
from casework.portal import handing, messages, publishing

Step = Callable[[Actor, Happened[Any]], None]
# What goes along while a case is offered to another organization.
GOES_ALONG = (
    "person.changed", "person.flagged", "person.reached", "person.merged", "person.parted", "contact.added",
    "contact.changed", "contact.removed", "consent.given", "consent.revoked", "custody.booked", "custody.moved",
    "custody.released", "custody.corrected", "custody.undone", "hearing.added", "hearing.changed",
    "hearing.adjourned", "hearing.vacated", "docket.withdrawn", "docket.undone", "case.changed", "case.accepted",
    "case.stage_changed", "answer.saved",
)  # fmt: skip
# What the family's page may have to say anew.
PUBLISHED = (
    "custody.booked", "custody.moved", "custody.released", "custody.corrected", "custody.gap_closed",
    "custody.set_aside", "custody.undone", "check.recorded", "hearing.added", "hearing.changed", "hearing.adjourned",
    "hearing.held", "hearing.vacated", "proceeding.opened", "proceeding.changed", "proceeding.ended", "bond.requested",
    "bond.changed", "bond.decided", "bond.posted", "bond.ended", "decision.recorded", "decision.changed",
    "docket.withdrawn", "docket.undone", "appearance.filed", "appearance.withdrawn", "case.accepted",
    "intake.accepted", "intake.acceptance_undone", "case.stage_changed", "case.closed", "case.reopened",
    "case.lead_handed_over", "case.assigned", "case.unassigned", "person.merged", "person.parted", "family.invited",
    "family.renewed", "family.restored", "family.asked",
)  # fmt: skip


def _limited(step: Step, fields: tuple[str, ...]) -> Step:
    """The step, for acts that changed one of these fields alone."""

    @functools.wraps(step)  # whoever leaves a step out (`acts.apart`) names it, however it is limited
    def limited(actor: Actor, happened: Happened[Any]) -> None:
        if set(fields) & set(happened.changed):
            step(actor, happened)

    return limited if fields else step


def _with(table: dict[str, Then], verbs: Iterable[str], step: Step) -> dict[str, Then]:
    """The table, in which this step comes last for these verbs, whichever fields they changed."""
    found = {verb: table.get(verb, Then()) for verb in verbs}
    steps = {verb: tuple(_limited(one, then.fields) for one in then.now) for verb, then in found.items()}
    return table | {verb: replace(then, now=(*steps[verb], step), fields=()) for verb, then in found.items()}


EACH: dict[str, Then] = {
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
    "case.opened": Then(now=(glances.of_new_case, conflicts.follow)),
    **dict.fromkeys(
        ("case.accepted", "case.stage_changed", "case.closed", "case.reopened", "intake.acceptance_undone"),
        Then(now=(glances.stage_changed,)),
    ),
    "answer.saved": Then(now=(identity.follow, conflicts.follow), fields=(*identity.COLUMNS, *named.KEYS)),
    "person.merged": Then(now=(merging.of_merge, follow_ups.silence, conflicts.follow)),
    "person.parted": Then(now=(merging.of_parting, conflicts.follow)),
    "case.restricted": Then(
        now=(glances.shown_to_others, handovers.restricted, conflicts.restricted), later=(conflicts.ASK,)
    ),
    "case.unrestricted": Then(now=(glances.shown_to_others,)),
    "custody.moved": Then(now=(checks.settled,)),
    "custody.released": Then(now=(checks.settled, deadlines.released)),
    "custody.booked": Then(now=(deadlines.booked,)),
    "custody.undone": Then(now=(deadlines.custody_undone,)),
    **dict.fromkeys(
        ("hearing.changed", "hearing.adjourned", "hearing.vacated"),
        Then(now=(deadlines.hearing_moved,), later=(reminders.PLAN,)),
    ),
    "conflict.checked": Then(later=(conflicts.ASK,), fields=(conflicts.UNSEEN,)),
    "rule.signed_off": Then(now=(deadlines.signed_off,)),
    "court.set": Then(now=(courts.follow,)),
    "consent.revoked": Then(now=(follow_ups.silence,)),
    **dict.fromkeys(
        ("contact.changed", "contact.removed", "person.changed"), Then(now=(follow_ups.silence, conflicts.follow))
    ),
    **dict.fromkeys(
        ("contact.added", "adverse.added", "adverse.changed", "adverse.removed"), Then(now=(conflicts.follow,))
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
    "import.prepared": Then(later=("intake.look_through",), fields=("check",)),
    **dict.fromkeys(
        ("document.added", "document.version_added"), Then(later=(documents.CHECK,), fields=("quarantine",))
    ),
    "import.started": Then(later=("intake.carry_out",)),
    "batch.started": Then(later=("intake.make_batch",)),
    "import.undo_asked": Then(later=("intake.take_back",)),
    **{f"purge.{what}": Then(later=(f"retention.{what}",)) for what in ("proposed", "agreed", "withdrawn", "done")},
    "directory_error.reported": Then(later=("letters.directory_reported",)),
    "directory_error.resolved": Then(later=("letters.directory_resolved",)),
    **dict.fromkeys(("handover.offered", "handover.went_on"), Then(later=("letters.offer_made",))),
    **dict.fromkeys(("window.ticked", "window.unticked"), Then(now=(publishing.ticked,))),
    **dict.fromkeys(("document.checked", "document.refused"), Then(now=(handing.settled,))),
    "handover.withdrawn": Then(later=("letters.offer_withdrawn",)),
    "handover.accepted": Then(later=("letters.offer_accepted",)),
    "handover.declined": Then(later=("letters.offer_declined",)),
    "handover.expired": Then(later=("letters.offer_expired",)),
}
SEEN = _with(_with(EACH, ("answer.saved",), first_calls.follow), GOES_ALONG, handovers.follow)
TABLE = _with(_with(SEEN, PUBLISHED, publishing.follow), ("contact.changed",), messages.follow)

# Of some kinds of letters: why one is not to be sent any more (nothing while it is), asked just before it is sent.
STILL_DUE: dict[str, Callable[[uuid.UUID], str]] = {
    "letters/hearing_reminder": reminders.not_due,
    "letters/deadline_near": reminders.not_due,
    "letters/morning": reminders.not_due,
    messages.KIND: messages.not_due,
}

# Who hears that the other side will never take a message of this kind, with the code it answered.
REFUSED_FOR_GOOD: dict[str, Callable[[uuid.UUID, str], None]] = {messages.KIND: messages.refused}
