"""The lock over an open page. Time goes by in the page by Playwright's clock, on the server by its mark."""

import time
from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from casework.access.actions import choose_language
from casework.access.models import Session, User
from casework.access.sessions import SessionStore
from tests.access.signing import PASSWORD, with_password, without_factor
from tests.browser.conftest import Opener, sign_in
from tests.browser.test_passkeys import enrol, plug

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = 60_000
IDLE = 15 * MINUTE
LOOKS = [
    {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    {"viewport": {"width": 375, "height": 760}, "color_scheme": "dark", "has_touch": True},
    {"viewport": {"width": 375, "height": 760}, "color_scheme": "light", "forced_colors": "active"},
]


def ada() -> User:
    return User.objects.get(email="ada@north.example")


def begin(page: Page, live: str) -> Page:
    """Ada's profile with a name half typed, in a browser whose clock the test holds."""
    sign_in(page, with_password(ada()), live)
    page.clock.install(time=time.time())
    page.goto(reverse("profile"))
    page.get_by_label("Name", exact=True).fill("Half typed")
    return page


def key(context: BrowserContext) -> str:
    return next(one["value"] for one in context.cookies() if one["name"] == settings.SESSION_COOKIE_NAME)


def on_server(page: Page) -> SessionStore:
    """The session of the page as it stands in the database."""
    return SessionStore(key(page.context))


def covered(page: Page) -> None:
    """Waits for the lock, and sees that nothing else is to be seen, reached or read aloud."""
    expect(page.get_by_role("dialog", name="Locked").get_by_role("button", name="Unlock").first).to_be_visible()
    expect(page).to_have_title("Locked - Casework")
    expect(page.get_by_text("How colleagues and families read your name")).to_be_hidden()
    expect(page.get_by_role("heading", name="Profile")).to_have_count(0)
    assert page.locator("body > :not(#lock):not([inert])").count() == 0


def uncovered(page: Page, focused: str = "Name") -> None:
    """Waits for the page as it was left."""
    expect(page.get_by_role("heading", name="Profile")).to_be_visible()
    expect(page.get_by_role("dialog", name="Locked")).to_have_count(0)
    expect(page.get_by_label("Name", exact=True)).to_have_value("Half typed")
    expect(page.locator(":focus")).to_have_accessible_name(focused)
    expect(page).to_have_title("Profile - Casework")
    assert page.locator("[inert]").count() == 0


def give(page: Page, password: str) -> None:
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Unlock", exact=True).first.click()


def test_after_fifteen_minutes_the_page_is_covered_and_keeps_what_was_typed(open_page: Opener, live: str) -> None:
    page = begin(open_page(), live)
    page.clock.run_for(IDLE - 3000)
    expect(page).to_have_title("Profile - Casework")
    page.clock.run_for(4000)
    covered(page)
    assert on_server(page)["locked"] == "idle"
    for _ in range(3):
        page.keyboard.press("Escape")
    covered(page)
    give(page, "not it at all")
    expect(page.get_by_role("alert")).to_contain_text("This is not your password.")
    covered(page)
    give(page, PASSWORD)
    uncovered(page)
    assert "locked" not in on_server(page).load()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your profile is saved.")).to_be_visible()
    assert ada().name == "Half typed"


@pytest.mark.proof
def test_use_keeps_it_away_and_tells_the_server_once_a_minute(open_page: Opener, live: str) -> None:
    page, told = begin(open_page(), live), list[str]()
    page.on("request", lambda one: told.append(one.url) if one.method == "POST" else None)
    for step in range(40):
        page.clock.run_for(MINUTE // 2)
        page.mouse.move(10 + step, 20)
    page.clock.run_for(100)
    expect(page).to_have_title("Profile - Casework")
    assert {url.rpartition("/account/")[2] for url in told} == {"session/"}
    assert 2 <= len(told) <= 20  # one that is under way on a slow machine is waited for


@pytest.mark.proof
def test_the_first_movement_after_a_long_time_finds_the_lock(open_page: Opener, live: str) -> None:
    page = begin(open_page(), live)
    page.clock.pause_at(time.time() + 3 * 60 * 60)
    page.mouse.move(50, 50)
    page.clock.run_for(1100)
    covered(page)


def test_all_tabs_lock_and_unlock_together(open_page: Opener, live: str) -> None:
    first = begin(open_page(), live)
    second = first.context.new_page()
    second.clock.install(time=time.time())
    second.goto(reverse("sessions"))
    second.clock.run_for(IDLE - MINUTE)
    second.mouse.move(5, 5)  # use here is use there
    first.clock.run_for(2 * MINUTE)
    expect(first).to_have_title("Profile - Casework")
    first.get_by_role("button", name="Lock", exact=True).first.click()
    covered(first)
    expect(second.get_by_label("Password", exact=True)).to_be_visible()
    give(first, PASSWORD)
    uncovered(first, focused="Lock")
    expect(second).to_have_title("Sessions - Casework")


def test_a_session_that_ended_elsewhere_says_so_and_leads_to_signing_in(open_page: Opener, live: str) -> None:
    page = begin(open_page(), live)
    Session.objects.all().delete()
    page.clock.run_for(MINUTE + 1000)
    page.mouse.move(30, 30)
    expect(page.get_by_text("This session has ended.")).to_be_visible()
    assert page.locator("main").count() == 0  # nothing can bring it back, so nothing of it stays
    page.get_by_role("dialog").get_by_role("link", name="Sign in").click()
    expect(page).to_have_url(f"{live}/account/login/?next=%2Faccount%2Fprofile%2F")


@pytest.mark.proof
def test_signing_out_takes_the_pages_of_the_other_tabs_away(open_page: Opener, live: str) -> None:
    page = begin(open_page(), live)
    other = page.context.new_page()
    other.goto(reverse("sessions"))
    page.goto(reverse("account_logout"))
    page.get_by_role("button", name="Sign out", exact=True).last.click()
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    expect(other.get_by_text("This session has ended.")).to_be_visible()
    assert other.locator("main").count() == 0


@pytest.mark.proof
def test_a_page_of_somebody_who_has_left_is_covered_for_the_next(open_page: Opener, live: str) -> None:
    page = begin(open_page(), live)
    sign_in(page, User.objects.get(email="ben@north.example"), live)
    page.clock.run_for(MINUTE + 1000)
    page.mouse.move(30, 30)
    expect(page.get_by_text("This session has ended.")).to_be_visible()


@pytest.mark.proof
def test_at_the_twelfth_hour_it_ends(open_page: Opener, live: str) -> None:
    page = begin(open_page(), live)
    session = on_server(page)
    session["began"] = int(time.time()) - settings.SESSION_COOKIE_AGE + 30
    session.save()
    page.reload()
    session["began"] -= 60
    session.save()
    page.clock.run_for(31_000)
    expect(page.get_by_text("This session has ended.")).to_be_visible()


@pytest.mark.proof
def test_without_the_server_it_stays_covered_and_asks_again(open_page: Opener, live: str) -> None:
    page = begin(open_page(expected={"ERR_INTERNET_DISCONNECTED"}), live)
    page.context.set_offline(True)
    page.clock.run_for(IDLE + 1000)
    expect(page.get_by_text("Casework cannot be reached at present.")).to_be_visible()
    expect(page.get_by_role("heading", name="Profile")).to_have_count(0)
    page.context.set_offline(False)
    session = on_server(page)
    session["locked"] = "idle"
    session.save()
    page.get_by_role("button", name="Try again").click()
    covered(page)
    give(page, PASSWORD)
    uncovered(page)


@pytest.mark.proof
def test_going_back_shows_nothing_until_the_server_was_asked(open_page: Opener, live: str) -> None:
    page = begin(open_page(), live)
    page.goto(reverse("organization"))
    session = on_server(page)
    session["locked"] = "by hand"
    session.save()
    page.go_back()
    expect(page.get_by_text("Ada Quispe locked this session.")).to_be_visible()
    expect(page.get_by_role("heading", name="Profile")).to_have_count(0)


@pytest.mark.proof
def test_a_part_that_asks_for_itself_raises_the_cover(open_page: Opener, live: str) -> None:
    page = begin(open_page(), live)
    session = on_server(page)
    session["locked"] = "by hand"
    session.save()
    page.evaluate("htmx.ajax('GET', '/account/profile/', {target: 'main'})")
    covered(page)
    give(page, PASSWORD)
    uncovered(page)


@pytest.mark.proof
def test_a_passkey_unlocks_over_the_page_and_instead_of_it(open_page: Opener, live: str) -> None:
    page = open_page()
    without_factor(ada())
    plug(page)
    page.clock.install(time=time.time())
    enrol(page)
    page.goto(reverse("profile"))
    page.get_by_label("Name", exact=True).fill("Half typed")
    page.get_by_role("button", name="Lock", exact=True).first.click()
    covered(page)
    page.get_by_role("button", name="Unlock with a passkey").click()
    uncovered(page, focused="Lock")
    session = on_server(page)
    session["locked"] = "by hand"
    session.save()
    page.goto(reverse("sessions"))
    page.get_by_role("button", name="Unlock with a passkey").click()
    expect(page.get_by_role("heading", name="Sessions")).to_be_visible()
    assert Authenticator.objects.get(user=ada(), type=Authenticator.Type.WEBAUTHN).last_used_at is not None


def test_without_a_script_the_menu_locks_and_a_form_waits(open_page: Opener, live: str) -> None:
    page = open_page(java_script_enabled=False)
    sign_in(page, with_password(ada()), live)
    page.goto(reverse("profile"))
    page.get_by_label("Name", exact=True).fill("Ada Quispe Rojas")
    session = on_server(page)
    session["seen"] = int(time.time()) - 16 * 60
    session.save()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("What you sent last waits here")).to_be_visible()
    give(page, PASSWORD)
    expect(page.get_by_role("heading", name="This came while your session was locked")).to_be_visible()
    page.get_by_role("button", name="Send it now").click()
    expect(page.get_by_text("Your profile is saved.")).to_be_visible()
    assert ada().name == "Ada Quispe Rojas"
    page.get_by_role("button", name="Lock", exact=True).first.click()
    expect(page.get_by_text("Ada Quispe Rojas locked this session.")).to_be_visible()
    assert page.url.endswith(reverse("profile"))


@pytest.mark.parametrize("look", LOOKS, ids=["wide-light", "phone-dark", "phone-forced"])
@pytest.mark.parametrize("language", ["en", pytest.param("es", marks=pytest.mark.proof)])
def test_it_can_be_read_and_used_by_everybody(
    open_page: Callable[..., Page], live: str, look: dict[str, object], language: str
) -> None:
    page = open_page(**look)
    choose_language(ada(), language)
    sign_in(page, with_password(ada()), live)
    page.clock.install(time=time.time())
    page.goto(reverse("profile"))
    page.clock.run_for(IDLE + 1000)
    expect(page.locator("[data-lock=locked]")).to_be_visible()
    for path in ("", reverse("sessions")):
        if path:
            page.goto(path)
        if "forced_colors" not in look:
            found = Axe().run(page).response["violations"]
            assert [f"{fault['id']}: {node['html'][:120]}" for fault in found for node in fault["nodes"]] == []
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
        expect(page.locator("input[type=password]")).to_be_visible()
