"""Looking through one's own people for somebody whom another organization offers.

Until the organization-wide check stands this is the search: it finds whom the actor sees.
"""

from dataclasses import dataclass

from casework.access import acts
from casework.access.actor import Actor
from casework.cases import search
from casework.cases.models import Case
from casework.intake.models import OfferCard
from casework.people import asked


@dataclass(frozen=True)
class Hit:
    """A case whose person may be the same; `number` says that the A-number is."""

    case: Case
    name: str
    number: bool


def check(actor: Actor, card: OfferCard) -> list[Hit]:
    """Who may be the same person, the most alike first, each case once."""
    names = [card.full_name, *card.names.get("aliases", [])]
    found: dict[object, Hit] = {}
    for typed in [card.a_number, *names]:
        if typed and acts.allowed(actor, search.VERB):
            for one in search.answer(actor, asked.read(typed)).found:
                if one.case.organization_id != actor.organization:  # shared with us, and nobody of ours
                    continue
                number = typed == card.a_number
                found.setdefault(one.case.pk, Hit(one.case, one.person.full_name, number))
    return list(found.values())
