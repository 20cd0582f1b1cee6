"""Settings, duty attorneys, founding and closing: who may, what is refused, what stands in the audit."""

import hashlib
import re
import uuid
from dataclasses import replace
from datetime import time
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.test import Client

from casework.access import organizations
from casework.access.actor import Actor, duty, staff
from casework.access.context import acting, on_duty
from casework.access.models import DutyHour, Invitation, Membership, Organization, User
from casework.access.organizations import Shift
from casework.audit.models import Entry
from tests.access.signing import sent
from tests.conftest import as_application

pytestmark = pytest.mark.django_db
NEW = {
    "name": "East Legal Aid", "short_name": "ELA", "kind": "legal_services", "time_zone": "America/Chicago",
    "admin_email": "First@east.example",
}  # fmt: skip
TAKEN = "Another organization has this name, or one that is read in the same way."


def actor_of(user: User, organization: str = "NLA") -> Actor:
    return staff(membership_of(user, organization), user.name)


def membership_of(user: User, organization: str = "NLA") -> Membership:
    found: Membership = Membership.objects.select_related("organization").get(
        user=user, organization__short_name=organization
    )
    return found


def change(actor: Actor, values: dict[str, Any], **more: Any) -> tuple[str, ...]:
    """As the application does it."""
    with as_application(), acting(actor):
        return organizations.change(actor, values, **more)


def lines(verb: str) -> list[tuple[Any, ...]]:
    found = Entry.objects.filter(verb=verb).order_by("at")
    return list(found.values_list("actor_kind", "organization_id", "object_id", "fields"))


def north() -> Organization:
    return Organization.objects.get(short_name="NLA")


def test_an_administrator_changes_settings_and_the_audit_names_the_fields(cast: dict[str, User]) -> None:
    new = {"phone": "+1 213 555 0199", "visibility": "assigned", "name": "North Legal Aid"}
    assert change(actor_of(cast["admin"]), new) == ("phone", "visibility")
    mine = north()
    assert (mine.phone, mine.visibility) == ("+1 213 555 0199", "assigned")
    assert lines("organization.changed") == [("staff", mine.pk, mine.pk, ["phone", "visibility"])]


@pytest.mark.parametrize("key", ["attorney", "paralegal", "volunteer"])
def test_nobody_else_changes_settings(cast: dict[str, User], key: str) -> None:
    with pytest.raises(PermissionDenied):
        change(actor_of(cast[key]), {"phone": "911"})
    assert north().phone == "+1 213 555 0142"


def test_an_administrator_elsewhere_changes_the_organization_acted_in_alone(cast: dict[str, User]) -> None:
    change(actor_of(cast["both"], "RRH"), {"phone": "211"})
    with pytest.raises(PermissionDenied):
        change(actor_of(cast["both"], "NLA"), {"phone": "211"})
    phones = dict(Organization.objects.values_list("short_name", "phone"))
    assert phones == {"NLA": "+1 213 555 0142", "SC": "+1 520 555 0117", "RRH": "211"}


def test_the_database_refuses_settings_without_the_act(cast: dict[str, User]) -> None:
    other, nia, ada = Organization.objects.get(short_name="SC"), actor_of(cast["admin"]), actor_of(cast["attorney"])
    with as_application(), acting(nia):
        assert Organization.objects.filter(pk=other.pk).update(phone="911") == 0
    with as_application(), acting(ada):
        assert Organization.objects.filter(short_name="NLA").update(phone="911") == 0


