"""Every write of the conflict check: running it, deciding about what it found, taking a decision back."""

import uuid
from collections.abc import Mapping
from typing import Any, cast

from django.core.cache import caches
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.access import acts
from casework.access.actor import Actor
from casework.access.acts import Happened, act
from casework.access.cache import SharedCache
from casework.access.rules import COUNSEL
from casework.access.versions import ChangedMeanwhile
from casework.cases import reach, rules
from casework.cases.actions import finish_task, open_task
from casework.cases.models import Case, Task
from casework.intake import terms
from casework.intake.models import (
    Answer,
    Candidate,
    CheckState,
    ConflictCheck,
    ConflictDecision,
    Outcome,
    SearchedTerm,
)
from casework.people import tokens
from casework.people.models import AdverseParty, Contact, NameToken, Person

FOUND = "intake.conflict_found"
UNSEEN, ASK = "unseen", "intake.conflict_asked"  # what a check's line says, and the job that follows from it
CHECKED, DECIDED, UNDONE = "conflict.checked", "conflict.decided", "conflict.undone"
# How often somebody may search for something else: a call has a few names, and somebody who tries names has many.
CHECKS, OF_COUNSEL, SECONDS = 60, 300, 60 * 60


class TooManyChecks(Exception):
    """Somebody searched so often that they may be trying names one after the other."""


def count(actor: Actor) -> None:
    """Counts a check. Raises TooManyChecks."""
    most = OF_COUNSEL if actor.roles & COUNSEL else CHECKS
    if cast(SharedCache, caches["default"]).count(f"conflicts:{actor.member}", SECONDS) > most:
        raise TooManyChecks


def recheck(actor: Actor, case: Case, *, anyway: bool = False) -> None:
    """Runs the check of a case again where what is searched for has changed, or in any case (`anyway`)."""
    home = actor.is_staff and case.organization_id == actor.organization_id
    if not home or case.stage in rules.OVER or not acts.allowed(actor, CHECKED, case):
        return
    if (anyway or _has_changed(actor, case)) and _may_be_checked(case):
        check(actor, case)


def follow(actor: Actor, happened: Happened[Any]) -> None:
    """Wired to whatever changes who stands in a case, or who somebody is."""
    thing, files = happened.thing, set[uuid.UUID]()
    if isinstance(thing, Answer):
        recheck(actor, thing.case)
        return
    if isinstance(thing, Person):
        files = set(thing.files) | {happened.about[one].pk for one in ("survivor", "loser") if one in happened.about}
    elif isinstance(thing, Contact | AdverseParty | Case):
        files = {thing.person_id}
    for case in Case.objects.visible_to(actor).filter(person_id__in=files) if files else []:
        recheck(actor, case, anyway="survivor" in happened.about)


def restricted(actor: Actor, happened: Happened[Any]) -> None:
    """Wired to a case that is hidden from colleagues: those whose check found its person ask its counsel instead."""
    case = cast(Case, happened.thing)
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctx.ask_in_restricted(%s)", [case.pk])


@act(CHECKED)
def check(actor: Actor, case: Case) -> Happened[ConflictCheck]:
    """Searches the whole organization for who stands in the case. What was searched for is kept as tokens, and sealed.

    After too many searches it is noted that the check waits for somebody else, and nothing is searched.
    """
    if case.organization_id != actor.organization:
        raise PermissionDenied("another organization")
    said = _save_terms(actor, case)
    waits = False
    try:
        count(actor)
    except TooManyChecks:
        waits = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctx.check_conflicts(%s, %s)", [case.pk, waits])
    row = ConflictCheck.objects.visible_to(actor).get(case=case)
    row.case = case
    _ask_counsel(actor, case, row)
    fields = ("waits",) if waits else (*sorted(said), *_unseen(case, row))
    return Happened(row, thing=row, fields=fields, told={"tokens": told(actor.organization, said.get("name", []))})


