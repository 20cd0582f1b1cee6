"""The keyboard: to pages and along lists with single keys, never while somebody types, and off when they say so."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import Opener
from tests.browser.test_person import as_member, open_case


@pytest.mark.django_db(transaction=True)
def test_keys(open_page: Opener, live: str) -> None:
    page = as_member(open_page, live, "ada")
    first, second = open_case(page), open_case(page)
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url("**/cases/")
    for key, address in (("j", second), ("ArrowDown", first), ("ArrowDown", first), ("k", second), ("j", first)):
        page.keyboard.press(key)
        assert page.locator(":focus").evaluate("link => link.href") == address
    page.keyboard.press("x")
    expect(page.locator("input[name=case]").nth(1)).to_be_checked()
    expect(page.locator("input[name=case]").nth(0)).not_to_be_checked()
    page.get_by_text("Assign cases", exact=True).click()
    page.get_by_label("All 2 cases on this page").check()
    expect(page.locator("input[name=case]").nth(0)).to_be_checked()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(second)
    for key, address in (("2", f"{second}custody/"), ("1", second)):
        page.keyboard.press(key)
        page.wait_for_url(address)
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard")
    expect(dialog).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    page.keyboard.press("j")  # under the list of keys nothing moves
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.goto("/cases/new/")
    page.get_by_label("Given names").press_sequentially("gtj?x")
    expect(page.get_by_label("Given names")).to_have_value("gtj?x")
    assert page.url.endswith("/cases/new/")
    page.get_by_role("button", name="Keyboard").locator("visible=true").click()
    page.get_by_label(re.compile("Keys off")).check()
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.keyboard.press("?")
    expect(dialog).to_be_hidden()
    assert page.url.endswith("/cases/new/")
    page.get_by_role("button", name="Keyboard").locator("visible=true").click()
    page.get_by_label(re.compile("Keys off")).uncheck()
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("g")
    page.keyboard.press("t")
    page.wait_for_url(live + "/")


@pytest.mark.django_db(transaction=True)
def test_the_head_of_a_case_stays_in_sight(open_page: Opener, live: str) -> None:
    page = as_member(open_page, live, "ada", viewport={"width": 1280, "height": 720})
    open_case(page)
    name = "getComputedStyle(document.querySelector('.stays .section'), '::before').content"
    assert page.evaluate(name) == "none"
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(page.get_by_role("heading", level=1)).not_to_be_in_viewport()
    expect(page.locator(".facts")).to_be_in_viewport(ratio=1)
    page.wait_for_function(f"{name}.includes('María Guadalupe de la Concepción Xicohténcatl Tlahuelxochitl')")
    page.set_viewport_size({"width": 375, "height": 720})
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(page.locator(".facts")).not_to_be_in_viewport()
