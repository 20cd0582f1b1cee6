"""Housekeeping that the worker does by the clock."""

import structlog
from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app

from casework.access import actions, heads, members

log = structlog.get_logger("casework")
STALLED_AFTER_SECONDS = 30


@app.periodic(cron="17 * * * *")
@app.task(name="access.sweep")
def sweep(timestamp: int) -> None:
    """Deletes sessions and cache entries that have run out."""
    actions.sweep(timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="access.retry_stalled_jobs", pass_context=True)
async def retry_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """Takes up the jobs of a worker that died: they stand as "doing" and nobody does them."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_SECONDS):
        await manager.retry_job(job)


@app.periodic(cron="*/5 * * * *")
@app.task(name="access.do_factor_resets")
def do_factor_resets(timestamp: int) -> None:
    """Takes off lost second factors whose 24 hours are over."""
    members.do_due_factor_resets()


@app.periodic(cron="29 2 * * *")
@app.task(name=heads.JOB)
def export_heads(timestamp: int) -> None:
    """Adds the signed heads of the audit to var/audit/heads.jsonl, once a day.

    The job fails for a file that was tampered with and for chains that went back, though the heads are written then,
    too: /readyz tells of it.
    """
    try:
        heads.export_in_any_case(heads.FILE, "housekeeping")
    except (heads.HeadsRefused, OSError) as error:
        log.error("heads of the audit", state=str(error))
        raise
