"""The person of a case: saved, taken back, and between two people who write at the same time."""

import re

import pytest
from playwright.sync_api import Page, expect

from casework.access.actions import choose_language
from casework.access.models import User
from tests.browser.conftest import Opener, sign_in
from tests.browser.test_pages import look_at

CONFLICT = {"409 (Conflict)"}


def open_case(page: Page) -> str:
    """A case that this browser has opened; its address."""
    page.goto("/cases/new/")
    page.get_by_label("Given names").fill("María Guadalupe")
    page.get_by_label("First surname").fill("de la Concepción Xicohténcatl")
    page.get_by_label("Second surname").fill("Tlahuelxochitl")
    page.get_by_role("button", name="Open the case").click()
    page.get_by_role("heading", level=1).filter(has_text="María").wait_for()
    return page.url


def as_member(open_page: Opener, live: str, key: str, **options: object) -> Page:
    page = open_page(expected=CONFLICT, **options)
    user = User.objects.get(email=f"{key}@north.example")
    choose_language(user, "en")  # some of the cast read Spanish
    sign_in(page, user, live)
    return page


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without"])
def test_saved_shown_and_taken_back(open_page: Opener, live: str, script: bool) -> None:
    page = as_member(open_page, live, "ada", java_script_enabled=script)
    case = open_case(page)
    page.get_by_role("link", name=re.compile("^Change ?: The person$")).click()
    page.get_by_label("A-number (optional)", exact=True).fill("A 012-345-678")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The person is saved.")).to_be_visible()
    expect(page.get_by_text("012-345-678")).to_have_count(0)
    page.get_by_role("button", name="Show the whole A-number").click()
    expect(page.get_by_text("A012-345-678")).to_be_visible()
    page.goto(f"{case}activity/")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Took back a change of the person", exact=True)).to_be_visible()
    expect(page.get_by_text("Undone: the person stands as before that change.")).to_be_visible()


@pytest.mark.django_db(transaction=True)
def test_two_people_write_at_the_same_time(open_page: Opener, live: str) -> None:
    ada = as_member(open_page, live, "ada")
    ben = as_member(open_page, live, "ben", viewport={"width": 375, "height": 760}, has_touch=True, color_scheme="dark")
    case = open_case(ada)
    for page in (ada, ben):
        page.goto(f"{case}person/")
    ada.get_by_label("First surname").fill("de la Concepción")
    ada.get_by_label("Birth date (optional)", exact=True).fill("1991-03-12")
    ada.get_by_role("button", name="Save").click()
    ada.wait_for_url(f"{case}people/")
    ben.get_by_label("First surname").fill("Xicohténcatl")
    ben.get_by_label("Given names").fill("Guadalupe")
    ben.get_by_role("button", name="Save").click()
    expect(ben.get_by_text("Saved meanwhile by: Ada Quispe.")).to_be_visible()
    expect(ben.locator(".errors")).to_be_focused()
    expect(ben.get_by_label("Given names")).to_have_value("Guadalupe")
    wider = ben.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider == 0
    ben.get_by_label("You, here: Xicohténcatl").check()
    expect(ben.get_by_label("Ada Quispe, just now: March 12, 1991")).to_be_checked()
    ben.get_by_role("button", name="Save").click()
    ben.wait_for_url(f"{case}people/")
    expect(ben.get_by_role("heading", level=1)).to_have_text("Guadalupe Xicohténcatl Tlahuelxochitl")
    expect(ben.get_by_text("born March 12, 1991")).to_be_visible()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [pytest.param(1280, marks=pytest.mark.proof), 375])
def test_the_pages_of_the_person_and_of_the_audit(open_page: Opener, live: str, width: int) -> None:
    look: dict[str, object] = {"viewport": {"width": width, "height": 800}, "color_scheme": "light"}
    page = as_member(open_page, live, "tomas", **look)
    case = open_case(page)
    page.goto(f"{case}person/")
    page.get_by_label("A-number (optional)", exact=True).fill("012345678")
    page.get_by_label("Do not contact this person").check()
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(f"{case}people/")
    for path in ("", "people/", "person/", "activity/", "looks/"):
        look_at(page, f"{case}{path}")
    for path in ("/organization/audit/", "/organization/audit/?verb=session.ended&case=zz"):
        look_at(page, path)


@pytest.mark.django_db(transaction=True)
def test_contacts_and_consents_by_the_keyboard_on_a_phone(open_page: Opener, live: str) -> None:
    page = as_member(
        open_page, live, "ada", viewport={"width": 375, "height": 760}, has_touch=True, color_scheme="dark"
    )
    case = open_case(page)
    look_at(page, f"{case}contacts/new/")
    page.get_by_label("Name", exact=True).focus()
    page.keyboard.type("Petrona Tzul")
    for typed in ("older sister", "Quiché", "213 555 0143"):
        page.keyboard.press("Tab")
        page.keyboard.type(typed)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # may call
    page.keyboard.press("Enter")
    expect(page.get_by_text("The contact is saved.")).to_be_visible()
    expect(page.get_by_text("(213) 555-0143")).to_be_visible()
    look_at(page, f"{case}consents/new/")
    page.get_by_label("To whom").select_option(label="Petrona Tzul, older sister")
    page.get_by_label("Where the person is held").check()
    page.get_by_role("button", name="Write it down").click()
    expect(page.get_by_text("In force")).to_be_visible()
    look_at(page, f"{case}people/")
    page.locator("summary", has_text="Revoke").click()
    page.get_by_role("button", name="Revoke the consent").click()
    expect(page.get_by_text("Nothing: the person has not agreed.")).to_be_visible()
