from itertools import combinations

import pytest

from casework.access.rules import ACTS, LOOKS, AccountNeed, account_needs, may, may_appear, table

ONE, NONE, FEW = AccountNeed


@pytest.mark.parametrize(
    ("second_factors", "recovery_codes", "needs"),
    [
        (2, 10, ()),
        (1, 10, (ONE,)),
        (2, 0, (NONE,)),
        (2, 1, (FEW,)),
        (2, 2, (FEW,)),
        (2, 3, ()),
        (1, 0, (ONE, NONE)),
        (1, 2, (ONE, FEW)),
    ],
)
def test_account_needs(second_factors: int, recovery_codes: int, needs: tuple[AccountNeed, ...]) -> None:
    assert account_needs(second_factors=second_factors, recovery_codes=recovery_codes) == needs


# The second book-keeping of who may do what. A word is a role (for all that it sees of its organization), a role for
# cases it is assigned to, a share that an attorney or paralegal elsewhere needs at least, or an errand of the product.
BOOK = {
    "case.viewed": "attorney paralegal volunteer@assigned share:view",
    **dict.fromkeys(
        ("document.viewed", "document.previewed", "document.downloaded"),
        "attorney paralegal volunteer@assigned share:view",
    ),
    **dict.fromkeys(
        ("document.added", "document.version_added", "document.checked"),
        "attorney paralegal volunteer@assigned share:change",
    ),
    **dict.fromkeys(
        ("document.changed", "document.withdrawn", "document.restored", "document.refused"),
        "attorney paralegal volunteer@assigned",
    ),
    "document.tier_changed": "attorney paralegal",
    "case.access_viewed": "attorney paralegal share:share",
    "case.history_viewed": "attorney paralegal",
    "person.revealed": "attorney paralegal volunteer@assigned share:view",
    "person.changed": "attorney paralegal volunteer@assigned",
    "contact.revealed": "attorney paralegal volunteer@assigned",
    "consent.printed": "attorney paralegal volunteer@assigned",
    "conflict.checked": "attorney paralegal volunteer@assigned",
    "conflict.decided": "attorney paralegal",
    "conflict.undone": "attorney paralegal",
    "conflicts.searched": "attorney paralegal volunteer",
    "packet.made": "attorney paralegal volunteer@assigned",
    **dict.fromkeys(("batch.started", "batch.done", "batch.stopped", "batch.dropped"), "attorney paralegal"),
    "packet.printed": "attorney paralegal volunteer@assigned",
    "intake.printed": "attorney paralegal volunteer@assigned",
    "person.flagged": "attorney paralegal",
    "person.reached": "attorney paralegal volunteer@assigned",
    "person.merged": "attorney paralegal",
    "person.parted": "attorney paralegal",
    "contact.added": "attorney paralegal volunteer@assigned",
    "contact.changed": "attorney paralegal volunteer@assigned",
    "contact.removed": "attorney paralegal volunteer@assigned",
    "adverse.added": "attorney paralegal",
    "adverse.changed": "attorney paralegal",
    "adverse.removed": "attorney paralegal",
    "consent.given": "attorney paralegal volunteer@assigned",
    "consent.provisional": "attorney",
    "consent.revoked": "attorney paralegal volunteer@assigned",
    **dict.fromkeys(
        (
            "family.viewed",
            "family.previewed",
            "family.printed",
            "family.revoked",
            "family.stopped",
            "family.asked",
            "waiver.printed",
        ),
        "attorney paralegal volunteer@assigned",
    ),
    **dict.fromkeys(("family.invited", "family.renewed", "family.restored", "family.notified"), "attorney paralegal"),
    **dict.fromkeys(
        ("window.viewed", "window.downloaded", "window.told", "window.ticked", "window.unticked", "window.handed_in"),
        "family",
    ),
    **dict.fromkeys(("family.tried", "family.opted_out", "family.opted_in"), "errand:portal"),
    "members.viewed": "admin",
    "calendar.viewed": "attorney paralegal volunteer",
    "docket.printed": "attorney paralegal",
    "hearing.exported": "attorney paralegal share:view",
    "reminders.viewed": "admin",
    "reminders.set": "admin",
    "delivery.tested": "admin",
    "reminders.chosen": "attorney paralegal",
    **dict.fromkeys(
        ("handover.offered", "handover.went_on", "handover.withdrawn"), "attorney paralegal volunteer@assigned"
    ),
    **dict.fromkeys(("handover.accepted", "handover.declined", "offer.listed", "offer.viewed"), "attorney paralegal"),
    "handover.expired": "errand:hand_over",
    "coverage.asked": "attorney paralegal",
    "coverage.withdrawn": "attorney paralegal",
    "coverage.accepted": "attorney",
    "coverage.declined": "admin attorney paralegal volunteer",
    "feed.made": "attorney paralegal",
    "feed.revoked": "admin attorney paralegal volunteer",
    "cases.searched": "attorney paralegal volunteer",
    "audit.searched": "admin",
    "audit.exported": "admin",
    "case.opened": "attorney paralegal volunteer",
    "case.accepted": "attorney paralegal",
    **dict.fromkeys(("case.kept", "case.let_go"), "attorney paralegal"),
    **dict.fromkeys(("kept.viewed", "purge.viewed", "purge.agreed", "purge.withdrawn"), "admin attorney"),
    "purge.proposed": "admin",
    "purge.done": "errand:purge",
    "intake.accepted": "attorney paralegal",
    "intake.acceptance_undone": "attorney paralegal",
    **dict.fromkeys(
        (
            "case.changed",
            "case.stage_changed",
            "case.closed",
            "case.reopened",
            "case.lead_handed_over",
            "case.lead_kept",
            "appearance.filed",
            "appearance.withdrawn",
            "case.printed",
        ),
        "attorney paralegal",
    ),
    "case.restricted": "attorney@assigned",
    "case.unrestricted": "attorney@assigned",
    "case.assigned": "attorney paralegal",
    "case.unassigned": "attorney paralegal",
    "case.shared": "attorney paralegal share:share",
    "share.revoked": "attorney paralegal share:share",
    **dict.fromkeys(
        ("note.written", "note.changed", "note.pinned"), "attorney paralegal volunteer@assigned share:change"
    ),
    **dict.fromkeys(
        ("task.opened", "task.changed", "task.done", "task.dropped", "task.reopened"),
        "attorney paralegal volunteer@assigned",
    ),
    "custody.booked": "attorney paralegal volunteer@assigned",
    "custody.moved": "attorney paralegal volunteer@assigned",
    "custody.released": "attorney paralegal volunteer@assigned",
    "questions.chosen": "admin",
    "screening.viewed": "attorney paralegal",
    "answer.saved": "attorney paralegal volunteer@assigned",
    "custody.corrected": "attorney paralegal",
    "custody.gap_closed": "attorney paralegal",
    "custody.set_aside": "attorney paralegal",
    "custody.undone": "attorney paralegal volunteer@assigned",
    "court.set": "attorney paralegal",
    "hearing.added": "attorney paralegal volunteer@assigned",
    "docket.undone": "attorney paralegal volunteer@assigned",
    **dict.fromkeys(
        (
            "proceeding.opened",
            "proceeding.changed",
            "proceeding.ended",
            "hearing.changed",
            "hearing.adjourned",
            "hearing.held",
            "hearing.vacated",
            "charge.added",
            "charge.changed",
            "decision.recorded",
            "decision.changed",
            "bond.requested",
            "bond.changed",
            "bond.decided",
            "bond.posted",
            "bond.ended",
            "docket.withdrawn",
            "deadline.added",
            "deadline.ordered",
            "deadline.changed",
            "deadline.done",
            "deadline.dropped",
        ),
        "attorney paralegal",
    ),
    **dict.fromkeys(
        ("deadline.overridden", "deadline.confirmed", "rule.signed_off", "rule.review_withdrawn"), "attorney"
    ),
    **dict.fromkeys(("closed_day.entered", "closed_day.withdrawn"), "admin"),
    "rules.viewed": "admin attorney paralegal",
    "checks.viewed": "attorney paralegal volunteer",
    "check.taken": "attorney paralegal volunteer",
    "check.returned": "attorney paralegal volunteer@assigned",
    "check.recorded": "attorney paralegal volunteer@assigned",
    "visits.exported": "attorney paralegal",
    **dict.fromkeys(
        (
            "calls.viewed",
            "call.taken",
            "call.returned",
            "call.noted",
            "call.settled",
            "call.opened",
            "shift.begun",
            "shift.ended",
            "incidents.viewed",
            "incident.reported",
            "incident.changed",
            "incident.verified",
            "leaflet.sent",
        ),
        "attorney paralegal volunteer",
    ),
    **dict.fromkeys(("call.logged", "incident.linked", "incident.unlinked"), "attorney paralegal volunteer@assigned"),
    **dict.fromkeys(("leaflet.printed", "referrals.printed"), "admin attorney paralegal volunteer"),
    **dict.fromkeys(("referral.added", "referral.changed", "referral.removed"), "admin attorney paralegal"),
    "caseload.exported": "attorney paralegal",
    "directory_note.saved": "admin attorney paralegal volunteer",
    "directory_error.reported": "admin attorney paralegal volunteer",
    "directory_error.resolved": "admin errand:operator",
    **dict.fromkeys(
        (
            "import.uploaded",
            "import.prepared",
            "import.checked",
            "import.started",
            "import.done",
            "import.stopped",
            "import.undo_asked",
            "import.undone",
            "import.dropped",
        ),
        "attorney paralegal",
    ),
    "organization.changed": "admin",
    "member.invited": "admin",
    "invitation.withdrawn": "admin",
    "invitation.accepted": "errand:door",
    "member.changed": "admin",
    "member.suspended": "admin",
    "member.restored": "admin",
    "sessions.ended": "admin",
    "factor_reset.asked": "admin",
    "factor_reset.confirmed": "admin",
    "factor_reset.cancelled": "admin",
    "factor_reset.objected": "admin attorney paralegal volunteer",
    "factor_reset.done": "errand:housekeeping",
    "organization.founded": "errand:operator",
    "organization.closed": "errand:operator",
    "organization.invited": "errand:operator",
    "organization.sessions_ended": "errand:operator",
}
ROLES = ("admin", "attorney", "paralegal", "volunteer")
GROUNDS = {
    "none": "",
    "organization": "{0}",
    "assigned": "{0} {0}@assigned",
    "share:view": "share:view",
    "share:change": "share:view share:change",
    "share:share": "share:view share:change share:share",
}
ERRANDS = ("door", "outbox", "sweep", "letters", "operator", "housekeeping", "hand_over", "portal", "purge")


