"""What each person of the load does, for Locust. The runner (`__main__`) says in the environment where and how long.

LOAD_WORLD is the file of `world`, LOAD_LEDGER where each write is noted when it is tried and when it is acknowledged,
LOAD_TABLE where the figures go, LOAD_HOST and LOAD_AUTHORITY whom to believe, LOAD_WAIT the seconds between two acts.
"""

import base64
import hmac
import html
import json
import os
import random
import re
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import gevent
from locust import HttpUser, between, events, task
from locust.env import Environment
from locust.exception import StopUser
from requests.adapters import HTTPAdapter

from benchmarks.load import world
from benchmarks.load.world import CANARY, MARK, PASSWORD, Person

HOST, AUTHORITY = os.environ["LOAD_HOST"], os.environ["LOAD_AUTHORITY"]
LEDGER, TABLE = Path(os.environ["LOAD_LEDGER"]), Path(os.environ["LOAD_TABLE"])
SECONDS = int(os.environ["LOAD_SECONDS"])  # from when everybody is there
WAIT = tuple(float(one) for one in os.environ.get("LOAD_WAIT", "10 30").split())
STEP = 30  # seconds that a code of the second factor is good for (RFC 6238)
LEFT = 8  # of them, where a code is asked for: one that ends on its way is refused
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
START = re.compile(r'name="start" value="([^"]+)"')
WORDS = ("She", "was", "taken", "at", "the", "bus", "stop", "before", "work", "by", "three", "men", "with", "a", "dog")
PERCENTILES = (0.5, 0.95, 0.99)
ZONES = {short: zone for _name, short, _kind, zone in world.ORGANIZATIONS}
FIGURES: dict[str, Any] = {}
environment: Environment | None = None
_kinds = {kind: [one for one in world.read(Path(os.environ["LOAD_WORLD"])) if one.kind == kind] for kind in world.MIX}
_left = {kind: list(found) for kind, found in _kinds.items()}
waiting = sum(len(found) for found in _kinds.values())


class Foreign(Exception):
    """A word of another organization, or of a case that a family must not read about."""


class FromAddress(HTTPAdapter):
    """From one network address, to a host whose certificate bears its name."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__()

    def init_poolmanager(self, *args: Any, **more: Any) -> None:
        super().init_poolmanager(
            *args, source_address=(self.address, 0), server_hostname=HOST, assert_hostname=HOST, **more
        )


def note(what: str, state: str, **facts: Any) -> None:
    """A line of the ledger."""
    with LEDGER.open("a") as file:
        file.write(json.dumps({"what": what, "state": state, "at": time.time(), **facts}) + "\n")


def code(secret: str) -> str:
    """The six digits of this moment (RFC 6238)."""
    digest = hmac.digest(base64.b32decode(secret), (int(time.time()) // STEP).to_bytes(8, "big"), "sha1")
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at : at + 4], 'big') & 0x7FFFFFFF) % 10**6:06d}"


class Somebody(HttpUser):
    """A browser that follows no redirection and sends forms back with the token of their page."""

    abstract = True
    kind = ""
    wait_time = between(*WAIT)

    def on_start(self) -> None:
        self.one: Person = _left[self.kind].pop()
        self.token, self.page, self.moved = "", "/", dict[str, float]()
        self.client.verify = AUTHORITY
        self.client.mount("https://", FromAddress(self.one.address))
        self.client.headers.update({"Host": HOST, "Origin": f"https://{HOST}"})
        try:
            self.sign_in()
        finally:
            arrived()

    def sign_in(self) -> None:
        raise NotImplementedError

    def ask(self, name: str, path: str, data: dict[str, Any] | None = None, *, bears: bool = False, to: int = 0) -> Any:
        """One request: an error with any status but 200 (a form: 302), or `to`, and with a foreign word.

        `bears`: it must show a word of one's own. None when it failed.
        """
        wanted = to or (302 if data is not None else 200)
        headers = {"Referer": f"https://{HOST}{self.page}"}
        body = None if data is None else {"csrfmiddlewaretoken": self.token} | data
        with self.client.request(
            "GET" if data is None else "POST", path, name=name, data=body, headers=headers, allow_redirects=False,
            catch_response=True, timeout=60,
        ) as answer:  # fmt: skip
            text = answer.text or ""
            found = {one.group() for one in CANARY.finditer("\n".join([text, *answer.headers.values()]))}
            wrong = [one for one in found if not self.may_read(one)]
            if wrong:
                answer.failure(Foreign(f"{self.one.kind} of {self.one.organization} was shown {wrong[0]}"))
                note("foreign", "seen", path=path, word=wrong[0], by=self.one.canary)
                return None
            if answer.status_code != wanted:
                answer.failure(f"{answer.status_code} instead of {wanted}")
                note("error", str(answer.status_code), name=name)
                return None
            if bears and not found:
                answer.failure("nothing of one's own was shown")
                return None
            answer.success()
        if token := TOKEN.search(text):
            self.token, self.page = html.unescape(token[1]), path
        return answer

    def may_read(self, word: str) -> bool:
        return word[:MARK].lower() == self.one.canary.lower()

    @contextmanager
    def writing(self, what: str, **facts: Any) -> Iterator[Callable[[], None]]:
        """Notes that something is tried; and what is called within the block notes that it was acknowledged."""
        note(what, "tried", **facts)
        yield lambda: note(what, "acknowledged", **facts)


class Staff(Somebody):
    """Signs in with a password and the code of the second factor."""

    abstract = True

    def sign_in(self) -> None:
        if not self.often(self.enter_password) or not self.often(self.enter_code):
            note("somebody", "did not get in", who=self.one.email)
            raise StopUser

    def often(self, step: Callable[[], bool]) -> bool:
        """Tries a step of the signing in a few times."""
        return any(step() for _try in range(5))

    def enter_password(self) -> bool:
        form = {"login": self.one.email, "password": PASSWORD}
        page = self.ask("sign in: page", "/account/login/")
        return page is not None and self.ask("sign in: password", "/account/login/", form) is not None

    def enter_code(self) -> bool:
        path = "/account/2fa/authenticate/"
        if self.ask("sign in: second step", path) is None:
            return False
        if STEP - time.time() % STEP < LEFT:
            time.sleep(LEFT)
        return self.ask("sign in: code", path, {"code": code(self.one.secret)}) is not None

    def case(self) -> tuple[str, str]:
        """One of one's own, and the word in it."""
        return random.choice(self.one.cases)

    @task(4)
    def today(self) -> None:
        self.ask("Today", "/")

    @task(2)
    def directory(self) -> None:
        self.ask("directory", f"/directory/facilities/?q={random.choice(('adelanto', 'el paso', 'stewart', 'krome'))}")

    def search(self) -> None:
        """By a given name, which people of all organizations have, or by the word of a case of one's own."""
        if self.ask("search: the box", "/search/") is None:
            return
        typed = random.choice((random.choice(world.GIVEN), self.case()[1])) if self.one.cases else world.GIVEN[0]
        answer = self.ask("search: asked", "/search/", {"q": typed})
        if answer is not None:
            self.ask("search: found", answer.headers["Location"], bears=bool(self.one.cases))


