"""The addresses of the hotline: its queue, calls, shifts, incidents, sheets for families, places to refer to.

In the matrix each organization has a call about no case that waits, an incident on which all of its cases hang and
another on which none does, a shift that left a note, and a place to refer to.
"""

import uuid
from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils import timezone

from casework.access.acts import sealed_detail
from casework.access.doors import window
from casework.audit.actions import What
from casework.audit.models import Entry
from casework.intake.models import CallLog, Incident, Referral, Shift
from casework.vault import keys
from tests.clock import local_day
from tests.matrix.cells import NO, NOT_THERE, OK, Address, Answer, Expect, always, led, page, posted
from tests.matrix.expectations import COUNSEL, may, sight
from tests.matrix.forms import Data
from tests.matrix.of_cases import about_case, done, form, if_allowed, of_case
from tests.matrix.of_organization import TEAMS
from tests.matrix.planting import DAY
from tests.matrix.world import CASES, PLANTED, Principal, World, canary

LINE = uuid.uuid5(uuid.NAMESPACE_OID, "a change of something of the hotline")
PRINTERS = frozenset({"ada", "vic", "nia", "cleo"})  # a paper takes its time
Ids = Callable[[World, str], dict[str, Any]]


def addresses() -> list[Address]:
    """The queue, one's shift, incidents, sheets, places, and what of them stands on a case."""
    return [*_queue(), *_incidents(), *_sheets(), *_places(), *_of_cases()]


def _queue() -> list[Address]:
    card: Ids = lambda world, home: {"card": world.calls[home].pk}  # noqa: E731
    call: Ids = lambda world, home: {"call": world.calls[home].pk}  # noqa: E731
    read = Answer(200, verbs=("calls.viewed", "shift.viewed"))
    left = Answer(200, verbs=("shift.viewed",))
    return [
        Address("calls", page(with_own("calls.viewed", read, "shift"))),
        Address(
            "note_call",
            page(if_allowed("call.noted", OK)) | {"POST": if_allowed("call.noted", led("calls", "call.noted"))},
            data=lambda *_: {"then": "waiting", "channel": "phone", "words": "Vans."},
        ),
        Address("take_call", posted("calls", takes), TEAMS, card),
        Address("return_call", posted("calls", returns), TEAMS, card, prepare=taken),
        Address(
            "call",
            page(counsel_of_own(lambda home: Answer(200, verbs=("calllog.viewed",), shows=shown(home, "call"))))
            | {"POST": counsel_of_own(always_(led("calls", "calllog.viewed", "call.settled")))},
            TEAMS,
            call,
            data=lambda *_: {"result": "reached"},
        ),
        Address(
            "open_intake",
            page(always(Answer(302, to=reverse("calls"))))
            | {"POST": counsel_of_own(always_(led("intakes", "calllog.viewed", "case.opened", "call.opened")))},
            TEAMS,
            call,
        ),
        Address("begin_shift", posted("calls", if_allowed("shift.begun", led("calls", "shift.begun")))),
        Address(
            "shifts",
            page(with_own("shift.ended", left, "shift"))
            | {"POST": if_allowed("shift.ended", led("calls", "shift.ended"))},
            data=lambda *_: {"note": "All quiet."},
            prepare=on_shift,
        ),
    ]  # fmt: skip


def _incidents() -> list[Address]:
    ids: Ids = lambda world, home: {"pk": world.incidents[home].pk}  # noqa: E731
    seen = Answer(200, verbs=("incidents.viewed",))
    one = Answer(302, to=reverse("incidents"))
    return [
        Address("incidents", page(with_own("incidents.viewed", seen, "incident"))),
        Address(
            "report_incident",
            page(if_allowed("incident.reported", OK))
            | {"POST": if_allowed("incident.reported", led("incidents", "incident.reported"))},
            data=incident,
        ),
        Address("incident", page(of_takers(incident_shown)), TEAMS, ids),
        Address(
            "change_incident",
            page(of_takers(lambda _, home: Answer(200, verbs=("incident.viewed",), shows=shown(home, "incident"))))
            | {"POST": of_takers(always(led("incidents", "incident.viewed", "incident.changed")))},
            TEAMS,
            ids,
            data=incident,
        ),
        Address(
            "verify_incident",
            page(always(one))
            | {"POST": of_takers(always(led("incidents", "incident.viewed", "incident.verified")))},
            TEAMS,
            ids,
            data=lambda *_: {"how": "A video."},
        ),
        Address(
            "undo_incident",
            page(always(one))
            | {"POST": of_takers(always(led("incidents", "incident.viewed", "incident.changed")))},
            TEAMS,
            lambda world, home: {"pk": world.incidents[home].pk, "line": LINE},
            prepare=incident_changed,
        ),
    ]  # fmt: skip


