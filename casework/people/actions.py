"""Writes about people that no case is asked about."""

import json
import uuid
from typing import Any

from django.db import transaction

from casework.access import acts
from casework.access.actor import Actor
from casework.access.doors import window
from casework.audit import actions as audit
from casework.people.models import NameToken, Person
from casework.vault import keys
from casework.vault.rotation import sealed_models

SHREDDED = "file.shredded"


def shred(actor: Actor, person: Person, *, reason: str) -> int:
    """Makes everything sealed of a person's file unreadable for ever; how many keys it had.

    What stood there is written over, and what the person could be found by goes, too. The line in the audit keeps the
    reason under the organization's key. Run as the owner of the tables.
    """
    line = uuid.uuid4()
    with transaction.atomic(), window(SHREDDED):
        gone = keys.shred(person.organization_id, person.pk)
        for model in sealed_models():
            rows: Any = model._base_manager.filter(model.of_file(person.pk))
            rows.make_unreadable()
        NameToken.objects.filter(person_id=person.pk).delete()
        told = json.dumps({"reason": reason}, ensure_ascii=False).encode()
        audit.write(
            acts.who(actor), SHREDDED, acts.what(person), fields=("keys",), basis="operator", entry_id=line,
            detail=keys.of_organization(person.organization_id).seal(told, f"audit|{line}"),
        )  # fmt: skip
    return gone
