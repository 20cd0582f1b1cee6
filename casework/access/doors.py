"""The doors to protected rows: list, read one, write.

A queryset of a protected model that was not opened for an actor raises when it runs, whatever it runs. Rows that came
through a door remember for whom it was opened: what is reached from them (related managers, forward keys, a refresh)
is filtered for the same actor. Only a row in hand, one that came through a door or was added here, may be saved,
deleted, refreshed or given to an act. The database holds the same walls a second time (`walls.sql`).
"""

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ClassVar, Self, TypeVar, cast

from django.db import models
from django.db.models import Q, sql
from django.db.models.query import ModelIterable
from django.http import Http404

from casework.access import acts
from casework.access.actor import Actor
from casework.vault.rows import SealedQuery, SealedQuerySet

Opener = Actor | str  # an actor, or the reason of a window
_window: ContextVar[str | None] = ContextVar("window", default=None)
_reading: ContextVar[bool] = ContextVar("reading", default=False)
M = TypeVar("M", bound="GuardedModel")


class NotOpened(RuntimeError):
    """Protected rows were asked for without an actor."""


@contextmanager
def window(reason: str) -> Iterator[None]:
    """Within the block protected querysets run unopened: for what computes the doors themselves, and for operators.

    The database's own walls stand all the same.
    """
    before = _window.set(reason)
    try:
        yield
    finally:
        _window.reset(before)


class GuardedQuery(SealedQuery):
    """A query that refuses to become SQL until it was opened."""

    opened: Opener | None = None

    def must_be_open(self) -> None:
        if self.opened is None and not self.is_empty():  # none() stays usable
            raise NotOpened(f"{self._label}: use visible_to(actor).")
        if any(part.opened != self.opened for part in self.combined_queries if isinstance(part, GuardedQuery)):
            raise NotOpened(f"{self._label}: all parts must be opened for the same actor.")

    def get_compiler(self, *args: Any, **kwargs: Any) -> Any:
        self.must_be_open()
        return super().get_compiler(*args, **kwargs)

    def chain(self, klass: Any = None) -> Any:
        if klass is not None:  # an update or a delete, which replaces this class
            self.must_be_open()
        return super().chain(klass)

    def combine(self, rhs: sql.Query, connector: str) -> None:
        # `opened | unopened`, or somebody else's rows, would keep the left side's mark.
        if connector != "AND" and (self.opened is None or getattr(rhs, "opened", None) != self.opened):
            raise NotOpened(f"{self._label}: both sides must be opened for the same actor.")
        super().combine(rhs, connector)

    def names_to_path(self, names: Sequence[str], opts: Any, *args: Any, **kwargs: Any) -> Any:
        """As Django's, but from a row one gets to what hangs on it by an opened sub-query only.

        Whoever sees a note sees its case; whoever sees a case does not see all its notes.
        """
        found = super().names_to_path(names, opts, *args, **kwargs)
        for step in found[0]:
            if not step.direct and issubclass(step.to_opts.model, GuardedModel) and _window.get() is None:
                raise NotOpened(f"{'__'.join(names)}: use a sub-query that is opened itself.")
        return found

    def __copy__(self) -> Any:
        return self.clone()

    def __getstate__(self) -> dict[str, Any]:
        """What was stored is opened by nobody: the actor's rights may have ended in the meantime."""
        state = cast(dict[str, Any], super().__getstate__())
        return {name: value for name, value in state.items() if name != "opened"}

    @property
    def _label(self) -> str:
        return self.model._meta.label


class GuardedIterable(ModelIterable[Any]):
    """Rows, each of which remembers for whom it was opened."""

    def __iter__(self) -> Iterator[Any]:
        opened, rows = cast(GuardedQuery, self.queryset.query).opened, super().__iter__()
        while True:
            mark = _reading.set(True)
            try:
                row = next(rows, None)
            finally:
                _reading.reset(mark)
            if row is None:
                return
            _remember(row, opened)
            yield row


def _remember(row: Any, opened: Opener | None) -> None:
    """Marks a row, and what was selected with it, as come through the door; a window is over when its block is."""
    row._state.in_hand = row.pk
    row._state.opened = opened if isinstance(opened, Actor) else None
    for related in row._state.fields_cache.values():
        if isinstance(related, GuardedModel) and not related._state.adding and related.in_hand is False:
            _remember(related, opened)


