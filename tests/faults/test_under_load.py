"""Production is killed, and deployed to, while people work in it. What was acknowledged stands, and all comes back."""

import json
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from benchmarks.load.__main__ import begin, plant
from benchmarks.load.check import Found, check
from tests.deploy.production import PATIENCE_SECONDS, Production, served

pytestmark = pytest.mark.proof
PEOPLE, LONGEST_SECONDS = 16, 1200
WAITING = """
    SELECT task_name, status::text, attempts FROM procrastinate_jobs
    WHERE status IN ('todo', 'doing') AND args ->> 'timestamp' IS NULL
"""
Lines = list[dict[str, Any]]
EVERY = 6  # acknowledged writes between two faults


class Load:
    """People at work until `end`, and what they noted."""

    def __init__(self, casework: Production) -> None:
        self.ledger = casework.home / "ledger.jsonl"
        self.process = begin(casework, plant(casework, PEOPLE), LONGEST_SECONDS, rate=2, LOAD_WAIT="0.5 2")
        self.until(lambda lines: any(one["what"] == "everybody" for one in lines), 4 * PATIENCE_SECONDS)

    def end(self) -> None:
        """Everybody finishes what they are at."""
        self.process.terminate()
        self.process.wait()

    def lines(self) -> Lines:
        """Those that are whole."""
        text = self.ledger.read_text() if self.ledger.exists() else ""
        return [json.loads(line) for line in text.splitlines() if line.endswith("}")]

    def until(self, holds: Callable[[Lines], bool], seconds: float = PATIENCE_SECONDS) -> None:
        end = time.monotonic() + seconds
        while not holds(self.lines()):
            assert time.monotonic() < end, "nobody can work any more"
            assert self.process.poll() is None, "the load ended too early"
            time.sleep(0.2)

    def acknowledged(self) -> int:
        return sum(one["state"] == "acknowledged" for one in self.lines())

    def some_more(self) -> None:
        """Waits until people have written so much more."""
        before = self.acknowledged()
        self.until(lambda lines: sum(one["state"] == "acknowledged" for one in lines) >= before + EVERY)

    def errors(self, since: float = 0) -> list[str]:
        """What was answered since then to those who got no page."""
        return [one["state"] for one in self.lines() if one["what"] == "error" and one["at"] > since]


@contextmanager
def working(home: Path) -> Iterator[tuple[Production, Load]]:
    with served(home) as casework:
        load = Load(casework)
        try:
            yield casework, load
        finally:
            load.process.kill()
            load.process.wait()


def is_whole(casework: Production, load: Load) -> Found:
    found = check(casework, load.ledger)
    assert found.is_well, found.says
    assert found.counts
    return found


def test_whatever_is_killed_comes_back_and_nothing_is_lost(tmp_path: Path) -> None:
    """Each three times, in an order by chance, one right after the other now and then."""
    chosen = random.Random(11)
    kills = ["database", "web", "worker"] * 3
    chosen.shuffle(kills)
    with working(tmp_path / "home") as (casework, load):
        for name in kills:
            load.some_more()
            casework.kill(name)
            if chosen.random() < 0.3:
                casework.kill(chosen.choice(["database", "web", "worker"]))
            casework.until_ready()
        back = time.time()
        for _ in range(3):
            load.some_more()
            assert casework.keep_up() == []
        load.end()
        assert load.errors(back + 5) == []
        until_nothing_waits(casework)
        is_whole(casework, load)


def until_nothing_waits(casework: Production) -> None:
    """Jobs of a worker that died are taken up by another, within two minutes."""
    end = time.monotonic() + 3 * PATIENCE_SECONDS
    with casework.administrator() as admin:
        while found := admin.execute(WAITING).fetchall():
            assert time.monotonic() < end, found
            casework.keep_up()
            time.sleep(1)


def test_a_deploy_while_people_work(tmp_path: Path) -> None:
    """Tables, walls and directory, again and again: nobody is shown anything else for it, and nobody gets an error."""
    with working(tmp_path / "home") as (casework, load):
        began = time.time()
        for _ in range(4):
            load.some_more()
            casework.manage("prepare", owner=True)
            casework.manage("walls", owner=True)
        load.some_more()
        load.end()
        assert load.errors(began) == []
        is_whole(casework, load)
