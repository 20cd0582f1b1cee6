"""The operator's commands: what they do, say and leave in the audit. They run as the application's own role."""

import builtins
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from casework.access.actor import Actor, staff
from casework.access.coalition import neighbors
from casework.access.context import acting
from casework.access.models import Invitation, Membership, Organization, Session, User
from casework.audit.models import Entry
from casework.cases import actions
from casework.cases.grants import CaseGroupObjectPermission
from casework.cases.models import Case
from tests.access.signing import is_signed_in, sent
from tests.conftest import as_owner

pytestmark = pytest.mark.django_db(transaction=True)
EAST = [
    "--name=East Legal Aid", "--short-name=ELA", "--kind=clinic", "--time-zone=America/Chicago",
    "--admin-email=first@east.example",
]  # fmt: skip


def run(*command: str) -> str:
    said = StringIO()
    call_command(*command, stdout=said)
    return said.getvalue()


def audit(verb: str) -> list[tuple[Any, ...]]:
    with as_owner():
        rows = Entry.objects.filter(verb=verb).order_by("at")
        return list(rows.values_list("actor_kind", "actor_id", "user_id", "organization_id", "object_type", "fields"))


def organization(short_name: str) -> Organization:
    with as_owner():
        return Organization.objects.get(short_name=short_name)


def person(email: str) -> User:
    with as_owner():
        return User.objects.get(email=email)


def actor(email: str, short_name: str) -> Actor:
    with as_owner():
        found = Membership.objects.select_related("organization").get(
            user__email=email, organization__short_name=short_name
        )
        return staff(found)


def signed_in(email: str) -> Client:
    client = Client()
    with as_owner():
        client.force_login(User.objects.get(email=email))
    return client


def test_the_commands_run_as_the_application() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("casework_app",)


def test_founding_says_what_happened_and_mails_the_first_administrator() -> None:
    assert run("found_organization", *EAST).splitlines() == [
        "East Legal Aid (ELA) is founded.",
        "An invitation for first@east.example waits in the outbox. It is open for 72 hours.",
    ]
    made = organization("ELA")
    assert audit("organization.founded") == [("duty", None, None, made.pk, "access.organization", [])]
    with as_owner():
        (letter,) = sent()
        invitation = Invitation.objects.get(organization=made)
    assert (letter.to, invitation.roles, invitation.accepted_at) == (["first@east.example"], ["admin"], None)
    link = next(word for word in str(letter.body).split() if "/invitation/" in word)
    assert Client().get(link.partition("8000")[2]).status_code == 200


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ("--short-name=NLA", "An organization has this name or short name already."),
        ("--short-name=e", "Use 2 to 12 capital letters and digits, a letter first."),
        ("--name=north legal aid", "Another organization has this name, or one that is read in the same way."),
        ("--time-zone=Chicago", "Choose a time zone from the list."),
        ("--admin-email=nobody", "Enter a valid email address."),
    ],
)
def test_what_cannot_be_founded_leaves_nothing(changed: str, said: str) -> None:
    with pytest.raises(CommandError, match=said.replace(".", r"\.")):
        run("found_organization", *EAST, changed)
    assert audit("organization.founded") == []
    with as_owner():
        assert (Organization.objects.count(), Invitation.objects.count()) == (3, 0)


def test_the_first_administrator_is_invited_again_until_somebody_joined() -> None:
    run("found_organization", *EAST)
    said = run("invite_first_administrator", "ELA", "--admin-email=second@east.example")
    assert said == "East Legal Aid: an invitation for second@east.example waits in the outbox, open for 72 hours.\n"
    with as_owner():
        first, second = sent()
        former, latter = Invitation.objects.order_by("created_at")
    assert (first.to, second.to) == (["first@east.example"], ["second@east.example"])
    assert (former.withdrawn_at is None, latter.withdrawn_at, latter.roles) == (False, None, ["admin"])
    made = organization("ELA")
    assert audit("organization.invited") == [("duty", None, None, made.pk, "access.organization", ["invitation"])]
    with pytest.raises(CommandError, match="somebody has joined it already"):
        run("invite_first_administrator", "NLA", "--admin-email=second@east.example")
    assert len(audit("organization.invited")) == 1


