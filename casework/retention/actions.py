"""Every write about what is kept: marks on cases, and purges from the first word to the last row.

Purges are written by functions of the database (`walls.sql`), which ask again who speaks and delete in one transaction
the file of one person. Nothing else in the product deletes a case.
"""

import uuid
from datetime import datetime
from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.access import queue
from casework.access.actor import Actor
from casework.access.acts import Happened, act
from casework.access.context import on_duty
from casework.cases.models import Case
from casework.retention.models import Keep, Purge, PurgeItem

DUTY = "purge"
# What the functions of the database refuse, in words for people.
REFUSALS = {
    "a purge is open": gettext_lazy("Somebody has proposed this already. Agree to it or stop it first."),
    "nothing is past its time": gettext_lazy("No case is past its time, or all of them are held back."),
    "needs a second person": gettext_lazy(
        "This needs a second person: another administrator or an attorney who did not propose it, and who was a member"
        " a day before that."
    ),
    "not open": gettext_lazy("This was done or stopped already."),
}
# Jobs that were given up keep the ids they were about.
FORGET_JOBS = """
    DELETE FROM procrastinate_jobs j WHERE j.status <> 'doing'
        AND EXISTS (SELECT FROM jsonb_each_text(j.args) a WHERE a.value = ANY (%s))
"""
log = structlog.get_logger("casework")


def standing(actor: Actor, case: Case) -> Keep | None:
    """The mark that keeps the case beyond its time, for whoever may read why."""
    found: Keep | None = Keep.objects.visible_to(actor).filter(case=case, ended_at=None).first()
    return found


@act("case.kept")
def keep(actor: Actor, case: Case, *, reason: str) -> Happened[Keep]:
    """Marks the case to be kept beyond its time, for a reason. Raises ValidationError where such a mark stands."""
    made = Keep(
        organization_id=case.organization_id, case=case, reason=reason.strip(), made_by_id=actor.member,
        made_by_name=actor.name[:150],
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError(_("Somebody has marked this case to be kept already."), code="kept") from error
    return Happened(made, thing=made, changes={"reason": ("", made.reason)})


@act("case.let_go")
def let_go(actor: Actor, case: Case) -> Happened[None]:
    """Ends that mark. Raises ValidationError where none stands."""
    mark = standing(actor, case)
    if mark is None:
        raise ValidationError(_("Nothing keeps this case beyond its time."), code="kept")
    mark.ended_at, mark.ended_by_id = timezone.now(), actor.member
    mark.save(update_fields=["ended_at", "ended_by"])
    return Happened(None, thing=mark, changes={"reason": (mark.reason, "")})


@act("purge.proposed")
def propose(actor: Actor) -> Happened[Purge]:
    """Proposes that all cases go which are past their time and not held back. The book keeps which ones, sealed.

    Raises ValidationError when there are none, and when another purge is open.
    """
    pk = uuid.uuid4()
    _ask("SELECT ctx.propose_purge(%s)", pk)
    made = Purge.objects.get(pk=pk)
    rows = PurgeItem.objects.filter(purge=made).order_by("closed_on", "reference").values_list("reference", "closed_on")
    return Happened(made, thing=made, fields=("cases",), told={"cases": list(rows), "years": made.years})


@act("purge.agreed")
def agree(actor: Actor, purge: Purge) -> Happened[datetime]:
    """Agrees as the second person; when it is due. Raises ValidationError for anybody who cannot be that."""
    (due,) = _ask("SELECT ctx.agree_to_purge(%s)", purge.pk)
    return Happened(due, thing=purge, fields=("agreed_by", "due_at"))


@act("purge.withdrawn")
def withdraw(actor: Actor, purge: Purge) -> Happened[None]:
    """Stops a purge, also one that is being carried out. Raises ValidationError when it is over."""
    _ask("SELECT ctx.withdraw_purge(%s)", purge.pk)
    return Happened(None, thing=purge, fields=("withdrawn_by",))


def purge_next() -> bool:
    """Carries out the next step of what is due, in a transaction of its own; whether there was one.

    A step is the file of one person: all their cases here, and they themselves. Killed in the middle, it was nothing.
    """
    with on_duty(DUTY) as actor:
        with connection.cursor() as cursor:
            cursor.execute("SELECT purge, of_organization, became, ids FROM ctx.purge_next()")
            step = cursor.fetchone()
        if step is None:
            return False
        pk, organization, became, ids = step
        log.info("purge", state=became)
        if ids:
            _forget_jobs(ids)
        if became == "done":
            _done(actor, Purge(pk=pk, organization_id=organization))
    return True


@act("purge.done")
def _done(actor: Actor, purge: Purge) -> Happened[None]:
    return Happened(None, thing=purge, fields=("ended_at",))


def _forget_jobs(ids: list[uuid.UUID]) -> None:
    with on_duty(queue.TAKE), connection.cursor() as cursor:
        cursor.execute(FORGET_JOBS, [[str(one) for one in ids]])


def _ask(statement: str, pk: uuid.UUID) -> Any:
    """The row that a function of the database answers. Raises ValidationError when the state does not allow it."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [pk])
            return cursor.fetchone()
    except IntegrityError as error:
        reason = getattr(getattr(error.__cause__, "diag", None), "message_primary", "")
        if reason not in REFUSALS:
            raise
        raise ValidationError(REFUSALS[reason], code="refused") from error
