"""What wiring publishes: statuses marked yes, rewritten by each act; the others leave "please call us" and a task."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from casework.access.models import Membership, User
from casework.audit.models import Entry
from casework.cases.models import Case, Task
from casework.custody import actions as custody
from casework.custody.models import Kind
from casework.custody.places import Where
from casework.docket.actions import proceedings
from tests.cases.planting import NORTH, again, member, open_case, speaking
from tests.clock import local_day
from tests.custody.planting import ADELANTO, EL_PASO, LOST, at, book, move, on
from tests.directory.places import noted
from tests.docket.hearings import hear, in_days
from tests.portal.planting import entered, invite, shown, text

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
HOSPITAL = Where(Kind.HOSPITAL, None, "General Hospital")


def ago(days: int) -> str:
    return f"{local_day() - timedelta(days=days)}"


@pytest.fixture
def case(cast: Cast) -> Case:
    made = open_case(cast["attorney"], given_names="Canary")
    with speaking(cast["attorney"]) as ada:
        book(ada, again(ada, made), at(ADELANTO), ago(9))
    return made


@pytest.fixture
def ada(cast: Cast) -> Membership:
    return member(cast["attorney"], NORTH)


def calls(cast: Cast, case: Case) -> list[Task]:
    with speaking(cast["attorney"]) as actor:
        return list(Task.objects.visible_to(actor).filter(case=case, rule="portal.call_family"))


def test_each_place_has_its_status(cast: Cast, case: Case) -> None:
    made = invite(cast["attorney"], case)
    codes = [shown(made)["where"]["code"]]
    for place, days in ((at(EL_PASO), 6), (LOST, 4), (Where(Kind.IN_TRANSIT), 3), (at("LOSHOLD", Kind.HOLD_ROOM), 2)):
        with speaking(cast["attorney"]) as actor:
            move(actor, again(actor, case), place, ago(days))
        codes.append(shown(made)["where"]["code"])
    assert codes == ["detained", "transferred", "not_located", "transferred", "held_in_processing"]
    assert calls(cast, case) == []


def test_of_two_places_on_one_day_the_later_one_is_told(cast: Cast) -> None:
    """Both began on that day, as far as is known; the first ended as it began."""
    found = open_case(cast["attorney"], given_names="Canary")
    with speaking(cast["attorney"]) as actor:
        book(actor, again(actor, found), at(ADELANTO), ago(0))
        move(actor, again(actor, found), at(EL_PASO), ago(0))
    where = shown(invite(cast["attorney"], found))["where"]
    assert (where["code"], where["place"]) == ("transferred", "El Paso Service Processing Center")


def test_what_colleagues_note_about_a_place_is_not_for_families(cast: Cast, case: Case) -> None:
    noted(cast["attorney"], "The guard turned her aunt away.")
    made = invite(cast["attorney"], case)
    assert "turned her aunt away" not in text(entered(made)) + str(shown(made))


def test_what_a_person_has_to_tell_leaves_please_call_us_and_one_task(cast: Cast, case: Case, ada: Membership) -> None:
    made = invite(cast["attorney"], case)
    client = entered(made)
    hear(case, in_days(5), ada)
    with speaking(cast["attorney"]) as actor:
        move(actor, again(actor, case), HOSPITAL, ago(2))
    assert set(shown(made)) == {"scopes", "lead", "call"}
    said = text(client)
    assert "Por favor llámenos" in said
    for never in ("Hospital", "médica", "Adelanto", "Audiencia"):
        assert never not in said
    [task] = calls(cast, case)
    assert (task.cause, task.values["contact"], task.tier) == (made.link.pk, "Rosa", 1)
    with speaking(cast["attorney"]) as actor:
        proceedings.open_one(actor, again(actor, case), values={"kind": "removal"})
    assert len(calls(cast, case)) == 1
    with speaking(cast["attorney"]) as actor:
        move(actor, again(actor, case), at(EL_PASO), ago(1))
    assert "El Paso" in text(client)


@pytest.mark.parametrize(("reason", "code"), [("bond", "released"), ("removed", None), ("deceased", None)])
def test_how_it_ends(cast: Cast, case: Case, reason: str, code: str | None) -> None:
    made = invite(cast["attorney"], case)
    with speaking(cast["attorney"]) as actor:
        custody.release(actor, again(actor, case), reason=reason, since=on(ago(1)))
    assert shown(made).get("where", {}).get("code") == code
    assert ("call" in shown(made), len(calls(cast, case))) == ((False, 0) if code else (True, 1))
    said = text(entered(made))
    assert ("Por favor llámenos" in said) == (code is None)
    for never in ("falle", "muert", "Expuls", "expuls"):
        assert never not in said


def test_a_hearing_is_told_with_its_clock_and_goes_when_it_is_over(cast: Cast, case: Case, ada: Membership) -> None:
    made = invite(cast["attorney"], case)
    when = (timezone.now() + timedelta(days=3)).replace(hour=17, minute=30, second=0, microsecond=0)
    hearing = hear(case, when, ada, kind="bond", medium="V", place="Canary code 8812", judge="Canary")
    with speaking(cast["attorney"]) as actor:
        move(actor, again(actor, case), at(EL_PASO), ago(1))
    said = text(entered(made)).replace("\N{NO-BREAK SPACE}", " ")
    assert "Audiencia de fianza" in said
    assert re.search(r"Dentro de [234] días", said)
    assert "Es la hora de Los" in said
    assert "Por video." in said
    assert "Canary" not in said
    assert shown(made)["next"][0]["id"] == str(hearing.pk)
    assert shown(made)["to_do"] == ["proof_address", "proof_family", "letters"]


def test_reading_touches_no_table_of_cases(cast: Cast, case: Case) -> None:
    """The whole list of what is asked of the database for one look."""
    made = invite(cast["attorney"], case)
    client = entered(made)
    with CaptureQueriesContext(connection) as asked:
        text(client)
    statements = [one["sql"] for one in asked if not one["sql"].startswith(("SAVEPOINT", "RELEASE", "SET LOCAL ROLE"))]
    said = [_shape(one) for one in statements]
    nested = 2  # what a request says and takes back where a test wraps it
    assert said[nested:-nested] == [
        "speak", "speak", "SELECT ctx.family_session", "UPDATE portal_familylink", "speak", "speak",
        "INSERT audit_entry", "SELECT portal_publication", "speak",
    ]  # fmt: skip
    for table in ("cases_", "people_", "custody_", "docket_", "vault_", "directory_"):
        assert [one for one in statements if f'"{table}' in one or f" {table}" in one] == []


def _shape(statement: str) -> str:
    words = statement.replace('"', "").split()
    if "set_config" in statement:
        return "speak"
    if "ctx.family_session" in statement:
        return "SELECT ctx.family_session"
    table = {"INSERT": 2, "UPDATE": 1}.get(words[0]) or words.index("FROM") + 1
    return f"{words[0]} {words[table]}"


def test_an_act_about_somebody_without_a_link_writes_nothing(cast: Cast, case: Case) -> None:
    with speaking(cast["attorney"]) as actor, CaptureQueriesContext(connection) as asked:
        move(actor, again(actor, case), at(EL_PASO), ago(1))
    assert [one["sql"] for one in asked if "portal_publication" in one["sql"]] == []


def test_whoever_sees_less_than_the_page_still_keeps_it_true(cast: Cast, case: Case) -> None:
    """A paralegal, to whom another case of the person is restricted, records the move on theirs."""
    made = invite(cast["attorney"], case)
    before: Any = shown(made)["where"]["since"]
    with speaking(cast["paralegal"]) as ben:
        move(ben, again(ben, case), at(EL_PASO), ago(1))
    assert shown(made)["where"]["since"] != before
    assert Entry.objects.filter(verb="custody.moved").count() == 1
