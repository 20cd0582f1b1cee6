"""What colleagues are called now, beside the names under which the audit wrote them down.

A line keeps the name of its time, and one's own name is one's own to change: without the present one beside it, a line
could be made to point at somebody else.
"""

import uuid
from collections.abc import Iterable

from casework.access.models import Colleague

Present = dict[uuid.UUID, str]


def present(users: Iterable[uuid.UUID | None]) -> Present:
    """The present names of those of these users whom the reader may know: colleagues, present and former."""
    wanted = {one for one in users if one is not None}
    found = Colleague.objects.filter(user_id__in=wanted).values_list("user_id", "name") if wanted else []
    return dict(found)


def both(written: str, user_id: uuid.UUID | None, now: Present) -> tuple[str, str]:
    """The name to show, and the one that was written down where it is another."""
    name = now.get(user_id, written) if user_id else written
    return name, "" if name == written else written
