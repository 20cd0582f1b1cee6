"""Changing what a member is: the act, its refusals, and what the audit says of it."""

import uuid
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from casework.access import members
from casework.access.actor import Actor
from casework.access.models import FactorReset, Membership, User
from casework.access.rules import MemberState
from tests.access.membership import actor_of, as_it_is, audit, browser, do, place, refused, reset_of

SECOND = timedelta(seconds=1)
PAST = timezone.now() - timedelta(days=9000)
NO_ROLE, NO_PLACE = "Choose one or more.", "Say where the bar number is from."
NO_LICENCE = "Enter a bar number and where it is from, or choose a DOJ accreditation."
ENDS_FIRST = "The last day is before the first. Choose a later one."
LAST = "The organization needs one administrator without an end date. Give somebody else that role first."


@pytest.fixture
def nia(cast: dict[str, User]) -> Actor:
    return actor_of(cast["admin"])


@pytest.mark.django_db
def test_a_change_is_kept_and_the_audit_names_what_changed(nia: Actor, cast: dict[str, User]) -> None:
    ben = place(cast["paralegal"])
    ada = place(cast["attorney"])
    until = timezone.now() + timedelta(days=30)
    new = as_it_is(ben) | {"roles": ["volunteer", "paralegal"], "supervisor": ada, "ends_at": until}
    assert do(nia, members.change, ben, **new) == ("roles", "supervisor_id", "ends_at")
    ben.refresh_from_db()
    assert (ben.roles, ben.supervisor_id, ben.ends_at) == (["paralegal", "volunteer"], ada.pk, until)
    fields = ["roles", "supervisor_id", "ends_at"]
    assert audit() == [("member.changed", fields, ben.pk, ben.organization_id)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("different", "where", "says"),
    [
        ({"roles": []}, "roles", NO_ROLE),
        ({"roles": ["captain"]}, "roles", NO_ROLE),
        ({"roles": ["attorney"]}, "bar_number", NO_LICENCE),
        ({"roles": ["attorney"], "bar_number": "1"}, "bar_jurisdiction", NO_PLACE),
        ({"bar_number": "1"}, "bar_jurisdiction", NO_PLACE),
        ({"ends_at": PAST}, "ends_at", ENDS_FIRST),
        ({"starts_at": PAST, "ends_at": PAST}, "ends_at", ENDS_FIRST),
    ],
)
def test_what_is_wrong_with_a_change_is_said_at_its_field(
    nia: Actor, cast: dict[str, User], different: dict[str, Any], where: str, says: str
) -> None:
    ben = place(cast["paralegal"])
    assert refused(nia, members.change, ben, **as_it_is(ben) | different) == {where: [says]}
    assert audit() == []


@pytest.mark.django_db
@pytest.mark.parametrize("licence", [{"bar_number": "1", "bar_jurisdiction": "Texas"}, {"accreditation": "full"}])
def test_an_attorney_needs_one_of_two_licences(nia: Actor, cast: dict[str, User], licence: dict[str, str]) -> None:
    ben = place(cast["paralegal"])
    do(nia, members.change, ben, **as_it_is(ben) | {"roles": ["attorney"]} | licence)
    ben.refresh_from_db()
    assert ben.roles == ["attorney"]


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["paralegal", "clinic", "attorney"])
def test_only_another_live_attorney_of_the_organization_supervises(nia: Actor, cast: dict[str, User], who: str) -> None:
    ada = place(cast["attorney"])
    supervisor = Membership.objects.get(user=cast[who])
    said = refused(nia, members.change, ada, **as_it_is(ada) | {"supervisor": supervisor})
    assert said == {"supervisor": ["Choose an attorney of the organization who is active."]}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "different",
    [
        {"roles": ["attorney"]},
        {"ends_at": timezone.now() + timedelta(days=30)},
        {"starts_at": timezone.now() + timedelta(days=1)},
    ],
)
def test_the_last_administrator_stays(nia: Actor, cast: dict[str, User], different: dict[str, Any]) -> None:
    tomas = place(cast["second_admin"])
    time_boxed = as_it_is(place(cast["admin"])) | {"ends_at": timezone.now() + timedelta(days=9)}
    do(nia, members.change, place(cast["admin"]), **time_boxed)
    assert refused(nia, members.change, tomas, **as_it_is(tomas) | different) == [LAST]
    assert refused(nia, members.suspend, tomas) == [LAST]
    assert [line[0] for line in audit()] == ["member.changed"]


