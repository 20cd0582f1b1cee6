"""Writes rules as dated data: what reads otherwise becomes another version, and the former one stays."""

from datetime import date
from typing import Any, Protocol

from django.db import models

from casework.directory.models import RuleVersion
from casework.directory.tables import Row


def name(one: models.Model) -> str:
    """What a row is called in its file: of a rule's versions all are called by the rule."""
    return one.rule if isinstance(one, RuleVersion) else str(one.pk)


class Found(Protocol):
    added: list[str]
    changed: dict[str, list[tuple[str, Any, Any]]]


def write(rows: dict[str, Row], found: Found, touched: dict[str, Any], today: date) -> None:
    """Adds first versions, and a further one of each rule of which more changed than its name or source."""
    new = [RuleVersion(**rows[rule], key=f"{rule}|1", number=1, loaded_on=today) for rule in found.added]
    changed = {
        rule for name, some in found.changed.items() if name not in RuleVersion.IN_PLACE for rule, _was, _is in some
    }
    again = [touched[rule] for rule in sorted(changed)]
    RuleVersion.objects.filter(pk__in=[one.pk for one in again]).update(superseded_on=today)
    for one in again:
        one.number += 1
        one.key, one.loaded_on = f"{one.rule}|{one.number}", today
        one._state.adding = True
    RuleVersion.objects.bulk_create([*new, *again])
    same = [one for rule, one in touched.items() if rule not in changed]
    if same:
        RuleVersion.objects.bulk_update(same, sorted({*RuleVersion.IN_PLACE, "retired_on"}))
