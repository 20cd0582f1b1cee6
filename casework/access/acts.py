"""Acts: every write that somebody answers for.

`@act("case.shared")` stands on a function whose first argument is the actor. It asks the table of rules, runs in one
transaction, writes the audit line from what the function returns, and then what `wiring.py` hangs on the verb: `now`
in the same transaction, `later` as jobs that commit with it. Acts may call acts; what follows from them runs once, at
the end of the outermost. `REGISTRY` is the list of everything that can happen.
"""

import contextlib
import functools
import inspect
import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar, cast

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils.module_loading import import_string

from casework.access import queue, rules
from casework.access.actor import Actor
from casework.audit import actions as audit
from casework.audit.models import Entry
from casework.vault import keys
from casework.vault.cipher import SealBroken, key_of

P = ParamSpec("P")
R = TypeVar("R")


class Standing(Protocol):
    """A row that knows on what ground an actor meets it, such as "assigned", "organization" or "share:view"."""

    organization_id: uuid.UUID | None

    def basis_for(self, actor: Actor) -> str: ...


Changes = dict[str, tuple[Any, Any]]


@dataclass(frozen=True)
class Happened(Generic[R]):
    """What an act did: to which row, to which of its fields; `result` is what the caller gets.

    `changes` holds for each field its value before and after, in what JSON knows; the audit keeps them sealed, and
    `told` beside them. `line` is the id of the audit line.
    """

    result: R
    thing: models.Model | None = None
    fields: tuple[str, ...] = ()
    changes: Changes = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)
    line: uuid.UUID = field(default_factory=uuid.uuid4)
    about: dict[str, Any] = field(default_factory=dict)  # for what is wired to the verb; jobs get the UUIDs in it

    @property
    def changed(self) -> tuple[str, ...]:
        """The names of the fields."""
        return self.fields or tuple(self.changes)


Consequence = Callable[[Actor, Happened[Any]], None]


@dataclass(frozen=True)
class Then:
    """What follows from an act: `now` is called with the actor and what happened; `later` names tasks.

    `fields` limits it to acts that changed one of these; without it, it follows always.
    """

    now: tuple[Consequence, ...] = ()
    later: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()


REGISTRY: dict[str, Callable[..., Any]] = {}
_pending: ContextVar[list[tuple[str, Actor, Happened[Any]]] | None] = ContextVar("pending", default=None)
_without: ContextVar[frozenset[str | Consequence]] = ContextVar("without", default=frozenset())


def act(
    verb: str,
) -> Callable[[Callable[Concatenate[Actor, P], Happened[R]]], Callable[Concatenate[Actor, P], R]]:
    """Makes an act of a function. Its second argument, where it is a row with `basis_for`, is what the rule looks at.

    Raises PermissionDenied when the rules do not let this actor do it. What an act did counts only if it ends well: an
    outer act may go on after an inner one has failed.
    """
    if verb not in rules.ACTS:
        raise KeyError(f"{verb} has no line in access/rules.py.")

    def decorate(function: Callable[Concatenate[Actor, P], Happened[R]]) -> Callable[Concatenate[Actor, P], R]:
        second = _second_name(function)

        @functools.wraps(function)
        def wrapper(actor: Actor, *args: P.args, **kwargs: P.kwargs) -> R:
            ground = basis(actor, args[0] if args else kwargs.get(second))
            _demand(actor, verb, ground)
            outer = _pending.get()
            pending: list[tuple[str, Actor, Happened[Any]]] = [] if outer is None else outer
            mark, before = _pending.set(pending), len(pending)
            try:
                with transaction.atomic():
                    happened = function(actor, *args, **kwargs)
                    _write_line(actor, verb, happened, ground)
                    pending.append((verb, actor, happened))
                    if outer is None:
                        _follow(pending)
            except BaseException:
                del pending[before:]
                raise
            finally:
                _pending.reset(mark)
            return happened.result

        if verb in REGISTRY:
            raise KeyError(f"{verb} is an act already.")
        REGISTRY[verb] = wrapper
        return cast("Callable[Concatenate[Actor, P], R]", wrapper)

    return decorate


@contextlib.contextmanager
def apart(without: Iterable[str | Consequence] = ()) -> Iterator[None]:
    """Within the block of an act, acts are outermost: what follows from each follows at once.

    For an act of thousands, which would otherwise hold all that happened until its end. What is named in `without`,
    tasks and what follows at once (also where wiring limits it to some fields), does not follow: whoever opens the
    block sees to it once, for all.
    """
    mark, left_out = _pending.set(None), _without.set(frozenset(without))
    try:
        yield
    finally:
        _without.reset(left_out)
        _pending.reset(mark)


def basis(actor: Actor, thing: object) -> str:
    """On what ground the actor meets the thing; "organization" for what hangs on no case.

    A protected row that came through no door is met on no ground: it may say of itself what it likes.
    """
    if getattr(thing, "in_hand", True) is False:
        return rules.NONE
    ask = getattr(thing, "basis_for", None)
    return ask(actor) if ask else rules.ORGANIZATION


def allowed(actor: Actor, verb: str, thing: object = None) -> bool:
    """Whether the rules let this actor do it to this row. Screens ask before they offer it."""
    return rules.may(verb, kind=actor.kind, roles=actor.roles, basis=basis(actor, thing), duty=actor.duty)


