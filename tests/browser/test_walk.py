"""The first walk: from the sign-in page into the product, into Spanish, and out again."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from tests.browser.conftest import Opener


@pytest.fixture(autouse=True)
def demo(settings: Settings) -> None:
    settings.DEMO, settings.BIND = True, "127.0.0.1"


def walk(page: Page) -> None:
    page.goto("/")
    expect(page).to_have_title("Sign in - Casework")
    expect(page.get_by_text("Demo. All people and organizations are invented.")).to_be_visible()
    page.get_by_role("button", name="Ada Quispe").click()
    expect(page.get_by_role("heading", level=1)).not_to_be_empty()
    expect(page.get_by_text("North Legal Aid").first).to_be_attached()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def change_to_spanish_and_leave(page: Page) -> None:
    page.get_by_role("button", name="Español").locator("visible=true").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    page.goto("/account/logout/")
    page.get_by_role("main").get_by_role("button", name="Cerrar sesión", exact=True).click()
    expect(page).to_have_url("/account/signed-out/")
    expect(page.locator("html")).to_have_attribute("lang", "es")
    page.goto("/account/profile/")
    expect(page).to_have_url("/account/login/?next=/account/profile/")


@pytest.mark.django_db(transaction=True)
def test_the_walk(browser_page: Page) -> None:
    walk(browser_page)
    change_to_spanish_and_leave(browser_page)


@pytest.mark.django_db(transaction=True)
def test_the_walk_without_a_script(open_page: Opener) -> None:
    page = open_page(java_script_enabled=False)
    walk(page)
    change_to_spanish_and_leave(page)


@pytest.mark.django_db(transaction=True)
def test_the_walk_on_a_phone(open_page: Opener) -> None:
    page = open_page(viewport={"width": 375, "height": 760}, has_touch=True)
    walk(page)
    page.get_by_text("Menu", exact=True).click()
    change_to_spanish_and_leave(page)


@pytest.mark.django_db(transaction=True)
def test_the_keyboard_alone_is_enough(browser_page: Page) -> None:
    """Tab reaches what it should in the order of the page, the focus is seen, and the skip link skips."""
    page = browser_page
    page.goto("/account/login/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the content")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    expect(focused).to_contain_text("Ada Quispe")
    assert focused.evaluate("e => getComputedStyle(e).outlineStyle") != "none"
    page.keyboard.press("Enter")
    page.wait_for_url("/")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.locator(":focus").inner_text() == "Your account":
            break
    page.keyboard.press("Enter")
    expect(page).to_have_url("/account/profile/")
