"""Jobs that a member asked for, done with that member's rights.

The job carries the membership and nothing else of the person. What the member may do is read when the job runs: for
somebody who was suspended, or whose time is over, it does nothing.
"""

import functools
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Concatenate, ParamSpec, cast

import structlog
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from casework.access import queue
from casework.access.actor import Actor, staff
from casework.access.context import JOB_SECONDS, acting, answers, on_duty
from casework.access.models import Membership, User

P = ParamSpec("P")
DELEGATED: set[str] = set()  # the tasks that run as a member
log = structlog.get_logger("casework")


def delegated(name: str) -> Callable[[Callable[Concatenate[Actor, P], None]], Any]:
    """Makes a task of a function whose first argument is the member who asked; the whole job is one transaction.

    It is deferred with `actor`, the id of the membership, as `acts.Then.later` does.
    """

    def decorate(function: Callable[Concatenate[Actor, P], None]) -> Any:
        def run(actor: str, *args: P.args, **kwargs: P.kwargs) -> None:
            with as_member(actor) as member:
                if member is None:
                    log.info("job", task=name, state="whoever asked for it is no member any more")
                    return
                function(member, *args, **kwargs)

        DELEGATED.add(name)
        return app.task(name=name)(cast("Callable[..., None]", functools.update_wrapper(run, function)))

    return decorate


@contextmanager
def as_member(membership_id: str) -> Iterator[Actor | None]:
    """Within the block, which is one transaction, the database answers this member; None for one who counts no more."""
    with transaction.atomic():
        with on_duty("jobs"):
            rows = Membership.objects.select_related("organization")
            membership = rows.filter(pk=membership_id).first() if membership_id else None
        if membership is None:
            yield None
            return
        with acting(staff(membership), JOB_SECONDS):
            yield _live(membership)


def queued(membership_id: uuid.UUID) -> int:
    """How many jobs of this member wait. They find nothing once the membership counts no more."""
    waiting = ProcrastinateJob.objects.filter(status="todo", task_name__in=DELEGATED, args__actor=str(membership_id))
    with on_duty(queue.PUT_IN):
        return waiting.count()


def _live(membership: Membership) -> Actor | None:
    """The member whom the database answers, if it does."""
    return staff(membership, User.objects.get(pk=membership.user_id).name) if answers(staff(membership)) else None