@pytest.mark.parametrize("statement", ["short_name = 'XXX'", "closed_at = now()", "group_id = 1"])
def test_the_database_keeps_what_is_no_setting(cast: dict[str, User], statement: str) -> None:
    nia = actor_of(cast["admin"])
    with (
        as_application(),
        acting(nia),
        pytest.raises(Exception, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE access_organization SET {statement}")  # noqa: S608


@pytest.mark.parametrize("name", ["South Clinic", "south  clinic", "South-Clínic", "Ｓouth Clinic"])
def test_a_name_like_anothers_is_refused(cast: dict[str, User], name: str) -> None:
    with pytest.raises(ValidationError) as refused:
        change(actor_of(cast["admin"]), {"name": name})
    assert refused.value.message_dict == {"name": [TAKEN]}


def test_the_name_of_a_closed_organization_is_refused_too(cast: dict[str, User]) -> None:
    with as_application(), on_duty("operator") as operator:
        organizations.close(operator, Organization.objects.get(short_name="SC"))
    with pytest.raises(ValidationError) as refused:
        change(actor_of(cast["admin"]), {"name": "South Clinic"})
    assert refused.value.message_dict == {"name": [TAKEN]}


def test_settings_that_somebody_else_saved_meanwhile_are_not_overwritten(cast: dict[str, User]) -> None:
    seen = organizations.fingerprint(north())
    assert change(actor_of(cast["second_admin"]), {"phone": "311"}, seen=seen) == ("phone",)
    with pytest.raises(ValidationError) as refused:
        change(actor_of(cast["admin"]), {"phone": "411"}, seen=seen)
    assert (refused.value.code, north().phone) == ("stale", "311")
    assert refused.value.messages == ["Somebody else saved these settings while you were writing."]


def test_times_on_duty_are_added_once_and_removed(cast: dict[str, User]) -> None:
    nia, ada = actor_of(cast["admin"]), membership_of(cast["attorney"])
    shift = Shift(ada.pk, 0, time(9), time(13))
    assert change(nia, {}, more_duty=[shift, shift]) == ("duty_hours",)
    assert change(nia, {}, more_duty=[shift, Shift(ada.pk, 0, time(12), time(14))]) == ("duty_hours",)
    assert change(nia, {}, more_duty=[shift]) == ()
    first = DutyHour.objects.get(starts=time(9))
    assert change(nia, {}, less_duty=[first.pk]) == ("duty_hours",)
    assert list(DutyHour.objects.values_list("membership_id", "starts", "ends")) == [(ada.pk, time(12), time(14))]


def test_only_live_attorneys_of_the_organization_are_on_duty(cast: dict[str, User]) -> None:
    tomas = membership_of(cast["second_admin"])
    Membership.objects.filter(pk=tomas.pk).update(suspended_at="2026-11-01T00:00Z")
    others = [tomas, membership_of(cast["paralegal"]), membership_of(cast["clinic"], "SC")]
    for one in others:
        with pytest.raises(ValidationError) as refused:
            change(actor_of(cast["admin"]), {}, more_duty=[Shift(one.pk, 0, time(9), time(13))])
        assert refused.value.messages == ["Only attorneys who work here at present can be on duty."]
    assert DutyHour.objects.count() == 0


def test_a_time_on_duty_does_not_end_as_it_begins(cast: dict[str, User]) -> None:
    shift = Shift(membership_of(cast["attorney"]).pk, 0, time(9), time(9))
    with pytest.raises(ValidationError) as refused:
        change(actor_of(cast["admin"]), {}, more_duty=[shift])
    assert refused.value.messages == ["A time on duty does not end when it begins."]


@pytest.mark.parametrize("ends", [time(8, 59), time(0)])
def test_a_time_on_duty_that_ends_before_it_begins_ends_the_next_day(cast: dict[str, User], ends: time) -> None:
    change(actor_of(cast["admin"]), {}, more_duty=[Shift(membership_of(cast["attorney"]).pk, 0, time(9), ends)])
    assert [(one.starts, one.ends) for one in DutyHour.objects.all()] == [(time(9), ends)]


def found(**other: str) -> Organization:
    with as_application(), on_duty("operator") as operator:
        return organizations.found(operator, **NEW | other)


def test_a_founded_organization_has_an_invited_administrator_and_a_line_in_its_audit() -> None:
    made = found()
    assert (made.name, made.short_name, made.group.name) == ("East Legal Aid", "ELA", str(made.pk))
    invitation = Invitation.objects.get(organization=made)
    assert (invitation.email, invitation.roles, invitation.invited_by) == ("first@east.example", ["admin"], None)
    assert lines("organization.founded") == [("duty", made.pk, made.pk, [])]
    (letter,) = sent()
    assert (letter.to, "East Legal Aid" in str(letter.body)) == (["first@east.example"], True)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""), ("name", "x" * 151), ("name", "NORTH legal aid"), ("short_name", "NLA"), ("short_name", "E"),
        ("short_name", "E LA"), ("short_name", "1EL"), ("short_name", "E" * 13), ("kind", "club"),
        ("time_zone", "Moon/Tranquility"), ("admin_email", "nobody"),
    ],
)  # fmt: skip
def test_what_cannot_be_founded_is_refused_by_field(field: str, value: str) -> None:
    with pytest.raises(ValidationError) as refused:
        found(**{field: value})
    assert list(refused.value.message_dict) == [field]
    assert (Organization.objects.count(), lines("organization.founded")) == (3, [])


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"name": "NORTH legal aid"}, {"name": [TAKEN]}),
        ({"short_name": "NLA"}, {"short_name": ["An organization has this name or short name already."]}),
        ({"short_name": "1EL"}, {"short_name": ["Use 2 to 12 capital letters and digits, a letter first."]}),
        ({"admin_email": "nobody"}, {"admin_email": ["Enter a valid email address."]}),
    ],
)
def test_why_it_cannot_be_founded_is_said_in_a_sentence(other: dict[str, str], says: dict[str, list[str]]) -> None:
    with pytest.raises(ValidationError) as refused:
        found(**other)
    assert refused.value.message_dict == says


