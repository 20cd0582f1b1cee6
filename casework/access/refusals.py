"""Lines about whoever was kept out: a wrong password, code or passkey, or too many of them.

They are written when the request's own transaction is over, so that they stand however it ended: an answer of 400 takes
back all that was done, and must not take back that somebody guessed. Nothing that was typed is ever written. Whether an
address is known costs the same work, so that nobody learns it by the clock.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import transaction

from casework.access import acts, context
from casework.access.actor import duty
from casework.access.models import Membership, User
from casework.audit import actions as audit

VERB = "signin.refused"
# What did not fit; of a session that goes on, where it was asked for: at its lock, or before something grave.
PASSWORD, CODE, PASSKEY, UNLOCK, AGAIN = "password", "code", "passkey", "unlock", "again"
LIMIT = "limit"  # it was not even looked at


@dataclass(frozen=True)
class Refusal:
    """Somebody was kept out of the account of this user, or of whoever has this address, on this ground."""

    basis: str
    user_id: uuid.UUID | None = None
    address: str = ""


_noted: ContextVar[list[Refusal] | None] = ContextVar("refusals", default=None)


@contextmanager
def collected() -> Iterator[list[Refusal]]:
    """Within the block refusals are only collected; whoever opened it writes them."""
    found: list[Refusal] = []
    mark = _noted.set(found)
    try:
        yield found
    finally:
        _noted.reset(mark)


def note(refusal: Refusal) -> None:
    """Has the line written when the request is over; at once where there is none."""
    noted = _noted.get()
    if noted is None:
        write([refusal])
    else:
        noted.append(refusal)


def write(refusals: list[Refusal]) -> None:
    """One line for each in the book of every organization of the person; in the book of nobody where there is none."""
    if not refusals:
        return
    with transaction.atomic():
        for one in refusals:
            user_id = one.user_id or _known(one.address)
            asked = user_id or uuid.uuid4()  # for a stranger the same question, in vain
            with context.acting(duty("door", asked)):
                mine = Membership.objects.live().filter(user_id=asked)
                books: list[uuid.UUID | None] = list(mine.values_list("organization_id", flat=True))
            with context.on_duty("door") as door:
                for organization_id in books or [None]:
                    about = audit.What(organization_id, "access.user", user_id)
                    audit.write(acts.who(door), VERB, about, basis=one.basis)


def _known(address: str) -> uuid.UUID | None:
    with context.on_duty("door"):
        return User.objects.filter(email=address.lower()).values_list("pk", flat=True).first()