@pytest.mark.django_db
def test_nobody_shuts_themself_out(nia: Actor, cast: dict[str, User]) -> None:
    own = place(cast["admin"])
    now = timezone.now()
    for different, field, says in (
        ({"roles": ["paralegal"]}, "roles", "You cannot take this role from yourself. Another administrator can."),
        ({"starts_at": now + timedelta(days=1)}, "starts_at", "You would shut yourself out. Choose today or earlier."),
        ({"ends_at": now - timedelta(minutes=1)}, "ends_at", "You would shut yourself out. Choose a later day."),
    ):
        assert refused(nia, members.change, own, **as_it_is(own) | different) == {field: [says]}
    assert refused(nia, members.suspend, own) == ["You cannot suspend yourself. Another administrator can."]
    assert refused(nia, members.ask_factor_reset, own) == [
        "You cannot ask this for yourself. Another administrator can."
    ]
    assert audit() == []


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["attorney", "paralegal", "volunteer"])
def test_nobody_but_administrators_may(cast: dict[str, User], key: str) -> None:
    actor, ben = actor_of(cast[key]), place(cast["paralegal"])
    reset = reset_of(ben, place(cast["admin"]))
    for act, thing in (
        (members.suspend, ben),
        (members.restore, ben),
        (members.end_sessions, ben),
        (members.end_sessions, None),
        (members.ask_factor_reset, ben),
        (members.confirm_factor_reset, reset),
        (members.cancel_factor_reset, reset),
    ):
        with pytest.raises(PermissionDenied):
            do(actor, act, thing)
    with pytest.raises(PermissionDenied):
        do(actor, members.change, ben, **as_it_is(ben))
    assert audit() == []


@pytest.mark.django_db
def test_nobody_reaches_members_of_another_organization(cast: dict[str, User]) -> None:
    """Even when a screen hands over the wrong row, and in the database once more."""
    omar, ben = actor_of(cast["clinic_admin"], "SC"), place(cast["paralegal"])
    device = browser(cast["paralegal"])
    reset = reset_of(ben, place(cast["admin"]))
    before = (dict(vars(ben)), dict(vars(reset)))
    for act, thing in (
        (members.suspend, ben),
        (members.restore, ben),
        (members.end_sessions, ben),
        (members.ask_factor_reset, ben),
        (members.confirm_factor_reset, reset),
        (members.cancel_factor_reset, reset),
    ):
        with pytest.raises(PermissionDenied, match=r"^another organization's$"):
            do(omar, act, thing)
    with pytest.raises(PermissionDenied, match=r"^another organization's$"):
        do(omar, members.change, ben, **as_it_is(ben) | {"roles": ["admin"]})
    for statement, values in (
        ("SELECT ctx.change_membership(%s, '{admin}', '', '', '', '', NULL, now(), NULL)", [ben.pk]),
        ("SELECT ctx.suspend(%s)", [ben.pk]),
        ("SELECT ctx.restore(%s)", [ben.pk]),
        ("SELECT ctx.ask_factor_reset(gen_random_uuid(), %s)", [ben.pk]),
        ("SELECT ctx.confirm_factor_reset(%s)", [reset.pk]),
        ("SELECT ctx.cancel_factor_reset(%s)", [reset.pk]),
    ):
        with pytest.raises(DatabaseError):
            do(omar, raw, statement, values)
    assert do(omar, raw, "SELECT ctx.end_sessions(%s)", [ben.pk]) == 0
    again = (vars(place(cast["paralegal"])), vars(FactorReset.objects.get()))
    plain = [{name: one[name] for name in one if name[0] != "_"} for one in (*before, *again)]
    assert plain[:2] == plain[2:]
    assert device.get("/account/profile/").status_code == 200
    assert audit() == []


