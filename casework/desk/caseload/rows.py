"""What a list shows of each case; names are opened for the rows of one page only."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from casework.access.actor import Actor
from casework.access.coalition import Neighbor
from casework.access.members import state
from casework.access.models import Colleague
from casework.access.rules import MemberState
from casework.cases import reach
from casework.cases.grants import Held
from casework.cases.models import Assignment, Case, CaseRole, Matter
from casework.cases.whereabouts import Where, where
from casework.people import languages
from casework.people.models import Person


@dataclass(frozen=True)
class Lead:
    """Who leads a case, and the state of their membership."""

    name: str
    state: MemberState


@dataclass(frozen=True)
class Row:
    """One case. `lead` is None where nobody leads it; `owner` and `held` stand for a case of another organization.

    `language` is the person's, in words. `late` says that the next deadline has passed.
    """

    case: Case
    name: str
    language: str
    where: Where
    lead: Lead | None = None
    owner: Neighbor | None = None
    held: Held | None = None

    @property
    def late(self) -> bool:
        due = self.case.next_deadline_on
        return due is not None and due < timezone.localdate()

    @property
    def matters(self) -> list[str]:
        return [str(Matter(matter).label) for matter in self.case.matters]


def ours(actor: Actor, cases: Sequence[Case]) -> list[Row]:
    """The organization's own cases."""
    leads = _leads(actor, cases)
    return [Row(case, *about, lead=leads.get(case.pk)) for case, about in _about(actor, cases)]


def shared(actor: Actor, cases: Sequence[Case]) -> list[Row]:
    """Cases of other organizations."""
    mine = reach.of(actor)
    return [
        Row(case, *about, owner=mine.organizations[case.organization_id], held=mine.grants[case.pk])
        for case, about in _about(actor, cases)
    ]


def _about(actor: Actor, cases: Sequence[Case]) -> list[tuple[Case, tuple[str, str, Where]]]:
    """Each case with the name and language of its person, and where they are."""
    people, now = Person.objects.visible_to(actor).shown(case.person_id for case in cases), timezone.now()
    found = []
    for case in cases:
        person = people[case.person_id]
        spoken = languages.name_of(person.language) if person.language else ""
        found.append((case, (person.full_name, spoken, where(case, now))))
    return found


def _leads(actor: Actor, cases: Sequence[Case]) -> dict[object, Lead]:
    leading = Assignment.objects.visible_to(actor).filter(
        Assignment.live(), role=CaseRole.LEAD, case_id__in=[case.pk for case in cases]
    )
    leads = dict(leading.values_list("case_id", "membership_id"))
    # Joined, the names of all colleagues would be gathered once for each case.
    known = Colleague.objects.select_related("membership").in_bulk(set(leads.values()))
    found = {pk: Lead(one.name, state(one.membership)) for pk, one in known.items()}
    return {case_id: found[member] for case_id, member in leads.items() if member in found}
