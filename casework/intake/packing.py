"""Putting together what goes to another organization: the card of an offer, and a part for each tier.

What is packed is what the person agreed to when it was offered, as it stands when it is accepted: whoever changes
something meanwhile brings it up to date (`handing.follow`), as far as they see.
"""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.access.actor import Actor
from casework.access.changes import plain
from casework.cases import person as people
from casework.cases.models import Case, Tier
from casework.custody import looks as custody
from casework.custody.models import Precision
from casework.docket import looks as docket
from casework.docket.models.kinds import HearingKind
from casework.intake import answers
from casework.intake.models import AnswerState
from casework.people import actions as person_actions
from casework.people import consents, contacts, rules
from casework.people.models import Consent, Contact, Person
from casework.vault.fields import Locked

NAMES = ("given_names", "first_surname", "second_surname")
OF_PERSON = tuple(name for name in people.FIELDS if name not in NAMES)
OF_HEARING = ("kind", "medium", "forum", "place", "judge", "minutes", "interpreter", "interpreter_name")
MOST_HEARINGS = 10
TO_ALL = (Tier.INTAKE, Tier.REPRESENTATION)  # what goes unless the person agreed to more
BOND, BOND_HOURS, USUAL_HOURS = "bond", 24, 48


def hours(*, bond: bool) -> int:
    """How long an organization has to answer."""
    return BOND_HOURS if bond else USUAL_HOURS


def is_bond(actor: Actor, case: Case) -> bool:
    """Whether a bond hangs on it: the case is for one, or a bond hearing is ahead."""
    return BOND in case.matters or any(one.kind == HearingKind.BOND for one in _ahead(actor, case))


def card(actor: Actor, case: Case) -> dict[str, Any]:
    """What the card of an offer says of the case."""
    person = case.whose
    return {
        "names": _plain(person, (*NAMES, "aliases")),
        "a_number": _open(person.a_number),
        "matters": case.matters,
        "facility_key": case.facility_key,
        "place": case.place,
        "place_kind": case.place_kind,
        "custody": case.custody,
        "language": person.language,
        "priority": case.priority,
        "is_bond": is_bond(actor, case),
        "next_hearing_at": case.next_hearing_at,
        "next_hearing_zone": case.next_hearing_zone,
    }


def part(actor: Actor, case: Case, tier: int) -> dict[str, Any]:
    """What goes over on one tier, in what JSON knows."""
    if tier == Tier.INTAKE:
        return {
            "person": _plain(case.whose, (*NAMES, *OF_PERSON)),
            "reached_at": plain(case.person.first_reached_at),
            "contacts": [{"id": str(one.pk)} | _plain(one, contacts.FIELDS) for one in around(case.person)],
            "consents": list(_agreed(case.person)),
            "custody": _custody(actor, case),
            "hearings": [_hearing(one) for one in _ahead(actor, case) if one.court_id or one.forum],
            "answers": _answers(actor, case, tier),
        }
    flags = {one for one in person_actions.flags(actor, case.person) if rules.flag_tier(one) == tier}
    return {"flags": sorted(flags), "answers": _answers(actor, case, tier)}


def tiers(actor: Actor, case: Case, *, counsel: bool) -> list[int]:
    """The tiers that go over, as far as whoever offers sees them; the third where the person agreed to it."""
    highest = answers.tier_of(actor, case)
    return [one for one in (*TO_ALL, *((Tier.COUNSEL,) if counsel else ())) if one <= highest]


def renewed(actor: Actor, case: Case, tier: int, before: dict[str, Any]) -> dict[str, Any]:
    """A part as it is to be now; what stands there and the actor does not see stays, and so does what was written."""
    now = part(actor, case, tier)
    if tier > actor.reach.person_tier(case.person_id) and "flags" in now:
        now["flags"] = before.get("flags", [])
    return now | ({"note": before["note"]} if before.get("note") else {})


def around(person: Person) -> list[Contact]:
    """Those one calls, in their order."""
    rows = person.rows(Contact).filter(removed_at=None)
    return sorted(rows, key=lambda one: (one.position, one.added_at))


def may_be_called(person: Person) -> bool:
    """Whether somebody around the person may be called back."""
    if person.wants_no_contact:
        return False
    return any(phone.get("call") for one in around(person) for phone in _open(one.phones) if not one.must_not_know)


def _agreed(person: Person) -> Iterable[dict[str, Any]]:
    """What the person agreed that contacts are told, as far as it counts now."""
    now = timezone.now()
    for one in person.rows(Consent).filter(contact__isnull=False, provisional=False).order_by("given_at"):
        if rules.state(consents.as_given(one), now=now, reached_at=person.first_reached_at) == rules.State.LIVE:
            names = ("subjects", "how", "language", "given_at", "ends_at", "purpose", "witness")
            yield {"contact": str(one.contact_id)} | _plain(one, names)


def _answers(actor: Actor, case: Case, tier: int) -> list[dict[str, Any]]:
    """What was answered at intake, each as it stands."""
    standing = answers.answers_of(actor, case).values()
    return [
        {"key": one.key, "value": one.value, "state": one.state}
        for one in standing
        if one.tier == tier and one.state != AnswerState.EMPTY
    ]


def _custody(actor: Actor, case: Case) -> dict[str, Any] | None:
    """Where the person is held, and since when that is known."""
    stay = custody.open_stay(actor, case)
    stint = custody.last_stint(actor, stay) if stay else None
    if stay is None or stint is None:
        return None
    return {
        "kind": stint.kind,
        "facility": stint.facility_id,
        "words": _open(stint.place) or "",
        "starts_at": stint.starts_at.isoformat(),
        "zone": stint.time_zone,
        "exact": stint.starts_precision == Precision.MINUTE,
        "source": stint.source,
        "began_at": stay.began_at.isoformat(),
    }


def _ahead(actor: Actor, case: Case) -> list[Any]:
    return docket.ahead_of(actor, case, most=MOST_HEARINGS)


def _hearing(row: Any) -> dict[str, Any]:
    beside = {"court": row.court_id, "location": row.location_id, "language": row.language_id}
    when = {"on": row.on.isoformat(), "at": row.at.isoformat(), "zone": row.time_zone, "later": row.is_later}
    return _plain(row, OF_HEARING) | beside | when


def _plain(row: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: plain(_open(getattr(row, name))) for name in names}


def _open(value: Any) -> Any:
    """Raises ValidationError for what does not open: half a file is not handed over."""
    if isinstance(value, Locked):
        raise ValidationError(_("Something of this file cannot be opened, so it cannot be handed over."), code="locked")
    return value