def held(roles: frozenset[str], ground: str) -> set[str]:
    """The words that somebody with these roles has on this ground."""
    if ground.startswith("share") and not roles & {"attorney", "paralegal"}:
        return set()
    return {word for role in roles for word in GROUNDS[ground].format(role).split()}


def test_every_verb_stands_in_both_books() -> None:
    assert sorted(BOOK) == sorted(LOOKS | ACTS)


@pytest.mark.parametrize("verb", sorted(BOOK))
def test_who_may(verb: str) -> None:
    book = set(BOOK[verb].split())
    everybody = [frozenset(roles) for many in range(5) for roles in combinations(ROLES, many)]
    wrong = [
        (sorted(roles), ground)
        for roles in everybody
        for ground in GROUNDS
        if may(verb, kind="staff", roles=roles, basis=ground) != bool(book & held(roles, ground))
    ]
    assert wrong == []
    strangers = [
        (kind, ground)
        for kind in ("user", "nobody")
        for ground in GROUNDS
        if may(verb, kind=kind, roles=frozenset(ROLES), basis=ground)
    ]
    assert strangers == []
    for ground in GROUNDS:  # a relative at the window does what is done there, and nothing else
        assert may(verb, kind="family", roles=frozenset(ROLES), basis=ground) == ("family" in book)
    for ground in GROUNDS:  # an errand is bound to its duty and to nothing else
        on = {name for name in ERRANDS if may(verb, kind="duty", roles=frozenset(ROLES), basis=ground, duty=name)}
        assert {f"errand:{name}" for name in on} == {word for word in book if word.startswith("errand:")}


