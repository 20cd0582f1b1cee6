"""What the audit's lines say, in words: acts, looks, refusals, and the grounds they stood on."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.access import refusals
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
    "person.flagged": gettext_lazy("Marked what makes the person vulnerable"),
    "person.reached": gettext_lazy("Noted that the person was spoken with"),
    "contact.added": gettext_lazy("Added a contact"),
    "contact.changed": gettext_lazy("Changed a contact"),
    "contact.removed": gettext_lazy("Took a contact off the list"),
    "adverse.added": gettext_lazy("Added an adverse party"),
    "adverse.changed": gettext_lazy("Changed an adverse party"),
    "adverse.removed": gettext_lazy("Took an adverse party off the list"),
    "consent.given": gettext_lazy("Wrote down a consent"),
    "consent.provisional": gettext_lazy("Decided for the person, until they are reached"),
    "consent.revoked": gettext_lazy("Revoked a consent"),
    "note.written": gettext_lazy("Wrote a note"),
    "directory_note.saved": gettext_lazy("Noted something about a place"),
    "directory_error.reported": gettext_lazy("Reported an error in the directory"),
    "directory_error.resolved": gettext_lazy("Settled a report about the directory"),
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
    "contact.revealed": gettext_lazy("Showed a contact's pass phrase"),
    "consent.printed": gettext_lazy("Printed a consent form"),
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
ACCOUNTS = {
    "profile.renamed": gettext_lazy("Changed their own name"),
    "password.changed": gettext_lazy("Changed their own password"),
    "email.changed": gettext_lazy("Changed their own e-mail address"),
    "factor.added": gettext_lazy("Added a second factor"),
    "factor.replaced": gettext_lazy("Replaced a second factor"),
    "factor.removed": gettext_lazy("Removed a second factor"),
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
    "aliases": gettext_lazy("Other names and spellings"),
    "birth_date_other": gettext_lazy("Another birth date"),
    "a_number_missing": gettext_lazy("No A-number"),
    "other_ids": gettext_lazy("Other numbers"),
    "country_of_birth": gettext_lazy("Country of birth"),
    "nationalities": gettext_lazy("Nationalities"),
    "other_languages": gettext_lazy("Also speaks"),
    "reads_languages": gettext_lazy("Reads"),
    "language_variety": gettext_lazy("Variety of the language"),
    "language_town": gettext_lazy("Town where it is spoken so"),
    "gender": gettext_lazy("Gender"),
    "alert": gettext_lazy("Alert line"),
    "reached_at": gettext_lazy("Spoken with first"),
    "flags": gettext_lazy("Vulnerability"),
    "kind": gettext_lazy("Kind"),
    "name": gettext_lazy("Name"),
    "relationship": gettext_lazy("Relationship"),
    "phones": gettext_lazy("Phones"),
    "address": gettext_lazy("Address"),
    "pass_phrase": gettext_lazy("Pass phrase"),
    "position": gettext_lazy("Order"),
    "must_not_know": gettext_lazy("Must not know"),
    "tier": gettext_lazy("Who may read it"),
    "removed_at": gettext_lazy("Off the list since"),
    "consent": gettext_lazy("Consent"),
    "stage": gettext_lazy("Stage"),
    "stage_reason": gettext_lazy("Reason"),
    "matters": gettext_lazy("For"),
    "scope": gettext_lazy("Scope of representation"),
    "priority": gettext_lazy("Priority"),
    "appearance": gettext_lazy("Appearance"),
    "pinned_at": gettext_lazy("Pinned"),
    "task": gettext_lazy("Task"),
    "text": gettext_lazy("Text"),
    "due_on": gettext_lazy("Due"),
    "assignee": gettext_lazy("Whose"),
    "done_at": gettext_lazy("Done"),
    "dropped": gettext_lazy("Dropped"),
    "reference": gettext_lazy("Reference"),
    "restricted": gettext_lazy("Restricted"),
    "assignment": gettext_lazy("Team"),
    "person": gettext_lazy("Person"),
    "note": gettext_lazy("Note"),
    "share": gettext_lazy("What is shared"),
    "checked_on": gettext_lazy("Last checked on"),
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
    "email": gettext_lazy("E-mail address"),
    "totp": gettext_lazy("Authenticator app"),
    "webauthn": gettext_lazy("Passkey"),
    "recovery_codes": gettext_lazy("Recovery codes"),
}
GROUPS = (
    (gettext_lazy("What was done"), ACTS),
    (gettext_lazy("What was seen"), LOOKS),
    (gettext_lazy("Sessions"), SESSIONS),
    (gettext_lazy("Accounts"), ACCOUNTS),
    (gettext_lazy("Keys"), KEYS),
    (gettext_lazy("Refusals"), REFUSALS),
)
WORDS = ACTS | LOOKS | SESSIONS | ACCOUNTS | KEYS | REFUSALS


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
            refusals.PASSWORD: _("Wrong password"),
            refusals.CODE: _("Wrong code"),
            refusals.PASSKEY: _("Wrong passkey"),
            refusals.UNLOCK: _("At the lock of a session"),
            refusals.AGAIN: _("Asked again who they are"),
            refusals.LIMIT: _("Too many attempts"),
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
        "by mail": _("By a link in a mail"),
    }
    return words.get(basis, basis)


def field(name: str) -> str:
    """A field that an act changed, as people read it."""
    return str(FIELDS.get(name, name.replace("_", " ")))
