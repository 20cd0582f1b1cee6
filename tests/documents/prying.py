"""What a parser would do that a hostile file has taken over; each is called in a process apart."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from typing import Any


def refused(content: bytes) -> list[str]:
    """What each attempt ends in."""
    attempts: dict[str, Callable[[], object]] = {
        "file": lambda: open("/etc/hostname"),  # noqa: SIM115, PTH123
        "socket": socket.socket,
        "pipe": os.pipe,
        "fork": lambda: subprocess.run([sys.executable, "-c", ""], check=True),
    }
    found = []
    for name, attempt in attempts.items():
        try:
            attempt()
        except OSError as error:
            found.append(f"{name}: {type(error).__name__}")
    return found


def knows(content: bytes) -> dict[str, Any]:
    """What is left of the environment, and the file."""
    return {"environment": sorted(os.environ), "content": content.decode(), "where": os.getcwd()}  # noqa: PTH109


def endless(content: bytes) -> None:
    while True:
        pass


def greedy(content: bytes) -> int:
    return len(bytes(10 * 1024**3))


def talkative(content: bytes) -> str:
    return "x" * 5_000_000


def broken(content: bytes) -> None:
    raise ValueError(content)


def gone(content: bytes) -> None:
    os._exit(0)
