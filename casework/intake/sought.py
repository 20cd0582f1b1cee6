"""Somebody who is searched for by a conflict check."""

import uuid
from dataclasses import dataclass
from datetime import date

from casework.cases.models import Tier
from casework.intake.models import Role


@dataclass(frozen=True)
class Source:
    """As what they stand in the case, under which names, each by itself, and the numbers beside them."""

    role: Role
    id: uuid.UUID
    names: tuple[str, ...] = ()
    days: tuple[date, ...] = ()
    a_number: str = ""
    phones: tuple[str, ...] = ()
    country: str = ""
    tier: int = Tier.INTAKE
