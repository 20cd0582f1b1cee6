"""Inviting somebody into an organization, and joining by the link in that mail.

The link holds a token of 256 chance bits; the table holds its SHA-256 alone. Whether an invitation is open the
database decides (`ctx.invitation`), at the moment in which it is looked at or accepted.
"""

import hashlib
import secrets
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, validate_email
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.access.actor import Actor, duty
from casework.access.acts import Happened, act, who
from casework.access.context import acting
from casework.access.models import Invitation, Membership, Role, User
from casework.audit import actions as audit


class InvitationVoid(Exception):
    """The invitation was used, withdrawn or replaced, is over, or its inviter may no longer invite."""


@dataclass(frozen=True)
class Invited:
    """An invitation just made. The token is known here and in the mail, and nowhere afterwards."""

    id: uuid.UUID
    token: str = field(repr=False)
    email: str


@dataclass(frozen=True)
class OpenInvitation:
    """What somebody who holds the link may know. `user_id` is the account with this address, if there is one.

    `ends_at` is when the membership would end, `expires_at` when the invitation does; `inviter` is empty when the
    operator invited.
    """

    id: uuid.UUID
    organization_id: uuid.UUID
    organization_name: str
    time_zone: str
    inviter: str
    email: str
    roles: tuple[str, ...]
    ends_at: datetime | None
    expires_at: datetime
    user_id: uuid.UUID | None

    @property
    def role_names(self) -> list[str]:
        """The roles as people read them."""
        return [str(Role(role).label) for role in self.roles]


@act("member.invited")
def invite(actor: Actor, *, email: str, roles: list[str], ends_at: datetime | None) -> Happened[Invited]:
    """Offers an address a place in the actor's organization for 72 hours; takes the place of an open offer to it.

    Raises ValidationError, by field, for what cannot be an address, a set of roles or an end, and for the address of a
    member.
    """
    address = email.strip().lower()
    _check(address, roles, ends_at)
    made = Invited(uuid.uuid4(), secrets.token_urlsafe(32), address)
    try:
        _call("SELECT ctx.invite(%s, %s, %s, %s, %s)", made.id, address, roles, ends_at, _hash(made.token))
    except IntegrityError as error:
        raise ValidationError({"email": _("This address belongs to a member already.")}) from error
    row = Invitation.objects.get(pk=made.id)
    about = {"invitation_id": made.id, "token": made.token}
    return Happened(made, thing=row, fields=("email", "roles", "ends_at"), about=about)


@act("invitation.withdrawn")
def withdraw(actor: Actor, *, invitation_id: uuid.UUID) -> Happened[Invitation]:
    """Ends an open invitation. Raises ValidationError when there is no such one in the actor's organization."""
    try:
        _call("SELECT ctx.withdraw_invitation(%s)", invitation_id)
    except IntegrityError as error:
        raise ValidationError(_("This invitation is not open any more.")) from error
    row = Invitation.objects.get(pk=invitation_id)
    return Happened(row, thing=row, fields=("withdrawn_at",))


def find(token: str) -> OpenInvitation | None:
    """The open invitation behind a token. To be asked on the errand "door"; nobody else gets an answer."""
    columns = ", ".join(OpenInvitation.__dataclass_fields__)
    row = _call(f"SELECT {columns} FROM ctx.invitation(%s)", _hash(token))  # noqa: S608 (names of fields)
    if row is None:
        return None
    found = dict(zip(OpenInvitation.__dataclass_fields__, row, strict=True))
    return OpenInvitation(**found | {"inviter": found["inviter"] or "", "roles": tuple(found["roles"])})


def note_look(user_id: uuid.UUID | None, found: OpenInvitation) -> None:
    """Writes that somebody who holds the link has opened it; `user_id` is None for somebody who is not signed in."""
    about = audit.What(found.organization_id, "access.invitation", found.id)
    audit.write(who(duty("door", user_id)), "invitation.viewed", about)


@act("invitation.accepted")
def accept(actor: Actor, *, token: str, user: User) -> Happened[Membership]:
    """Makes the user a member; `actor` is the errand "door" of this very user, who must have proven the address.

    Of several who accept at once, one does. Raises InvitationVoid for everybody else, and for a live member.
    """
    found = find(token)
    row = _call("SELECT ctx.accept_invitation(%s, %s)", _hash(token), user.pk)
    if found is None or row is None or row[0] is None:
        raise InvitationVoid
    mark = Invitation(pk=found.id, organization_id=found.organization_id)
    return Happened(Membership.objects.get(pk=row[0]), thing=mark, fields=("membership",))


def join_new(*, token: str, name: str, password: str, language: str) -> User:
    """A new account for the invited address, whose owner has just proven it, and its membership: both or neither.

    The password must have been checked. The clock is first the organization's. Raises InvitationVoid when the
    invitation is not open, or the address got an account meanwhile.
    """
    found = find(token)
    if found is None or found.user_id is not None:
        raise InvitationVoid
    with transaction.atomic():
        try:
            with transaction.atomic():
                user = User.objects.create_user(
                    found.email, password, name=name, language=language, time_zone=found.time_zone
                )
                EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        except IntegrityError as error:
            raise InvitationVoid from error
        actor = duty("door", user.pk)
        with acting(actor):
            accept(actor, token=token, user=user)
    return user


def _check(address: str, roles: list[str], ends_at: datetime | None) -> None:
    wrong: dict[str, Any] = {}
    try:
        for check in (validate_email, MaxLengthValidator(254)):
            check(address)
    except ValidationError:
        wrong["email"] = _("Enter an address such as name@example.org.")
    if not roles:
        wrong["roles"] = _("Choose one or more.")
    elif not set(roles) <= set(Role.values) or len(set(roles)) < len(roles):
        wrong["roles"] = _("Choose roles from the list.")
    if ends_at is not None and ends_at <= timezone.now():
        wrong["ends_at"] = _("Choose a time that is still to come.")
    if wrong:
        raise ValidationError(wrong)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _call(statement: str, *values: Any) -> Any:
    """The first row of one statement. A refusal leaves the surrounding transaction usable."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()
