"""Letters to members of staff: who gets which, in which words, and what never stands in one."""

import re
import time
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Job
from pytest_django import Settings

from casework.access import members
from casework.access.actor import Actor, duty
from casework.access.coalition import neighbors, receiver
from casework.access.models import FactorReset, Membership, Organization, User
from casework.access.organizations import found
from casework.cases import actions as cases
from casework.cases.models import Task
from casework.directory.actions import resolve
from casework.directory.models import ErrorReport
from casework.notifications import letters
from casework.notifications.models import Message
from casework.wiring import TABLE
from tests.access.joining import STRANGER, actor_of, invited, speaking
from tests.access.signing import sent
from tests.access.test_logs import written
from tests.cases.planting import again
from tests.cases.planting import speaking as member_speaking
from tests.clock import local_day
from tests.conftest import as_application
from tests.directory.places import reported

pytestmark = pytest.mark.django_db
NIA, TOMAS, ADA, BEN = "nia@north.example", "tomas@north.example", "ada@north.example", "ben@north.example"
JUNE, CLEO = "june@hotline.example", "cleo@south.example"
LINK = re.compile(r"http://localhost:8000/invitation/([\w-]{43})/")


def run_jobs() -> None:
    """Writes the letters that wait as jobs, as the worker does. The jobs stay, as if the worker had died just then."""
    for row in ProcrastinateJob.objects.filter(task_name__startswith="letters.").order_by("id"):
        job = Job(
            id=row.pk, queue="default", lock=None, queueing_lock=None, task_name=row.task_name, task_kwargs=row.args
        )
        context = JobContext(app=app, job=job, start_timestamp=time.time(), abort_reason=lambda: None)
        with as_application():
            app.tasks[row.task_name](context, **row.args)


def letters_sent() -> list[Any]:
    """Every letter that follows from what happened."""
    run_jobs()
    return sent()


def envelopes(found: list[Any]) -> list[tuple[str, str]]:
    """To whom, about what."""
    return sorted((message.to[0], message.subject) for message in found)


def text_to(address: str, found: list[Any]) -> str:
    """What one of them reads, on one line."""
    return " ".join(next(message.body for message in found if message.to == [address]).split())


def address_in(address: str, found: list[Any]) -> str:
    """The page that a letter leads to; it stands alone on its line."""
    (path,) = re.findall(
        r"^http://localhost:8000(/.+)$", next(one.body for one in found if one.to == [address]), re.MULTILINE
    )
    return str(path)


def membership(user: User, organization: str = "NLA") -> Membership:
    return Membership.objects.select_related("organization").get(user=user, organization__short_name=organization)


def speak_spanish(user: User) -> None:
    User.objects.filter(pk=user.pk).update(language="es")


def shared_by(actor: Actor, address: str = "", organization: str = "South Clinic") -> Any:
    """A case with a telling name, shared with somebody there or with all of them; the case and with whom."""
    case = cases.open_case(actor, names={"given_names": "Canary", "first_surname": "North"})
    to = next(one for one in neighbors().values() if one.name == organization)
    who = receiver(actor, to.id, address) if address else None
    soon = timezone.now() + timedelta(days=30)
    cases.share(actor, case, to=to, receiver=who, level="view", counsel_tier=False, expires_at=soon)
    return case, to, who


def test_every_letter_that_is_wired_is_a_task_with_both_its_texts() -> None:
    tasks = {task for then in TABLE.values() for task in then.later if task.startswith("letters.")}
    assert tasks == {f"letters.{kind}" for kind in letters.LATER}
    assert tasks - app.tasks.keys() == set()


def test_an_invitation_brings_the_link_to_its_address_alone(cast: dict[str, User]) -> None:
    made = invited(cast["admin"])
    (message,) = sent()
    assert (message.to, message.subject) == ([STRANGER], "Invitation to join North Legal Aid")
    text = str(message.body)
    assert LINK.findall(text) == [made.token]
    assert "Nia Haddad invites you to work with North Legal Aid in Casework." in text
    expires = timezone.localtime(timezone.now() + timedelta(hours=72)).date().year
    assert re.search(rf"until \w+ \d+, {expires}, [\d:]+\s[ap]m, Pacific time \(Los Angeles\)\.", text)
    assert "Hello" not in text