def test_a_closed_organization_is_not_closed_again_and_invites_nobody() -> None:
    made = found()
    with as_application(), on_duty("operator") as operator:
        organizations.close(operator, made)
        with pytest.raises(ValidationError) as closed:
            organizations.close(operator, made)
        with pytest.raises(ValidationError) as joined:
            organizations.invite_first(operator, made, admin_email="a@b.example")
    assert closed.value.messages == ["This organization is closed already."]
    assert joined.value.messages == ["This organization is closed, or somebody has joined it already."]


def test_only_the_operator_founds_closes_and_signs_everybody_out(cast: dict[str, User]) -> None:
    mine = north()
    for actor in (actor_of(cast["admin"]), duty("outbox"), duty("door")):
        with as_application(), acting(actor):
            with pytest.raises(PermissionDenied):
                organizations.found(actor, **NEW)
            with pytest.raises(PermissionDenied):
                organizations.invite_first(actor, mine, admin_email="a@b.example")
            for attempt in (organizations.close, organizations.end_sessions):
                with pytest.raises(PermissionDenied):
                    attempt(actor, mine)


@pytest.mark.parametrize(
    "call",
    [
        "close_organization(%s)", "end_all_sessions(%s)",
        "invite_first(%s, gen_random_uuid(), 'a@b.example', 'x')",
        "found_organization(%s, 'x', 'XX', 'clinic', 'UTC', gen_random_uuid(), 'a@b.example', 'x')",
    ],
)  # fmt: skip
def test_the_database_leaves_that_to_the_operator(cast: dict[str, User], call: str) -> None:
    nia = actor_of(cast["admin"])
    with (
        as_application(),
        acting(nia),
        pytest.raises(Exception, match="wrong errand"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"SELECT ctx.{call}", [uuid.uuid4()])


def test_the_number_of_a_time_on_duty_is_corrected(cast: dict[str, User]) -> None:
    nia, ada = actor_of(cast["admin"]), membership_of(cast["attorney"])
    shift, other = Shift(ada.pk, 0, time(9), time(13), "111"), Shift(ada.pk, 1, time(9), time(13), "222")
    change(nia, {}, more_duty=[shift, other])
    assert change(nia, {}, more_duty=[replace(shift, phone="333")]) == ("duty_hours",)
    assert dict(DutyHour.objects.values_list("weekday", "phone")) == {0: "333", 1: "222"}
    assert change(nia, {}, more_duty=[replace(shift, phone="333")]) == ()
    assert [line[3] for line in lines("organization.changed")] == [["duty_hours"], ["duty_hours"], []]


def test_times_on_duty_of_another_organization_stay(cast: dict[str, User]) -> None:
    cleo = membership_of(cast["clinic"], "SC")
    theirs = DutyHour.objects.create(
        organization_id=cleo.organization_id, membership=cleo, weekday=0, starts=time(9), ends=time(13)
    )
    assert change(actor_of(cast["admin"]), {}, less_duty=[theirs.pk]) == ()
    assert DutyHour.objects.get() == theirs


def test_attorneys_who_can_be_on_duty_work_here(cast: dict[str, User]) -> None:
    ada = membership_of(cast["attorney"])
    found = organizations.live_attorneys(ada.organization_id)
    assert ada in found
    assert {one.organization_id for one in found} == {ada.organization_id}


def test_settings_have_a_mark_that_any_of_them_changes(cast: dict[str, User]) -> None:
    mine = north()
    mine.hours = {"0": ["09:00", "17:00"], "1": ["10:00", "12:00"]}
    mark = organizations.fingerprint(mine)
    mine.hours = dict(reversed(mine.hours.items()))  # the order in which hours stand is none of the settings
    assert (organizations.fingerprint(mine), len(mark)) == (mark, 16)
    others = {
        "name": "Other", "kind": "clinic", "time_zone": "UTC", "phone": "0", "hours": {}, "languages": ["x"],
        "facilities": ["x"], "visibility": "assigned", "capacity": 987, "retention_years": 98,
    }  # fmt: skip
    assert set(others) == set(organizations.SETTINGS)
    for name, value in others.items():
        one = north()
        one.hours = mine.hours
        setattr(one, name, value)
        assert organizations.fingerprint(one) != mark, name


def test_the_link_in_a_first_invitation_cannot_be_guessed() -> None:
    found()
    (letter,) = sent()
    (token,) = re.findall(r"/invitation/([\w-]{43})/", str(letter.body))
    assert len(token) == 43  # 256 bits
    assert (
        Invitation.objects.get(organization__short_name="ELA").token_hash == hashlib.sha256(token.encode()).hexdigest()
    )


def test_an_organization_is_called_by_its_short_name(cast: dict[str, User]) -> None:
    assert (organizations.called("SC"), organizations.called("sc")) == (Organization.objects.get(short_name="SC"), None)


def test_ending_sessions_says_how_many_and_closing_names_what_it_ended(cast: dict[str, User]) -> None:
    for key in ("attorney", "paralegal", "clinic"):
        Client().force_login(cast[key])
    mine = north()
    with as_application(), on_duty("operator") as operator:
        assert organizations.end_sessions(operator, mine) == 2
        assert organizations.end_sessions(operator, mine) == 0
    Client().force_login(cast["attorney"])
    with as_application(), on_duty("operator") as operator:
        assert organizations.close(operator, mine) == 1
    assert lines("organization.sessions_ended") == [("duty", mine.pk, mine.pk, ["sessions"])] * 2
    assert lines("organization.closed") == [
        ("duty", mine.pk, mine.pk, ["closed_at", "sessions", "invitations", "shares"])
    ]


def test_inviting_the_first_administrator_again_is_told(cast: dict[str, User]) -> None:
    made = found()
    with as_application(), on_duty("operator") as operator:
        assert organizations.invite_first(operator, made, admin_email=" Second@East.example ") is None
    assert lines("organization.invited") == [("duty", made.pk, made.pk, ["invitation"])]
    assert [letter.to for letter in sent()] == [["first@east.example"], ["second@east.example"]]
