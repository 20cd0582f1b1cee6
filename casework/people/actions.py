"""Writes about people themselves: what makes them vulnerable, that they were reached, and their file's end."""

import json
import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from casework.access import acts
from casework.access.actor import Actor
from casework.access.acts import Happened, act
from casework.access.doors import window
from casework.audit import actions as audit
from casework.people import rules
from casework.people.models import NameToken, PartyToken, Person, PhoneToken, Vulnerability
from casework.vault import keys
from casework.vault.rotation import sealed_models

SHREDDED = "file.shredded"


def flags(actor: Actor, person: Person) -> set[str]:
    """The vulnerabilities that stand, as far as the actor sees them."""
    rows = Vulnerability.objects.visible_to(actor).filter(person_id__in=person.files)
    return set(rows.values_list("flag", flat=True))


def set_flags(actor: Actor, person: Person, wanted: Collection[str]) -> list[str]:
    """Makes these flags those that stand, as far as the actor sees them; which ones were set or taken away.

    Raises KeyError for a flag that is not known, PermissionDenied for one of a tier that is not the actor's.
    """
    standing, different = flags(actor, person), []
    for tier in (rules.REPRESENTATION, rules.COUNSEL):
        new = {one for one in wanted if rules.flag_tier(one) == tier}
        old = {one for one in standing if rules.flag_tier(one) == tier}
        if new != old:
            _flag(actor, person, tier=tier, old=old, new=new)
            different += sorted(new ^ old)
    return different


@act("person.flagged")
def _flag(actor: Actor, person: Person, *, tier: int, old: set[str], new: set[str]) -> Happened[None]:
    if tier > actor.reach.person_tier(person.pk):
        raise PermissionDenied("tier")
    own = {"organization_id": person.organization_id, "person_id": person.pk, "tier": tier, "set_by_id": actor.member}
    made = [Vulnerability(flag=flag, **own) for flag in sorted(new - old)]
    Vulnerability.objects.bulk_create(made)
    gone = list(Vulnerability.objects.visible_to(actor).filter(person_id__in=person.files, flag__in=old - new))
    for row in gone:
        row.delete()
    # the line has the tier of what was flagged, and whoever is below does not read it
    changes = {"flags": (sorted(old), sorted(new))}
    return Happened(None, thing=Vulnerability(**own), changes=changes)


@act("person.reached")
def reached(actor: Actor, person: Person, *, at: datetime) -> Happened[None]:
    """Notes when somebody first spoke with the person: provisional consents end with it. The first time counts."""
    if person.reached_at is not None:
        return Happened(None, thing=person)
    person.reached_at = at
    person.save(update_fields=["reached_at"])
    return Happened(None, thing=person, changes={"reached_at": (None, at.isoformat())})


def not_reached(actor: Actor, person: Person) -> None:
    """Takes the note back that somebody spoke with the person. Part of an act, which says why that was wrong."""
    if person.reached_at is not None:
        person.reached_at = None
        person.save(update_fields=["reached_at"])


def shred(actor: Actor, person: Person, *, reason: str) -> int:
    """Makes everything sealed of a person's file unreadable for ever; how many keys it had.

    Files that were merged go together: the survivor holds names of the others, and all are about one human being.
    What stood there is written over, and what the person could be found by goes, too. The line in the audit keeps the
    reason under the organization's key. Run as the owner of the tables.
    """
    with transaction.atomic(), window(SHREDDED):
        keys.lock(person.files, alone=True)
        return sum(_shred(actor, one, reason) for one in person.together)


def _shred(actor: Actor, person: Person, reason: str) -> int:
    line = uuid.uuid4()
    gone = keys.shred(person.organization_id, person.pk)
    for model in sealed_models():
        rows: Any = model._base_manager.filter(model.of_file(person.pk))
        rows.make_unreadable()
    for tokens in (NameToken, PhoneToken, PartyToken):
        tokens.objects.filter(person_id=person.pk).delete()
    told = json.dumps({"reason": reason}, ensure_ascii=False).encode()
    audit.write(
        acts.who(actor), SHREDDED, acts.what(person), fields=("keys",), basis="operator", entry_id=line,
        detail=keys.of_organization(person.organization_id).seal(told, f"audit|{line}"),
    )  # fmt: skip
    return gone
