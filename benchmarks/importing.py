"""What a spreadsheet costs that is brought in: the check, the import, taking it back; row by row the acts of a hand."""

import time
from random import Random
from typing import Any

from benchmarks.names.people import people
from casework.access.actor import Actor
from casework.access.context import acting

ROWS, SEED = 200, 7
HEAD = (
    "Given names,First surname,Second surname,Birth date,A-number,Contact,Phone,Facility,Held since,Source,Court,"
    "Hearing date,Hearing time"
)


def figures(admin: str, migrate: str) -> None:
    """Prints seconds and milliseconds a row, in an organization of 10,000 cases; what came in is taken out again."""
    from benchmarks.growth import opened

    print(f"\nImport: {ROWS} rows into an organization of 10,000 cases")
    size = opened(admin, migrate, 10_000)
    with size.here():
        carry(size.actor)


def carry(actor: Actor) -> None:
    """All the way and back."""
    from casework.intake import actions, jobs
    from casework.intake.models import Import, State

    def told(what: str, began: float) -> None:
        took = time.perf_counter() - began
        print(f"{what:<34}{took:>9.1f} s{took / ROWS * 1000:>9.1f} ms a row", flush=True)

    def state(made: Any) -> Any:
        with acting(actor):
            found = Import.objects.visible_to(actor).get(pk=made.pk)
        return found.state, found.cases

    with acting(actor):
        made = actions.upload(actor, content=sheet(), file_name="people.csv")
        began = time.perf_counter()
        ready(actor, made)
        told("the check", began)
    ids = {"actor": str(actor.membership_id), "object_id": str(made.pk), "user": str(actor.user_id)}
    began = time.perf_counter()
    jobs.carry_out.func(**ids)
    told("the import", began)
    assert state(made) == (State.DONE, ROWS), state(made)
    with acting(actor):
        actions.ask_undo(actor, Import.objects.visible_to(actor).get(pk=made.pk))
    began = time.perf_counter()
    jobs.take_back.func(**ids)
    told("taking it back", began)
    assert state(made)[0] == State.UNDONE, state(made)


def ready(actor: Actor, made: Any) -> None:
    """Its columns as they are guessed, looked through and started."""
    from casework.intake import actions
    from casework.intake.checking import Setup
    from casework.intake.models import Import, Sheet, State

    def of() -> Any:
        return Sheet.objects.visible_to(actor).get(import_of=made)

    kept = of()
    actions.prepare(actor, made, sheet=kept, setup=Setup.of(kept.setup), seen=kept.version)
    if made.state == State.CHECKING:
        actions.look_through(actor, made, lambda _rows: None)
    actions.start(actor, Import.objects.visible_to(actor).get(pk=made.pk), sheet=of())


def sheet() -> bytes:
    """Invented people, each with a number of their own."""
    draw = Random(SEED)
    lines = [HEAD]
    for number, one in enumerate(people(ROWS, draw.randrange(10**9))):
        lines.append(
            f"{one.given},{one.first},{one.second},{one.born},A{250_000_000 + number},Rosa,213 555 0143,ADLNTCA,"
            "2026-10-01,Family,Adelanto,2027-03-03,9:00 am"
        )
    return "\n".join(lines).encode()
