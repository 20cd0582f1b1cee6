"""The shared cache lives in the database, on a connection of its own."""

from typing import Any

CACHE_APP = "django_cache"


class CacheRouter:
    """Sends the cache table, and nothing else, to the `cache` connection.

    Rate-limit counters written there outlive the roll-back of the request that they count.
    """

    def db_for_read(self, model: type, **hints: Any) -> str | None:
        return "cache" if model._meta.app_label == CACHE_APP else None  # type: ignore[attr-defined]

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return (db == "cache") == (app_label == CACHE_APP)
