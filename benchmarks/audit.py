"""What the audit costs those who read, and how fast it is verified: sixteen readers of one organization at once."""

import multiprocessing
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
READERS, SECONDS, ROUNDS = 16, 6.0, 4
CASES, NOTES = 64, 5
ADA = "ada@north.example"
LINES = 100_000
VERIFY = """
import time, django
django.setup()
from casework.audit import chain
began = time.perf_counter()
found = chain.verify()
took = time.perf_counter() - began
assert not found.faults, found.faults[:3]
print(f"{found.lines:,} lines verified in {took:.1f} s: {found.lines / took:,.0f} lines/s")
"""


def figures(admin: str, migrate: str) -> None:
    """Prints requests a second with and without the audit, commits a second with and without a chain, verification."""
    print(f"\nAudit: {READERS} readers of one organization, each a process of its own, {SECONDS:.0f} s a round")
    addresses = cases()
    rates = together(_read, addresses, 2 * ROUNDS)
    audited, without = rates[::2], rates[1::2]
    ratio = statistics.median(audited) / statistics.median(without)
    print(f"case pages a second, without the audit    {told(without)}")
    print(f"case pages a second, with it              {told(audited)}   {ratio:.0%}")
    for name, chained, one in (
        ("no chain, one organization", False, True),
        ("chained, one organization", True, True),
        ("chained, each its own", True, False),
    ):
        print(f"lines committed a second, {name:<30}{told(together(_commit, (admin, chained, one), ROUNDS))}")
    many(admin)
    environment = os.environ | {"CASEWORK_DATABASE_ROLE": "migrate", "DATABASE_MIGRATE_URL": migrate}
    subprocess.run([sys.executable, "-c", VERIFY], cwd=ROOT, env=environment, check=True)


def told(rates: list[float]) -> str:
    """The median, and all of them."""
    return f"{statistics.median(rates):8.1f}   ({' '.join(f'{rate:.0f}' for rate in rates)})"


def cases() -> list[str]:
    """Cases with notes; their addresses."""
    from casework.access.context import acting
    from casework.cases import actions

    ada = reader()
    with acting(ada):
        made = [actions.open_case(ada, names={"given_names": "Yesenia"}) for _ in range(CASES)]
        for case in made:
            for _ in range(NOTES):
                actions.write_note(ada, case, text="Spoke with the family by telephone.")
    return [f"/cases/{case.pk}/" for case in made]


def reader() -> Any:
    """The attorney who reads."""
    from casework.access.actor import staff
    from casework.access.context import on_duty
    from casework.access.models import Membership, User

    with on_duty("letters"):
        user = User.objects.get(email=ADA)
        return staff(Membership.objects.select_related("organization").get(user=user), user.name)


def together(work: Callable[..., None], what: Any, rounds: int) -> list[float]:
    """How often a second sixteen processes do it in all, round by round; they begin each round together."""
    spawning = multiprocessing.get_context("spawn")
    counts = [spawning.Array("i", READERS) for _ in range(rounds)]
    ready = spawning.Barrier(READERS)
    running = [spawning.Process(target=work, args=(number, what, ready, counts)) for number in range(READERS)]
    for one in running:
        one.start()
    for one in running:
        one.join()
    assert all(one.exitcode == 0 for one in running)
    return [float(sum(round_[:])) / SECONDS for round_ in counts]


def until_it_is_over(once: Callable[[int], object], ready: Barrier) -> int:
    """Begins with the others; how often it was done."""
    ready.wait()
    done, ends = 0, time.perf_counter() + SECONDS
    while time.perf_counter() < ends:
        once(done)
        done += 1
    return done


def _read(number: int, addresses: list[str], ready: Barrier, counts: list[Any]) -> None:
    """One reader: opens case after case, round by round with the audit and without it."""
    import django

    django.setup()
    import logging

    logging.disable(logging.INFO)
    from django.test import Client

    from casework.access.context import on_duty
    from casework.access.models import User
    from casework.audit import actions

    written = actions.write
    client = Client()
    with on_duty("door"):
        client.force_login(User.objects.get(email=ADA))

    def once(done: int) -> None:
        assert client.get(addresses[(done + number) % len(addresses)]).status_code == 200

    for done in range(5):
        once(done)
    for number_of_round, count in enumerate(counts):
        actions.write = (lambda *_, **__: None) if number_of_round % 2 else written
        count[number] = until_it_is_over(once, ready)


LINE = """INSERT INTO audit_entry (id, at, organization_id, actor_kind, actor_name, roles, basis, verb, object_type,
    object_ids, tier, fields, request_id) SELECT gen_random_uuid(), now(), md5(%s)::uuid, 'duty', '', '{}', '',
    'case.viewed', 'cases.case', '{}', 1, '{}', '' FROM generate_series(1, %s)"""


def _commit(number: int, what: tuple[str, bool, bool], ready: Barrier, counts: list[Any]) -> None:
    """Transactions of one line each, by a connection that does nothing else."""
    import psycopg

    admin, chained, one = what
    with psycopg.connect(admin, autocommit=True) as line:
        if not chained:
            line.execute("SET session_replication_role = replica")
        organization = f"bench {'' if one else number}"
        for count in counts:
            count[number] = until_it_is_over(lambda _: line.execute(LINE, [organization, 1]), ready)
        if not chained:
            line.execute("DELETE FROM audit_entry e WHERE NOT EXISTS (SELECT FROM audit_link WHERE entry_id = e.id)")


def many(admin: str) -> None:
    """A long chain."""
    import psycopg

    with psycopg.connect(admin, autocommit=True) as line:
        began = time.perf_counter()
        for _ in range(LINES // 1000):
            line.execute(LINE, ["long", 1000])
        print(f"lines chained a second, a thousand in a transaction{LINES / (time.perf_counter() - began):14.0f}")
        line.execute("VACUUM ANALYZE audit_entry, audit_link")
