"""Pure decisions about access and accounts: no Django, no clock, no query."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

FEW_CODES = 3


class AccountNeed(StrEnum):
    """Something about a person's own account that only that person can mend, gravest first."""

    ONE_SECOND_FACTOR = "one_second_factor"
    NO_RECOVERY_CODES = "no_recovery_codes"
    FEW_RECOVERY_CODES = "few_recovery_codes"


def account_needs(*, second_factors: int, recovery_codes: int) -> tuple[AccountNeed, ...]:
    """What needs the person, from two counts: apps and passkeys, unused recovery codes.

    Other live sessions are no need, however many: a person with two devices is not to be asked every morning.
    """
    found = {
        AccountNeed.ONE_SECOND_FACTOR: second_factors == 1,
        AccountNeed.NO_RECOVERY_CODES: recovery_codes == 0,
        AccountNeed.FEW_RECOVERY_CODES: 0 < recovery_codes < FEW_CODES,
    }
    return tuple(need for need, stands in found.items() if stands)


class MemberState(StrEnum):
    """Whether a membership counts. All but `active` and `ending` open nothing."""

    ACTIVE = "active"
    ENDING = "ending"
    COMING = "coming"
    ENDED = "ended"
    SUSPENDED = "suspended"


def member_state(*, now: datetime, starts_at: datetime, ends_at: datetime | None, suspended: bool) -> MemberState:
    """The state of a membership at `now`; all three are aware of their zone."""
    found = {
        MemberState.SUSPENDED: suspended,
        MemberState.ENDED: ends_at is not None and ends_at <= now,
        MemberState.COMING: starts_at > now,
        MemberState.ENDING: ends_at is not None,
    }
    return next((state for state, stands in found.items() if stands), MemberState.ACTIVE)


def may_appear(*, bar_number: str, bar_jurisdiction: str, accreditation: str) -> bool:
    """Whether somebody has what the role of attorney asks for: a bar number and where, or an accreditation."""
    return bool(bar_number and bar_jurisdiction) or bool(accreditation)


ADMIN, ATTORNEY, PARALEGAL, VOLUNTEER = "admin", "attorney", "paralegal", "volunteer"
COUNSEL = frozenset({ATTORNEY, PARALEGAL})
# On what ground somebody meets a row: it is their organization's, they are assigned, or it was shared with them.
# What another organization has taken over is kept as a copy.
ORGANIZATION, ASSIGNED, NONE, COPY = "organization", "assigned", "none", "copy"
SHARE_LEVELS = ("view", "change", "share")  # each allows what stands before it


@dataclass(frozen=True)
class Line:
    """Who may do one thing.

    `roles` may do it for everything of their organization that they see, `assigned` for cases they are assigned to,
    attorneys and paralegals elsewhere with a grant of at least level `share`, the product itself on `duties`, and,
    where `family` says so, a relative at the family's window.
    """

    says: str
    roles: frozenset[str] = frozenset()
    assigned: frozenset[str] = frozenset()
    share: str = ""
    duties: frozenset[str] = frozenset()
    family: bool = False


def _line(
    says: str, *roles: str, assigned: str = "", share: str = "", duty: str = "", family: bool = False
) -> Line:  # fmt: skip
    own = frozenset(filter(None, [assigned]))
    return Line(says, frozenset(roles), own, share, frozenset(filter(None, [duty])), family)


