"""Sessions in the database, found by the hash of their key."""

import base64
import hashlib
import json
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import transaction
from django.utils import timezone

from casework.access import context
from casework.access.models import Session
from casework.vault.cipher import seal, unseal


def hashed(session_key: str) -> str:
    """What stands in the table for a session key (SHA-256, 40 of 64 hexadecimal digits: 160 bits)."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:40]


def payload(row: Session) -> dict[str, Any]:
    """What a session holds; empty when it does not open."""
    try:
        opened: dict[str, Any] = json.loads(unseal(base64.b64decode(row.session_data), f"session|{row.session_key}"))
    except ValueError:
        return {}
    return opened


class SessionStore(DatabaseStore):
    """Django's database store, but the browser alone holds the key; the table holds its hash.

    Each row also names its user and browser, so that people see where they are signed in and can end it. Two requests
    at once do not undo what the other wrote: a save changes only what its own request changed, so that a session locked
    meanwhile stays locked.
    """

    _before: dict[str, Any]

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def encode(self, session_dict: dict[str, Any]) -> str:
        """The payload, sealed for this row alone: moved to another session it does not open."""
        payload = json.dumps(session_dict, separators=(",", ":")).encode()
        return base64.b64encode(seal(payload, self._context())).decode()

    def decode(self, session_data: str | bytes) -> dict[str, Any]:
        """Empty, as for a session that has ended, when the payload does not open."""
        try:
            payload: dict[str, Any] = json.loads(unseal(base64.b64decode(session_data), self._context()))
        except ValueError:
            return {}
        return payload

    def _context(self) -> str:
        return f"session|{hashed(self._get_or_create_session_key())}"  # type: ignore[attr-defined]

    def _get_session_from_db(self) -> Session | None:
        if self.session_key is None:
            return None
        key = hashed(self.session_key)
        with context.session(key):
            row = Session.objects.filter(session_key=key, expire_date__gt=timezone.now()).first()
        if row is None:
            self._session_key = None
        return row

    def load(self) -> dict[str, Any]:
        data = super().load()
        self._before = json.loads(json.dumps(data))
        return data

    def exists(self, session_key: str) -> bool:
        with context.session(hashed(session_key)):
            return super().exists(hashed(session_key))

    def save(self, must_create: bool = False) -> None:
        if self.session_key is None:
            self.create()
            return
        with context.session(hashed(self.session_key)), transaction.atomic():
            if must_create:
                self._before = {}
            else:
                self._merge()
            super().save(must_create)

    def _merge(self) -> None:
        """Takes over what another request has written since this one read the session."""
        row = Session.objects.select_for_update().filter(session_key=hashed(self.session_key or "")).first()
        if row is None:
            return
        before, mine = getattr(self, "_before", {}), self._get_session()  # type: ignore[attr-defined]
        changed = {name: value for name, value in mine.items() if name not in before or before[name] != value}
        gone = before.keys() - mine.keys()
        there = {name: value for name, value in payload(row).items() if name not in gone}
        self._session_cache = there | changed
        self._before = json.loads(json.dumps(self._session_cache))

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            with context.session(hashed(key)):
                Session.objects.filter(session_key=hashed(key)).delete()

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        return Session(
            session_key=hashed(self._get_or_create_session_key()),  # type: ignore[attr-defined]
            session_data=self.encode(data),
            expire_date=self.get_expiry_date(),
            user_id=data.get(SESSION_KEY),
            user_agent=data.get("user_agent", ""),
            seen_at=timezone.now(),
        )