def raw(actor: Actor, statement: str, values: list[Any]) -> Any:
    """What the database answers when nothing of ours stands before it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_roles_in_another_order_are_no_change(nia: Actor, cast: dict[str, User]) -> None:
    """As rows of an earlier day may have them."""
    Membership.objects.filter(user=cast["paralegal"]).update(roles=["volunteer", "paralegal"])
    ben = place(cast["paralegal"])
    assert do(nia, members.change, ben, **as_it_is(ben) | {"roles": ["paralegal", "volunteer"]}) == ()


@pytest.mark.django_db
def test_today_is_early_enough_to_begin_and_too_early_to_end(
    nia: Actor, cast: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    monkeypatch.setattr(members, "timezone", SimpleNamespace(now=lambda: now))
    mine = place(cast["admin"])
    said = refused(nia, members.change, mine, **as_it_is(mine) | {"starts_at": now + SECOND, "ends_at": now})
    assert said == {
        "starts_at": ["You would shut yourself out. Choose today or earlier."],
        "ends_at": ["The last day is before the first. Choose a later one."],
    }
    said = refused(nia, members.change, mine, **as_it_is(mine) | {"starts_at": now - SECOND, "ends_at": now})
    assert said == {"ends_at": ["You would shut yourself out. Choose a later day."]}
    changed = do(nia, members.change, mine, **as_it_is(mine) | {"starts_at": now, "ends_at": None})
    assert changed == ("starts_at",)


@pytest.mark.django_db
def test_a_membership_ends_after_it_begins(nia: Actor, cast: dict[str, User]) -> None:
    ben, day = place(cast["paralegal"]), timezone.now() + timedelta(days=2)
    said = refused(nia, members.change, ben, **as_it_is(ben) | {"starts_at": day, "ends_at": day})
    assert said == {"ends_at": ["The last day is before the first. Choose a later one."]}
    assert do(nia, members.change, ben, **as_it_is(ben) | {"starts_at": day, "ends_at": day + SECOND}) == (
        "starts_at", "ends_at",
    )  # fmt: skip


def test_where_a_membership_stands() -> None:
    now = timezone.now()
    given: dict[str, Any] = {"starts_at": now - SECOND, "ends_at": None, "suspended_at": None}
    told = {
        name: members.state(Membership(**given | different), now)
        for name, different in {
            "active": {},
            "to come": {"starts_at": now + SECOND},
            "over": {"ends_at": now},
            "suspended": {"suspended_at": now},
        }.items()
    }
    assert told == {
        "active": MemberState.ACTIVE, "to come": MemberState.COMING, "over": MemberState.ENDED,
        "suspended": MemberState.SUSPENDED,
    }  # fmt: skip
    assert members.state(Membership(**given | {"starts_at": timezone.now() - timedelta(days=1)})) == MemberState.ACTIVE


@pytest.mark.django_db
def test_attorneys_of_the_organization_alone_may_supervise(cast: dict[str, User]) -> None:
    ada, cleo = place(cast["attorney"]), place(cast["clinic"], "SC")
    assert ada in members.supervisors(ada.organization_id)
    assert {one.organization_id for one in members.supervisors(ada.organization_id)} == {ada.organization_id}
    assert cleo in members.supervisors(cleo.organization_id)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("SELECT ctx.not_there()", ProgrammingError),
        ("INSERT INTO access_cacheentry VALUES ('k', '1', now()), ('k', '1', now())", IntegrityError),
    ],
)
def test_what_the_database_finds_wrong_with_the_program_is_no_refusal(
    nia: Actor, statement: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        do(nia, lambda _actor: members._ask(statement, []))


@pytest.mark.django_db
def test_what_the_database_does_not_allow_is_told_from_what_it_does_not_know(cast: dict[str, User]) -> None:
    with pytest.raises(PermissionDenied, match=r"^refused by the database$"):
        do(actor_of(cast["attorney"]), lambda _actor: members._ask("SELECT ctx.suspend(%s)", [uuid.uuid4()]))
