"""The addresses of the organization, of its members, and of joining it."""

from collections.abc import Callable
from typing import Any

from tests.matrix import forms
from tests.matrix.cells import NO, NOT_THERE, OK, Address, Answer, Expect, always, led, page, posted, screen
from tests.matrix.expectations import may, name_of
from tests.matrix.world import (
    AGAIN,
    FORMER,
    GIVER,
    HOME,
    INVITATIONS,
    OPEN,
    PLACES,
    PURGES,
    RESETS,
    USED,
    Principal,
    canary,
    token,
)  # fmt: skip

PLACE_OF = {key: (home, person) for home, key, person, _ in PLACES}
TEAMS = ("NLA", "RRH", "SC")
INVITED = tuple(f"{home}-{OPEN}" for home in TEAMS)
LINKS = (*(f"NLA-{state}" for state in INVITATIONS), f"NLA-{AGAIN}", f"SC-{OPEN}", "NLA-none")
INVITERS = {"NLA": "nia", "SC": "omar"}
READ = Answer(200, verbs=("organization.viewed",))


def addresses() -> list[Address]:
    """The organization, its members, joining it."""
    return [*_organization(), *_members(), *_invitations_and_resets()]


def _organization() -> list[Address]:
    verb = "organization.changed"
    return [
        Address("organization", page(office_shown)),
        Address(
            "organization_settings",
            screen(for_admins(verb, READ))
            | {"POST": for_admins(verb, led("organization", "organization.viewed", verb))},
            data=forms.settings,
        ),
        Address(
            "organization_duty",
            screen(for_admins(verb, READ))
            | {"POST": for_admins(verb, led("organization_duty", "organization.viewed", verb))},
            data=forms.duty,
        ),
        Address(
            "organization_duty_remove",
            posted("organization_duty", removes_duty),
            TEAMS,
            lambda world, home: {"pk": world.duty_hours[home].pk},
        ),
        *_purges(),
        Address("audit", page(audit_shown("audit.searched"))),
        Address("export_audit", page(audit_counted) | {"POST": audit_shown("audit.exported")}),
        Address(
            "switch_organization",
            posted("today", switches),
            ("ada", "cleo", "june_rrh", "june_nla", "mia_sc", "fay", "rae"),
            data=lambda world, _, membership: {"membership": world.memberships[membership].pk},
        ),
    ]


def _purges() -> list[Address]:
    """What is kept: seen by whoever has a say, set and proposed by administrators, agreed to by a second person."""
    ids: Any = lambda world, home: {"pk": world.purges[home].pk}  # noqa: E731
    verb = "organization.changed"
    return [
        Address(
            "kept",
            page(deciding(always(Answer(200, verbs=("kept.viewed",)))))
            | {"POST": for_admins(verb, led("kept", verb))},
            data=forms.keeping,
        ),
        Address(
            "propose_purge", posted("kept", for_admins("purge.proposed", led("kept", "purge.proposed"))),
            prepare=forms.long_closed,
        ),
        Address(
            "purge",
            page(deciding(at_home(Answer(200, verbs=("purge.viewed",))))) | {"POST": deciding(agrees)},
            TEAMS,
            ids,
        ),
        Address("withdraw_purge", posted("kept", deciding(at_home(led("kept", "purge.withdrawn")))), TEAMS, ids),
    ]  # fmt: skip


def _members() -> list[Address]:
    return [
        Address("members", page(everybody_shown)),
        about_member(
            "member",
            ("vic", "sid", "hana", "june_nla", "mia_sc", "sue"),
            "member.changed",
            screen(of_own(organization_of, member_shown)),
            data=forms.member,
        ),
        about_member("suspend_member", ("vic", "sid", "hana", "june_nla", "mia_sc"), "member.suspended"),
        about_member("restore_member", tuple(FORMER.values()), "member.restored", prepare=forms.suspended),
        about_member("end_member_sessions", ("vic", "cleo", "hana"), "sessions.ended"),
        about_member("ask_factor_reset", ("ben", "sid", "mia", "june_nla"), "factor_reset.asked"),
        Address("end_all_sessions", posted("members", for_admins("sessions.ended", led("members", "sessions.ended")))),
    ]


def _invitations_and_resets() -> list[Address]:
    return [
        Address(
            "invite_member",
            screen(invites_again) | {"POST": invites},
            INVITED,
            data=forms.invitation,
            query=lambda world, _, earlier: f"?again={world.invitations[earlier].pk}",
        ),
        Address(
            "withdraw_invitation",
            posted("members", of_own(lambda one: one.partition("-")[0], withdraws)),
            (*INVITED, f"NLA-{USED}"),
            lambda world, one: {"invitation_id": world.invitations[one].pk},
        ),
        of_reset("confirm_factor_reset", posted("members", of_own(str, confirms))),
        of_reset(
            "cancel_factor_reset", posted("members", of_own(str, always(led("members", "factor_reset.cancelled"))))
        ),
        of_reset("keep_factor", posted("mfa_index", keeps)),
        Address(
            "invitation",
            screen(link_opened) | {"POST": link_used},
            LINKS,
            lambda _, link: {"token": token(link)},
            data=forms.account,
            gates=frozenset({"no factor"}),
        ),
    ]


def for_admins(verb: str, answer: Answer) -> Expect:
    """What administrators get, and nobody else."""
    return lambda principal, _: answer if may(principal, verb) else NO


def deciding(answer: Expect) -> Expect:
    """For administrators and attorneys."""
    return lambda principal, home: answer(principal, home) if may(principal, "kept.viewed") else NO


def at_home(answer: Answer) -> Expect:
    """What is of the organization in which one acts; the rest is not there."""
    return lambda principal, home: answer if principal.organization == home else NOT_THERE


