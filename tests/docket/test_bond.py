"""Bond, decisions and charges as acts, under the database's walls."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from casework.access.actor import Actor
from casework.access.models import User
from casework.cases.models import Case
from casework.docket import looks, undoing
from casework.docket.actions import bonds, decisions, held, proceedings
from casework.docket.models import Hearing
from tests.cases.planting import open_case, refused, speaking
from tests.clock import local_day
from tests.docket.planting import add, code, days

pytestmark = pytest.mark.django_db
Cast = dict[str, User]


def rows(actor: Actor, case: Case) -> list[tuple[str, str, str]]:
    return [(one.kind, one.on.isoformat(), one.state) for one in looks.hearings(actor, case)]


def test_a_bond_hearing_held_determines_the_bond(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        asked = bonds.request(ada, case, values={"theory": "236a", "requested_on": date(2026, 11, 2)}).row
        row = add(ada, case, "2026-11-20", kind="bond").row
        given = {"result": "set", "amount": 7500, "decided_on": date(2026, 11, 20), "how": "oral"}
        done = held.held(ada, case, row, outcome="decided", decided=given, seen=1)
        (bond,) = looks.bonds(ada, case)
        assert (bond.pk, bond.result, bond.amount, bond.hearing_id) == (asked.pk, "set", 7500, row.pk)
        undoing.undo(ada, case, line_id=done.line)
        (bond,) = looks.bonds(ada, case)
        assert (bond.result, bond.amount, bond.decided_on, bond.hearing_id) == ("", None, None, None)
        assert rows(ada, case) == [("bond", "2026-11-20", "scheduled")]


def test_a_held_hearing_is_not_undone_once_the_bond_went_on(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    given = {"result": "set", "amount": 7500, "decided_on": date(2026, 11, 20), "how": "oral"}
    with speaking(cast["attorney"]) as ada:
        row = add(ada, case, "2026-11-20", kind="bond").row
        done = held.held(ada, case, row, outcome="decided", decided=given, seen=1)
        (bond,) = looks.bonds(ada, case)
        bonds.post(ada, case, bond, posted_on=date(2026, 11, 21), posted_by="The sister")
        with pytest.raises(ValidationError):
            undoing.undo(ada, case, line_id=done.line)
        assert rows(ada, case) == [("bond", "2026-11-20", "held")]
        assert looks.bonds(ada, case)[0].posted_on == date(2026, 11, 21)


def test_the_money_from_posting_to_return(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        given: dict[str, Any] = {"result": "set", "amount": 7500, "decided_on": date(2026, 11, 10), "how": "oral"}
        bond = bonds.decide(ada, case, None, values=given).row
        early = refused(lambda: bonds.post(ada, case, bond, posted_on=date(2026, 11, 9), posted_by=""))
        assert early == {"posted_on": ["It was decided later than that."]}
        assert refused(lambda: bonds.end(ada, case, bond, how="returned", ended_on=date(2026, 11, 9)))[""] == [
            "Nobody has posted this bond."
        ]
        bonds.post(ada, case, bond, posted_on=date(2026, 11, 12), posted_by="The sister", receipt="LOS-26-0417")
        bonds.end(ada, case, bond, how="returned", ended_on=date(2026, 11, 20))
        (bond,) = looks.bonds(ada, case)
        assert (str(bond.posted_by), str(bond.receipt)) == ("The sister", "LOS-26-0417")
        assert (bond.end, bond.ended_on) == ("returned", date(2026, 11, 20))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"result": "set"}, "amount"),
        ({"result": "denied", "amount": 5000}, "amount"),
        ({"result": "denied", "decided_on": date(2099, 1, 1)}, "decided_on"),
        ({"result": "set", "amount": 5000, "stayed_on": date(2026, 11, 1)}, "stayed_on"),
    ],
)
def test_what_is_refused_of_a_determination(given: dict[str, Any], field: str, cast: Cast) -> None:
    case = open_case(cast["attorney"])
    values = {"decided_on": date(2026, 11, 10), "how": "oral"} | given
    with speaking(cast["attorney"]) as ada:
        assert list(refused(lambda: bonds.decide(ada, case, None, values=values))) == [field]


def test_a_decision_is_recorded_with_how_it_was_given(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    given: dict[str, Any] = {"summary": "Cancellation granted", "decided_on": date(2026, 11, 18), "how": "mailed"}
    with speaking(cast["attorney"]) as ada:
        row = add(ada, case, "2026-11-18", kind="individual").row
        missing = refused(lambda: held.held(ada, case, row, outcome="decided", decided=given, seen=1))
        assert missing == {"served_on": ["Periods count from this day. Look at the paper or its envelope."]}
        row = looks.one(ada, case, Hearing, row.pk)
        given |= {"served_on": date(2026, 11, 19), "our_appeal": "waived", "their_appeal": "reserved"}
        held.held(ada, case, row, outcome="decided", decided=given, seen=row.version)
        (decision,) = looks.decisions(ada, case)
        assert (decision.served_on, decision.their_appeal, decision.proceeding_id) == (
            date(2026, 11, 19), "reserved", row.proceeding_id,
        )  # fmt: skip
        oral = given | {"how": "oral"}
        changed = decisions.change(ada, case, decision, values=oral, seen=1)
        assert changed is not None
        assert (changed.row.how, changed.row.served_on) == ("oral", None)


def test_charges_and_what_became_of_them(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    charge = next(iter(code(key) for key in [_first_charge()]))
    with speaking(cast["attorney"]) as ada:
        removal = proceedings.open_one(ada, case, values={"kind": "removal"}).row
        made = proceedings.add_charge(ada, case, proceeding=removal, code=charge).row
        assert list(refused(lambda: proceedings.add_charge(ada, case, proceeding=removal, code=charge))) == ["code"]
        proceedings.change_charge(ada, case, made, state="denied", seen=1)
        assert [one.state for one in looks.charges(ada, case)] == ["denied"]
        proceedings.end(ada, case, removal, ended_on=local_day() - timedelta(days=1), seen=removal.version)
        assert add(ada, case, days(9)).row.proceeding_id != removal.pk


def _first_charge() -> str:
    from casework.directory.models import Code

    return str(Code.objects.filter(list="charges").order_by("key").values_list("key", flat=True)[0])
