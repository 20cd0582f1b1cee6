"""`make bench`: figures of this machine, each beside what it is compared with in the same run.

`python -m benchmarks walls` prints one section only; their names stand in `SECTIONS` and `LARGE`.
"""

import base64
import importlib
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from benchmarks import seed
from deploy import translations
from deploy.postgres import Server, create_roles

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var" / "bench"
REPEATS = 200


def median_ms(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """The median of so many runs, in milliseconds, after ten that do not count."""
    times = []
    for number in range(repeats + min(10, repeats)):
        began = time.perf_counter()
        work()
        if number >= min(10, repeats):
            times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def row(name: str, value: float, beside: float | None = None, note: str = "") -> None:
    ratio = f"{value / beside:6.1f} x" if beside else " " * 8
    print(f"{name:<44}{value:9.2f} ms {ratio}  {note}")


def pages() -> None:
    """What a page costs in process: middleware, session, user, template."""
    from django.test import Client

    from casework.access.context import on_duty
    from casework.access.models import User

    signed_out, signed_in = Client(), Client()
    with on_duty("door"):
        signed_in.force_login(User.objects.get(email="ada@north.example"))
    row("health answer, before every middleware", median_ms(lambda: signed_out.get("/healthz")))
    empty = median_ms(lambda: signed_out.get("/account/inactive/"))
    row("page that asks no database", empty)
    row("sign-in page", median_ms(lambda: signed_out.get("/account/login/")), empty)
    row("profile, signed in", median_ms(lambda: signed_in.get("/account/profile/")), empty)
    row("Today, signed in", median_ms(lambda: signed_in.get("/")), empty)


def seals() -> None:
    """What a sealed value costs."""
    from casework.vault.cipher import seal, unseal

    value = b"Yesenia Xochiquetzal Cuautle Tlahuel"
    sealed = seal(value, "bench")
    row("1000 values sealed", median_ms(lambda: [seal(value, "bench") for _ in range(1000)], 20))
    row("1000 values opened", median_ms(lambda: [unseal(sealed, "bench") for _ in range(1000)], 20))


def paper() -> None:
    """What a document costs."""
    from benchmarks import paper as documents

    documents.figures(row, median_ms)


def family() -> None:
    """What a family's page costs, and what is shut."""
    from benchmarks import family as window

    window.figures(row, median_ms)


SECTIONS = {"pages": pages, "seals": seals, "paper": paper, "family": family}
LARGE = (
    "walls", "morning", "audit", "search", "conflicts", "growth", "changelist", "importing", "memory",
)  # fmt: skip


def large(asked: list[str], server: Server, migrate: str) -> None:
    """The sections that make a database of their own, or ask the one of the product as its administrator."""
    from django.db import connections

    product = {alias: connections[alias].settings_dict["NAME"] for alias in connections}
    for name in LARGE:
        if not asked or name in asked:
            admin = server.url(database="casework") if name == "audit" else server.url()
            importlib.import_module(f"benchmarks.{name}").figures(admin, migrate)
            for alias, database in product.items():  # a section may have gone over to its own
                connections[alias].close()
                connections[alias].settings_dict["NAME"] = database


def main(asked: list[str]) -> int:
    os.environ |= {
        "CASEWORK_MODE": "test",
        "CASEWORK_VAR": str(VAR),
        "DJANGO_SETTINGS_MODULE": "casework.settings",
        "VAULT_ROOT_KEY": base64.b64encode(b"the root key of the benchmarks !").decode(),
    }
    translations.compile_catalogs()
    server = Server(VAR / "postgres", VAR / "secrets", options=seed.SERVER)
    began = time.perf_counter()
    server.start()
    try:
        row("PostgreSQL started", (time.perf_counter() - began) * 1000, note="first start makes the data directory")
        with psycopg.connect(server.url(), autocommit=True) as administrator:
            administrator.execute("DROP DATABASE IF EXISTS casework WITH (FORCE)")  # of an earlier version
        urls = create_roles(server.url(), VAR / "secrets")
        os.environ["DATABASE_URL"] = urls["app"]
        migrate = os.environ | {"CASEWORK_DATABASE_ROLE": "migrate", "DATABASE_MIGRATE_URL": urls["migrate"]}
        for command in (["migrate", "--verbosity=0"], ["load_demo", "--cast"]):
            subprocess.run(
                [sys.executable, "manage.py", *command], cwd=ROOT, env=migrate, check=True, stdout=subprocess.DEVNULL
            )
        import django

        django.setup()
        import logging

        logging.disable(logging.WARNING)  # refusals are what some sections measure
        for name, section in SECTIONS.items():
            if not asked or name in asked:
                section()
        large(asked, server, urls["migrate"])
    finally:
        server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
