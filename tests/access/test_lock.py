"""The lock after a while without use: when it falls, what it lets through, and what comes after it."""

import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from casework.access import lock
from casework.access.models import Session, User
from casework.access.sessions import SessionStore, hashed
from casework.audit.models import Entry
from casework.desk.account.lock import ASK_AGAIN
from tests.access.signing import (
    PASSWORD,
    codes,
    post_password,
    recovery_codes,
    seed,
    sent,
    sign_in,
    with_password,
    without_factor,
)
from tests.access.test_accounts_sign_in import addresses
from tests.cases.planting import open_case
from tests.conftest import as_owner
from tests.house.rooms import ROOT, templates

pytestmark = pytest.mark.django_db
Enter = Callable[[str], Client]
IDLE = settings.SESSION_IDLE_SECONDS
JSON = {"accept": "application/json"}
LINES = "session.locked session.unlocked session.began session.ended signin.refused"


def change(client: Client, **values: Any) -> None:
    """Writes into the session of the browser; None takes out."""
    session = client.session
    for name, value in values.items():
        session[name] = value
    session.save()


def unused(client: Client, seconds: int = IDLE + 60) -> Client:
    """The same browser, whose session was last used so many seconds ago."""
    change(client, seen=int(time.time()) - seconds)
    return client


def lines() -> list[tuple[str, str]]:
    rows = Entry.objects.filter(verb__in=LINES.split()).order_by("at")
    return list(rows.values_list("verb", "basis"))


def notes() -> int:
    return Entry.objects.filter(verb="note.written").count()


def is_locked(client: Client) -> bool:
    return "locked" in client.session


@pytest.mark.parametrize(
    ("seconds", "locked"),
    [(0, False), (IDLE, False), (IDLE + 55, False), (IDLE + 60, True), (-50, False), (-3600, True)],
)
def test_it_falls_between_fifteen_and_sixteen_minutes_after_what_was_noted(
    enter: Enter, seconds: int, locked: bool
) -> None:
    """The last use may be up to a minute after what was noted. One to come was noted by a clock that was put back."""
    client = unused(enter("attorney"), seconds)
    client.get("/")
    assert is_locked(client) is locked


@pytest.mark.parametrize(("seconds", "status"), [(50, 200), (3600, 302)])
def test_a_session_that_begins_in_time_to_come_is_over(enter: Enter, seconds: int, status: int) -> None:
    """It began by a clock that has been put back since, and would live as much longer."""
    client = enter("attorney")
    change(client, began=int(time.time()) + seconds)
    assert client.get("/").status_code == status
    assert lines() == ([("session.ended", "age")] if status == 302 else [])


def test_the_last_use_is_noted_once_a_minute(enter: Enter) -> None:
    client, now = enter("attorney"), int(time.time())
    change(client, seen=now - 50)
    client.get("/")
    assert client.session["seen"] == now - 50
    change(client, seen=now - 61)
    client.get("/")
    assert client.session["seen"] >= now


def test_what_nobody_asked_for_is_no_use(enter: Enter) -> None:
    client, then = enter("attorney"), int(time.time()) - 300
    change(client, seen=then)
    client.get("/", headers={"x-background": "yes"})
    client.get(reverse("session_state"))
    client.get("/nothing-here/")
    assert client.session["seen"] == then
    client.post(reverse("session_state"))
    assert client.session["seen"] > then


def test_parts_of_pages_that_ask_by_the_clock_say_so() -> None:
    asking = [path for path, text in templates() if re.search(r"hx-trigger=[^>]*\bevery\b(?![^>]*X-Background)", text)]
    assert asking == []


def test_a_locked_page_shows_who_is_locked_and_nothing_of_itself(enter: Enter, cast: dict[str, User]) -> None:
    case = open_case(cast["attorney"], given_names="Rosalinda")
    client = enter("attorney")
    client.get(reverse("case", args=[case.pk]))
    before = Entry.objects.count()
    page = unused(client).get(reverse("case", args=[case.pk]))
    assertContains(page, "The session of Ada Quispe is locked after 15 minutes without use.")
    assertNotContains(page, "Rosalinda")
    assertNotContains(page, 'id="lock"')
    assert (page.headers["Cache-Control"], lines()) == ("no-store", [("session.locked", "idle")])
    assert Entry.objects.count() == before + 1


def test_every_address_meets_it(enter: Enter) -> None:
    """But unlocking, signing out, and what is the same for everybody."""
    client = unused(enter("attorney"))
    through = set()
    for name, address in addresses().items():
        if "account/locked.html" not in [one.name for one in client.get(address).templates or []]:
            through.add(name)
    assert through == {
        "session_state", "lock_session", "unlock", "unlock_passkey", "account_logout", "signed_out",
    }  # fmt: skip


