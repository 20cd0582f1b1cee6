"""Tasks: by hand and by rule, whose they are, how they end, who may read them."""

import uuid
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from casework.access.acts import opened_details
from casework.access.doors import window
from casework.access.models import User
from casework.access.versions import ChangedMeanwhile
from casework.audit.models import Entry
from casework.cases import actions, follow_ups
from casework.cases.actions import tasks
from casework.cases.models import Case, Task
from casework.vault import keys
from tests.cases.planting import NORTH, SOUTH, again, give, member, open_case, refused, speaking

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
CAUSE = uuid.uuid5(uuid.NAMESPACE_OID, "a move")
DAY = date(2026, 12, 1)


def rows(case: Case) -> list[Task]:
    with window("test"):
        return list(Task.objects.filter(case=case).order_by("made_at"))


def lines(case: Case) -> list[str]:
    found = Entry.objects.filter(case_id=case.pk, verb__startswith="task.").order_by("at")
    return list(found.values_list("verb", flat=True))


def test_a_task_by_hand(cast: Cast) -> None:
    case, ben = open_case(cast["attorney"]), member(cast["paralegal"], NORTH)
    with speaking(cast["attorney"]) as ada:
        task = actions.add_task(ada, again(ada, case), text="Ask for the I-213", due_on=DAY, assignee=ben)
        assert (tasks.says(task), task.due_on, task.assignee_id, task.is_open) == (
            "Ask for the I-213",
            DAY,
            ben.pk,
            True,
        )
        line = Entry.objects.get(verb="task.opened")
        assert opened_details([line])[line.pk] == {
            "rule": "", "text": "Ask for the I-213", "values": {}, "who": "Ben Okoye", "due_on": "2026-12-01",
        }  # fmt: skip