def agrees(principal: Principal, home: str) -> Answer:
    """Everybody who has a say but whoever proposed it."""
    same = PURGES[home] == principal.key
    return at_home(led("kept", changes=False) if same else led("kept", "purge.agreed"))(principal, home)


def office_shown(principal: Principal, relation: str) -> Answer:
    if not principal.role_names:
        return NO
    shown = frozenset({canary(principal.organization, "office", "phone")})
    return Answer(200, verbs=READ.verbs, shows=shown)


def removes_duty(principal: Principal, home: str) -> Answer:
    """Every member may know of the times on duty; administrators change them."""
    if principal.role_names and principal.organization != home:
        return NOT_THERE
    return for_admins("organization.changed", led("organization_duty", "organization.changed"))(principal, home)


def switches(principal: Principal, membership: str) -> Answer:
    """Into one's own live memberships, none else."""
    own = principal.key == membership or {principal.key, membership} == {"june_rrh", "june_nla"}
    return led("today", changes=False) if own and principal.role_names else NOT_THERE


def of_own(home: Callable[[str], str], answer: Expect) -> Expect:
    """Administrators get it for what is of the organization in which they act; the rest is not there."""

    def expect(principal: Principal, relation: str) -> Answer:
        if not may(principal, "members.viewed"):
            return NO
        return answer(principal, relation) if home(relation) == principal.organization else NOT_THERE

    return expect


def organization_of(membership: str) -> str:
    return PLACE_OF[membership][0]


def about_member(
    name: str, who: tuple[str, ...], verb: str, answers: dict[str, Expect] | None = None, **more: Any
) -> Address:
    """An act on a member."""
    post = of_own(organization_of, always(led("members", verb)))
    ids: Any = lambda world, key: {"membership_id": world.memberships[key].pk}  # noqa: E731
    return Address(name, posted("members", post) if answers is None else answers | {"POST": post}, who, ids, **more)


def member_shown(principal: Principal, key: str) -> Answer:
    home, person = PLACE_OF[key]
    seen = {canary(home, key, "title"), canary(HOME[person], person, "name")}
    return Answer(200, verbs=("member.viewed",), shows=frozenset(seen))


def audit_shown(verb: str) -> Expect:
    """Administrators read who did what in their own organization: of what it was about, nothing."""

    def expect(principal: Principal, relation: str) -> Answer:
        if not may(principal, verb):
            return NO
        return Answer(200, verbs=(verb,), shows=frozenset({name_of(GIVER[principal.organization])}))

    return expect


def audit_counted(principal: Principal, relation: str) -> Answer:
    """The page before an export."""
    return Answer(200, verbs=("audit.searched",)) if may(principal, "audit.exported") else NO


def everybody_shown(principal: Principal, relation: str) -> Answer:
    if not may(principal, "members.viewed"):
        return NO
    home = principal.organization
    people = {canary(HOME[person], person, "name") for there, _, person, _ in PLACES if there == home}
    return Answer(200, verbs=("members.viewed",), shows=frozenset(people | {canary(home, OPEN, "invited")}))


def invites_again(principal: Principal, earlier: str) -> Answer:
    """The form begins with an earlier invitation of one's own organization, and with no other."""
    if not may(principal, "members.viewed"):
        return NO
    own = earlier == f"{principal.organization}-{OPEN}"
    if not own:
        return OK
    return Answer(200, verbs=("invitation.viewed",), shows=frozenset({canary(principal.organization, OPEN, "invited")}))


def invites(principal: Principal, earlier: str) -> Answer:
    """Whoever begins with an earlier invitation reads that, too."""
    verbs = (*invites_again(principal, earlier).verbs, "member.invited")
    return for_admins("member.invited", led("members", *verbs))(principal, earlier)


def withdraws(principal: Principal, one: str) -> Answer:
    return led("members", "invitation.withdrawn") if one.endswith(OPEN) else led("members", changes=False)


def confirms(principal: Principal, home: str) -> Answer:
    """Everywhere the one administrator asked; but at North Legal Aid Nia is the second."""
    return led("members", "factor_reset.confirmed") if principal.key == "nia" else led("members", changes=False)


def of_reset(name: str, answers: dict[str, Expect]) -> Address:
    """An act on the open request of one organization."""
    return Address(name, answers, TEAMS, lambda world, home: {"reset_id": world.resets[home].pk})


def keeps(principal: Principal, home: str) -> Answer:
    """Only the person whose second factor it is."""
    own = RESETS[home][0] == principal.key
    return led("mfa_index", "factor_reset.objected") if own else NOT_THERE


def link_opened(principal: Principal, link: str) -> Answer:
    """An open link tells whoever holds it the address that was invited, and who invited."""
    home, _, state = link.partition("-")
    if state not in {OPEN, AGAIN}:
        return NOT_THERE
    address = canary("NLA", "ed", "email") if state == AGAIN else canary(home, state, "invited")
    told = frozenset({address, canary(home, INVITERS[home], "name")})
    return Answer(200, verbs=("invitation.viewed",), tells=told)


def link_used(principal: Principal, link: str) -> Answer:
    """The invited address joins: as a new account, or signed in to the one that has it."""
    opened, again = link_opened(principal, link), link.endswith(AGAIN)
    if opened.status == NOT_THERE.status or (again and principal.state == "unknown"):
        return opened
    if principal.state == "unknown":
        return led("mfa_index", "invitation.viewed", "invitation.accepted", "session.began")
    return (
        led("today", "invitation.viewed", "invitation.accepted")
        if again and principal.key == "ed"
        else Answer(403, tells=opened.tells)
    )
