"""`/healthz`: the process answers. `/readyz`: it could serve people. Neither tells anything about anybody."""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

from casework.access import heads, queue, walls
from casework.access.context import on_duty

WORKER_SILENT_AFTER = timedelta(seconds=45)  # it reports every 10 seconds
HEADS_FAILED_WITHIN = timedelta(days=7)
COPY_OLD_AFTER = timedelta(days=2)


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when all five are true, else 503; the body names each.

    It also says whether the audit's heads went out as they should, and whether the newest copy on this machine is
    young; when not, people can be served all the same.
    """
    try:
        state, heads_went_out = _state(), _heads_went_out()
    except DatabaseError:
        state, heads_went_out = dict.fromkeys(("database", "migrations", "root_key", "walls", "worker"), False), False
    body = state | {"audit_heads": heads_went_out, "copy": _copy_is_young()}
    return JsonResponse(body, status=200 if all(state.values()) else 503)


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


def _heads_went_out() -> bool:
    """Whether no export of the audit's heads has failed lately: failed jobs stay in their table."""
    since = timezone.now() - HEADS_FAILED_WITHIN
    failed = ProcrastinateJob.objects.filter(task_name=heads.JOB, status="failed")
    try:
        with on_duty(queue.TAKE):
            return not failed.filter(procrastinateevent__at__gte=since).exists()
    except ImproperlyConfigured:  # without a root key nobody can ask; `root_key` says so
        return True


def _copy_is_young() -> bool:
    """Whether a copy of the last two days lies here; True, too, where none is made: copies are made elsewhere then."""
    folder = settings.VAR_DIR / "backups"
    young = (timezone.now() - COPY_OLD_AFTER).timestamp()
    return not folder.is_dir() or any(one.stat().st_mtime > young for one in folder.glob("*.backup"))


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
