"""The addresses of custody: the tab of a case, what is recorded there, the queue of look-ups, the visit list.

In the matrix everybody is held in Adelanto, after a gap, and is due for a look-up.
"""

import uuid
from typing import Any

from django.urls import reverse
from django.utils import timezone

from casework.access.acts import sealed_detail
from casework.access.doors import window
from casework.audit.actions import What
from casework.audit.models import Entry
from casework.custody import checks
from casework.custody.models import Stay, Stint
from casework.vault import keys
from tests.clock import local_day
from tests.matrix.cells import NO, Address, Answer, always, led, page
from tests.matrix.expectations import may, sight
from tests.matrix.forms import Data
from tests.matrix.of_cases import about_case, form, header_shown, of_case
from tests.matrix.planting import DAY
from tests.matrix.world import CASES, PLANTED, Principal, World, canary

LINE = uuid.uuid5(uuid.NAMESPACE_OID, "a stay that was recorded")
THERE = "ADLNTCA"
PRINTERS = frozenset({"ada", "vic", "nia"})  # a paper takes its time


def addresses() -> list[Address]:
    """The tab, its forms, the queue, the list."""
    return [
        about_case("case_custody", page(of_case("case.viewed", header_shown))),
        recorded("record_move", "custody.moved", opens=4, data=moved),
        recorded("record_move", "custody.booked", opens=2, data=booked, prepare=set_free),
        recorded("record_release", "custody.released", opens=4, then=2, data=released),
        recorded("correct_stint", "custody.corrected", data=corrected, kwargs=of_stint),
        recorded("close_gap", "custody.gap_closed", data=lost, kwargs=of_stint),
        recorded("set_court", "court.set", data=court),
        recorded("record_check", "check.recorded", data=looked_up),
        form("undo_custody", "custody.undone", prepare=recorded_before, kwargs=of_line),
        Address("checks", page(queue)),
        Address(
            "take_check",
            page(always(led("checks", changes=False))) | {"POST": takes},
            tuple(CASES),
            lambda world, case: {"stay": world.stays[case].pk},
        ),
        Address(
            "return_check",
            page(always(led("checks", changes=False)))
            | {"POST": of_case("check.returned", always(led("checks", "case.viewed", "check.returned")))},
            tuple(CASES),
            lambda world, case: {"case": world.cases[case].pk},
            prepare=taken,
            about_case=True,
        ),
        Address("visit_list", page(list_made), (THERE,), lambda _, key: {"key": key}, among=PRINTERS),
    ]  # fmt: skip


def recorded(name: str, verb: str, *, opens: int = 0, then: int = 0, **more: Any) -> Address:
    """A form with a page of its own; tasks that it opens are noted before what it records, of other rooms after it."""
    verbs = ("case.viewed", *["task.opened"] * opens, verb, *["task.opened"] * then)
    answer = always(Answer(302, to=reverse("caseload"), verbs=verbs, changes=True))
    looked = of_case(verb, header_shown) if verb != "custody.booked" else of_case("custody.moved", header_shown)
    return about_case(name, page(looked) | {"POST": of_case(verb, answer)}, **more)


def queue(principal: Principal, relation: str) -> Answer:
    """Cards of what one sees; volunteers see others without a name."""
    if not may(principal, "checks.viewed"):
        return NO
    seen = {
        canary(home, case, "person")
        for case, (home, _, _) in CASES.items()
        if home == principal.organization and sight(principal, case).tier
    }
    cards = seen or "volunteer" in principal.role_names
    return Answer(200, verbs=("checks.viewed",) * bool(cards) + ("person.listed",) * bool(seen), shows=frozenset(seen))


def takes(principal: Principal, case: str) -> Answer:
    """A card of the own organization: of a case that one sees, or for volunteers of any that is not restricted."""
    if not may(principal, "check.taken"):
        return NO
    home, _team, restricted = CASES[case]
    ours = home == principal.organization
    if ours and (sight(principal, case).tier or ("volunteer" in principal.role_names and not restricted)):
        return Answer(302, to=reverse("caseload"), verbs=("case.viewed", "check.taken"), changes=True)
    return led("checks", changes=False)


def list_made(principal: Principal, relation: str) -> Answer:
    """A paper, whose names only its lines tell: one in each case of the own organization that somebody sees."""
    seen = [case for case, (home, _, _) in CASES.items() if home == principal.organization]
    lines = ("visits.exported",) * sum(bool(sight(principal, case).tier) for case in seen)
    return Answer(200, verbs=lines) if may(principal, "visits.exported") else NO


def of_stint(world: World, case: str) -> dict[str, Any]:
    return {"pk": world.cases[case].pk, "stint": world.stints[case].pk}


def of_line(world: World, case: str) -> dict[str, Any]:
    return {"pk": world.cases[case].pk, "line": LINE}


def moved(world: World, principal: Principal, case: str) -> Data:
    return {"kind": "facility", "where": "EPC", "day": local_day() - DAY, "source": "locator"}


def booked(world: World, principal: Principal, case: str) -> Data:
    return moved(world, principal, case) | {"where": THERE}


def lost(world: World, principal: Principal, case: str) -> Data:
    return {"kind": "not_located", "source": "family"}


def looked_up(world: World, principal: Principal, case: str) -> Data:
    with window("matrix"):
        last = Stint.objects.select_related("stay").get(stay=world.stays[case], ends_at=None)
    return {"method": "phone", "outcome": "same", "seen": checks.as_seen(last.stay, last)}


def released(world: World, principal: Principal, case: str) -> Data:
    return {"reason": "parole", "day": local_day() - DAY}


def corrected(world: World, principal: Principal, case: str) -> Data:
    """The hold room a day longer."""
    days = {"day": local_day() - 10 * DAY, "ends_day": local_day() - 7 * DAY}
    return {"kind": "hold_room", "where": "LOSHOLD", "source": "visit", "version": 1} | days


def court(world: World, principal: Principal, case: str) -> Data:
    return {"court": "adelanto", "since": local_day(), "order": "Order.", "version": 0}


def set_free(world: World, principal: Principal, case: str) -> None:
    """The stay has ended."""
    with window("matrix"):
        Stint.objects.filter(stay=world.stays[case], ends_at=None).update(ends_at=timezone.now() - 2 * DAY)
        stays = Stay.objects.filter(pk=world.stays[case].pk)
        stays.update(ended_at=timezone.now() - 2 * DAY, reason="bond", next_check_at=None)


def taken(world: World, principal: Principal, case: str) -> None:
    """Whoever asks has the card."""
    row = world.stays[case]
    mine = world.memberships.get(principal.key)
    if mine is not None and mine.organization_id == row.organization_id:
        with window("matrix"):
            Stay.objects.filter(pk=row.pk).update(taken_by=mine, taken_until=timezone.now() + DAY)


def recorded_before(world: World, principal: Principal, case: str) -> None:
    """The stay was recorded just so, and stands."""
    row = world.stays[case]
    about = What(row.organization_id, "custody.stay", row.pk, file_id=row.person_id)
    told = {"rows": [{"row": "stay", "id": str(row.pk), "version": 1, "was": None}]}
    Entry.objects.create(
        pk=LINE, organization_id=row.organization_id, actor_kind="duty", verb="custody.booked", object_id=row.pk,
        object_type=about.type, file_id=row.person_id, request_id=PLANTED, detail=sealed_detail(told, about, LINE),
    )  # fmt: skip
    keys.forget()
