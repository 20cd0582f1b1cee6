"""A real Chromium, watched: an error in its console or a request to another host fails the test."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request, sync_playwright
from pytest_django.live_server_helper import LiveServer

from casework.access.models import User
from deploy.stage import chromium

# Playwright runs an event loop in our thread, and Django would refuse the database there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@dataclass
class Watch:
    """What a browser did that it should not have done."""

    host: str
    faults: list[str] = field(default_factory=list)
    expected: set[str] = field(default_factory=set)

    def console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not any(part in message.text for part in self.expected):
            self.faults.append(f"{message.type}: {message.text}")

    def request(self, request: Request) -> None:
        if urlsplit(request.url).netloc != self.host:
            self.faults.append(f"request to {request.url}")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    one = chromium(playwright)
    yield one
    one.close()


@pytest.fixture(autouse=True)
def plants_as_owner(request: pytest.FixtureRequest) -> None:
    """What the test itself asks, the owner answers; the served product has connections of its own."""
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("transactional_db")
        with connection.cursor() as cursor:
            cursor.execute("SET ROLE casework_owner")


@pytest.fixture
def live(live_server: LiveServer) -> str:
    """The address of the served product; `localhost`, since passkeys refuse numbers."""
    return str(live_server.url)


Opener = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, live: str) -> Iterator[Opener]:
    """Opens a watched page. Options are Playwright's for a context, such as `viewport` and `color_scheme`."""
    watches: list[Watch] = []
    contexts: list[BrowserContext] = []

    def open_one(*, expected: set[str] | None = None, **options: Any) -> Page:
        options = {"base_url": live, "locale": "en-US", "viewport": {"width": 1280, "height": 900}} | options
        context = browser.new_context(**options)
        context.set_default_timeout(10_000)
        page = context.new_page()
        watch = Watch(urlsplit(live).netloc, expected=expected or set())
        page.on("console", watch.console)
        page.on("pageerror", lambda error: watch.faults.append(f"script: {error}"))
        page.on("request", watch.request)
        watches.append(watch)
        contexts.append(context)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert [fault for watch in watches for fault in watch.faults] == []


@pytest.fixture
def browser_page(open_page: Opener) -> Page:
    """One watched page, 1280 wide, signed out."""
    return open_page()


def sign_in(page: Page, user: User, base: str) -> None:
    """Gives the page a session of `user`."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": base}])
