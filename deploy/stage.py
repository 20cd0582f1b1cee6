"""A fresh demo and a browser before it, for whatever looks at the product from outside; both go afterwards."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from deploy.demo import ROOT
from deploy.postgres import CannotStart, Server

VAR = ROOT / "var" / "stage"
QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
QUIET += ["--disable-gpu", "--disable-quic", "--lang=en-US"]
ENGLISH, SPANISH = "English", "Español"


def chromium(playwright: Playwright, fonts: Path | None = None) -> Browser:
    """The system's Chromium, which asks nobody on the network for anything. Raises CannotStart where there is none.

    `fonts` is a file of fontconfig's for it, instead of the system's.
    """
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        raise CannotStart("Chromium is missing: deploy/bootstrap.sh dev installs it.")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    environment: dict[str, str | float | bool] = {**os.environ}
    if fonts:
        environment["FONTCONFIG_FILE"] = str(fonts)
    return playwright.chromium.launch(executable_path=path, args=[*QUIET, *sandbox], env=environment)


@contextmanager
def fresh_demo() -> Iterator[str]:
    """The address of a demo that nobody has used. Raises CannotStart with what it said when it does not start."""
    _clear()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"CASEWORK_VAR": str(VAR), "PORT": str(port)}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-u", "-m", "deploy.demo"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        said = ""
        for line in process.stdout or ():
            said += line
            if "Ready after" in line:
                break
        else:
            raise CannotStart(said)
        yield f"http://localhost:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()
        _clear()


@contextmanager
def stage(fonts: Path | None = None) -> Iterator[tuple[Browser, str]]:
    """A browser (`fonts` as of `chromium`), and the address of a fresh demo."""
    with fresh_demo() as base, sync_playwright() as playwright:
        browser = chromium(playwright, fonts)
        yield browser, base
        browser.close()


def enter(page: Page, name: str, language: str = ENGLISH) -> None:
    """Signs somebody of the cast in, from the demo's door, in a language."""
    page.goto("/")
    page.get_by_role("button", name=language).locator("visible=true").click()
    page.get_by_role("button", name=name).click()
    page.wait_for_url("**/")


def _clear() -> None:
    if VAR.exists():
        shutil.rmtree(Server(VAR / "postgres", VAR / "secrets").root, ignore_errors=True)  # root's may lie elsewhere
        shutil.rmtree(VAR, ignore_errors=True)
