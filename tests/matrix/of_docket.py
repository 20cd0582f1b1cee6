"""The addresses of the docket of a case. In the matrix everybody has a hearing of yesterday that nobody has closed."""

import uuid
from typing import Any

from django.urls import reverse

from casework.access.acts import sealed_detail
from casework.access.doors import window
from casework.audit.actions import What
from casework.audit.models import Entry
from casework.docket.models import Bond, Charge
from casework.vault import keys
from tests.clock import local_day
from tests.matrix.cells import NO, Address, Answer, Expect, always, page
from tests.matrix.expectations import COUNSEL, canaries_of_case, canaries_of_docket, sight
from tests.matrix.forms import Data
from tests.matrix.of_cases import about_case, form, header_shown, of_case
from tests.matrix.planting import DAY
from tests.matrix.world import PLANTED, Principal, World

LINE = uuid.uuid5(uuid.NAMESPACE_OID, "a hearing that was entered")
REASON = "adjournment_codes/01"


def addresses() -> list[Address]:
    """The tab and its forms."""
    return [
        about_case("case_docket", page(of_case("case.viewed", shown))),
        recorded("add_hearing", "hearing.added", data=entered),
        recorded("change_hearing", "hearing.changed", "hearing", data=changed),
        recorded("adjourn_hearing", "hearing.adjourned", "hearing", then=("hearing.added",), data=adjourned),
        recorded("hold_hearing", "hearing.held", "hearing", then=("decision.recorded",), data=held),
        recorded("vacate_hearing", "hearing.vacated", "hearing", data=seen),
        recorded("open_proceeding", "proceeding.opened", data=said(kind="appeal")),
        recorded("change_proceeding", "proceeding.changed", "proceeding", data=said(kind="removal", judge="Vega")),
        recorded("end_proceeding", "proceeding.ended", "proceeding", data=lambda *_: {"ended_on": local_day()} | SEEN),
        recorded("add_charge", "charge.added", "proceeding", data=charge, prepare=without_charge),
        recorded("change_charge", "charge.changed", "charge", data=said(state="denied")),
        recorded("record_decision", "decision.recorded", "proceeding", data=decided),
        recorded("change_decision", "decision.changed", "decision", data=decided),
        recorded("request_bond", "bond.requested", then=("proceeding.opened",), data=said(request="BB")),
        recorded("change_bond", "bond.changed", "bond", data=said(request="BD")),
        recorded("decide_bond", "bond.decided", "bond", data=determined),
        recorded(
            "post_bond", "bond.posted", "bond", data=lambda *_: {"posted_on": local_day()} | SEEN, prepare=unposted
        ),
        recorded("end_bond", "bond.ended", "bond", data=lambda *_: {"end": "returned", "ended_on": local_day()} | SEEN),
        about_case(
            "withdraw_entry",
            page(of_case("docket.withdrawn", always(Answer(302, to=reverse("caseload"), verbs=("case.viewed",)))))
            | {"POST": of_case("docket.withdrawn", written("docket.withdrawn"))},
            kwargs=lambda world, case: {
                "pk": world.cases[case].pk, "kind": "hearing", "entry": world.hearings[case].pk,
            },
        ),
        form(
            "undo_docket", "docket.undone", post=of_case("docket.undone", counsels), prepare=entered_before,
            kwargs=of_line,
        ),
    ]  # fmt: skip


def shown(principal: Principal, case: str) -> Answer:
    """The hearing for everybody who sees the case; what was decided from the second tier on."""
    tier = sight(principal, case).tier
    canaries = canaries_of_case(case, 0) | canaries_of_docket(case, tier)
    return Answer(200, verbs=("case.viewed",), shows=frozenset(canaries))


def recorded(
    name: str, verb: str, row: str = "", *, then: tuple[str, ...] = (), **more: Any
) -> Address:  # fmt: skip
    """A form with a page of its own; what an act did along stands before its own line."""
    kwargs = {"kwargs": of_row(row)} if row else {}
    return about_case(
        name, page(of_case(verb, header_shown)) | {"POST": of_case(verb, written(*then, verb))}, **kwargs, **more
    )  # fmt: skip


def written(*verbs: str) -> Expect:
    return always(Answer(302, to=reverse("caseload"), verbs=("case.viewed", *verbs), changes=True))


def counsels(principal: Principal, case: str) -> Answer:
    """What somebody else recorded is counsel's to take back."""
    return written("docket.undone")(principal, case) if principal.role_names & COUNSEL else NO


def of_row(name: str) -> Any:
    return lambda world, case: {"pk": world.cases[case].pk, name: getattr(world, f"{name}s")[case].pk}


def of_line(world: World, case: str) -> dict[str, Any]:
    return {"pk": world.cases[case].pk, "line": LINE}


SEEN = {"version": 1}


def seen(world: World, principal: Principal, case: str) -> Data:
    return dict(SEEN)


def said(**typed: Any) -> Any:
    return lambda *_: typed | SEEN


def entered(world: World, principal: Principal, case: str) -> Data:
    day = local_day() + 9 * DAY
    return {"kind": "master", "court": "adelanto", "day": day, "clock": "09:00", "medium": "V"}


def changed(world: World, principal: Principal, case: str) -> Data:
    return entered(world, principal, case) | SEEN


def adjourned(world: World, principal: Principal, case: str) -> Data:
    return {"reason": REASON, "next_day": local_day() + 9 * DAY, "next_clock": "09:00", "next_kind": "master"} | SEEN


def decided(world: World, principal: Principal, case: str) -> Data:
    return {"summary": "Granted", "decided_on": local_day() - DAY, "how": "oral"} | SEEN


def held(world: World, principal: Principal, case: str) -> Data:
    return decided(world, principal, case) | {"outcome": "decided"}


def determined(world: World, principal: Principal, case: str) -> Data:
    return {"result": "set", "amount": 9000, "decided_on": local_day() - 2 * DAY, "how": "oral"} | SEEN


def charge(world: World, principal: Principal, case: str) -> Data:
    return {"code": world.charges[case].code.code}


def without_charge(world: World, principal: Principal, case: str) -> None:
    with window("matrix"):
        Charge.objects.filter(pk=world.charges[case].pk).update(withdrawn=True)


def unposted(world: World, principal: Principal, case: str) -> None:
    with window("matrix"):
        Bond.objects.filter(pk=world.bonds[case].pk).update(posted_on=None)


def entered_before(world: World, principal: Principal, case: str) -> None:
    """The hearing was entered just so, and stands."""
    row = world.hearings[case]
    about = What(row.organization_id, "docket.hearing", row.pk, case_id=row.case_id, file_id=row.case.person_id)
    told = {"rows": [{"row": "hearing", "id": str(row.pk), "version": 1, "was": None}]}
    Entry.objects.create(
        pk=LINE, organization_id=row.organization_id, actor_kind="duty", verb="hearing.added", object_id=row.pk,
        object_type=about.type, case_id=row.case_id, file_id=row.case.person_id, request_id=PLANTED,
        detail=sealed_detail(told, about, LINE),
    )  # fmt: skip
    keys.forget()
