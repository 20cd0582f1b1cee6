"""What a process of the product takes of memory: the web server's and the worker's, at first and after many pages.

The web server is started as the demo and the unit files start it, on the database of 10,000 cases. RSS counts what
processes share in each of them, USS only what would be free if the one ended (`/proc/PID/smaps_rollup`, Linux).
"""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from psycopg.conninfo import make_conninfo

from deploy.demo import port_is_taken

ROOT = Path(__file__).resolve().parent.parent
PORT, PAGES, PATIENCE = 8790, 300, 60
MB = 1024


def figures(admin: str, migrate: str) -> None:
    """Prints RSS and USS of each process, at first and after the pages."""
    from benchmarks.growth import opened

    print(f"\nMemory: two web processes and a worker, MB; after {PAGES} pages among 10,000 cases")
    size = opened(admin, migrate, 10_000)
    cookie = f"session={size.client.cookies['session'].value}"
    paths = ["/", "/cases/", f"/cases/{size.ours['active']}/", "/calendar/?view=month", "/tasks/", "/checks/"]
    database = size.url.split("dbname=")[-1].split()[0].strip("'")
    environment = os.environ | {
        "DATABASE_URL": make_conninfo(os.environ["DATABASE_URL"], dbname=database),
        "CASEWORK_MODE": "demo",
        "PORT": str(PORT),
    }
    manage = [sys.executable, "manage.py"]
    subprocess.run([*manage, "collectstatic", "--noinput", "-v", "0"], cwd=ROOT, env=environment, check=True)
    web = [str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--host", "127.0.0.1", "--port"]
    web += [str(PORT), "--workers", "2", "--blocking-threads", "2", "--no-ws", "casework.wsgi:application"]
    worker = [*manage, "procrastinate", "worker", "--concurrency", "2"]
    with running(web, environment) as pages, running(worker, environment) as jobs:
        answers("/account/login/", "")
        for _ in range(4):
            get(paths[0], cookie)
        print(f"{'':<34}{'RSS':>8}{'USS':>8}")
        shown("at first", pages.pid, jobs.pid)
        for number in range(PAGES):
            assert get(paths[number % len(paths)], cookie) == 200
        shown(f"after {PAGES} pages", pages.pid, jobs.pid)


@contextmanager
def running(command: list[str], environment: dict[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    """A server for as long as the block takes."""
    assert not port_is_taken(PORT) or "granian" not in command[0], f"port {PORT} is taken"
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


def get(path: str, cookie: str) -> int:
    line = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
    line.request("GET", path, headers={"Host": "localhost", "Cookie": cookie})
    answer = line.getresponse()
    answer.read()
    line.close()
    return answer.status


def answers(path: str, cookie: str) -> None:
    """Waits until the server does."""
    ends = time.monotonic() + PATIENCE
    while True:
        try:
            get(path, cookie)
        except OSError:
            assert time.monotonic() < ends, "the web server does not answer"
            time.sleep(0.5)
        else:
            return


def shown(when: str, web: int, worker: int) -> None:
    """A line for each process."""
    for name, pids in (("web process", children(web)), ("its supervisor", [web]), ("worker", [worker])):
        for pid in pids:
            rss, uss = memory(pid)
            print(f"{name + ', ' + when:<34}{rss:>8.0f}{uss:>8.0f}", flush=True)


def children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def memory(pid: int) -> tuple[float, float]:
    """RSS and USS in MB."""
    lines: dict[str, Any] = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        name, kilobytes, *_ = line.split()
        lines[name.rstrip(":")] = int(kilobytes)
    return lines["Rss"] / MB, (lines["Private_Clean"] + lines["Private_Dirty"]) / MB
