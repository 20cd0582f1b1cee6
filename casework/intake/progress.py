"""How far an import has come, told beside its transaction: a number under its id, and nothing else."""

import uuid

from django.core.cache import cache

MINUTES = 60 * 60


def tell(pk: uuid.UUID, rows: int) -> None:
    cache.set(f"import-{pk}", rows, MINUTES)


def of(pk: uuid.UUID) -> int:
    """Rows that were written so far."""
    return int(cache.get(f"import-{pk}", 0))