def test_pending_messages_wait_behind_it(enter: Enter) -> None:
    client = enter("attorney")
    client.post(reverse("end_other_sessions"))
    assertNotContains(unused(client).get("/"), "You were not signed in anywhere else.")
    assertNotContains(client.get(reverse("account_logout")), "You were not signed in anywhere else.")


def test_the_password_unlocks_and_leads_back(cast: dict[str, User]) -> None:
    client = unused(sign_in(with_password(cast["attorney"])))
    here = f"{reverse('caseload')}?stage=all"
    client.get(here)
    wrong = client.post(here, {"unlock": "yes", "password": "not it at all"})
    assertContains(wrong, "This is not your password.")
    assert is_locked(client) is True
    assertRedirects(client.post(here, {"unlock": "yes", "password": PASSWORD}), here, fetch_redirect_response=False)
    assert is_locked(client) is False
    assert lines()[-3:] == [("session.locked", "idle"), ("signin.refused", "unlock"), ("session.unlocked", "")]


def test_a_code_unlocks(cast: dict[str, User]) -> None:
    user = cast["attorney"]
    client = Client()
    client.force_login(user)
    client.get("/")
    unused(client)
    assertNotContains(client.get("/"), 'name="password"')
    used = codes(seed(user))
    answer = client.post("/", {"unlock": "yes", "code": used})
    assert answer.status_code == 302 or codes(seed(user)) != used
    assert is_locked(client) is (answer.status_code != 302)


def test_unlocking_counts_as_having_said_again_who_one_is(cast: dict[str, User]) -> None:
    client = sign_in(with_password(cast["attorney"]))
    change(client, account_authentication_methods=[])
    unused(client).post("/", {"unlock": "yes", "password": PASSWORD})
    assert client.get(reverse("account_change_password")).status_code == 200


def test_a_form_waits_sealed_and_is_done_when_whoever_unlocks_has_seen_it(cast: dict[str, User]) -> None:
    case = open_case(cast["attorney"])
    client, address = sign_in(with_password(cast["attorney"])), reverse("case_notes", args=[case.pk])
    page = unused(client).post(address, {"text": "Called the sister, Marisol.", "kind": "call", "tier": 1})
    assertContains(page, "What you sent last waits here")
    assertNotContains(page, "Marisol")
    assert (notes(), "Marisol" in Session.objects.get(user=cast["attorney"]).session_data) == (0, False)
    unlocked = client.post(address, {"unlock": "yes", "password": PASSWORD})
    assertRedirects(unlocked, address, fetch_redirect_response=False)
    shown = client.get(address)
    assertContains(shown, "Called the sister, Marisol.")
    assertContains(shown, "This came while your session was locked")
    assert notes() == 0
    done = client.post(address, {"held_send": "yes"})
    assertRedirects(done, reverse("case_notes", args=[case.pk]), fetch_redirect_response=False)
    assert (notes(), "held" in client.session) == (1, False)
    again = client.post(address, {"unlock": "yes", "password": PASSWORD})
    assert (again.status_code, notes()) == (302, 1)


def test_what_somebody_else_left_waiting_is_dropped(cast: dict[str, User]) -> None:
    case = open_case(cast["attorney"])
    client, address = sign_in(with_password(cast["attorney"])), reverse("case_notes", args=[case.pk])
    unused(client).post(address, {"text": "Not mine.", "kind": "call", "tier": 1})
    client.post(reverse("unlock"), {"unlock": "yes", "password": PASSWORD})
    assertRedirects(client.post(address, {"held_drop": "yes"}), address, fetch_redirect_response=False)
    assert (notes(), "held" in client.session) == (0, False)


def test_a_form_waits_no_longer_than_to_the_next_lock(cast: dict[str, User]) -> None:
    client, data = sign_in(with_password(cast["attorney"])), {"name": "Other", "language": "en", "time_zone": "UTC"}
    unused(client).post(reverse("profile"), data)
    client.post(reverse("unlock"), {"unlock": "yes", "password": PASSWORD})
    unused(client).get(reverse("profile"))
    client.post(reverse("profile"), {"unlock": "yes", "password": PASSWORD})
    assertNotContains(client.get(reverse("profile")), "This came while your session was locked")
    assert "held" not in client.session


