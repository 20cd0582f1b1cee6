"""The conflict check: whom it finds, what of it is shown to whom, what stays decided."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from casework.access import acts
from casework.access.actor import Actor
from casework.access.doors import window
from casework.access.models import User
from casework.access.versions import ChangedMeanwhile
from casework.audit.models import Entry
from casework.cases import actions, merging, person
from casework.cases.models import Assignment, Case, Task
from casework.intake import conflicts
from casework.intake.actions import Said, begin_intake, save_answer
from casework.intake.actions import conflicts as deciding
from casework.intake.models import Candidate, CheckState, ConflictCheck, ConflictDecision, SearchedTerm
from casework.intake.questions.conditions import Answer as Answered
from casework.people import contacts
from casework.people.models import Contact, Person
from tests.cases.planting import NORTH, SOUTH, again, give, member, open_case, speaking
from tests.desk.test_caseload import queries
from tests.intake.letters import TASK, letters_sent

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
WHO = {"given_names": "Zenobia", "first_surname": "Quetzalmazin", "second_surname": "Ovando"}
NAME, NUMBER = "Zenobia Quetzalmazin Ovando", "200111222"
QUERIES = 27
LIKE_HER = {"given_names": "Senobia", "first_surname": "Quetzalmazin", "second_surname": "Obando"}


def change(user: User, case: Case, **values: Any) -> None:
    with speaking(user) as actor:
        it = again(actor, case).person
        person.change(actor, again(actor, case), values={**standing_of(it), **values}, seen=it.version)


def standing_of(it: Person) -> dict[str, Any]:
    return {name: getattr(it, name) for name in person.FIELDS}


def restrict(user: User, case: Case) -> Case:
    with speaking(user) as actor:
        actions.restrict(actor, again(actor, case))
    return case


def state(user: User, case: Case, organization: str = NORTH) -> conflicts.Standing:
    with speaking(user, organization) as actor:
        return conflicts.standing(actor, again(actor, case))


def hits(user: User, case: Case) -> list[conflicts.Hit]:
    with speaking(user) as actor:
        return conflicts.hits(actor, again(actor, case))


def add(user: User, case: Case, role: str, name: str, phone: str = "", **more: Any) -> None:
    phones = [{"number": phone, "call": True, "text": False, "voicemail": False, "note": ""}] if phone else []
    values = {"name": name, "phones": phones}
    with speaking(user) as actor:
        whose = again(actor, case).person
        if role == "contact":
            contacts.add(actor, whose, values=values | {"kind": "family"} | more)
        else:
            contacts.add_adverse(
                actor, whose, values={"kind": "abuser", "tier": 2, "name": name, "phones": phones} | more
            )


def decide(user: User, case: Case, outcome: str = "none", reason: str = "Born in another year", **more: Any) -> None:
    with speaking(user) as actor:
        it = again(actor, case)
        found = more.pop("hits", None) or conflicts.hits(actor, it)[0].versions
        deciding.decide(actor, it, outcome=outcome, reason=reason, hits=found, **more)


@pytest.fixture
def two(cast: Cast) -> tuple[Case, Case]:
    """A case of the attorney, and one of the paralegal about somebody who sounds the same."""
    first = open_case(cast["attorney"], **WHO)
    change(cast["attorney"], first, birth_date=date(1990, 3, 4), a_number=NUMBER, country_of_birth="GT")
    return first, open_case(cast["paralegal"], **LIKE_HER)


def test_somebody_who_sounds_the_same_is_found_with_what_agrees(cast: Cast, two: tuple[Case, Case]) -> None:
    assert state(cast["attorney"], two[0]).state == CheckState.CLEAR  # nobody was there yet
    [hit] = hits(cast["paralegal"], two[1])
    assert (hit.name, hit.role, hit.whom_role, hit.cases) == (NAME, "person", "person", (two[0],))
    assert [(one.what, one.says) for one in hit.lines] == [
        ("name", "sounds"), ("born", "not_known"), ("a_number", "not_known"), ("country", "not_known"),
    ]  # fmt: skip
    found = state(cast["paralegal"], two[1])
    assert (found.state, found.ran_by, found.unseen, found.stops) == (CheckState.OPEN, "Ben Okoye", None, True)


@pytest.mark.parametrize(
    ("values", "score", "evidence"),
    [
        ({}, 100, ["name_same"]),
        ({"birth_date": date(1990, 3, 4)}, 100, ["name_same", "born_same"]),
        ({"birth_date": date(1990, 4, 3)}, 100, ["name_same", "born_swapped"]),
        ({"birth_date": date(1971, 8, 9)}, 75, ["name_same", "born_other"]),
        ({"birth_date": date(1971, 8, 9), "country_of_birth": "MX"}, 67, None),
        ({"a_number": NUMBER}, 100, ["name_same", "number_same"]),
        ({"a_number": "200111229"}, 100, ["name_same", "number_near"]),
        ({"a_number": NUMBER, "given_names": "Domingo", "first_surname": "Cux", "second_surname": ""}, 90,
         ["number_same"]),
        ({"a_number": "200111229", "given_names": "Domingo", "first_surname": "Cux", "second_surname": ""}, 35, None),
        ({"given_names": "Ovando", "first_surname": "Zenobia", "second_surname": "Quetzalmazin"}, 100, ["name_same"]),
        ({"second_surname": ""}, 90, ["name_same"]),
        ({"given_names": "Zenobia María", "aliases": ["La Maga"]}, 90, ["name_within"]),
        ({"second_surname": "Tun"}, 66, None),
        ({"second_surname": "Tun", "birth_date": date(1990, 3, 4)}, 96, ["name_part", "born_same"]),
        ({"given_names": "Domingo", "second_surname": "", "aliases": ["Zenobia Quetzalmazin Obando"]}, 100,
         ["name_same"]),
    ],
)  # fmt: skip
def test_what_agrees_and_contradicts_makes_the_score(
    cast: Cast, values: dict[str, Any], score: int, evidence: list[str] | None
) -> None:
    first = open_case(cast["attorney"], **WHO)
    change(cast["attorney"], first, birth_date=date(1990, 3, 4), a_number=NUMBER, country_of_birth="GT")
    second = open_case(cast["attorney"], given_names="Nobody")
    change(cast["attorney"], second, **WHO | values)
    found = [(one.score, one.rows[0].evidence) for one in hits(cast["attorney"], second)]
    assert found == ([(score, evidence)] if evidence else [])


def test_roles_stand_against_each_other(cast: Cast) -> None:
    first = open_case(cast["attorney"], **WHO)
    add(cast["attorney"], first, "adverse", "Casimiro Ixtepan", "+12135550177")
    add(cast["attorney"], first, "contact", "Petronila Chocooj", "+12135550178")
    client = open_case(cast["paralegal"], given_names="Casimiro", first_surname="Ixtepan")
    assert [(one.role, one.whom_role, one.kind, one.name) for one in hits(cast["paralegal"], client)] == [
        ("person", "adverse", "Abuser", "Casimiro Ixtepan")
    ]
    other = open_case(cast["paralegal"], given_names="Domingo")
    add(cast["paralegal"], other, "contact", "Petronila Chocooj")  # around both, against nobody
    add(cast["paralegal"], other, "contact", "Somebody Else", "+12135550177")
    add(cast["paralegal"], other, "adverse", "Zenobia Quetzalmazin")
    assert sorted((one.role, one.whom_role, one.name) for one in hits(cast["paralegal"], other)) == [
        ("adverse", "person", NAME), ("contact", "adverse", "Casimiro Ixtepan"),
    ]  # fmt: skip
    with speaking(cast["paralegal"]) as actor:
        row = Contact.objects.visible_to(actor).get(
            person_id=other.person_id, added_by_id=actor.member, version=1, pk=hits_source(actor, other)
        )
        contacts.remove(actor, row)
    assert [one.role for one in hits(cast["paralegal"], other)] == ["adverse"]


def hits_source(actor: Actor, case: Case) -> Any:
    return Candidate.objects.visible_to(actor).get(case=case, role="contact").source


class TestUnseen:
    """Somebody in a restricted case is found, and not shown."""

    @pytest.fixture
    def closed(self, cast: Cast) -> Case:
        case = open_case(cast["attorney"], given_names="CANARYZENOBIA", first_surname="CANARYQUETZAL")
        change(cast["attorney"], case, birth_date=date(1990, 3, 4), a_number=NUMBER)
        return restrict(cast["attorney"], case)

    def test_the_asker_is_told_whom_to_ask_and_nothing_else(self, cast: Cast, enter: Any, closed: Case) -> None:
        case = open_case(cast["paralegal"], given_names="CANARYZENOBIA", first_surname="CANARYQUETZAL")
        found = state(cast["paralegal"], case)
        assert (found.state, found.unseen) == (
            CheckState.OPEN, conflicts.Unseen(True, member(cast["attorney"], NORTH).pk, "Ada Quispe")
        )  # fmt: skip
        assert hits(cast["paralegal"], case) == []
        change(cast["paralegal"], case, given_names="Domingo", first_surname="Cux", a_number=NUMBER)
        client, pages = enter("paralegal"), ("", "conflicts/", "activity/", "tasks/", "looks/", "merge/")
        for page in pages:
            said = client.get(f"/cases/{case.pk}/{page}").content.decode()
            assert "CANARY" not in said.replace("CANARYZENOBIA CANARYQUETZAL", "") or page == "activity/"
            assert str(closed.pk) not in said
            assert str(closed.person_id) not in said
        said = client.get(f"/cases/{case.pk}/conflicts/").content.decode()
        assert "Possible match: ask <bdi>Ada Quispe</bdi>." in said
        assert "CANARY" not in said
        assert "CANARY" not in client.get("/").content.decode()

    def test_no_row_of_the_asker_names_it(self, cast: Cast, closed: Case) -> None:
        case = open_case(cast["paralegal"], given_names="Domingo")
        change(cast["paralegal"], case, a_number=NUMBER)
        ids = (str(closed.pk), str(closed.person_id))
        with speaking(cast["paralegal"]) as actor, connection.cursor() as cursor:
            for table in ("intake_candidate", "intake_conflictcheck", "intake_conflictdecision", "intake_searchedterm",
                          "cases_task", "audit_entry", "people_nametoken", "people_partytoken"):  # fmt: skip
                cursor.execute(f"SELECT t::text FROM {table} t")  # noqa: S608 (our own tables)
                assert not [row for (row,) in cursor.fetchall() if any(one in row for one in ids)], table
            assert not Candidate.objects.visible_to(actor).exists()
            cursor.execute("SELECT count(*) FROM ctx.unseen_conflicts(%s)", [case.pk])
            assert cursor.fetchone() == (1,)
        with speaking(cast["attorney"]):  # on the restricted team, and reads the other case
            pass
        assert [one.name for one in hits(cast["attorney"], case)] == ["CANARYZENOBIA CANARYQUETZAL"]

    def test_however_many_there_are_it_is_one_answer(self, cast: Cast, closed: Case) -> None:
        more = open_case(cast["attorney"], given_names="CANARYOTHER")
        change(cast["attorney"], more, a_number="200111229", first_surname="CANARYQUETZAL", birth_date=date(1990, 3, 4))
        restrict(cast["attorney"], more)
        case = open_case(cast["paralegal"], given_names="Domingo")
        change(cast["paralegal"], case, a_number=NUMBER, birth_date=date(1990, 3, 4), first_surname="Canaryquetzal")
        with speaking(cast["paralegal"]), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM ctx.unseen_conflicts(%s)", [case.pk])
            assert cursor.fetchone() == (1,)
        with window("test"):
            assert Candidate.objects.filter(case=case).count() == 2

    def test_whoever_is_to_be_asked_has_a_task_and_sees_who_asks(self, cast: Cast, enter: Any, closed: Case) -> None:
        case = open_case(cast["paralegal"], given_names="Domingo")
        change(cast["paralegal"], case, a_number=NUMBER)
        with window("test"):
            task = Task.objects.get(case=closed, rule="intake.conflict_asked")
        assert (task.assignee_id, task.made_by_id, task.values) == (
            member(cast["attorney"], NORTH).pk, member(cast["paralegal"], NORTH).pk, {},
        )  # fmt: skip
        line = Entry.objects.get(object_id=task.pk)
        assert (line.verb, line.case_id, line.actor_name, line.tier) == ("task.opened", closed.pk, "Ben Okoye", 2)
        said = enter("attorney").get(f"/cases/{closed.pk}/conflicts/").content.decode()
        assert "Who asks about this case" in said
        assert "Ben Okoye" in said
        assert f"/cases/{case.pk}/conflicts/" in said
        with speaking(cast["paralegal"]) as actor:
            assert not Task.objects.visible_to(actor).filter(rule="intake.conflict_asked").exists()
            deciding.check(actor, again(actor, case))
        with window("test"):
            assert Task.objects.filter(rule="intake.conflict_asked").count() == 1  # the same hit asks once

    def test_a_case_that_is_hidden_later_asks_its_own_counsel(self, cast: Cast, two: tuple[Case, Case]) -> None:
        """The paralegal saw the match, and does not see it any more; nobody has decided."""
        first, case = two
        assert [one.name for one in hits(cast["paralegal"], case)] != []
        restrict(cast["attorney"], first)
        assert hits(cast["paralegal"], case) == []
        assert state(cast["paralegal"], case).unseen is not None
        with window("test"):
            [task] = Task.objects.filter(rule="intake.conflict_asked")
            found = ConflictCheck.objects.get(case=case)
        assert (task.case_id, task.cause, task.assignee_id) == (first.pk, found.pk, member(cast["attorney"], NORTH).pk)
        assert ProcrastinateJob.objects.filter(task_name=TASK, args__object_id=str(first.pk)).exists()

    def test_what_was_decided_before_asks_nobody(self, cast: Cast, two: tuple[Case, Case]) -> None:
        first, case = two
        with speaking(cast["paralegal"]) as actor:
            found = {one.pk: one.version for one in Candidate.objects.visible_to(actor).filter(case=case)}
            deciding.decide(actor, again(actor, case), outcome="none", reason="Two people", hits=found)
        restrict(cast["attorney"], first)
        with window("test"):
            assert not Task.objects.filter(rule="intake.conflict_asked").exists()

    def test_counsel_clears_it_having_asked(self, cast: Cast, enter: Any, closed: Case) -> None:
        case = open_case(cast["paralegal"], given_names="Domingo")
        change(cast["paralegal"], case, a_number=NUMBER)
        client, page = enter("paralegal"), f"/cases/{case.pk}/conflicts/"
        sent = {"about": "unseen", "unseen-outcome": "none", "unseen-reason": "Ada says: no"}
        assert client.post(f"{page}decide/", sent).headers["Location"] == page
        assert state(cast["paralegal"], case).state == CheckState.CLEARED
        said = client.get(page).content.decode()
        assert "A possible match was decided on." in said
        assert "Ada says: no" in said
        assert "to be asked: Ada Quispe" in said
        sent["unseen-outcome"] = "same"
        assert client.post(f"{page}decide/", sent).status_code == 200  # only who sees both can tell
        with speaking(cast["paralegal"]) as actor:
            [decision] = conflicts.decisions(actor, again(actor, case))
        client.post(f"{page}{decision.row.pk}/undo/")
        assert state(cast["paralegal"], case).state == CheckState.OPEN

    def test_a_party_whom_counsel_alone_knows_is_unseen_by_others(self, cast: Cast) -> None:
        first = open_case(cast["attorney"], **WHO)
        add(cast["attorney"], first, "adverse", "CANARYCASIMIRO CANARYIXTEPAN", tier=3)
        case = open_case(cast["paralegal"], given_names="CANARYCASIMIRO", first_surname="CANARYIXTEPAN")
        assert hits(cast["paralegal"], case) == []
        assert state(cast["paralegal"], case).unseen is not None
        assert [one.whom_role for one in hits(cast["attorney"], case)] == ["adverse"]

    def test_a_case_that_nobody_leads_is_asked_of_an_administrator(self, cast: Cast, closed: Case) -> None:
        with window("test"):
            Assignment.objects.filter(case=closed).update(ends_at=timezone.now())
        case = open_case(cast["paralegal"], given_names="Domingo")
        change(cast["paralegal"], case, a_number=NUMBER)
        found = state(cast["paralegal"], case).unseen
        assert found is not None
        assert found.ask in {cast["admin"].name, cast["second_admin"].name}
        with window("test"):
            task = Task.objects.get(case=closed, rule="intake.conflict_asked")
        assert task.assignee_id is None or task.assignee_id == member(cast["second_admin"], NORTH).pk  # who reads, too


class TestVolunteer:
    """Whoever takes calls sees that somebody is to be asked, and decides nothing."""

    def test_a_volunteer_is_told_whom_to_ask(self, cast: Cast, enter: Any, two: tuple[Case, Case]) -> None:
        case = open_case(cast["volunteer"], **WHO)
        assert hits(cast["volunteer"], case) == []
        said = enter("volunteer").get(f"/cases/{case.pk}/conflicts/").content.decode()
        assert "Possible match: ask" in said
        assert str(two[0].pk) not in said
        assert 'name="unseen-outcome"' not in said
        assert len(hits(cast["attorney"], case)) == 2

    def test_the_intake_says_that_somebody_like_this_is_known(
        self, cast: Cast, enter: Any, two: tuple[Case, Case]
    ) -> None:
        nameless, known = open_case(cast["volunteer"]), open_case(cast["volunteer"], **WHO)
        said = [enter("volunteer").get(f"/intake/{case.pk}/first-call/").content.decode() for case in (nameless, known)]
        assert ["Possible match: somebody like this is known here already." in page for page in said] == [False, True]

    def test_a_volunteer_decides_nothing(self, cast: Cast, enter: Any, two: tuple[Case, Case]) -> None:
        case = open_case(cast["volunteer"], **WHO)
        sent = {"about": "unseen", "unseen-outcome": "none", "unseen-reason": "x"}
        assert enter("volunteer").post(f"/cases/{case.pk}/conflicts/decide/", sent).status_code == 403
        with speaking(cast["volunteer"]) as actor:
            with pytest.raises(PermissionDenied):
                deciding.decide(actor, again(actor, case), outcome="none", reason="x")
            row = ConflictDecision(
                organization_id=case.organization_id, case=again(actor, case), outcome="none", reason="x", unseen=True,
                made_by_id=actor.member,
            )  # fmt: skip
            with pytest.raises(DatabaseError), transaction.atomic():
                row.save(force_insert=True)
            for sql in (
                "UPDATE intake_conflictcheck SET state = 'clear'", "UPDATE intake_candidate SET settled = ground",
                "DELETE FROM intake_candidate",
            ):  # fmt: skip
                with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(sql)
        assert state(cast["attorney"], case).state == CheckState.OPEN

    def test_whoever_tries_names_one_after_the_other_has_to_wait(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch, two: tuple[Case, Case]
    ) -> None:
        monkeypatch.setattr(deciding, "CHECKS", 2)
        case = open_case(cast["volunteer"], given_names="Domingo", first_surname="Cux")
        change(cast["volunteer"], case, first_surname="Tzul")
        change(cast["volunteer"], case, **WHO)  # saved, and not searched for
        found = state(cast["volunteer"], case)
        assert (found.state, found.waits, found.unseen) == (CheckState.OPEN, True, None)
        lines = Entry.objects.filter(verb="conflict.checked", case_id=case.pk).order_by("at")
        assert [one.fields for one in lines] == [["name"], ["name"], ["waits"]]
        with speaking(cast["volunteer"]) as actor, pytest.raises(deciding.TooManyChecks):
            conflicts.check_words(actor, [NAME])
        with speaking(cast["attorney"]) as actor:
            deciding.check(actor, again(actor, case))
        assert len(hits(cast["attorney"], case)) == 2

    def test_the_line_keeps_tokens_and_no_name(self, cast: Cast) -> None:
        case = open_case(cast["volunteer"], **WHO)
        [line] = Entry.objects.filter(verb="conflict.checked", case_id=case.pk)
        with speaking(cast["attorney"]):
            told = acts.opened_details([line])[line.pk]
        assert told is not None
        assert list(told) == ["tokens"]
        assert len(told["tokens"]) == 3
        with window("test"), connection.cursor() as cursor:
            cursor.execute("SELECT t::text FROM intake_searchedterm t WHERE case_id = %s", [case.pk])
            assert "uetzal" not in str(cursor.fetchall())


class TestDecisions:
    def test_a_decision_stays_as_long_as_nothing_else_is_found(self, cast: Cast, two: tuple[Case, Case]) -> None:
        decide(cast["paralegal"], two[1])
        assert state(cast["paralegal"], two[1]).state == CheckState.CLEARED
        with window("test"):
            assert not Task.objects.filter(case=two[1], rule="intake.conflict_found", done_at=None).exists()
        add(cast["paralegal"], two[1], "contact", "Petronila Chocooj")
        change(cast["paralegal"], two[1], language="mam")
        assert state(cast["paralegal"], two[1]).state == CheckState.CLEARED
        change(cast["paralegal"], two[1], birth_date=date(1990, 3, 4))  # which agrees: another thing to decide about
        [hit] = hits(cast["paralegal"], two[1])
        assert (hit.is_open, hit.decided and hit.decided.row.reason) == (True, "Born in another year")
        assert state(cast["paralegal"], two[1]).state == CheckState.OPEN

    def test_somebody_new_opens_it_again_and_a_task(self, cast: Cast, two: tuple[Case, Case]) -> None:
        decide(cast["paralegal"], two[1])
        change(cast["paralegal"], two[1], aliases=["Casimiro Ixtepan"])
        assert state(cast["paralegal"], two[1]).state == CheckState.CLEARED
        add(cast["attorney"], two[0], "adverse", "Casimiro Ixtepan")
        with speaking(cast["paralegal"]) as actor:
            deciding.check(actor, again(actor, two[1]))
        assert [one.is_open for one in hits(cast["paralegal"], two[1])] == [True, False]
        with window("test"):
            task = Task.objects.get(case=two[1], rule="intake.conflict_found", done_at=None)
        assert task.assignee_id == member(cast["paralegal"], NORTH).pk or task.assignee_id is None

    def test_whoever_is_gone_is_no_match(self, cast: Cast, two: tuple[Case, Case]) -> None:
        change(cast["paralegal"], two[1], given_names="Domingo", first_surname="Cux", second_surname="")
        assert (hits(cast["paralegal"], two[1]), state(cast["paralegal"], two[1]).state) == ([], CheckState.CLEAR)

    @pytest.mark.parametrize(
        ("outcome", "then"),
        [("same", "cleared"), ("none", "cleared"), ("waived", "waived"), ("short_term", "waived"),
         ("conflict", "conflict")],
    )  # fmt: skip
    def test_what_a_decision_makes_of_the_check(
        self, cast: Cast, two: tuple[Case, Case], outcome: str, then: str
    ) -> None:
        decide(cast["paralegal"], two[1], outcome, reason="" if outcome == "same" else "So they said")
        found = state(cast["paralegal"], two[1])
        assert (found.state, found.stops) == (then, then == "conflict")

    def test_a_reason_is_needed(self, cast: Cast, two: tuple[Case, Case]) -> None:
        with pytest.raises(ValidationError) as refused:
            decide(cast["paralegal"], two[1], reason="  ")
        assert refused.value.message_dict == {"reason": ["Write down why: it stays with the case."]}

    def test_of_two_who_decide_the_second_is_told(self, cast: Cast, two: tuple[Case, Case]) -> None:
        [hit] = hits(cast["paralegal"], two[1])
        seen = hit.versions
        decide(cast["attorney"], two[1], "conflict", "Sisters in one case")
        with pytest.raises(ChangedMeanwhile):
            decide(cast["paralegal"], two[1], hits=seen)
        assert state(cast["paralegal"], two[1]).state == CheckState.CONFLICT
        with window("test"):
            assert ConflictDecision.objects.count() == 1

    def test_a_decision_is_taken_back(self, cast: Cast, two: tuple[Case, Case]) -> None:
        decide(cast["paralegal"], two[1])
        with speaking(cast["attorney"]) as actor:
            case = again(actor, two[1])
            [one] = conflicts.decisions(actor, case)
            deciding.undo(actor, case, decision=one.row)
            with pytest.raises(ValidationError):
                deciding.undo(actor, case, decision=one.row)
            [one] = conflicts.decisions(actor, case)
            assert (one.by, one.withdrawn_by, one.row.reason) == ("Ben Okoye", "Ada Quispe", "Born in another year")
        assert state(cast["paralegal"], two[1]).state == CheckState.OPEN

    def test_files_that_are_merged_are_no_match(self, cast: Cast, two: tuple[Case, Case]) -> None:
        decide(cast["paralegal"], two[1], "same", reason="")
        with speaking(cast["attorney"]) as actor:
            mine, other = again(actor, two[0]), again(actor, two[1])
            line = merging.merge(actor, mine, survivor=mine.person, loser=other.person)
        assert hits(cast["paralegal"], two[1]) == []
        with speaking(cast["attorney"]) as actor:
            merging.part(actor, again(actor, two[0]), line_id=line)
        assert [one.name for one in hits(cast["paralegal"], two[1])] == [NAME]

    def test_what_counsel_knows_by_one_case_is_not_searched_for_in_another_that_they_read_less_of(
        self, cast: Cast, two: tuple[Case, Case]
    ) -> None:
        """After a merge one sees the party by one's own case, and may write nothing of that tier on the colleague's."""
        add(cast["attorney"], two[0], "adverse", "Casimiro Ixtepan", tier=3)
        with speaking(cast["attorney"]) as actor:
            mine, other = again(actor, two[0]), again(actor, two[1])
            merging.merge(actor, mine, survivor=mine.person, loser=other.person)
        with window("test"):
            found = SearchedTerm.objects.filter(role="adverse").values_list("case_id", "tier")
            assert list(found) == [(two[0].pk, 3)]


class TestOrganizations:
    def test_across_organizations_nothing_is_matched(self, cast: Cast) -> None:
        south = open_case(cast["clinic"], SOUTH, **WHO)
        with speaking(cast["clinic"], SOUTH) as actor:
            it = again(actor, south)
            person.change(actor, it, values={**standing_of(it.person), "a_number": NUMBER}, seen=it.person.version)
        case = open_case(cast["attorney"], **WHO)
        change(cast["attorney"], case, a_number=NUMBER)
        assert state(cast["attorney"], case).state == CheckState.CLEAR
        with speaking(cast["attorney"]) as actor:
            assert conflicts.check_words(actor, ["Domingo Cux"], a_number="200111999") == conflicts.Words()
            found = conflicts.check_words(actor, [NAME], a_number=NUMBER)
        assert [one.cases for one in found.hits] == [(case,)]
        with window("test"):
            assert not Candidate.objects.exists()
            check = ConflictCheck.objects.get(case=case)
            stray = Candidate(
                organization_id=case.organization_id, case=case, check_of=check, tier=1, role="person",
                source=case.person_id, whom_id=south.person_id, whom_role="person", whom_tier=1,
                target=south.person_id, score=99, ground="x",
            )  # fmt: skip
            with pytest.raises(DatabaseError), transaction.atomic():
                stray.save(force_insert=True)

    def test_whoever_a_case_is_shared_with_sees_nothing_of_its_check(
        self, cast: Cast, enter: Any, two: tuple[Case, Case]
    ) -> None:
        with speaking(cast["paralegal"]) as actor:
            give(actor, again(actor, two[1]), SOUTH, level="change")
        client = enter("clinic")
        assert client.get(f"/cases/{two[1].pk}/").status_code == 200
        assert "conflict" not in client.get(f"/cases/{two[1].pk}/").content.decode().lower()
        assert client.get(f"/cases/{two[1].pk}/conflicts/").status_code in {403, 404}
        with speaking(cast["clinic"], SOUTH) as actor:
            assert not ConflictCheck.objects.visible_to(actor).exists()
            assert not SearchedTerm.objects.visible_to(actor).exists()
            with connection.cursor() as cursor:
                for table in ("candidate", "conflictcheck", "conflictdecision", "searchedterm"):
                    cursor.execute(f"SELECT count(*) FROM intake_{table}")  # noqa: S608 (our own tables)
                    assert cursor.fetchone() == (0,)


class TestWords:
    """Names that stand in no case yet, as those of an offer."""

    def test_what_one_meets_is_told_and_of_the_rest_whom_to_ask(self, cast: Cast, two: tuple[Case, Case]) -> None:
        closed = open_case(cast["attorney"], **WHO)
        restrict(cast["attorney"], closed)
        with speaking(cast["paralegal"]) as actor:
            found = conflicts.check_words(actor, [NAME], days=[date(1990, 3, 4)])
        assert sorted((one.name, one.role) for one in found.hits) == [
            ("Senobia Quetzalmazin Obando", "person"), (NAME, "person"),
        ]  # fmt: skip
        assert found.unseen == conflicts.Unseen(True, member(cast["attorney"], NORTH).pk, "Ada Quispe")
        with window("test"):
            assert Task.objects.filter(case=closed, rule="intake.conflict_asked").count() == 1
        line = Entry.objects.get(verb="conflicts.searched")
        assert (line.fields, line.case_id, line.actor_name) == (["names", "birth_date"], None, "Ben Okoye")

    def test_whoever_is_asked_is_written_to_once(self, cast: Cast) -> None:
        restrict(cast["attorney"], open_case(cast["attorney"], **WHO))
        case = open_case(cast["paralegal"], **LIKE_HER)
        for _each in range(2):
            with speaking(cast["paralegal"]) as actor:
                conflicts.check_words(actor, [NAME])
        asked_by_case = [one for one in letters_sent() if "question for you" in one.subject]
        assert [one.to for one in asked_by_case] == [["ada@north.example"]] * 2  # of the words, and of the case
        for one in asked_by_case:
            said = f"{one.subject} {one.body}"
            assert not [part for part in (*NAME.split(), *LIKE_HER.values(), "Ben") if part in said]
        with speaking(cast["paralegal"]) as actor:
            deciding.check(actor, again(actor, case))
        assert len([one for one in letters_sent() if "question for you" in one.subject]) == 0

    def test_whom_one_meets_nobody_is_asked_about(self, cast: Cast, two: tuple[Case, Case]) -> None:
        with speaking(cast["paralegal"]) as actor:
            conflicts.check_words(actor, [NAME])
            deciding.check(actor, again(actor, two[1]))
        assert not [one for one in letters_sent() if "question for you" in one.subject]

    def test_an_administrator_alone_searches_nothing(self, cast: Cast) -> None:
        with speaking(cast["admin"]) as actor, pytest.raises(PermissionDenied):
            conflicts.check_words(actor, [NAME])


def test_answers_that_name_somebody_are_searched_for(cast: Cast, two: tuple[Case, Case]) -> None:
    add(cast["attorney"], two[0], "adverse", "Casimiro Ixtepan")
    with speaking(cast["volunteer"]) as actor:
        case = begin_intake(actor, [Said("caller_name", Answered("Casimiro Ixtepan"))])
        save_answer(actor, case, Said("other_names", Answered([{"other_name": "Senobia Quetzalmazin"}])))
    found = sorted((one.role, one.whom_role, one.name) for one in hits(cast["attorney"], case))
    assert found == [
        ("contact", "adverse", "Casimiro Ixtepan"), ("person", "person", "Senobia Quetzalmazin Obando"),
        ("person", "person", NAME),
    ]  # fmt: skip


def test_the_page_takes_so_many_queries_whatever_it_shows(cast: Cast, enter: Any, two: tuple[Case, Case]) -> None:
    page, client = f"/cases/{two[1].pk}/conflicts/", enter("paralegal")
    assert queries(client, page) == QUERIES
    for _each in range(2):
        open_case(cast["attorney"], **WHO)
    with speaking(cast["paralegal"]) as actor:
        deciding.check(actor, again(actor, two[1]))
    assert (len(hits(cast["paralegal"], two[1])), queries(client, page)) == (3, QUERIES)
