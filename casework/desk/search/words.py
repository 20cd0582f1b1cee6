"""What the list of a search says of each case: who it is, and why it fits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.access.actor import Actor
from casework.access.coalition import Neighbor
from casework.cases import reach, whereabouts
from casework.cases.models import Case
from casework.cases.search import Found
from casework.cases.whereabouts import Where
from casework.people import rules
from casework.people.likeness import Likeness, Sense
from casework.people.models import AdverseParty, Contact
from casework.vault.fields import Locked

SENSES = {
    Sense.SAME: gettext_lazy("Same name"),
    Sense.SOUNDS: gettext_lazy("Sounds like it"),
    Sense.SPELLED: gettext_lazy("Spelled much like it"),
    Sense.PARTLY: gettext_lazy("Part of what you typed"),
}


@dataclass(frozen=True)
class Row:
    """One case. `owner` stands for a case of another organization; `number` is masked; `why` are short phrases."""

    case: Case
    name: str
    why: list[str]
    where: Where
    number: str = ""
    born: date | None = None
    owner: Neighbor | None = None


def rows(actor: Actor, found: Sequence[Found]) -> list[Row]:
    """The rows of a page."""
    mine, now = reach.of(actor), timezone.now()
    return [
        Row(
            one.case,
            one.person.full_name,
            list(why(one)),
            whereabouts.where(one.case, now),
            "" if isinstance(one.person.a_number, Locked) else rules.masked(one.person.a_number),
            one.person.birth_date if type(one.person.birth_date) is date else None,
            None if one.case.organization_id == actor.organization_id else mine.organizations[one.case.organization_id],
        )
        for one in found
    ]


def why(found: Found) -> Iterable[str]:
    """What fits, the surest first."""
    if found.reference:
        yield _("Reference")
    if found.hit.number:
        yield _("A-number")
    if found.hit.party is not None:
        yield _("Phone of %(who)s") % {"who": _party(found.hit.party)}
    if found.hit.likeness.score:
        yield from _name(found.hit.likeness)


def _name(likeness: Likeness) -> Iterable[str]:
    if likeness.alias:
        yield _("Alias %(alias)s") % {"alias": likeness.alias}
    if likeness.met and not (likeness.alias and likeness.sense == Sense.SAME):
        yield str(SENSES[likeness.sense])
    if likeness.born == "born":
        yield _("Same birth date")
    elif likeness.born == "swapped":
        yield _("Birth date with day and month swapped")


def _party(party: Contact | AdverseParty) -> str:
    """Who around the person it is: sister Ana; of somebody on the other side, what they are."""
    known = party.relationship if isinstance(party, Contact) else ""
    kind = str(party.get_kind_display()).lower()
    parts = [part for part in (known or kind, party.name) if part and not isinstance(part, Locked)]
    return " ".join(parts)
