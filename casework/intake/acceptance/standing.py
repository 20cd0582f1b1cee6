"""What an act of acceptance starts from: the answers, and what the case holds, as far as the actor sees both."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.crypto import salted_hmac

from casework.access.actor import Actor
from casework.access.changes import plain
from casework.cases import reach
from casework.cases.models import Appearance, Case
from casework.custody import looks as custody
from casework.directory.models import Court, Facility
from casework.docket import looks as docket
from casework.docket.models.kinds import HearingState
from casework.intake.acceptance.held import Held, Stands, Stay
from casework.intake.acceptance.of_people import WAYS
from casework.intake.acceptance.of_person import LISTS
from casework.intake.acceptance.plan import Plan
from casework.intake.acceptance.planning import planned
from casework.intake.acceptance.saying import Said
from casework.intake.answers import Given, answers_of, for_rules, off_of
from casework.intake.questions import lists
from casework.intake.questions.conditions import Now
from casework.intake.questions.normalizing import NAME
from casework.people import actions as people
from casework.people import consents, rules
from casework.people.models import AdverseParty, Consent, Contact

PERSON = (
    *NAME, *LISTS, "birth_date", "birth_date_other", "a_number", "a_number_missing", "other_ids", "country_of_birth",
    "language", "language_variety", "language_town", "gender", "alert",
)  # fmt: skip
CONTACT = ("name", "kind", "relationship", "phones", "address", "language", "pass_phrase", "must_not_know", "note")
ADVERSE = ("name", "kind", "phones")
BOND = ("theory", "ice_amount", "result", "amount", "conditions", "decided_on", "posted_by", "posted_on")


@dataclass(frozen=True)
class Intake:
    """The answers of a case, what they say, and what would be written."""

    case: Case
    givens: Mapping[str, Given]
    said: Said
    held: Held

    @cached_property
    def plan(self) -> Plan:
        return planned(self.said, self.held, self.days)

    @property
    def days(self) -> dict[str, date]:
        """On which day of the organization each question was answered."""
        zone = ZoneInfo(self.held.zone)
        return {key: timezone.localdate(one.at, zone) for key, one in self.givens.items()}

    @property
    def seal(self) -> str:
        """What stands for the plan: it changes when an answer or the file does."""
        return salted_hmac("casework.intake.acceptance", repr(self.plan)).hexdigest()[:32]


def read(actor: Actor, case: Case) -> Intake:
    """The intake of a case of the actor's own organization."""
    givens = answers_of(actor, case)
    answers = for_rules(givens)
    zone = reach.of(actor).organizations[case.organization_id].time_zone
    now = timezone.now().astimezone(ZoneInfo(zone))
    off = tuple(sorted(off_of(actor)))
    said = Said(lists.intake(), answers, Now(now.date(), lists.indigenous()), off)
    return Intake(case, givens, said, _held(actor, case, said, zone))


def _held(actor: Actor, case: Case, said: Said, zone: str) -> Held:
    now = timezone.now().astimezone(ZoneInfo(zone))
    on_file, proceedings = (
        custody.court(actor, case),
        [one for one in docket.proceedings(actor, case) if not one.ended_on],
    )
    courts = {on_file.court_id if on_file else "", said.value("court") or "", *(one.court_id for one in proceedings)}
    bonds = docket.bonds(actor, case)
    contacts = _of_person(actor, case, Contact)
    return Held(
        person={name: plain(getattr(case.whose, name)) or _empty(name) for name in PERSON}, zone=zone, now=now,
        contacts=tuple(_party(one, CONTACT) for one in contacts),
        adverse=tuple(_party(one, ADVERSE) for one in _of_person(actor, case, AdverseParty)),
        told=_told(actor, case, now), flags=frozenset(people.flags(actor, case.person)),
        stay=_stay(actor, case), was_held=bool(custody.stays(actor, case)),
        court=on_file.court_id if on_file else "",
        proceedings=tuple(
            _row(one, kind=one.kind, court=one.court_id or "", judge=one.judge, nta_served_on=plain(one.nta_served_on))
            for one in proceedings
        ),
        charges=frozenset(one.code.code for one in docket.charges(actor, case)),
        hearings=tuple(
            _row(
                one, kind=one.kind, at=f"{one.on.isoformat()}T{one.at:%H:%M}", medium=one.medium,
                language=one.language_id,
            )
            for one in docket.hearings(actor, case) if one.state == HearingState.SCHEDULED
        ),
        bond=_row(bonds[0], **{name: plain(getattr(bonds[0], name)) for name in BOND}) if bonds else None,
        zones=_zones(Court, courts), place_zones=_zones(Facility, _facilities(said)),
        appears=Appearance.objects.visible_to(actor).filter(case=case, withdrawn_on=None).exists(),
        tier=actor.reach.person_tier(case.person_id),
    )  # fmt: skip


def _of_person(actor: Actor, case: Case, model: Any) -> list[Any]:
    rows = model.objects.visible_to(actor).filter(person_id__in=case.person.files, removed_at=None)
    return list(rows.order_by("added_at"))


def _party(one: Any, names: Iterable[str]) -> Stands:
    values = {name: getattr(one, name) for name in names}
    values["phones"] = [{**dict.fromkeys(WAYS, False), "note": "", **phone} for phone in values["phones"] or []]
    return Stands(str(one.pk), values)


def _told(actor: Actor, case: Case, now: Any) -> dict[str, frozenset[str]]:
    """What live consents of the person themself let each contact know."""
    rows = Consent.objects.visible_to(actor).filter(person_id__in=case.person.files, provisional=False)
    found: dict[str, frozenset[str]] = {}
    for one in rows.exclude(contact=None):
        if rules.state(consents.as_given(one), now=now, reached_at=None) == rules.State.LIVE:
            found[str(one.contact_id)] = found.get(str(one.contact_id), frozenset()) | set(one.subjects)
    return found


def _stay(actor: Actor, case: Case) -> Stay | None:
    stay = custody.open_stay(actor, case)
    last = custody.last_stint(actor, stay) if stay else None
    if stay is None or last is None:
        return None
    place = {"facility": last.facility_id} if last.facility_id else {"place": last.place} if last.place else {}
    return Stay(str(stay.pk), last.kind, place, last.starts_at)


def _facilities(said: Said) -> set[str]:
    return {
        part.value["facility"] for part in said.parts if part.question.type == "facility" and "facility" in part.value
    }


def _zones(model: Any, keys: Iterable[str | None]) -> dict[str, str]:
    wanted = sorted({key for key in keys if key})
    return dict(model.objects.filter(pk__in=wanted).values_list("pk", "time_zone")) if wanted else {}


def _row(one: Any, **values: Any) -> Stands:
    return Stands(str(one.pk), values)


def _empty(name: str) -> Any:
    return [] if name in (*LISTS, "other_ids") else ""
