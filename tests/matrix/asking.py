"""Asking: a request, all that comes of it, and the roll-back."""

import json
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import Any

from django.db import connection, transaction
from django.http.response import HttpResponseBase
from django.urls import reverse
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from casework.access.doors import window
from casework.access.rules import ACTS
from casework.audit.models import Entry
from casework.cases.models import Task
from casework.cases.models.tasks import OF_CONFLICTS
from casework.notifications.models import Message
from casework.vault.cipher import unseal
from tests.conftest import become
from tests.matrix.cells import Cell
from tests.matrix.world import PLANTED, World

Digest = list[tuple[Any, ...]]


@dataclass
class Seen:
    """What came of a cell. `before` and `after` are digests of all tables."""

    response: HttpResponseBase
    text: str
    letters: list[dict[str, str]]
    lines: list[Entry]
    before: Digest
    after: Digest


def ask(world: World, cell: Cell, untouched: Digest, *, strict: bool = False) -> Seen:
    """The answer of the product, taken back at once.

    `untouched` is the digest of the world as it was planted; `strict` demands the token of a form.
    """
    address, posts = cell.address, cell.method == "POST"
    client = world.client(cell.principal.key, strict=strict)
    what = (world, cell.principal, cell.relation)
    url = reverse(address.name, kwargs=address.kwargs(world, cell.relation)) + address.query(*what)
    with transaction.atomic(), transaction.atomic(using="cache"):
        become("casework_owner")
        before = untouched
        if posts and address.prepare:
            address.prepare(*what)
            before = digest()
        data = address.data(*what) if posts else None
        become("casework_app")
        response: Any = getattr(client, cell.method.lower())(url, data)
        become("casework_owner")
        seen = Seen(response, _text(response), [], _lines(), before, digest())
        if seen.after != before:
            jobs = list(ProcrastinateJob.objects.filter(task_name__startswith="letters."))
            become("casework_app")
            _write_letters(jobs)
            become("casework_owner")
            seen.letters = _letters()
        transaction.set_rollback(True)
        transaction.set_rollback(True, using="cache")
    return seen


def _write_letters(jobs: list[ProcrastinateJob]) -> None:
    """What the worker would do when this had been committed."""
    for job in jobs:
        context: Any = SimpleNamespace(job=job)
        app.tasks[job.task_name].func(context, **job.args)


def _text(response: Any) -> str:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return "\n".join([body.decode("utf-8", "replace"), *(f"{name}: {value}" for name, value in response.items())])


def _letters() -> list[dict[str, str]]:
    return [json.loads(unseal(bytes(one.content), f"message|{one.pk}")) for one in Message.objects.all()]


def _lines() -> list[Entry]:
    """What was written, but for what follows from an act by itself: the conflict check and its tasks (tests/intake)."""
    found = list(Entry.objects.exclude(request_id=PLANTED).order_by("at"))
    with window("matrix"):
        follows = set(Task.objects.filter(rule__startswith=OF_CONFLICTS).values_list("pk", flat=True))
    found = [one for one in found if one.object_id not in follows]
    acts = [one for one in found if one.verb in ACTS and one.verb != "conflict.checked"]
    return [one for one in found if one.verb != "conflict.checked"] if acts else found


@cache
def _digest_sql() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
            " AND relname NOT IN ('audit_entry', 'access_session', 'access_cacheentry', 'django_migrations') ORDER BY 1"
        )
        tables = [name for (name,) in cursor.fetchall()]
    # A row that was added or changed carries the number of the transaction that did it.
    parts = [f"SELECT '{name}', count(*), sum(xmin::text::bigint) FROM {name}" for name in tables]  # noqa: S608
    sessions = "SELECT 'sessions', count(*), sum(hashtext(session_key)) FROM access_session WHERE user_id IS NOT NULL"
    return " UNION ALL ".join([*parts, sessions])


def digest_of_the_world() -> Digest:
    """As it stands before any cell."""
    with transaction.atomic():
        become("casework_owner")
        return digest()


def digest() -> Digest:
    """What stands in every table but the audit and the cache; of sessions, which ones there are."""
    connection.ensure_connection()
    found: Digest = connection.connection.execute(_digest_sql(), prepare=True).fetchall()
    return found