def test_an_invitation_to_somebody_known_is_in_their_language_and_time(cast: dict[str, User]) -> None:
    User.objects.filter(email=CLEO).update(language="es", time_zone="America/New_York")
    invited(cast["admin"], CLEO)
    (message,) = sent()
    text = str(message.body)
    assert message.subject == "Invitación para unirse a North Legal Aid"
    assert text.startswith("Hola, Cleo Tran:\n\nNia Haddad le invita a trabajar con North Legal Aid en Casework. Abra")
    assert ", hora del Este (Nueva York)." in text


def test_an_invitation_to_a_stranger_is_in_the_language_of_whoever_invites(cast: dict[str, User]) -> None:
    speak_spanish(cast["admin"])
    invited(cast["admin"])
    assert [message.subject for message in sent()] == ["Invitación para unirse a North Legal Aid"]


def test_the_first_administrator_is_invited_by_nobody(cast: dict[str, User]) -> None:
    with speaking(duty("operator")) as operator:
        found(
            operator, name="East Aid", short_name="EA", kind="hotline", time_zone="America/Denver",
            admin_email="Eva@East.example",
        )  # fmt: skip
    (message,) = sent()
    assert (message.to, message.subject) == (["eva@east.example"], "Invitation to join East Aid")
    assert "You are invited to work with East Aid in Casework, as its first administrator." in str(message.body)
    assert "Mountain time (Denver)" in str(message.body)


@pytest.mark.parametrize(
    ("language", "subjects"),
    [
        (
            "en",
            [
                "Your access to North Legal Aid is suspended",
                "Your access to North Legal Aid is restored",
                "You were signed out",
            ],
        ),
        (
            "es",
            [
                "Su acceso a North Legal Aid está suspendido",
                "Su acceso a North Legal Aid se restableció",
                "Se cerraron sus sesiones",
            ],
        ),
    ],
)
def test_whom_an_administrator_shuts_out_reads_about_it(
    cast: dict[str, User], language: str, subjects: list[str]
) -> None:
    User.objects.filter(email=ADA).update(language=language)
    with speaking(actor_of(cast["admin"])) as nia:
        members.suspend(nia, membership(cast["attorney"]))
        members.restore(nia, membership(cast["attorney"]))
        members.end_sessions(nia, membership(cast["attorney"]))
    found = letters_sent()
    assert [(message.to, message.subject) for message in found] == [([ADA], subject) for subject in subjects]
    assert ["Nia Haddad" in str(message.body) for message in found] == [True, True, True]


def test_when_all_sessions_end_everybody_reads_it_but_who_did_it(cast: dict[str, User]) -> None:
    with speaking(actor_of(cast["admin"])) as nia:
        members.end_sessions(nia, None)
    others = [ADA, BEN, JUNE, TOMAS, "vic@north.example"]
    assert [address for address, _ in envelopes(letters_sent())] == others


def change(actor: Actor, one: Membership, **new: Any) -> None:
    """Changes a member as the form does, with everything else as it was."""
    fields = ("roles", "title", "bar_number", "bar_jurisdiction", "accreditation", "supervisor", "starts_at", "ends_at")
    members.change(actor, one, **{name: getattr(one, name) for name in fields} | new)


@pytest.mark.parametrize(
    ("new", "written_about"),
    [
        ({"roles": ["paralegal", "volunteer"]}, 1),
        ({"ends_at": timezone.now() + timedelta(days=9)}, 1),
        ({"title": "Head paralegal"}, 0),
        ({}, 0),
    ],
)
def test_only_new_roles_or_another_time_are_worth_a_letter(
    cast: dict[str, User], new: dict[str, Any], written_about: int
) -> None:
    with speaking(actor_of(cast["admin"])) as nia:
        change(nia, membership(cast["paralegal"]), **new)
    expected = [(BEN, "Your access to North Legal Aid was changed")]
    assert envelopes(letters_sent()) == expected * written_about


def asked(cast: dict[str, User], key: str) -> FactorReset:
    """Nia has asked to take the second factor off this member's account."""
    with speaking(actor_of(cast["admin"])) as nia:
        return members.ask_factor_reset(nia, membership(cast[key]))


