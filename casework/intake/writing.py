"""Writing what a spreadsheet says, row by row, by the acts that a hand calls: their rules, their lines, their words."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.db import connection

from casework.access.actor import Actor
from casework.access.models import Membership
from casework.cases import actions as cases
from casework.cases import person as people
from casework.cases.models import Case
from casework.custody import actions as custody
from casework.custody.actions import Since
from casework.docket.actions import hearings
from casework.docket.models.kinds import HearingKind, Medium
from casework.docket.times import When
from casework.intake.checking import Hearing, Planned, Report, Setup
from casework.intake.models import Import, ImportedRow
from casework.people import contacts
from casework.people.models import Person
from casework.vault import keys

EVERY = 25  # rows, after which it is told how far it has come
KEYS_AT_ONCE = 500
MEASURED_AT = (20, 200, 2_000)  # rows, after which the database counts what it has
NAMES = ("given_names", "first_surname", "second_surname")


def write(actor: Actor, made: Import, report: Report, setup: Setup, told: Callable[[int], None]) -> None:
    """Writes all rows that are planned. Raises ValidationError, which names the row, for what an act refuses.

    References come late, in case none were kept: whoever takes one makes all others wait to the end of the transaction.
    Leads come last, since whatever a lead asks gets slower with each case (accepting, by ten times with 5,000).
    """
    files = [uuid.uuid4() for _one in report.planned]
    leads = {one.pk: one for one in Membership.objects.live().filter(pk__in=report.lists.leads)}
    written: list[tuple[Planned, Case]] = []
    for at, (row, file) in enumerate(zip(report.planned, files, strict=True)):
        if at % KEYS_AT_ONCE == 0:
            keys.make_ready([(actor.organization, one) for one in files[at : at + KEYS_AT_ONCE]])
        with _named(row):
            case = _case(actor, row, setup, report, file=file, lead=_of(leads, row))
        written.append((row, case))
        ImportedRow(
            organization_id=actor.organization, import_of=made, number=row.number, person_ref=file, case_ref=case.pk
        ).save(force_insert=True)
        if at % EVERY == 0:
            told(at)
        if at in MEASURED_AT:
            _measure()
    _measure()
    for step in (_moved, _led):
        for row, case in written:
            with _named(row):
                step(actor, case, setup, _of(leads, row))


def _of(leads: dict[uuid.UUID, Membership], row: Planned) -> Membership | None:
    return leads.get(row.lead) if row.lead else None


@contextmanager
def _named(row: Planned) -> Iterator[None]:
    """Says of what an act refuses in which row it stands."""
    try:
        yield
    except ValidationError as error:
        raise ValidationError(f"{row.number}", code="row") from error


def _measure() -> None:
    """Has the database count what was written, and look for single rows by an index, to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctx.measure_import(), set_config('enable_seqscan', 'off', true)")


def stands_as(actor: Actor, lead: Membership | None) -> str:
    """As what whoever imports stands on the cases: not at all where counsel read all cases of the organization."""
    if actor.reads_all:
        return ""
    if "attorney" not in actor.roles:
        return "paralegal"
    return "lead" if lead is None or lead.pk == actor.member else "co_counsel"


def _case(
    actor: Actor, row: Planned, setup: Setup, report: Report, *, file: uuid.UUID, lead: Membership | None
) -> Case:
    person = dict(row.person)
    names = {name: person.pop(name, "") for name in NAMES}
    role = stands_as(actor, lead)
    case = cases.open_case(
        actor, names=names, language=person.pop("language", ""), matters=row.matters, stands_as=role, file=file
    )
    if person:
        people.change(actor, case, values=person, seen=case.whose.version)
    _around(actor, case, case.whose, row, report)
    if row.hearing is not None:
        _hearing(actor, case, row.hearing)
    return case


def _led(actor: Actor, case: Case, setup: Setup, lead: Membership | None) -> None:
    if lead is not None and not (stands_as(actor, lead) and lead.pk == actor.member):
        cases.assign(actor, case, membership=lead, role="lead")


def _moved(actor: Actor, case: Case, setup: Setup, lead: Membership | None) -> None:
    if setup.stage == "active":
        cases.accept(actor, case)
    elif setup.stage != case.stage:
        cases.move(actor, case, to=setup.stage, seen=case.version)


def _around(actor: Actor, case: Case, person: Person, row: Planned, report: Report) -> None:
    """Those one calls, and where the person is held."""
    for values in row.contacts:
        contacts.add(actor, person, values=values)
    if row.place and row.since:
        custody.book(
            actor, case, where=report.lists.where(row.place), since=Since(row.since), source=row.source,
            known_before=True,
        )  # fmt: skip


def _hearing(actor: Actor, case: Case, said: Hearing) -> None:
    """A spreadsheet knows neither what a hearing is for nor how it is held; of an hour shown twice the first counts."""
    values = {"kind": HearingKind.NOT_KNOWN, "court": said.court, "medium": Medium.NONE}
    when = When(said.day, said.clock, said.court.time_zone, later=False)
    hearings.add(actor, case, when=when, values=values)