def may(actor: Actor, verb: str, thing: object = None) -> None:
    """Raises PermissionDenied when the actor may not do it."""
    _demand(actor, verb, basis(actor, thing))


def _demand(actor: Actor, verb: str, ground: str) -> None:
    if not rules.may(verb, kind=actor.kind, roles=actor.roles, basis=ground, duty=actor.duty):
        raise PermissionDenied(verb)


def _second_name(function: Callable[..., Any]) -> str:
    """The name of the argument after the actor, under which it may be handed over, too; empty without one."""
    names = list(inspect.signature(function).parameters)
    return names[1] if len(names) > 1 else ""


def who(actor: Actor) -> audit.Who:
    """The actor as the audit knows it."""
    return audit.Who(actor.kind, actor.membership_id, actor.organization_id, actor.user_id, tuple(sorted(actor.roles)))


def what(row: Any, organization: uuid.UUID | None = None) -> audit.What:
    """The row as the audit knows it. A row of a case or a person says so in `audit_case_id` and `audit_file_id`."""
    if row is None:
        return audit.What(organization)
    of_whom = getattr(row, "organization_id", None) or (row.pk if _is_organization(row) else None)
    return audit.What(
        of_whom or organization,
        row._meta.label_lower,
        row.pk,
        case_id=getattr(row, "audit_case_id", None),
        file_id=getattr(row, "audit_file_id", None),
        tier=getattr(row, "tier", 1),
    )


def note_look(actor: Actor, row: Any, verb: str = "", fields: tuple[str, ...] = ()) -> None:
    """Writes that the row was opened, or that some of it was shown that is hidden at first."""
    audit.write(who(actor), verb or f"{row._meta.model_name}.viewed", what(row), fields=fields, basis=basis(actor, row))


def note_list(actor: Actor, verb: str, rows: Sequence[Any], fields: tuple[str, ...] = ()) -> None:
    """Writes that these rows were shown in a list, one line for each organization whose they are.

    `fields` names what else the page showed. Nothing is written where nothing was shown.
    """
    of_whom: dict[uuid.UUID, list[Any]] = {}
    for row in rows:
        of_whom.setdefault(row.organization_id, []).append(row)
    for organization in sorted(of_whom):
        here = of_whom[organization]
        about = audit.What(organization, here[0]._meta.label_lower, ids=tuple(row.pk for row in here))
        ground = rules.ORGANIZATION if organization == actor.organization_id else "share"
        audit.write(who(actor), verb, about, fields=fields, basis=ground)


def sealed_detail(told: dict[str, Any], about: audit.What, entry_id: uuid.UUID) -> bytes | None:
    """What a line keeps for its readers, under the key of the file, or of the organization where there is none.

    Of a file that was shredded nothing is kept.
    """
    if not told or about.organization_id is None:
        return None
    try:
        of_file = about.file_id and keys.of_file(about.organization_id, about.file_id)
    except keys.FileShredded:
        return None
    key = of_file or keys.of_organization(about.organization_id)
    return key.seal(json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False).encode(), f"audit|{entry_id}")


def opened_details(lines: Iterable[Entry]) -> dict[uuid.UUID, dict[str, Any] | None]:
    """What each line keeps sealed: empty for one that keeps nothing, None for what does not open to whoever asks.

    For all lines in one query: call it once for a page.
    """
    sealed = {line.pk: bytes(line.detail or b"") for line in lines}
    for blob in filter(None, sealed.values()):
        with contextlib.suppress(SealBroken):
            keys.want(key_of(blob))
    return {pk: _opened(pk, blob) if blob else {} for pk, blob in sealed.items()}


def _opened(entry_id: uuid.UUID, blob: bytes) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(keys.opened(key_of(blob)).unseal(blob, f"audit|{entry_id}"))
    except (SealBroken, ValueError):
        return None
    return found


def _write_line(actor: Actor, verb: str, happened: Happened[Any], ground: str) -> None:
    about, entry_id = what(happened.thing, actor.organization_id), happened.line
    told = dict(happened.told)
    if happened.changes:
        told |= {"changes": happened.changes, "version": getattr(happened.thing, "version", None)}
    detail = sealed_detail(told, about, entry_id)
    audit.write(who(actor), verb, about, fields=happened.changed, basis=ground, detail=detail, entry_id=entry_id)


def _is_organization(row: models.Model) -> bool:
    return row._meta.label == "access.Organization"


def _follow(pending: list[tuple[str, Actor, Happened[Any]]]) -> None:
    """Runs what is wired to each verb; what that does in turn is appended and runs, too."""
    table: dict[str, Then] = import_string(settings.WIRING)
    at = 0
    while at < len(pending):
        verb, actor, happened = pending[at]
        at += 1
        then = table.get(verb, Then())
        if then.fields and not set(then.fields) & set(happened.changed):
            continue
        for step in then.now:
            if not {step, inspect.unwrap(step)} & _without.get():
                step(actor, happened)
        later = [task for task in then.later if task not in _without.get()]
        queue.put_in(later, _ids(actor, happened))


def _ids(actor: Actor, happened: Happened[Any]) -> dict[str, str]:
    """What a job gets, empty where there is none: ids alone, since a job is kept as plain text."""
    about = {name: str(value) for name, value in happened.about.items() if isinstance(value, uuid.UUID)}
    thing = str(happened.thing.pk) if happened.thing else ""
    return about | {"actor": str(actor.membership_id or ""), "object_id": thing}
