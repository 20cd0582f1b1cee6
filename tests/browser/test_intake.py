"""A first call with the keyboard alone: saved as it is typed, resumed elsewhere, and what is urgent at once."""

import re

import pytest
from playwright.sync_api import Page, expect

from casework.access.doors import window
from casework.intake.models import Answer
from tests.browser.conftest import Opener
from tests.browser.test_person import as_member

MOST = 60  # presses from one question to the next


def tab_to(page: Page, name: str) -> None:
    """Tab until the focus stands in the box with this name; parts of a date have it, too."""
    for _press in range(MOST):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == name:
            return
    pytest.fail(f"Tab does not reach {name}")


def type_into(page: Page, name: str, text: str) -> None:
    tab_to(page, name)
    page.keyboard.type(text)
    page.keyboard.press("Tab")
    key = re.sub(r"-\d+-.*", "", name)
    expect(page.locator(f"#n-{key} .saved")).to_be_visible()


@pytest.mark.django_db(transaction=True)
def test_a_first_call_with_the_keyboard_alone(open_page: Opener, live: str) -> None:
    page = as_member(open_page, live, "vic")
    page.goto("/intake/new/")
    tab_to(page, "incident_now")
    page.keyboard.press("Space")
    expect(page.locator("#n-incident_now .saved")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/intake/[0-9a-f-]{36}/first-call/$"))
    type_into(page, "incident_place-0-street", "Alameda St")
    tab_to(page, "caller_name")
    page.keyboard.type("Rosa")
    expect(page.locator("#n-caller_name .saved")).to_be_visible()  # without leaving the box
    type_into(page, "person_name-0-given_names", "Domingo")
    tab_to(page, "children_tonight")
    page.keyboard.press("Space")
    expect(page.locator("#n-children_tonight .alert")).to_contain_text("Children without care tonight")
    expect(page.locator("#urgent .alert").filter(has_text="Children without care tonight")).to_have_count(1)
    page.reload()
    expect(page.locator("[name='caller_name']")).to_have_value("Rosa")
    with window("looking"):
        found = {row.key: row.value for row in Answer.objects.select_related("case").order_by("number")}
    assert found == {
        "incident_now": "yes", "incident_place": {"street": "Alameda St"}, "caller_name": "Rosa",
        "person_name": {"given_names": "Domingo"}, "children_tonight": "alone",
    }  # fmt: skip