def test_a_verb_without_a_line_is_an_error() -> None:
    with pytest.raises(KeyError):
        may("case.dreamt", kind="staff", roles=frozenset(ROLES), basis="organization")


def test_the_table_for_the_readme_says_the_same() -> None:
    says = {line.says: verb for verb, line in (LOOKS | ACTS).items()}
    marks = {"": "", "yes": "{0}", "when assigned": "{0}@assigned"}
    found = {}
    for row in table().splitlines()[2:]:
        what, *cells, share = [cell.strip() for cell in row.strip("|").split("|")]
        words = [marks[cell].format(role) for cell, role in zip(cells, ROLES, strict=True)]
        words.append(share.replace("when shared to ", "share:"))
        found[says[what]] = " ".join(filter(None, words))
    others = ("errand", "family")
    people = {
        verb: " ".join(word for word in book.split() if not word.startswith(others)) for verb, book in BOOK.items()
    }
    assert found == {verb: book for verb, book in people.items() if book}


@pytest.mark.parametrize(
    ("number", "where", "accreditation", "able"),
    [
        ("1", "California", "", True), ("1", "", "", False), ("", "California", "", False), ("", "", "full", True),
        ("", "", "", False),
    ],
)  # fmt: skip
def test_who_may_appear_for_somebody(number: str, where: str, accreditation: str, able: bool) -> None:
    assert may_appear(bar_number=number, bar_jurisdiction=where, accreditation=accreditation) is able