def test_a_lost_factor_is_told_to_its_owner_and_the_other_administrators(cast: dict[str, User]) -> None:
    asked(cast, "attorney")
    found = letters_sent()
    assert envelopes(found) == [
        (ADA, "Your second factor is about to be taken off"),
        (TOMAS, "El segundo factor de alguien está por quitarse"),
    ]
    due = FactorReset.objects.get().due_at
    assert due - timezone.now() <= timedelta(hours=24)
    assert "Nia Haddad of North Legal Aid says that you lost your second factor." in text_to(ADA, found)
    assert "Pregúntele a Ada Quispe" in text_to(TOMAS, found)
    assert address_in(ADA, found) == reverse("mfa_index")
    assert address_in(TOMAS, found) == reverse("member", args=[membership(cast["attorney"]).pk])


def test_the_administrators_of_the_persons_other_organizations_are_told_too(cast: dict[str, User]) -> None:
    """June administers the hotline as well; that she hears of it herself is not enough."""
    hana = membership(cast["hotline"], "RRH")
    Membership.objects.filter(pk=hana.pk).update(roles=["admin"])
    asked(cast, "both")
    found = letters_sent()
    assert [address for address, _ in envelopes(found)] == ["hana@hotline.example", JUNE, TOMAS]
    text = text_to("hana@hotline.example", found)
    assert "Nia Haddad of North Legal Aid says that June Park lost the second factor." in text
    assert "suspend June Park at Rapid Response Hotline until it is settled." in text
    assert "Pregúntele a June Park, en persona o por teléfono. Si es cierto" in text_to(TOMAS, found)
    there = membership(cast["both"], "RRH")
    assert address_in("hana@hotline.example", found) == reverse("member", args=[there.pk])


def test_whoever_administers_both_gets_one_letter(cast: dict[str, User]) -> None:
    there = Organization.objects.get(short_name="RRH")
    Membership.objects.create(user=cast["second_admin"], organization=there, roles=["admin"])
    asked(cast, "both")
    found = letters_sent()
    assert [address for address, _ in envelopes(found)] == [JUNE, TOMAS]
    assert "en la página de esta persona" in text_to(TOMAS, found)  # where it can be confirmed


def test_a_factor_that_a_second_administrator_takes_off_is_told(cast: dict[str, User]) -> None:
    reset = asked(cast, "attorney")
    letters_sent()
    with speaking(actor_of(cast["second_admin"])) as tomas:
        assert members.confirm_factor_reset(tomas, reset) is True
    found = envelopes(letters_sent())
    assert [one for one in found if "was taken off" in one[1]] == [
        (ADA, "Your second factor was taken off"), (NIA, "Somebody's second factor was taken off"),
    ]  # fmt: skip


def test_a_confirmation_that_changes_nothing_yet_is_no_news(cast: dict[str, User]) -> None:
    reset = asked(cast, "both")
    letters_sent()
    with speaking(actor_of(cast["second_admin"])) as tomas:
        assert members.confirm_factor_reset(tomas, reset) is False
    assert letters_sent() == []


def test_a_factor_that_the_clock_takes_off_is_told_to_all(cast: dict[str, User]) -> None:
    asked(cast, "attorney")
    FactorReset.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    ProcrastinateJob.objects.all().delete()
    with as_application():
        assert members.do_due_factor_resets() == 1
    assert envelopes(letters_sent()) == [
        (ADA, "Your second factor was taken off"),
        (NIA, "Somebody's second factor was taken off"),
        (TOMAS, "Se quitó el segundo factor de alguien"),
    ]


