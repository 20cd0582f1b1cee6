"""Taking back what was recorded about custody: a new act from the sealed before-image of its line."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping
from itertools import chain
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils.translation import gettext as _

from casework.access import acts
from casework.access.actor import Actor
from casework.access.acts import Happened, act
from casework.audit.models import Entry
from casework.cases.actions import drop_task, reopen_task
from casework.cases.models import Case, Task
from casework.custody.actions import hold, settle
from casework.custody.images import Images
from casework.custody.models import CourtOnFile, Stay, Stint

ROWS: dict[str, Any] = {"stay": Stay, "stint": Stint, "courtonfile": CourtOnFile}
UNDOABLE = ("custody.booked", "custody.moved", "custody.released", "custody.corrected", "custody.gap_closed")
VERB = "custody.undone"


def undo(actor: Actor, case: Case, *, line_id: uuid.UUID) -> uuid.UUID:
    """Puts back what stood before an act on custody. Tasks that it opened and nobody has done are dropped, and those
    that it dropped are open again.

    Raises Http404 for a line that is not of this person, PermissionDenied for whoever may not do what it did, and
    ValidationError when the line does not open, or when somebody built on it.
    """
    acts.may(actor, VERB, case)
    line = Entry.objects.filter(pk=line_id, verb__in=UNDOABLE, file_id__in=case.person.files).first()
    if line is None:
        raise Http404
    acts.may(actor, line.verb, case)
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
    hold(case)
    rows = [(_standing(actor, image), image) for image in told["rows"]]
    if not all(stands(row, image) for row, image in rows):
        raise ValidationError(_built_on(line), code="built_on")
    images = Images()
    for row, image in reversed(rows):  # what was added goes before what it ended begins again
        was = image["was"]
        images.change(row, **({"withdrawn": True} if was is None else values_before(row, was)))
    opened = told.get("tasks", [])
    _drop_tasks(actor, opened)
    _reopen_tasks(actor, [one for one in told.get("dropped", []) if one not in opened])
    settle(case)
    line_id = uuid.uuid4()
    more = {"undoes": line.pk, "verb": line.verb, "place": told.get("place", "")}
    return Happened(line_id, thing=rows[0][0], fields=("custody",), told=more, line=line_id)


def undoable(
    actor: Actor, told: Mapping[uuid.UUID, Mapping[str, Any] | None], models: Mapping[str, Any] = ROWS
) -> set[uuid.UUID]:
    """Of these lines, by what each tells, those whose rows all stand as the line wrote them; also of another room."""
    images = {pk: (one or {}).get("rows", []) for pk, one in told.items()}
    ids: dict[str, set[uuid.UUID]] = defaultdict(set)
    for image in chain.from_iterable(images.values()):
        ids[image["row"]].add(uuid.UUID(image["id"]))
    rows = {kind: models[kind].objects.visible_to(actor).in_bulk(of_kind) for kind, of_kind in ids.items()}

    def stand(of_line: list[dict[str, Any]]) -> bool:
        return all(stands(rows[image["row"]].get(uuid.UUID(image["id"])), image) for image in of_line)

    return {pk for pk, of_line in images.items() if of_line and stand(of_line)}


def stands(row: Any, image: dict[str, Any]) -> bool:
    """Whether a row is as the act left it: withdrawn only where the act did that."""
    withdrew = "withdrawn" in (image["was"] or {})
    return row is not None and row.version == image["version"] and row.withdrawn == withdrew


def _standing(actor: Actor, image: dict[str, Any]) -> Any:
    rows = ROWS[image["row"]].objects.visible_to(actor).select_for_update(of=("self",))
    return rows.filter(pk=image["id"]).first()


def values_before(row: Any, was: dict[str, Any]) -> dict[str, Any]:
    """The values of a before-image, as the row's fields have them."""
    return {name: row._meta.get_field(name).to_python(value) for name, value in was.items()}


def _drop_tasks(actor: Actor, keys: list[str]) -> None:
    """In whichever of the person's cases they were opened."""
    tasks = list(Task.objects.visible_to(actor).filter(pk__in=keys, done_at=None))
    cases = Case.objects.visible_to(actor).in_bulk({task.case_id for task in tasks})
    for task in tasks:
        drop_task(actor, cases[task.case_id], task=task)


def _reopen_tasks(actor: Actor, keys: list[str]) -> None:
    tasks = list(Task.objects.visible_to(actor).filter(pk__in=keys, dropped=True))
    cases = Case.objects.visible_to(actor).in_bulk({task.case_id for task in tasks})
    for task in tasks:
        reopen_task(actor, cases[task.case_id], task=task)


def _built_on(line: Entry) -> str:
    """Who recorded something since, where the audit says so."""
    since = Entry.objects.filter(file_id=line.file_id, at__gt=line.at, verb__startswith="custody.")
    looked = Entry.objects.filter(file_id=line.file_id, at__gt=line.at, verb="check.recorded")
    return built_on({*since.values_list("actor_name", flat=True), *looked.values_list("actor_name", flat=True)})


def built_on(names: Collection[str]) -> str:
    """What is said to whoever would take something back on which these people have built."""
    if not names:
        return _("This cannot be undone any more: something else stands now.")
    return _("This cannot be undone any more: %(names)s recorded something since. Correct it instead.") % {
        "names": ", ".join(sorted(names))
    }
