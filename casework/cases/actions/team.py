"""Who works on a case: putting people on it, taking them off."""

import uuid
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from casework.access.actor import READERS, Actor
from casework.access.acts import Happened, act
from casework.access.models import Membership
from casework.cases import rules
from casework.cases.actions.ground import instant, locked, name_of
from casework.cases.models import Assignment, Case, CaseRole
from casework.vault import keys

FIRST_ROLE = (("attorney", CaseRole.LEAD), ("paralegal", CaseRole.PARALEGAL), ("volunteer", CaseRole.VOLUNTEER))


@act("case.assigned")
def assign(
    actor: Actor, case: Case, *, membership: Membership, role: str, ends_at: datetime | None = None
) -> Happened[Assignment]:
    """Puts a member of the case's organization on the case, from now.

    Raises ValidationError at "member" for somebody who cannot be on it (suspended, gone, administrator only, there
    already), at "role" for a role that is not theirs and for a second lead.
    """
    locked(actor, case)
    _check_member(actor, case, membership, role)
    try:
        with transaction.atomic():
            made = place(actor, case, membership.pk, role, ends_at=ends_at)
    except IntegrityError as error:
        raise ValidationError({"role": _has_lead(actor, case)}) from error
    told = {"who": name_of(membership.pk), "role": role}
    return Happened(made, thing=case, fields=("assignment",), about={"membership_id": membership.pk}, told=told)


@act("case.unassigned")
def unassign(actor: Actor, case: Case, *, assignment: Assignment) -> Happened[None]:
    """Ends somebody's place on the case, now.

    Raises ValidationError when it is over or of another case, for whoever leads from a later day on, and when nobody
    could open the case any more.
    """
    now, standing = instant(), locked(actor, case)
    if assignment.case_id != case.pk or (assignment.ends_at is not None and assignment.ends_at <= now):
        raise ValidationError(_("This person is not on the team any more."), code="gone")
    if assignment.role == CaseRole.LEAD and assignment.starts_at > now:  # with it the former lead's end would stay
        raise ValidationError(_("Another hand-over is planned. Cancel that one first."), code="planned")
    if not _leaves_counsel(actor, standing, assignment):
        raise ValidationError(
            _("Nobody could open the case any more. Put an attorney or paralegal on the team first."), code="last"
        )
    keys.of_file(case.organization_id, case.person_id)  # the line needs it when the actor may see the case no more
    assignment.ends_at = max(now, assignment.starts_at)
    assignment.save(update_fields=["ends_at"])
    told = {"who": name_of(assignment.membership_id), "role": assignment.role}
    return Happened(None, thing=case, fields=("assignment",), told=told)


def place(
    actor: Actor, case: Case, membership_id: uuid.UUID, role: str, *, starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> Assignment:  # fmt: skip
    """Puts somebody on the case, from now or from a later instant. Part of an act, which asks whether that may be."""
    made = Assignment(
        organization_id=case.organization_id, case=case, membership_id=membership_id, role=role,
        starts_at=starts_at or instant(), ends_at=ends_at, made_by_id=actor.member,
    )  # fmt: skip
    made.save(force_insert=True)
    return made


def _check_member(actor: Actor, case: Case, membership: Membership, role: str) -> None:
    here = Membership.objects.live().filter(pk=membership.pk, organization_id=case.organization_id).first()
    if here is None:
        raise ValidationError({"member": _("This person is not a member any more, or is suspended.")})
    possible = rules.roles_on_case(frozenset(here.roles))
    if not possible:
        raise ValidationError({"member": _("An administrator needs a second role to work on cases.")})
    if Assignment.objects.visible_to(actor).filter(Assignment.live(), case=case, membership_id=here.pk).exists():
        raise ValidationError({"member": _("This person is on the team. To change the role, take them off first.")})
    if role not in possible:
        words = ", ".join(str(CaseRole(one).label) for one in CaseRole.values if one in possible)
        raise ValidationError({"role": _("This person can be here: %(roles)s.") % {"roles": words}})


def _has_lead(actor: Actor, case: Case) -> str:
    """What is said when a second lead is refused; the lead of another time has no name here."""
    leading = Assignment.objects.visible_to(actor).filter(Assignment.live(), case=case, role=CaseRole.LEAD)
    lead = leading.select_related("membership__colleague").first()
    if lead is None:
        return _("The case has a lead. Take that person off first.")
    words = _("%(name)s leads this case. Take that person off first, or choose another role.")
    return words % {"name": lead.membership.colleague.name}


def _leaves_counsel(actor: Actor, case: Case, assignment: Assignment) -> bool:
    """Whether somebody who reads the case's content is left without this place on its team."""
    if rules.reads_unassigned(READERS, visibility=case.organization.visibility, restricted=case.restricted):
        return True
    left = Assignment.objects.visible_to(actor).filter(Assignment.live(), case=case).exclude(pk=assignment.pk)
    counsel = Membership.objects.live().filter(roles__overlap=sorted(READERS))
    return bool(counsel.filter(pk__in=left.values("membership_id")).exists())
