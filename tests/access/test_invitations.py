"""Inviting and joining: who may, until when, and once."""

import hashlib
import threading
import uuid
from datetime import timedelta
from types import SimpleNamespace

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import ProgrammingError, connection, connections, transaction
from django.utils import timezone
from psycopg import sql

from casework.access import invitations
from casework.access.actor import NOBODY, duty
from casework.access.context import acting
from casework.access.invitations import InvitationVoid, Invited
from casework.access.models import Invitation, Membership, Organization, Role, User
from casework.audit.models import Entry
from tests.access.joining import STRANGER, VOID, actor_of, at_the_door, invited, plant, speaking
from tests.conftest import as_owner

SOUTH = "cleo@south.example"
PASSWORD = "a river of seven quiet stones"


def lines(verb: str) -> list[tuple[object, ...]]:
    """What the audit says about a verb."""
    found = Entry.objects.filter(verb=verb).order_by("at")
    return list(found.values_list("actor_kind", "user_id", "organization_id", "object_type", "object_id", "fields"))


def join(token: str) -> User:
    with at_the_door():
        return invitations.join_new(token=token, name="Luz Prado", password=PASSWORD, language="es")


@pytest.mark.django_db
def test_an_invitation_is_bound_to_address_organization_and_roles_for_72_hours(cast: dict[str, User]) -> None:
    made = invited(cast["admin"], f" {STRANGER.upper()} ", "attorney", "admin")
    row = Invitation.objects.get()
    assert (row.pk, row.email, row.roles, row.ends_at) == (made.id, STRANGER, ["attorney", "admin"], None)
    assert (row.organization.name, row.invited_by) == ("North Legal Aid", Membership.objects.get(user=cast["admin"]))
    assert (row.expires_at - row.created_at, made.email) == (timedelta(hours=72), STRANGER)
    assert lines("member.invited") == [
        ("staff", cast["admin"].pk, row.organization_id, "access.invitation", made.id, ["email", "roles", "ends_at"])
    ]


@pytest.mark.django_db
def test_the_token_is_stored_as_a_hash_alone_and_shown_by_nothing(cast: dict[str, User]) -> None:
    made = invited(cast["admin"])
    assert (len(made.token), made.token in repr(made)) == (43, False)
    assert Invitation.objects.get().token_hash == hashlib.sha256(made.token.encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            count = sql.SQL("SELECT count(*) FROM {} t WHERE t::text LIKE %s").format(sql.Identifier(table))
            cursor.execute(count, [f"%{made.token}%"])
            assert (table, cursor.fetchone()[0]) == (table, 0)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "values", "says"),
    [
        ("email", {"email": "no address"}, "Enter an address such as name@example.org."),
        ("email", {"email": f"{'x' * 250}@people.example"}, "Enter an address such as name@example.org."),
        ("email", {"email": "Ada@North.Example"}, "This address belongs to a member already."),
        ("roles", {"roles": []}, "Choose one or more."),
        ("roles", {"roles": ["owner"]}, "Choose roles from the list."),
        ("roles", {"roles": ["attorney", "attorney"]}, "Choose roles from the list."),
        ("ends_at", {"ends_at": timezone.now() - timedelta(seconds=1)}, "Choose a time that is still to come."),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    cast: dict[str, User], field: str, values: dict[str, object], says: str
) -> None:
    given = {"email": STRANGER, "roles": ["volunteer"], "ends_at": None} | values
    with speaking(actor_of(cast["admin"])) as actor:
        with pytest.raises(ValidationError) as refused:
            invitations.invite(actor, **given)  # type: ignore[arg-type]
        assert refused.value.message_dict == {field: [says]}
        invitations.invite(actor, email=STRANGER, roles=["volunteer"], ends_at=None)
    assert Invitation.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["attorney", "paralegal", "volunteer"])
def test_only_administrators_invite_and_withdraw(cast: dict[str, User], key: str) -> None:
    made = invited(cast["admin"])
    with speaking(actor_of(cast[key])) as actor:
        with pytest.raises(PermissionDenied):
            invitations.invite(actor, email=STRANGER, roles=["admin"], ends_at=None)
        with pytest.raises(PermissionDenied):
            invitations.withdraw(actor, invitation_id=made.id)
        assert Invitation.objects.count() == 0
    assert Invitation.objects.get().withdrawn_at is None


@pytest.mark.django_db
def test_a_forged_administrator_is_refused_by_the_database(cast: dict[str, User]) -> None:
    nia, ada = actor_of(cast["admin"]), actor_of(cast["attorney"])
    with speaking(ada), pytest.raises(ProgrammingError):
        invitations.invite(nia, email=STRANGER, roles=["admin"], ends_at=None)
    assert Invitation.objects.count() == 0


