"""Lost second factors: who takes them off, when, and when not."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from casework.access import members
from casework.access.actor import Actor
from casework.access.jobs import do_factor_resets
from casework.access.models import FactorReset, Membership, User
from tests.access.membership import actor_of, audit, browser, do, place, refused, reset_of
from tests.conftest import as_application


@pytest.fixture
def nia(cast: dict[str, User]) -> Actor:
    return actor_of(cast["admin"])


@pytest.fixture
def tomas(cast: dict[str, User]) -> Actor:
    return actor_of(cast["second_admin"])


def factors(user: User) -> int:
    found: int = Authenticator.objects.filter(user=user).count()
    return found


@pytest.mark.django_db
def test_a_second_administrator_takes_a_factor_off_at_once(nia: Actor, tomas: Actor, cast: dict[str, User]) -> None:
    ben, device = place(cast["paralegal"]), browser(cast["paralegal"])
    reset = do(nia, members.ask_factor_reset, ben)
    assert reset.due_at - reset.asked_at == timedelta(hours=24)
    refused(nia, members.confirm_factor_reset, reset)
    assert (factors(cast["paralegal"]), device.get("/").status_code) == (1, 200)
    assert do(tomas, members.confirm_factor_reset, reset) is True
    assert (factors(cast["paralegal"]), device.get("/").status_code) == (0, 302)
    refused(tomas, members.confirm_factor_reset, reset)
    assert audit() == [
        ("factor_reset.asked", ["second_factors"], reset.pk, ben.organization_id),
        ("factor_reset.confirmed", ["confirmed_by", "second_factors", "sessions"], reset.pk, ben.organization_id),
    ]


@pytest.mark.django_db
def test_a_request_is_made_once(nia: Actor, tomas: Actor, cast: dict[str, User]) -> None:
    ben = place(cast["paralegal"])
    do(nia, members.ask_factor_reset, ben)
    refused(nia, members.ask_factor_reset, ben)
    refused(tomas, members.ask_factor_reset, ben)
    assert FactorReset.objects.count() == 1


@pytest.mark.django_db
def test_for_a_member_of_several_organizations_a_confirmation_does_not_shorten(
    nia: Actor, tomas: Actor, cast: dict[str, User]
) -> None:
    june = place(cast["both"])
    reset = do(nia, members.ask_factor_reset, june)
    assert do(tomas, members.confirm_factor_reset, reset) is False
    with as_application():
        do_factor_resets(timestamp=0)
    assert factors(cast["both"]) == 1
    FactorReset.objects.update(due_at=timezone.now() - timedelta(days=1))
    with as_application():
        do_factor_resets(timestamp=0)
    assert factors(cast["both"]) == 0
    assert audit() == [
        ("factor_reset.asked", ["second_factors"], reset.pk, june.organization_id),
        ("factor_reset.confirmed", ["confirmed_by"], reset.pk, june.organization_id),
        ("factor_reset.done", ["second_factors", "sessions"], reset.pk, june.organization_id),
    ]


@pytest.mark.django_db
def test_the_person_keeps_the_factor_from_wherever_they_act(nia: Actor, cast: dict[str, User]) -> None:
    """June found her phone; she happens to act for the hotline."""
    reset = do(nia, members.ask_factor_reset, place(cast["both"]))
    with pytest.raises(PermissionDenied, match=r"^somebody else's second factor$"):
        do(actor_of(cast["paralegal"]), members.keep_factor, reset)
    do(actor_of(cast["both"], "RRH"), members.keep_factor, reset)
    FactorReset.objects.update(due_at=timezone.now() - timedelta(days=1))
    with as_application():
        assert members.do_due_factor_resets() == 0
    assert factors(cast["both"]) == 1
    assert audit() == [
        ("factor_reset.asked", ["second_factors"], reset.pk, reset.organization_id),
        ("factor_reset.objected", ["cancelled_at"], reset.pk, reset.organization_id),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("why", ["cancelled", "person_left", "asker_left", "not_due"])
def test_a_factor_stays_when_the_request_does_not_hold_any_more(
    nia: Actor, tomas: Actor, cast: dict[str, User], why: str
) -> None:
    ben = place(cast["paralegal"])
    reset = do(nia, members.ask_factor_reset, ben)
    if why == "cancelled":
        do(tomas, members.cancel_factor_reset, reset)
        refused(nia, members.cancel_factor_reset, reset)
        assert audit()[1:] == [("factor_reset.cancelled", ["cancelled_at"], reset.pk, reset.organization_id)]
    if why == "person_left":
        Membership.objects.filter(pk=ben.pk).update(ends_at=timezone.now() - timedelta(days=1))
        refused(tomas, members.confirm_factor_reset, reset)
    if why == "asker_left":
        Membership.objects.filter(pk=nia.member).update(ends_at=timezone.now() - timedelta(days=1))
    if why != "not_due":
        FactorReset.objects.update(due_at=timezone.now() - timedelta(days=1))
    with as_application():
        assert members.do_due_factor_resets() == 0
    assert factors(cast["paralegal"]) == 1


@pytest.mark.django_db
def test_a_request_of_a_former_administrator_does_not_stand_in_the_way(
    nia: Actor, tomas: Actor, cast: dict[str, User]
) -> None:
    ben = place(cast["paralegal"])
    lapsed = do(nia, members.ask_factor_reset, ben)
    Membership.objects.filter(pk=nia.member).update(ends_at=timezone.now() - timedelta(days=1))
    do(tomas, members.ask_factor_reset, ben)
    lapsed.refresh_from_db()
    assert lapsed.cancelled_at is not None


@pytest.mark.django_db
def test_taking_a_factor_off_settles_every_other_request_about_the_person(
    nia: Actor, tomas: Actor, cast: dict[str, User]
) -> None:
    """Else the factor that the person adds afterwards would be taken off as well."""
    june, hotline = place(cast["both"]), place(cast["both"], "RRH")
    second = reset_of(hotline, hotline)
    do(nia, members.ask_factor_reset, june)
    FactorReset.objects.filter(membership=june).update(due_at=timezone.now() - timedelta(days=1))
    with as_application():
        assert members.do_due_factor_resets() == 1
    second.refresh_from_db()
    assert (second.done_at, second.cancelled_at is None) == (None, False)


@pytest.mark.django_db
def test_a_new_administrator_does_not_hasten_it(nia: Actor, tomas: Actor, cast: dict[str, User]) -> None:
    reset = do(nia, members.ask_factor_reset, place(cast["paralegal"]))
    Membership.objects.filter(pk=tomas.member).update(starts_at=reset.asked_at - timedelta(hours=23))
    assert do(tomas, members.confirm_factor_reset, reset) is False
    assert factors(cast["paralegal"]) == 1


@pytest.mark.django_db
def test_what_one_organization_did_settles_the_others_request(cast: dict[str, User]) -> None:
    for home, by in (("NLA", "admin"), ("RRH", "hotline")):
        reset_of(place(cast["both"], home), place(cast[by], home), hours=-1)
    Membership.objects.filter(user=cast["hotline"]).update(roles=["admin"])
    reset_of(place(cast["volunteer"]), place(cast["admin"]), hours=-1)
    with as_application():
        do_factor_resets(timestamp=0)
    assert (factors(cast["both"]), factors(cast["volunteer"])) == (0, 0)
    assert FactorReset.objects.filter(done_at=None, cancelled_at=None).count() == 0


@pytest.mark.django_db
def test_requests_about_oneself_come_from_everywhere_the_next_first(
    cast: dict[str, User], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    june, hotline, ben = place(cast["both"]), place(cast["both"], "RRH"), place(cast["paralegal"])
    later, sooner = reset_of(june, june, hours=20), reset_of(hotline, hotline, hours=2)
    reset_of(ben, june)
    with django_assert_num_queries(1):
        assert [(one, one.organization.short_name) for one in members.resets_about(cast["both"].pk)] == [
            (sooner, "RRH"), (later, "NLA"),
        ]  # fmt: skip
    FactorReset.objects.filter(pk=later.pk).update(done_at=timezone.now())
    FactorReset.objects.filter(pk=sooner.pk).update(cancelled_at=timezone.now())
    assert list(members.resets_about(cast["both"].pk)) == list(members.open_resets().filter(membership=june)) == []


@pytest.mark.django_db
def test_what_waits_for_an_administrator_was_asked_by_another_about_somebody_else(
    nia: Actor, tomas: Actor, cast: dict[str, User]
) -> None:
    mine, other, ben, ada = (place(cast[key]) for key in ("admin", "second_admin", "paralegal", "attorney"))
    june, hotline = place(cast["both"]), place(cast["both"], "RRH")
    by_other = reset_of(ben, other)
    reset_of(ada, mine)  # asked by oneself
    reset_of(mine, other)  # about oneself
    reset_of(hotline, hotline)  # of another organization
    confirmed = reset_of(june, other)
    FactorReset.objects.filter(pk=confirmed.pk).update(confirmed_by=ada)
    assert list(members.resets_to_confirm(nia)) == [by_other]
    Membership.objects.filter(pk=ben.pk).update(suspended_at=timezone.now())
    assert list(members.resets_to_confirm(nia)) == []
