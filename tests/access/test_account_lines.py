"""What somebody changes about their own account stands in the book of each organization where they are a member."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from casework.access import acts
from casework.access.models import Membership, User
from casework.audit.models import Entry
from tests.access.signing import (
    NEW_PASSWORD,
    PASSWORD,
    codes,
    confirm,
    post_password,
    recovery_codes,
    seed,
    sign_in,
    with_password,
    without_factor,
)
from tests.cases.planting import open_case, speaking
from tests.desk.test_case import address
from tests.desk.test_caseload import text

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
Enter = Callable[[str], Client]
VERBS = ("profile.", "password.", "email.", "factor.")


def lines() -> list[tuple[str, str, list[str]]]:
    rows = Entry.objects.order_by("at").values_list("verb", "basis", "fields")
    return [row for row in rows if row[0].startswith(VERBS)]


def renamed(client: Client, name: str) -> Any:
    return client.post(reverse("profile"), {"name": name, "language": "en", "time_zone": "America/Phoenix"})


# --- The name


def test_a_new_name_is_told_in_every_book_under_the_old_one(enter: Enter, cast: Cast) -> None:
    user, client = cast["both"], enter("both")
    before = user.name
    renamed(client, "Vera Volunteer")
    renamed(client, "Vera Volunteer")
    found = list(Entry.objects.filter(verb="profile.renamed"))
    assert {one.organization_id for one in found} == set(user.memberships.values_list("organization_id", flat=True))
    assert len(found) == 2
    assert {(one.actor_name, one.user_id, one.object_id, *one.fields) for one in found} == {
        (before, user.pk, user.pk, "name")
    }
    with speaking(cast["admin"]) as admin:
        mine = [one for one in found if one.organization_id == admin.organization_id]
        assert list(acts.opened_details(mine).values()) == [
            {
                "changes": {"name": [before, "Vera Volunteer"]},
            }
        ]


def test_language_alone_leaves_no_line(enter: Enter, cast: Cast) -> None:
    enter("both").post(
        reverse("profile"), {"name": cast["both"].name, "language": "es", "time_zone": "America/Phoenix"}
    )
    assert lines() == []


def test_somebody_without_an_organization_renames_themselves_in_nobodys_book(enter: Enter, cast: Cast) -> None:
    client = enter("attorney")
    Membership.objects.filter(user=cast["attorney"]).update(ends_at=timezone.now())
    assert renamed(client, "Another Name").status_code == 302
    line = Entry.objects.get(verb="profile.renamed")
    assert (line.organization_id, line.detail, line.actor_kind) == (None, None, "user")


def test_history_shows_the_present_name_beside_the_one_of_the_line(enter: Enter, cast: Cast) -> None:
    case, ben = open_case(cast["attorney"]), enter("paralegal")
    name = cast["paralegal"].name
    renamed(ben, "Vera Volunteer")
    ben.get(address(case))
    ben.post(address(case, "accept_case"))
    renamed(ben, name)
    ada = enter("attorney")
    assert f"{name} as Vera Volunteer" in text(ada, address(case, "case_looks"))
    assert f"{name} as Vera Volunteer" in text(ada, address(case, "case_activity"))
    audit = text(enter("admin"), reverse("audit"))
    assert f"{name} as Vera Volunteer" in audit
    assert "Changed their own name" in audit


# --- Password, address


def test_a_new_password_leaves_a_line(cast: Cast) -> None:
    client = sign_in(with_password(cast["both"]))
    fields = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert client.post(reverse("account_change_password"), fields).status_code == 302
    assert lines() == [("password.changed", "", [])] * 2
    assert set(Entry.objects.filter(verb="password.changed").values_list("actor_kind", "user_id")) == {
        ("staff", cast["both"].pk)
    }


def test_a_password_reset_by_mail_is_the_doors_line(cast: Cast) -> None:
    user = with_password(cast["attorney"])
    client = Client()
    key = reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)},
    )
    place = client.get(key).headers["Location"]
    assert client.post(place, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}).status_code == 302
    line = Entry.objects.get(verb="password.changed")
    assert (line.actor_kind, line.user_id, line.basis, line.organization_id) == (
        "duty", user.pk, "by mail", user.memberships.get().organization_id,
    )  # fmt: skip


def test_a_new_address_leaves_a_line_when_it_is_confirmed(cast: Cast) -> None:
    client = sign_in(with_password(cast["attorney"]))
    confirm(client)
    client.post(reverse("account_email"), {"email": "ada@new.example", "action_add": "1"})
    assert lines() == []
    new = EmailAddress.objects.get(email="ada@new.example")
    place = reverse("account_confirm_email", args=[EmailConfirmationHMAC.create(new).key])
    for browser in (client, Client()):
        browser.get(place)
        browser.post(place)
    assert lines() == [("email.changed", "", ["email"])]
    assert "new.example" not in str(vars(Entry.objects.get(verb="email.changed")))


# --- Second factors


def test_an_app_added_replaced_and_removed(cast: Cast) -> None:
    user = without_factor(cast["attorney"])
    client = Client()
    post_password(client, user.email)
    confirm(client)
    activate = reverse("mfa_activate_totp")
    client.get(activate)
    assert client.post(activate, {"code": codes(client.session["mfa.totp.secret"])}).status_code == 302
    assert lines() == [("factor.added", "", ["totp"]), ("factor.added", "", ["recovery_codes"])]
    replace = reverse("replace_totp")
    client.get(replace)
    assert client.post(replace, {"code": codes(client.session["mfa.totp.secret"])}).status_code == 302
    assert lines()[2:] == [("factor.replaced", "", ["totp"])]
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={})
    assert client.post(reverse("mfa_deactivate_totp")).status_code == 302
    assert lines()[3:] == [("factor.removed", "", ["totp"])]


def test_new_recovery_codes_and_a_passkey_removed(cast: Cast) -> None:
    user = with_password(cast["attorney"])
    key = Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "Mine"})
    client = sign_in(user)
    make = reverse("mfa_generate_recovery_codes")
    assert client.post(make).headers["Location"].startswith(reverse("account_reauthenticate"))
    assert lines() == []
    confirm(client)
    assert client.post(make).status_code == 302
    assert client.post(reverse("mfa_remove_webauthn", args=[key.pk])).status_code == 302
    assert lines() == [("factor.replaced", "", ["recovery_codes"]), ("factor.removed", "", ["webauthn"])]


# --- A seed is its owner's


@pytest.mark.parametrize("kind", ["totp", "recovery_codes"])
def test_a_seed_copied_to_somebody_else_lets_nobody_in(cast: Cast, kind: str) -> None:
    mine, theirs = with_password(cast["attorney"]), with_password(cast["paralegal"])
    spare, _ = recovery_codes(mine)[0], recovery_codes(theirs)
    known = codes(seed(mine)) if kind == "totp" else spare
    stored = Authenticator.objects.get(user=mine, type=kind)
    Authenticator.objects.filter(user=theirs, type=kind).update(data=stored.data)
    client = Client()
    post_password(client, theirs.email)
    answer = client.post(reverse("mfa_authenticate"), {"code": known})
    assert (answer.status_code, "Incorrect code." in answer.content.decode()) == (200, True)
    assert Entry.objects.filter(verb="signin.refused", basis="code", object_id=theirs.pk).count() == 1
