"""`make load`: two hundred people, each acting every 10 to 30 seconds for ten minutes, against production.

The server is what the unit files start, behind nginx with TLS, on a PostgreSQL of its own in `var/load`. Everybody
comes from a network address of their own (127.1.0.0/16), which the proxy hands on as in production, so that no limit is
switched off. PEOPLE and DURATION (seconds) in the environment change both. Prints the table; exit code 1 when a
request failed, when a word of another organization was shown, or when something acknowledged is not there.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.load import world
from benchmarks.load.check import check
from deploy import translations
from tests.deploy.production import HOST, Production, served
from tests.house.rooms import ROOT

HOME = ROOT / "var" / "load"
SIGN_INS_A_SECOND = 1
PATIENCE_SECONDS = 300  # for those who sign in last


def plant(production: Production, people: int) -> Path:
    """Organizations, people and cases; the file that the load reads."""
    file = production.home / "world.json"
    world.write(file, world.people(people))
    owner = production.environment | production.deploys
    production.run(["-m", "benchmarks.load.world", "members", str(file)], owner)
    production.run(["-m", "benchmarks.load.world", "cases", str(file)], production.environment)
    return file


def begin(
    production: Production, file: Path, seconds: int, *, rate: float = SIGN_INS_A_SECOND, **more: str
) -> "subprocess.Popen[bytes]":
    """Locust, for so long after everybody has signed in, or until SIGTERM. What it says goes into a file."""
    home, number = production.home, len(world.read(file))
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    told = kept | {
        "LOAD_WORLD": str(file), "LOAD_HOST": HOST, "LOAD_AUTHORITY": str(home / "authority.pem"),
        "LOAD_LEDGER": str(home / "ledger.jsonl"), "LOAD_TABLE": str(home / "table.json"),
        "LOAD_SECONDS": str(seconds),
    } | more  # fmt: skip
    command = [sys.executable, "-m", "locust", "-f", "benchmarks/load/people.py", "--headless", "--loglevel", "WARNING"]
    command += ["--host", f"https://127.0.0.1:{production.secure}", "--users", str(number), "--spawn-rate", str(rate)]
    command += ["--run-time", f"{int(number / rate) + seconds + PATIENCE_SECONDS}s", "--stop-timeout", "30"]
    with (home / "locust.log").open("ab") as log:
        return subprocess.Popen(command, cwd=ROOT, env=told, stdout=log, stderr=log)


def table(found: Mapping[str, Any]) -> None:
    """Prints what was measured, in milliseconds."""
    for part in ("signing in", "at work"):
        print(f"\n{part:<34}{'requests':>9}{'errors':>8}{'p50':>8}{'p95':>8}{'p99':>8}")
        for one in (one for one in found[part] if one["requests"]):
            times = "".join(f"{one[at] or 0:8.0f}" for at in ("0.5", "0.95", "0.99"))
            print(f"{one['method']:<5}{one['name']:<29}{one['requests']:9}{one['errors']:8}{times}")
    rate = found["at work"][-1]["per second"]
    print(f"\n{rate:.1f} requests a second", *found["errors"], sep="\n", flush=True)


def main() -> int:
    people, seconds = int(os.environ.get("PEOPLE", "200")), int(os.environ.get("DURATION", "600"))
    translations.compile_catalogs()
    shutil.rmtree(HOME, ignore_errors=True)
    with served(HOME) as production:
        file = plant(production, people)
        print(f"{people} people for {seconds} seconds; first they sign in, {SIGN_INS_A_SECOND} a second", flush=True)
        code = begin(production, file, seconds).wait()
        figures = json.loads((HOME / "table.json").read_text())
        table(figures)
        found = check(production, HOME / "ledger.jsonl")
    print(found.says)
    return 0 if code == 0 and figures["arrived"] and found.is_well else 1


if __name__ == "__main__":
    sys.exit(main())
