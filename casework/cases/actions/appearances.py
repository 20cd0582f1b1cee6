"""Notices of appearance: filing and withdrawing them, which only writes down what counsel did."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.access.actor import Actor
from casework.access.acts import Happened, act
from casework.access.models import Membership
from casework.access.versions import ChangedMeanwhile
from casework.cases.actions.ground import name_of
from casework.cases.models import Appearance, Case, Scope


@act("appearance.filed")
def file_appearance(
    actor: Actor, case: Case, *, form: str, membership: Membership, filed_on: date, scope: str = Scope.NONE
) -> Happened[Appearance]:
    """Writes down that somebody of the organization entered an appearance on this day.

    Raises ValidationError at "filed_on" for a day ahead, at "member" for somebody who is no attorney or representative
    and where this person's appearance on the same form stands.
    """
    if filed_on > timezone.localdate():
        raise ValidationError({"filed_on": _("Choose today or an earlier day.")})
    live = Membership.objects.live().filter(pk=membership.pk, organization_id=case.organization_id)
    if not live.filter(roles__contains=["attorney"]).exists():
        raise ValidationError({"member": _("Only an attorney or accredited representative appears for somebody.")})
    standing = Appearance.objects.visible_to(actor).filter(
        case=case, form=form, membership=membership, withdrawn_on=None
    )
    if standing.filter(scope=scope).exists():
        raise ValidationError({"member": _("This person's appearance on this form stands already.")})
    made = Appearance(
        organization_id=case.organization_id, case=case, form=form, scope=scope, membership=membership,
        filed_on=filed_on, made_by_id=actor.member,
    )  # fmt: skip
    made.save(force_insert=True)
    return Happened(made, thing=case, fields=("appearance",), told=_told(made) | {"day": filed_on.isoformat()})


@act("appearance.withdrawn")
def withdraw_appearance(
    actor: Actor, case: Case, *, appearance: Appearance, withdrawn_on: date, seen: int
) -> Happened[None]:
    """Writes down that an appearance was withdrawn on this day, or that another took its place.

    Raises ValidationError at "withdrawn_on" for a day before it was filed or ahead, and where it was withdrawn before;
    ChangedMeanwhile when its version is not `seen`.
    """
    if appearance.version != seen:
        raise ChangedMeanwhile(appearance)
    if appearance.case_id != case.pk or appearance.withdrawn_on is not None:
        raise ValidationError(_("This appearance was withdrawn already."), code="gone")
    if not appearance.filed_on <= withdrawn_on <= timezone.localdate():
        raise ValidationError({"withdrawn_on": _("Choose a day between the filing and today.")})
    appearance.withdrawn_on = withdrawn_on
    appearance.save(update_fields=["withdrawn_on"])
    told = _told(appearance) | {"day": withdrawn_on.isoformat()}
    return Happened(None, thing=case, fields=("appearance",), told=told)


def _told(appearance: Appearance) -> dict[str, str]:
    return {"form": appearance.form, "scope": appearance.scope, "who": name_of(appearance.membership_id)}