class GuardedQuerySet(SealedQuerySet[M]):
    """A queryset of protected rows."""

    def __init__(self, model: Any = None, query: Any = None, using: Any = None, hints: Any = None) -> None:
        if query is None and model is not None:
            query = GuardedQuery(model)
            query.opened = _window.get()
        super().__init__(model, query, using, hints)
        self._iterable_class: Any = GuardedIterable
        if hints:
            self._open_by(hints)

    def visible_to(self, actor: Actor, rows: Q | None = None) -> Self:
        """Opened: what the actor may see, or the part of it that `rows` (from the actor's reach) describes."""
        opened = self._chain()  # type: ignore[attr-defined]
        opened.query.opened = actor
        return cast(Self, opened.filter(self.model.rows_for(actor) if rows is None else rows))

    def raw(self, *args: Any, **kwargs: Any) -> Any:
        raise NotOpened("raw() knows no actor.")

    def _raw_delete(self, using: str | None) -> Any:
        self.query.must_be_open()  # type: ignore[attr-defined]
        return super()._raw_delete(using)

    def bulk_create(
        self, objs: Iterable[M], batch_size: int | None = None, ignore_conflicts: bool = False, *args: Any,
        **kwargs: Any,
    ) -> list[M]:  # fmt: skip
        """As Django's, but it never changes a row that is there already."""
        if any([*args, *kwargs.values()]):
            raise NotOpened("bulk_create() would change rows that nobody opened.")
        made = super().bulk_create(objs, batch_size, ignore_conflicts)
        if not ignore_conflicts:
            for row in made:
                row.take_in_hand()
        return made

    def _add_hints(self, **hints: Any) -> None:
        """Called when Django follows a relation from a row, with a queryset of its own or that of a Prefetch."""
        super()._add_hints(**hints)  # type: ignore[misc]
        opened, by_row = cast(GuardedQuery, self.query).opened, _opener(hints)
        if isinstance(opened, Actor) and by_row is not None and by_row is not opened:
            raise NotOpened("This queryset was opened for somebody else.")  # one that is kept between requests, say
        self._open_by(hints)

    def _open_by(self, hints: dict[str, Any]) -> None:
        """Opens for the actor of the row in hand, which Django names when it follows a relation."""
        query, actor = cast(GuardedQuery, self.query), _opener(hints)
        if actor is not None and query.opened is None:
            query.opened = actor
            query.add_q(self.model.rows_for(actor))


def _opener(hints: dict[str, Any]) -> Actor | None:
    """For whom the row was opened from which Django follows a relation."""
    return getattr(getattr(hints.get("instance"), "_state", None), "opened", None)


class GuardedManager(models.Manager.from_queryset(GuardedQuerySet)):  # type: ignore[misc]
    """The one manager of a protected model."""

    use_in_migrations = False

    def raw(self, *args: Any, **kwargs: Any) -> Any:
        raise NotOpened("raw() knows no actor.")


def _in_window(name: str) -> Callable[..., Any]:
    """A check of a row's own values: Django's look-ups on its behalf (does the case exist?) need no door."""
    original = getattr(models.Model, name)

    def method(self: models.Model, *args: Any, **kwargs: Any) -> Any:
        with window(name):
            return original(self, *args, **kwargs)

    method.__name__ = name
    return method


class GuardedModel(models.Model):
    """A table behind the doors. Every model that points at one must be one, too."""

    wall: ClassVar[str]

    objects: ClassVar[Any] = GuardedManager()

    clean_fields = _in_window("clean_fields")
    validate_unique = _in_window("validate_unique")
    validate_constraints = _in_window("validate_constraints")

    class Meta:
        abstract = True
        base_manager_name = "objects"

    @classmethod
    def rows_for(cls, actor: Actor) -> Q:
        """The condition that leaves what the actor may see."""
        raise NotImplementedError

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> Self:
        """As Django's, for rows of an opened queryset: not for one that another table's query brings along."""
        if not _reading.get() and _window.get() is None:
            raise NotOpened(f"{cls._meta.label}: this row comes through no door.")
        return super().from_db(*args, **kwargs)

    @property
    def in_hand(self) -> bool:
        """Whether this row came through a door or was added here, under the key that it has now."""
        return self.pk is not None and getattr(self._state, "in_hand", None) == self.pk

    def take_in_hand(self) -> None:
        """For rows that were added just now."""
        self._state.in_hand = self.pk  # type: ignore[attr-defined]

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """As Django's, for a row in hand."""
        self._must_be_in_hand()
        with window("delete"):
            return super().delete(*args, **kwargs)

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """As Django's; a row that came through a door is asked for again through the same door."""
        if not self.in_hand or self._opened is not None:
            super().refresh_from_db(*args, **kwargs)
            return
        with window("refresh_from_db"):
            super().refresh_from_db(*args, **kwargs)

    def _do_insert(self, *args: Any) -> Any:
        added = super()._do_insert(*args)  # type: ignore[misc]
        self.take_in_hand()
        return added

    def _do_update(self, base_qs: Any, *args: Any) -> Any:
        """As Django's, through the door by which the row came.

        The door stands in a sub-query of its own: what `base_qs` asks of the row stays outside, and is asked again by
        PostgreSQL when somebody else has just written the row. A sub-query would go on with what it had seen before.
        """
        self._must_be_in_hand()
        rows = base_qs.all()
        rows.query.opened = "save"
        if self._opened is not None:
            rows = rows.filter(pk__in=base_qs.visible_to(self._opened).filter(pk=self.pk).values("pk"))
        return super()._do_update(rows, *args)

    def __getstate__(self) -> dict[str, Any]:
        """A row that was stored, or copied, is in nobody's hand."""
        state: dict[str, Any] = super().__getstate__()
        for mark in ("opened", "in_hand"):
            vars(state["_state"]).pop(mark, None)
        return state

    @property
    def _opened(self) -> Actor | None:
        return getattr(self._state, "opened", None)

    def _must_be_in_hand(self) -> None:
        if not self.in_hand and _window.get() is None:
            raise NotOpened(f"{self._meta.label}: this row did not come through a door.")


def open_one(actor: Actor, queryset: GuardedQuerySet[M], pk: uuid.UUID | str) -> M:
    """The one row, for an actor who may see it, noted as seen before anything of it leaves.

    Raises Http404 for a row that is not there and for one that this actor may not know of: no answer tells which.
    """
    row = queryset.visible_to(actor).filter(pk=pk).first()
    if row is None:
        raise Http404
    acts.note_look(actor, row)
    return row
