"""The walk of intake in Chromium: a call at night, handed over, checked for conflicts, accepted with a lead."""

import re

import pytest
from playwright.sync_api import Page, expect

from casework.access.actions import choose_language
from casework.access.models import User
from tests.browser.conftest import Opener, sign_in
from tests.browser.test_intake import type_into
from tests.browser.test_pages import look_at

STREET = "Home Depot on Alameda"


def as_one(open_page: Opener, live: str, email: str, width: int) -> Page:
    page = open_page(viewport={"width": width, "height": 800})
    user = User.objects.get(email=email)
    choose_language(user, "en")
    sign_in(page, user, live)
    return page


def looked_at(page: Page) -> None:
    """The page where somebody stands: nothing axe finds, nothing wider than the window."""
    look_at(page, page.url)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [pytest.param(1280, marks=pytest.mark.proof), 375])
def test_the_walk_of_intake(open_page: Opener, live: str, width: int) -> None:
    taken_and_offered(as_one(open_page, live, "hana@hotline.example", width))
    page = as_one(open_page, live, "ada@north.example", width)
    taken_over(page)
    named_and_decided(page)
    page.get_by_role("link", name="Accept the case").first.click()
    expect(page.get_by_role("heading", name="Accept the case")).to_be_visible()
    looked_at(page)
    expect(page.get_by_label("Lead attorney").locator("option:checked")).to_contain_text("Ada Quispe")
    page.get_by_role("button", name="Accept and write all of this").click()
    expect(page.get_by_text("Accepted. The reference is")).to_be_visible()
    expect(page.get_by_text("Ada Quispe").locator("visible=true").first).to_be_visible()
    looked_at(page)


def taken_and_offered(page: Page) -> None:
    """With the keyboard: a place and a first name; then the offer, with a last look."""
    page.goto("/intake/new/")
    type_into(page, "incident_place-0-street", STREET)
    type_into(page, "person_name-0-given_names", "Zenobia")
    page.goto("/calls/")
    expect(page.get_by_text("Zenobia").locator("visible=true").first).to_be_visible()
    looked_at(page)
    page.get_by_role("button", name="Go on: it is yours").click()
    looked_at(page)
    page.get_by_role("link", name="Hand over").click()
    looked_at(page)
    page.get_by_label("Ask first").select_option(label="North Legal Aid")
    page.get_by_label("No capacity").check()
    page.get_by_label("Said on the phone").check()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Offer this case to North Legal Aid?")).to_be_visible()
    page.get_by_role("button", name="Offer to North Legal Aid").click()
    expect(page.get_by_text("You can take it back until they answer.")).to_be_visible()


def taken_over(page: Page) -> None:
    page.goto("/hand-overs/")
    looked_at(page)
    page.get_by_role("link", name="Zenobia").first.click()
    expect(page.get_by_text("Nobody in the whole organization has this A-number")).to_be_visible()
    expect(page.get_by_text(STREET)).to_have_count(0)
    looked_at(page)
    page.get_by_label("I have looked for conflicts").check()
    page.get_by_role("button", name="Accept and open the case").click()
    expect(page.get_by_text("Taken over: the case is yours")).to_be_visible()


def named_and_decided(page: Page) -> None:
    """The surname is told, the check runs by itself, and finds nobody."""
    case = re.findall(r"/cases/([0-9a-f-]{36})/", page.url)[0]
    page.goto(f"/intake/{case}/first-call/")
    page.locator("[name='person_name-0-first_surname']").fill("Quetzalmazin")
    page.keyboard.press("Tab")
    expect(page.locator("#n-person_name .saved")).to_be_visible()
    looked_at(page)
    page.goto(f"/cases/{case}/conflicts/")
    expect(page.get_by_text("Screened, no hit").first).to_be_visible()
    looked_at(page)
    page.goto(f"/cases/{case}/")
