"""Who sees what: asked of the product, and compared with the oracle."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, connection, transaction

from casework.access import acts
from casework.access.actor import Actor
from casework.access.context import acting
from casework.cases.grants import CaseGroupObjectPermission, CaseUserObjectPermission
from casework.cases.models import Assignment, Case, Note
from casework.cases.reach import of
from casework.people.models import Person
from tests.conftest import as_application
from tests.properties.ground import PEOPLE, Ground


def give_walls_a_gate() -> None:
    """For the rest of the transaction the walls of these tables can be opened, so that the doors stand alone."""
    tables = (Case, Note, Person, Assignment, CaseUserObjectPermission, CaseGroupObjectPermission)
    with connection.cursor() as cursor:
        for model in tables:
            cursor.execute(f"CREATE POLICY gate ON {model._meta.db_table} TO casework_app"
                           " USING ((SELECT current_setting('test.gate', true)) = 'open')")  # fmt: skip


@contextmanager
def walls_open() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL test.gate = 'open'")
        try:
            yield
        finally:
            if not connection.needs_rollback:
                cursor.execute("SET LOCAL test.gate = 'shut'")


SEEN = """
    SELECT 'c', id FROM cases_case UNION ALL SELECT 'n', id FROM cases_note UNION ALL SELECT 'p', id FROM people_person
"""
CHANGED = """
    WITH c AS (UPDATE cases_case SET opened_at = opened_at RETURNING id),
        p AS (UPDATE people_person SET language = language RETURNING id)
    SELECT 'c', id FROM c UNION ALL SELECT 'p', id FROM p
"""
VIEWERS = "SELECT membership_id, basis, tier, may_change, may_share FROM ctx.viewers(%s)"
NOTE = """
    INSERT INTO cases_note
        (id, case_id, organization_id, tier, kind, text, author_id, author_name, version, written_at)
    SELECT gen_random_uuid(), one.case_id, one.organization_id, one.tier, 'memo', '', %s, '', 1, now()
    FROM unnest(%s::uuid[], %s::uuid[], %s::smallint[]) AS one (case_id, organization_id, tier)