@pytest.mark.parametrize(("key", "others"), [("second_admin", [ADA, NIA]), ("attorney", [ADA, NIA, TOMAS])])
def test_a_factor_that_stays_is_told(cast: dict[str, User], key: str, others: list[str]) -> None:
    reset = asked(cast, "attorney")
    ProcrastinateJob.objects.all().delete()
    with speaking(actor_of(cast[key])) as actor:
        (members.keep_factor if key == "attorney" else members.cancel_factor_reset)(actor, reset)
    found = letters_sent()
    assert [address for address, _ in envelopes(found)] == others
    assert f"{cast[key].name} cancelled what North Legal Aid had asked" in text_to(NIA, found)


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("en", "Something was shared with you", "North Legal Aid shared something with you at South Clinic. Sign in"),
        (
            "es",
            "Se compartió algo con usted",
            "North Legal Aid compartió algo con usted en South Clinic. Inicie sesión",
        ),
    ],
)
def test_a_share_is_told_to_its_receiver_without_a_name_or_a_number(
    cast: dict[str, User], language: str, subject: str, words: str
) -> None:
    User.objects.filter(email=CLEO).update(language=language)
    with speaking(actor_of(cast["attorney"])) as ada:
        case, to, who = shared_by(ada, CLEO)
        cases.accept(ada, case)
    (message,) = letters_sent()
    assert (message.to, message.subject) == ([CLEO], subject)
    text = f"{message.subject} {' '.join(str(message.body).split())}"
    assert words in text
    assert "\n\nhttp://localhost:8000/cases/shared/\n" in str(message.body)
    canaries = ("Canary", case.reference, str(case.pk), "Ada", "Quispe")
    assert [word for word in canaries if word in text] == []
    with speaking(actor_of(cast["attorney"])) as ada:
        cases.revoke(ada, case, to_organization_id=to.id, user_id=who.user_id)
    ended = {"en": "Something is no longer shared with you", "es": "Algo ya no se comparte con usted"}[language]
    assert envelopes(letters_sent()) == [(CLEO, ended)]


def test_a_share_with_an_organization_is_told_to_its_counsel_alone(cast: dict[str, User]) -> None:
    with speaking(actor_of(cast["clinic"], "South Clinic")) as cleo:
        case, to, _who = shared_by(cleo, organization="North Legal Aid")
    members_told = [ADA, BEN, JUNE, TOMAS]
    found = letters_sent()
    assert [address for address, _ in envelopes(found)] == members_told
    assert "South Clinic shared something with the attorneys and paralegals of North Legal Aid." in text_to(ADA, found)
    ProcrastinateJob.objects.all().delete()
    Message.objects.all().delete()
    with speaking(actor_of(cast["clinic"], "South Clinic")) as cleo:
        assert cases.revoke(cleo, case, to_organization_id=to.id, user_id=None) == 1
    assert [address for address, _ in envelopes(letters_sent())] == members_told


def test_whoever_is_given_work_reads_that_there_is_some_and_nothing_more(cast: dict[str, User]) -> None:
    ben = membership(cast["paralegal"])
    with speaking(actor_of(cast["attorney"])) as ada:
        case = cases.open_case(ada, names={"given_names": "Canary"})
        cases.accept(ada, case)
        cases.assign(ada, case, membership=ben, role="paralegal")
        task = cases.add_task(ada, case, text="Canary of a task", assignee=ben)
        cases.add_task(ada, case, text="Mine", assignee=membership(cast["attorney"]))
        cases.add_task(ada, case, text="Nobody's")
    (message,) = letters_sent()  # one an hour, for everything; nobody is told of their own doing
    assert (message.to, message.subject) == ([BEN], "There is something new for you to do")
    text = f"{message.subject} {' '.join(str(message.body).split())}"
    assert "Ada Quispe gave you something to do at North Legal Aid. Sign in to see it. http://localhost:8000/" in text
    assert [word for word in ("Canary", str(case.pk), str(task.pk)) if word in text] == []
    Message.objects.all().delete()
    ProcrastinateJob.objects.all().delete()
    with speaking(actor_of(cast["attorney"])) as ada:
        soon = local_day() + timedelta(days=1)
        cases.hand_over(ada, again(ada, case), to=membership(cast["second_admin"]), on=soon)
        mine = Task.objects.visible_to(ada).get(pk=task.pk)
        cases.change_task(ada, case, task=mine, values={"due_on": date(2026, 12, 1)}, seen=mine.version)
    assert envelopes(letters_sent()) == [(TOMAS, "Tiene algo nuevo por hacer")]


