"""The addresses of the work on a case: stage and end, notes, tasks, lead, appearances, summary; and of all tasks."""

from typing import Any

from django.urls import reverse

from tests.matrix import forms
from tests.matrix.cells import NO, Address, Answer, Expect, page
from tests.matrix.expectations import canaries_of_case, sight
from tests.matrix.of_cases import about_case, done, form, header_shown, of_case, shown
from tests.matrix.world import CASES, GIVER, Principal, World


def addresses() -> list[Address]:
    """One screen or form a line."""
    return [
        Address("tasks", page(tasks_in_list), query=lambda *_: "?part=all"),
        screen("change_case", "case.changed", data=forms.details),
        screen("move_case", "case.stage_changed", data=forms.stage),
        screen("close_case", "case.closed", data=forms.closing),
        form("reopen_case", "case.reopened", prepare=forms.closed),
        screen("keep_case", "case.kept", data=lambda *_: {"reason": "A claim is expected."}),
        form("let_case_go", "case.let_go", prepare=forms.kept),
        form("undo_case", "case.changed", prepare=forms.case_changed_before, kwargs=with_id("line", forms.CASE_LINE)),
        about_case(
            "case_notes",
            page(of_case("case.viewed", shown)) | {"POST": of_case("note.written", done("note.written"))},
            data=forms.note,
        ),
        about_case(
            "change_note",
            page(of_case("note.changed", own_note(header_shown)))
            | {"POST": of_case("note.changed", own_note(done("note.changed")))},
            kwargs=lambda world, key: {"pk": world.cases[key].pk, "note": world.notes[key].pk},
            data=forms.corrected_note,
        ),
        form(
            "pin_note", "note.pinned", data=lambda *_: {"pinned": "1"},
            kwargs=lambda world, key: {"pk": world.cases[key].pk, "note": world.notes[key].pk},
        ),
        about_case(
            "case_tasks",
            page(of_case("case.viewed", shown)) | {"POST": of_case("task.opened", done("task.opened"))},
            data=forms.task,
        ),
        about_case(
            "decline_case",
            page(of_case("case.stage_changed", led_to_case))
            | {"POST": of_case("case.stage_changed", done("case.stage_changed"))},
            data=forms.declined, prepare=forms.unaccepted,
        ),
        about_case("declined_case", page(of_case("case.stage_changed", led_to_case))),
        Address(
            "declined_sheet", page(of_case("case.stage_changed", sheet_printed)), ("plain", "restricted", "sharing"),
            kwargs=lambda world, key: {"pk": world.cases[key].pk}, about_case=True,
        ),
        about_case("print_intake", page(of_case("intake.printed", header_shown))),
        form("undo_acceptance", "intake.acceptance_undone", post=of_case("intake.acceptance_undone", led_to_case)),
        form("undo_acceptance", "intake.acceptance_undone", prepare=forms.accepted),
        screen("change_task", "task.changed", data=forms.changed_task, kwargs=of_task),
        form("end_task", "task.done", kwargs=of_task),
        form("drop_task", "task.dropped", kwargs=of_task),
        form("reopen_task", "task.reopened", kwargs=of_task, prepare=forms.task_done),
        screen("hand_over", "case.lead_handed_over", prepare=forms.without_lead, data=forms.new_lead),
        form("cancel_hand_over", "case.lead_kept", prepare=forms.planned_lead),
        screen("file_appearance", "appearance.filed", data=forms.appearance),
        screen(
            "withdraw_appearance", "appearance.withdrawn", data=forms.withdrawal,
            kwargs=lambda world, key: {"pk": world.cases[key].pk, "appearance": world.appearances[key].pk},
        ),
        Address(
            "case_summary",
            page(of_case("case.printed", header_shown)) | {"POST": of_case("case.printed", printed)},
            ("plain", "restricted", "sharing"),  # a paper takes a second
            kwargs=lambda world, key: {"pk": world.cases[key].pk},
            about_case=True,
        ),
    ]  # fmt: skip


def screen(name: str, verb: str, **more: Any) -> Address:
    """A page with a form of its own: who may not do it is not shown it either."""
    return about_case(name, page(of_case(verb, header_shown)) | {"POST": of_case(verb, done(verb))}, **more)


def with_id(name: str, value: Any) -> Any:
    return lambda world, key: {"pk": world.cases[key].pk, name: value}


def of_task(world: World, key: str) -> dict[str, Any]:
    return {"pk": world.cases[key].pk, "task": world.tasks[key].pk}


def own_note(answer: Expect) -> Expect:
    """Whoever wrote the note corrects it, and nobody else."""
    return lambda principal, case: answer(principal, case) if GIVER[CASES[case][0]] == principal.key else NO


def printed(principal: Principal, case: str) -> Answer:
    return Answer(200, verbs=("case.viewed", "case.printed"))


def sheet_printed(principal: Principal, case: str) -> Answer:
    return Answer(200, verbs=("case.viewed", "referrals.printed"))


def led_to_case(principal: Principal, case: str) -> Answer:
    """There is nothing to do there for a case that stands as these do: one is led to its page."""
    return Answer(302, to=reverse("caseload"), verbs=("case.viewed",))


def tasks_in_list(principal: Principal, relation: str) -> Answer:
    """The tasks of the organization's cases, up to the tier that one sees there."""
    seen = [
        canaries_of_case(case, sight(principal, case).tier)
        for case, (home, _, _) in CASES.items()
        if sight(principal, case).tier and home == principal.organization
    ]
    return Answer(200, verbs=("case.listed",) * bool(seen), shows=frozenset().union(*seen))
