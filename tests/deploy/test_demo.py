"""`make demo` as a newcomer runs it: from a copy in a path with spaces."""

import contextlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.postgres import Server
from tests.house.rooms import ROOT

PATIENCE_SECONDS = 90


class Demo:
    """A demo that runs from `folder`."""

    def __init__(self, folder: Path, port: int) -> None:
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self.folder, self.port = folder, port
        self.data = Server(folder / "var" / "postgres", folder / "var" / "secrets").root
        self.process = subprocess.Popen(
            [sys.executable, "-m", "deploy.demo"],
            cwd=folder,
            env=kept | {"PORT": str(port), "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def until_ready(self) -> str:
        """What it printed until it was ready, or until it ended."""
        said = ""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            said += line
            if "Ready after" in line:
                break
        return said

    def end(self, number: signal.Signals) -> tuple[int, list[str]]:
        """Signals the runner; its exit code, and what still runs a while after."""
        self.process.send_signal(number)
        code = self.process.wait(timeout=PATIENCE_SECONDS)
        assert self.process.stdout is not None
        self.process.stdout.close()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.alive() and time.monotonic() < deadline:
            os.sched_yield()
        return code, self.alive()

    def refusal(self) -> tuple[str, int]:
        """What it said and its exit code, when it does not start."""
        said = self.process.communicate(timeout=PATIENCE_SECONDS)[0]
        return said.strip(), self.process.returncode

    def get(self, path: str) -> tuple[int, str]:
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
            connection.request("GET", path, headers={"Host": f"localhost:{self.port}"})
            response = connection.getresponse()
            return response.status, response.read().decode()

    def alive(self) -> list[str]:
        """The processes that still run from the folder."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                command = (folder / "cmdline").read_text().replace("\0", " ")  # a zombie has none
                if command and str((folder / "cwd").readlink()).startswith((str(self.folder), str(self.data))):
                    found.append(command)
        return found


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A copy of what git tracks or would, as a clone has it after a commit."""
    copy = tmp_path / "my cases"
    listed = subprocess.run(
        ["git", "ls-files", "-zco", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).exists():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    yield copy
    shutil.rmtree(Server(copy / "var" / "postgres", copy / "var" / "secrets").root, ignore_errors=True)


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


def test_from_nothing_to_a_served_demo_and_back(folder: Path, port: int) -> None:
    demo = Demo(folder, port)
    said = demo.until_ready()
    assert f"http://localhost:{port}" in said
    assert "Ada Quispe" in said
    status, page = demo.get("/account/login/")
    assert (status, page.count('action="/demo/enter/')) == (200, 9)
    assert Demo(folder, port + 1).refusal() == ("The demo runs already from this folder. Stop it first, or use it.", 1)
    assert demo.end(signal.SIGTERM) == (0, [])


@pytest.mark.proof
def test_a_killed_runner_is_no_hindrance_for_the_next_one(folder: Path, port: int) -> None:
    demo = Demo(folder, port)
    demo.until_ready()
    demo.process.kill()
    demo.process.communicate()
    again = Demo(folder, port)
    assert "Ready after" in again.until_ready()
    assert again.end(signal.SIGINT) == (0, [])


def test_a_taken_port_is_said_plainly(folder: Path, port: int) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        words = f"Port {port} is taken. Free it, or choose another: make demo PORT={port + 1}"
        assert Demo(folder, port).refusal() == (words, 1)


@pytest.mark.parametrize("value", [-1, 80, 70_000])
def test_a_port_that_is_none_is_said_plainly(folder: Path, value: int) -> None:
    words = f"PORT must be a number from 1024 to 65535, not '{value}'."
    assert Demo(folder, value).refusal() == (words, 1)


@pytest.mark.proof
def test_a_stop_in_the_middle_of_the_start_leaves_nothing(folder: Path, port: int) -> None:
    demo = Demo(folder, port)
    while not (folder / "var" / "demo.processes").exists():  # the web server has only just begun
        assert demo.process.poll() is None, demo.until_ready()
        os.sched_yield()
    assert demo.end(signal.SIGTERM) == (0, [])