def test_an_error_in_the_directory_is_told_to_the_operator_where_there_is_an_address(
    cast: dict[str, User], settings: Settings
) -> None:
    reported(cast["volunteer"], "The street.")
    assert letters_sent() == []  # the settings of the tests name nobody
    settings.OPERATOR_EMAIL = "operator@example.org"
    (message,) = letters_sent()
    assert message.to == ["operator@example.org"]
    assert message.subject == "Somebody reported an error in the directory"
    text = str(message.body)
    assert re.search(r'\nmanage\.py directory_reports --settle [0-9a-f-]{36} --answer "\.\.\."\n', text)
    assert not re.search("street|Vic|North|Adelanto", text)


def test_whoever_reported_an_error_reads_that_it_is_settled(cast: dict[str, User]) -> None:
    reported(cast["volunteer"])
    with member_speaking(cast["admin"]) as nia:
        resolve(nia, ErrorReport.objects.visible_to(nia).get(), answer="Corrected.")
    (message,) = letters_sent()
    assert (message.to, message.subject) == (["vic@north.example"], "Your report about the directory is settled")
    assert "http://localhost:8000/directory/reports/" in str(message.body)
    assert "Corrected" not in str(message.body)


def test_nobody_is_told_of_a_report_that_they_settled_themselves(cast: dict[str, User]) -> None:
    reported(cast["admin"])
    with member_speaking(cast["admin"]) as nia:
        resolve(nia, ErrorReport.objects.visible_to(nia).get(), answer="Mine.")
    assert letters_sent() == []


def test_nobody_is_told_who_no_longer_stands_there(cast: dict[str, User]) -> None:
    with speaking(actor_of(cast["attorney"])) as ada:
        shared_by(ada, CLEO)
    Membership.objects.filter(user=cast["clinic"]).update(suspended_at=timezone.now())
    assert letters_sent() == []


def test_a_job_holds_ids_alone_and_runs_twice_without_a_second_letter(cast: dict[str, User]) -> None:
    with speaking(actor_of(cast["attorney"])) as ada:
        case, to, who = shared_by(ada, CLEO)
    job = ProcrastinateJob.objects.get(task_name="letters.shared")
    assert job.args == {
        "actor": str(ada.membership_id), "object_id": str(case.pk), "to_organization_id": str(to.id),
        "to_user_id": str(who.user_id),
    }  # fmt: skip
    assert [len(letters_sent()), len(letters_sent()), Message.objects.count()] == [1, 0, 1]


def test_an_invitation_leaves_its_token_in_no_job(cast: dict[str, User]) -> None:
    made = invited(cast["admin"])
    assert [job.task_name for job in ProcrastinateJob.objects.all()] == ["notifications.send_message"]
    assert [job for job in ProcrastinateJob.objects.all() if made.token in str(job.args)] == []
    assert made.token.encode() not in bytes(Message.objects.get().content)


def test_no_log_says_what_stands_in_a_letter(cast: dict[str, User]) -> None:
    asked(cast, "attorney")
    lines = str(written(lambda: [invited(cast["admin"]), letters_sent()]))
    words = [word for message in mail.outbox for word in (*message.to, message.subject, str(message.body))]
    assert [word for word in [*words, "invitation/"] if str(word) in lines] == []
    assert len(mail.outbox) == 3


def test_a_subject_is_one_line_whatever_an_organization_is_called(cast: dict[str, User]) -> None:
    nia = actor_of(cast["admin"])
    Organization.objects.filter(short_name="NLA").update(name="North\r\nBcc: x@people.example <Aid> & more")
    with speaking(nia):
        members.suspend(nia, membership(cast["attorney"]))
    (message,) = letters_sent()
    assert message.subject == "Your access to North Bcc: x@people.example <Aid> & more is suspended"
    assert message.recipients() == [ADA]


def test_an_instant_is_told_on_the_clock_of_its_reader(cast: dict[str, User]) -> None:
    asked(cast, "attorney")
    FactorReset.objects.update(due_at=datetime.fromisoformat("2026-11-26T01:30:00+00:00"))
    User.objects.filter(email=TOMAS).update(time_zone="America/New_York")
    found = letters_sent()
    space = "\N{NO-BREAK SPACE}"
    assert f"by November 25, 2026, 5:30{space}pm, Pacific time (Los Angeles), unless".replace(space, " ") in text_to(
        ADA, found
    ).replace(space, " ")
    assert "25 de noviembre de 2026, 8:30" in text_to(TOMAS, found)
