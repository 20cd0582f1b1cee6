"""Sharing a case with other organizations, and ending that."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.access.actor import Actor
from casework.access.acts import Happened, act
from casework.access.coalition import Neighbor, Receiver
from casework.cases import access, reach, rules
from casework.cases.actions.ground import signature
from casework.cases.grants import LEVELS, CaseGrant, CaseGroupObjectPermission, CaseUserObjectPermission
from casework.cases.models import Case
from casework.look import dates


@act("case.shared")
def share(
    actor: Actor, case: Case, *, to: Neighbor, receiver: Receiver | None, level: str, counsel_tier: bool,
    expires_at: datetime, consent_id: uuid.UUID | None = None,
) -> Happened[list[CaseGrant]]:  # fmt: skip
    """Shares the case until `expires_at` with one person in another organization, or with its attorneys and paralegals.

    Replaces what this receiver had from the same hand. `level` is "view", "change" or "share". Raises ValidationError,
    at "organization", "until", "counsel" or "email" where it is about one of them.
    """
    check_share(actor, case, to=to, counsel_tier=counsel_tier, expires_at=expires_at)
    user_id = receiver.user_id if receiver else None
    try:
        with transaction.atomic():
            _settle(case)
            _grants_to(actor, case, to.id, user_id).delete()
            fields = _grant_fields(actor, case, to, counsel_tier, expires_at) | {"consent_id": consent_id}
            made = [_grant(permission, to, receiver, fields) for permission in _permissions(level)]
            _settle(case)
    except IntegrityError as error:
        words = _("Somebody else shared the case with this receiver. They can change it, or the case's organization.")
        raise ValidationError(words, code="given") from error
    except DatabaseError as error:
        raise ValidationError(_("This cannot be shared so far or so long."), code="share") from error
    said = ("share", level, *(["counsel"] if counsel_tier else []))
    told = {"to": to.name, "who": receiver.name if receiver else "", "level": level, "until": expires_at.isoformat()}
    about = {"to_organization_id": to.id, "to_user_id": user_id}
    return Happened(made, thing=case, fields=said, about=about, told=told)


@act("share.revoked")
def revoke(actor: Actor, case: Case, *, to_organization_id: uuid.UUID, user_id: uuid.UUID | None) -> Happened[int]:
    """Ends a share, now, and what the receiver's organization passed on without a right of its own any more.

    How many permissions it was. Raises ValidationError when it had ended, or is not this actor's to end: the case's
    own organization ends every share, anybody else what they gave themselves.
    """
    deleted, _kinds = _grants_to(actor, case, to_organization_id, user_id).delete()
    if not deleted:
        raise ValidationError(_("This share has ended, or it is not yours to end."), code="gone")
    _settle(case)
    about = {"to_organization_id": to_organization_id, "to_user_id": user_id}
    there = reach.of(actor).organizations.get(to_organization_id)
    told = {"to": there.name} if there else {}
    return Happened(deleted, thing=case, fields=("share",), about=about, told=told)


def check_share(actor: Actor, case: Case, *, to: Neighbor, counsel_tier: bool, expires_at: datetime) -> None:
    """Raises ValidationError, at "organization", "until" or "counsel", for what `share` would refuse."""
    if to.id in (case.organization_id, actor.organization):
        raise ValidationError({"organization": _("Choose another organization than yours and the case's own.")})
    now, limit = timezone.now(), access.limit(case)
    end = limit.counsel_until if counsel_tier else limit.until
    if counsel_tier and end is None:
        raise ValidationError({"counsel": _("Only somebody on the team of the case can share counsel notes.")})
    if expires_at <= now:
        raise ValidationError({"until": _("Choose a day that is not over.")})
    if timezone.localdate(expires_at) > rules.latest_end(timezone.localdate(now)):
        raise ValidationError({"until": _("A share lasts a year at most. You can share again before it ends.")})
    if end is not None and expires_at > end:
        words = _("What was shared with you ends on %(day)s. Choose an earlier day.")
        raise ValidationError({"until": words % {"day": dates.day(timezone.localtime(end), year=True)}})


def _permissions(level: str) -> list[Permission]:
    found = Permission.objects.filter(content_type__app_label="cases", codename__in=LEVELS[level])
    return list(found.select_related("content_type"))


def _grants_to(actor: Actor, case: Case, organization_id: uuid.UUID, user_id: uuid.UUID | None) -> Any:
    """What this receiver has, as far as it is the actor's to end."""
    to = {"content_object_id": case.pk, "to_organization_id": organization_id}
    if case.organization_id != actor.organization:
        to["granted_by_id"] = actor.member
    if user_id is None:
        return CaseGroupObjectPermission.objects.filter(**to)
    return CaseUserObjectPermission.objects.filter(**to, user_id=user_id)


def _settle(case: Case) -> None:
    """Takes away what was passed on further than the right of whoever passed it on, and what has expired."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctx.settle_shares(%s)", [case.pk])


def _grant_fields(actor: Actor, case: Case, to: Neighbor, counsel_tier: bool, expires_at: datetime) -> dict[str, Any]:
    return {
        "content_object": case,
        "organization_id": case.organization_id,
        "to_organization_id": to.id,
        "granted_by_id": actor.member,
        "granted_by_name": signature(actor, case),
        "counsel_tier": counsel_tier,
        "expires_at": expires_at,
    }


def _grant(permission: Permission, to: Neighbor, receiver: Receiver | None, fields: dict[str, Any]) -> CaseGrant:
    row: CaseGrant
    if receiver is None:
        row = CaseGroupObjectPermission(permission=permission, group_id=to.group_id, **fields)
    else:
        row = CaseUserObjectPermission(permission=permission, user_id=receiver.user_id, **fields)
    row.save(force_insert=True)
    return row
