"""Comparing what came of a cell with what is expected."""

import uuid
from dataclasses import dataclass, field
from functools import cache

from casework.audit.models import Entry
from tests.matrix.asking import Seen
from tests.matrix.cells import Cell
from tests.matrix.expectations import GROUNDS, known, own, sight
from tests.matrix.world import CANARY, CASES, HOME, PRINCIPALS, World, canary

# Lines that are about a row of the case or of its person. A look at a contact is, too, and a consent form is not.
OF_ANOTHER_ROW = (
    "note.", "task.", "person.changed", "person.flagged", "person.reached", "contact.", "adverse.", "consent.given",
    "consent.provisional", "consent.revoked", "family.invited", "family.renewed", "family.revoked",
    "family.restored", "family.notified", "family.stopped", "family.asked", "custody.", "court.", "check.recorded",
    "answer.", "call.logged", "incident.linked", "incident.unlinked",
    "proceeding.", "hearing.", "charge.", "decision.", "bond.", "docket.", "deadline.", "document.", "conflict.",
    "packet.made", "case.kept", "case.let_go",
)  # fmt: skip
OF_NO_CASE = ("incident.viewed", "incidents.viewed")  # looks at what is the organization's, on the page of a case


@dataclass
class Tally:
    """What a run found."""

    cells: int = 0
    foreign_bytes: int = 0
    wrong: list[str] = field(default_factory=list)


def judge(world: World, cell: Cell, seen: Seen) -> tuple[list[str], int]:
    """What is wrong with it, and the bytes of canaries that should not have come out."""
    expected, wrong = cell.expected, []
    response = seen.response
    if response.status_code != expected.status:
        wrong.append(f"{response.status_code}, expected {expected.status} {response.headers.get('Location', '')}")
    elif not response.headers.get("Location", "").startswith(expected.to):
        wrong.append(f"leads to {response.headers.get('Location')}, expected {expected.to}")
    foreign = foreign_canaries(cell, seen)
    if foreign:
        wrong.append(f"tells {sorted(foreign)}")
    if cell.method != "HEAD":
        wrong += [f"does not show {one}" for one in sorted(expected.shows - found_in(seen.text))]
    changed = [name for (name, *new), (_, *old) in zip(seen.after, seen.before, strict=True) if new != old]
    if bool(changed) != expected.changes:
        wrong.append(f"changed {changed or 'nothing'}")
    return [*wrong, *_wrong_lines(world, cell, seen)], sum(map(len, foreign))


def judge_walls(cell: Cell, seen: Seen) -> tuple[list[str], int]:
    """The same where the doors are open: what nobody may know of is still not there, what one may read still is."""
    expected, status, wrong = cell.expected, seen.response.status_code, []
    if status != expected.status and expected.status in {200, 302, 404}:
        wrong.append(f"{status}, expected {expected.status} {seen.response.headers.get('Location', '')}")
    foreign = foreign_canaries(cell, seen)
    if foreign:
        wrong.append(f"tells {sorted(foreign)}")
    if cell.method != "HEAD":
        wrong += [f"does not show {one}" for one in sorted(expected.shows - found_in(seen.text))]
    return wrong, sum(map(len, foreign))


def _wrong_lines(world: World, cell: Cell, seen: Seen) -> list[str]:
    """An audit line for each look and act, one for a refusal of somebody who is signed in, none else."""
    principal, verbs = cell.principal, cell.expected.verbs
    if cell.expected.status >= 403 and principal.state != "unknown":
        verbs = (f"refused {cell.expected.status}",)
    found = tuple(f"refused {one.basis}" if one.verb == "refused" else one.verb for one in seen.lines)
    wrong = [] if found == verbs else [f"audit {found}, expected {verbs}"]
    if principal.state != "unknown":
        user = world.users[principal.person or principal.key]
        wrong += [f"audit of {one.verb} names somebody else" for one in seen.lines if not _right_user(one, user.pk)]
    wrong += [f"audit of {one.verb} without its request" for one in seen.lines if not one.request_id]
    if cell.address.about_case:
        case, ground = world.cases[cell.relation], GROUNDS.get(sight(principal, cell.relation).ground)
        grounds = {ground, str(cell.expected.status)}
        lines = [one for one in seen.lines if one.verb not in OF_NO_CASE]
        wrong += [f"audit of {one.verb} on {one.basis}" for one in lines if one.basis not in grounds]
        # A refusal tells what the address names, which of a form that names its case itself is nothing.
        named = case.pk if case.pk in cell.address.kwargs(world, cell.relation).values() else None
        about = [one for one in lines if not one.verb.startswith(OF_ANOTHER_ROW)]
        things = {one.object_id for one in about if one.object_id != (named if one.verb == "refused" else case.pk)}
        wrong += [f"audit of something else: {one}" for one in things]
    return wrong


def _right_user(line: Entry, user: uuid.UUID) -> bool:
    """Whoever asked; and nobody in the book of the organization at the other end of a hand-over."""
    of_other_end = line.actor_kind == "duty" and line.verb.startswith("handover.")
    return line.user_id == (None if of_other_end else user)


def found_in(text: str) -> set[str]:
    """The canaries that stand in it, in small letters."""
    return {one.lower() for one in CANARY.findall(text)}


def foreign_canaries(cell: Cell, seen: Seen) -> set[str]:
    """Canaries that this principal, or the receiver of a letter, may not know."""
    may_know = _known(cell.principal.key) | cell.expected.tells
    foreign = found_in(seen.text) - may_know
    for letter in seen.letters:
        # A letter says that there is news and where, never what.
        words = found_in(letter["text"] + letter["subject"])
        foreign |= (words & _in_cases()) | (words - may_know - _receivers_own(letter["to"]))
    return foreign


@cache
def _known(key: str) -> set[str]:
    return known(PRINCIPALS[key])


@cache
def _in_cases() -> set[str]:
    whats = ("person", "T1", "T2", "T3", "contact", "phrase", "A2", "A3")
    return {canary(home, case, what) for case, (home, _, _) in CASES.items() for what in whats}


def _receivers_own(address: str) -> set[str]:
    found = found_in(address)
    return found.union(*(own(person) for person in HOME if found & own(person)))
