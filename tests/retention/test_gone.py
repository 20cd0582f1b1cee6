"""What is gone is gone from every table; what stays are lines nobody opens, and numbers that tell nobody."""

import time
import uuid
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from casework.access import acts
from casework.access.context import forgotten
from casework.access.doors import window
from casework.access.models import Organization, User
from casework.audit import chain
from casework.audit.models import Entry
from casework.cases.models import Case
from casework.cases.models.notes import Note
from casework.custody.models import Stay
from casework.docket.models import Hearing
from casework.people.models import Person
from casework.retention import actions
from casework.retention.models import Purge, Statistic
from casework.vault.models import FileKey
from tests.cases.planting import speaking
from tests.conftest import as_owner, become
from tests.docket.test_killed_workers import PATIENCE, locked, worker
from tests.retention.planting import CANARY, agreed, carried_out, closed_case, dump, noon, whole_case, years_ago
from tests.vault import files

Cast = dict[str, User]
AUDIT = ("audit_entry", "audit_link", "audit_head")
# Tables with such a column that hold nothing of a case: what a purge lists, and what the import was.
LISTS = {"retention_purgeitem"}


def columns() -> list[tuple[str, str]]:
    """Every column that says which case or person a row is of."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.table_name, c.column_name FROM information_schema.columns c JOIN pg_class p"
            " ON p.relname = c.table_name AND p.relkind = 'r' AND p.relnamespace = 'public'::regnamespace"
            " WHERE c.table_schema = 'public' AND c.column_name IN ('case_id', 'case_ref', 'content_object_id',"
            " 'person_id', 'person_ref', 'whom_id', 'became_id')"
        )
        return [(table, column) for table, column in cursor.fetchall() if table not in AUDIT]


def pointing(case: Case) -> set[str]:
    """The tables with a row of this case or its person, by their own columns."""
    found = set()
    with connection.cursor() as cursor:
        for table, column in columns():
            cursor.execute(
                f"SELECT EXISTS (SELECT FROM {table} WHERE {column} IN (%s, %s))",  # noqa: S608
                [case.pk, case.person_id],
            )
            found |= {table} if cursor.fetchone()[0] else set()
    return found


def rows_of(case: Case) -> set[uuid.UUID]:
    """The ids of all rows of the case and its person, and of what hangs on its links and offers."""
    found = {case.pk, case.person_id}
    with connection.cursor() as cursor:
        for table, column in columns():
            if table in LISTS or column == "whom_id":  # of other cases
                continue
            cursor.execute(
                f"SELECT id::text FROM {table} WHERE {column} IN (%s, %s)",  # noqa: S608
                [case.pk, case.person_id],
            )
            found |= {uuid.UUID(one) for (one,) in cursor.fetchall() if "-" in one}
        for statement in (
            "SELECT id FROM vault_filekey WHERE file_id = ANY (%s)",
            "SELECT id FROM docket_reminder WHERE about = ANY (%s)",
            "SELECT message_id FROM docket_reminder WHERE about = ANY (%s)",
            "SELECT message_id FROM portal_familymessage WHERE link_id = ANY (%s)",
            "SELECT id FROM portal_familysession WHERE link_id = ANY (%s)",
        ):  # fmt: skip
            cursor.execute(statement, [list(found)])
            found |= {one for (one,) in cursor.fetchall() if one}
    return found


def sealed_of(case: Case) -> set[str]:
    """All that stands sealed in their rows, as it stands in a dump."""
    found = set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND data_type = 'bytea'"
        )
        sealed = cursor.fetchall()
        for table, column in columns():
            for name in (one for whose, one in sealed if whose == table and column != "whom_id"):
                cursor.execute(
                    f"SELECT encode(\"{name}\", 'hex') FROM {table} WHERE {column} IN (%s, %s)",  # noqa: S608
                    [case.pk, case.person_id],
                )
                found |= {one for (one,) in cursor.fetchall() if one}
        cursor.execute("SELECT encode(wrapped, 'hex') FROM vault_filekey WHERE file_id = %s", [case.person_id])
        return found | {one for (one,) in cursor.fetchall()}


def every_table_of_a_case() -> set[str]:
    return {table for table, _column in columns()} - LISTS


@pytest.mark.django_db
def test_the_planted_case_stands_in_every_table(cast: Cast) -> None:
    """A new table that hangs on a case or a person has to be planted in tests/retention/planting.py, too."""
    assert every_table_of_a_case() - pointing(whole_case(cast["attorney"])) == set()


@pytest.mark.django_db
def test_no_row_of_any_table_is_left(cast: Cast) -> None:
    case = whole_case(cast["attorney"])
    other = closed_case(cast["attorney"], years=3, person=files.person(given_names="Otto"))
    others = pointing(other)
    ids, sealed, before = rows_of(case), sealed_of(case), dump()
    assert len(ids) > 45
    assert len(sealed) > 20
    assert {one for one in ids if str(one) not in before} == set()
    assert {one for one in sealed if one not in before} == set()
    assert CANARY in before  # what a family's link shows stands in clear
    agreed(cast["admin"], cast["second_admin"])
    carried_out()
    after = dump()
    assert pointing(case) == set()
    assert {one for one in ids if str(one) in after} == set()
    assert {one for one in sealed if one in after} == set()
    assert CANARY not in after
    assert pointing(other) == others  # and nothing of anybody else's


@pytest.mark.django_db
def test_what_others_were_asked_because_of_it_stays_theirs(cast: Cast) -> None:
    """The task of another case stays, and points nowhere."""
    case = whole_case(cast["attorney"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM cases_task WHERE cause = %s", [case.pk])
        (task,) = cursor.fetchone()
        agreed(cast["admin"], cast["second_admin"])
        carried_out()
        become("casework_owner")
        cursor.execute("SELECT cause IS NOT NULL, cause = %s FROM cases_task WHERE id = %s", [case.pk, task])
        assert cursor.fetchall() == [(True, False)]


@pytest.mark.django_db
def test_the_file_of_a_person_goes_as_a_whole(cast: Cast) -> None:
    """All cases of all files that were merged, in one step."""
    person, merged = files.person(given_names=CANARY), files.person(given_names=CANARY)
    for one in (person, person, merged):
        closed_case(cast["attorney"], person=one)
    with window("the test"):
        Person.objects.filter(pk__in=[person.pk, merged.pk]).update(merged_into=person)
    agreed(cast["admin"], cast["second_admin"])
    assert carried_out() == 2  # the file, and the end
    with window("the test"):
        assert (Case.objects.count(), Person.objects.count(), FileKey.objects.count()) == (0, 0, 0)
    assert (Statistic.objects.count(), Purge.objects.get().gone) == (3, 3)


def opened(lines: list[Entry]) -> set[bool]:
    """Whether what they keep opens, for somebody who holds no key yet."""
    with forgotten():
        return {told is not None for told in acts.opened_details(lines).values()}


@pytest.mark.django_db
def test_lines_of_the_audit_stay_and_nobody_opens_them(cast: Cast, enter: Any) -> None:
    case = whole_case(cast["attorney"])
    client = enter("attorney")
    client.post(reverse("case_notes", args=[case.pk]), {"text": f"{CANARY} called", "kind": "call", "tier": "1"})
    lines = Entry.objects.filter(file_id=case.person_id)
    before, sealed = set(lines.values_list("pk", "verb")), list(lines.exclude(detail=None))
    assert ("note.written" in {verb for _pk, verb in before}, opened(sealed)) == (True, {True})
    agreed(cast["admin"], cast["second_admin"])
    carried_out()
    after = set(lines.values_list("pk", "verb"))
    assert (before < after, {verb for _pk, verb in after - before}) == (True, {"case.purged"})
    assert opened(sealed) == {False}
    line = Entry.objects.get(verb="case.purged")
    told = (line.actor_kind, line.case_id, line.file_id, line.object_ids, line.detail)
    assert told == ("duty", case.pk, case.person_id, [Purge.objects.get().pk], None)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert chain.faults() == []
    assert client.get(reverse("case", args=[case.pk])).status_code == 404


@pytest.mark.django_db
def test_the_book_keeps_which_cases_were_proposed_sealed(cast: Cast) -> None:
    closed_case(cast["attorney"], reference="NLA-2018-0007")
    agreed(cast["admin"], cast["second_admin"])
    carried_out()
    (line,) = Entry.objects.filter(verb="purge.proposed")
    assert b"0007" not in bytes(line.detail or b"")
    with speaking(cast["admin"]):
        told = acts.opened_details([line])[line.pk]
    assert told == {"cases": [["NLA-2018-0007", years_ago(8).isoformat()]], "years": 7}
    assert "NLA-2018-0007" not in dump(without=())


@pytest.mark.django_db
@pytest.mark.parametrize(("restricted", "seen"), [(True, 0), (False, 1)])
def test_lines_about_a_restricted_case_are_shut_as_before(cast: Cast, restricted: bool, seen: int) -> None:
    """Ben, who reads the organization but was not on it, sees that somebody looked, or does not."""
    case = closed_case(cast["attorney"])
    with window("the test"):
        Case.objects.filter(pk=case.pk).update(restricted=restricted)
    Entry(
        organization_id=case.organization_id, actor_kind="duty", verb="case.viewed", case_id=case.pk,
        file_id=case.person_id, tier=2,
    ).save(force_insert=True)  # fmt: skip

    def lines() -> int:
        with speaking(cast["paralegal"]):
            return Entry.objects.filter(case_id=case.pk, verb="case.viewed").count()

    assert lines() == seen
    agreed(cast["admin"], cast["second_admin"])
    carried_out()
    assert lines() == seen


# --- Numbers --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(("closing", "outcome"), [
    ({}, "unknown"), ({"relief": "asylum", "removed": "no"}, "relief"), ({"removed": "yes"}, "removed"),
    ({"relief": "voluntary_departure"}, "left"), ({"released": "left"}, "left"), ({"released": "bond"}, "released"),
    ({"released": "no"}, "held"), ({"relief": "none", "released": "parole"}, "released"),
])  # fmt: skip
def test_what_stays_of_a_case(cast: Cast, closing: dict[str, str], outcome: str) -> None:
    day, person = years_ago(8), files.person(given_names=CANARY, language="quc")
    case = closed_case(cast["attorney"], person=person, **closing)
    own: dict[str, Any] = {"organization_id": case.organization_id}
    opened = case.opened_at
    Stay(
        **own, person=person, began_at=opened.replace(year=opened.year), ended_at=noon(day), reason="bond",
        confirmed_at=opened,
    ).save(force_insert=True)  # fmt: skip
    for state in ("held", "held", "vacated"):
        Hearing(
            **own, case=case, recorded_by_id=case.opened_by_id, kind="master", medium="V", court_id="adelanto",
            on=day, at=noon(day).time(), time_zone="UTC", starts_at=noon(day), state=state,
        ).save(force_insert=True)  # fmt: skip
    with window("the test"):
        Case.objects.filter(pk=case.pk).update(matters=["habeas", "bond"])
    agreed(cast["admin"], cast["second_admin"])
    carried_out()
    row = Statistic.objects.values().get()
    assert {name: value for name, value in row.items() if name not in {"id", "organization_id"}} == {
        "opened_year": opened.year, "closed_year": day.year, "matters": ["bond", "habeas"], "outcome": outcome,
        "language": "quc", "detained": True, "months_detained": 6, "months_open": 6, "hearings": 2,
    }  # fmt: skip


@pytest.mark.django_db
def test_what_is_not_known_stays_so(cast: Cast) -> None:
    case = files.case(files.person())
    with window("the test"):
        Case.objects.filter(pk=case.pk).update(
            stage="declined", stage_since=noon(years_ago(8)), opened_at=noon(years_ago(8))
        )
    agreed(cast["admin"], cast["second_admin"])
    carried_out()
    row = Statistic.objects.get()
    assert (row.outcome, row.language, row.detained, row.months_detained, row.months_open, row.hearings) == (
        "declined", "", None, None, 0, 0,
    )  # fmt: skip


@pytest.mark.django_db
def test_the_page_shows_no_number_under_five(cast: Cast, enter: Any) -> None:
    home = Organization.objects.get(short_name="NLA")

    def more(many: int, **columns: Any) -> None:
        plain = {"opened_year": 2016, "closed_year": 2017, "months_open": 3, "hearings": 1, "language": "es"}
        for _ in range(many):
            Statistic.objects.create(organization=home, **(plain | {"outcome": "released"} | columns))

    def shown() -> dict[str, list[tuple[str, str]]]:
        return {one.title: one.rows for one in enter("admin").get("/organization/kept/").context["statistics"]}

    more(4, matters=["bond"])
    assert shown()["What came of it"] == [("All", "fewer than 5")]
    assert "Half of these cases had at most" not in shown()
    more(6, outcome="relief")
    more(9, outcome="removed")
    found = shown()
    assert found["What came of it"] == [("Removed", "9"), ("All others", "10")]  # 4 would follow from the sum
    assert found["What for"] == [("All", "fewer than 5")]
    assert found["Half of these cases had at most"] == [("Months the case was open", "3"), ("Hearings held", "1")]
    Statistic.objects.all().delete()
    assert shown() == {}


# --- Killed in the middle -------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_killed_leaves_whole_files_and_the_next_one_goes_on() -> None:
    """Killed when the rows are deleted, and nothing is committed."""
    with as_owner():
        users = {one.email.partition("@")[0]: one for one in User.objects.all()}
        cases = [closed_case(users["ada"]) for _ in range(3)]
    with as_owner():
        one = agreed(users["nia"], users["tomas"])

    def left() -> tuple[int, int, int, int]:
        with as_owner(), window("the test"):
            return Case.objects.count(), Note.objects.count(), Person.objects.count(), Statistic.objects.count()

    actions.purge_next()
    with locked("procrastinate_jobs") as wait, worker(actions.purge_next):
        wait()
    assert left() == (2, 2, 2, 1)
    until = time.monotonic() + PATIENCE
    while not is_over(one):  # as long as the dead worker's transaction is not taken back, others leave it alone
        actions.purge_next()
        assert time.monotonic() < until
    assert left() == (0, 0, 0, 3)
    with as_owner():
        one.refresh_from_db()
        lines = Entry.objects.filter(verb="case.purged").values_list("case_id", flat=True)
        assert (one.gone, len(lines), set(lines)) == (3, 3, {case.pk for case in cases})
        assert chain.faults() == []
    assert actions.purge_next() is False


def is_over(one: Purge) -> bool:
    with as_owner():
        return Purge.objects.get(pk=one.pk).ended_at is not None
