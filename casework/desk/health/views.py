"""`/healthz`: the process answers. `/readyz`: it could serve people. Neither tells anything about anybody."""

from datetime import timedelta

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from procrastinate.contrib.django.models import ProcrastinateWorker

from casework.access import walls

WORKER_SILENT_AFTER = timedelta(seconds=45)  # it reports every 10 seconds


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when all five are true, else 503; the body names each."""
    try:
        state = _state()
    except DatabaseError:
        state = dict.fromkeys(("database", "migrations", "root_key", "walls", "worker"), False)
    return JsonResponse(state, status=200 if all(state.values()) else 503)


def _state() -> dict[str, bool]:
    executor = MigrationExecutor(connection)
    heartbeat = ProcrastinateWorker.objects.aggregate(last=Max("last_heartbeat"))["last"]
    return {
        "database": True,
        "migrations": not executor.migration_plan(executor.loader.graph.leaf_nodes()),
        "root_key": _root_key_stands(),
        "walls": _walls_stand(),
        "worker": heartbeat is not None and timezone.now() - heartbeat < WORKER_SILENT_AFTER,
    }


def _root_key_stands() -> bool:
    try:
        return walls.root_key_stands()
    except ImproperlyConfigured:
        return False


def _walls_stand() -> bool:
    try:
        return walls.standing() == walls.expected()
    except ImproperlyConfigured:
        return False
