"""The screens of the work on a case: what they offer, what they keep when two work at once, what they cost."""

import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import page
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from casework.access.doors import window
from casework.access.models import User
from casework.audit.models import Entry
from casework.cases import actions
from casework.cases.models import Appearance, Assignment, Case, Note, Task
from casework.custody import actions as custody
from casework.docket.actions import bonds
from tests.cases.planting import NORTH, again, member, open_case, speaking
from tests.clock import local_day
from tests.custody.planting import ADELANTO, at, book, on
from tests.desk.test_case import address, words
from tests.desk.test_caseload import queries, text

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
Enter = Callable[[str], Client]


def hidden(html: bytes, name: str) -> str:
    """The value of a hidden field of the page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', html.decode())
    return found.group(1) if found else ""


def one(model: Any) -> Any:
    with window("test"):
        return model.objects.get()


def accepted(cast: Cast, **names: str) -> Case:
    case = open_case(cast["attorney"], **(names or {"given_names": "Rosa"}))
    with speaking(cast["attorney"]) as ada:
        actions.accept(ada, again(ada, case))
        return again(ada, case)


# --- The header


def test_the_header_says_where_and_how_old_that_is(enter: Enter, cast: Cast) -> None:
    case, now = accepted(cast), timezone.now()
    with speaking(cast["attorney"]) as ada:
        actions.glance(
            ada, again(ada, case), place="Adelanto", place_kind="facility", custody="detained", facility_key="ADLNTCA",
            place_since=local_day() - timedelta(days=9), place_as_of=now - timedelta(days=8),
            next_deadline_on=local_day() - timedelta(days=1),
        )  # fmt: skip
    for name in ("case", "case_notes", "case_tasks", "case_activity", "case_looks", "case_access"):
        found = text(enter("attorney"), address(case, name))
        assert re.search(r"Where Adelanto since \w+, \w+ \d+ · confirmed 8 days ago Next hearing None on file", found)
        assert "Overdue yesterday Lead Ada Quispe" in found
        assert "Detained" in found


@pytest.mark.parametrize(
    ("columns", "badge"),
    [
        ({"place_kind": "not_located"}, "Not located"), ({"place_kind": "hospital"}, "Hospital"),
        ({"custody": "released"}, "Released"), ({"custody": "detained"}, "Detained"),
    ],
)  # fmt: skip
def test_a_place_without_a_name_is_said_in_words(enter: Enter, cast: Cast, columns: dict[str, str], badge: str) -> None:
    case = accepted(cast)
    with speaking(cast["attorney"]) as ada:
        actions.glance(ada, again(ada, case), **columns)
    assert f"Where {badge}" in text(enter("attorney"), address(case))


# --- What the case is for


def test_what_the_case_is_for_is_changed_and_taken_back(enter: Enter, cast: Cast) -> None:
    case, client = accepted(cast), enter("paralegal")
    there = address(case, "change_case")
    client.post(there, {"matters": ["bond", "habeas"], "scope": "bond_only", "priority": "2", "version": case.version})
    found = text(client, address(case))
    assert "Active · Bond, Habeas Rosa" in found
    assert "Scope Custody and bond only Priority Urgent" in found
    history = client.get(address(case, "case_activity"))
    assert "For is now Bond, Habeas" in words(history.content)
    (undo,) = re.findall(r'action="([^"]+/details/undo/[^"]+)"', history.content.decode())
    client.post(undo)
    found = text(client, address(case))
    assert "Scope Not agreed yet Priority Normal" in found
    assert "Took back a change of the case" in text(client, address(case, "case_activity"))


def test_of_two_editors_the_second_sees_the_difference_and_nothing_is_lost(enter: Enter, cast: Cast) -> None:
    case = accepted(cast)
    there, filled = address(case, "change_case"), {"matters": ["bond"], "scope": "", "priority": "0"}
    seen = {"version": str(case.version)}
    enter("paralegal").post(there, filled | seen | {"scope": "bond_only"})
    client = enter("attorney")
    asked = client.post(there, filled | seen | {"scope": "all", "priority": "1", "matters": ["bond"]})
    assert asked.status_code == 409
    said = words(asked.content)
    assert "Saved meanwhile by: Ben Okoye. Nothing of yours is lost." in said
    assert "Ben Okoye, just now: Custody and bond only" in said
    assert "You, here: All proceedings" in said
    settled = {"settled": hidden(asked.content, "settled"), "keep_scope": "mine"}
    client.post(there, filled | seen | settled | {"scope": "all", "priority": "1"})
    standing = one(Case)
    assert (standing.scope, standing.priority, standing.matters) == ("all", 1, ["bond"])


# --- Stages


def test_a_case_is_declined_with_a_reason(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    answer = client.post(address(case, "move_case"), {"stage": "declined", "version": "1"})
    assert "Choose a reason." in words(answer.content)
    client.post(
        address(case, "move_case"), {"stage": "declined", "reason": "capacity", "note": "Full.", "version": "1"}
    )
    assert "Declined : No capacity" in text(client, address(case)).replace("Declined: ", "Declined : ")
    assert one(Note).text == "Full."


def test_of_two_who_move_a_case_the_second_is_told(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    client.post(address(case, "move_case"), {"stage": "offered", "version": "1"})
    answer = client.post(address(case, "move_case"), {"stage": "screening", "note": "Full up.", "version": "1"})
    assert answer.status_code == 409
    assert "Somebody else saved this meanwhile, so nothing of yours is saved yet." in words(answer.content)
    assert ("Full up." in words(answer.content), 'name="version" value="2"' in answer.content.decode()) == (True, True)
    assert one(Case).stage == "offered"


def test_closing_asks_what_is_still_open_and_keeps_the_outcome(enter: Enter, cast: Cast) -> None:
    case, client = accepted(cast), enter("attorney")
    with speaking(cast["attorney"]) as ada:
        held = again(ada, case)
        actions.add_task(ada, held, text="Send the file")
        me = member(cast["attorney"], NORTH)
        actions.file_appearance(ada, held, form="eoir28", membership=me, filed_on=local_day())
        actions.glance(ada, held, custody="detained", next_hearing_at=timezone.now() + timedelta(days=3))
    there = address(case, "close_case")
    shown = words(client.get(there).content)
    for said in ("A hearing is ahead", "1 task is open", "An appearance is on file", "The person is detained"):
        assert said in shown
    filled = {
        "code": "G", "released": "bond", "bond_amount": "3500", "days_detained": "54", "version": str(case.version),
        "closed_on": local_day().isoformat(),
    }  # fmt: skip
    refused = client.post(there, filled)
    assert "Tick this to go on." in words(refused.content)
    assert 'value="3500"' in refused.content.decode()
    client.post(there, filled | {"looked": "on", "drop_tasks": "on"})
    found = text(client, address(case))
    assert "Released On bond" in found
    assert "Days detained 54 Bond set $3,500" in found
    assert one(Task).dropped is True
    client.post(address(case, "reopen_case"))
    assert "Reopen the case" not in text(client, address(case))
    assert one(Case).stage == "active"


def test_closing_knows_what_custody_and_docket_say(enter: Enter, cast: Cast) -> None:
    """Held for ten days, the first and the last among them; released on bond."""
    case, client = accepted(cast), enter("attorney")
    with speaking(cast["attorney"]) as ada:
        book(ada, again(ada, case), at(ADELANTO), "2026-10-01")
        custody.release(ada, again(ada, case), reason="bond", since=on("2026-10-10"))
        bond = bonds.request(ada, again(ada, case), values={"theory": "236a"}).row
        set_at = {"result": "set", "amount": 7500, "decided_on": date(2026, 10, 9), "how": "oral"}
        bonds.decide(ada, again(ada, case), bond, values=set_at, seen=bond.version)
    page = client.get(address(case, "close_case")).content.decode()
    assert re.search(r'name="days_detained" value="10"', page)
    assert re.search(r'name="bond_amount" value="7500"', page)


# --- Notes


def test_a_note_is_corrected_by_whoever_wrote_it(enter: Enter, cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        note = actions.write_note(ada, again(ada, case), text="Hearing on the 3rd.", kind="call", tier=2)
    there = reverse("change_note", args=[case.pk, note.pk])
    assert enter("paralegal").get(there).status_code == 403
    client = enter("attorney")
    client.post(there, {"text": "Hearing on the 13th.", "kind": "call", "tier": "2", "version": "1"})
    assert "Hearing on the 13th." in text(client, address(case, "case_notes"))
    told = text(client, address(case, "case_activity"))
    assert "Corrected a note" in told
    assert "Text was Hearing on the 3rd. is now Hearing on the 13th." in told
    again_posted = client.post(there, {"text": "On the 23rd.", "kind": "visit", "tier": "2", "version": "1"})
    assert (again_posted.status_code, one(Note).text) == (409, "Hearing on the 13th.")
    assert "You, in another window" in words(again_posted.content)


def test_what_a_counsel_note_said_before_is_told_to_counsel_alone(enter: Enter, cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        note = actions.write_note(ada, again(ada, case), text="Canary of counsel", tier=3)
    there = reverse("change_note", args=[case.pk, note.pk])
    enter("attorney").post(there, {"text": "Nothing special.", "kind": "memo", "tier": "2", "version": "1"})
    assert "Nothing special." in text(enter("paralegal"), address(case, "case_notes"))
    told = {key: text(enter(key), address(case, "case_activity")) for key in ("attorney", "paralegal")}
    assert ["Canary" in told[key] for key in ("attorney", "paralegal")] == [True, False]


def test_a_pinned_note_stands_first(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("paralegal")
    with speaking(cast["attorney"]) as ada:
        first = actions.write_note(ada, again(ada, case), text="Canary one", tier=2)
        for number in ("two", "three", "four", "five"):
            actions.write_note(ada, again(ada, case), text=f"Canary {number}", tier=2)
    client.post(reverse("pin_note", args=[case.pk, first.pk]), {"pinned": "1"})
    assert re.findall(r"Canary (\w+)", text(client, address(case, "case_notes"))) == [
        "one", "five", "four", "three", "two",
    ]  # fmt: skip
    writing = client.get(address(case, "case_notes") + "?write=1").content.decode()
    assert re.findall(r"Canary (\w+)", writing)[0] == "one"
    assert re.search(r"<textarea[^>]* autofocus", writing)
    assert re.findall(r"Canary (\w+)", text(client, address(case))) == ["one", "five", "four"]
    client.post(reverse("pin_note", args=[case.pk, first.pk]), {})
    assert re.findall(r"Canary (\w+)", text(client, address(case))) == ["five", "four", "three"]


# --- Tasks


def test_a_task_is_opened_done_and_taken_back(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    today = local_day()
    filled = {"text": "Call the court", "due_on": (today - timedelta(days=1)).isoformat(), "tier": "2"}
    client.post(address(case, "case_tasks"), filled | {"assignee": str(member(cast["paralegal"], NORTH).pk)})
    row = one(Task)
    assert "Call the court" in text(client, address(case))
    assert re.search(r"Call the court \w+, \w+ \d+ Overdue Ben Okoye", text(client, address(case, "case_tasks")))
    assert "Call the court" not in text(client, "/tasks/")
    assert "1 of these is due today or overdue." in text(enter("paralegal"), "/tasks/")
    end = reverse("end_task", args=[case.pk, row.pk])
    answer = enter("paralegal").post(end, {"from": "tasks"}, follow=True)
    assert answer.redirect_chain[-1][0] == "/tasks/"
    assert "No task is yours" in words(answer.content)
    assert "done by Ben Okoye" in text(client, "/tasks/?part=ended")
    client.post(reverse("reopen_task", args=[case.pk, row.pk]), {"from": "case"})
    client.post(reverse("drop_task", args=[case.pk, row.pk]), {})
    assert "dropped by Ada Quispe" in text(client, address(case, "case_tasks"))


def test_of_two_who_change_a_task_the_second_sees_the_difference(enter: Enter, cast: Cast) -> None:
    case, ben = open_case(cast["attorney"]), member(cast["paralegal"], NORTH)
    with speaking(cast["attorney"]) as ada:
        task = actions.add_task(ada, again(ada, case), text="Call the court")
    there, filled = reverse("change_task", args=[case.pk, task.pk]), {"text": "Call the court", "tier": "2"}
    enter("paralegal").post(there, filled | {"assignee": str(ben.pk), "version": "1"})
    mine = str(member(cast["attorney"], NORTH).pk)
    client, sent = enter("attorney"), filled | {"assignee": mine, "due_on": "2027-01-04", "version": "1"}
    asked = client.post(there, sent)
    assert asked.status_code == 409
    assert "Ben Okoye, just now: Ben Okoye" in words(asked.content)
    assert "You, here: Ada Quispe" in words(asked.content)
    client.post(there, sent | {"settled": hidden(asked.content, "settled"), "keep_assignee": "theirs"})
    standing = one(Task)
    assert (standing.assignee_id, str(standing.due_on)) == (ben.pk, "2027-01-04")


def test_a_task_of_a_rule_speaks_the_readers_language(enter: Enter, cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        actions.open_task(ada, again(ada, case), rule="custody.confirm_place", values={"place": "<b>Adelanto</b>"})
    found = text(enter("attorney"), address(case, "case_tasks"))
    assert "Confirm by phone that the person is at &lt;b&gt;Adelanto&lt;/b&gt;" in found
    assert "opened by a change of custody" in found


@pytest.mark.parametrize(
    ("part", "title"),
    [("mine", "No task is yours"), ("all", "Nothing is open"), ("ended", "Nothing has ended yet"), ("x", "No task")],
)
def test_an_empty_list_of_tasks_says_what_will_be_there(enter: Enter, part: str, title: str) -> None:
    assert title in text(enter("attorney"), f"/tasks/?part={part}")


def test_an_administrator_reads_no_task(enter: Enter, cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        actions.add_task(ada, again(ada, case), text="Canary")
    found = text(enter("admin"), "/tasks/?part=all")
    assert "You manage members and settings, and read no case." in found
    assert "Canary" not in found


def test_a_long_list_of_tasks_has_pages(enter: Enter, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casework.cases.todo.SIZE", 2)
    case, today = open_case(cast["attorney"]), local_day()
    with speaking(cast["attorney"]) as ada:
        for days in (3, None, 1):
            day = None if days is None else today + timedelta(days=days)
            actions.add_task(ada, again(ada, case), text=f"Canary {days}", due_on=day)
    client = enter("attorney")
    html = client.get("/tasks/?part=all").content.decode()
    assert re.findall(r"<bdi>Canary (\w+)", html) == ["1", "3"]
    (after,) = re.findall(r'href="(\?part=all&amp;page=\d)"', html)
    html = client.get("/tasks/" + after.replace("&amp;", "&")).content.decode()
    assert re.findall(r"<bdi>Canary (\w+)", html) == ["None"]
    assert client.get("/tasks/?part=all&page=-4x").status_code == 200


def test_lists_cost_the_same_whatever_their_length(enter: Enter, cast: Cast) -> None:
    client, places, case = enter("attorney"), ("/tasks/", "/tasks/?part=all", "/tasks/?part=ended"), None
    found = []
    for count in (1, 2):
        for _ in range(count):
            case = open_case(cast["attorney"])
            with speaking(cast["attorney"]) as ada:
                held = again(ada, case)
                me = member(cast["attorney"], NORTH)
                actions.add_task(ada, held, text="One", assignee=me)
                actions.finish_task(ada, held, task=actions.add_task(ada, held, text="Two"))
        found.append([queries(client, place) for place in places])
    assert found == [[13, 13, 14], [13, 13, 14]]


def test_tabs_cost_the_same_whatever_stands_on_them(enter: Enter, cast: Cast) -> None:
    case, client, found = open_case(cast["attorney"]), enter("attorney"), []
    for count in (1, 2):
        for _ in range(count):
            with speaking(cast["attorney"]) as ada:
                held = again(ada, case)
                actions.write_note(ada, held, text="Spoke.", tier=2, pinned=True)
                actions.write_note(ada, held, text="Spoke.", tier=2)
                actions.add_task(ada, held, text="One", assignee=member(cast["attorney"], NORTH))
                actions.finish_task(ada, held, task=actions.add_task(ada, held, text="Two"))
        found.append([queries(client, address(case, name)) for name in ("case_notes", "case_tasks")])
    assert found == [[16, 21], [16, 21]]


# --- Lead and appearances


def test_a_hand_over_is_planned_shown_and_cancelled(enter: Enter, cast: Cast) -> None:
    case, client = accepted(cast), enter("attorney")
    day = local_day() + timedelta(days=6)
    client.post(
        address(case, "hand_over"),
        {"member": str(member(cast["second_admin"], NORTH).pk), "day": day.isoformat(), "role": "co_counsel"},
    )
    found = text(client, address(case))
    assert "Lead Ada Quispe Tomás Rivera-Echeverría de la Cruz from" in found
    assert "Cancel the hand-over" in found
    client.post(address(case, "cancel_hand_over"))
    assert "Cancel the hand-over" not in text(client, address(case))
    with window("test"):
        assert Assignment.objects.filter(case=case, ends_at=None).count() == 1


def test_a_hand_over_to_yesterday_stays_in_the_form(enter: Enter, cast: Cast) -> None:
    case, yesterday = accepted(cast), local_day() - timedelta(days=1)
    answer = enter("attorney").post(
        address(case, "hand_over"),
        {"member": str(member(cast["second_admin"], NORTH).pk), "day": yesterday.isoformat()},
    )
    assert "Choose today or a later day." in words(answer.content)
    assert f'value="{yesterday.isoformat()}"' in answer.content.decode()


def test_an_appearance_is_noted_and_withdrawn(enter: Enter, cast: Cast) -> None:
    case, client, today = accepted(cast), enter("paralegal"), local_day()
    filled = {
        "form": "eoir28", "scope": "bond_only", "member": str(member(cast["attorney"], NORTH).pk),
        "filed_on": today.isoformat(),
    }  # fmt: skip
    client.post(address(case, "file_appearance"), filled)
    assert "EOIR-28 on file" in text(client, address(case))
    answer = client.post(address(case, "file_appearance"), filled)
    assert "This person&#x27;s appearance on this form stands already." in answer.content.decode()
    row = one(Appearance)
    there = reverse("withdraw_appearance", args=[case.pk, row.pk])
    client.post(there, {"withdrawn_on": today.isoformat(), "version": "1"})
    assert "on file" not in text(client, address(case)).replace("None on file", "")
    assert client.get(there).status_code == 404


# --- The summary


def test_the_summary_is_tagged_and_names_nothing_that_is_not_for_court(enter: Enter, cast: Cast) -> None:
    case, client = accepted(cast, given_names="Rosa", first_surname="Peña"), enter("attorney")
    with speaking(cast["attorney"]) as ada:
        held = again(ada, case)
        actions.write_note(ada, held, text="Canary of a note", tier=1, pinned=True)
        actions.add_task(ada, held, text="Canary of a task")
        me = member(cast["attorney"], NORTH)
        actions.file_appearance(ada, held, form="eoir28", membership=me, filed_on=local_day())
        actions.glance(ada, held, place="Adelanto", custody="detained")
    shown = words(client.get(address(case, "case_summary")).content)
    assert "Notes, tasks, contacts and flags never stand on it." in shown
    answer = client.post(address(case, "case_summary"), {"place": "on", "counsel": "on"})
    assert (answer["Content-Type"], answer["Content-Disposition"]) == (
        "application/pdf", 'attachment; filename="case-summary.pdf"',
    )  # fmt: skip
    assert page.validate_pdf_bytes(answer.content, profile="ua1").failures == []
    paper = "\n".join(one.extract_text() for one in PdfReader(io.BytesIO(answer.content)).pages)
    for said in ("Rosa Peña", "DETAINED", "Adelanto", "Ada Quispe", "EOIR-28", case.reference):
        assert said in paper
    assert "Canary" not in paper
    assert "Birth date" not in paper
    line = Entry.objects.get(verb="case.printed")
    assert (line.object_id, line.fields) == (case.pk, ["a_number", "place", "counsel"])
    assert "Printed a summary of the case" in text(enter("paralegal"), address(case, "case_looks"))
