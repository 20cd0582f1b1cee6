"""Who reads which cases, people, notes, places and grants, by every route that SQL has."""

import re

import pytest

from tests.walls.cast import DUTIES, NO_LONGER
from tests.walls.lines import Line

SEEN = {  # who: cases; the highest tier of notes in each stands behind the colon
    "ada": "north_closed:3 north_free:2 north_intake:2 north_own:3 south_changed:3 south_shared:3 south_viewed:2",
    "ben": "north_free:2 north_intake:2 north_own:2 south_changed:3 south_shared:3",
    "june_north": "north_free:2 north_intake:2 north_own:2 south_changed:3 south_shared:3",
    "tomas": "north_free:2 north_intake:2 north_left:3 north_own:2 south_changed:3 south_shared:3",
    "vic": "north_intake:1",
    "cleo": "south_changed:2 south_closed:3 south_expired:2 south_misled:2 south_own:3 south_shared:3 south_viewed:3",
    "june": "south_misled:3",
    "ruth": "hotline_own:3",
    **dict.fromkeys(("nia", "omar", "hana", *NO_LONGER), ""),
    **dict.fromkeys(("ada_signed_in", "sue_signed_in", "nobody", "silent", *DUTIES), ""),
}


def seen(who: str) -> list[str]:
    return [part.partition(":")[0] for part in SEEN[who].split()]


@pytest.mark.parametrize("who", SEEN)
def test_somebody_sees_just_these_cases(line: Line, who: str) -> None:
    assert sorted(line.attempt(who, "SELECT id FROM cases_case")) == seen(who)


@pytest.mark.parametrize("who", SEEN)
def test_somebody_sees_just_the_people_of_these_cases(line: Line, who: str) -> None:
    assert sorted(line.attempt(who, "SELECT id FROM people_person")) == [f"{case}_person" for case in seen(who)]


@pytest.mark.parametrize("who", SEEN)
def test_somebody_sees_notes_of_just_these_tiers(line: Line, who: str) -> None:
    notes = [
        f"{case}_note{tier}"
        for case, _, highest in (part.partition(":") for part in SEEN[who].split())
        for tier in range(1, int(highest) + 1)
    ]
    assert sorted(line.attempt(who, "SELECT id FROM cases_note")) == notes


@pytest.mark.parametrize("who", SEEN)
def test_somebody_sees_answers_of_just_these_tiers(line: Line, who: str) -> None:
    """As notes; but whoever took a draft sees the second tier of it."""
    tiers = SEEN[who].replace("north_intake:1", "north_intake:2")
    answers = [
        f"{case}_answer{tier}"
        for case, _, highest in (part.partition(":") for part in tiers.split())
        for tier in range(1, int(highest) + 1)
    ]
    assert sorted(line.attempt(who, "SELECT id FROM intake_answer")) == answers


PLACES = {
    "ada": "ada_on_closed ada_on_own cleo_on_shared cleo_on_viewed nia_on_own sue_on_own vic_left vic_on_intake",
    "vic": "vic_on_intake",
    "cleo": "cleo_on_closed cleo_on_own cleo_on_shared cleo_on_viewed",
    "june": "",
    "nia": "",
    "sue": "",
    "silent": "",
}


@pytest.mark.parametrize("who", PLACES)
def test_somebody_sees_who_is_on_just_these_cases(line: Line, who: str) -> None:
    assert sorted(line.attempt(who, "SELECT id FROM cases_assignment")) == PLACES[who].split()


GRANTS = {  # grants that last, to people and to organizations
    # A closed organization's grants go when it closes; one that stayed behind shows itself and opens nothing.
    "ada": "over_shared south_shared south_viewed / south_changed south_shared",
    "ben": " / south_changed south_shared",
    "cleo": "south_misled south_shared south_viewed / south_changed south_shared",
    "june": "south_misled /",
    "vic": "south_misled /",  # one's own, of which a volunteer can make no use
    "nia": "south_misled /",
    "ruth": " /",
    "sue": " /",
    "omar": " /",
    "ada_signed_in": " /",
    "silent": " /",
}


@pytest.mark.parametrize("who", GRANTS)
def test_somebody_sees_just_the_grants_that_concern_them(line: Line, who: str) -> None:
    statement = "SELECT DISTINCT content_object_id FROM cases_case{}objectpermission WHERE true"
    found = [sorted(line.attempt(who, statement.format(kind))) for kind in ("user", "group")]
    assert found == [part.split() for part in GRANTS[who].split("/")]


