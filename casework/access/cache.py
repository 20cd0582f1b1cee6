"""The cache that all workers share: a table of its own, on a connection of its own.

Rate-limit counters and used codes stand here, so a row lives until it runs out. Django's own database cache drops a
third of its rows when 300 are there, which would let a wrong password be tried again, and it unpickles what it reads,
which would turn a write into this table into a program that runs where the root key is.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.apps import apps
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import connections
from django.utils import timezone

ALIAS = "cache"
COUNTS = "c.expires_at > now() AND c.expires_at <= EXCLUDED.expires_at + interval '1 minute'"
FOR_EVER = datetime(9999, 12, 31, tzinfo=UTC)


class CacheRouter:
    """Sends the cache's table, and nothing else, to its connection.

    What is counted there outlives the roll-back of the request that it counts.
    """

    def db_for_read(self, model: type, **hints: Any) -> str | None:
        return ALIAS if model.__name__ == "CacheEntry" else None

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db != ALIAS


class SharedCache(BaseCache):
    """JSON values by key, each until it runs out. One statement each, so two workers cannot both be first."""

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def add(self, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        sql = "{insert} WHERE access_cacheentry.expires_at <= now() RETURNING key"
        return self._write(sql, key, value, timeout, version)

    def set(self, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._write("{insert} RETURNING key", key, value, timeout, version)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        row = self._entries(key, version).filter(expires_at__gt=timezone.now()).values_list("value", flat=True)
        return next(iter(row), default)

    def get_many(self, keys: Iterable[str], version: int | None = None) -> dict[str, Any]:
        """As Django's, in one query."""
        names = {self.make_and_validate_key(key, version=version): key for key in keys}
        rows = self._model().objects.filter(key__in=names, expires_at__gt=timezone.now()).values_list("key", "value")
        return {names[name]: value for name, value in rows}

    def touch(self, key: str, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        live = self._entries(key, version).filter(expires_at__gt=timezone.now())
        return bool(live.update(expires_at=self._end(timeout)))

    def delete(self, key: str, version: int | None = None) -> bool:
        return bool(self._entries(key, version).delete()[0])

    def count(self, key: str, seconds: float) -> int:
        """Adds one to a counter, and how far it is now. It begins anew when its time, set by its first, is over.

        It does so, too, when its time ends later than one that begins now: a clock was put back.
        """
        sql = (
            "INSERT INTO access_cacheentry AS c (key, value, expires_at)"  # noqa: S608 (our own words)
            " VALUES (%s, '1', %s) ON CONFLICT (key) DO UPDATE SET"
            f" value = CASE WHEN {COUNTS} THEN to_jsonb((c.value #>> '{{}}')::integer + 1) ELSE '1' END,"
            f" expires_at = CASE WHEN {COUNTS} THEN c.expires_at ELSE EXCLUDED.expires_at END"
            " RETURNING (value #>> '{}')::integer"
        )
        with connections[ALIAS].cursor() as cursor:
            cursor.execute(sql, [self.make_and_validate_key(key), self._end(seconds)])
            number: int = cursor.fetchone()[0]
        return number

    def uncount(self, key: str) -> None:
        """Takes one off a counter, if it still counts."""
        sql = (
            "UPDATE access_cacheentry SET value = to_jsonb(greatest((value #>> '{}')::integer - 1, 0))"
            " WHERE key = %s AND expires_at > now()"
        )
        with connections[ALIAS].cursor() as cursor:
            cursor.execute(sql, [self.make_and_validate_key(key)])

    def clear(self) -> None:
        self._model().objects.all().delete()

    def _write(self, sql: str, key: str, value: Any, timeout: float | None, version: int | None) -> bool:
        insert = (
            "INSERT INTO access_cacheentry (key, value, expires_at) VALUES (%s, %s::jsonb, %s)"
            " ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value, expires_at = EXCLUDED.expires_at"
        )
        row: list[str | datetime] = [
            self.make_and_validate_key(key, version=version),
            json.dumps(value),
            self._end(timeout),
        ]
        with connections[ALIAS].cursor() as cursor:
            cursor.execute(sql.format(insert=insert), row)
            return cursor.fetchone() is not None

    def _end(self, timeout: float | None) -> datetime:
        seconds = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        return FOR_EVER if seconds is None else timezone.now() + timedelta(seconds=float(seconds))

    def _entries(self, key: str, version: int | None) -> Any:
        return self._model().objects.filter(key=self.make_and_validate_key(key, version=version))

    @staticmethod
    def _model() -> Any:
        return apps.get_model("access", "CacheEntry")
