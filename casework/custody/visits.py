"""Who of the organization's people is held in a facility, or has a court on file: for their pages, and for a visit."""

from dataclasses import dataclass

from casework.access.actor import Actor
from casework.cases.models import Assignment, Case, CaseRole, CustodyState, Stage
from casework.custody.models import CourtOnFile
from casework.directory.models import Court, Facility

OVER = (Stage.CLOSED, Stage.DECLINED, Stage.REFERRED)


@dataclass(frozen=True)
class There:
    """Somebody who is there, by the case that the actor works with. `lead` is empty where nobody leads."""

    case: Case
    lead: str


def there(actor: Actor, facility: Facility) -> list[There]:
    """The people of one's own organization whom one sees, each once, by surname; of cases that are not over."""
    rows = Case.objects.ours(actor).filter(facility_key=facility.key, custody=CustodyState.DETAINED)
    rows = rows.exclude(stage__in=OVER)
    by_person: dict[object, Case] = {}
    for case in rows.select_related("person").order_by("-opened_at"):
        human = case.person.merged_into_id or case.person_id
        known = by_person.get(human)
        if known is None or (not known.reference and case.reference):
            by_person[human] = case
    return _with_leads(actor, list(by_person.values()))


def before(actor: Actor, court: Court) -> list[There]:
    """The open cases of one's own organization, as far as one sees them, that have this court on file; by surname."""
    on_file = CourtOnFile.objects.visible_to(actor).filter(court=court).values("case_id")
    rows = Case.objects.ours(actor).filter(pk__in=on_file).exclude(stage__in=OVER)
    return _with_leads(actor, list(rows.select_related("person")))


def _with_leads(actor: Actor, found: list[Case]) -> list[There]:
    team = Assignment.objects.visible_to(actor).filter(Assignment.live(), case__in=found, role=CaseRole.LEAD)
    leads = dict(team.values_list("case_id", "membership__colleague__name")) if found else {}
    return sorted((There(case, leads.get(case.pk, "")) for case in found), key=lambda one: _order(one.case))


def _order(case: Case) -> tuple[str, ...]:
    """By surname, as a list at a gate is read."""
    person = case.whose
    return tuple(
        str(part or "").casefold() for part in (person.first_surname, person.second_surname, person.given_names)
    )
