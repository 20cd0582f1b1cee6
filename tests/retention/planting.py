"""Cases that were closed long ago, with a row in every table that a case or a person can have."""

import uuid
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import Permission
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app

from casework.access.context import on_duty
from casework.access.doors import window
from casework.access.models import Membership, Organization, User
from casework.access.queue import PUT_IN
from casework.cases.grants import CaseGroupObjectPermission, CaseUserObjectPermission
from casework.cases.models import Case, Closing, Task
from casework.docket.models import Deadline, Hearing, Reminder
from casework.documents.models import Document, File, FilePart, PagePicture
from casework.intake.models import (
    CallLog,
    Candidate,
    ConflictCheck,
    Import,
    ImportedRow,
    Offer,
    OfferPart,
    SearchedTerm,
)
from casework.notifications.models import Message
from casework.people.models import PartyToken, Person, PhoneToken
from casework.portal.models import (
    FamilyLink,
    FamilyMessage,
    FamilyNotice,
    FamilySession,
    FamilyTask,
    FamilyWord,
    Publication,
)
from casework.portal.rules import TASKS
from casework.retention import actions
from casework.retention.models import Keep, Purge
from tests.access.conftest import around, work
from tests.access.membership import actor_of
from tests.cases.planting import member, speaking
from tests.clock import local_day
from tests.conftest import as_application, become
from tests.vault import files

CANARY = "Kanarienvogel"
ZONE = ZoneInfo("America/Los_Angeles")  # of North Legal Aid
YEARS = 8  # one more than North Legal Aid keeps cases


def years_ago(years: int) -> date:
    """A day that many years ago, and two months."""
    day = local_day() - timedelta(days=60)
    return day.replace(year=day.year - years, day=min(day.day, 28))


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=ZONE)


def close(case: Case, *, years: int = YEARS, reference: str = "", **outcome: Any) -> Case:
    """The case was open for half a year and was closed so many years ago; nothing holds it back."""
    day = years_ago(years)
    values = {
        "stage": "closed", "stage_since": timezone.now(), "opened_at": noon(day - timedelta(days=184)),
        "reference": reference or f"NLA-{day.year}-{str(case.pk)[:4]}",
    }  # fmt: skip
    with window("planting"):
        Case.objects.filter(pk=case.pk).update(**values)
        Deadline.objects.filter(case=case).update(state="dropped", ended_at=timezone.now())
        Keep.objects.filter(case=case).update(ended_at=timezone.now(), ended_by=case.opened_by_id)
        Closing(
            organization_id=case.organization_id, case=case, code="G", closed_on=day, **outcome,
            made_by_id=case.opened_by_id,
        ).save(force_insert=True)  # fmt: skip
        found: Case = Case.objects.get(pk=case.pk)
    return found


def closed_case(lead: User | None = None, *, person: Person | None = None, **how: Any) -> Case:
    """One of North Legal Aid, with a name, a lead and a note."""
    person = person or files.person(given_names=CANARY)
    made = files.case(person, lead=member(lead, "North Legal Aid") if lead else None)
    files.note(made, f"{CANARY} called.")
    return close(made, **how)


def whole_case(ada: User) -> Case:
    """One of Ada's with a row in every table, closed long ago."""
    actor = actor_of(ada)
    names = {"given_names": CANARY, "first_surname": "Federkleid", "second_surname": "Schnabel"}
    case = files.case(files.person(**names, a_number="900000017"), lead=member(ada, "North Legal Aid"))
    files.note(case, f"{CANARY} called.")
    around(actor, case)
    work(actor, case)
    for row in (*_family(case), *_papers(case), *_found(case), *_brought(case), *_told(case, actor.member)):
        row.save(force_insert=True)
    _shared(case)
    with on_duty(PUT_IN):
        app.configure_task("letters.work").defer(actor="", object_id=str(case.pk))
    return close(case)


def _family(case: Case) -> list[Any]:
    own: dict[str, Any] = {"organization_id": case.organization_id, "case": case}
    now = timezone.now()
    with window("planting"):
        link = FamilyLink.objects.get(case=case)
    notice = FamilyNotice(
        **own, link=link, channel="email", address=f"{CANARY}@there.example", file=case.person_id,
        chosen_by_id=case.opened_by_id,
    )  # fmt: skip
    letter = Message(kind="family", content=b"sealed")
    return [
        Publication(**own, link=link, content={"place": CANARY}),
        FamilyWord(**own, link=link, kind="news", text=CANARY, file=case.person_id),
        FamilyTask(**own, link=link, code=next(iter(TASKS)), chosen_by_id=case.opened_by_id),
        notice,
        letter,
        FamilyMessage(
            **own, link=link, notice=notice, kind="news", about=link.pk, at=now, due_at=now, message_id=letter.pk
        ),
        FamilySession(link=link, key_hash="k", token_hash="t", ends_at=now),
    ]


