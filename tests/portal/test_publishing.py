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
from casework.directory.models import Code
from casework.docket.actions import decisions, proceedings
from casework.portal import cards, rules
from casework.portal.words import of, shown_statuses
from tests.cases.planting import NORTH, again, member, open_case, speaking
from tests.clock import local_day
from tests.custody.planting import ADELANTO, EL_PASO, LOST, at, book, move, on
from tests.directory.places import noted
from tests.docket.hearings import hear, in_days
from tests.portal.planting import entered, invite, mother, shown, text

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


def calls(cast: Cast, case: Case, rule: str = "portal.call_family") -> list[Task]:
    with speaking(cast["attorney"]) as actor:
        return list(Task.objects.visible_to(actor).filter(case=case, rule=rule))


def decide(cast: Cast, case: Case, code: str, days: int = 1, kind: str = "removal") -> None:
    """A decision so many days ago, by EOIR's code or in words."""
    with speaking(cast["attorney"]) as actor:
        here = again(actor, case)
        opened = proceedings.open_one(actor, here, values={"kind": kind}).row
        said = {"code": Code.objects.get(key=code)} if "/" in code else {"summary": code}
        decisions.record(actor, here, proceeding=opened, values=said | {
            "decided_on": local_day() - timedelta(days=days), "how": "oral",
        })  # fmt: skip


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


@pytest.mark.parametrize(
    ("code", "status", "words"),
    [
        ("decision_codes/ANY-R-dec", "relief_granted", "El juez dio protección"),
        ("decision_codes/ANY-V-dec", "voluntary_departure", "Puede salir antes de una fecha"),
        ("decision_codes/ANY_DEC_CODE-X-dec", "ordered_removed", "El juez ordenó la expulsión"),
    ],
)
def test_what_a_judge_decided_is_told_where_a_status_says_it(
    cast: Cast, case: Case, code: str, status: str, words: str
) -> None:
    made = invite(cast["attorney"], case)
    elsewhere = invite(cast["attorney"], case, mother(cast["attorney"], case, "Canary Aunt"), subjects=["custody"])
    decide(cast, case, code)
    [step] = shown(made)["steps"]
    assert (step["code"], step["on"], "ask" in shown(made)) == (status, ago(1), False)
    said = text(entered(made))
    assert (words in said, "Por favor llámenos" in said) == (True, False)
    assert shown(elsewhere)["steps"] == []
    assert calls(cast, case, "portal.tell_family") == []


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("Canary: removal ordered", "removal"), ("decision_codes/ANY-D-dec", "removal"),
        ("bia_decisions/DIS", "appeal"), ("decision_codes/ANY-G-dec", "reasonable_fear"),
    ],
)  # fmt: skip
def test_a_decision_that_no_status_says_is_told_by_a_person(cast: Cast, case: Case, code: str, kind: str) -> None:
    made = invite(cast["attorney"], case)
    decide(cast, case, "decision_codes/ANY-R-dec", days=9)
    decide(cast, case, code, kind=kind)
    [task] = calls(cast, case, "portal.tell_family")
    assert (task.cause, task.values["contact"]) == (made.link.pk, "Rosa")
    said = text(entered(made))
    assert ("Por favor llámenos" in said, "Adelanto" in said, "Canary" in said) == (True, True, False)
    content, office = shown(made), cards.Office("", "", {}, "UTC")
    later = cards.of(content, office, of("es"), timezone.now() + timedelta(days=20))
    assert later[0].key == "where"


def test_a_completion_decides_nothing(cast: Cast, case: Case) -> None:
    made = invite(cast["attorney"], case)
    decide(cast, case, "decision_codes/ANY-R-dec", days=9)
    decide(cast, case, "decision_codes/ANY-C-oc")
    assert ([one["code"] for one in shown(made)["steps"]], "ask" in shown(made)) == (["relief_granted"], False)


def test_every_decision_that_is_told_is_one_of_the_lists_and_may_be_seen() -> None:
    keys = {f"decision_codes/{one}-dec" for one in rules.DECIDED}
    assert set(Code.objects.filter(pk__in=keys).values_list("pk", flat=True)) == keys
    assert set(rules.DECIDED.values()) <= shown_statuses()


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
