"""What was acknowledged is there, with its line in the audit, however often database and web server are killed."""

import contextlib
import http.client
import itertools
import json
import random
import re
import threading
import uuid
from pathlib import Path

import pytest

from tests.faults.installation import PATIENCE_SECONDS, Browser, Installation, installed

pytestmark = pytest.mark.proof
KILLS, WRITERS = 50, 4
# Run as the tables' owner, apart from the installation: each note, how many lines tell of it, faults of the chain.
CHECK = """
import json, django
django.setup()
from collections import Counter
from casework.access.doors import window
from casework.audit import chain
from casework.audit.models import Entry
from casework.cases.models import Note
lines = Counter(Entry.objects.filter(verb="note.written").values_list("object_id", flat=True))
with window("check"):
    notes = [(note.text, lines[note.pk]) for note in Note.objects.select_related("case").filter(kind="call")]
print(json.dumps({"notes": notes, "faults": [fault.says for fault in chain.faults()]}))
"""


class Writer(threading.Thread):
    """Writes notes until it is told to stop, and remembers those that were acknowledged; `longer` by so many signs."""

    def __init__(self, port: int, case: str, done: threading.Semaphore, longer: int = 0) -> None:
        super().__init__(daemon=True)
        self.longer, self.refused = longer, 0
        self.browser, self.case, self.done = Browser(port).enter("attorney"), case, done
        self.over = threading.Event()
        self.tried: set[str] = set()
        self.acknowledged: set[str] = set()

    def run(self) -> None:
        while not self.over.is_set():
            text = f"told {uuid.uuid4().hex}{'x' * self.longer}"
            self.tried.add(text)
            fields = {"text": text, "kind": "call", "tier": "2"}
            try:
                taken = self.browser.post(f"{self.case}notes/", fields, page=self.case)[0] == 302
            except (OSError, http.client.HTTPException, AssertionError):
                taken = False
            if taken:
                self.acknowledged.add(text)
                self.done.release()
            else:
                self.refused += 1


def test_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    chosen = random.Random(4)
    with installed(tmp_path / "home") as casework:
        done = threading.Semaphore(0)
        where = itertools.islice(itertools.cycle(cases(casework)), WRITERS)
        writers = [Writer(casework.port, case, done) for case in where]
        for writer in writers:
            writer.start()
        for _number in range(KILLS):
            for _written in range(chosen.randint(1, 8)):
                assert done.acquire(timeout=PATIENCE_SECONDS), "nobody can write any more"
            chosen.choice([casework.kill_database, casework.kill_web])()
        for writer in writers:
            writer.over.set()
        for writer in writers:
            writer.join()
        found = json.loads(casework.run("-c", CHECK, owner=True))
    acknowledged = set().union(*(writer.acknowledged for writer in writers))
    tried = set().union(*(writer.tried for writer in writers))
    texts = [text for text, _lines in found["notes"] if text.startswith("told ")]  # the others are the demo's
    assert acknowledged - set(texts) == set(), "acknowledged and lost"
    assert set(texts) - tried == set()
    assert len(texts) == len(set(texts)), "written twice"
    assert [text for text, lines in found["notes"] if lines != 1 and text.startswith("told ")] == []
    assert found["faults"] == []


def cases(casework: Installation) -> list[str]:
    """Two new cases of the attorney's."""
    ada = Browser(casework.port).enter("attorney")
    return [ada.post("/cases/new/", {"given_names": "Rosa"}, page="/cases/new/")[2] for _ in range(2)]


ANSWERS = """
import json, django
django.setup()
from casework.access.doors import window
from casework.intake.models import Answer
with window("check"):
    rows = Answer.objects.filter(key="incident_what").select_related("case").order_by("number")
    print(json.dumps([row.value for row in rows]))
"""


def test_a_web_server_killed_while_somebody_types_loses_what_came_after_the_last_saved(tmp_path: Path) -> None:
    """Each pause in typing sends the words so far; what was answered with "saved" is there after every kill."""
    chosen, words = random.Random(7), "She was taken at the bus stop this morning before work by three men"
    with installed(tmp_path / "home") as casework:
        vic = Browser(casework.port).enter("volunteer")
        start = re.search(r'name="start" value="([^"]+)"', vic.get("/intake/new/")[1])
        assert start
        typed, saved = "", list[str]()
        for number, word in enumerate(words.split()):
            typed = f"{typed} {word}".strip()
            fields = {"only": "incident_what", "part": "first-call", "start": start[1], "incident_what": typed,
                      "incident_what-seen": str(len(saved))}  # fmt: skip
            killer = threading.Timer(chosen.random() / 20, casework.kill_web) if number % 3 == 2 else None
            if killer:
                killer.start()
            with contextlib.suppress(OSError, http.client.HTTPException, AssertionError):
                status, text, _to = vic.post("/intake/answer/", fields, page="/intake/")
                if status == 200 and 'class="saved' in text:
                    saved.append(typed)
            if killer:
                killer.join()
        found = json.loads(casework.run("-c", ANSWERS, owner=True))
    assert len(saved) > len(words.split()) // 2
    assert [one for one in saved if one not in found] == [], "said to be saved, and lost"
