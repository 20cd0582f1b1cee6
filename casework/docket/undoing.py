"""Taking back what was recorded on the docket: a new act from the sealed before-image of its line.

What was entered wrongly and cannot be undone any more is withdrawn: it stays in the history, and nowhere else.
"""

import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils.translation import gettext as _

from casework.access import acts
from casework.access.actor import Actor
from casework.access.acts import Happened, act
from casework.access.rules import COUNSEL
from casework.audit.models import Entry
from casework.cases.actions import drop_task
from casework.cases.models import Case, Task
from casework.custody import undoing as custody
from casework.custody.images import Images
from casework.custody.undoing import stands, values_before
from casework.docket.actions.ground import Recorded, hold, must_stand, settle
from casework.docket.models import Bond, Charge, Deadline, Decision, Hearing, Proceeding
from casework.docket.models.proceedings import Entered

ROWS: dict[str, Any] = {
    "proceeding": Proceeding, "charge": Charge, "decision": Decision, "hearing": Hearing, "bond": Bond,
    "deadline": Deadline,
}  # fmt: skip
UNDOABLE = (
    "proceeding.opened", "proceeding.changed", "proceeding.ended", "charge.added", "charge.changed",
    "decision.recorded", "decision.changed", "hearing.added", "hearing.changed", "hearing.adjourned", "hearing.held",
    "hearing.vacated", "bond.requested", "bond.changed", "bond.decided", "bond.posted", "bond.ended",
    "deadline.added", "deadline.ordered", "deadline.changed", "deadline.overridden", "deadline.confirmed",
    "deadline.done", "deadline.dropped", "docket.withdrawn",
)  # fmt: skip
VERB = "docket.undone"
# What hangs on a row, by the column that names it: such a row is not withdrawn.
HANGS: dict[type[Entered], tuple[tuple[Any, str], ...]] = {
    Proceeding: ((Hearing, "proceeding_id"), (Charge, "proceeding_id"), (Decision, "proceeding_id"),
                 (Bond, "proceeding_id")),
    Hearing: ((Hearing, "after_id"), (Bond, "hearing_id"), (Deadline, "hearing_id")),
    Decision: ((Deadline, "decision_id"),),
}  # fmt: skip


def undo(actor: Actor, case: Case, *, line_id: uuid.UUID) -> uuid.UUID:
    """Puts back what stood before an act on the docket, with all that it did along. Its open tasks are dropped.

    Raises Http404 for a line that is not of this case, PermissionDenied for whoever may not do what it did (volunteers
    take back what they did themselves), and ValidationError when the line does not open, or somebody built on it.
    """
    acts.may(actor, VERB, case)
    line = Entry.objects.filter(pk=line_id, verb__in=UNDOABLE, case_id=case.pk).first()
    if line is None:
        raise Http404
    acts.may(actor, line.verb, case)
    if not actor.roles & COUNSEL and line.actor_id != actor.membership_id:
        raise PermissionDenied("somebody else's")
    told = acts.opened_details([line])[line.pk]
    if not told or "rows" not in told:
        raise ValidationError(_("This cannot be undone: what stood before does not open."), code="locked")
    return take_back(actor, case, line=line, told=told)


def take_back(actor: Actor, case: Case, *, line: Entry, told: dict[str, Any]) -> uuid.UUID:
    """As `undo`, for a line in hand."""
    try:
        with transaction.atomic():
            undone: uuid.UUID = _undo(actor, case, line=line, told=told)
    except IntegrityError as error:
        raise ValidationError(_built_on(line), code="built_on") from error
    return undone


@act(VERB)
def _undo(actor: Actor, case: Case, *, line: Entry, told: dict[str, Any]) -> Happened[uuid.UUID]:
    hold(actor, case)
    rows = [(_standing(actor, image), image) for image in told["rows"]]
    if not rows or not all(stands(row, image) for row, image in rows):
        raise ValidationError(_built_on(line), code="built_on")
    images = Images()
    for row, image in reversed(rows):
        was = image["was"]
        if was is None and _hangs(actor, row):
            raise ValidationError(_built_on(line), code="built_on")
        images.change(row, **({"withdrawn": True} if was is None else _before(actor, row, was)))
    for key in reversed(told.get("also", [])):
        along = Entry.objects.get(pk=key)
        if along.verb != "proceeding.opened" or _is_bare(actor, along):  # else others stand in it since
            undo(actor, case, line_id=along.pk)
    for task in list(Task.objects.visible_to(actor).filter(pk__in=told.get("tasks", []), done_at=None)):
        drop_task(actor, case, task=task)
    settle(actor, case)
    line_id = uuid.uuid4()
    kept = {name: told[name] for name in ("hearing", "at", "zone", "where") if name in told}
    more = {"undoes": line.pk, "verb": line.verb} | kept
    return Happened(line_id, thing=rows[0][0], fields=("docket",), told=more, line=line_id)


@act("docket.withdrawn")
def withdraw(actor: Actor, case: Case, row: Entered) -> Happened[Recorded[Any]]:
    """Takes a wrong entry off the docket. Raises ValidationError where something hangs on it."""
    hold(actor, case)
    must_stand(case, row)
    if _hangs(actor, row):
        words = _("Something else on the docket hangs on this entry. Take that off first.")
        raise ValidationError(words, code="hangs")
    images = Images()
    images.change(row, withdrawn=True)
    settle(actor, case)
    line, told = uuid.uuid4(), {"rows": images.told(), "entry": row._meta.model_name}
    return Happened(Recorded(line, row), thing=row, fields=("docket",), told=told, line=line)


def undoable(actor: Actor, told: Mapping[uuid.UUID, Mapping[str, Any] | None]) -> set[uuid.UUID]:
    """Of these lines, by what each tells, those whose rows all stand as the line wrote them."""
    return custody.undoable(actor, told, ROWS)


def _before(actor: Actor, row: Any, was: dict[str, Any]) -> dict[str, Any]:
    """The values that stood; a date that somebody else had confirmed must be confirmed again."""
    values = values_before(row, was)
    if values.get("confirmed_by_id") not in (None, actor.membership_id):
        values |= {"confirmed_by_id": None, "confirmed_by_name": "", "confirmed_at": None}
    return values


def _standing(actor: Actor, image: dict[str, Any]) -> Any:
    rows = ROWS[image["row"]].objects.visible_to(actor).select_for_update(of=("self",))
    return rows.select_related("case").filter(pk=image["id"]).first()


def _is_bare(actor: Actor, line: Entry) -> bool:
    """Whether nothing stands in the proceeding that this line opened."""
    return not any(_count(actor, model, name, line.object_id) for model, name in HANGS[Proceeding])


def _hangs(actor: Actor, row: Any) -> bool:
    return any(_count(actor, model, name, row.pk) for model, name in HANGS.get(type(row), ()))


def _count(actor: Actor, model: Any, name: str, pk: Any) -> int:
    found: int = model.objects.visible_to(actor).filter(withdrawn=False, **{name: pk}).count()
    return found


def _built_on(line: Entry) -> str:
    """Who recorded something since, where the audit says so."""
    rooms = [verb.partition(".")[0] + "." for verb in UNDOABLE]
    since = Entry.objects.filter(case_id=line.case_id, at__gt=line.at, verb__regex=f"^({'|'.join(sorted(set(rooms)))})")
    return custody.built_on(set(since.values_list("actor_name", flat=True)))