def test_whatever_asks_again_who_one_is_does_not_wait() -> None:
    """A view that takes up its form after that says so with `here_again`; the export asks by a decorator."""
    named = {
        name
        for file in (ROOT / "casework" / "desk").rglob("*.py")
        for name in re.findall(r'here_again\(request, "(\w+)"\)', file.read_text())
    }
    assert named | {"export_audit"} == ASK_AGAIN


def test_a_form_that_was_wrong_stands_at_its_own_address_again(cast: dict[str, User]) -> None:
    client, address = sign_in(with_password(cast["attorney"])), reverse("profile")
    unused(client).post(address, {"name": "", "language": "en", "time_zone": "America/Phoenix"})
    client.post(address, {"unlock": "yes", "password": PASSWORD})
    page = client.post(address, {"held_send": "yes"})
    assertContains(page, "This could not be saved yet")
    assert page.wsgi_request.path == address


def test_a_form_waits_for_its_own_address_and_organization_only(cast: dict[str, User]) -> None:
    client, data = sign_in(with_password(cast["both"])), {"name": "Other", "language": "en", "time_zone": "UTC"}
    unused(client).post(reverse("profile"), data)
    other = next(one for one in cast["both"].memberships.all() if str(one.pk) != client.session["membership"])
    change(client, membership=str(other.pk))
    client.post(reverse("profile"), {"unlock": "yes", "password": PASSWORD})
    client.post(reverse("profile"), {"held_send": "yes"})
    unused(client).post(reverse("profile"), data)
    client.post("/", {"unlock": "yes", "password": PASSWORD})
    client.post("/", {"held_send": "yes"})
    assert User.objects.get(pk=cast["both"].pk).name != "Other"


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("profile", {"name": SimpleUploadedFile("a.txt", b"x")}, "held a file"),
        ("profile", {"name": "x" * 300_000}, "too long to be kept"),
        ("account_change_password", {"password1": "three lamps above the harbor"}, "may hold a password"),
        ("account_reauthenticate", {"password": PASSWORD}, "may hold a password"),
        ("invite_member", {"email": "new@north.example"}, "asks first who you are"),
    ],
)
def test_what_cannot_wait_is_said(enter: Enter, name: str, data: dict[str, Any], says: str) -> None:
    client = unused(enter("attorney"))
    assertContains(client.post(reverse(name), data), says)
    assert set(client.session["held"]) == {"why"}


def test_a_form_without_its_token_does_not_wait(cast: dict[str, User]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast["attorney"])
    client.get("/")
    unused(client)
    assert client.post(reverse("profile"), {"name": "Forged"}).status_code == 403
    assert client.post("/", {"unlock": "yes", "password": PASSWORD}).status_code == 403
    assert "held" not in client.session


def test_nobody_without_a_second_factor_gets_past_it_by_waiting(cast: dict[str, User]) -> None:
    client, user = Client(), without_factor(cast["attorney"])
    post_password(client, user.email)
    unused(client).post(reverse("profile"), {"name": "Other", "language": "en", "time_zone": "UTC"})
    answer = client.post(reverse("mfa_index"), {"unlock": "yes", "password": PASSWORD})
    assertRedirects(answer, reverse("mfa_index"), fetch_redirect_response=False)
    assert User.objects.get(pk=user.pk).name != "Other"