def share(giver: Actor, to: str) -> Case:
    """A case of the giver, shared with a whole organization."""
    with acting(giver):
        case = actions.open_case(giver, names={"given_names": "Canary"})
        there = next(one for one in neighbors().values() if one.short_name == to)
        soon = timezone.now() + timedelta(days=30)
        actions.share(giver, case, to=there, receiver=None, level="view", counsel_tier=False, expires_at=soon)
    return case


def test_closing_ends_sessions_invitations_and_shares_in_both_directions() -> None:
    ada, cleo = signed_in("ada@north.example"), signed_in("cleo@south.example")
    ours = share(actor("ada@north.example", "NLA"), "SC")
    theirs = share(actor("cleo@south.example", "SC"), "NLA")
    clinic = organization("SC")
    with as_owner():
        Invitation.objects.create(
            organization=clinic, email="new@south.example", roles=["volunteer"], token_hash="x",
            expires_at=timezone.now() + timedelta(days=1),
        )  # fmt: skip
    assert [ada.get(reverse("case", args=[case.pk])).status_code for case in (ours, theirs)] == [200, 200]
    assert run("close_organization", "SC", "--yes") == "South Clinic is closed. Sessions ended: 1.\n"
    assert (is_signed_in(cleo), is_signed_in(ada)) == (False, True)
    assert [ada.get(reverse("case", args=[case.pk])).status_code for case in (ours, theirs)] == [200, 404]
    with as_owner():
        assert CaseGroupObjectPermission.objects.count() == 0
        assert Invitation.objects.get().withdrawn_at is not None
    closed = organization("SC")
    fields = ["closed_at", "sessions", "invitations", "shares"]
    assert audit("organization.closed") == [("duty", None, None, closed.pk, "access.organization", fields)]
    late = signed_in("cleo@south.example")
    assert "You do not belong to an organization." in late.get("/").content.decode()
    assert late.get(reverse("case", args=[theirs.pk])).status_code == 404


def test_closing_asks_for_the_short_name_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builtins, "input", lambda _question: "sc")
    with pytest.raises(CommandError, match="Nothing was changed"):
        run("close_organization", "SC")
    assert (organization("SC").closed_at, audit("organization.closed")) == (None, [])
    monkeypatch.setattr(builtins, "input", lambda _question: "SC")
    said = run("close_organization", "SC")
    assert said.splitlines()[0] == "South Clinic will be closed:"
    assert said.splitlines()[-1] == "South Clinic is closed. Sessions ended: 0."
    with pytest.raises(CommandError, match="closed already"):
        run("close_organization", "SC", "--yes")
    assert len(audit("organization.closed")) == 1


def test_ending_sessions_signs_out_everybody_there_and_nobody_else() -> None:
    clients = {key: signed_in(key) for key in ("ada@north.example", "june@hotline.example", "cleo@south.example")}
    assert run("end_sessions", "NLA") == "North Legal Aid: sessions ended: 2.\n"
    assert [is_signed_in(client) for client in clients.values()] == [False, False, True]
    mine = organization("NLA")
    assert audit("organization.sessions_ended") == [("duty", None, None, mine.pk, "access.organization", ["sessions"])]
    with as_owner():
        assert Session.objects.filter(user=person("ada@north.example")).count() == 0


@pytest.mark.parametrize(
    "command",
    [
        ["close_organization", "XX", "--yes"],
        ["end_sessions", "XX"],
        ["invite_first_administrator", "XX", "--admin-email=a@b.example"],
    ],
)
def test_an_unknown_short_name_is_said(command: list[str]) -> None:
    with pytest.raises(CommandError, match="no organization with the short name XX"):
        run(*command)
