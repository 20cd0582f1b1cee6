"""Writing what was chosen, row by row, by the acts that a hand calls: their rules, their lines, their words.

What each did is told as a step, which `undoing.py` takes back.
"""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.access.actor import Actor
from casework.cases import actions as cases
from casework.cases import person as people
from casework.cases.models import Case
from casework.custody import actions as custody
from casework.custody import looks
from casework.custody.actions import Confirmed, Since
from casework.custody.places import Where
from casework.directory.models import Facility
from casework.intake.acceptance import writing_court
from casework.intake.acceptance.of_custody import KEY, PLACE, moment
from casework.intake.acceptance.plan import Follow, Order, Plan
from casework.intake.acceptance.planning import OF_HINTS
from casework.intake.acceptance.standing import Intake
from casework.intake.answers import Given
from casework.look import dates
from casework.people import actions as of_people
from casework.people import consents, contacts
from casework.people.models import AdverseParty, Consent, Contact, Subject
from casework.people.rules import COUNSEL

Step = dict[str, Any]
TODAY = frozenset({*OF_HINTS.values(), "intake.hearing", "intake.hearing_open", "intake.decision", "intake.call_back"})


class NotWritten(ValidationError):
    """An act refused what stands in one row of the plan; `row` is its key."""

    def __init__(self, row: str, error: ValidationError) -> None:
        super().__init__(error.messages)
        self.row = row


@dataclass
class Writing:
    """One acceptance under way: who writes, for which case, and what has been done."""

    actor: Actor
    intake: Intake
    steps: list[Step] = field(default_factory=list)
    made: dict[str, Contact] = field(default_factory=dict)

    @property
    def case(self) -> Case:
        return self.intake.case

    def given(self, order: Order, column: str) -> Given | None:
        """The answer from which a value comes."""
        cell = next((one for one in order.row.cells if one.column == column), None)
        return self.intake.givens.get(cell.questions[0].split(".")[0]) if cell and cell.questions else None


def write(actor: Actor, intake: Intake, orders: Sequence[Order]) -> list[Step]:
    """Writes all of them. Raises NotWritten, which names the row, for what an act refuses."""
    writing = Writing(actor, intake)
    for order in orders:
        with _named(order.row.key):
            WRITES[order.row.table](writing, order)
    _tasks(writing, intake.plan)
    return writing.steps


@contextmanager
def _named(row: str) -> Iterator[None]:
    try:
        yield
    except ValidationError as error:
        raise NotWritten(row, error) from error


# --- The person, and who is around them


def _person(writing: Writing, order: Order) -> None:
    values = dict(order.values)
    for name in ("birth_date", "birth_date_other"):
        if name in values:
            values[name] = date.fromisoformat(values[name])
    if "a_number" in values:
        values["a_number_missing"] = ""
    case = writing.case
    line = people.change(writing.actor, case, values=values, seen=case.whose.version)
    if line is not None:
        writing.steps.append({"did": "person", "line": line})


def _flags(writing: Writing, order: Order) -> None:
    person = writing.case.person
    wanted = {*of_people.flags(writing.actor, person), *order.values}
    writing.steps.append({"did": "flags", "flags": of_people.set_flags(writing.actor, person, wanted)})


def _contact(writing: Writing, order: Order) -> None:
    writing.made[order.row.key] = _party(writing, order, Contact, contacts.add, {"position": _position(writing)})


def _adverse(writing: Writing, order: Order) -> None:
    _party(writing, order, AdverseParty, contacts.add_adverse, {"tier": COUNSEL})


def _party(writing: Writing, order: Order, model: Any, add: Callable[..., Any], more: Mapping[str, Any]) -> Any:
    actor = writing.actor
    if order.is_new:
        made = add(actor, writing.case.whose, values={**more, **order.row.given, **order.values})
        writing.steps.append({"did": model._meta.model_name, "id": made.pk})
        return made
    party = model.objects.visible_to(actor).get(pk=order.row.stands)
    line = contacts.change(actor, party, values=order.values, seen=party.version)
    if line is not None:
        writing.steps.append({"did": f"{model._meta.model_name}_changed", "id": party.pk, "line": line})
    return party