@pytest.mark.django_db
def test_withdrawing_ends_an_invitation_once_and_only_in_ones_own_organization(cast: dict[str, User]) -> None:
    made = invited(cast["admin"])
    with speaking(actor_of(cast["clinic_admin"], "South Clinic")) as omar, pytest.raises(ValidationError):
        invitations.withdraw(omar, invitation_id=made.id)
    with speaking(actor_of(cast["second_admin"])) as tomas:
        assert invitations.withdraw(tomas, invitation_id=made.id).pk == made.id
        with pytest.raises(ValidationError) as refused:
            invitations.withdraw(tomas, invitation_id=made.id)
    assert refused.value.messages == ["This invitation is not open any more."]
    with at_the_door():
        assert invitations.find(made.token) is None
    organization = Organization.objects.get(short_name="NLA").pk
    assert lines("invitation.withdrawn") == [
        ("staff", cast["second_admin"].pk, organization, "access.invitation", made.id, ["withdrawn_at"])
    ]


@pytest.mark.django_db
def test_whoever_holds_the_link_learns_what_they_are_invited_to(cast: dict[str, User]) -> None:
    ends_at = timezone.now() + timedelta(days=30)
    stranger, known = invited(cast["admin"], ends_at=ends_at), invited(cast["admin"], SOUTH, "volunteer")
    with at_the_door():
        found, other = invitations.find(stranger.token), invitations.find(known.token)
        assert invitations.find(f"{stranger.token}x") is None
    assert found
    assert (found.id, found.organization_name, found.inviter) == (stranger.id, "North Legal Aid", "Nia Haddad")
    assert (found.email, found.roles, found.ends_at) == (STRANGER, ("paralegal",), ends_at)
    assert (found.time_zone, found.user_id, found.role_names) == ("America/Los_Angeles", None, ["Paralegal"])
    assert other
    assert other.user_id == cast["clinic"].pk


@pytest.mark.django_db
def test_nobody_learns_it_but_at_the_door(cast: dict[str, User]) -> None:
    made = invited(cast["admin"])
    for actor in (NOBODY, actor_of(cast["admin"]), duty("letters"), duty("operator")):
        with speaking(actor):
            assert invitations.find(made.token) is None


@pytest.mark.django_db
@pytest.mark.parametrize("why", VOID)
def test_a_void_invitation_opens_nothing(cast: dict[str, User], why: str) -> None:
    made = invited(cast["admin"], SOUTH)
    fresh = invited(cast["admin"])
    with at_the_door(cast["clinic"]) as cleo:
        assert invitations.find(made.token) is not None
    VOID[why](Invitation.objects.get(pk=made.id))
    with at_the_door(cast["clinic"]) as cleo:
        assert invitations.find(made.token) is None
        with pytest.raises(InvitationVoid):
            invitations.accept(cleo, token=made.token, user=cast["clinic"])
    VOID[why](Invitation.objects.get(pk=fresh.id))
    with pytest.raises(InvitationVoid):
        join(fresh.token)
    assert Membership.objects.filter(user=cast["clinic"]).count() == 1
    assert User.objects.filter(email=STRANGER).count() == 0
    assert lines("invitation.accepted") == []


@pytest.mark.django_db
@pytest.mark.parametrize("column", ["expires_at", "ends_at"])
def test_until_its_last_instant_it_opens(cast: dict[str, User], column: str) -> None:
    made = invited(cast["admin"])
    plant("UPDATE access_invitation SET {} = now() + interval '1 microsecond'", column=column)
    assert join(made.token).email == STRANGER


@pytest.mark.django_db
def test_somebody_with_an_account_joins_with_it(cast: dict[str, User]) -> None:
    ends_at = timezone.now() + timedelta(days=30)
    made = invited(cast["admin"], SOUTH, "paralegal", "volunteer", ends_at=ends_at)
    with at_the_door(cast["clinic"]) as cleo:
        membership = invitations.accept(cleo, token=made.token, user=cast["clinic"])
        with pytest.raises(InvitationVoid):
            invitations.accept(cleo, token=made.token, user=cast["clinic"])
    row = Membership.objects.live().get(user=cast["clinic"], organization__short_name="NLA")
    assert (row, row.roles, row.ends_at) == (membership, ["paralegal", "volunteer"], ends_at)
    assert Membership.objects.live().filter(user=cast["clinic"]).count() == 2
    assert Invitation.objects.get().accepted_at is not None
    assert lines("invitation.accepted") == [
        ("duty", cast["clinic"].pk, row.organization_id, "access.invitation", made.id, ["membership"])
    ]