LOOKS = {
    "case.viewed": _line("read a case", ATTORNEY, PARALEGAL, assigned=VOLUNTEER, share="view"),
    "case.access_viewed": _line("see who can see a case, and why", ATTORNEY, PARALEGAL, share="share"),
    "case.history_viewed": _line("see who looked at a case, and what was done to it", ATTORNEY, PARALEGAL),
    "case.printed": _line("print a summary of a case for court", ATTORNEY, PARALEGAL),
    "cases.searched": _line("search for somebody among the cases they see", ATTORNEY, PARALEGAL, VOLUNTEER),
    "conflicts.searched": _line("check a name for conflicts before there is a case", ATTORNEY, PARALEGAL, VOLUNTEER),
    "person.revealed": _line("show a whole A-number", ATTORNEY, PARALEGAL, assigned=VOLUNTEER, share="view"),
    "contact.revealed": _line("show a contact's pass phrase", ATTORNEY, PARALEGAL, assigned=VOLUNTEER),
    "intake.printed": _line("print the answers of an intake", ATTORNEY, PARALEGAL, assigned=VOLUNTEER),
    "packet.printed": _line("print a form of the intake", ATTORNEY, PARALEGAL, assigned=VOLUNTEER),
    "consent.printed": _line("print a consent form", ATTORNEY, PARALEGAL, assigned=VOLUNTEER),
    "family.viewed": _line(
        "see which contacts have a link to the family's page", ATTORNEY, PARALEGAL, assigned=VOLUNTEER
    ),
    "family.printed": _line("print a letter with what a contact may be told", ATTORNEY, PARALEGAL, assigned=VOLUNTEER),
    "waiver.printed": _line("print what a privacy waiver for ICE needs", ATTORNEY, PARALEGAL, assigned=VOLUNTEER),
    "family.previewed": _line("see what such a link shows", ATTORNEY, PARALEGAL, assigned=VOLUNTEER),
    "window.viewed": _line("read what was published for the family", family=True),
    "window.downloaded": _line("take a date of it along, as a calendar file", family=True),
    "checks.viewed": _line("see which places are due for a look-up", ATTORNEY, PARALEGAL, VOLUNTEER),
    "document.viewed": _line(
        "read which versions a document has", ATTORNEY, PARALEGAL, assigned=VOLUNTEER, share="view"
    ),
    "document.previewed": _line("see a page of a document", ATTORNEY, PARALEGAL, assigned=VOLUNTEER, share="view"),
    "document.downloaded": _line("download a document", ATTORNEY, PARALEGAL, assigned=VOLUNTEER, share="view"),
    "calls.viewed": _line("see which calls wait, on short cards", ATTORNEY, PARALEGAL, VOLUNTEER),
    "incidents.viewed": _line("read the list of incidents", ATTORNEY, PARALEGAL, VOLUNTEER),
    "leaflet.printed": _line("print a sheet for families", ADMIN, ATTORNEY, PARALEGAL, VOLUNTEER),
    "referrals.printed": _line("print the list of places to refer to", ADMIN, ATTORNEY, PARALEGAL, VOLUNTEER),
    "visits.exported": _line("take a visit list of a facility along", ATTORNEY, PARALEGAL),
    "caseload.exported": _line("take a list of cases along, as a file", ATTORNEY, PARALEGAL),
    "calendar.viewed": _line("see the calendar of hearings", ATTORNEY, PARALEGAL, VOLUNTEER),
    "docket.printed": _line("print the hearings of a day or a week", ATTORNEY, PARALEGAL),
    "hearing.exported": _line("take a hearing along, as a calendar file", ATTORNEY, PARALEGAL, share="view"),
    "rules.viewed": _line("read the rules for deadlines, and try one out", ADMIN, ATTORNEY, PARALEGAL),
    "reminders.viewed": _line("see whether reminders are planned and sent", ADMIN),
    "offer.listed": _line("see what other organizations offer", ATTORNEY, PARALEGAL),
    "offer.viewed": _line("read the card of such an offer", ATTORNEY, PARALEGAL),
    "screening.viewed": _line("read what may be open to a person, from the answers", ATTORNEY, PARALEGAL),
    "members.viewed": _line("see members and invitations", ADMIN),
    "kept.viewed": _line("see which closed cases are past their time, by number", ADMIN, ATTORNEY),
    "purge.viewed": _line("read which cases a purge would take, by number", ADMIN, ATTORNEY),
    "audit.searched": _line("search the audit, without what stands in its lines", ADMIN),
    "audit.exported": _line("take what a search of the audit found along", ADMIN),
}
ACTS = {
    "case.opened": _line("open a case", ATTORNEY, PARALEGAL, VOLUNTEER),
    "case.accepted": _line("accept a case, which gives it a reference", ATTORNEY, PARALEGAL),
    "intake.accepted": _line("accept an intake, which writes its answers into the case", ATTORNEY, PARALEGAL),
    "intake.acceptance_undone": _line("take such an acceptance back within the hour", ATTORNEY, PARALEGAL),
    "case.changed": _line("change what a case is for, its scope and priority", ATTORNEY, PARALEGAL),
    "case.stage_changed": _line("move a case to another stage", ATTORNEY, PARALEGAL),
    "case.closed": _line("close a case with its outcomes", ATTORNEY, PARALEGAL),
    "case.reopened": _line("reopen a closed case", ATTORNEY, PARALEGAL),
    "case.kept": _line("mark a case to be kept beyond its time, with a reason", ATTORNEY, PARALEGAL),
    "case.let_go": _line("end such a mark", ATTORNEY, PARALEGAL),
    "case.lead_handed_over": _line("hand the lead of a case over", ATTORNEY, PARALEGAL),
    "case.lead_kept": _line("cancel a hand-over that is planned", ATTORNEY, PARALEGAL),
    "appearance.filed": _line("write down a notice of appearance", ATTORNEY, PARALEGAL),
    "appearance.withdrawn": _line("write down that one was withdrawn", ATTORNEY, PARALEGAL),
    "case.restricted": _line("close a case to all but its team", assigned=ATTORNEY),
    "case.unrestricted": _line("open a restricted case again", assigned=ATTORNEY),
    "case.assigned": _line("put somebody on a case", ATTORNEY, PARALEGAL),
    "case.unassigned": _line("take somebody off a case", ATTORNEY, PARALEGAL),
    "case.shared": _line("share a case with another organization", ATTORNEY, PARALEGAL, share="share"),
    "share.revoked": _line("end a share", ATTORNEY, PARALEGAL, share="share"),
    "person.changed": _line("change a person's names, dates and numbers", ATTORNEY, PARALEGAL, assigned=VOLUNTEER),
    "person.flagged": _line("mark what makes a person vulnerable", ATTORNEY, PARALEGAL),
    "person.reached": _line("note that a person was spoken with", ATTORNEY, PARALEGAL, assigned=VOLUNTEER),
    "person.merged": _line("merge two files of one person, whoever sees all cases of both", ATTORNEY, PARALEGAL),
    "person.parted": _line("undo a merge of two files", ATTORNEY, PARALEGAL),
    "contact.added": _line("add a contact of a person", ATTORNEY, PARALEGAL, assigned=VOLUNTEER),
    "contact.changed": _line("change a contact", ATTORNEY, PARALEGAL, assigned=VOLUNTEER),
    "contact.removed": _line("take a contact off the list", ATTORNEY, PARALEGAL, assigned=VOLUNTEER),
    "adverse.added": _line("add an adverse party", ATTORNEY, PARALEGAL),
    "adverse.changed": _line("change an adverse party", ATTORNEY, PARALEGAL),
    "adverse.removed": _line("take an adverse party off the list", ATTORNEY, PARALEGAL),
    "consent.given": _line("write down a consent", ATTORNEY, PARALEGAL, assigned=VOLUNTEER),
    "consent.provisional": _line("decide for a person whom nobody has reached", ATTORNEY),
    "consent.revoked": _line("revoke a consent", ATTORNEY, PARALEGAL, assigned=VOLUNTEER),
    "note.written": _line("write a note", ATTORNEY, PARALEGAL, assigned=VOLUNTEER, share="change"),
    "directory_note.saved": _line(
        "note what the organization knows of a facility or court", ADMIN, ATTORNEY, PARALEGAL, VOLUNTEER
    ),
    "directory_error.reported": _line("report an error in the directory", ADMIN, ATTORNEY, PARALEGAL, VOLUNTEER),
    "directory_error.resolved": _line("settle such a report", ADMIN, duty="operator"),
    "note.changed": _line("correct a note of one's own", ATTORNEY, PARALEGAL, assigned=VOLUNTEER, share="change"),
    "note.pinned": _line("pin a note", ATTORNEY, PARALEGAL, assigned=VOLUNTEER, share="change"),
    "task.opened": _line("open a task", ATTORNEY, PARALEGAL, assigned=VOLUNTEER),
    "task.changed": _line("change a task", ATTORNEY, PARALEGAL, assigned=VOLUNTEER),
    "task.done": _line("mark a task as done", ATTORNEY, PARALEGAL, assigned=VOLUNTEER),
    "task.dropped": _line("drop a task that is not needed", ATTORNEY, PARALEGAL, assigned=VOLUNTEER),
    "task.reopened": _line("reopen a task", ATTORNEY, PARALEGAL, assigned=VOLUNTEER),
    "document.added": _line("add a document", ATTORNEY, PARALEGAL, assigned=VOLUNTEER, share="change"),
    "document.version_added": _line(
        "add another version of a document", ATTORNEY, PARALEGAL, assigned=VOLUNTEER, share="change"
    ),
    "document.checked": _line(
        "have a file in quarantine checked again", ATTORNEY, PARALEGAL, assigned=VOLUNTEER, share="change"
    ),
    "document.refused": _line("refuse a document that a family sent", ATTORNEY, PARALEGAL, assigned=VOLUNTEER),
    "document.changed": _line("change a document's name and kind", ATTORNEY, PARALEGAL, assigned=VOLUNTEER),
    "document.tier_changed": _line("change who may read a document", ATTORNEY, PARALEGAL),
    "document.withdrawn": _line("withdraw a document", ATTORNEY, PARALEGAL, assigned=VOLUNTEER),
    "document.restored": _line("put a withdrawn document back", ATTORNEY, PARALEGAL, assigned=VOLUNTEER),
    "custody.booked": _line("record that somebody is held", ATTORNEY, PARALEGAL, assigned=VOLUNTEER),
    "custody.moved": _line("record a move", ATTORNEY, PARALEGAL, assigned=VOLUNTEER),
    "custody.released": _line("record a release", ATTORNEY, PARALEGAL, assigned=VOLUNTEER),
    "custody.corrected": _line("correct a place on file", ATTORNEY, PARALEGAL),
    "custody.gap_closed": _line("say where somebody was in a gap", ATTORNEY, PARALEGAL),
    "custody.set_aside": _line("set aside what two files say of one time in custody", ATTORNEY, PARALEGAL),
    "custody.undone": _line("take back what was recorded about custody", ATTORNEY, PARALEGAL, assigned=VOLUNTEER),
    "court.set": _line("set the court on file, citing the order", ATTORNEY, PARALEGAL),
    "check.taken": _line("take the look-up of a place", ATTORNEY, PARALEGAL, VOLUNTEER),
    "check.returned": _line("give a look-up back", ATTORNEY, PARALEGAL, assigned=VOLUNTEER),
    "check.recorded": _line("record a look-up", ATTORNEY, PARALEGAL, assigned=VOLUNTEER),
    "proceeding.opened": _line("open a proceeding of a case", ATTORNEY, PARALEGAL),
    "proceeding.changed": _line("change a proceeding", ATTORNEY, PARALEGAL),
    "proceeding.ended": _line("end a proceeding", ATTORNEY, PARALEGAL),
    "hearing.added": _line("enter a hearing", ATTORNEY, PARALEGAL, assigned=VOLUNTEER),
    "hearing.changed": _line("change a hearing", ATTORNEY, PARALEGAL),
    "hearing.adjourned": _line("adjourn a hearing", ATTORNEY, PARALEGAL),
    "hearing.held": _line("record what came of a hearing", ATTORNEY, PARALEGAL),
    "hearing.vacated": _line("record that a hearing is off", ATTORNEY, PARALEGAL),
    "charge.added": _line("enter a charge", ATTORNEY, PARALEGAL),
    "charge.changed": _line("record what became of a charge", ATTORNEY, PARALEGAL),
    "decision.recorded": _line("record a decision", ATTORNEY, PARALEGAL),
    "decision.changed": _line("change a decision", ATTORNEY, PARALEGAL),
    "bond.requested": _line("enter a request for bond", ATTORNEY, PARALEGAL),
    "bond.changed": _line("change such a request", ATTORNEY, PARALEGAL),
    "bond.decided": _line("record what was determined on bond", ATTORNEY, PARALEGAL),
    "bond.posted": _line("record that a bond was posted", ATTORNEY, PARALEGAL),
    "bond.ended": _line("record that a bond was returned or breached", ATTORNEY, PARALEGAL),
    "docket.withdrawn": _line("take a wrong entry off the docket", ATTORNEY, PARALEGAL),
    "docket.undone": _line("take back what was recorded on the docket", ATTORNEY, PARALEGAL, assigned=VOLUNTEER),
    "deadline.added": _line("add a deadline that a rule counts", ATTORNEY, PARALEGAL),
    "deadline.ordered": _line("write down a date that an order sets", ATTORNEY, PARALEGAL),
    "deadline.changed": _line("change what a deadline is counted from", ATTORNEY, PARALEGAL),
    "deadline.overridden": _line("set another date than the rule counts, with a reason", ATTORNEY),
    "deadline.confirmed": _line("confirm a date whose rule is contested", ATTORNEY),
    "deadline.done": _line("mark a deadline as met", ATTORNEY, PARALEGAL),
    "deadline.dropped": _line("drop a deadline that does not count", ATTORNEY, PARALEGAL),
    "rule.signed_off": _line("sign a rule for deadlines off for the organization", ATTORNEY),
    "rule.review_withdrawn": _line("take such a sign-off back", ATTORNEY),
    "closed_day.entered": _line("note that a court is closed on a day", ADMIN),
    "closed_day.withdrawn": _line("take such a note back", ADMIN),
    "conflict.checked": _line("check a case for conflicts", ATTORNEY, PARALEGAL, assigned=VOLUNTEER),
    "conflict.decided": _line("decide about a possible conflict", ATTORNEY, PARALEGAL),
    "conflict.undone": _line("take such a decision back", ATTORNEY, PARALEGAL),
    "import.uploaded": _line("bring a spreadsheet of cases", ATTORNEY, PARALEGAL),
    "import.prepared": _line("say what its columns are, and correct it, whoever brought it", ATTORNEY, PARALEGAL),
    "import.started": _line("import what stands in it", ATTORNEY, PARALEGAL),
    "import.done": _line("write what stands in it, by the worker", ATTORNEY, PARALEGAL),
    "import.checked": _line("check a large one, on an errand of whoever brought it", ATTORNEY, PARALEGAL),
    "import.stopped": _line("note that nothing of it was written", ATTORNEY, PARALEGAL),
    "import.undo_asked": _line("ask to take an import back", ATTORNEY, PARALEGAL),
    "import.undone": _line("take it back, by the worker", ATTORNEY, PARALEGAL),
    "import.dropped": _line("drop a spreadsheet that was brought", ATTORNEY, PARALEGAL),
    "packet.made": _line("make a form of the intake on paper", ATTORNEY, PARALEGAL, assigned=VOLUNTEER),
    "batch.started": _line("have forms of the intake made for a visit", ATTORNEY, PARALEGAL),
    "batch.done": _line("make them, by the worker", ATTORNEY, PARALEGAL),
    "batch.stopped": _line("note that none of them was made", ATTORNEY, PARALEGAL),
    "batch.dropped": _line("take such forms away before they go by themselves", ATTORNEY, PARALEGAL),
    "answer.saved": _line("answer questions of the intake", ATTORNEY, PARALEGAL, assigned=VOLUNTEER),
    "call.taken": _line("take a card of the queue, for an hour", ATTORNEY, PARALEGAL, VOLUNTEER),
    "call.returned": _line("give such a card back", ATTORNEY, PARALEGAL, VOLUNTEER),
    "call.noted": _line("note a call about no case", ATTORNEY, PARALEGAL, VOLUNTEER),
    "call.settled": _line("say what came of a card about no case", ATTORNEY, PARALEGAL, VOLUNTEER),
    "call.opened": _line("open an intake from such a card", ATTORNEY, PARALEGAL, VOLUNTEER),
    "call.logged": _line("note a call about a case", ATTORNEY, PARALEGAL, assigned=VOLUNTEER),
    "shift.begun": _line("begin a shift on the hotline", ATTORNEY, PARALEGAL, VOLUNTEER),
    "shift.ended": _line("end one's own shift, with a note to the next", ATTORNEY, PARALEGAL, VOLUNTEER),
    "incident.reported": _line("report an incident", ATTORNEY, PARALEGAL, VOLUNTEER),
    "incident.changed": _line("change an incident", ATTORNEY, PARALEGAL, VOLUNTEER),
    "incident.verified": _line("note that an incident is verified, and how", ATTORNEY, PARALEGAL, VOLUNTEER),
    "incident.linked": _line("say of which incident an intake tells", ATTORNEY, PARALEGAL, assigned=VOLUNTEER),
    "incident.unlinked": _line("take an intake off an incident", ATTORNEY, PARALEGAL, assigned=VOLUNTEER),
    "leaflet.sent": _line("send a sheet for families by e-mail", ATTORNEY, PARALEGAL, VOLUNTEER),
    "referral.added": _line("add a place to refer people to", ADMIN, ATTORNEY, PARALEGAL),
    "referral.changed": _line("change such a place", ADMIN, ATTORNEY, PARALEGAL),
    "referral.removed": _line("take such a place off the list", ADMIN, ATTORNEY, PARALEGAL),
    "handover.offered": _line("hand an intake over", ATTORNEY, PARALEGAL, assigned=VOLUNTEER),
    "handover.went_on": _line("offer it to the next organization", ATTORNEY, PARALEGAL, assigned=VOLUNTEER),
    "handover.withdrawn": _line("take such an offer back", ATTORNEY, PARALEGAL, assigned=VOLUNTEER),
    "handover.accepted": _line("take over what another organization offers", ATTORNEY, PARALEGAL),
    "handover.declined": _line("decline what another organization offers", ATTORNEY, PARALEGAL),
    "handover.expired": _line("ask the next organization when nobody answered in time", duty="hand_over"),
    "window.ticked": _line("tick off what the team asks for, on the family's page", family=True),
    "window.unticked": _line("take such a tick back", family=True),
    "window.handed_in": _line("send a document from the family's page", family=True),
    "window.told": _line("tell the team something from the family's page", family=True),
    "family.tried": _line("tell the team that many wrong PINs were tried on a link", duty="portal"),
    "family.invited": _line("give a contact a link to the family's page", ATTORNEY, PARALEGAL),
    "family.renewed": _line("make a new link and PIN for a contact", ATTORNEY, PARALEGAL),
    "family.revoked": _line("end such a link", ATTORNEY, PARALEGAL, assigned=VOLUNTEER),
    "family.restored": _line("take that back within the hour", ATTORNEY, PARALEGAL),
    "family.asked": _line("choose what a contact is asked to do", ATTORNEY, PARALEGAL, assigned=VOLUNTEER),
    "family.notified": _line("choose where such a contact is told that there is news", ATTORNEY, PARALEGAL),
    "family.opted_out": _line("end messages where somebody replied STOP", duty="portal"),
    "family.opted_in": _line("go on with them where somebody replied START", duty="portal"),
    "family.stopped": _line("write down that they want no more messages", ATTORNEY, PARALEGAL, assigned=VOLUNTEER),
    "questions.chosen": _line("choose which questions the organization asks", ADMIN),
    "coverage.asked": _line("ask a colleague to cover a hearing", ATTORNEY, PARALEGAL),
    "coverage.withdrawn": _line("take that back", ATTORNEY, PARALEGAL),
    "coverage.accepted": _line("cover a hearing that one is asked to cover", ATTORNEY),
    "coverage.declined": _line("decline that", ATTORNEY, PARALEGAL, VOLUNTEER, ADMIN),
    "feed.made": _line("make a calendar address of one's own", ATTORNEY, PARALEGAL),
    "feed.revoked": _line("end one's own calendar address", ATTORNEY, PARALEGAL, VOLUNTEER, ADMIN),
    "reminders.chosen": _line("choose how one is reminded", ATTORNEY, PARALEGAL),
    "delivery.tested": _line("send a test message to oneself", ADMIN),
    "reminders.set": _line("choose how those are reminded who chose nothing", ADMIN),
    "purge.proposed": _line("propose that cases past their time are deleted", ADMIN),
    "purge.agreed": _line("agree to that, as a second person", ADMIN, ATTORNEY),
    "purge.withdrawn": _line("stop it", ADMIN, ATTORNEY),
    "purge.done": _line("delete them when 24 hours are over", duty="purge"),
    "organization.changed": _line("change the organization's settings", ADMIN),
    "member.invited": _line("invite somebody", ADMIN),
    "invitation.withdrawn": _line("withdraw an invitation", ADMIN),
    "invitation.accepted": _line("join by an invitation", duty="door"),
    "member.changed": _line("change a member's roles and time", ADMIN),
    "member.suspended": _line("suspend a member", ADMIN),
    "member.restored": _line("restore a suspended member", ADMIN),
    "sessions.ended": _line("end a member's sessions, or everybody's", ADMIN),
    "factor_reset.asked": _line("ask to take a lost second factor off an account", ADMIN),
    "factor_reset.confirmed": _line("confirm it, as a second administrator", ADMIN),
    "factor_reset.cancelled": _line("cancel it", ADMIN),
    "factor_reset.objected": _line("keep one's own second factor", ADMIN, ATTORNEY, PARALEGAL, VOLUNTEER),
    "factor_reset.done": _line("take it off when 24 hours are over", duty="housekeeping"),
    "organization.founded": _line("found an organization", duty="operator"),
    "organization.invited": _line("invite its first administrator again", duty="operator"),
    "organization.closed": _line("close an organization", duty="operator"),
    "organization.sessions_ended": _line("end all sessions of an organization", duty="operator"),
}


