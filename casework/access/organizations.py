"""Every write about an organization: founding it, its settings and duty attorneys, closing it."""

import hashlib
import json
import re
import secrets
import unicodedata
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from casework.access.actor import Actor
from casework.access.acts import Happened, act
from casework.access.coalition import neighbors
from casework.access.models import DutyHour, Membership, Organization, Role

SETTINGS = (
    "name", "kind", "time_zone", "phone", "hours", "languages", "facilities", "visibility", "capacity",
    "retention_years",
)  # fmt: skip
SHORT_NAME = re.compile(r"[A-Z][A-Z0-9]{1,11}")


@dataclass(frozen=True)
class Shift:
    """A weekly time on duty, on the organization's clock, and the number under which one answers. 0 is Monday.

    One that ends before it begins ends on the day after.
    """

    membership_id: uuid.UUID
    weekday: int
    starts: time
    ends: time
    phone: str = ""

    @property
    def when(self) -> tuple[uuid.UUID, int, time, time]:
        """Whose time it is."""
        return self.membership_id, self.weekday, self.starts, self.ends


def live_attorneys(organization_id: uuid.UUID) -> Any:
    """Memberships that can be on duty: live, with the role of an attorney."""
    return Membership.objects.live().filter(organization_id=organization_id, roles__contains=[Role.ATTORNEY])


def called(short_name: str) -> Organization | None:
    """The organization with this short name, as the operator's commands name it."""
    return Organization.objects.filter(short_name=short_name).first()


def must_be_free(actor: Actor, name: str) -> None:
    """Raises ValidationError, at the name, when it is too like that of another organization."""
    _must_be_unlike(name, [one.name for one in neighbors().values() if one.id != actor.organization])


def fingerprint(organization: Organization) -> str:
    """Short and different for different settings: a form brings back the one of the settings it was filled from."""
    values = [getattr(organization, name) for name in SETTINGS]
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]


@act("organization.changed")
def change(
    actor: Actor, values: Mapping[str, Any], *, seen: str = "", more_duty: Sequence[Shift] = (),
    less_duty: Collection[uuid.UUID] = (),
) -> Happened[tuple[str, ...]]:  # fmt: skip
    """Changes settings of the actor's organization, by name of the field, and times on duty; what changed.

    Raises ValidationError for a name too like another organization's, for somebody who cannot be on duty, and with
    code "stale" when the settings are no longer those that `seen` is the fingerprint of.
    """
    organization = Organization.objects.select_for_update().get(pk=actor.organization)
    if seen and fingerprint(organization) != seen:
        raise ValidationError(_("Somebody else saved these settings while you were writing."), code="stale")
    changed = [name for name in SETTINGS if name in values and values[name] != getattr(organization, name)]
    if "name" in changed:
        must_be_free(actor, values["name"])
    changes = {name: (getattr(organization, name), values[name]) for name in changed}
    for name in changed:
        setattr(organization, name, values[name])
    if changed:
        organization.clean_fields()
        try:
            with transaction.atomic():
                organization.save(update_fields=changed)
        except IntegrityError as error:
            raise ValidationError({"name": _taken()}) from error
    if _change_duty(organization, more_duty, less_duty):
        changed.append("duty_hours")
    return Happened(tuple(changed), thing=organization, fields=tuple(changed), changes=changes)


@act("organization.founded")
def found(
    actor: Actor, *, name: str, short_name: str, kind: str, time_zone: str, admin_email: str
) -> Happened[Organization]:
    """Founds an organization and invites its first administrator, for 72 hours.

    `short_name` is 2 to 12 capital letters and digits, never changed again. Raises ValidationError, by field.
    """
    organization = Organization(
        name=" ".join(name.split()), short_name=short_name.strip().upper(), kind=kind, time_zone=time_zone
    )
    organization.clean_fields()
    if not SHORT_NAME.fullmatch(organization.short_name):
        raise ValidationError({"short_name": _("Use 2 to 12 capital letters and digits, a letter first.")})
    _must_be_unlike(organization.name, Organization.objects.values_list("name", flat=True))
    about = _new_invitation(admin_email)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT ctx.found_organization(%s, %s, %s, %s, %s, %s, %s, %s)",
                [
                    organization.pk, organization.name, organization.short_name, kind, time_zone,
                    about["invitation_id"], about["email"], _hash(about["token"]),
                ],
            )  # fmt: skip
    except IntegrityError as error:
        raise ValidationError({"short_name": _("An organization has this name or short name already.")}) from error
    return Happened(Organization.objects.get(pk=organization.pk), thing=organization, about=about)


