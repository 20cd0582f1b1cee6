"""Jobs that a member asked for, done with that member's rights.

A job carries the ids of the membership and of its user, and nothing else of the person. What they may do is read when
it runs: for somebody who was suspended, or whose time is over, it does nothing.
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from django.utils import translation
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from casework.access import queue
from casework.access.actor import Actor, staff
from casework.access.context import JOB_SECONDS, acting, on_duty
from casework.access.models import Membership, User

DELEGATED: set[str] = set()  # the tasks that run as a member
log = structlog.get_logger("casework")


def delegated(name: str, **options: Any) -> Callable[[Callable[..., None]], Any]:
    """As `app.task`, for what runs as a member: its argument `actor` is the membership, by which `queued` counts it."""
    DELEGATED.add(name)
    return app.task(name=name, **options)


@contextmanager
def as_member(membership_id: str, user_id: str) -> Iterator[Actor | None]:
    """The member who asked, found as a request finds them, in their language; None for one who counts no more.

    The block is one transaction, in which the database answers them.
    """
    asked = Actor("staff", user_id=uuid.UUID(user_id), membership_id=uuid.UUID(membership_id))
    with acting(asked, JOB_SECONDS):
        place = Membership.objects.live().filter(pk=membership_id).select_related("organization").first()
        person = User.objects.filter(pk=user_id).first()
        if place is None or person is None:
            log.info("job", state="whoever asked for it is no member any more")
            yield None
            return
        with translation.override(person.language):
            yield staff(place, person.name)


def queued(membership_id: uuid.UUID) -> int:
    """How many jobs of this member wait. They find nothing once the membership counts no more."""
    waiting = ProcrastinateJob.objects.filter(status="todo", task_name__in=DELEGATED, args__actor=str(membership_id))
    with on_duty(queue.PUT_IN):
        return waiting.count()
