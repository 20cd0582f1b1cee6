"""The addresses of the calendar, of calendars elsewhere, and of reminders. Every case has a hearing of yesterday."""

import uuid
from datetime import timedelta
from typing import Any

from django.utils import timezone

from casework.access.doors import window
from casework.docket.models import Coverage, Feed, Hearing
from tests.clock import local_day
from tests.matrix.cells import NO, NOT_THERE, Address, Answer, Expect, always, led, page, posted
from tests.matrix.expectations import may, sight
from tests.matrix.of_cases import about_case, if_allowed, of_case
from tests.matrix.planting import DAY
from tests.matrix.world import CASES, GIVER, Principal, World, canary

SLOW = frozenset({"ada", "ned", "vic", "nia", "cleo", "anonymous"})  # a paper takes a second
REQUEST = uuid.uuid5(uuid.NAMESPACE_OID, "asked to cover")
ATTORNEYS = {"NLA": "tomas", "SC": "cleo", "RRH": "mia", "CO": "zoe"}


def addresses() -> list[Address]:
    """All of them."""
    return [
        Address("calendar", page(listed), query=lambda *_: f"?on={yesterday()}"),
        Address("print_docket", page(printed), query=lambda *_: f"?view=week&on={yesterday()}", among=SLOW),
        Address(
            "calendar_feed",
            page(if_allowed("feed.made", Answer(200)))
            | {"POST": if_allowed("feed.made", led("calendar_feed", "feed.made"))},
            data=lambda *_: {"level": "busy"},
        ),
        Address(
            "end_feed", posted("calendar_feed", if_allowed("feed.revoked", led("calendar_feed", "feed.revoked"))),
            prepare=addressed,
        ),
        # Who holds an address, and what it gives: tests/docket/test_feeds.py
        Address("feed", {"GET": always(NOT_THERE)}, kwargs=lambda *_: {"token": "x"}, gates=frozenset({"no factor"})),
        about_case(
            "hearing_file",
            page(of_case("hearing.exported", always(Answer(200, verbs=("hearing.exported",))))),
            kwargs=of_hearing,
        ),
        about_case(
            "cover_hearing",
            page(of_case("coverage.asked", named))
            | {"POST": of_case("coverage.asked", done("coverage.asked"))},
            kwargs=of_hearing, data=asking, prepare=ahead,
        ),
        about_case(
            "end_cover",
            page(always(Answer(302, to="/cases/")))
            | {"POST": of_case("coverage.withdrawn", done("coverage.withdrawn"))},
            kwargs=of_hearing, prepare=asked,
        ),
        Address("accept_cover", posted("today", accepted), kwargs=of_request, prepare=asked_of_them),
        Address("decline_cover", posted("today", declined), kwargs=of_request, prepare=asked_of_them),
        Address(
            "reminders",
            page(if_allowed("reminders.chosen", Answer(200)))
            | {"POST": if_allowed("reminders.chosen", led("reminders", "reminders.chosen"))},
            data=lambda *_: {"minutes": ["120"]},
        ),
        Address(
            "reminder_health",
            page(if_allowed("reminders.viewed", Answer(200, verbs=("reminders.viewed",))))
            | {"POST": if_allowed("reminders.viewed", led("reminder_health", "reminders.set"))},
            data=lambda *_: {"minutes": ["120"]},
        ),
        Address(
            "delivery",
            page(if_allowed("delivery.tested", Answer(200)))
            | {"POST": if_allowed("delivery.tested", led("delivery", "delivery.tested"))},
            data=lambda *_: {"where": "email"},
        ),
    ]  # fmt: skip


def yesterday() -> Any:
    return local_day() - DAY


def seen_by(principal: Principal) -> list[str]:
    return [case for case in CASES if sight(principal, case).tier]


def listed(principal: Principal, relation: str) -> Answer:
    """The people of all cases that one sees, each organization's with a line of its own."""
    if not may(principal, "calendar.viewed"):
        return NO
    seen = seen_by(principal)
    homes = {CASES[case][0] for case in seen}
    people = frozenset(canary(CASES[case][0], case, "person") for case in seen)
    return Answer(200, verbs=("case.listed",) * len(homes), shows=people)


def printed(principal: Principal, relation: str) -> Answer:
    """A line in each case."""
    if not may(principal, "docket.printed"):
        return NO
    return Answer(200, verbs=("docket.printed",) * len(seen_by(principal)))


def named(principal: Principal, case: str) -> Answer:
    return Answer(200, verbs=("case.viewed",), shows=frozenset({canary(CASES[case][0], case, "person")}))


def done(verb: str) -> Expect:
    return always(Answer(302, to="/cases/", verbs=("case.viewed", verb), changes=True))


def of_hearing(world: World, case: str) -> dict[str, Any]:
    return {"pk": world.cases[case].pk, "hearing": world.hearings[case].pk}


def of_request(world: World, relation: str) -> dict[str, Any]:
    return {"pk": REQUEST}


def accepted(principal: Principal, relation: str) -> Answer:
    """Attorneys alone appear at hearings."""
    if not may(principal, "coverage.accepted"):
        return led("today", changes=False)
    return Answer(302, to="/cases/", verbs=("coverage.accepted",), changes=True)


def declined(principal: Principal, relation: str) -> Answer:
    if not may(principal, "coverage.declined"):
        return led("today", changes=False)
    return led("today", "coverage.declined")


def asked_of_them(world: World, principal: Principal, relation: str) -> None:
    """Whoever asks is asked to cover a hearing of the first case of their organization."""
    case = next((case for case, (home, *_rest) in CASES.items() if home == principal.organization), "")
    if case and principal.key in world.memberships:
        asked(world, principal, case, of=principal.key, pk=REQUEST)


def addressed(world: World, principal: Principal, relation: str) -> None:
    """Whoever asks has a calendar address."""
    if (me := world.memberships.get(principal.key)) is not None:
        with window("matrix"):
            Feed(organization_id=me.organization_id, membership=me, level="busy", token_hash="x").save(
                force_insert=True
            )


def ahead(world: World, principal: Principal, case: str) -> None:
    """The hearing lies ahead."""
    with window("matrix"):
        Hearing.objects.filter(pk=world.hearings[case].pk).update(starts_at=timezone.now() + timedelta(days=5))


def asking(world: World, principal: Principal, case: str) -> dict[str, Any]:
    return {"of": world.memberships[ATTORNEYS[CASES[case][0]]].pk}


def asked(world: World, principal: Principal, case: str, of: str = "", pk: uuid.UUID | None = None) -> None:
    """Somebody is asked to cover it."""
    ahead(world, principal, case)
    row, giver = world.hearings[case], world.memberships[GIVER[CASES[case][0]]]
    with window("matrix"):
        Coverage(
            id=pk or uuid.uuid4(), organization_id=row.organization_id, case_id=row.case_id, hearing=row,
            asked_of=world.memberships[of] if of else giver, recorded_by=giver,
        ).save(force_insert=True)  # fmt: skip