@pytest.mark.django_db
def test_somebody_without_an_account_gets_one_with_a_proven_address(cast: dict[str, User]) -> None:
    Organization.objects.filter(short_name="NLA").update(time_zone="America/Chicago")
    user = join(invited(cast["admin"], STRANGER.upper(), "volunteer").token)
    assert (user.email, user.name, user.language) == (STRANGER, "Luz Prado", "es")
    assert user.time_zone == "America/Chicago"
    assert User.objects.get(pk=user.pk).check_password(PASSWORD) is True
    addresses = EmailAddress.objects.filter(user=user).values_list("email", "verified", "primary")
    assert list(addresses) == [(STRANGER, True, True)]
    membership = Membership.objects.live().get(user=user)
    assert (membership.organization.short_name, membership.roles) == ("NLA", ["volunteer"])
    organization = membership.organization_id
    mark = ("duty", user.pk, organization, "access.invitation", Invitation.objects.get().pk, ["membership"])
    assert lines("invitation.accepted") == [mark]


@pytest.mark.django_db
def test_an_address_that_has_an_account_gets_no_second_one(cast: dict[str, User]) -> None:
    made = invited(cast["admin"], SOUTH)
    with pytest.raises(InvitationVoid):
        join(made.token)
    assert User.objects.filter(email=SOUTH).count() == 1
    with at_the_door(cast["clinic"]) as cleo:
        assert invitations.accept(cleo, token=made.token, user=cast["clinic"]).user_id == cast["clinic"].pk


@pytest.mark.django_db
def test_an_invitation_serves_nobody_but_the_owner_of_its_address(cast: dict[str, User]) -> None:
    made = invited(cast["admin"], SOUTH)
    for speaks, joins in (("hotline", "hotline"), ("hotline", "clinic"), ("clinic", "hotline")):
        with at_the_door(cast[speaks]) as actor, pytest.raises(InvitationVoid):
            invitations.accept(actor, token=made.token, user=cast[joins])
    assert Membership.objects.filter(organization__short_name="NLA", user=cast["hotline"]).count() == 0
    with at_the_door(cast["clinic"]) as cleo:
        assert invitations.accept(cleo, token=made.token, user=cast["clinic"]).roles == ["paralegal"]


@pytest.mark.django_db
def test_an_address_that_is_not_proven_opens_nothing(cast: dict[str, User]) -> None:
    made = invited(cast["admin"], SOUTH)
    EmailAddress.objects.filter(user=cast["clinic"]).update(verified=False)
    EmailAddress.objects.create(user=cast["hotline"], email=SOUTH, verified=False)
    for key in ("clinic", "hotline"):
        with at_the_door(cast[key]) as actor, pytest.raises(InvitationVoid):
            invitations.accept(actor, token=made.token, user=cast[key])
    EmailAddress.objects.filter(user=cast["clinic"]).update(verified=True)
    with at_the_door(cast["clinic"]) as cleo:
        assert invitations.accept(cleo, token=made.token, user=cast["clinic"]).roles == ["paralegal"]


@pytest.mark.django_db
def test_a_suspended_member_comes_back_only_by_a_newer_invitation(cast: dict[str, User]) -> None:
    """The person may have two addresses, and an open invitation to the second one."""
    old = invited(cast["admin"], "vic@people.example", "admin")
    soon = "UPDATE access_membership SET suspended_at = now() + interval '1 second' WHERE user_id = %s"
    plant(soon, cast["volunteer"].pk)
    plant("UPDATE account_emailaddress SET email = 'vic@people.example' WHERE user_id = %s", cast["volunteer"].pk)
    with at_the_door(cast["volunteer"]) as vic, pytest.raises(InvitationVoid):
        invitations.accept(vic, token=old.token, user=cast["volunteer"])
    plant("UPDATE access_membership SET suspended_at = now() WHERE user_id = %s", cast["volunteer"].pk)
    new = invited(cast["admin"], "vic@people.example", "volunteer")
    with at_the_door(cast["volunteer"]) as vic:
        invitations.accept(vic, token=new.token, user=cast["volunteer"])
    membership = Membership.objects.live().get(user=cast["volunteer"])
    assert membership.roles == ["volunteer"]


@pytest.mark.django_db
def test_a_member_stays_what_they_are(cast: dict[str, User]) -> None:
    """An invitation to another address of theirs neither raises nor lowers them."""
    made = invited(cast["admin"], "nia@people.example", "volunteer")
    plant("UPDATE account_emailaddress SET email = 'nia@people.example' WHERE user_id = %s", cast["admin"].pk)
    with at_the_door(cast["admin"]) as nia, pytest.raises(InvitationVoid):
        invitations.accept(nia, token=made.token, user=cast["admin"])
    assert Membership.objects.get(user=cast["admin"]).roles == ["admin"]