def test_a_part_of_a_page_raises_the_cover(enter: Enter) -> None:
    answer = unused(enter("attorney")).get("/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content, answer.headers["HX-Trigger"]) == (204, b"", '{"lock-page": {}}')


def test_the_menu_locks_at_once_and_leads_back(enter: Enter) -> None:
    client = enter("attorney")
    assertContains(client.get(reverse("organization")), 'action="/account/session/lock/"')
    answer = client.post(reverse("lock_session"), {"next": reverse("organization")})
    assertRedirects(answer, reverse("organization"), fetch_redirect_response=False)
    assertContains(client.get(reverse("organization")), "Ada Quispe locked this session.")
    assert lines() == [("session.locked", "by hand")]


def test_the_menu_leads_only_to_ourselves(enter: Enter) -> None:
    answer = enter("attorney").post(reverse("lock_session"), {"next": "https://evil.example/"})
    assert answer.headers["Location"] == "/"


def test_the_script_of_a_page_hears_how_the_session_stands(cast: dict[str, User]) -> None:
    client, state = sign_in(with_password(cast["attorney"])), reverse("session_state")
    open_ = client.get(state).json()
    assert (open_["state"], open_["idle"], open_["age"] < 60, open_["left"] > 11 * 3600) == ("open", 900, True, True)
    locked = client.post(reverse("lock_session"), {"idle": "yes"}, headers=JSON).json()
    assert (locked["state"], locked["who"]) == ("locked", open_["who"])
    assert 'name="password"' in locked["html"]
    wrong = client.post(reverse("unlock"), {"password": "not it"}).json()
    assert (wrong["state"], "This is not your password." in wrong["html"]) == ("locked", True)
    assert client.post(reverse("unlock"), {"password": PASSWORD}).json()["state"] == "open"
    assert lines()[-3:] == [("session.locked", "idle"), ("signin.refused", "unlock"), ("session.unlocked", "")]
    client.post(reverse("account_logout"))
    assert client.get(state).json() == {"state": "ended"}
    assert client.post(reverse("unlock"), {"password": PASSWORD}).json() == {"state": "ended"}


def test_a_page_of_another_session_is_told_apart(cast: dict[str, User]) -> None:
    one, other = (sign_in(with_password(cast[key])) for key in ("attorney", "paralegal"))
    whose = [client.get(reverse("session_state")).json()["who"] for client in (one, one, other)]
    assert (whose[0] == whose[1], whose[0] == whose[2]) == (True, False)


def test_guessing_at_the_lock_is_limited(cast: dict[str, User]) -> None:
    client = unused(sign_in(with_password(cast["attorney"])))
    for _ in range(10):
        client.post("/", {"unlock": "yes", "password": "wrong"})
    assertContains(client.post("/", {"unlock": "yes", "password": PASSWORD}), "Wait five minutes")
    assert is_locked(client) is True


def test_a_locked_session_can_be_signed_out(enter: Enter, cast: dict[str, User]) -> None:
    client = unused(enter("attorney"))
    client.get("/")
    assertRedirects(client.post(reverse("account_logout")), reverse("signed_out"))
    assert Session.objects.filter(user=cast["attorney"]).count() == 0
    assert lines()[-1] == ("session.ended", "signed out")


def test_lines_tell_the_life_of_a_session(cast: dict[str, User]) -> None:
    user = with_password(cast["attorney"])
    client, other = sign_in(user), Client()
    post_password(other, user.email)
    other.post(reverse("mfa_authenticate"), {"code": "000000"})
    post_password(Client(), user.email, "wrong")
    post_password(Client(), "nobody@north.example", "wrong")
    client.post(reverse("end_other_sessions"))
    change(client, began=int(time.time()) - settings.SESSION_COOKIE_AGE)
    client.get("/")
    assert lines() == [
        ("session.began", ""),
        ("signin.refused", "code"),
        ("signin.refused", "password"),
        ("signin.refused", "password"),
        ("session.ended", "age"),
    ]
    began, _code, refused, stranger, _ended = Entry.objects.filter(verb__in=LINES.split()).order_by("at")
    home = user.memberships.get()
    assert (began.user_id, began.actor_id, began.organization_id) == (user.pk, home.pk, home.organization_id)
    assert (refused.user_id, refused.actor_kind, refused.object_id, refused.organization_id) == (
        None, "duty", user.pk, home.organization_id,
    )  # fmt: skip
    assert (stranger.object_id, stranger.organization_id) == (None, None)


def test_in_spanish(cast: dict[str, User]) -> None:
    User.objects.filter(pk=cast["attorney"].pk).update(language="es")
    client = Client()
    client.force_login(cast["attorney"])
    client.get("/")
    assert unused(client).get("/").headers["Content-Language"] == "es"


@pytest.mark.django_db(transaction=True)
def test_a_request_that_began_before_does_not_open_it_again() -> None:
    with as_owner():
        client = Client()
        client.force_login(User.objects.get(email="ada@north.example"))
    slow = SessionStore(client.session.session_key)
    slow["seen"] = slow.get("seen", 0) + 1  # read, and about to be written

    def locks() -> None:
        quick = SessionStore(client.session.session_key)
        quick["locked"] = lock.BY_HAND
        with as_owner():
            quick.save()
        connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(locks).result()
    with as_owner():
        slow.save()
        row = Session.objects.get(session_key=hashed(client.session.session_key or ""))
    assert row is not None
    assert SessionStore(client.session.session_key).load()["locked"] == lock.BY_HAND


def test_a_recovery_code_that_unlocks_is_told(cast: dict[str, User]) -> None:
    user = cast["attorney"]
    code = recovery_codes(user)[0]
    client = Client()
    client.force_login(user)
    client.get("/")
    assertRedirects(unused(client).post("/", {"unlock": "yes", "code": code}), "/", fetch_redirect_response=False)
    assertContains(client.get("/"), "You used a recovery code. 9 are left.")
    assert [str(one.subject) for one in sent()] == ["A recovery code was used"]
