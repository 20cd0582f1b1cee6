"""A request is one transaction in which the database knows who asks: in real transactions, where that matters."""

import os
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from casework.access.actor import duty
from casework.access.context import acting
from casework.access.models import Membership, User
from casework.access.requests import ALSO_AT_THE_DOOR, AT_THE_DOOR, CHOSEN
from casework.audit.models import Entry
from tests.access import pages, signing
from tests.conftest import as_owner

pytestmark = [pytest.mark.urls("tests.access.pages"), pytest.mark.django_db(transaction=True)]

ADA, VIC, JUNE = "ada@north.example", "vic@north.example", "june@hotline.example"


@pytest.fixture(autouse=True)
def nothing_meanwhile() -> Iterator[None]:
    yield
    pages.meanwhile.clear()


def entered(email: str) -> Client:
    """A browser in which this person is signed in; a failure in a page is answered as it would be to people."""
    client = Client(raise_request_exception=False)
    with as_owner():
        client.force_login(User.objects.get(email=email))
    return client


def lines() -> list[tuple[str, str, str]]:
    """What stands in the audit about pages of these tests."""
    with as_owner():
        rows = Entry.objects.filter(object_type__startswith="route:").order_by("at")
        return list(rows.values_list("verb", "object_type", "basis"))


def written() -> list[str]:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT language FROM people_person WHERE language LIKE 'test %'")
        return [row[0] for row in cursor.fetchall()]


def elsewhere(statement: str, *values: Any) -> None:
    """Somebody else does this on another connection, at once and for good."""
    url = psycopg.conninfo.make_conninfo(os.environ["TEST_ADMIN_URL"], dbname=connection.settings_dict["NAME"])
    with psycopg.connect(url) as other:
        other.execute("SET ROLE casework_owner")
        other.execute(statement, values)


def membership(email: str, organization: str = "NLA") -> Membership:
    with as_owner():
        found: Membership = Membership.objects.get(user__email=email, organization__short_name=organization)
    return found


