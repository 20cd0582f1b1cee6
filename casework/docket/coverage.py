"""Asking a colleague to stand in at a hearing, and answering that.

Who appears changes when they accept, and not before. Whoever accepts is given a place on the case by the database.
"""

import dataclasses
import uuid
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.access.actor import Actor
from casework.access.acts import Happened, act
from casework.access.models import Colleague, Membership, Role
from casework.cases.actions.ground import instant, name_of
from casework.cases.models import Case
from casework.docket.models import Coverage, CoverageState, Hearing
from casework.docket.models.kinds import HearingKind, Medium

COLUMNS = (
    "id", "case_id", "hearing_id", "kind", "medium", "court", "starts_at", "time_zone", "minutes", "reference",
    "asked_by", "asked_at",
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What somebody is asked to cover, without a name: whoever is asked may have no place on the case."""

    id: uuid.UUID
    case_id: uuid.UUID
    hearing_id: uuid.UUID
    kind: str
    medium: str
    court: str
    starts_at: datetime
    time_zone: str
    minutes: int
    reference: str
    asked_by: str
    asked_at: datetime

    @property
    def kind_words(self) -> str:
        return str(HearingKind(self.kind).label)

    @property
    def medium_words(self) -> str:
        return str(Medium(self.medium).label)


def asked_of(actor: Actor) -> list[Asked]:
    """What the actor is asked, the next hearing first."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(COLUMNS)} FROM ctx.coverage_asked()")  # noqa: S608 (our own names)
        return [Asked(*row) for row in cursor.fetchall()]


def of_hearing(actor: Actor, hearing: Hearing) -> list[Coverage]:
    """Every request for it, the newest first."""
    found = Coverage.objects.visible_to(actor).filter(hearing=hearing).select_related("asked_of__colleague", "case")
    return list(found.order_by("-asked_at"))


def possible(actor: Actor, hearing: Hearing) -> list[tuple[uuid.UUID, str]]:
    """The attorneys of the case's organization who can be asked: not whoever appears."""
    live = Membership.objects.live().filter(organization_id=hearing.organization_id, roles__contains=[Role.ATTORNEY])
    names = dict(Colleague.objects.values_list("pk", "name"))
    found = live.exclude(pk=hearing.appearing_id) if hearing.appearing_id else live
    return sorted(
        ((pk, names[pk]) for pk in found.values_list("pk", flat=True) if pk in names), key=lambda one: one[1]
    )  # fmt: skip


@act("coverage.asked")
def ask(actor: Actor, case: Case, *, hearing: Hearing, of: uuid.UUID, note: str = "") -> Happened[Coverage]:
    """Asks a colleague to appear at a hearing of the case.

    Raises ValidationError for a hearing that is not ahead, for whoever cannot be asked (at "of"), and while somebody
    else is asked.
    """
    if hearing.case_id != case.pk or not hearing.is_ahead or hearing.starts_at <= timezone.now():
        raise ValidationError(_("This hearing is over or off: nobody can be asked to cover it."), code="over")
    if of not in dict(possible(actor, hearing)):
        raise ValidationError({"of": _("Choose an attorney of this organization who does not appear already.")})
    row = Coverage(
        organization_id=case.organization_id, case=case, hearing=hearing, instead_of_id=hearing.appearing_id,
        asked_of_id=of, recorded_by_id=actor.member, note=note, asked_at=instant(),
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError(_("Somebody is asked already. Withdraw that first."), code="asked") from error
    told = {"who": name_of(of), "hearing": hearing.starts_at.isoformat()}
    return Happened(row, thing=case, fields=("coverage",), about={"membership_id": of}, told=told)


@act("coverage.withdrawn")
def withdraw(actor: Actor, case: Case, *, coverage: Coverage) -> Happened[None]:
    """Takes a request back. Raises ValidationError when it was answered already."""
    open_now = Coverage.objects.visible_to(actor).filter(pk=coverage.pk, case=case, state=CoverageState.ASKED)
    if not open_now.update(state=CoverageState.WITHDRAWN, answered_at=instant()):
        raise ValidationError(_("This was answered already."), code="gone")
    told = {"who": name_of(coverage.asked_of_id)}
    return Happened(None, thing=case, fields=("coverage",), about={"membership_id": coverage.asked_of_id}, told=told)


def accept(actor: Actor, coverage_id: uuid.UUID) -> Case:
    """The actor appears at the hearing from now on, with a place on the case; the case.

    Raises ValidationError when nothing is asked of them any more, or where they are no attorney any more.
    """
    with transaction.atomic():
        case_id, _asked_by = _answer(coverage_id, accepts=True)
        fresh = dataclasses.replace(actor)  # who perhaps sees the case only from now on
        case: Case = Case.objects.visible_to(fresh).get(pk=case_id)
        _accepted(fresh, case, coverage_id=coverage_id)
    return case


@act("coverage.accepted")
def _accepted(actor: Actor, case: Case, *, coverage_id: uuid.UUID) -> Happened[Hearing]:
    row = Coverage.objects.visible_to(actor).get(pk=coverage_id)
    hearing = Hearing.objects.visible_to(actor).select_related("case").get(pk=row.hearing_id)
    was = hearing.appearing_id
    hearing.appearing_id = actor.member
    hearing.save()
    changes = {"appearing": (name_of(was) if was else "", actor.name)}
    about = {"membership_id": row.recorded_by_id, "hearing_id": hearing.pk}
    return Happened(hearing, thing=hearing, changes=changes, about=about)


def decline(actor: Actor, coverage_id: uuid.UUID) -> None:
    """Nothing changes, and whoever asked is told. Raises ValidationError when nothing is asked any more."""
    with transaction.atomic():
        case_id, asked_by = _answer(coverage_id, accepts=False)
        _declined(actor, Case.objects.visible_to(actor).filter(pk=case_id).first(), asked_by=asked_by)


@act("coverage.declined")
def _declined(actor: Actor, case: Case | None, *, asked_by: uuid.UUID) -> Happened[None]:
    """The line stands in the case for whoever sees it, else in the organization's book alone."""
    return Happened(None, thing=case, fields=("coverage",), about={"membership_id": asked_by})


def _answer(coverage_id: uuid.UUID, *, accepts: bool) -> tuple[uuid.UUID, uuid.UUID]:
    """The case, and who asked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT case_id, asked_by FROM ctx.answer_coverage(%s, %s)", [coverage_id, accepts])
        row: tuple[uuid.UUID, uuid.UUID] | None = cursor.fetchone()
    if row is None:
        raise ValidationError(_("This is not asked of you any more."), code="gone")
    return row
