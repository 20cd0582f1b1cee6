"""Somebody suspended sees nothing at the next statement: in a job, in a transaction, in a request under way."""

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import resolve
from django.utils import timezone
from django.utils.translation import get_language
from procrastinate.contrib.django import app
from pytest_django import DjangoAssertNumQueries

from casework.access import delegation, members
from casework.access.actor import Actor, staff
from casework.access.context import JOB_SECONDS, acting
from casework.access.models import Membership, Organization, User
from casework.access.requests import OneTransaction, SignedContext
from casework.audit.models import Entry
from casework.cases.actions import open_case
from casework.cases.models import Case
from tests.access.membership import audit, open_a_case, opened, place
from tests.conftest import as_application, as_owner


@pytest.mark.django_db
def test_a_job_runs_as_the_member_who_asked(cast: dict[str, User]) -> None:
    ben = place(cast["paralegal"])
    opened.clear()
    with as_application():
        open_a_case(actor=str(ben.pk), user=str(ben.user_id), object_id="Canary")
    assert opened == [ben.organization_id.hex]
    assert [(line[0], line[3]) for line in audit()] == [
        ("case.opened", ben.organization_id), ("conflict.checked", ben.organization_id),
    ]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("why", ["suspended", "ended", "closed", "inactive", "another", "unknown"])
def test_a_job_of_somebody_who_counts_no_more_does_nothing(
    cast: dict[str, User], why: str, caplog: pytest.LogCaptureFixture
) -> None:
    ben = place(cast["paralegal"])
    asked = {"another": str(place(cast["attorney"]).pk), "unknown": str(uuid.uuid4())}.get(why, str(ben.pk))
    now = timezone.now() - timedelta(days=1)
    if why == "suspended":
        Membership.objects.filter(pk=ben.pk).update(suspended_at=now)
    if why == "ended":
        Membership.objects.filter(pk=ben.pk).update(ends_at=now)
    if why == "closed":
        Organization.objects.filter(pk=ben.organization_id).update(closed_at=now)
    if why == "inactive":
        User.objects.filter(pk=ben.user_id).update(is_active=False)
    opened.clear()
    with as_application():
        open_a_case(actor=asked, user=str(ben.user_id), object_id="Canary")
    assert (opened, audit()) == ([], [])
    line: Any
    [line] = [record.msg for record in caplog.records if record.name == "casework"]
    assert (line["event"], line["state"]) == ("job", "whoever asked for it is no member any more")


@pytest.mark.django_db
def test_waiting_jobs_are_counted_by_member(cast: dict[str, User]) -> None:
    ben, ada = place(cast["paralegal"]), place(cast["attorney"])
    for _ in range(2):
        app.configure_task("test.open_a_case").defer(actor=str(ben.pk), object_id="x")
    app.configure_task("access.sweep").defer(actor=str(ben.pk))  # no task of a member's
    assert [delegation.queued(one.pk) for one in (ben, ada)] == [2, 0]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing' WHERE id = (SELECT min(id) FROM procrastinate_jobs)"
        )
    assert delegation.queued(ben.pk) == 1


def test_a_task_of_a_members_is_known_by_its_name_and_takes_the_queues_options() -> None:
    task = delegation.delegated("test.of_a_member", queue="slow", queueing_lock="one")(lambda **_: None)
    assert (task.name, task.queue, task.queueing_lock) == ("test.of_a_member", "slow", "one")
    assert "test.of_a_member" in delegation.DELEGATED
    delegation.DELEGATED.remove("test.of_a_member")


@pytest.mark.django_db
def test_a_job_speaks_the_language_of_whoever_asked_and_bears_their_name(
    cast: dict[str, User], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    User.objects.filter(pk=cast["paralegal"].pk).update(language="es")
    ben = place(cast["paralegal"])
    with as_application(), delegation.as_member(str(ben.pk), str(ben.user_id)) as actor:
        assert actor is not None
        assert (actor, actor.name, get_language()) == (staff(ben, "x"), cast["paralegal"].name, "es")
        with django_assert_num_queries(0):
            assert actor.organization == ben.organization_id
        with connection.cursor() as cursor:  # a job may take longer than a request
            cursor.execute(
                "SELECT split_part(current_setting('ctx.token'), '.', 5)::bigint - extract(epoch FROM now())"
            )
            left = cursor.fetchone()[0]
    assert JOB_SECONDS - 30 < left <= JOB_SECONDS
    assert get_language() == "en"


def elsewhere(act: Callable[[], Any]) -> None:
    """Runs it on a connection of its own, to the end."""

    def run() -> None:
        try:
            act()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


def suspend_elsewhere(nia: Actor, membership: Membership) -> None:
    def act() -> None:
        with acting(nia):
            members.suspend(nia, membership)

    elsewhere(act)


def people_of(*keys: str) -> list[Membership]:
    emails = {"admin": "nia@north.example", "paralegal": "ben@north.example"}
    with as_owner():
        found = Membership.objects.select_related("organization")
        return [found.get(user__email=emails[key], organization__short_name="NLA") for key in keys]


@pytest.mark.django_db(transaction=True)
def test_a_transaction_under_way_sees_nothing_at_its_next_statement() -> None:
    ben, nia = people_of("paralegal", "admin")
    actor = staff(ben, "Ben")
    with acting(actor):
        open_case(actor, names={"given_names": "Canary"})
    with acting(actor):
        assert Case.objects.visible_to(actor).count() == 1
        suspend_elsewhere(staff(nia, "Nia"), ben)
        assert Case.objects.visible_to(actor).count() == 0
        assert Membership.objects.exclude(user_id=ben.user_id).count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_request_under_way_is_answered_and_its_refusal_noted() -> None:
    """The refusal stands in the audit as somebody's who is no member any more."""
    ben, nia = people_of("paralegal", "admin")
    client = Client()
    with as_owner():
        client.force_login(User.objects.get(pk=ben.user_id))

    def view(request: Any) -> HttpResponse:
        suspend_elsewhere(staff(nia, "Nia"), ben)
        found = Case.objects.visible_to(request.actor).exists()
        return HttpResponse(status=200 if found else 404)

    request: Any = RequestFactory().get("/organization/members/")
    request.session = client.session
    chain = OneTransaction(SignedContext(with_route(view)))
    assert chain(request).status_code == 404
    assert client.get("/").status_code == 302
    with as_owner():
        lines = list(Entry.objects.order_by("at").values_list("verb", "actor_kind", "actor_id", "user_id", "basis"))
    assert lines == [
        ("member.suspended", "staff", nia.pk, nia.user_id, "organization"),
        ("refused", "user", None, ben.user_id, "404"),
    ]


def with_route(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def answer(request: HttpRequest) -> HttpResponse:
        request.resolver_match = resolve(request.path)
        return view(request)

    return answer
