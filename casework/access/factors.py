"""Whose second factor is sealed or opened: allauth hands its adapter the text alone, and each is sealed for one person.

A seed that was copied into somebody else's row does not open there.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from allauth.core import context

_whose: ContextVar[uuid.UUID | None] = ContextVar("whose", default=None)


@contextmanager
def of(user_id: uuid.UUID) -> Iterator[None]:
    """Within the block, seeds and recovery codes are those of this person."""
    mark = _whose.set(user_id)
    try:
        yield
    finally:
        _whose.reset(mark)


def whose() -> uuid.UUID:
    """Whose they are: the person of the block, else whoever is signed in. Raises LookupError where there is neither."""
    found = _whose.get()
    if found is None:
        request = context.request
        found = request.user.pk if request is not None else None
    if found is None:
        raise LookupError("Nobody is signed in: say whose second factor it is with `factors.of`.")
    return found
