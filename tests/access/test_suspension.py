"""Suspending members and ending their sessions: what ends, and what does not come back."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone
from procrastinate.contrib.django import app

from casework.access import members
from casework.access.actor import Actor
from casework.access.context import acting
from casework.access.members import Ended
from casework.access.models import FactorReset, Invitation, Membership, User
from casework.access.sessions import hashed
from tests.access.membership import actor_of, as_it_is, audit, browser, do, invite, place, refused, reset_of
from tests.conftest import as_application


@pytest.fixture
def nia(cast: dict[str, User]) -> Actor:
    return actor_of(cast["admin"])


@pytest.mark.django_db
def test_suspending_ends_what_the_dialog_said(nia: Actor, cast: dict[str, User]) -> None:
    tomas, ben = place(cast["second_admin"]), place(cast["paralegal"])
    devices = [browser(cast["second_admin"]) for _ in range(2)]
    invitation = invite(tomas)
    others = invite(place(cast["admin"]), "other@north.example")
    asked, kept = reset_of(ben, tomas), reset_of(place(cast["attorney"]), place(cast["admin"]))
    app.configure_task("test.open_a_case").defer(actor=str(tomas.pk), object_id="x")
    app.configure_task("notifications.send_message").defer(message_id=str(tomas.pk))
    said = do(nia, foretold, tomas.pk)
    ended = do(nia, members.suspend, tomas)
    assert said == ended == Ended(sessions=2, invitations=1, resets=1, jobs=1)
    for row in (invitation, others, asked, kept):
        row.refresh_from_db()
    assert [one.withdrawn_at is None for one in (invitation, others)] == [False, True]
    assert [one.cancelled_at is None for one in (asked, kept)] == [False, True]
    assert [one.get("/").status_code for one in devices] == [302, 302]
    fields = ["suspended_at", "sessions", "invitations", "resets", "jobs"]
    assert audit() == [("member.suspended", fields, tomas.pk, tomas.organization_id)]


def foretold(actor: Actor, pk: uuid.UUID) -> Ended:
    return members.would_end(Membership.objects.select_related("colleague").get(pk=pk))


@pytest.mark.django_db
def test_suspending_twice_says_so(nia: Actor, cast: dict[str, User]) -> None:
    ben = place(cast["paralegal"])
    assert do(nia, members.suspend, ben) == Ended(0, 0, 0, 0)
    assert refused(nia, members.suspend, ben) == ["This member is suspended already."]
    do(nia, members.restore, ben)
    assert refused(nia, members.restore, ben) == ["This member is not suspended."]
    assert audit() == [
        ("member.suspended", ["suspended_at"], ben.pk, ben.organization_id),
        ("member.restored", ["suspended_at"], ben.pk, ben.organization_id),
    ]


@pytest.mark.django_db
def test_what_ended_does_not_come_back_with_the_member(nia: Actor, cast: dict[str, User]) -> None:
    """Else whoever took over an administrator's account would keep what they began from it."""
    tomas = place(cast["second_admin"])
    invitation, asked = invite(tomas), reset_of(place(cast["paralegal"]), tomas, hours=-1)
    do(nia, members.suspend, tomas)
    do(nia, members.restore, tomas)
    invitation.refresh_from_db()
    assert invitation.withdrawn_at is not None
    with as_application():
        assert members.do_due_factor_resets() == 0
    asked.refresh_from_db()
    assert asked.done_at is None


@pytest.mark.django_db
def test_losing_the_role_withdraws_invitations(nia: Actor, cast: dict[str, User]) -> None:
    tomas = place(cast["second_admin"])
    invitation = invite(tomas)
    do(nia, members.change, tomas, **as_it_is(tomas) | {"title": "Director"})
    invitation.refresh_from_db()
    assert invitation.withdrawn_at is None
    do(nia, members.change, tomas, **as_it_is(tomas) | {"roles": ["attorney"]})
    invitation.refresh_from_db()
    assert invitation.withdrawn_at is not None


@pytest.mark.django_db
def test_sessions_of_a_former_member_are_not_ours(nia: Actor, cast: dict[str, User]) -> None:
    """June left North Legal Aid and works at the hotline: what she does there is no longer to be seen or ended here."""
    june = place(cast["both"])
    device = browser(cast["both"])
    Membership.objects.filter(pk=june.pk).update(ends_at=timezone.now() - timedelta(days=1))
    assert do(nia, members.end_sessions, june) == 0
    assert do(nia, members.end_sessions, None) == 0
    with as_application(), acting(nia):
        seen = Membership.objects.select_related("colleague", "presence").get(pk=june.pk)
    here = seen.presence
    assert (seen.colleague.name, here.has_factor, here.sessions, here.seen_at) == ("June Park", False, 0, None)
    assert do(nia, members.suspend, june) == Ended(0, 0, 0, 0)
    assert device.get("/").status_code == 200


@pytest.mark.django_db
def test_ending_sessions_of_one_and_of_all(nia: Actor, cast: dict[str, User]) -> None:
    ben = place(cast["paralegal"])
    first, second, ada, cleo = (browser(cast[key]) for key in ("paralegal", "paralegal", "attorney", "clinic"))
    assert do(nia, members.end_sessions, ben) == 2
    assert [one.get("/").status_code for one in (first, second, ada, cleo)] == [302, 302, 200, 200]
    assert do(nia, members.end_sessions, None) == 1
    assert [one.get("/").status_code for one in (ada, cleo)] == [302, 200]
    assert audit() == [
        ("sessions.ended", ["sessions"], ben.pk, ben.organization_id),
        ("sessions.ended", ["sessions"], ben.organization_id, ben.organization_id),
    ]


@pytest.mark.django_db
def test_whoever_ends_all_sessions_stays_where_they_are(nia: Actor, cast: dict[str, User]) -> None:
    here, elsewhere, ada = (browser(cast[key]) for key in ("admin", "admin", "attorney"))
    mine = hashed(here.session.session_key or "")
    assert do(nia, members.end_sessions, None, keep=mine) == 2
    assert [one.get("/").status_code for one in (here, elsewhere, ada)] == [200, 302, 302]


@pytest.mark.django_db
def test_only_what_is_open_and_their_own_would_end(nia: Actor, cast: dict[str, User]) -> None:
    tomas, ben, mine = place(cast["second_admin"]), place(cast["paralegal"]), place(cast["admin"])
    now = timezone.now()
    gone = {"accepted_at": now, "withdrawn_at": now, "expires_at": now - timedelta(hours=1)}
    for name, when in gone.items():
        one = invite(tomas, f"{name}@north.example")
        Invitation.objects.filter(pk=one.pk).update(**{name: when})
    invite(mine, "of-another@north.example")
    assert do(nia, foretold, tomas.pk) == Ended(0, 0, 0, 0)
    invite(tomas, "open@north.example")
    assert do(nia, foretold, tomas.pk) == Ended(0, 1, 0, 0)
    own, asked = reset_of(tomas, mine), reset_of(ben, tomas)
    assert do(nia, foretold, tomas.pk).resets == 2
    FactorReset.objects.filter(pk=own.pk).update(done_at=now)
    FactorReset.objects.filter(pk=asked.pk).update(cancelled_at=now)
    assert do(nia, foretold, tomas.pk).resets == 0
    Membership.objects.filter(pk=tomas.pk).update(roles=["volunteer"])
    assert do(nia, foretold, tomas.pk) == Ended(0, 0, 0, 0)  # what a former administrator offered ended with the role
