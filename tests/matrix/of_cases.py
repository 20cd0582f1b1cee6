"""The addresses of lists of cases, and of one case."""

from typing import Any

from django.urls import reverse

from tests.matrix import forms
from tests.matrix.cells import NO, NOT_THERE, OK, Address, Answer, Expect, always, led, page, posted
from tests.matrix.expectations import COUNSEL, canaries_of_case, may, name_of, names_of_viewers, sight
from tests.matrix.world import CASES, Principal, canary


def addresses() -> list[Address]:
    """Lists, and one case."""
    opens = if_allowed("case.opened", led("caseload", "case.opened"))
    return [
        Address("today", page(morning)),
        Address("changes", page(always(OK))),
        Address("caseload", page(people_in(ours=True))),
        Address("shared_cases", page(people_in(ours=False))),
        Address("export_cases", page(if_allowed("caseload.exported", OK)) | {"POST": exported}),
        Address(
            "assign_cases",
            posted("caseload", given),
            tuple(CASES),
            data=lambda *what: forms.assignment(*what) | {"case": [what[0].cases[what[2]].pk]},
        ),
        Address("assigned_cases", page(if_counsel(led("caseload", changes=False)))),
        Address("take_back_cases", posted("caseload", if_counsel(led("caseload", changes=False)))),
        Address("new_case", page(if_allowed("case.opened", OK)) | {"POST": opens}, data=forms.new_case),
        about_case("case", page(of_case("case.viewed", shown))),
        about_case("case_access", page(of_case("case.access_viewed", viewers_shown))),
        about_case(
            "share_case",
            page(of_case("case.shared", header_shown)) | {"POST": of_case("case.shared", done("case.shared"))},
            data=forms.share,
        ),
        about_case(
            "change_person",
            page(of_case("person.changed", number_shown)) | {"POST": of_case("person.changed", done("person.changed"))},
            data=forms.person,
        ),
        form("reveal_a_number", "person.revealed", post=of_case("person.revealed", revealed)),
        form(
            "undo_person",
            "person.changed",
            prepare=forms.changed_before,
            kwargs=lambda world, key: {"pk": world.cases[key].pk, "line": forms.LINE},
        ),
        about_case("case_activity", page(of_case("case.history_viewed", history_shown))),
        about_case("case_looks", page(of_case("case.history_viewed", history_shown))),
        form("accept_case", "case.accepted", prepare=forms.unanswered),
        form(
            "accept_case",
            "intake.accepted",
            prepare=forms.checked,
            data=forms.acceptance,
            post=of_case("intake.accepted", accepted),
        ),
        form("restrict_case", "case.restricted"),
        form("unrestrict_case", "case.unrestricted"),
        form("assign_case", "case.assigned", data=forms.assignment),
        form("unassign_case", "case.unassigned", prepare=forms.with_somebody, data=forms.somebody),
        form("end_share", "share.revoked", prepare=forms.with_share, data=forms.given_share),
    ]


def if_allowed(verb: str, answer: Answer) -> Expect:
    """For whoever may do it in the organization."""
    return lambda principal, _: answer if may(principal, verb) else NO


def people_in(*, ours: bool) -> Expect:
    """A list of the cases that one sees of the own organization, or of others."""

    def expect(principal: Principal, relation: str) -> Answer:
        seen = {
            canary(home, case, "person")
            for case, (home, _, _) in CASES.items()
            if sight(principal, case).tier and (home == principal.organization) == ours
        }
        homes = {CASES[case][0] for case in CASES if sight(principal, case).tier} - {principal.organization}
        lists = int(bool(seen)) if ours else len(homes)
        return Answer(200, verbs=("case.listed",) * lists, shows=frozenset(seen))

    return expect


def morning(principal: Principal, relation: str) -> Answer:
    """Everybody was moved, so that one's own cases are there; and of all places that are due the first five."""
    home = [case for case, (whose, _, _) in CASES.items() if whose == principal.organization]
    mine = [case for case in home if sight(principal, case).ground == "A"]
    due = [case for case in home if sight(principal, case).tier or (not CASES[case][2] and not_counsel(principal))]
    first = due[:5] if may(principal, "checks.viewed") else []
    named = [case for case in first if sight(principal, case).tier]
    asked = principal.organization == "SC" and not not_counsel(principal)
    verbs = ("offer.listed",) * asked + ("case.listed",) * bool(mine)
    verbs += ("checks.viewed",) * bool(first) + ("person.listed",) * bool(named)
    return Answer(200, verbs=verbs, shows=frozenset(canary(CASES[case][0], case, "person") for case in mine + named))


