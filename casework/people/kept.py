"""What somebody searched for, kept for the session alone: in no address, since addresses stay in histories and logs.

Sessions lie sealed in the database and end with the day. An address names a search by an id that means nothing.
"""

import uuid
from typing import Any

KEY, MOST = "here:searches", 10


def keep(session: Any, typed: str) -> uuid.UUID:
    """Keeps a text, and the nine before it; its id."""
    one = uuid.uuid4()
    others = [[name, text] for name, text in session.get(KEY, []) if text != typed]
    session[KEY] = [[str(one), typed], *others][:MOST]
    return one


def kept(session: Any, one: uuid.UUID | str) -> str:
    """The text with this id; empty when it is kept no more."""
    return next((text for name, text in session.get(KEY, []) if name == str(one)), "")