def test_what_is_to_be_done_stands_sealed(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        actions.add_task(ada, again(ada, case), text="Call the sister in Oxnard")
    with window("test"):
        stored = str(Task.objects.values_list("due_on", "rule").get()) + str(
            list(Entry.objects.filter(verb="task.opened").values_list("fields", "basis"))
        )
    assert "Oxnard" not in stored


def test_a_rule_opens_one_task_for_one_cause_while_it_is_open(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        case = again(ada, case)
        asked: dict[str, Any] = {
            "rule": "custody.confirm_place",
            "cause": CAUSE,
            "values": {"place": "Adelanto"},
            "due_on": DAY,
        }
        first = actions.open_task(ada, case, **asked)
        assert first is not None
        assert actions.open_task(ada, case, **asked) == first
        assert tasks.says(first) == "Confirm by phone that the person is at Adelanto"
        assert lines(case) == ["task.opened"]
        other = actions.open_task(ada, case, **(asked | {"cause": uuid.uuid4()}))
        actions.finish_task(ada, case, task=first)
        later = actions.open_task(ada, case, **asked)
        assert len({first, other, later}) == 3


def test_a_rule_without_a_cause_opens_one_task(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        case = again(ada, case)
        assert actions.open_task(ada, case, rule="cases.first_lead") == actions.open_task(
            ada, case, rule="cases.first_lead"
        )


def test_a_rule_without_words_is_an_error(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada, pytest.raises(KeyError):
        actions.open_task(ada, again(ada, case), rule="nobody.knows")


def test_a_rule_names_whoever_has_the_role_and_else_the_lead(cast: Cast) -> None:
    case, ben = open_case(cast["attorney"]), member(cast["paralegal"], NORTH)
    ada_place = member(cast["attorney"], NORTH)
    with speaking(cast["attorney"]) as ada:
        case = again(ada, case)
        before = actions.open_task(ada, case, rule="custody.tell_contact", values={"contact": "Rosa"})
        actions.assign(ada, case, membership=ben, role="paralegal")
        after = actions.open_task(ada, case, rule="custody.tell_contact", cause=CAUSE, values={"contact": "Rosa"})
        venue = actions.open_task(ada, case, rule="custody.venue")
    assert [one and one.assignee_id for one in (before, after, venue)] == [ada_place.pk, ben.pk, ada_place.pk]


def test_nobody_has_the_task_of_a_case_without_counsel(cast: Cast) -> None:
    case = open_case(cast["volunteer"])
    with speaking(cast["volunteer"]) as vic:
        opened = actions.open_task(vic, again(vic, case), rule="custody.venue")
        assert opened is not None
        assert (opened.tier, opened.assignee_id) == (1, None)


def test_a_volunteer_who_cannot_read_the_open_task_opens_no_second(cast: Cast) -> None:
    case = open_case(cast["volunteer"])
    with speaking(cast["attorney"]) as ada:
        actions.open_task(ada, again(ada, case), rule="custody.venue", cause=CAUSE)
    with speaking(cast["volunteer"]) as vic:
        assert actions.open_task(vic, again(vic, case), rule="custody.venue", cause=CAUSE) is None
    assert len(rows(case)) == 1


def test_words_of_rules_name_only_what_they_are_given() -> None:
    assert [follow_ups.says(rule, {}) for rule in follow_ups.RULES if "%" in follow_ups.says(rule, {})] == []
    assert follow_ups.says("gone.rule", {}) == "gone.rule"


def test_a_task_ends_once_and_comes_back(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        case = again(ada, case)
        task = actions.add_task(ada, case, text="File the motion")
        actions.finish_task(ada, case, task=task)
        assert (task.is_open, task.done_by_id, task.dropped) == (False, ada.membership_id, False)
        assert refused(lambda: actions.finish_task(ada, case, task=task)) == {"": ["This task has ended already."]}
        actions.reopen_task(ada, case, task=task)
        assert refused(lambda: actions.reopen_task(ada, case, task=task)) == {"": ["This task is open."]}
        actions.drop_task(ada, case, task=task)
        assert (task.is_open, task.dropped) == (False, True)
    assert lines(case) == ["task.opened", "task.done", "task.reopened", "task.dropped"]


def test_what_a_rule_has_opened_anew_is_not_reopened(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        case = again(ada, case)
        first = actions.open_task(ada, case, rule="custody.venue", cause=CAUSE)
        assert first is not None
        actions.finish_task(ada, case, task=first)
        actions.open_task(ada, case, rule="custody.venue", cause=CAUSE)
        assert refused(lambda: actions.reopen_task(ada, case, task=first)) == {
            "": ["The same task was opened again meanwhile."]
        }


def test_what_came_from_one_cause_is_dropped_together(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        case = again(ada, case)
        for rule in ("custody.venue", "custody.habeas", "custody.confirm_place"):
            actions.open_task(ada, case, rule=rule, cause=CAUSE)
        kept = actions.open_task(ada, case, rule="custody.venue", cause=uuid.uuid4())
        done = Task.objects.visible_to(ada).get(rule="custody.habeas")
        actions.finish_task(ada, case, task=done)
        assert actions.drop_tasks(ada, case, cause=CAUSE) == 2
        assert [one.pk for one in rows(case) if one.is_open] == [kept and kept.pk]
        assert [one.dropped for one in rows(case)] == [True, False, True, False]


def test_two_who_change_one_task_lose_nothing(cast: Cast) -> None:
    case, ben = open_case(cast["attorney"]), member(cast["paralegal"], NORTH)
    with speaking(cast["attorney"]) as ada:
        case = again(ada, case)
        task = actions.add_task(ada, case, text="Call the court")
        first, second = (Task.objects.visible_to(ada).get(pk=task.pk) for _ in range(2))
        actions.change_task(ada, case, task=first, values={"due_on": DAY, "assignee_id": ben.pk}, seen=1)
        with pytest.raises(ChangedMeanwhile):
            actions.change_task(ada, case, task=second, values={"text": "Write to the court"}, seen=1)
        standing = Task.objects.visible_to(ada).get(pk=task.pk)
        assert (standing.text, standing.due_on, standing.assignee_id) == ("Call the court", DAY, ben.pk)
        line = Entry.objects.get(verb="task.changed")
        keys.forget()
        assert (opened_details([line])[line.pk] or {})["changes"] == {
            "due_on": [None, "2026-12-01"], "assignee": ["", "Ben Okoye"],
        }  # fmt: skip


def test_what_counsel_wrote_stays_with_counsel_when_a_task_opens_to_more(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        case = again(ada, case)
        task = actions.add_task(ada, case, text="Ask about the abuse", tier=3)
        actions.change_task(ada, case, task=task, values={"text": "Call back", "tier": 2}, seen=1)
        assert (task.text, task.tier) == ("Call back", 2)
    found = []
    for key in ("attorney", "paralegal"):
        with speaking(cast[key]):
            rows = list(Entry.objects.filter(object_id=task.pk).order_by("at", "pk"))
            keys.forget()
            told = opened_details(rows)
            found.append(["abuse" in str(told[line.pk]) for line in rows])
    assert found == [[True, True, False], [False]]


def test_a_task_is_changed_on_its_own_case(cast: Cast) -> None:
    case, other = open_case(cast["attorney"]), open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        task = actions.add_task(ada, again(ada, case), text="Call back")
        assert refused(
            lambda: actions.change_task(ada, again(ada, other), task=task, values={"due_on": DAY}, seen=1)
        ) == {"": ["This task belongs to another case."]}


def test_nothing_different_is_no_change(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        case = again(ada, case)
        task = actions.add_task(ada, case, text="Call the court", due_on=DAY)
        assert (
            actions.change_task(ada, case, task=task, values={"text": "Call the court", "due_on": DAY}, seen=1) is None
        )
    assert lines(case) == ["task.opened"]


def test_the_words_of_a_rule_stay(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        case = again(ada, case)
        task = actions.open_task(ada, case, rule="custody.venue", values={"place": "Adelanto", "court": "Otay Mesa"})
        assert task is not None
        assert actions.change_task(ada, case, task=task, values={"text": "Something else"}, seen=1) is None
        assert tasks.says(task) == "Decide on a motion to change venue: held in Adelanto, court on file Otay Mesa"


@pytest.mark.parametrize("who", ["volunteer", "admin", "clinic"])
def test_a_task_is_for_somebody_who_can_read_it(cast: Cast, who: str) -> None:
    case = open_case(cast["attorney"])
    other = member(cast[who], SOUTH if who == "clinic" else NORTH)
    with speaking(cast["attorney"]) as ada:
        assert list(refused(lambda: actions.add_task(ada, again(ada, case), text="Call", assignee=other))) == [
            "assignee"
        ]


def test_a_volunteer_writes_intake_tasks_of_taken_cases_alone(cast: Cast) -> None:
    taken, other = open_case(cast["volunteer"]), open_case(cast["attorney"])
    with speaking(cast["volunteer"]) as vic:
        mine = again(vic, taken)
        assert actions.add_task(vic, mine, text="Call back", tier=1).tier == 1
        assert list(refused(lambda: actions.add_task(vic, mine, text="Call back", tier=2))) == ["tier"]
    with speaking(cast["attorney"]) as ada:
        row = again(ada, other)
    with speaking(cast["volunteer"]) as vic, pytest.raises(PermissionDenied):
        actions.add_task(vic, row, text="Call back", tier=1)


def test_a_share_to_change_opens_no_task(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        give(ada, again(ada, case), SOUTH, level="change")
        actions.add_task(ada, again(ada, case), text="Seen by the clinic")
        actions.add_task(ada, again(ada, case), text="Counsel only", tier=3)
    with speaking(cast["clinic"], SOUTH) as cleo:
        shared = again(cleo, case)
        assert [one.text for one in Task.objects.visible_to(cleo)] == ["Seen by the clinic"]
        with pytest.raises(PermissionDenied):
            actions.add_task(cleo, shared, text="Not mine to open")