def _papers(case: Case) -> list[Any]:
    with window("planting"):
        document, file = Document.objects.get(case=case), File.objects.get(case=case)
    own: dict[str, Any] = {
        "organization_id": case.organization_id, "case": case, "document": document, "file": file
    }  # fmt: skip
    return [
        FilePart(**own, number=0, content=CANARY.encode()),
        PagePicture(**own, number=1, content=CANARY.encode()),
    ]


def _found(case: Case) -> list[Any]:
    """What is searched for; somebody else's check found this person, and a task elsewhere asks because of this case."""
    home = {"organization_id": case.organization_id}
    other = files.case(files.person(given_names="Somebody else"))
    by = other.opened_by_id
    check = ConflictCheck(**home, case=other, ran_by_id=by)
    with window("planting"):
        offer = Offer.objects.get(case=case)
    return [
        SearchedTerm(
            **home, case=case, tier=1, role="person", source=case.person_id, said={"name": CANARY}, digest="x"
        ),
        check,
        Candidate(
            **home, case=other, check_of=check, tier=1, role="person", source=other.person_id, whom=case.person,
            whom_role="person", whom_tier=1, target=case.person_id, score=90, ground="x",
        ),
        Task(**home, case=other, rule="intake.conflict_asked", cause=case.pk, made_by_id=by),
        OfferPart(**home, case=case, offer=offer, tier=1, content={"words": CANARY}),
        CallLog(
            **home, became=case, direction="in", result="reached", words=f"{CANARY} was taken.", by_id=by, by_name="Ada"
        ),
    ]  # fmt: skip


def _brought(case: Case) -> list[Any]:
    home = {"organization_id": case.organization_id}
    made = Import(**home, made_by_id=case.opened_by_id, file_name="people.csv", rows=1, state="done")
    return [made, ImportedRow(**home, import_of=made, number=2, person_ref=case.person_id, case_ref=case.pk)]


def _told(case: Case, me: uuid.UUID) -> list[Any]:
    """A reminder of the hearing, with its letter; tokens of a party."""
    now, home = timezone.now(), {"organization_id": case.organization_id}
    with window("planting"):
        hearing = Hearing.objects.get(case=case)
        Hearing.objects.filter(pk=hearing.pk).update(state="held")
    letter = Message(kind="letters/hearing_reminder", content=b"sealed")
    reminder = Reminder(
        **home, membership_id=me, kind="hearing", about=hearing.pk, at=now, minutes=60, due_at=now, message_id=letter.pk
    )
    letter.about = reminder.pk
    party: dict[str, Any] = {**home, "person": case.person, "party": uuid.uuid4(), "tier": 2}
    return [letter, reminder, PhoneToken(**party, token=b"12345678"), PartyToken(**party, token=b"12345678")]


def _shared(case: Case) -> None:
    """It was shared, and that is over."""
    there = Organization.objects.get(short_name="SC")
    given: dict[str, Any] = {
        "content_object": case, "organization_id": case.organization_id, "to_organization": there,
        "granted_by_id": case.opened_by_id, "granted_by_name": "Ada",
        "expires_at": timezone.now() - timedelta(days=1),
        "permission": Permission.objects.get(content_type__app_label="cases", codename="view_case"),
    }  # fmt: skip
    CaseGroupObjectPermission.objects.create(group=there.group, **given)
    receiver = Membership.objects.filter(organization=there).earliest("pk")
    CaseUserObjectPermission.objects.create(user_id=receiver.user_id, **given)


def due(purge: Purge) -> None:
    """The 24 hours are over."""
    at = timezone.now()
    Purge.objects.filter(pk=purge.pk).update(agreed_at=at - timedelta(hours=25), due_at=at - timedelta(hours=1))


def agreed(nia: User, tomas: User) -> Purge:
    """Proposed by one administrator, agreed to by another, a day ago."""
    with speaking(nia) as actor:
        made = actions.propose(actor)
    with speaking(tomas) as actor:
        actions.agree(actor, made)
    due(made)
    found: Purge = Purge.objects.get(pk=made.pk)
    return found


def carried_out() -> int:
    """What the worker does; how many steps."""
    steps = 0
    with as_application():
        while actions.purge_next():
            steps += 1
    return steps


def dump(*, without: tuple[str, ...] = ("audit_entry", "audit_link", "audit_head")) -> str:
    """All rows of all tables as text, bytes in hexadecimal digits."""
    become("casework_owner")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        )
        tables = [name for (name,) in cursor.fetchall() if name not in without]
        found = []
        for table in tables:
            cursor.execute(f"SELECT string_agg(t::text, E'\\n') FROM {table} t")  # noqa: S608
            found.append(f"{table}: {cursor.fetchone()[0]}")
    return "\n".join(found)
