"""A relative with a small old phone: link, PIN, page, a word to the team, a date, and out; without JavaScript."""

from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import transaction
from playwright.sync_api import Page

from casework.access.models import User
from casework.portal import links, tasks, words
from tests.browser.conftest import Opener
from tests.cases.planting import NORTH, again, member, open_case, speaking
from tests.clock import local_day
from tests.custody.planting import ADELANTO, at, book
from tests.docket.hearings import hear, in_days
from tests.documents import hostile
from tests.portal.planting import door, forget_tries, invite, serve_in

SMALL = {"viewport": {"width": 320, "height": 560}, "has_touch": True}
REQUESTS_ON_THE_WAY = 6
SHUT = {"403 (Forbidden)"}


def fits(page: Page) -> None:
    wide = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide == [320, 320], page.url


def flawless(page: Page, path: str) -> None:
    page.goto(path)
    fits(page)
    faults = [f"{v['id']}: {n['html'][:120]}" for v in Axe().run(page).response["violations"] for n in v["nodes"]]
    assert faults == [], path


def ticks_and_sends(page: Page, spoken: words.Words) -> None:
    """Something is done, and a photograph goes to the team."""
    page.get_by_label(spoken.to_do["letters"]).check()
    page.get_by_role("button", name=spoken.words["ticked"]).click()
    assert page.get_by_label(spoken.to_do["letters"]).is_checked()
    assert not page.get_by_label(spoken.to_do["phone_money"]).is_checked()
    page.get_by_role("link", name=spoken.words["hand_in"]).click()
    drawing: Any = {"name": "a.gif", "mimeType": "image/gif", "buffer": b"GIF89a"}
    page.get_by_label(spoken.words["file"], exact=True).set_input_files(drawing)
    page.get_by_role("button", name=spoken.words["send"]).click()
    assert page.get_by_role("alert").inner_text() == spoken.words["file_kind"]
    photo: Any = {"name": "acta.jpg", "mimeType": "image/jpeg", "buffer": hostile.picture("JPEG")}
    page.get_by_label(spoken.words["file"], exact=True).set_input_files(photo)
    page.get_by_role("button", name=spoken.words["send"]).click()
    assert page.get_by_role("heading", level=1).inner_text() == spoken.words["sent"]
    fits(page)
    page.get_by_role("link", name=spoken.words["back"]).click()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", [
    "es", *(pytest.param(one, marks=pytest.mark.proof) for one in ("en", "ar", "zh-hans")),
])  # fmt: skip
def test_the_way_of_a_family(open_page: Opener, language: str) -> None:
    forget_tries()
    attorney = User.objects.get(email="ada@north.example")
    with transaction.atomic():
        case = open_case(attorney, given_names="Canary")
        serve_in(*words.ready())
        made = invite(attorney, case, language=language)
        hear(case, in_days(5), member(attorney, NORTH), kind="bond", medium="V")
        with speaking(attorney) as ada:
            book(ada, again(ada, case), at(ADELANTO), f"{local_day() - timedelta(days=3)}")
            link = links.found(ada, again(ada, case), made.link.pk)
            assert link is not None
            tasks.choose(ada, link, ["letters", "phone_money"])
    spoken = words.of(language)
    page, asked = open_page(java_script_enabled=False, **SMALL), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(door(made, language), timeout=30_000)  # the first one compiles every template
    page.get_by_label(spoken.words["pin"]).fill(made.pin)
    page.get_by_role("button", name=spoken.words["open"]).click()
    assert page.url.endswith(f"/p/{language}/")
    # The test server has files looked up again; in production their names hold hashes, and browsers keep them.
    kept_files = {one for one in asked if "/static/" in one}
    assert len([one for one in asked if "/static/" not in one]) + len(kept_files) <= REQUESTS_ON_THE_WAY, asked
    assert (page.title(), page.locator("html").get_attribute("dir")) == (spoken.words["title"], spoken.direction)
    assert page.get_by_role("heading", level=1).inner_text() == spoken.words["heading"]
    fits(page)
    ticks_and_sends(page, spoken)
    page.get_by_role("link", name=spoken.words["news"]).click()
    page.get_by_label(spoken.words["tell"]).fill("El Paso")
    page.get_by_role("button", name=spoken.words["send"]).click()
    assert page.get_by_role("heading", level=1).inner_text() == spoken.words["sent"]
    fits(page)
    page.get_by_role("link", name=spoken.words["back"]).click()
    kept: Any = page.context.cookies()
    for scheme in ("light", "dark"):
        seeing = open_page(color_scheme=scheme, expected=SHUT, **SMALL)
        paths = [f"/f/{language}/", door(made, language), f"/p/{language}/"]
        for path in paths:
            flawless(seeing, path)
        assert seeing.get_by_role("heading", level=1).inner_text() == spoken.words["neutral"]
        seeing.context.add_cookies(kept)
        for path in (f"/p/{language}/", f"/p/{language}/tell/wrong/", f"/p/{language}/send/"):
            flawless(seeing, path)
    with transaction.atomic(), speaking(attorney) as ada:
        links.revoke(ada, made.link)
    last = open_page(java_script_enabled=False, expected=SHUT, **SMALL)
    last.context.add_cookies(kept)
    last.goto(f"/p/{language}/")
    assert last.get_by_role("heading", level=1).inner_text() == spoken.words["neutral"]
