"""Who sees and may what, by hand from design/security.md, not from `access.rules`: the two check each other."""

from dataclasses import dataclass

from casework.access import rules
from tests.matrix.world import (
    BATCHES,
    CASES,
    GIVER,
    HOME,
    IMPORTS,
    INVITATIONS,
    OF_ROSA,
    OFFERED,
    PLACES,
    PRINCIPALS,
    Principal,
    canary,
)

# On what ground somebody meets a case (A assigned, O as one of the organization, V C S shared for viewing, changing,
# sharing), and the highest tier they see there. A dot: may not know of it. Whoever is missing sees nothing anywhere.
SEES = """
case         ada  ben  tomas  vic  june_nla   cleo   hana  june_rrh  mia
plain        A3   O2   O2     .    O2         .      .     .         .
restricted   A3   .    .      .    .          .      .     .         .
taken        O2   O2   O2     A1   O2         .      .     .         .
viewing      O2   O2   O2     .    O2         V2     .     .         .
changing     O2   O2   O2     .    O2         C2     .     .         .
sharing      A3   O2   O2     .    O2         S2     .     .         .
counsel      A3   O2   O2     .    O2         V3     .     .         .
clinic       O2   O2   O2     .    O2         V2     .     .         .
hushed       A3   .    .      .    .          V2     .     .         .
revoked      O2   O2   O2     .    O2         .      .     .         .
expired      O2   O2   O2     .    O2         .      .     .         .
lapsed       O2   O2   O2     .    O2         .      .     .         .
to_hotline   O2   O2   O2     .    O2         .      .     C2        C2
south        .    .    .      .    .          A3     .     .         .
from_south   .    C2   .      .    .          A3     .     .         .
hotline      .    .    .      .    .          .      A1    .         .
junes        .    .    .      .    .          .      .     A3        .
closed       .    .    .      .    .          .      .     .         .
"""
GROUNDS = {"A": "assigned", "O": "organization", "V": "share:view", "C": "share:change", "S": "share:share"}
COUNSEL = frozenset({"attorney", "paralegal"})
ANYBODY = COUNSEL | {"volunteer"}
ATTORNEY, VOLUNTEER, ADMIN = frozenset({"attorney"}), frozenset({"volunteer"}), frozenset({"admin"})

