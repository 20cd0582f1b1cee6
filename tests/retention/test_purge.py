"""Two people decide that closed cases go, and a day passes: through the pages, and in the database itself."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from casework.access.doors import window
from casework.access.models import Membership, Organization, User
from casework.audit.models import Entry
from casework.cases.models import Case
from casework.retention import actions
from casework.retention.models import Purge, PurgeItem
from tests.access.signing import PASSWORD, sent, with_password
from tests.cases.planting import again, refused, speaking
from tests.conftest import as_application
from tests.retention.planting import CANARY, agreed, carried_out, closed_case, due

pytestmark = pytest.mark.django_db
Enter = Callable[[str], Client]
Cast = dict[str, User]
PAGE, PROPOSE = "/organization/kept/", "/organization/kept/propose/"
SECOND = (
    "This needs a second person: another administrator or an attorney who did not propose it, and who was a member a"
    " day before that."
)


@pytest.fixture(autouse=True)
def in_english(cast: Cast) -> None:
    """Tomás reads Spanish."""
    User.objects.update(language="en")


def proposed() -> Purge:
    found: Purge = Purge.objects.latest("proposed_at")
    return found


def page_of(purge: Purge) -> str:
    return reverse("purge", args=[purge.pk])


def said(client: Client) -> list[str]:
    return [str(one) for one in client.get(PAGE).context["messages"]]


def remain() -> int:
    with window("the test"):
        return int(Case.objects.count())


def verbs(*wanted: str) -> list[str]:
    return list(Entry.objects.filter(verb__in=wanted).order_by("at").values_list("verb", flat=True))


# --- The way through the pages ------------------------------------------------------------------------------------


def test_from_the_first_word_to_the_last_row(enter: Enter, cast: Cast) -> None:
    closed_case(cast["attorney"], reference="NLA-2018-0001")
    closed_case(cast["attorney"], reference="NLA-2018-0002")
    nia, tomas = enter("admin"), enter("second_admin")
    assertRedirects(nia.post(PROPOSE), PAGE, fetch_redirect_response=False)
    one = proposed()
    assert (one.cases, one.years, one.agreed_by, one.items.count()) == (2, 7, None, 2)
    assertContains(tomas.get(PAGE), "Look at them and decide")
    page = tomas.get(page_of(one))
    for text in ("NLA-2018-0001", "NLA-2018-0002", "Nia Haddad", "Agree: delete them in 24 hours"):
        assertContains(page, text)
    assertNotContains(page, CANARY)
    assertRedirects(tomas.post(page_of(one)), PAGE, fetch_redirect_response=False)
    one.refresh_from_db()
    assert one.agreed_by is not None
    assert one.agreed_at is not None
    assert one.due_at == one.agreed_at + timedelta(hours=24)
    assert (carried_out(), remain()) == (0, 2)  # not before the day is over
    due(one)
    assert (carried_out(), remain()) == (3, 0)
    one.refresh_from_db()
    assert (one.gone, one.held_back, one.ended_at is not None, one.items.count()) == (2, 0, True, 0)
    assertContains(nia.get(PAGE), "2 cases deleted")
    wanted = ("purge.proposed", "purge.agreed", "case.purged", "purge.done")
    assert verbs(*wanted) == ["purge.proposed", "purge.agreed", "case.purged", "case.purged", "purge.done"]


def test_whoever_proposes_does_not_agree(enter: Enter, cast: Cast) -> None:
    """Also where they are an attorney as well."""
    closed_case(cast["attorney"])
    tomas = enter("second_admin")
    tomas.post(PROPOSE)
    assertNotContains(tomas.get(page_of(proposed())), "Agree:")
    tomas.post(page_of(proposed()))
    assert said(tomas) == [SECOND]
    assert proposed().agreed_by is None


@pytest.mark.parametrize(("key", "may"), [
    ("second_admin", True), ("attorney", True), ("paralegal", False), ("volunteer", False), ("clinic", None),
    ("clinic_admin", None),
])  # fmt: skip
def test_who_can_be_the_second_person(enter: Enter, cast: Cast, key: str, may: bool | None) -> None:
    closed_case(cast["attorney"])
    enter("admin").post(PROPOSE)
    client = enter(key)
    answers = [client.get(page_of(proposed())).status_code, client.post(page_of(proposed())).status_code]
    assert answers == {True: [200, 302], False: [403, 403], None: [404, 404]}[may]
    assert (proposed().agreed_by is not None) == bool(may)


WAITS = "2 closed cases are to be deleted, and wait for a second person"


def test_it_waits_on_the_first_page_of_whoever_can_agree(enter: Enter, cast: Cast) -> None:
    for _each in range(2):
        closed_case(cast["attorney"])
    people = ("admin", "second_admin", "attorney", "paralegal", "clinic_admin")
    clients = {key: enter(key) for key in people}
    clients["admin"].post(PROPOSE)

    def told() -> list[str]:
        return [key for key, client in clients.items() if WAITS in client.get("/").content.decode()]

    assert told() == ["second_admin", "attorney"]
    assertContains(clients["attorney"].get("/"), page_of(proposed()))
    clients["second_admin"].post(page_of(proposed()))
    assert told() == []


@pytest.mark.parametrize("key", ["attorney", "paralegal", "volunteer"])
def test_only_administrators_propose(enter: Enter, cast: Cast, key: str) -> None:
    closed_case(cast["attorney"])
    assert (enter(key).post(PROPOSE).status_code, Purge.objects.count()) == (403, 0)


def test_somebody_who_joined_for_the_purpose_does_not_count(enter: Enter, cast: Cast) -> None:
    closed_case(cast["attorney"])
    enter("admin").post(PROPOSE)
    place = Membership.objects.filter(user=cast["second_admin"])
    place.update(starts_at=timezone.now() - timedelta(hours=23))
    tomas = enter("second_admin")
    tomas.post(page_of(proposed()))
    assert said(tomas) == [SECOND]
    place.update(starts_at=timezone.now() - timedelta(hours=25))
    tomas.post(page_of(proposed()))
    assert proposed().agreed_by is not None


def unconfirmed(enter: Enter, cast: Cast, key: str) -> Client:
    """Some time after signing in."""
    with_password(cast[key])
    client = enter(key)
    session = client.session
    del session["account_authentication_methods"]
    session.save()
    return client


def test_both_say_again_who_they_are(enter: Enter, cast: Cast) -> None:
    closed_case(cast["attorney"])
    for key in ("admin", "second_admin"):
        client = unconfirmed(enter, cast, key)
        to = PROPOSE if key == "admin" else page_of(proposed())
        asks = client.post(to)
        assert asks.headers["Location"].startswith("/account/reauthenticate/")
        assert not Purge.objects.exclude(agreed_by=None).exists()
        client.post("/account/reauthenticate/", {"password": PASSWORD, "next": to})
    assert proposed().agreed_by is not None


def test_one_is_open_at_a_time_and_nothing_is_proposed_of_nothing(enter: Enter, cast: Cast) -> None:
    client = enter("admin")
    client.post(PROPOSE)
    assert said(client) == ["No case is past its time, or all of them are held back."]
    closed_case(cast["attorney"])
    client.post(PROPOSE)
    client.get(PAGE)
    client.post(PROPOSE)
    assert said(client) == ["Somebody has proposed this already. Agree to it or stop it first."]
    assert Purge.objects.count() == 1


# --- Stopping it --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["admin", "second_admin", "attorney"])
@pytest.mark.parametrize("agreed_to", [False, True])
def test_either_of_them_stops_it(enter: Enter, cast: Cast, key: str, agreed_to: bool) -> None:
    closed_case(cast["attorney"])
    enter("admin").post(PROPOSE)
    if agreed_to:
        enter("second_admin").post(page_of(proposed()))
        due(proposed())
    client = enter(key)
    client.post(reverse("withdraw_purge", args=[proposed().pk]))
    assert said(client) == ["Stopped. What had not gone by now stays."]
    assert (carried_out(), remain(), proposed().is_open) == (0, 1, False)
    client.post(reverse("withdraw_purge", args=[proposed().pk]))
    assert said(client) == ["This was done or stopped already."]
    enter("admin").post(PROPOSE)
    assert Purge.objects.count() == 2


@pytest.mark.parametrize("key", ["admin", "second_admin"])
def test_it_lapses_with_the_say_of_one_of_the_two(cast: Cast, key: str) -> None:
    closed_case(cast["attorney"])
    one = agreed(cast["admin"], cast["second_admin"])
    Membership.objects.filter(user=cast[key], organization__short_name="NLA").update(suspended_at=timezone.now())
    assert (carried_out(), remain()) == (1, 1)
    one.refresh_from_db()
    assert (one.is_open, one.withdrawn_by, one.gone) == (False, None, 0)


def test_what_comes_up_within_the_day_holds_the_case_back(enter: Enter, cast: Cast) -> None:
    first, second = closed_case(cast["attorney"], reference="A"), closed_case(cast["attorney"], reference="B")
    one = agreed(cast["admin"], cast["second_admin"])
    with speaking(cast["attorney"]) as ada:
        actions.keep(ada, again(ada, first), reason="A claim came in")
    carried_out()
    one.refresh_from_db()
    assert (one.gone, one.held_back, one.ended_at is not None) == (1, 1, True)
    with window("the test"):
        assert list(Case.objects.values_list("pk", flat=True)) == [first.pk]
    assertContains(enter("admin").get(page_of(one)), "Held back")
    assert second.pk not in {item.case_ref for item in PurgeItem.objects.all()}


@pytest.mark.parametrize("what", ["reopened", "years", "another case"])
def test_what_is_not_past_its_time_any_more_stays(cast: Cast, what: str) -> None:
    case = closed_case(cast["attorney"])
    agreed(cast["admin"], cast["second_admin"])
    with window("the test"):
        if what == "reopened":
            Case.objects.filter(pk=case.pk).update(stage="active")
        elif what == "years":
            Organization.objects.filter(short_name="NLA").update(retention_years=None)
        else:
            closed_case(person=case.person)
    carried_out()
    with window("the test"):
        assert Case.objects.filter(pk=case.pk).exists()


# --- The database itself ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"agreed_by_id": None, "agreed_at": 0, "due_at": 24}, {"agreed_by": "same", "agreed_at": 0, "due_at": 24},
        {"agreed_by": "other", "agreed_at": 0, "due_at": 23}, {"agreed_by": "other", "agreed_at": 0},
        {"agreed_by": "other", "due_at": 24}, {"ended_at": 0}, {"gone": 1},
    ],
)  # fmt: skip
def test_not_even_the_owner_of_the_tables_does_it_alone_or_at_once(cast: Cast, change: dict[str, Any]) -> None:
    closed_case(cast["attorney"])
    with speaking(cast["admin"]) as nia:
        one = actions.propose(nia)
    other = Membership.objects.get(user=cast["second_admin"])
    people = {"same": one.proposed_by_id, "other": other.pk, None: None}
    now = timezone.now()
    values = {
        name if not name.startswith("agreed_by") else "agreed_by_id": (
            people[value] if name.startswith("agreed_by")
            else now + timedelta(hours=value) if name.endswith("_at") else value
        )
        for name, value in change.items()
    }  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Purge.objects.filter(pk=one.pk).update(**values)
    whole = {"agreed_by_id": other.pk, "agreed_at": now, "due_at": now + timedelta(hours=24)}
    assert Purge.objects.filter(pk=one.pk).update(**whole) == 1


@pytest.mark.parametrize("statement", [
    "UPDATE retention_purge SET agreed_at = now()", "INSERT INTO retention_purge (id) VALUES (gen_random_uuid())",
    "DELETE FROM retention_purge", "UPDATE retention_purgeitem SET held_back = true",
    "DELETE FROM retention_purgeitem", "DELETE FROM retention_statistic",
    "INSERT INTO retention_statistic (id) VALUES (gen_random_uuid())", "DELETE FROM cases_case",
    "DELETE FROM people_person", "DELETE FROM vault_filekey", "DELETE FROM retention_keep",
    "SELECT ctx.delete_files('{}', '{}')", "SELECT ctx.count_purged(NULL, '{}', '{}')",
    "SELECT ctx.past_keeping(ctx.organization_id())", "SELECT ctx.purge_next()",
])  # fmt: skip
@pytest.mark.parametrize("key", ["admin", "second_admin", "attorney"])
def test_nobody_does_it_in_a_statement_of_their_own(cast: Cast, key: str, statement: str) -> None:
    closed_case(cast["attorney"])
    agreed(cast["admin"], cast["second_admin"])
    with (
        pytest.raises(ProgrammingError, match=r"permission denied|wrong errand"), speaking(cast[key]),
        transaction.atomic(), connection.cursor() as cursor,
    ):  # fmt: skip
        cursor.execute(statement)
    assert remain() == 1


def test_nobody_agrees_twice_or_for_others(cast: Cast) -> None:
    closed_case(cast["attorney"])
    with speaking(cast["admin"]) as nia:
        one = actions.propose(nia)
    with speaking(cast["clinic_admin"], "South Clinic"), connection.cursor() as cursor, transaction.atomic():
        with pytest.raises(IntegrityError), transaction.atomic():
            cursor.execute("SELECT ctx.agree_to_purge(%s)", [one.pk])
        with pytest.raises(IntegrityError), transaction.atomic():
            cursor.execute("SELECT ctx.withdraw_purge(%s)", [one.pk])
    with speaking(cast["attorney"]) as ada:
        actions.agree(ada, one)
    with speaking(cast["second_admin"]) as tomas:
        assert refused(lambda: actions.agree(tomas, one)) == {"": [SECOND]}


def test_tomas_reads_it_in_spanish(enter: Enter, cast: Cast) -> None:
    User.objects.filter(pk=cast["second_admin"].pk).update(language="es")
    closed_case(cast["attorney"])
    enter("admin").post(PROPOSE)
    tomas = enter("second_admin")
    assertContains(tomas.get(PAGE), "Los casos cerrados se conservan 7 años")
    assertContains(tomas.get(page_of(proposed())), "De acuerdo: eliminarlos en 24 horas")
    assert letters() == [("tomas", "Se propone eliminar casos cerrados")]


# --- Letters ------------------------------------------------------------------------------------------------------


def letters() -> list[tuple[str, str]]:
    """To whom, about what, of all that waits as jobs; each job is done twice, as if the worker had died."""
    for row in ProcrastinateJob.objects.filter(task_name__startswith="retention.").order_by("id"):
        for _ in range(2):
            with as_application():
                app.tasks[row.task_name].func(**row.args)
    found = sent()
    told = [f"{mail.subject} {mail.body}" for mail in found]
    assert [one for one in told if CANARY in one or "NLA-" in one] == []
    return sorted((mail.to[0].partition("@")[0], str(mail.subject)) for mail in found)


PROPOSED, AGREED = "Closed cases are proposed to be deleted", "Closed cases will be deleted in 24 hours"
STOPPED, DONE = "The deletion of closed cases was stopped", "Closed cases were deleted"


def test_letters_go_to_the_two_and_to_the_leads_and_name_nobody(cast: Cast) -> None:
    closed_case(cast["attorney"])
    agreed(cast["admin"], cast["second_admin"])
    carried_out()
    # Ada led a case that is gone by now, so that this late run finds no lead any more.
    wanted = [("nia", AGREED), ("nia", DONE), ("tomas", AGREED), ("tomas", DONE), ("tomas", PROPOSED)]
    assert letters() == sorted(wanted)


def test_leads_are_told_before_it_happens_and_when_it_is_stopped(cast: Cast) -> None:
    closed_case(cast["attorney"])
    with speaking(cast["admin"]) as nia:
        one = actions.propose(nia)
    with speaking(cast["second_admin"]) as tomas:
        actions.agree(tomas, one)
    assert letters() == [("ada", AGREED), ("nia", AGREED), ("tomas", PROPOSED), ("tomas", AGREED)]
    with speaking(cast["admin"]) as nia:
        actions.withdraw(nia, one)
    assert [one for one in letters() if one[1] == STOPPED] == [("ada", STOPPED), ("nia", STOPPED), ("tomas", STOPPED)]


def test_without_another_administrator_the_attorneys_are_asked(cast: Cast) -> None:
    Membership.objects.filter(user=cast["second_admin"]).update(roles=["paralegal"])
    closed_case(cast["attorney"])
    with speaking(cast["admin"]) as nia:
        one = actions.propose(nia)
    assert letters() == [("ada", PROPOSED)]
    with speaking(cast["admin"]) as nia:
        actions.withdraw(nia, one)
    assert [one for one in letters() if one[1] == STOPPED] == [("nia", STOPPED)]