class Counsel(Staff):
    """Attorneys and paralegals: their cases."""

    abstract = True

    @task(4)
    def caseload(self) -> None:
        asked = random.choice(("", "?whose=mine", "?sort=hearing", "?whose=mine&sort=place"))
        self.ask("caseload", f"/cases/{asked}", bears=True)

    @task(3)
    def find(self) -> None:
        self.search()

    @task(6)
    def look(self) -> None:
        pk, _word = self.case()
        self.ask("case page", f"/cases/{pk}/", bears=True)
        part = random.choice(("notes", "custody", "docket", "people", "activity", "documents", "tasks"))
        self.ask(f"case: {part}", f"/cases/{pk}/{part}/", bears=True)

    @task(3)
    def write_note(self) -> None:
        pk, word = self.case()
        text = f"told {uuid.uuid4().hex} {word}"
        if self.ask("case: notes", f"/cases/{pk}/notes/", bears=True) is None:
            return
        with self.writing("note", case=pk, text=text) as done:
            form = {"text": text, "kind": "call", "tier": "2"}
            if self.ask("add a note", f"/cases/{pk}/notes/", form) is not None:
                done()

    @task(2)
    def record_move(self) -> None:
        """To a place in words, at this minute; a case moves at most once in two minutes."""
        pk, word = self.case()
        now = datetime.now(ZoneInfo(ZONES[self.one.organization]))
        if time.monotonic() - self.moved.get(pk, -1e9) < 120:
            return
        path, place = f"/cases/{pk}/custody/move/", f"ward {uuid.uuid4().hex} {word}"
        if self.ask("record a move: form", path, bears=True) is None:
            return
        self.moved[pk] = time.monotonic()
        form = {"kind": "elsewhere", "where": place, "source": "phone"}
        form |= {"day": now.date().isoformat(), "clock": f"{now:%H:%M}"}
        with self.writing("move", case=pk, text=place) as done:
            if self.ask("record a move", path, form) is not None:
                done()

    @task(2)
    def calendar(self) -> None:
        self.ask("calendar", f"/calendar/{random.choice(('', '?view=week', '?view=month'))}")

    @task(2)
    def look_ups(self) -> None:
        self.ask("look-ups", "/checks/")


class Attorney(Counsel):
    kind = "attorney"
    fixed_count = len(_kinds[kind])