# What may be done to a case: by which roles on which ground. Nobody but counsel is ever shared with.
ON_A_CASE: dict[str, list[tuple[str, frozenset[str]]]] = {
    "case.viewed": [("AOVCS", COUNSEL), ("A", VOLUNTEER)],
    "case.access_viewed": [("AOS", COUNSEL)],
    "case.accepted": [("AO", COUNSEL)],
    "intake.accepted": [("AO", COUNSEL)],
    "intake.acceptance_undone": [("AO", COUNSEL)],
    "packet.made": [("AO", COUNSEL), ("A", VOLUNTEER)],
    "packet.printed": [("AO", COUNSEL), ("A", VOLUNTEER)],
    "intake.printed": [("AO", COUNSEL), ("A", VOLUNTEER)],
    **{
        verb: [("AO", COUNSEL)]
        for verb in (
            "case.changed",
            "case.stage_changed",
            "case.closed",
            "case.reopened",
            "case.lead_handed_over",
            "case.lead_kept",
            "appearance.filed",
            "appearance.withdrawn",
            "case.printed",
            "case.kept",
            "case.let_go",
        )
    },
    **{f"handover.{what}": [("AO", COUNSEL), ("A", VOLUNTEER)] for what in ("offered", "went_on", "withdrawn")},
    "case.restricted": [("A", ATTORNEY)],
    "case.unrestricted": [("A", ATTORNEY)],
    "case.assigned": [("AO", COUNSEL)],
    "case.unassigned": [("AO", COUNSEL)],
    "case.shared": [("AOS", COUNSEL)],
    "share.revoked": [("AOS", COUNSEL)],
    **{key: [("AOCS", COUNSEL), ("A", VOLUNTEER)] for key in ("note.written", "note.changed", "note.pinned")},
    **{
        f"task.{what}": [("AO", COUNSEL), ("A", VOLUNTEER)]
        for what in ("opened", "changed", "done", "dropped", "reopened")
    },
    "person.changed": [("AO", COUNSEL), ("A", VOLUNTEER)],
    "person.revealed": [("AOVCS", COUNSEL), ("A", VOLUNTEER)],
    "case.history_viewed": [("AO", COUNSEL)],
    "person.reached": [("AO", COUNSEL), ("A", VOLUNTEER)],
    "person.merged": [("AO", COUNSEL)],
    "person.parted": [("AO", COUNSEL)],
    "custody.set_aside": [("AO", COUNSEL)],
    "contact.added": [("AO", COUNSEL), ("A", VOLUNTEER)],
    "contact.changed": [("AO", COUNSEL), ("A", VOLUNTEER)],
    "contact.removed": [("AO", COUNSEL), ("A", VOLUNTEER)],
    "contact.revealed": [("AO", COUNSEL), ("A", VOLUNTEER)],
    "consent.given": [("AO", COUNSEL), ("A", VOLUNTEER)],
    "consent.revoked": [("AO", COUNSEL), ("A", VOLUNTEER)],
    "consent.printed": [("AO", COUNSEL), ("A", VOLUNTEER)],
    "person.flagged": [("AO", COUNSEL)],
    **{
        f"family.{what}": [("AO", COUNSEL), ("A", VOLUNTEER)]
        for what in ("viewed", "previewed", "printed", "revoked", "stopped", "asked")
    },
    "waiver.printed": [("AO", COUNSEL), ("A", VOLUNTEER)],
    **{f"family.{what}": [("AO", COUNSEL)] for what in ("invited", "renewed", "restored", "notified")},
    "adverse.added": [("AO", COUNSEL)],
    "adverse.changed": [("AO", COUNSEL)],
    "adverse.removed": [("AO", COUNSEL)],
    "consent.provisional": [("AO", ATTORNEY)],
    "custody.booked": [("AO", COUNSEL), ("A", VOLUNTEER)],
    "custody.moved": [("AO", COUNSEL), ("A", VOLUNTEER)],
    "custody.released": [("AO", COUNSEL), ("A", VOLUNTEER)],
    "custody.undone": [("AO", COUNSEL), ("A", VOLUNTEER)],
    "custody.corrected": [("AO", COUNSEL)],
    "custody.gap_closed": [("AO", COUNSEL)],
    "court.set": [("AO", COUNSEL)],
    "hearing.exported": [("AOVCS", COUNSEL)],
    "coverage.asked": [("AO", COUNSEL)],
    "coverage.withdrawn": [("AO", COUNSEL)],
    "answer.saved": [("AO", COUNSEL), ("A", VOLUNTEER)],
    "screening.viewed": [("AO", COUNSEL)],
    "conflict.checked": [("AO", COUNSEL), ("A", VOLUNTEER)],
    **{verb: [("AO", COUNSEL)] for verb in ("conflict.decided", "conflict.undone")},
    "hearing.added": [("AO", COUNSEL), ("A", VOLUNTEER)],
    "docket.undone": [("AO", COUNSEL), ("A", VOLUNTEER)],
    **{
        verb: [("AO", COUNSEL)]
        for verb in (
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
        )
    },
    **{f"document.{what}": [("AOVCS", COUNSEL), ("A", VOLUNTEER)] for what in ("viewed", "previewed", "downloaded")},
    **{f"document.{what}": [("AOCS", COUNSEL), ("A", VOLUNTEER)] for what in ("added", "version_added", "checked")},
    **{
        f"document.{what}": [("AO", COUNSEL), ("A", VOLUNTEER)]
        for what in ("changed", "withdrawn", "restored", "refused")
    },
    "document.tier_changed": [("AO", COUNSEL)],
    "deadline.overridden": [("AO", ATTORNEY)],
    "deadline.confirmed": [("AO", ATTORNEY)],
    "check.returned": [("AO", COUNSEL), ("A", VOLUNTEER)],
    **{verb: [("AO", COUNSEL), ("A", VOLUNTEER)] for verb in ("call.logged", "incident.linked", "incident.unlinked")},
    **{verb: [("AO", ANYBODY)] for verb in ("incidents.viewed", "leaflet.sent")},
    "referrals.printed": [("AO", ANYBODY | ADMIN)],
    "check.recorded": [("AO", COUNSEL), ("A", VOLUNTEER)],
}
# What may be done in the organization in which one acts.
IN_THE_ORGANIZATION: dict[str, frozenset[str]] = {
    **dict.fromkeys(("case.opened", "cases.searched", "conflicts.searched"), ANYBODY),
    **dict.fromkeys(("checks.viewed", "check.taken"), ANYBODY),
    **dict.fromkeys(
        (
            "calls.viewed", "call.taken", "call.returned", "call.noted", "call.settled", "call.opened", "shift.begun",
            "shift.ended", "incidents.viewed", "incident.reported", "incident.changed", "incident.verified",
            "leaflet.sent",
        ),
        ANYBODY,
    ),
    **dict.fromkeys(("leaflet.printed", "referrals.printed"), ANYBODY | ADMIN),
    **dict.fromkeys(("referral.added", "referral.changed", "referral.removed"), COUNSEL | ADMIN),
    **dict.fromkeys(("visits.exported", "caseload.exported"), COUNSEL),
    "calendar.viewed": ANYBODY,
    **dict.fromkeys(("docket.printed", "feed.made", "reminders.chosen"), COUNSEL),
    "feed.revoked": ANYBODY | ADMIN,
    **dict.fromkeys(("offer.listed", "offer.viewed", "handover.accepted", "handover.declined"), COUNSEL),
    "coverage.accepted": ATTORNEY,
    "coverage.declined": ANYBODY | ADMIN,
    **{
        f"import.{what}": COUNSEL
        for what in ("uploaded", "prepared", "started", "done", "stopped", "undo_asked", "undone", "dropped")
    },
    **{f"batch.{what}": COUNSEL for what in ("started", "done", "stopped", "dropped")},
    **dict.fromkeys(("directory_note.saved", "directory_error.reported"), ANYBODY | ADMIN),
    "rules.viewed": COUNSEL | ADMIN,
    **dict.fromkeys(("kept.viewed", "purge.viewed", "purge.agreed", "purge.withdrawn"), ATTORNEY | ADMIN),
    "purge.proposed": ADMIN,
    **dict.fromkeys(("rule.signed_off", "rule.review_withdrawn"), ATTORNEY),
    **dict.fromkeys(("closed_day.entered", "closed_day.withdrawn"), ADMIN),
    **dict.fromkeys(
        (
            "members.viewed", "organization.changed", "member.invited", "invitation.withdrawn", "member.changed",
            "member.suspended", "member.restored", "sessions.ended", "factor_reset.asked", "factor_reset.confirmed",
            "factor_reset.cancelled", "reminders.viewed", "reminders.set",
            "delivery.tested", "questions.chosen", "audit.searched", "audit.exported", "directory_error.resolved",
        ),
        ADMIN,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Sight:
    """How somebody meets a case; tier 0 is not at all."""

    ground: str = ""
    tier: int = 0


def _read() -> dict[tuple[str, str], Sight]:
    head, *rows = [line.split() for line in SEES.strip().splitlines()]
    assert {row[0] for row in rows} == CASES.keys()
    return {
        (who, row[0]): Sight(cell[0], int(cell[1]))
        for row in rows
        for who, cell in zip(head[1:], row[1:], strict=True)
        if cell != "."
    }


_SIGHTS = _read()


def sight(principal: Principal, case: str) -> Sight:
    """How this principal meets this case."""
    return _SIGHTS.get((principal.key, case), Sight())


def may(principal: Principal, verb: str, case: str | None = None) -> bool:
    """Whether this principal may do it, to the case or in the organization."""
    if case is None:
        return bool(principal.role_names & IN_THE_ORGANIZATION[verb])
    ground = sight(principal, case).ground
    return bool(ground) and any(ground in on and principal.role_names & roles for on, roles in ON_A_CASE[verb])


def sees_import(principal: Principal, key: str) -> bool:
    """Whoever brought it; when it is done, counsel of the organization."""
    home, maker, state = IMPORTS[key]
    counsel = principal.organization == home and bool(principal.role_names & COUNSEL)
    return counsel and (principal.key == maker or state == "done")


def canaries_of_case(case: str, tier: int) -> set[str]:
    """The person's name and the notes up to a tier."""
    home = CASES[case][0]
    return {canary(home, case, "person"), *(canary(home, case, f"T{one}") for one in range(1, tier + 1))}


def canaries_of_documents(case: str, tier: int) -> set[str]:
    """The person's name and the names of documents up to a tier."""
    home = CASES[case][0]
    return {canary(home, case, "person"), *(canary(home, case, f"D{one}") for one in range(1, tier + 1))}


def canaries_of_file(case: str, tier: int) -> set[str]:
    """The person's name, the contact, and the parties on the other side up to a tier."""
    home = CASES[case][0]
    whats = ("person", "contact", *(f"A{one}" for one in range(2, tier + 1)))
    return {canary(home, case, what) for what in whats}


def canaries_of_docket(case: str, tier: int) -> set[str]:
    """How to join a hearing; from the second tier on what was decided, who posted a bond, which paper sets a date."""
    home = CASES[case][0]
    decided = ("decided", "posted", "receipt", "paper") if tier > 1 else ()
    return {canary(home, case, what) for what in ("joining", *decided)}


def canaries_of_people(organization: str) -> set[str]:
    """What members of an organization may know of each other."""
    found = set()
    for home, key, person, _ in PLACES:
        if home == organization:
            found |= {canary(home, key, "title"), canary(home, key, "bar")}
            found |= {canary(HOME[person], person, "name"), canary(HOME[person], person, "email")}
    return found


def own(key: str) -> set[str]:
    """What is a person's own, even after the membership has ended."""
    return {canary(HOME[key], key, what) for what in ("name", "email", "passkey")} if key in HOME else set()


def _brought(principal: Principal) -> set[str]:
    """Spreadsheets that one sees, forms that one had made, and whom East Partners offer to counsel of the clinic."""
    home, found = principal.organization, set()
    if home == "SC" and principal.role_names & COUNSEL:
        found.add(canary("EP", OFFERED, "person"))
    for key, (_home, maker, _case) in BATCHES.items():
        if principal.key == maker:
            found |= {canary(home, key, "where"), canary(home, key, "file")}
    for key in IMPORTS:
        if sees_import(principal, key):
            found |= {canary(home, key, "file"), canary(home, key, "cell")}
    return found


def known(principal: Principal) -> set[str]:
    """Every canary that may ever reach this principal, wherever."""
    found = own(principal.person or principal.key)
    if principal.key == "rosa":  # whom to call
        return {canary(CASES[OF_ROSA][0], "office", "phone")}
    if not principal.role_names:
        return found
    home = principal.organization
    found |= canaries_of_people(home) | {canary(home, "office", "phone")}
    found |= {canary(home, "place", what) for what in ("note", "report", "closed")}
    found |= of_the_hotline(principal)
    if "admin" in principal.role_names:
        found |= {canary(home, state, "invited") for state in INVITATIONS}
    found |= _brought(principal)
    for case in CASES:
        seen = sight(principal, case)
        if seen.tier:
            found |= canaries_of_case(case, seen.tier) | canaries_of_file(case, seen.tier)
            found |= canaries_of_docket(case, seen.tier) | canaries_of_documents(case, seen.tier)
            found.add(canary(CASES[case][0], case, "phrase"))  # the wall opens the row; hiding it is for the page
            # Who wrote the notes and gave the grants signs with a name.
            found.add(name_of(GIVER[CASES[case][0]]))
            if may(principal, "case.access_viewed", case):
                found |= names_of_viewers(case)
    return found


def of_the_hotline(principal: Principal) -> set[str]:
    """Of calls about no case those that one noted, and for counsel all; what every taker reads; the list of places."""
    home = principal.organization
    whats = ["place", *(("incident", "shift") if may(principal, "calls.viewed") else ())]
    whats += ["call"] if principal.role_names & COUNSEL else []
    signed = {name_of(GIVER[home])} if may(principal, "calls.viewed") else set()
    return {canary(home, "hotline", what) for what in whats} | signed


def name_of(membership: str) -> str:
    """The canary in the name of the person behind a membership."""
    person = next(person for _, key, person, _ in PLACES if key == membership)
    return canary(HOME[person], person, "name")


def names_of_viewers(case: str) -> set[str]:
    """The names on the page that says who can see a case: those who do, wherever they stand.

    Ned is among them: nothing but the second factor that he has yet to add keeps him out.
    """
    seeing = {one.key for one in PRINCIPALS.values() if sight(one, case).tier}
    if "tomas" in seeing or "ned" in CASES[case][1]:
        seeing.add("ned")
    return {name_of(key) for key in seeing}


def rules_agree() -> list[str]:
    """Where this table and `access.rules` differ."""
    wrong = []
    for principal in PRINCIPALS.values():
        kind = "staff" if principal.role_names else "user"
        for verb in ON_A_CASE:
            for case in CASES:
                basis = GROUNDS.get(sight(principal, case).ground, "none")
                theirs = rules.may(verb, kind=kind, roles=principal.role_names, basis=basis)
                if theirs != may(principal, verb, case):
                    wrong.append(f"{principal.key} {verb} {case}: the rules say {theirs}")
        for verb in IN_THE_ORGANIZATION:
            theirs = rules.may(verb, kind=kind, roles=principal.role_names, basis=rules.ORGANIZATION)
            if theirs != may(principal, verb):
                wrong.append(f"{principal.key} {verb}: the rules say {theirs}")
    return wrong