def _sheets() -> list[Address]:
    key: Ids = lambda *_: {"key": "rights"}  # noqa: E731
    phone: Any = lambda principal, _: Answer(200, shows=frozenset({canary(principal.organization, "office", "phone")}))  # noqa: E731
    sent = {"to": "ana@example.org", "language": "es", "agreed": "on"}
    return [
        Address("leaflets", page(if_allowed("leaflet.printed", OK))),
        Address("leaflet", page(lambda one, _: phone(one, _) if may(one, "leaflet.printed") else NO), kwargs=key),
        Address(
            "print_leaflet", page(if_allowed("leaflet.printed", Answer(200, verbs=("leaflet.printed",)))), kwargs=key,
            among=PRINTERS,
        ),
        Address(
            "send_leaflet",
            page(if_allowed("leaflet.sent", OK))
            | {"POST": if_allowed("leaflet.sent", led("leaflets", "leaflet.sent"))},
            kwargs=key,
            data=lambda *_: sent,
        ),
    ]  # fmt: skip


def _places() -> list[Address]:
    ids: Ids = lambda world, home: {"pk": world.referrals[home].pk}  # noqa: E731
    return [
        Address("referrals", page(with_own("referrals.printed", OK, "place"))),
        Address(
            "print_referrals", page(if_allowed("referrals.printed", Answer(200, verbs=("referrals.printed",)))),
            among=PRINTERS,
        ),
        Address(
            "add_referral",
            page(if_allowed("referral.added", OK))
            | {"POST": if_allowed("referral.added", led("referrals", "referral.added"))},
            data=place,
        ),
        Address(
            "change_referral",
            page(of_editors(lambda _, home: Answer(200, verbs=("referral.viewed",), shows=shown(home, "place"))))
            | {"POST": of_editors(always(led("referrals", "referral.viewed", "referral.changed")))},
            TEAMS,
            ids,
            data=place,
        ),
        Address(
            "remove_referral",
            posted("referrals", of_editors(always(led("referrals", "referral.viewed", "referral.removed")))),
            TEAMS,
            ids,
        ),
        Address(
            "undo_referral",
            posted("referrals", of_editors(always(led("referrals", "referral.viewed", "referral.changed")))),
            TEAMS,
            lambda world, home: {"pk": world.referrals[home].pk, "line": LINE},
            prepare=place_changed,
        ),
    ]  # fmt: skip


def _of_cases() -> list[Address]:
    paper = always(Answer(200, verbs=("case.viewed", "referrals.printed")))
    linked = led("caseload", "case.viewed", "incident.viewed", "incident.linked")
    return [
        about_case(
            "case_calls",
            page(of_case("case.viewed", around)) | {"POST": of_case("call.logged", done("call.logged"))},
            data=lambda *_: {"direction": "out", "channel": "phone", "result": "reached"},
        ),
        about_case(
            "send_sheet",
            page(of_case("leaflet.sent", around)) | {"POST": of_case("leaflet.sent", done("leaflet.sent"))},
            data=sheet,
        ),
        about_case("referral_sheet", page(of_case("referrals.printed", paper)), among=PRINTERS),
        about_case("case_incidents", page(of_case("incidents.viewed", linked_shown))),
        form(
            "link_incident",
            "incident.linked",
            post=of_case("incident.linked", always(linked)),
            data=lambda world, _, case: {"incident": world.other_incidents[CASES[case][0]].pk},
        ),
        form(
            "unlink_incident",
            "incident.unlinked",
            kwargs=lambda world, case: {"pk": world.cases[case].pk, "link": world.links[case].pk},
        ),
    ]  # fmt: skip


# --- Who gets what


def shown(home: str, what: str) -> frozenset[str]:
    return frozenset({canary(home, "hotline", what)})


def with_own(verb: str, answer: Answer, what: str) -> Expect:
    """For whoever may do it in the organization, with what their own organization has."""

    def expect(principal: Principal, relation: str) -> Answer:
        if not may(principal, verb):
            return NO
        return Answer(answer.status, verbs=answer.verbs, shows=shown(principal.organization, what))

    return expect


def always_(answer: Answer) -> Callable[[str], Answer]:
    return lambda _: answer