def _position(writing: Writing) -> int:
    """After those who stand."""
    rows = Contact.objects.visible_to(writing.actor).filter(person_id__in=writing.case.person.files, removed_at=None)
    last = rows.order_by("-position").values_list("position", flat=True).first()
    return (last or 0) + 1


def _consent(writing: Writing, order: Order) -> None:
    """The person's own, which cites the answer."""
    person, given = writing.case.whose, writing.given(order, "subjects")
    contact = writing.made.get(str(order.row.given["contact"])) or _standing_contact(writing, order)
    if given is None or contact is None:
        return
    first = person.reached_at is None
    made: Consent = consents.give(
        writing.actor, person, how=str(order.row.given["how"]), given_at=given.at, contact=contact,
        subjects=order.values["subjects"], purpose=_cited(given, order.values["subjects"]),
    )  # fmt: skip
    writing.steps.append({"did": "consent", "id": made.pk, "reached": first})


def _standing_contact(writing: Writing, order: Order) -> Contact | None:
    row = next((one for one in writing.intake.plan.rows if one.key == order.row.given["contact"]), None)
    rows = Contact.objects.visible_to(writing.actor).filter(person_id__in=writing.case.person.files)
    found: Contact | None = rows.filter(pk=row.stands).first() if row and row.stands else None
    return found


def _cited(given: Given, subjects: Sequence[str]) -> str:
    said = {
        "day": dates.day(timezone.localtime(given.at), short=True, year=True), "name": given.name,
        "subjects": "; ".join(str(Subject(one).label) for one in subjects),
    }  # fmt: skip
    return (_("Said at intake on %(day)s to %(name)s: %(subjects)s") % said)[:300]


# --- Custody


def _stint(writing: Writing, order: Order) -> None:
    actor, case, values = writing.actor, writing.case, {**order.row.given, **order.values}
    now = order.row.key == "stint"
    where = _where(values)
    since = Since(*moment(values["starts_at"]))
    act = custody.book if looks.open_stay(actor, case) is None else custody.move
    done = act(
        actor, case, where=where, since=since, source=values["source"], known_before=not now,
        confirmed=_confirmed(writing, order, where, since),
    )  # fmt: skip
    writing.steps.append({"did": "custody", "line": done.line})


def _where(values: Mapping[str, Any]) -> Where:
    place = values.get("facility") or {}
    if KEY in place:
        return Where(values["kind"], Facility.objects.get(pk=place[KEY]))
    return Where(values["kind"], None, place.get(PLACE, ""))


def _confirmed(writing: Writing, order: Order, where: Where, since: Since) -> Confirmed:
    """When the place was last known for sure: as was answered, else when it was answered, by whoever took it down."""
    values, given = order.values, writing.given(order, "facility") or writing.given(order, "kind")
    zone = ZoneInfo(custody.zone_of(writing.case, where))
    at = given.at if given else timezone.now()
    if "confirmed_at" in values:
        day, clock = moment(values["confirmed_at"])
        at = custody.instant(Since(day, clock), zone, not_before=None)
    return Confirmed(min(at, timezone.now()), values.get("confirmed_by_name") or (given.name if given else ""))


# --- Tasks


def _tasks(writing: Writing, plan: Plan) -> None:
    for follow in plan.follows:
        began = timezone.now()
        task = cases.open_task(
            writing.actor, writing.case, rule=follow.rule, values=follow.values, cause=_cause(writing.case, follow),
            due_on=writing.intake.held.today if follow.rule in TODAY else None,
        )  # fmt: skip
        if task is not None and task.made_at >= began:
            writing.steps.append({"did": "task", "id": task.pk})


def _cause(case: Case, follow: Follow) -> uuid.UUID:
    """What keeps a task apart from others of its rule: the case, and what the words name."""
    return uuid.uuid5(case.pk, f"{follow.rule} {sorted(follow.values.items())}")


WRITES: dict[str, Callable[[Writing, Order], None]] = {
    "person": _person, "flags": _flags, "contact": _contact, "adverse_party": _adverse, "consent": _consent,
    "stint": _stint, "proceeding": writing_court.proceeding, "charge": writing_court.charge,
    "hearing": writing_court.hearing, "bond": writing_court.bond,
}  # fmt: skip