@act(DECIDED)
def decide(
    actor: Actor, case: Case, *, outcome: str, reason: str, hits: Mapping[uuid.UUID, int] | None = None,
    asked: uuid.UUID | None = None,
) -> Happened[ConflictDecision]:  # fmt: skip
    """Decides about these hits, each with the version at which it was seen, or about all that the actor cannot see.

    Raises ValidationError at "reason" where one is missing, and without a hit; ChangedMeanwhile when somebody else
    decided about one of them, or the check found it by something else.
    """
    if case.organization_id != actor.organization:
        raise PermissionDenied("another organization")
    if outcome != Outcome.SAME and not reason.strip():
        raise ValidationError({"reason": _("Write down why: it stays with the case.")})
    if hits is None and outcome == Outcome.SAME:
        raise ValidationError({"outcome": _("That only somebody can tell who sees both.")})
    rows = list(Candidate.objects.visible_to(actor).filter(case=case, pk__in=hits)) if hits else []
    if hits is not None and {one.pk: one.version for one in rows} != dict(hits):
        raise ChangedMeanwhile(next(iter(rows), ConflictCheck(case=case)))
    tier = max([2, *(one.tier for one in rows), *(one.whom_tier for one in rows)])
    row = ConflictDecision(
        organization_id=case.organization_id, case=case, tier=tier, outcome=outcome, reason=reason.strip(),
        unseen=hits is None, asked_id=asked, made_by_id=actor.member,
    )  # fmt: skip
    row.save(force_insert=True)
    some = None if hits is None else list(hits)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ctx.decide_conflicts(%s, %s::uuid[], %s::integer[])",
            [row.pk, some, None if hits is None else list(hits.values())],
        )
        many: int = cursor.fetchone()[0]
    if hits is not None and many != len(hits):
        raise ChangedMeanwhile(rows[0])
    if not many:
        raise ValidationError(_("Nothing is open here any more."), code="gone")
    _ask_counsel(actor, case, ConflictCheck.objects.visible_to(actor).get(case=case))
    return Happened(row, thing=row, fields=("outcome",), told={"outcome": outcome, "reason": row.reason})


@act(UNDONE)
def undo(actor: Actor, case: Case, *, decision: ConflictDecision) -> Happened[None]:
    """Takes a decision back: what it was about is open again. Raises ValidationError the second time."""
    if decision.case_id != case.pk:
        raise PermissionDenied("another case")
    if decision.withdrawn_at is not None:
        raise ValidationError(_("This decision was taken back already."), code="gone")
    decision.withdrawn_at, decision.withdrawn_by_id = timezone.now(), actor.member
    decision.save(update_fields=["withdrawn_at", "withdrawn_by"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctx.undo_conflicts(%s)", [decision.pk])
    _ask_counsel(actor, case, ConflictCheck.objects.visible_to(actor).get(case=case))
    return Happened(None, thing=decision, fields=("outcome",), told={"outcome": decision.outcome})


def _ask_counsel(actor: Actor, case: Case, row: ConflictCheck) -> None:
    """While a check waits for a decision, a task says so; afterwards it is done."""
    if row.state == CheckState.OPEN:
        open_task(actor, case, rule=FOUND, cause=row.pk)
        return
    for task in Task.objects.visible_to(actor).filter(case=case, rule=FOUND, done_at=None):
        finish_task(actor, case, task=task)


def _unseen(case: Case, row: ConflictCheck) -> tuple[str, ...]:
    """What a check's line says beside its words: that somebody has to be asked, where it is so."""
    if row.state != CheckState.OPEN:
        return ()
    with connection.cursor() as cursor:
        cursor.execute("SELECT is_open FROM ctx.unseen_conflicts(%s)", [case.pk])
        return (UNSEEN,) if cursor.fetchone() == (True,) else ()


def _may_be_checked(case: Case) -> bool:
    """Whether the database hears somebody who may: what the owner of the tables plants is not checked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctx.may_check(%s)", [case.pk])
        return bool(cursor.fetchone()[0])


def _has_changed(actor: Actor, case: Case) -> bool:
    """Whether what stands in the case, as far as the actor reads it, differs from what was searched for."""
    want, there = _terms(actor, case)
    return {one.digest for one in want} != {one.digest for one in there}


def _terms(actor: Actor, case: Case) -> tuple[list[SearchedTerm], list[SearchedTerm]]:
    """The terms that the case asks for, as far as the actor reads and writes it, and those that stand.

    By another case of the same person one may know a party of whom one may write nothing on this case.
    """
    highest = reach.of(actor).writes_up_to(case)
    sources = [one for one in terms.sources(actor, case) if one.tier <= highest]
    want = [one for source in sources for one in terms.standing(case.organization_id, source, case)]
    return want, list(SearchedTerm.objects.visible_to(actor).filter(case=case))


def _save_terms(actor: Actor, case: Case) -> dict[str, list[Any]]:
    """Makes the terms those of the case; what is searched for in words, by what it is."""
    want, there = _terms(actor, case)
    new = {(one.source, one.digest): one for one in want}
    for row in there:
        standing = new.pop((row.source, row.digest), None)
        if standing is None or standing.tier != row.tier:
            row.delete()
            if standing is not None:
                new[row.source, row.digest] = standing
    for one in new.values():
        one.save(force_insert=True)
    said: dict[str, list[Any]] = {}
    for one in want:
        for name, value in one.said.items():
            said.setdefault(name, []).append(value)
    return said


def told(organization: uuid.UUID, names: list[str]) -> list[str]:
    """Words as tokens, as a search's line keeps them: that somebody looks for the same again can be told."""
    words = sorted({tokens.latin(word) for name in names for word in tokens.parts(name)})
    return [NameToken.of(organization, f"w{word}").hex() for word in words]
