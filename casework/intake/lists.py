"""What cells are compared with: the organization's attorneys, courts and facilities. Asked once for a check.

Whatever stands in a file about people or cases of other organizations means nothing: nothing is looked up there.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.utils import timezone

from casework.access.actor import Actor
from casework.access.models import Colleague, Membership, Organization
from casework.cases.models import Matter
from casework.custody import places
from casework.custody.models import Source
from casework.custody.places import Where
from casework.directory.models import Court, Facility
from casework.directory.search import fold

MOST_SOUGHT = 300  # texts that are looked for by parts and with slips of the pen; further ones by name or code alone
SEVERAL = 8


@dataclass
class Lists:
    """Names to keys. `today` is the organization's."""

    zone: str
    leads: dict[uuid.UUID, str]
    emails: dict[str, uuid.UUID]
    courts: dict[str, Court]
    sought: dict[str, list[Facility]] = field(default_factory=dict)
    named: dict[str, list[Facility]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.today = timezone.localdate(timezone.now(), ZoneInfo(self.zone))
        self.matters = _by_words((one.value, str(one.label)) for one in Matter)
        self.sources = _by_words((one.value, str(one.label)) for one in Source)

    def lead(self, typed: str) -> uuid.UUID | None:
        """The one attorney with this address or name."""
        if typed.strip().lower() in self.emails:
            return self.emails[typed.strip().lower()]
        found = [pk for pk, name in self.leads.items() if fold(name) == fold(typed)]
        return found[0] if len(found) == 1 else None

    def court(self, typed: str) -> list[Court]:
        """The courts that somebody may mean: the one alone with this key, code or name."""
        plain, asked = typed.strip(), fold(typed)
        exact = [one for key, one in self.courts.items() if key == plain or one.code == plain.upper()]
        named = [one for one in self.courts.values() if asked and fold(one.name) == asked]
        if found := _once([*exact, *named]):
            return found
        words = [one for one in asked.split() if one not in ("court", "immigration", "corte", "de", "inmigracion")]
        return [one for one in self.courts.values() if words and set(words) <= set(fold(one.name).split())][:SEVERAL]

    def places(self, typed: str) -> list[Facility]:
        """The facilities that somebody may mean."""
        if typed not in self.sought:
            exact = self._exact(typed)
            self.sought[typed] = exact or (places.found(typed) if len(self.sought) < MOST_SOUGHT else [])
        return self.sought[typed]

    def where(self, key: str) -> Where:
        """A facility that was found before."""
        return Where("facility", next(one for found in self.sought.values() for one in found if one.key == key))

    def _exact(self, typed: str) -> list[Facility]:
        if not self.named:
            for one in Facility.objects.current():
                for name in {one.key.casefold(), one.detloc.casefold(), one.name.casefold()} - {""}:
                    self.named.setdefault(name, []).append(one)
        found = self.named.get(typed.strip().casefold(), [])
        return found if len(found) == 1 else []


def of(actor: Actor) -> Lists:
    """The lists of the actor's organization."""
    live = Membership.objects.live().filter(organization_id=actor.organization, roles__contains=["attorney"])
    here = Colleague.objects.filter(pk__in=list(live.values_list("pk", flat=True)))
    rows = list(here.values_list("pk", "name", "email"))
    courts = {one.key: one for one in Court.objects.sitting().order_by("name", "key")}
    zone = Organization.objects.values_list("time_zone", flat=True).get(pk=actor.organization)
    return Lists(
        zone, {pk: name for pk, name, _email in rows}, {email.lower(): pk for pk, _name, email in rows}, courts
    )  # fmt: skip


def _by_words(choices: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for value, label in choices:
        found |= {fold(value.replace("_", " ")): value, fold(label): value}
    return found


def _once(courts: list[Court]) -> list[Court]:
    return list({one.key: one for one in courts}.values())