def setting() -> list[str]:
    """What the connection carries between two requests."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('ctx.token', true), ''),"
                       " coalesce(current_setting('ctx.session', true), '')")  # fmt: skip
        return list(cursor.fetchone())


# --- what is kept and what is taken back


def test_what_went_well_is_kept() -> None:
    client = entered(ADA)
    assert client.get("/t/write/200/").status_code == 200
    assert client.get("/t/session/").json() == {"mark": 200, "cases": ["test 200"]}
    assert (written(), lines()) == (["test 200"], [])


@pytest.mark.parametrize("how", ["raised", "answered"])
@pytest.mark.parametrize(("status", "verb"), [(400, "refused"), (403, "refused"), (404, "refused"), (500, "failed")])
def test_what_was_refused_or_failed_is_taken_back_and_noted_once(status: int, verb: str, how: str) -> None:
    client, pk = entered(ADA), uuid.uuid4()
    address = f"/t/write/{status}/" if how == "raised" else f"/t/write/{status}/{pk}/"
    assert client.get(address).status_code == status
    assert client.get("/t/session/").json() == {"mark": None, "cases": []}
    name = "t_write" if how == "raised" else "t_write_one"
    assert (written(), lines()) == ([], [(verb, f"route:{name}", str(status))])
    with as_owner():
        line = Entry.objects.get(verb=verb)
        here = membership(ADA)
        assert (line.actor_id, line.organization_id, line.object_id) == (
            here.pk, here.organization_id, None if how == "raised" else pk,
        )  # fmt: skip
        assert Entry.objects.filter(verb="case.opened").count() == 0


@pytest.mark.parametrize("status", [405, 410, 429, 503])
def test_so_is_every_other_answer_from_400_on(status: int) -> None:
    assert entered(ADA).get(f"/t/write/{status}/").status_code == status
    assert (written(), [line[2] for line in lines()]) == ([], [str(status)])


def test_a_page_that_shows_what_somebody_else_saved_keeps_its_look() -> None:
    assert entered(ADA).get("/t/write/409/").status_code == 409
    assert (written(), lines()) == (["test 409"], [])


def test_of_strangers_nothing_is_noted() -> None:
    client = Client(raise_request_exception=False)
    assert client.get("/t/write/404/").status_code == 302  # to the sign-in
    assert client.get("/no/such/page/").status_code == 404
    assert entered(ADA).get("/no/such/page/").status_code == 404
    assert (written(), lines()) == ([], [])


def said(caplog: pytest.LogCaptureFixture) -> list[tuple[str, bool]]:
    """Why answers were taken back, and whether an exception is told with it."""
    told: list[Any] = [one.msg for one in caplog.records if one.name == "casework" and one.levelname == "ERROR"]
    return [(one["state"], bool(one.get("exc_info"))) for one in told if one["event"] == "request"]


def test_a_failed_statement_that_a_page_overlooks_is_no_success(caplog: pytest.LogCaptureFixture) -> None:
    assert entered(ADA).get("/t/overlooked/").status_code == 500
    assert said(caplog) == [("a failed statement was overlooked", False)]
    assert (written(), lines()) == ([], [("failed", "route:t_overlooked", "500")])


def test_what_the_database_refuses_at_the_commit_is_a_failure(caplog: pytest.LogCaptureFixture) -> None:
    assert entered(ADA).get("/t/late/").status_code == 500
    assert said(caplog) == [("the commit was refused", True)]
    assert (written(), lines()) == ([], [("failed", "route:t_late", "500")])


@pytest.mark.parametrize("kind", ["stream", "generated-file", "open-file", "list"])
def test_a_body_that_is_not_in_memory_is_refused(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    response = entered(ADA).get(f"/t/body/{kind}/")
    assert said(caplog) == [("a body that is not in memory was refused", False)]
    assert (response.status_code, response.streaming, b"made before" in response.content) == (500, False, False)
    assert (written(), lines()) == ([], [("failed", "route:t_body", "500")])


@pytest.mark.parametrize("kind", ["memory", "rendered"])
def test_a_body_in_memory_is_answered(kind: str) -> None:
    response = entered(ADA).get(f"/t/body/{kind}/")
    assert (response.status_code, bool(response.getvalue())) == (200, True)
    assert (written(), lines()) == ([f"test {kind}"], [])


# --- who asks


def seen(client: Client, address: str = "/t/who/") -> dict[str, Any]:
    answer: dict[str, Any] = client.get(address).json()
    return answer


def test_python_and_the_database_know_the_same_person() -> None:
    here, client = membership(ADA), entered(ADA)
    client.get("/t/write/200/")
    assert seen(client) == {
        "membership": str(here.pk), "kind": "staff", "claim": ["staff", str(here.pk), str(here.user_id)],
        "member": str(here.pk), "cases": 1, "places": ["NLA"],
    }  # fmt: skip


def test_a_membership_that_ended_between_two_requests() -> None:
    here, client = membership(ADA), entered(ADA)
    client.get("/t/write/200/")
    elsewhere("UPDATE access_membership SET ends_at = now() WHERE id = %s", here.pk)
    assert seen(client) == {
        "membership": None, "kind": "user", "claim": ["user", "-", str(here.user_id)], "member": None, "cases": 0,
        "places": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE access_membership SET ends_at = now() WHERE id = %s",
        "UPDATE access_membership SET suspended_at = now() WHERE id = %s",
        "UPDATE access_membership SET roles = '{admin}' WHERE id = %s",
        "UPDATE access_organization SET closed_at = now() WHERE id = (SELECT organization_id FROM access_membership"
        " WHERE id = %s)",
    ],
    ids=["ended", "suspended", "role taken", "organization closed"],
)
def test_what_ends_between_two_statements_ends_there(statement: str) -> None:
    here, client = membership(ADA), entered(ADA)
    entered("ben@north.example").get("/t/write/200/")
    pages.meanwhile.append(lambda: elsewhere(statement, here.pk))
    assert client.get("/t/between/").json() == {"before": 1, "after": 0}


def test_who_was_suspended_meanwhile_is_noted_all_the_same() -> None:
    here, client = membership(ADA), entered(ADA)
    pages.meanwhile.append(
        lambda: elsewhere("UPDATE access_membership SET suspended_at = now() WHERE id = %s", here.pk)
    )
    assert client.get("/t/between-refused/").status_code == 404
    assert lines() == [("refused", "route:t_between_refused", "404")]
    with as_owner():
        line = Entry.objects.get(verb="refused")
        assert (line.actor_kind, line.actor_id, line.user_id, line.organization_id) == (
            "user", None, here.user_id, here.organization_id,
        )  # fmt: skip


def test_an_account_that_was_closed_meanwhile_is_nobody_s() -> None:
    """Not even the session can be written any more, so the answer is thrown away."""
    here, client = membership(ADA), entered(ADA)
    pages.meanwhile.append(lambda: elsewhere("UPDATE access_user SET is_active = false WHERE id = %s", here.user_id))
    assert client.get("/t/between/").status_code == 400
    assert lines() == [("refused", "route:t_between", "400")]
    with as_owner():
        line = Entry.objects.get(verb="refused")
        assert (line.actor_kind, line.user_id, line.organization_id) == ("nobody", None, None)


def test_nobody_sees_nothing() -> None:
    entered(ADA).get("/t/write/200/")
    assert setting() == ["", ""]
    client = Client()
    assert client.get("/t/who/").status_code == 302
    with transaction.atomic():
        assert [pages.ask(f"SELECT count(*) FROM {table}") for table in (  # noqa: S608 (fixed names)
            "cases_case", "people_person", "access_membership", "access_organization", "access_user",
        )] == [0, 0, 0, 0, 0]  # fmt: skip


def test_a_person_without_an_organization() -> None:
    entered(ADA).get("/t/write/200/")
    pk = uuid.uuid4()
    elsewhere("INSERT INTO access_user (id, email, name, password, language, time_zone, is_active, joined_at)"
              " VALUES (%s, 'solo@people.example', 'Solo', '', 'en', 'UTC', true, now())", pk)  # fmt: skip
    elsewhere("INSERT INTO mfa_authenticator (user_id, type, data, created_at) VALUES (%s, 'totp', '{}', now())", pk)
    client = entered("solo@people.example")
    assert seen(client) == {
        "membership": None, "kind": "user", "claim": ["user", "-", str(pk)], "member": None, "cases": 0, "places": [],
    }  # fmt: skip
    assert client.get("/t/write/200/").status_code == 403
    assert (written(), lines()) == (["test 200"], [("refused", "route:t_write", "403")])
    with as_owner():
        line = Entry.objects.get(verb="refused")
    assert (line.organization_id, line.actor_kind, line.user_id) == (None, "user", pk)


def test_the_chosen_membership_counts_if_it_is_one_s_own() -> None:
    client, own, other = entered(JUNE), membership(JUNE, "RRH"), membership(ADA)
    answers = []
    for chosen in (str(own.pk), str(membership(JUNE).pk), str(other.pk), "nonsense", ""):
        session = client.session
        session[CHOSEN] = chosen
        with as_owner():
            session.save()
        answers.append(seen(client)["claim"][1])
    north = str(membership(JUNE).pk)
    assert answers == [str(own.pk), north, north, north, north]  # North Legal Aid comes first by name
    elsewhere("UPDATE access_membership SET ends_at = now() WHERE id = %s", north)
    session = client.session
    session[CHOSEN] = north
    with as_owner():
        session.save()
    assert (seen(client)["claim"][1], seen(client)["places"]) == (str(own.pk), ["RRH"])


def test_a_closed_account_is_nobody_s() -> None:
    client, here = entered(ADA), membership(ADA)
    elsewhere("UPDATE access_user SET is_active = false WHERE id = %s", here.user_id)
    assert client.get("/t/who/").status_code == 302


# --- the door


def names(patterns: list[URLPattern | URLResolver]) -> Iterator[tuple[str, str]]:
    """Each named address, and the module that answers it."""
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from names(one.url_patterns)
        elif one.name:
            view = getattr(one.callback, "view_class", one.callback)
            yield one.name, view.__module__


def test_the_door_is_open_on_its_own_addresses_only() -> None:
    here, client = membership(ADA), entered(ADA)
    assert seen(client, "/t/door/")["claim"] == ["duty", "door", str(here.user_id)]
    assert seen(client)["claim"][0] == "staff"
    stranger = Client().get("/t/door/")  # asked to sign in before
    assert stranger.status_code == 302


def test_only_what_belongs_to_accounts_is_answered_at_the_door() -> None:
    at_the_door = {
        (name, module.split(".")[0] if not module.startswith("casework.desk") else module.split(".")[2])
        for name, module in names(get_resolver("casework.urls").url_patterns)
        if name.startswith(AT_THE_DOOR) or name in ALSO_AT_THE_DOOR
    }
    assert {module for _name, module in at_the_door} <= {"allauth", "account", "demo", "join", "django"}
    own = {name for name, module in at_the_door if module not in {"allauth", "django"}}
    assert own == OWN_AT_THE_DOOR


OWN_AT_THE_DOOR = {
    "account_logout",
    "demo_enter",
    "invitation",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_deactivate_totp",
    "mfa_download_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_index",
    "mfa_remove_webauthn",
    "mfa_view_recovery_codes",
}


# --- the connection


def test_one_connection_serves_one_person_after_the_other() -> None:
    ada, cleo = entered(ADA), entered("cleo@south.example")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()
    found = []
    for client, address in [
        (ada, "/t/write/200/"), (ada, "/t/who/"), (cleo, "/t/who/"), (Client(), "/t/who/"), (ada, "/t/write/404/"),
        (cleo, "/t/write/500/"), (cleo, "/t/who/"), (ada, "/t/door/"), (cleo, "/t/body/stream/"), (ada, "/t/who/"),
    ]:  # fmt: skip
        response = client.get(address)
        found.append(
            (
                response.status_code,
                response.json()["cases"] if address == "/t/who/" and response.status_code == 200 else None,
            )
        )
        assert setting() == ["", ""]
    assert found == [
        (200, None), (200, 1), (200, 0), (302, None), (404, None), (500, None), (200, 0), (200, None), (500, None),
        (200, 1),
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        assert cursor.fetchone() == pid


@pytest.mark.django_db
def test_inside_a_test_s_transaction_the_setting_from_before_comes_back(
    enter: Callable[[str], Client], cast: dict[str, User]
) -> None:
    """Such tests would otherwise go on as whoever asked last."""
    client = enter("attorney")
    client.raise_request_exception = False
    for address, status in [
        ("/t/write/200/", 200), ("/t/write/404/", 404), ("/t/write/500/", 500), ("/t/door/", 200),
        ("/t/body/stream/", 500), ("/t/overlooked/", 500), ("/no/such/page/", 404),
    ]:  # fmt: skip
        with acting(duty("sweep")):
            before = setting()
            assert client.get(address).status_code == status
            assert (setting(), before[0].split(".")[:2]) == (before, ["duty", "sweep"])
        assert setting() == ["", ""]
    assert pages.ask("SELECT count(*) FROM people_person WHERE language LIKE 'test %%'") == 1


# --- signing in and out, inside the one transaction


def test_signing_in_and_out(settings: Any) -> None:
    with as_owner():
        ada = signing.with_password(User.objects.get(email=ADA))
        secret = signing.seed(ada)
    client = Client(headers={"accept-language": "es"})
    page = client.get(reverse("account_login"))
    assert (page.status_code, page.headers["Content-Language"]) == (200, "es")
    assert signing.post_password(client, ADA).status_code == 302
    before = client.session.session_key
    assert signing.post_code(client, reverse("mfa_authenticate"), secret).status_code == 302
    after = client.session.session_key
    assert before != after  # the key changes when somebody signs in
    assert seen(client)["kind"] == "staff"
    assert client.get(reverse("profile")).headers["Content-Language"] == "en"  # the person's own language
    with as_owner():
        kept = pages.ask("SELECT count(*) FROM access_session WHERE user_id = %s", ada.pk)
    assert kept == 1
    assert client.post(reverse("account_logout")).status_code == 302
    assert client.get("/t/who/").status_code == 302
    with as_owner():
        assert pages.ask("SELECT count(*) FROM access_session WHERE user_id = %s", ada.pk) == 0
    assert setting() == ["", ""]


def test_a_wrong_password_leaves_nobody_signed_in() -> None:
    with as_owner():
        signing.with_password(User.objects.get(email=ADA))
    client = Client()
    assert signing.post_password(client, ADA, "not this one").status_code == 200
    assert client.get("/t/who/").status_code == 302
    assert setting() == ["", ""]
