"""What the audit's lines say, in words: acts, looks, refusals, and the grounds they stood on."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.access.rules import ASSIGNED, NONE, ORGANIZATION

ACTS = {
    "case.opened": gettext_lazy("Opened the case"),
    "case.accepted": gettext_lazy("Accepted the case"),
    "case.changed": gettext_lazy("Changed what the case is for"),
    "case.stage_changed": gettext_lazy("Moved the case to another stage"),
    "case.closed": gettext_lazy("Closed the case"),
    "case.reopened": gettext_lazy("Reopened the case"),
    "case.lead_handed_over": gettext_lazy("Handed the lead over"),
    "case.lead_kept": gettext_lazy("Cancelled a planned hand-over"),
    "appearance.filed": gettext_lazy("Noted an appearance"),
    "appearance.withdrawn": gettext_lazy("Noted that an appearance was withdrawn"),
    "case.restricted": gettext_lazy("Restricted the case to its team"),
    "case.unrestricted": gettext_lazy("Opened the case to the organization"),
    "case.assigned": gettext_lazy("Added somebody to the team"),
    "case.unassigned": gettext_lazy("Took somebody off the team"),
    "case.shared": gettext_lazy("Shared the case"),
    "share.revoked": gettext_lazy("Ended a share"),
    "person.changed": gettext_lazy("Changed the person"),
    "note.written": gettext_lazy("Wrote a note"),
    "note.changed": gettext_lazy("Corrected a note"),
    "note.pinned": gettext_lazy("Pinned a note, or let it go"),
    "task.opened": gettext_lazy("Opened a task"),
    "task.changed": gettext_lazy("Changed a task"),
    "task.done": gettext_lazy("Did a task"),
    "task.dropped": gettext_lazy("Dropped a task"),
    "task.reopened": gettext_lazy("Reopened a task"),
    "organization.changed": gettext_lazy("Changed the organization's settings"),
    "member.invited": gettext_lazy("Invited somebody"),
    "invitation.withdrawn": gettext_lazy("Withdrew an invitation"),
    "invitation.accepted": gettext_lazy("Joined by an invitation"),
    "member.changed": gettext_lazy("Changed a member's roles or time"),
    "member.suspended": gettext_lazy("Suspended a member"),
    "member.restored": gettext_lazy("Restored a member"),
    "sessions.ended": gettext_lazy("Ended sessions of members"),
    "factor_reset.asked": gettext_lazy("Asked to take off a second factor"),
    "factor_reset.confirmed": gettext_lazy("Confirmed taking off a second factor"),
    "factor_reset.cancelled": gettext_lazy("Cancelled taking off a second factor"),
    "factor_reset.objected": gettext_lazy("Kept their own second factor"),
    "factor_reset.done": gettext_lazy("A second factor was taken off"),
    "organization.founded": gettext_lazy("Founded the organization"),
    "organization.invited": gettext_lazy("Invited the first administrator again"),
    "organization.closed": gettext_lazy("Closed the organization"),
    "organization.sessions_ended": gettext_lazy("Ended all sessions of the organization"),
}
LOOKS = {
    "case.viewed": gettext_lazy("Opened a page of the case"),
    "case.access_viewed": gettext_lazy("Read who can see the case"),
    "case.history_viewed": gettext_lazy("Read who looked, or what was done"),
    "case.printed": gettext_lazy("Printed a summary of the case"),
    "case.listed": gettext_lazy("Saw it in a list"),
    "person.revealed": gettext_lazy("Showed the whole A-number"),
    "members.viewed": gettext_lazy("Read members and invitations"),
    "member.viewed": gettext_lazy("Read a member's page"),
    "invitation.viewed": gettext_lazy("Read an invitation"),
    "organization.viewed": gettext_lazy("Read about the organization"),
    "receiver.sought": gettext_lazy("Looked for an address in another organization"),
    "audit.searched": gettext_lazy("Searched the audit"),
    "audit.exported": gettext_lazy("Exported lines of the audit"),
}
SESSIONS = {
    "session.began": gettext_lazy("Began a session"),
    "session.locked": gettext_lazy("Session locked"),
    "session.unlocked": gettext_lazy("Session unlocked"),
    "session.ended": gettext_lazy("Session ended"),
}
KEYS = {
    "organization.keys_rotated": gettext_lazy("New keys for the organization"),
    "file.keys_rotated": gettext_lazy("New keys for the file"),
    "file.shredded": gettext_lazy("Made the file unreadable for ever"),
}
REFUSALS = {
    "refused": gettext_lazy("Was refused"),
    "failed": gettext_lazy("Got an error"),
    "signin.refused": gettext_lazy("Sign-in refused"),
}
FIELDS = {
    "given_names": gettext_lazy("Given names"),
    "first_surname": gettext_lazy("First surname"),
    "second_surname": gettext_lazy("Second surname"),
    "birth_date": gettext_lazy("Birth date"),
    "a_number": gettext_lazy("A-number"),
    "language": gettext_lazy("Language"),
    "no_contact": gettext_lazy("Do not contact this person"),
    "stage": gettext_lazy("Stage"),
    "stage_reason": gettext_lazy("Reason"),
    "matters": gettext_lazy("For"),
    "scope": gettext_lazy("Scope of representation"),
    "priority": gettext_lazy("Priority"),
    "appearance": gettext_lazy("Appearance"),
    "kind": gettext_lazy("What it records"),
    "pinned_at": gettext_lazy("Pinned"),
    "task": gettext_lazy("Task"),
    "text": gettext_lazy("Text"),
    "due_on": gettext_lazy("Due"),
    "assignee": gettext_lazy("Whose"),
    "tier": gettext_lazy("Who may read it"),
    "done_at": gettext_lazy("Done"),
    "dropped": gettext_lazy("Dropped"),
    "reference": gettext_lazy("Reference"),
    "restricted": gettext_lazy("Restricted"),
    "assignment": gettext_lazy("Team"),
    "person": gettext_lazy("Person"),
    "note": gettext_lazy("Note"),
    "share": gettext_lazy("What is shared"),
    "member": gettext_lazy("Who"),
    "verb": gettext_lazy("What"),
    "since": gettext_lazy("From"),
    "until": gettext_lazy("Until"),
    "case": gettext_lazy("Case"),
    "where": gettext_lazy("About the case"),
    "refusals": gettext_lazy("Refusals only"),
    "roles": gettext_lazy("Roles"),
    "sessions": gettext_lazy("Sessions"),
    "invitations": gettext_lazy("Invitations"),
}
GROUPS = (
    (gettext_lazy("What was done"), ACTS),
    (gettext_lazy("What was seen"), LOOKS),
    (gettext_lazy("Sessions"), SESSIONS),
    (gettext_lazy("Keys"), KEYS),
    (gettext_lazy("Refusals"), REFUSALS),
)
WORDS = ACTS | LOOKS | SESSIONS | KEYS | REFUSALS


def says(verb: str) -> str:
    """A verb as people read it; itself, where nobody has written words for it."""
    return str(WORDS.get(verb, verb))


def ground(basis: str, verb: str = "") -> str:
    """On what ground somebody met what the line is about; for a refusal, why."""
    if verb in REFUSALS:
        return {
            "400": _("The request was not complete"),
            "403": _("Not allowed"),
            "404": _("Not there, or not theirs to see"),
        }.get(basis, basis)
    words = {
        ASSIGNED: _("On the team"),
        ORGANIZATION: _("Of the organization"),
        NONE: "",
        "share": _("By a share"),
        "share:view": _("By a share: reading"),
        "share:change": _("By a share: reading and writing notes"),
        "share:share": _("By a share: reading, writing notes, sharing on"),
        "idle": _("Not used for a while"),
        "by hand": _("By the person"),
        "signed out": _("Signed out"),
        "age": _("12 hours were over"),
        "elsewhere": _("From another browser"),
    }
    return words.get(basis, basis)


def field(name: str) -> str:
    """A field that an act changed, as people read it."""
    return str(FIELDS.get(name, name.replace("_", " ")))
