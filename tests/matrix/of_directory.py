"""The addresses of the directory: open to every member, with what their own organization noted and reported."""

from django.urls import reverse

from tests.matrix import forms
from tests.matrix.cells import NO, NOT_THERE, OK, Address, Answer, Expect, always, led, page
from tests.matrix.expectations import may, sight
from tests.matrix.of_organization import TEAMS, of_own
from tests.matrix.world import CASES, Principal, canary

NOTED, REPORTED, SETTLED = "directory_note.saved", "directory_error.reported", "directory_error.resolved"
THERE, COURT, NOWHERE = "ADLNTCA", "adelanto", "nowhere"  # of the places that are in the files, and of none


def addresses() -> list[Address]:
    """Lists, places, notes, reports."""
    back = reverse("facility", args=[THERE])
    key = {"kind": "facilities", "key": THERE}
    topic = key | {"topic": "visiting"}
    return [
        Address("facilities", page(for_members(OK))),
        Address("courts", page(for_members(OK))),
        Address("facility", page(place(shows=("note", "report"))), (THERE, NOWHERE), lambda _, one: {"key": one}),
        Address("court", page(place()), (COURT, NOWHERE), lambda _, one: {"key": one}),
        Address(
            "place_note",
            page(own(("note",))) | {"POST": for_members(Answer(302, to=back, verbs=(NOTED,), changes=True))},
            kwargs=lambda *_: topic,
            data=forms.place_note,
        ),
        Address(
            "still_right",
            page(for_members(Answer(302, to=back)))
            | {"POST": for_members(Answer(302, to=back, verbs=(NOTED,), changes=True))},
            kwargs=lambda *_: topic,
            data=lambda *_: {"version": 1},
        ),
        Address(
            "report_error",
            page(for_members(OK)) | {"POST": for_members(Answer(302, to=back, verbs=(REPORTED,), changes=True))},
            kwargs=lambda *_: key,
            data=lambda *_: {"wrong": "The street."},
        ),
        Address("directory_reports", page(own(("report",)))),
        Address(
            "settle_report",
            page(of_own(str, reported))
            | {"POST": of_own(str, always(led("directory_reports", SETTLED)))},
            TEAMS,
            lambda world, home: {"pk": world.reports[home].pk},
            data=lambda *_: {"answer": "Corrected."},
        ),
    ]  # fmt: skip


def for_members(answer: Answer) -> Expect:
    """For whoever works in an organization, and nobody else."""
    return lambda principal, _: answer if may(principal, NOTED) else NO


def own(shows: tuple[str, ...]) -> Expect:
    """What the principal's organization wrote."""

    def expect(principal: Principal, relation: str) -> Answer:
        shown = frozenset(canary(principal.organization, "place", what) for what in shows)
        return Answer(200, shows=shown) if may(principal, NOTED) else NO

    return expect


def place(shows: tuple[str, ...] = ()) -> Expect:
    """A page of the directory, for members; a place that is not in it is not there."""

    def expect(principal: Principal, relation: str) -> Answer:
        if relation == NOWHERE and may(principal, NOTED):
            return NOT_THERE
        found = own(shows)(principal, relation)
        return with_people(principal, found) if relation == THERE and found.status == OK.status else found

    return expect


def reported(principal: Principal, home: str) -> Answer:
    return Answer(200, shows=frozenset({canary(home, "place", "report")}))


def with_people(principal: Principal, found: Answer) -> Answer:
    """On the page of a facility, those of one's own organization whom one sees there."""
    seen = {
        canary(home, case, "person")
        for case, (home, _, _) in CASES.items()
        if home == principal.organization and sight(principal, case).tier
    }
    return Answer(200, verbs=("case.listed",) * bool(seen), shows=found.shows | seen)
