"""Every write about representation: opening a case, putting people on it, sharing it, writing notes."""

import uuid
import zoneinfo
from datetime import datetime
from typing import Any

from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.access.actor import READERS, Actor
from casework.access.acts import Changes, Happened, act
from casework.access.coalition import Neighbor, Receiver
from casework.access.models import Colleague, Membership
from casework.cases import access, reach, rules
from casework.cases.grants import LEVELS, CaseGrant, CaseGroupObjectPermission, CaseUserObjectPermission
from casework.cases.models import Assignment, Case, CaseRole, Note, NoteKind, Stage, Tier
from casework.look import dates
from casework.people.models import Person
from casework.vault import keys

FIRST_ROLE = (("attorney", CaseRole.LEAD), ("paralegal", CaseRole.PARALEGAL), ("volunteer", CaseRole.VOLUNTEER))


@act("case.opened")
def open_case(
    actor: Actor, *, names: dict[str, str], language: str = "", matters: list[str] | None = None
) -> Happened[Case]:
    """Opens a file for a new person, whose names may be unknown, and a case; whoever opens it stands on it.

    Counsel lead what they open; a volunteer is its taker.
    """
    known = {part: name.strip() for part, name in names.items()}
    person = Person(organization_id=actor.organization, opened_by_id=actor.member, language=language, **known)
    person.save(force_insert=True)
    case = Case(organization_id=actor.organization, person=person, opened_by_id=actor.member, matters=matters or [])
    case.save(force_insert=True)
    role = next(on_case for role, on_case in FIRST_ROLE if role in actor.roles)
    _place(actor, case, actor.member, role)
    return Happened(case, thing=case, fields=("person", "assignment"))


@act("case.accepted")
def accept(actor: Actor, case: Case) -> Happened[str]:
    """Takes the case on and gives it the organization's next reference of the year there, such as NLA-2026-0042.

    Raises ValidationError for a case that has a reference, or that was closed, declined or referred.
    """
    now = _locked(actor, case)
    if not rules.may_be_accepted(stage=now.stage, reference=now.reference):
        raise ValidationError(_("This case does not wait for acceptance any more."), code="stage")
    year = timezone.localtime(timezone.now(), zoneinfo.ZoneInfo(case.organization.time_zone)).year
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctx.next_reference(%s)", [year])
        number = cursor.fetchone()[0]
    reference = f"{case.organization.short_name}-{year}-{number:04d}"
    changes: Changes = {"stage": (case.stage, Stage.ACTIVE.value), "reference": ("", reference)}
    case.reference, case.stage = reference, Stage.ACTIVE
    case.save(update_fields=["reference", "stage"])
    return Happened(reference, thing=case, changes=changes)


@act("case.restricted")
def restrict(actor: Actor, case: Case) -> Happened[None]:
    """Closes the case to all but its team. What was shared stays shared."""
    case.restricted = True
    case.save(update_fields=["restricted"])
    return Happened(None, thing=case, fields=("restricted",))


@act("case.unrestricted")
def unrestrict(actor: Actor, case: Case) -> Happened[None]:
    """Opens the case to the organization again."""
    case.restricted = False
    case.save(update_fields=["restricted"])
    return Happened(None, thing=case, fields=("restricted",))


@act("case.assigned")
def assign(
    actor: Actor, case: Case, *, membership: Membership, role: str, ends_at: datetime | None = None
) -> Happened[Assignment]:
    """Puts a member of the case's organization on the case, from now.

    Raises ValidationError at "member" for somebody who cannot be on it (suspended, gone, administrator only, there
    already), at "role" for a role that is not theirs and for a second lead.
    """
    _check_member(actor, case, membership, role)
    try:
        with transaction.atomic():
            made = _place(actor, case, membership.pk, role, ends_at)
    except IntegrityError as error:
        raise ValidationError({"role": _has_lead(actor, case)}) from error
    told = {"who": _name_of(membership.pk), "role": role}
    return Happened(made, thing=case, fields=("assignment",), about={"membership_id": membership.pk}, told=told)


@act("case.unassigned")
def unassign(actor: Actor, case: Case, *, assignment: Assignment) -> Happened[None]:
    """Ends somebody's place on the case, now.

    Raises ValidationError when it is over or of another case, and when nobody could open the case any more.
    """
    now, locked = _instant(), _locked(actor, case)
    if assignment.case_id != case.pk or (assignment.ends_at is not None and assignment.ends_at <= now):
        raise ValidationError(_("This person is not on the team any more."), code="gone")
    if not _leaves_counsel(actor, locked, assignment):
        raise ValidationError(
            _("Nobody could open the case any more. Put an attorney or paralegal on the team first."), code="last"
        )
    keys.of_file(case.organization_id, case.person_id)  # the line needs it when the actor may see the case no more
    assignment.ends_at = max(now, assignment.starts_at)
    assignment.save(update_fields=["ends_at"])
    told = {"who": _name_of(assignment.membership_id), "role": assignment.role}
    return Happened(None, thing=case, fields=("assignment",), told=told)


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


@act("note.written")
def write_note(
    actor: Actor, case: Case, *, text: str, tier: int = Tier.REPRESENTATION, kind: str = NoteKind.MEMO
) -> Happened[Note]:
    """Adds a note, signed by the actor. Raises ValidationError at "tier" for one that the actor may not write."""
    if tier > reach.of(actor).writes_up_to(case):
        raise ValidationError({"tier": _("You may not write notes of this kind here.")})
    note = Note(
        organization_id=case.organization_id, case=case, tier=tier, kind=kind, author_id=actor.member,
        author_name=_signature(actor, case), text=text,
    )  # fmt: skip
    note.save(force_insert=True)
    return Happened(note, thing=note, fields=("note",), told={"kind": kind, "tier": int(tier)})


def _locked(actor: Actor, case: Case) -> Case:
    """The case as it stands, held until the end of the transaction, so that a decision about it stays true."""
    held: Case = Case.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=case.pk)
    return held


def _instant() -> datetime:
    """Now, and over neither for our clock nor for the database's: what begins or ends here counts at once for both."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT least(now(), %s)", [timezone.now()])
        at: datetime = cursor.fetchone()[0]
    return at


def _place(
    actor: Actor, case: Case, membership_id: uuid.UUID, role: str, ends_at: datetime | None = None
) -> Assignment:
    place = Assignment(
        organization_id=case.organization_id, case=case, membership_id=membership_id, role=role, starts_at=_instant(),
        ends_at=ends_at, made_by_id=actor.member,
    )  # fmt: skip
    place.save(force_insert=True)
    return place


def _name_of(membership_id: uuid.UUID) -> str:
    """The name of a colleague; empty for one whom the organization does not know any more."""
    return Colleague.objects.filter(pk=membership_id).values_list("name", flat=True).first() or ""


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


def _signature(actor: Actor, case: Case) -> str:
    """The actor's name, with the organization where it is not the case's own."""
    if actor.organization == case.organization_id:
        return actor.name
    return f"{actor.name}, {reach.of(actor).organizations[actor.organization].name}"[:150]


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
        "granted_by_name": _signature(actor, case),
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