"""


class Asking(Ground):
    """Each member is asked through the doors alone, through the doors under the walls, and in plain SQL."""

    def ask(self, keys: list[str], cases: list[str]) -> None:
        for number, member in enumerate(keys, self.steps):
            live, actor = self.actor(member), self.token(member)
            assert (live is not None) == self.world.live(member)
            if live is not None and (self.every_step or number % 2):
                self.ask_doors_alone(live, member)
            if self.every_step or not number % 2:
                self.ask_doors(actor, member)
            self.ask_sql(actor, member)
        for case in cases:
            self.ask_who_sees(case)

    def expected(self, member: str) -> tuple[set[str], set[str], set[str]]:
        return self.world.cases_of(member), self.world.notes_of(member), self.world.people_of(member)

    def ask_doors_alone(self, actor: Actor, member: str) -> None:
        """And what the rules would let the member do."""
        with as_application(), acting(actor), walls_open():
            assert self.found(actor) == self.expected(member)
            assert self.offered(actor) == self.rights(member)

    def ask_doors(self, actor: Actor, member: str) -> None:
        """With the walls behind them."""
        with as_application(), acting(actor):
            assert self.found(actor) == self.expected(member)
            shared = {self.names[pk] for pk in Case.objects.shared_with(actor).values_list("pk", flat=True)}
            ours = {self.names[pk] for pk in Case.objects.ours(actor).values_list("pk", flat=True)}
        assert shared == {case for case in self.cases if self.world.held(member, case)}
        assert ours | shared == self.world.cases_of(member)

    def found(self, actor: Actor) -> tuple[set[str], ...]:
        rows = [model.objects.visible_to(actor).values_list("pk", flat=True) for model in (Case, Note, Person)]
        return tuple({self.names[pk] for pk in keys} for keys in rows)

    def offered(self, actor: Actor) -> dict[str, tuple[int, bool, bool, bool]]:
        return {
            key: (
                of(actor).writes_up_to(row),
                acts.allowed(actor, "note.written", row),
                acts.allowed(actor, "case.shared", row),
                acts.allowed(actor, "case.assigned", row),
            )
            for key, row in ((self.names[row.pk], row) for row in Case.objects.visible_to(actor))
        }

    def rights(self, member: str) -> dict[str, tuple[int, bool, bool, bool]]:
        sights = {case: it for case in self.cases if (it := self.world.sight(member, case))}
        reads = self.world.members[member].reads
        return {case: (it.writes, it.changes, it.shares, reads and it.basis != "share") for case, it in sights.items()}

    def ask_sql(self, actor: Actor, member: str) -> None:
        """Also for those who do not count any more, whose token still stands. What it writes is taken back."""
        world = self.world
        with as_application(), acting(actor), transaction.atomic():
            assert self.who_asks() == ("casework_app", True)
            assert self.keys(SEEN) == self.expected(member)
            assert self.who_asks() == ("casework_app", True)
            edits = {case for case in self.cases if (it := world.sight(member, case)) and it.edits}
            assert self.keys(CHANGED) == (edits, set(), world.people_of(member, to_change=True))
            self.ask_to_write(member)
            transaction.set_rollback(True)

    def ask_to_write(self, member: str) -> None:
        """Every note that may be written at once; of those that may not, each by itself, or one in turn."""
        pairs = [(case, tier) for case in sorted(self.cases) for tier in (1, 2, 3)]
        writes = {case: it.writes if (it := self.world.sight(member, case)) else 0 for case in self.cases}
        may = [(case, tier) for case, tier in pairs if tier <= writes[case]]
        may_not = [pair for pair in pairs if pair not in may]
        with connection.cursor() as cursor:
            cursor.execute(NOTE, self.note_values(member, may))
            assert cursor.rowcount == len(may)
        for pair in may_not if self.every_step else may_not[self.steps % 15 :][:1]:
            self.refused(NOTE, *self.note_values(member, [pair]))

    def note_values(self, member: str, pairs: list[tuple[str, int]]) -> list[Any]:
        cases = [self.cases[case] for case, _ in pairs]
        return [
            self.ids[member], [case.pk for case in cases], [case.organization_id for case in cases],
            [tier for _, tier in pairs],
        ]  # fmt: skip

    def who_asks(self) -> tuple[str, bool]:
        """The role, and whether the walls stand: without both, what is seen proves nothing."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user::text, coalesce(current_setting('test.gate', true), '') <> 'open'")
            found: tuple[str, bool] = cursor.fetchone()
        return found

    def keys(self, statement: str, *values: Any) -> tuple[set[str], ...]:
        """Names of cases, notes and people, from rows of kind and key."""
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            rows = cursor.fetchall()
        return tuple({self.names[pk] for kind, pk in rows if kind == wanted} for wanted in "cnp")

    def refused(self, statement: str, *values: Any) -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement, values)
        except DatabaseError:
            return
        raise AssertionError(statement)

    def ask_who_sees(self, case: str) -> None:
        """One who may share the case is told exactly who sees it and why; one who may not is told nothing."""
        world = self.world
        sights = {member: it for member in sorted(PEOPLE) if (it := world.sight(member, case))}
        may = [member for member, it in sights.items() if it.shares]
        may_not = [member for member in sorted(PEOPLE) if member not in may]
        everybody = {(self.ids[member], it.basis, it.tier, it.changes, it.shares) for member, it in sights.items()}
        for asking, told in ((may, everybody), (may_not, set())):
            if asking:
                actor = self.token(asking[self.steps % len(asking)])
                with as_application(), acting(actor), connection.cursor() as cursor:
                    cursor.execute(VIEWERS, [self.cases[case].pk])
                    assert set(cursor.fetchall()) == told
