"""Handing the lead of a case over, on a day: at any time exactly one person leads."""

import uuid
import zoneinfo
from datetime import date, datetime, time

from django.core.exceptions import ValidationError
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.access.actor import Actor
from casework.access.acts import Happened, act
from casework.access.models import Membership
from casework.cases import rules
from casework.cases.actions.ground import instant, locked, name_of
from casework.cases.actions.team import place
from casework.cases.models import Assignment, Case, CaseRole

NOT_TAKEN_BACK = Q(ends_at=None) | Q(ends_at__gt=F("starts_at"))  # a plan that was cancelled ends where it begins


@act("case.lead_handed_over")
def hand_over(actor: Actor, case: Case, *, to: Membership, on: date, then: str = "") -> Happened[Assignment]:
    """Gives the lead to another attorney from the beginning of a day on the organization's clock; today, from now.

    At one instant the former lead's place ends and the new one's begins. What the new lead was on the case ends then,
    too; the former one stays on as `then`, if that names a role. Raises ValidationError at "member", "day" or "role".
    """
    now, held = instant(), locked(actor, case)
    zone = zoneinfo.ZoneInfo(held.organization.time_zone)
    if on < timezone.localdate(now, zone):
        raise ValidationError({"day": _("Choose today or a later day.")})
    at = max(now, datetime.combine(on, time(0), zone))
    ahead = (Q(ends_at=None) | Q(ends_at__gt=at)) & NOT_TAKEN_BACK
    places = list(Assignment.objects.visible_to(actor).filter(ahead, case=case))
    former = _former(places, now)
    _check(case, former, to, then)
    for one in places:
        if one == former or one.membership_id == to.pk:
            _end(one, max(at, one.starts_at))
    made = place(actor, case, to.pk, CaseRole.LEAD, starts_at=at)
    if former and then:
        place(actor, case, former.membership_id, then, starts_at=at)
    was = name_of(former.membership_id) if former else ""
    told = {"who": name_of(to.pk), "from": was, "then": then, "at": at.isoformat()}
    return Happened(made, thing=case, fields=("assignment",), about={"membership_id": to.pk}, told=told)


@act("case.lead_kept")
def cancel_hand_over(actor: Actor, case: Case) -> Happened[None]:
    """Takes a hand-over back that was planned for a later day: what it would end goes on, what it would begin does not.

    Raises ValidationError where none is planned.
    """
    locked(actor, case)
    planned = planned_lead(actor, case)
    if planned is None:
        raise ValidationError(_("No hand-over is planned."), code="none")
    at, all_of_case = planned.starts_at, Assignment.objects.visible_to(actor).filter(case=case)
    for one in all_of_case.filter(starts_at=at):
        _end(one, at)
    for one in all_of_case.filter(ends_at=at, starts_at__lt=at):
        _end(one, None)
    return Happened(None, thing=case, fields=("assignment",), told={"who": name_of(planned.membership_id)})


def planned_lead(actor: Actor, case: Case) -> Assignment | None:
    """The place of whoever leads the case from a later instant on."""
    ahead = Assignment.objects.visible_to(actor).filter(case=case, role=CaseRole.LEAD, starts_at__gt=timezone.now())
    found: Assignment | None = ahead.filter(NOT_TAKEN_BACK).select_related("membership__colleague").first()
    return found


def _former(places: list[Assignment], now: datetime) -> Assignment | None:
    """Whoever leads until then. Raises ValidationError where another hand-over is planned."""
    leads = [one for one in places if one.role == CaseRole.LEAD]
    if any(one.starts_at > now for one in leads):
        raise ValidationError({"day": _("Another hand-over is planned. Cancel that one first.")})
    return next(iter(leads), None)


def _check(case: Case, former: Assignment | None, to: Membership, then: str) -> None:
    if "lead" not in rules.roles_on_case(_live_roles(case, to.pk)):
        raise ValidationError({"member": _("Only an attorney can lead a case.")})
    if former is None:
        return
    if former.membership_id == to.pk:
        raise ValidationError({"member": _("This person leads the case already.")})
    if then and then not in rules.roles_on_case(_live_roles(case, former.membership_id)) - {"lead"}:
        raise ValidationError({"role": _("Whoever leads now cannot be that on the case.")})


def _live_roles(case: Case, membership_id: uuid.UUID) -> frozenset[str]:
    """The roles of somebody in the case's organization; none for somebody who is no member there at present."""
    live = Membership.objects.live().filter(pk=membership_id, organization_id=case.organization_id)
    return frozenset(next(iter(live.values_list("roles", flat=True)), ()))


def _end(one: Assignment, at: datetime | None) -> None:
    one.ends_at = at
    one.save(update_fields=["ends_at"])