@pytest.mark.django_db
def test_the_first_administrator_joins_without_an_inviter(cast: dict[str, User]) -> None:
    token, new = "chance", uuid.uuid4()
    hashed = hashlib.sha256(token.encode()).hexdigest()
    with speaking(duty("operator")), connection.cursor() as cursor:
        statement = "SELECT ctx.found_organization(%s, %s, %s, %s, %s, %s, %s, %s)"
        cursor.execute(statement, [new, "East Aid", "EA", "hotline", "UTC", uuid.uuid4(), "Eva@East.example", hashed])
    with at_the_door():
        found = invitations.find(token)
        assert found
        assert (found.inviter, found.roles, found.time_zone) == ("", ("admin",), "UTC")
    user = join(token)
    assert Membership.objects.live().get(user=user).organization_id == new


@pytest.mark.django_db(transaction=True)
def test_of_two_who_accept_at_once_one_does() -> None:
    """Two connections: the second waits for the first, and then finds the invitation used."""
    with as_owner():
        cleo, nia = User.objects.get(email=SOUTH), actor_of(User.objects.get(email="nia@north.example"))
    with acting(nia):
        made = invitations.invite(nia, email=SOUTH, roles=["paralegal"], ends_at=None)
    answers: list[object] = []

    def second() -> None:
        try:
            with acting(duty("door", cleo.pk)):
                answers.append(invitations.accept(duty("door", cleo.pk), token=made.token, user=cleo))
        except InvitationVoid:
            answers.append("void")
        finally:
            connections.close_all()

    rival = threading.Thread(target=second)
    with acting(duty("door", cleo.pk)) as _, connection.cursor() as cursor:
        invitations.accept(duty("door", cleo.pk), token=made.token, user=cleo)
        rival.start()
        waiting = 0
        while not waiting and rival.is_alive():
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            waiting = cursor.fetchone()[0]
        assert (waiting, answers) == (1, [])
    rival.join()
    assert answers == ["void"]
    with as_owner():
        assert Membership.objects.filter(user=cleo, organization__short_name="NLA").count() == 1
        assert len(lines("invitation.accepted")) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_open_the_account_at_once_one_does() -> None:
    with as_owner():
        nia = actor_of(User.objects.get(email="nia@north.example"))
    with acting(nia):
        made: Invited = invitations.invite(nia, email=STRANGER, roles=["paralegal"], ends_at=None)
    together = threading.Barrier(2)
    answers: list[str] = []

    def open_account() -> None:
        try:
            with transaction.atomic(), acting(duty("door")):
                assert invitations.find(made.token)
                together.wait(30)
                invitations.join_new(token=made.token, name="Luz", password=PASSWORD, language="en")
                answers.append("joined")
        except InvitationVoid:
            answers.append("void")
        finally:
            connections.close_all()

    rivals = [threading.Thread(target=open_account) for _ in range(2)]
    for rival in rivals:
        rival.start()
    for rival in rivals:
        rival.join()
    assert sorted(answers) == ["joined", "void"]
    with as_owner():
        assert User.objects.filter(email=STRANGER).count() == 1
        assert Membership.objects.filter(user__email=STRANGER).count() == 1


@pytest.mark.django_db
def test_an_address_an_end_and_all_roles_may_be_just_so(cast: dict[str, User], monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as an address may be, the next instant, and each role once."""
    now, roles = timezone.now(), list(Role.values)
    monkeypatch.setattr(invitations, "timezone", SimpleNamespace(now=lambda: now))
    longest = f"{'x' * 239}@people.example"
    with speaking(actor_of(cast["admin"])) as actor:
        soon = now + timedelta(hours=1)
        made = invitations.invite(actor, email=longest, roles=roles, ends_at=soon)
        for field, values in (("email", {"email": f"x{longest}"}), ("ends_at", {"ends_at": now})):
            with pytest.raises(ValidationError) as refused:
                invitations.invite(actor, **{"email": STRANGER, "roles": roles, "ends_at": None} | values)
            assert list(refused.value.message_dict) == [field]
    row = Invitation.objects.get(pk=made.id)
    assert (len(longest), row.email, row.roles, row.ends_at, len(made.token)) == (254, longest, roles, soon, 43)


@pytest.mark.django_db
def test_whoever_opens_an_invitation_is_noted_in_the_book_of_who_invites(cast: dict[str, User]) -> None:
    made, north = invited(cast["admin"]), Organization.objects.get(short_name="NLA")
    with at_the_door():
        found = invitations.find(made.token)
        assert found is not None
        invitations.note_look(None, found)
    with speaking(duty("door", cast["clinic"].pk)):
        invitations.note_look(cast["clinic"].pk, found)
    told = Entry.objects.filter(verb="invitation.viewed").order_by("at")
    assert [
        (one.organization_id, one.object_type, one.object_id, one.actor_kind, one.actor_name, one.user_id)
        for one in told
    ] == [
        (north.pk, "access.invitation", made.id, "duty", "", None),
        (north.pk, "access.invitation", made.id, "duty", cast["clinic"].name, cast["clinic"].pk),
    ]