def counsel_of_own(answer: Callable[[str], Answer]) -> Expect:
    """Of a call about no case: for counsel of its organization, since nobody else has noted or taken it."""

    def expect(principal: Principal, home: str) -> Answer:
        ours = principal.organization == home and principal.role_names & COUNSEL
        return answer(home) if ours else NOT_THERE

    return expect


def of_takers(answer: Expect) -> Expect:
    """For those who take calls in the organization; to everybody else it is not there."""

    def expect(principal: Principal, home: str) -> Answer:
        ours = principal.organization == home and may(principal, "incidents.viewed")
        return answer(principal, home) if ours else NOT_THERE

    return expect


def of_editors(answer: Expect) -> Expect:
    """For those who keep the list; another organization's is not there."""

    def expect(principal: Principal, home: str) -> Answer:
        if not may(principal, "referral.changed"):
            return NO
        return answer(principal, home) if principal.organization == home else NOT_THERE

    return expect


def takes(principal: Principal, home: str) -> Answer:
    """A card of the own organization, whoever takes calls."""
    if not may(principal, "call.taken"):
        return NO
    if principal.organization != home:
        return led("calls", changes=False)
    return led("calls", "calllog.viewed", "call.taken")


def returns(principal: Principal, home: str) -> Answer:
    """Whoever asks has the card."""
    ours = principal.organization == home and may(principal, "call.returned")
    return led("calls", "call.returned") if ours else NOT_THERE


def incident_shown(principal: Principal, home: str) -> Answer:
    """The incident, and of the intakes on it those that one may open."""
    seen = {
        canary(home, case, "person")
        for case, (whose, _, _) in CASES.items()
        if whose == home and sight(principal, case).tier
    }
    verbs = ("incident.viewed", *["case.listed"] * bool(seen))
    return Answer(200, verbs=verbs, shows=shown(home, "incident") | seen)


def around(principal: Principal, case: str) -> Answer:
    """The person and the contacts, of whom nobody has to be told more to be called."""
    home = CASES[case][0]
    seen = frozenset({canary(home, case, "person"), canary(home, case, "contact")})
    return Answer(200, verbs=("case.viewed",), shows=seen)


def linked_shown(principal: Principal, case: str) -> Answer:
    home = CASES[case][0]
    seen = shown(home, "incident") | {canary(home, case, "person")}
    return Answer(200, verbs=("case.viewed", "incidents.viewed"), shows=seen)


# --- What is typed, and what stands before


def incident(world: World, principal: Principal, relation: str) -> Data:
    return {"day": local_day() - DAY, "place": "Elsewhere", "version": 1}


def place(world: World, principal: Principal, relation: str) -> Data:
    return {"kind": "housing", "name": "Another name", "version": 1}


def sheet(world: World, principal: Principal, case: str) -> Data:
    contact = world.contacts[case].pk
    return {"key": "rights", "language": "es", "contact": contact, "to": "ana@example.org", "agreed": "on"}


def taken(world: World, principal: Principal, home: str) -> None:
    """Whoever asks has the card."""
    mine = world.memberships.get(principal.key)
    if mine is not None and mine.organization_id == world.calls[home].organization_id:
        with window("matrix"):
            CallLog.objects.filter(pk=world.calls[home].pk).update(taken_by=mine, taken_until=timezone.now() + DAY)


def on_shift(world: World, principal: Principal, relation: str) -> None:
    """The shift of whoever asks has begun."""
    mine = world.memberships.get(principal.key)
    if mine is not None:
        Shift(organization_id=mine.organization_id, membership=mine, name="x").save(force_insert=True)


def incident_changed(world: World, principal: Principal, home: str) -> None:
    """Somebody has counted the officers, and it stands."""
    row = world.incidents[home]
    with window("matrix"):
        Incident.objects.filter(pk=row.pk).update(officers=7)
    _line(row, "incident.changed", {"officers": (None, 7)})


def place_changed(world: World, principal: Principal, home: str) -> None:
    """Somebody has entered hours, and they stand."""
    row = world.referrals[home]
    with window("matrix"):
        Referral.objects.filter(pk=row.pk).update(hours="9 to 5")
    _line(row, "referral.changed", {"hours": ("", "9 to 5")})


def _line(row: Any, verb: str, changes: dict[str, Any]) -> None:
    about = What(row.organization_id, row._meta.label_lower, row.pk)
    keys.forget()
    Entry.objects.create(
        pk=LINE, organization_id=row.organization_id, actor_kind="duty", verb=verb, object_id=row.pk,
        object_type=about.type, request_id=PLANTED,
        detail=sealed_detail({"changes": changes, "version": 1}, about, LINE),
    )  # fmt: skip
    keys.forget()
