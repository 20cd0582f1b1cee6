"""`make screenshots`: the pictures of README.md and docs/, taken of a fresh demo: light and dark, in each language.

Windows, fonts and people are the same each time. Days are counted from today and hours from now: pictures of one day
are the same to the byte but for "4 hours ago", those of another day say another date.
"""

import io
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from deploy.demo import ROOT
from deploy.postgres import CannotStart
from deploy.stage import ENGLISH, SPANISH, enter, stage

FOLDER = ROOT / "docs" / "pictures"
FONTS = ROOT / "deploy" / "pictures.fonts.conf"
THEMES = ("light", "dark")
CODES = {ENGLISH: "en", SPANISH: "es"}
DESK, PHONE = ViewportSize(width=1280, height=880), ViewportSize(width=390, height=844)
COLOURS = 64  # of our few, and of the grey that smooths letters


class Shot(NamedTuple):
    """A screen, how one comes to it, as whom, and how much of it is shown (CSS pixels)."""

    name: str
    who: str
    go: Callable[[Page], object]
    height: int = 880


def today(page: Page) -> None:
    page.goto("/")


def cases(page: Page) -> None:
    page.goto("/cases/")
    page.locator("th a").first.click()


def custody(page: Page) -> None:
    found(page, "Yesenia Cuautle")
    page.goto(page.url + "custody/")


def deadline(page: Page) -> None:
    found(page, "Hernán Antonio López Jiménez")
    page.goto(page.url + "docket/")
    page.locator("main a[href*='/deadlines/']:not([href$='new/']):not([href$='order/'])").first.click()
    page.wait_for_url("**/deadlines/*/")


def first_call(page: Page) -> None:
    page.goto("/intake/new/")


def found(page: Page, name: str) -> None:
    """Opens the case of somebody, by the search that every page has."""
    page.goto("/search/")
    box = page.get_by_role("searchbox").first
    box.fill(name)
    box.press("Enter")
    page.locator("[data-hits] a").first.click()
    page.wait_for_url("**/cases/*/")


SHOTS = (
    Shot("today", "Ada Quispe", today),
    Shot("cases", "Ada Quispe", cases),
    Shot("custody", "Ada Quispe", custody, 1100),
    Shot("deadline", "Ada Quispe", deadline),
    Shot("first-call", "Hana Villaseñor", first_call),
)


def window(browser: Browser, base: str, theme: str, size: ViewportSize, language: str = "en") -> BrowserContext:
    context = browser.new_context(
        base_url=base, viewport=size, color_scheme="dark" if theme == "dark" else "light", reduced_motion="reduce",
        locale=f"{language}-US", timezone_id="America/Los_Angeles",
    )  # fmt: skip
    context.set_default_timeout(60_000)
    return context


def packed(taken: bytes) -> bytes:
    """The picture with as few colours and bytes as it needs."""
    out = io.BytesIO()
    image = Image.open(io.BytesIO(taken)).convert("RGB")
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def keep(page: Page, name: str) -> int:
    """Takes the picture of what the window shows; how many bytes it has."""
    page.evaluate("document.activeElement?.blur()")
    page.evaluate("document.fonts.ready.then(() => scrollTo(0, document.querySelector('.sidebar')?.offsetTop ?? 0))")
    bytes_ = packed(page.screenshot(animations="disabled", caret="hide"))
    (FOLDER / f"{name}.png").write_bytes(bytes_)
    return len(bytes_)


def staff(browser: Browser, base: str) -> Iterator[tuple[str, int]]:
    """The screens of staff, by name."""
    for language, code in CODES.items():
        for who in dict.fromkeys(shot.who for shot in SHOTS):
            for theme in THEMES:
                context = window(browser, base, theme, DESK, code)
                page = context.new_page()
                enter(page, who, language)
                for shot in (one for one in SHOTS if one.who == who):
                    page.set_viewport_size({"width": DESK["width"], "height": shot.height})
                    shot.go(page)
                    name = f"{shot.name}-{code}-{theme}"
                    yield name, keep(page, name)
                context.close()


def invited(browser: Browser, base: str) -> tuple[str, str]:
    """Address and PIN of a link that a sister just got, where Arabic is spoken, too."""
    page = window(browser, base, "light", DESK).new_page()
    enter(page, "Nia Haddad")
    page.goto("/organization/settings/")
    page.get_by_label("العربية").check()
    page.locator("main form button[type=submit]").last.click()
    page = window(browser, base, "light", DESK).new_page()
    enter(page, "Ada Quispe")
    found(page, "Yesenia Cuautle")
    page.goto(page.url + "family/")
    form = page.locator("form", has=page.get_by_role("button", name="Make link and PIN"))
    form.get_by_label("The consent it stands on").select_option(index=1)
    form.get_by_label("Español").check()
    form.get_by_role("button").click()
    return page.locator("dd code").inner_text(), page.locator("dd strong.mono").inner_text()


def family(browser: Browser, base: str) -> Iterator[tuple[str, int]]:
    """The family's page, on a phone."""
    address, pin = invited(browser, base)
    for theme in THEMES:
        context = window(browser, base, theme, PHONE)
        page = context.new_page()
        page.goto(address)
        page.locator("input[name=pin]").fill(pin)
        page.locator("form button").first.click()
        page.wait_for_url("**/p/es/")
        for code in ("es", "en", "ar"):
            page.goto(f"/p/{code}/")
            name = f"family-{code}-{theme}"
            yield name, keep(page, name)
        context.close()


def main() -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    try:
        with stage(FONTS) as (browser, base):
            taken = dict([*staff(browser, base), *family(browser, base)])
    except CannotStart as error:
        print(error)
        return 1
    print(f"{len(taken)} pictures, {sum(taken.values()):,} bytes, in {FOLDER.relative_to(Path.cwd())}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