ROUTES = {
    "the whole table": "TABLE cases_case",
    "only": "SELECT id FROM ONLY cases_case",
    "by id": "SELECT id FROM cases_case WHERE id = ANY (%(all)s::uuid[])",
    "by organization": "SELECT id FROM cases_case WHERE organization_id IN (%(north)s, %(south)s, %(hotline)s,"
    " %(over)s)",
    "always true": "SELECT id FROM cases_case WHERE organization_id = %(south)s OR true",
    "common table": "WITH c AS MATERIALIZED (SELECT id FROM cases_case) SELECT id FROM c",
    "recursive": "WITH RECURSIVE c AS (SELECT id FROM cases_case UNION SELECT k.id FROM cases_case k, c) SELECT id"
    " FROM c",
    "join on notes": "SELECT DISTINCT c.id FROM cases_note n RIGHT JOIN cases_case c ON c.id = n.case_id",
    "from what points there": "SELECT DISTINCT case_id FROM cases_note",
    "full join": "SELECT DISTINCT c.id FROM cases_case c FULL JOIN access_organization o ON false WHERE c.id IS NOT"
    " NULL",
    "cross join": "SELECT DISTINCT c.id FROM cases_case c CROSS JOIN people_person",
    "lateral": "SELECT c.id FROM (VALUES (1)) v CROSS JOIN LATERAL (SELECT id FROM cases_case OFFSET 0) c",
    "sub-query": "SELECT id FROM (SELECT * FROM cases_case) c",
    "anti-join": "SELECT id FROM cases_case WHERE id NOT IN (SELECT case_id FROM cases_note WHERE tier = 9)",
    "union": "SELECT id FROM cases_case UNION SELECT id FROM cases_case",
    "except": "SELECT id FROM cases_case EXCEPT SELECT id FROM people_person",
    "window": "SELECT first_value(id) OVER (PARTITION BY id) FROM cases_case",
    "grouping sets": "SELECT id FROM cases_case GROUP BY GROUPING SETS ((id))",
    "array": "SELECT unnest(array_agg(id)) FROM cases_case",
    "text": "SELECT regexp_split_to_table(string_agg(id::text, ','), ',')::uuid FROM cases_case",
    "JSON": "SELECT (json_array_elements(json_agg(c)) ->> 'id')::uuid FROM cases_case c",
    "row": "SELECT (to_jsonb(c) ->> 'id')::uuid FROM cases_case c",
    "a sample": "SELECT id FROM cases_case TABLESAMPLE SYSTEM (100)",
    "by place on disk": "SELECT id FROM cases_case WHERE ctid >= '(0,0)' AND tableoid = 'cases_case'::regclass",
    "by transaction": "SELECT id FROM cases_case WHERE xmin IS NOT NULL AND cmin IS NOT NULL",
    "for update": "SELECT id FROM cases_case FOR KEY SHARE",
    "cursor": "DECLARE c SCROLL CURSOR FOR SELECT id FROM cases_case; MOVE FORWARD ALL FROM c; FETCH BACKWARD ALL"
    " FROM c",
    "prepared": "DEALLOCATE ALL; PREPARE p AS SELECT id FROM cases_case; EXECUTE p",
    "returned by an update": "UPDATE cases_case SET version = version WHERE id = ANY (%(all)s::uuid[]) RETURNING id",
    "returned by a write in a common table": "WITH w AS (UPDATE cases_case SET version = version "
    "WHERE true RETURNING id) SELECT id FROM w",
    "update from": "UPDATE cases_case c SET version = c.version FROM cases_case o WHERE o.id = c.id RETURNING o.id",
    "merge": "MERGE INTO cases_case c USING cases_case o ON o.id = c.id AND o.id <> ALL (ARRAY[%(south_viewed)s,"
    " %(south_changed)s, %(south_shared)s, %(south_misled)s]::uuid[]) WHEN MATCHED THEN UPDATE SET version = c.version "
    "RETURNING c.id",
    "an index alone": "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SELECT id FROM cases_case",
    "values": "SELECT c.id FROM (SELECT unnest(%(all)s::uuid[]) AS id) v JOIN cases_case c USING (id)",
    "exists": "SELECT v.id FROM (SELECT unnest(%(all)s::uuid[]) AS id) v WHERE EXISTS "
    "(SELECT FROM cases_case c WHERE c.id = v.id)",
    "scalar": "SELECT found FROM (SELECT (SELECT c.id FROM cases_case c WHERE c.id = v) AS found "
    "FROM unnest(%(all)s::uuid[]) v) s WHERE found IS NOT NULL",
    "polled by the driver's copy": "COPY (SELECT id FROM cases_case) TO STDOUT",
    "copy of the table": "COPY cases_case TO STDOUT",
    "copy of columns": "COPY cases_case (id, organization_id) TO STDOUT (FORMAT csv)",
    "copy of what a write returns": "COPY (UPDATE cases_case SET version = version WHERE true RETURNING id) TO STDOUT",
}
WRITING = ("returned", "update", "merge", "copy of what a write", "for update")
MAY_NOT_CHANGE = {"ada": {"south_viewed", "south_changed", "south_shared"}, "june": {"south_misled"}}


@pytest.mark.parametrize("who", ["ada", "vic", "june", "sue", "nobody", "silent"])
@pytest.mark.parametrize("route", ROUTES)
def test_no_route_leads_further(line: Line, route: str, who: str) -> None:
    statement = ROUTES[route]
    with line.as_(who):
        if statement.startswith("COPY"):
            told = re.findall(r"^[0-9a-f-]{36}", line.copied(statement), re.MULTILINE)
            found = {name for name, value in line.ground.names.items() if str(value) in told}
        else:
            found = {row[0] if isinstance(row, tuple) else row for row in line.run(statement)}
    written = route.startswith(WRITING)
    assert found == {case for case in seen(who) if not (written and case in MAY_NOT_CHANGE.get(who, ()))}
