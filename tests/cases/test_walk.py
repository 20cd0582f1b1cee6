"""The first walk: two organizations, an attorney each; a grant opens exactly one case, and revoking closes it."""

from datetime import timedelta
from typing import Any

import pytest
from django.http import Http404
from django.utils import timezone

from casework.access.actor import Actor, staff
from casework.access.coalition import neighbors, receiver
from casework.access.context import acting
from casework.access.doors import open_one
from casework.access.models import Membership, User
from casework.audit.models import Entry
from casework.cases import actions
from casework.cases.models import Case
from tests.conftest import as_application


def actor_of(user: User) -> Actor:
    return staff(Membership.objects.select_related("organization").get(user=user), user.name)


@pytest.mark.django_db
def test_a_grant_opens_exactly_one_case_and_revoking_closes_it(cast: dict[str, User]) -> None:
    ada, cleo = actor_of(cast["attorney"]), actor_of(cast["clinic"])
    with as_application():
        with acting(ada):
            first = actions.open_case(ada, names={"given_names": "Canary", "first_surname": "North"})
            second = actions.open_case(ada, names={"given_names": "Second"})
        with acting(cleo):
            own = actions.open_case(cleo, names={"given_names": "Canary", "first_surname": "South"})
            assert own in Case.objects.visible_to(cleo)
            assert first not in Case.objects.visible_to(cleo)
            with pytest.raises(Http404):
                open_one(cleo, Case.objects, first.pk)
        with acting(ada):
            to = next(one for one in neighbors().values() if one.name == "South Clinic")
            found = receiver(ada, to.id, "cleo@south.example")
            assert found is not None
            soon = timezone.now() + timedelta(days=30)
            actions.share(ada, first, to=to, receiver=found, level="view", counsel_tier=False, expires_at=soon)
        cleo = actor_of_again(cleo)
        with acting(cleo):
            assert list(Case.objects.shared_with(cleo)) == [first]
            assert open_one(cleo, Case.objects, first.pk).person.full_name == "Canary North"
            with pytest.raises(Http404):
                open_one(cleo, Case.objects, second.pk)
        with acting(ada):
            assert actions.revoke(ada, first, to_organization_id=to.id, user_id=found.user_id) == 1
        cleo = actor_of_again(cleo)
        with acting(cleo), pytest.raises(Http404):
            open_one(cleo, Case.objects, first.pk)
    looks = Entry.objects.filter(object_id=first.pk).order_by("at").values_list("verb", "basis")
    assert list(looks) == [
        ("case.opened", "organization"), ("case.shared", "assigned"), ("case.viewed", "share:view"),
        ("share.revoked", "assigned"),
    ]  # fmt: skip


def actor_of_again(actor: Actor) -> Any:
    return Actor(**{name: getattr(actor, name) for name in actor.__dataclass_fields__})