class Paralegal(Counsel):
    kind = "paralegal"
    fixed_count = len(_kinds[kind])


class Volunteer(Staff):
    """At the hotline: takes calls, and types an intake of which every pause is saved."""

    kind = "volunteer"
    fixed_count = len(_kinds[kind])

    def on_start(self) -> None:
        super().on_start()
        self.opened, self.said, self.seen = "", "", 0

    @task(3)
    def calls(self) -> None:
        self.ask("calls", "/calls/")

    @task(1)
    def take_call(self) -> None:
        if self.ask("note a call: form", "/calls/new/") is None:
            return
        words = f"heard {uuid.uuid4().hex} {self.one.canary}caller"
        form = {"channel": "phone", "words": words, "then": "waiting", "language": "", "place_type": ""}
        with self.writing("call", text=words) as done:
            if self.ask("note a call", "/calls/new/", form) is not None:
                done()

    @task(8)
    def go_on_typing(self) -> None:
        """The next word of an answer; after the last one, another intake."""
        if not self.opened or len(self.said.split()) > len(WORDS):
            page = self.ask("intake: first call", "/intake/new/")
            found = START.search(page.text) if page is not None else None
            if found is None:
                return
            self.opened, self.said, self.seen = found[1], f"{self.one.canary}{world.letters(found[1], 6)}", 0
        self.said += f" {WORDS[(len(self.said.split()) - 1) % len(WORDS)]}"
        form = {"only": "incident_what", "part": "first-call", "start": self.opened, "incident_what": self.said,
                "incident_what-seen": str(self.seen)}  # fmt: skip
        with self.writing("answer", text=self.said) as done:
            answer = self.ask("intake: autosave", "/intake/answer/", form, to=200)
            if answer is not None and 'class="saved' in answer.text:
                self.seen += 1
                done()
            else:
                self.opened = ""  # whether it was saved is not known: begin anew


class Admin(Staff):
    kind = "admin"
    fixed_count = len(_kinds[kind])

    @task(2)
    def members(self) -> None:
        self.ask("members", "/organization/members/", bears=True)

    @task(2)
    def audit(self) -> None:
        self.ask("audit", "/organization/audit/", bears=True)

    @task(1)
    def settings(self) -> None:
        self.ask("organization", "/organization/")


class Family(Somebody):
    """Somebody with a link, who looks again and again, and sometimes has to give the PIN again."""

    kind = "family"
    fixed_count = len(_kinds[kind])

    def may_read(self, word: str) -> bool:
        """The office's own words, and of no case."""
        return word.lower() == f"{self.one.canary}office".lower()

    def sign_in(self) -> None:
        self.open()

    @task(1)
    def open(self) -> None:
        door = f"/f/es/{self.one.token}/"
        if self.ask("family: door", door) is None:
            return
        self.page = "/"  # an address with a token in it is told to nobody
        if self.ask("family: PIN", door, {"pin": self.one.pin}) is not None:
            self.look()

    @task(5)
    def look(self) -> None:
        self.ask("family: page", "/p/es/", bears=True)


def arrived() -> None:
    """Whoever comes last begins the measuring: what was measured until now is the signing in."""
    global waiting  # noqa: PLW0603 (one process, one load)
    waiting -= 1
    if waiting:
        return
    note("everybody", "is there")
    assert environment is not None
    assert environment.runner is not None
    FIGURES["signing in"] = figures(environment)
    environment.stats.clear_all()
    gevent.spawn_later(SECONDS, environment.runner.quit)


@events.init.add_listener
def keep(environment: Environment, **_more: Any) -> None:
    globals()["environment"] = environment


@events.quitting.add_listener
def ends(environment: Environment, **_more: Any) -> None:
    """Writes the table down. Locust's own exit code says whether there were errors."""
    FIGURES.setdefault("signing in", figures(environment))
    FIGURES["at work"] = figures(environment)
    FIGURES["arrived"] = not waiting
    FIGURES["errors"] = [f"{one.occurrences} x {one.method} {one.name}: {one.error}" for one in
                         environment.stats.errors.values()]  # fmt: skip
    TABLE.write_text(json.dumps(FIGURES))


def figures(of: Environment) -> list[dict[str, Any]]:
    """A line for each kind of request: how often, errors, and percentiles in milliseconds; the sum at the end."""
    found = [*sorted(of.stats.entries.values(), key=lambda one: (str(one.name), one.method or "")), of.stats.total]
    return [
        {
            "name": one.name, "method": one.method or "", "requests": one.num_requests, "errors": one.num_failures,
            "per second": one.total_rps, **{str(at): one.get_response_time_percentile(at) for at in PERCENTILES},
        }
        for one in found
    ]  # fmt: skip