# What counsel still do with a copy: they read it, revoke consents, note that somebody was told, and have it kept.
ON_A_COPY = frozenset(
    ["case.viewed", "case.access_viewed", "case.history_viewed", "case.printed", "person.revealed", "contact.revealed",
     "consent.printed", "consent.revoked", "share.revoked", "note.written", "note.changed", "note.pinned", "task.done",
     "task.dropped", "task.reopened", "case.kept", "case.let_go"]
)  # fmt: skip


def may(verb: str, *, kind: str, roles: frozenset[str], basis: str, duty: str = "") -> bool:
    """Whether somebody with these live roles may do it to what they meet on this ground ("share:change" and the like).

    Raises KeyError for a verb that has no line.
    """
    line = (ACTS | LOOKS)[verb]
    if kind == "duty":
        return duty in line.duties
    if kind == "family":
        return line.family
    if kind != "staff" or basis == NONE:
        return False
    if basis == COPY:
        return verb in ON_A_COPY and bool(roles & line.roles & COUNSEL)
    if basis.startswith("share:"):
        level = basis.removeprefix("share:")
        enough = bool(line.share) and SHARE_LEVELS.index(level) >= SHARE_LEVELS.index(line.share)
        return enough and bool(roles & COUNSEL)
    return bool(roles & line.roles) or (basis == ASSIGNED and bool(roles & line.assigned))


def table() -> str:
    """Who may do what, in Markdown, for the README."""
    head = ("", "administrator", "attorney", "paralegal", "intake volunteer", "another organization")
    lines = ["| " + " | ".join(head) + " |", "| --- | --- | --- | --- | --- | --- |"]
    for line in (LOOKS | ACTS).values():
        cells = [_cell(line, role) for role in (ADMIN, ATTORNEY, PARALEGAL, VOLUNTEER)]
        if any(cells) or line.share:
            lines.append(f"| {' | '.join([line.says, *cells, f'when shared to {line.share}' if line.share else ''])} |")
    return "\n".join(lines)


def _cell(line: Line, role: str) -> str:
    if role in line.roles:
        return "yes"
    return "when assigned" if role in line.assigned else ""
