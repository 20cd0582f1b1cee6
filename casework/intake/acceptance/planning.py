"""The whole plan, from what was answered and what the case holds. Pure."""

from collections.abc import Iterator, Mapping
from datetime import date

from casework.intake.acceptance import of_court, of_custody, of_people, of_person
from casework.intake.acceptance.held import Held
from casework.intake.acceptance.plan import Fate, Follow, Left, Plan, Row, kept
from casework.intake.acceptance.saying import Said, paths
from casework.intake.questions import rules
from casework.intake.questions.conditions import KNOWN

# What stays an answer though it has a place: a call is logged as it is taken (`first_calls.py`), and an incident is
# shared by many intakes and read by all who take calls, so that a person says which one it is, with names taken out.
OTHER_ROOMS = ("call", "incident")
# The task that follows from an urgent hint. A child alone has none: no adult intake is accepted.
OF_HINTS = {
    "self_harm": "intake.self_harm", "medicine": "intake.medicine", "children_tonight": "intake.children_tonight",
    "removal_near": "intake.removal_near", "signed_departure": "intake.signed_departure", "citizen": "intake.citizen",
    "fear_review": "intake.fear_review", "old_order": "intake.old_order", "abuse": "intake.abuse",
    "child": "intake.child",
}  # fmt: skip


def planned(said: Said, held: Held, days: Mapping[str, date]) -> Plan:
    """What is written where, what stays an answer, and what is to be done. `days` is when each key was answered."""
    rows = [
        of_person.person(said, held),
        of_person.flags(said, held),
        *of_people.contacts(said, held),
        *of_people.adverse(said, held),
        *of_custody.stints(said, held, days),
        of_court.proceeding(said, held),
        *of_court.charges(said, held),
        *of_court.hearings(said, held),
        of_court.bond(said, held),
        *_elsewhere(said),
    ]
    standing = tuple(row for row in rows if row is not None and (row.cells or row.table == "proceeding"))
    return Plan(standing, tuple(_left(said, standing)), tuple(_follows(said, held, standing)))


def _elsewhere(said: Said) -> Iterator[Row]:
    """What the call and the arrest were, which acceptance leaves where it is."""
    for table in OTHER_ROOMS:
        for key, parts in said.to(table).items():
            cells = [kept(one.column, "of_call", one.value, one.path) for one in parts]
            yield Row(key, table, tuple(cells))


def _left(said: Said, rows: tuple[Row, ...]) -> Iterator[Left]:
    told = {part for row in rows if row.table != "flags" for cell in row.cells for part in cell.questions}
    for path in sorted(paths(said.questions, said.answers) - told):
        key = path.split(".", maxsplit=1)[0]
        if key not in said.asked:
            yield Left(path, "not_asked")
        else:
            state = said.answers[key].state
            yield Left(path, "no_column" if state == KNOWN else state)


# --- What is to be done


def _follows(said: Said, held: Held, rows: tuple[Row, ...]) -> Iterator[Follow]:
    for urgent in rules.urgent(said.questions, said.answers, said.now, off=said.off):
        if rule := OF_HINTS.get(urgent.hint.key):
            yield Follow(rule, because=urgent.because)
    yield from _of_court(said, held, rows)
    for row in rows:
        if row.table == "consent" and any(cell.why == "not_the_person" for cell in row.cells):
            yield Follow("intake.ask_consent", {"contact": row.about}, row.cells[0].questions)
    promised = said.value("call_back_at")
    if promised and promised[:10] >= held.today.isoformat():
        yield Follow("intake.call_back", {"day": promised[:10]}, ("call_back_at",))
    if not held.appears:
        yield Follow("intake.appearance")


def _of_court(said: Said, held: Held, rows: tuple[Row, ...]) -> Iterator[Follow]:
    for row in rows:
        for cell in row.of_fate(Fate.IMPOSSIBLE) if row.table == "hearing" else ():
            yield Follow("intake.hearing_open", {"day": cell.new[:10]}, cell.questions)
        for cell in row.of_fate(Fate.NEW) if row.table == "hearing" else ():
            if cell.column == "at" and cell.new[:10] >= held.today.isoformat():
                yield Follow("intake.hearing", {"day": cell.new[:10]}, cell.questions)
    for key in ("decided_on", "bond_decided_on"):
        day = said.value(key)
        if day:
            yield Follow("intake.decision", {"day": day}, (key,))
            return