@act("organization.invited")
def invite_first(actor: Actor, organization: Organization, *, admin_email: str) -> Happened[None]:
    """Invites the first administrator once more, in the place of the former invitation.

    Raises ValidationError for what is no address, for a closed organization and for one that has had members: from then
    on its administrators invite.
    """
    about = _new_invitation(admin_email)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            values = [organization.pk, about["invitation_id"], about["email"], _hash(about["token"])]
            cursor.execute("SELECT ctx.invite_first(%s, %s, %s, %s)", values)
    except IntegrityError as error:
        raise ValidationError(_("This organization is closed, or somebody has joined it already.")) from error
    return Happened(None, thing=organization, fields=("invitation",), about=about)


@act("organization.closed")
def close(actor: Actor, organization: Organization) -> Happened[int]:
    """Closes an organization: from here on nobody acts in it. Its rows stay. How many sessions ended.

    Sessions end for all of its members, those who also work elsewhere included. Raises ValidationError when it is
    closed already.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT ctx.close_organization(%s)", [organization.pk])
            ended: int = cursor.fetchone()[0]
    except DatabaseError as error:
        raise ValidationError(_("This organization is closed already.")) from error
    return Happened(ended, thing=organization, fields=("closed_at", "sessions", "invitations", "shares"))


@act("organization.sessions_ended")
def end_sessions(actor: Actor, organization: Organization) -> Happened[int]:
    """Signs out everybody who is or was a member, wherever else they work; how many sessions it ended."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctx.end_all_sessions(%s)", [organization.pk])
        ended: int = cursor.fetchone()[0]
    return Happened(ended, thing=organization, fields=("sessions",))


def _new_invitation(address: str) -> dict[str, Any]:
    """Id, token and address of an invitation. Raises ValidationError for what is no address."""
    email = address.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise ValidationError({"admin_email": error}) from error
    return {"token": secrets.token_urlsafe(32), "invitation_id": uuid.uuid4(), "email": email}


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _change_duty(organization: Organization, more: Sequence[Shift], less: Collection[uuid.UUID]) -> bool:
    """Adds what is not there yet and removes what is; whether anything changed."""
    able = set(live_attorneys(organization.pk).values_list("pk", flat=True))
    for shift in more:
        if shift.membership_id not in able:
            raise ValidationError(_("Only attorneys who work here at present can be on duty."))
        if shift.ends == shift.starts:
            raise ValidationError(_("A time on duty does not end when it begins."))
    standing = DutyHour.objects.filter(organization_id=organization.pk)
    removed, _kinds = standing.filter(pk__in=less).delete()
    there = {(row.membership_id, row.weekday, row.starts, row.ends): row for row in standing}
    wanted = {shift.when: shift for shift in more}
    new = [
        DutyHour(organization_id=organization.pk, **vars(shift)) for when, shift in wanted.items() if when not in there
    ]
    DutyHour.objects.bulk_create(new)
    renumbered = [there[when] for when, shift in wanted.items() if when in there and there[when].phone != shift.phone]
    for row in renumbered:
        standing.filter(pk=row.pk).update(phone=wanted[row.membership_id, row.weekday, row.starts, row.ends].phone)
    return bool(removed or new or renumbered)


def _must_be_unlike(name: str, others: Collection[str]) -> None:
    """Whoever shares a case must be able to tell organizations apart by their names."""
    if _folded(name) in map(_folded, others):
        raise ValidationError({"name": _taken()})


def _folded(name: str) -> str:
    """What is left of a name when case, accents, blanks and punctuation do not count."""
    return "".join(one for one in unicodedata.normalize("NFKD", name.casefold()) if one.isalnum())


def _taken() -> str:
    return _("Another organization has this name, or one that is read in the same way.")