def not_counsel(principal: Principal) -> bool:
    return not principal.role_names & COUNSEL


def exported(principal: Principal, relation: str) -> Answer:
    """A file with the names; a line in each case."""
    seen = [case for case, (home, _, _) in CASES.items() if home == principal.organization]
    seen = [case for case in seen if sight(principal, case).tier]
    if not may(principal, "caseload.exported"):
        return NO
    people = frozenset(canary(CASES[case][0], case, "person") for case in seen)
    return Answer(200, verbs=("caseload.exported",) * len(seen), shows=people)


def accepted(principal: Principal, case: str) -> Answer:
    """With a lead where there is none yet, and the one answer that has a place in the file."""
    led_before = "lead" in CASES[case][1].values()
    verbs = ("case.accepted", *([] if led_before else ["case.lead_handed_over"]), "contact.added", "intake.accepted")
    return led("caseload", "case.viewed", *verbs)


def given(principal: Principal, case: str) -> Answer:
    """What one does not see, or sees by a share, is told as not there."""
    if not_counsel(principal):
        return NO
    ours = CASES[case][0] == principal.organization and may(principal, "case.assigned", case)
    return led("assigned_cases", *["case.assigned"] * ours, changes=ours)


def if_counsel(answer: Answer) -> Expect:
    return lambda principal, _: NO if not_counsel(principal) else answer


def about_case(name: str, answers: dict[str, Expect], **more: Any) -> Address:
    """An address that names a case."""
    ids: Any = lambda world, key: {"pk": world.cases[key].pk}  # noqa: E731
    return Address(name, answers, tuple(CASES), **({"kwargs": ids, "about_case": True} | more))


def form(name: str, verb: str, *, post: Expect | None = None, **more: Any) -> Address:
    """A form on the page of a case; whoever only looks at its address is led to that page."""
    looked = always(Answer(302, to=reverse("caseload"), verbs=("case.viewed",)))
    return about_case(name, page(of_case("case.viewed", looked)) | {"POST": post or of_case(verb, done(verb))}, **more)


def of_case(verb: str, answer: Expect) -> Expect:
    """404 for whoever may not know of the case, 403 for whoever may not do it."""

    def expect(principal: Principal, case: str) -> Answer:
        if not sight(principal, case).tier:
            return NOT_THERE
        return answer(principal, case) if may(principal, verb, case) else NO

    return expect


def done(verb: str) -> Expect:
    return always(led("caseload", "case.viewed", verb))


def shown(principal: Principal, case: str) -> Answer:
    """The page of a case: the person, and the notes up to one's tier."""
    seen = canaries_of_case(case, sight(principal, case).tier)
    return Answer(200, verbs=("case.viewed",), shows=frozenset(seen))


def header_shown(principal: Principal, case: str) -> Answer:
    return Answer(200, verbs=("case.viewed",), shows=frozenset(canaries_of_case(case, 0)))


def viewers_shown(principal: Principal, case: str) -> Answer:
    """The names of all who can see the case, which are told nowhere else."""
    names = frozenset(names_of_viewers(case))
    return Answer(200, verbs=("case.viewed", "case.access_viewed"), shows=names, tells=names)


def number_shown(principal: Principal, case: str) -> Answer:
    """The form holds the whole A-number, so that opening it shows that."""
    seen = frozenset(canaries_of_case(case, 0))
    return Answer(200, verbs=("case.viewed", "person.revealed"), shows=seen)


def revealed(principal: Principal, case: str) -> Answer:
    """The page of the case, this once with the number."""
    seen = canaries_of_case(case, sight(principal, case).tier)
    return Answer(200, verbs=("case.viewed", "person.revealed"), shows=frozenset(seen))


def history_shown(principal: Principal, case: str) -> Answer:
    """Who looked and what was done; among them whoever looks now, by name."""
    seen = frozenset({*canaries_of_case(case, 0), name_of(principal.key)})
    return Answer(200, verbs=("case.viewed", "case.history_viewed"), shows=seen)
