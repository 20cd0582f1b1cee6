"""`python -m benchmarks.clicks`: five acts on a fresh demo, counted in presses and seconds, as Ada Quispe from Today.

Seconds of a person are those of the keystroke-level model (Card, Moran and Newell 1980): 0.28 s for a key, 1.1 s to
point, 0.2 s to press, 0.4 s between mouse and keys, 1.35 s to think before each step. Those of the machine are measured
beside: from a press to the next page, in Chromium, on this machine. `BASE` in the environment names a demo that runs
already.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Locator, Page, sync_playwright

from deploy.stage import chromium, enter, stage

KEY, POINT, PRESS, HOME, THINK = 0.28, 1.1, 0.2, 0.4, 1.35


class Hand:
    """Somebody at the page: what they pressed and typed, how long that takes a person, and how long they waited."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks, self.keys, self.person, self.machine = page, 0, 0, 0.0, 0.0

    def click(self, what: Locator) -> None:
        self.clicks += 1
        self.person += THINK + POINT + PRESS
        self._wait(what.click)

    def choose(self, what: Locator, label: str) -> None:
        """An entry of a list: it is opened, and the entry pressed."""
        self.clicks += 2
        self.person += THINK + 2 * (POINT + PRESS)
        self._wait(lambda: what.select_option(label=label))

    def write(self, what: Locator, text: str) -> None:
        """Into a field; one press more, where the page has not put the caret there."""
        if not what.evaluate("one => one === document.activeElement"):
            self.click(what)
        self.type(text)

    def type(self, text: str) -> None:
        self.keys += len(text)
        self.person += HOME + THINK + KEY * len(text)
        self.page.keyboard.type(text)

    def key(self, name: str) -> None:
        self.keys += 1
        self.person += KEY
        self._wait(lambda: self.page.keyboard.press(name))

    def _wait(self, act: Callable[[], object]) -> None:
        began = time.perf_counter()
        act()
        self.page.wait_for_load_state("load")
        self.machine += time.perf_counter() - began


def case_on_today(hand: Hand) -> None:
    """The case of a client whose name stands on Today."""
    hand.click(hand.page.get_by_role("main").get_by_role("link", name="Domingo Pérez Tzul").first)
    hand.page.wait_for_url("**/cases/*/")


def where_is_he(hand: Hand) -> None:
    hand.key("/")
    hand.type("perez tzul")
    hand.key("Enter")
    hand.page.locator("[data-hits] .what").first.wait_for()  # the row says the place


def record_a_move(hand: Hand) -> None:
    case_on_today(hand)
    page = hand.page
    hand.click(page.get_by_role("link", name="Record a move").first)
    hand.write(page.get_by_label("Name, town or ICE code"), "el paso service")
    hand.click(page.locator("label", has_text="ICE locator"))
    hand.click(page.get_by_role("button", name="Record the move"))
    page.get_by_text("Recorded.").first.wait_for()


def add_a_hearing(hand: Hand) -> None:
    case_on_today(hand)
    page, on = hand.page, date.today() + timedelta(days=20)  # noqa: DTZ011  as whoever sits there
    hand.click(page.get_by_role("link", name="Add a hearing").first)
    hand.click(page.locator("label", has_text="Bond hearing").first)
    hand.write(page.get_by_label("Day", exact=True), f"{on:%m%d%Y}")
    hand.write(page.get_by_label("Time, on the clock of the court"), "0130p")
    hand.click(page.get_by_role("button", name="Enter the hearing"))
    page.get_by_role("alert").or_(page.get_by_role("status")).first.wait_for()


def add_a_note(hand: Hand) -> None:
    case_on_today(hand)
    page = hand.page
    hand.click(page.get_by_role("link", name="All notes, and a new one"))
    hand.write(page.get_by_role("textbox", name="Note"), "He called. The lease is in the mail.")
    hand.click(page.get_by_role("button", name="Save the note"))
    page.get_by_text("The lease is in the mail.").first.wait_for()


def hand_over_a_case(hand: Hand) -> None:
    case_on_today(hand)
    page = hand.page
    hand.click(page.get_by_role("link", name="Hand the lead over"))
    select = page.get_by_label("New lead")
    hand.choose(select, select.locator("option").nth(1).inner_text())
    hand.click(page.get_by_role("button", name="Hand over"))
    page.wait_for_url("**/cases/*/")


ACTS = (where_is_he, record_a_move, add_a_hearing, add_a_note, hand_over_a_case)  # the last one last: it ends a lead


@contextmanager
def served() -> Iterator[tuple[Browser, str]]:
    if base := os.environ.get("BASE"):
        with sync_playwright() as playwright:
            yield chromium(playwright), base
    else:
        with stage() as one:
            yield one


def main() -> None:
    print(f"{'act':<20}{'presses':>8}{'keys':>6}{'person':>9}{'machine':>9}")
    with served() as (browser, base):
        for act in ACTS:
            page = browser.new_context(base_url=base, viewport={"width": 1280, "height": 900}).new_page()
            enter(page, "Ada Quispe")
            hand = Hand(page)
            act(hand)
            name = act.__name__.replace("_", " ")
            print(f"{name:<20}{hand.clicks:>8}{hand.keys:>6}{hand.person:>8.1f}s{hand.machine:>8.1f}s", flush=True)
            assert urlsplit(page.url).netloc == urlsplit(base).netloc
            page.context.close()


if __name__ == "__main__":
    main()
