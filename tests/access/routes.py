"""Every way that Django has to rows: what is done, and what it answers."""

import copy
import pickle
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

from asgiref.sync import async_to_sync
from django.contrib.postgres.expressions import ArraySubquery
from django.core import serializers
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q, Subquery, Value
from django.forms import ModelChoiceField
from django.shortcuts import get_list_or_404, get_object_or_404

from casework.access.models import Organization

# Of each model: an instant, and a text with two values that it may have.
AT = {
    "Person": "created_at", "Case": "opened_at", "Assignment": "starts_at", "Note": "written_at",
    "Contact": "added_at", "AdverseParty": "added_at", "Vulnerability": "set_at", "Consent": "given_at",
    "ErrorReport": "reported_at", "Task": "made_at", "Appearance": "made_at", "Closing": "made_at",
    "Stay": "began_at", "Stint": "recorded_at", "LocatorCheck": "checked_at", "CourtOnFile": "set_at",
    "CallLog": "at", "Shift": "starts_at", "Incident": "recorded_at", "IncidentLink": "linked_at",
    "Referral": "made_at", "Import": "made_at", "Batch": "made_at",
    "Proceeding": "recorded_at", "Hearing": "recorded_at", "Charge": "recorded_at",
    "Decision": "recorded_at", "Bond": "recorded_at", "Deadline": "recorded_at", "RuleSignOff": "made_at",
    "Document": "added_at", "File": "uploaded_at", "Answer": "answered_at", "ConflictCheck": "ran_at",
    "ConflictDecision": "made_at", "Candidate": "found_at", "HandOver": "made_at", "Offer": "offered_at",
    "OfferCard": "agreed_at", "Received": "received_at", "Packet": "printed_at",
    "ClosedDay": "made_at", "Coverage": "asked_at", "Feed": "made_at", "FamilyLink": "made_at",
    "Keep": "made_at",
}  # fmt: skip
TEXT = {
    "Person": ("language", "quc"), "Case": ("stage", "closed"), "Assignment": ("role", "co_counsel"),
    "Note": ("kind", "visit"), "Contact": ("kind", "friend"), "AdverseParty": ("kind", "witness"),
    "Vulnerability": ("flag", "disability"), "Consent": ("how", "signed"), "ErrorReport": ("right", "Eight"),
    "Task": ("rule", "custody.venue"), "Appearance": ("form", "g28"), "Closing": ("code", "F"),
    "Stay": ("began_precision", "minute"), "Stint": ("source", "visit"), "LocatorCheck": ("method", "phone"),
    "CourtOnFile": ("set_by_name", "Somebody else"), "Import": ("stopped", "changed"),
    "Batch": ("why", "layout"),
    "CallLog": ("channel", "visit"), "Shift": ("name", "Somebody else"), "Incident": ("warrant", "none"),
    "IncidentLink": ("linked_by_name", "Somebody else"), "Referral": ("phone", "211"),
    "Proceeding": ("judge", "Somebody else"), "Hearing": ("medium", "P"), "Charge": ("state", "denied"),
    "Decision": ("how", "mailed"), "Bond": ("how", "mailed"), "Deadline": ("event", "release"),
    "RuleSignOff": ("note", "Read again"), "ClosedDay": ("why", "A storm"),
    "Document": ("kind", "letter"), "File": ("source", "paper"), "Answer": ("source", "paper"),
    "ConflictCheck": ("state", "clear"), "ConflictDecision": ("outcome", "same"), "Candidate": ("settled", "y"),
    "HandOver": ("made_by_name", "Somebody else"), "Offer": ("answer", "capacity"), "OfferCard": ("place", "There"),
    "Received": ("from_name", "Elsewhere"), "Packet": ("asked_by", "counsel"),
    "Coverage": ("state", "declined"), "Feed": ("level", "busy"), "FamilyLink": ("language", "ar"),
    "Keep": ("made_by_name", "Somebody else"),
}  # fmt: skip


@dataclass
class Rows:
    """Of one model: a queryset to try, the same opened for Ada, and the keys that she may see."""

    model: Any
    tried: Any
    opened: Any
    keys: list[Any]

    @property
    def one(self) -> Any:
        return self.keys[0]

    @property
    def at(self) -> str:
        return AT[self.model.__name__]

    @property
    def text(self) -> str:
        return TEXT[self.model.__name__][0]

    @property
    def new(self) -> dict[str, str]:
        return dict([TEXT[self.model.__name__]])

    def wanted(self, want: Any) -> Any:
        """What a route should answer."""
        if isinstance(want, list):
            return [self.wanted(one) for one in want]
        keys = {ALL: self.keys, ONE: self.one, REST: self.keys[1:]}
        return keys[want] if isinstance(want, str) else want


def pks(rows: Any) -> list[Any]:
    return sorted(row.pk for row in rows)


def flat(rows: Any, name: str = "pk") -> list[Any]:
    return sorted(rows.values_list(name, flat=True))


def options(field: Any) -> list[Any]:
    return list(field.choices)


async def gathered(rows: AsyncIterator[Any]) -> list[Any]:
    return sorted([row.pk async for row in rows])


def waited(awaitable: Callable[[], Any]) -> Any:
    async def wait() -> Any:
        return await awaitable()

    return async_to_sync(wait)()


# What is done, and what it answers once the queryset is opened.
Route = tuple[Callable[[Rows], Any], Any]
ALL, ONE, REST = "all", "one", "rest"  # of the keys that she may see
READS: dict[str, Route] = {
    "list": (lambda r: pks(list(r.tried)), ALL),
    "len": (lambda r: len(r.tried), 2),
    "bool": (lambda r: bool(r.tried), True),
    "in": (lambda r: r.opened.first() in r.tried, True),
    "repr": (lambda r: len(repr(r.tried)) > 0, True),
    "get": (lambda r: r.tried.get(pk=r.one).pk, ONE),
    "filter": (lambda r: pks(r.tried.filter(pk=r.one)), [ONE]),
    "exclude": (lambda r: pks(r.tried.exclude(pk=r.one)), REST),
    "complex filter": (lambda r: pks(r.tried.complex_filter(Q(pk=r.one))), [ONE]),
    "exists": (lambda r: r.tried.exists(), True),
    "contains": (lambda r: r.tried.contains(r.opened.first()), True),
    "count": (lambda r: r.tried.count(), 2),
    "count of distinct": (lambda r: r.tried.distinct().count(), 2),
    "aggregate": (lambda r: r.tried.aggregate(n=Count("pk")), {"n": 2}),
    "aggregate of slice": (lambda r: r.tried[:1].aggregate(n=Count("pk")), {"n": 1}),
    "aggregate of annotation": (
        lambda r: r.tried.annotate(n=Exists(r.opened.filter(pk=OuterRef("pk")))).filter(n=True).count(), 2,
    ),
    "annotate": (lambda r: pks(r.tried.annotate(n=Value(1))), ALL),
    "alias": (lambda r: pks(r.tried.alias(n=Value(1)).filter(n=1)), ALL),
    "values": (lambda r: sorted(row["pk"] for row in r.tried.values("pk")), ALL),
    "values_list": (lambda r: sorted(pk for (pk,) in r.tried.values_list("pk")), ALL),
    "values_list flat": (lambda r: flat(r.tried), ALL),
    "values_list named": (lambda r: sorted(row.pk for row in r.tried.values_list("pk", named=True)), ALL),
    "group by": (lambda r: [row["n"] for row in r.tried.values("organization").annotate(n=Count("pk"))], [2]),
    "first": (lambda r: r.tried.order_by("pk").first().pk, ONE),
    "last": (lambda r: r.tried.order_by("-pk").last().pk, ONE),
    "earliest": (lambda r: r.tried.earliest("pk").pk, ONE),
    "latest": (lambda r: r.tried.latest("-pk").pk, ONE),
    "in_bulk": (lambda r: sorted(r.tried.in_bulk()), ALL),
    "iterator": (lambda r: pks(r.tried.iterator()), ALL),
    "slice": (lambda r: pks(r.tried.order_by("pk")[:1]), [ONE]),
    "index": (lambda r: r.tried.order_by("pk")[0].pk, ONE),
    "order_by": (lambda r: [row.pk for row in r.tried.order_by("pk")], ALL),
    "reverse": (lambda r: [row.pk for row in r.tried.order_by("-pk").reverse()], ALL),
    "distinct": (lambda r: pks(r.tried.distinct()), ALL),
    "dates": (lambda r: len(r.tried.dates(r.at, "year")), 1),
    "datetimes": (lambda r: len(r.tried.datetimes(r.at, "year")), 1),
    "only": (lambda r: pks(r.tried.only(r.text)), ALL),
    "defer": (lambda r: pks(r.tried.defer(r.text)), ALL),
    "extra": (lambda r: pks(r.tried.extra(select={"n": "1"})), ALL),
    "using": (lambda r: pks(r.tried.using("default")), ALL),
    "select_related": (lambda r: pks(r.tried.select_related("organization")), ALL),
    "prefetch_related": (lambda r: pks(r.tried.prefetch_related("organization")), ALL),
    "select_for_update": (lambda r: pks(r.tried.select_for_update()), ALL),
    "explain": (lambda r: "Scan" in r.tried.explain(), True),
    "sql": (lambda r: "SELECT" in str(r.tried.query), True),
    "sub-query": (lambda r: pks(r.opened.filter(pk__in=r.tried)), ALL),
    "sub-query of values": (lambda r: pks(r.opened.filter(pk__in=r.tried.values("pk"))), ALL),
    "sub-query in Q": (lambda r: pks(r.opened.filter(Q(pk__in=r.tried) | Q(pk=r.one))), ALL),
    "Exists": (lambda r: pks(r.opened.filter(Exists(r.tried.filter(pk=OuterRef("pk"))))), ALL),
    "Subquery": (
        lambda r: pks(r.opened.annotate(n=Subquery(r.tried.filter(pk=OuterRef("pk")).values("pk")[:1]))), ALL,
    ),
    "sub-query of an open table": (
        lambda r: Organization.objects.filter(pk__in=r.tried.values("organization")).count(), 1,
    ),
    "ArraySubquery": (
        lambda r: sorted(Organization.objects.annotate(n=ArraySubquery(r.tried.values("pk"))).first().n), ALL,  # type: ignore[union-attr]
    ),
    "union": (lambda r: pks(r.opened.union(r.tried)), ALL),
    "union, the other way": (lambda r: pks(r.tried.union(r.opened)), ALL),
    "union of none": (lambda r: pks(r.model.objects.none().union(r.tried)), ALL),
    "intersection": (lambda r: pks(r.opened.intersection(r.tried)), ALL),
    "difference": (lambda r: pks(r.opened.difference(r.tried)), []),
    "or": (lambda r: pks(r.opened | r.tried), ALL),
    "or, the other way": (lambda r: pks(r.tried | r.opened), ALL),
    "or none": (lambda r: pks(r.model.objects.none() | r.tried), ALL),
    "xor": (lambda r: pks(r.opened ^ r.tried), []),
    "xor, the other way": (lambda r: pks(r.tried ^ r.opened), []),
    "and": (lambda r: pks(r.tried & r.opened), ALL),
    "deepcopy": (lambda r: pks(copy.deepcopy(r.tried)), ALL),
    "copy": (lambda r: pks(copy.copy(r.tried)), ALL),
    "copy of the query": (lambda r: pks(r.tried.filter(pk__in=copy.copy(r.opened.query))), ALL),
    "pickle": (lambda r: pks(pickle.loads(pickle.dumps(r.tried))), ALL),  # noqa: S301
    "serializers": (lambda r: len(list(serializers.deserialize("json", serializers.serialize("json", r.tried)))), 2),
    "paginator": (lambda r: pks(Paginator(r.tried.order_by("pk"), 1).page(1).object_list), [ONE]),
    "paginator's count": (lambda r: Paginator(r.tried.order_by("pk"), 1).count, 2),
    "get_object_or_404": (lambda r: get_object_or_404(r.tried, pk=r.one).pk, ONE),
    "get_list_or_404": (lambda r: pks(get_list_or_404(r.tried)), ALL),
    "form choices": (lambda r: len(options(ModelChoiceField(queryset=r.tried, empty_label=None))), 2),
    "form value": (lambda r: ModelChoiceField(queryset=r.tried).clean(str(r.one)).pk, ONE),
    "acount": (lambda r: waited(r.tried.acount), 2),
    "aexists": (lambda r: waited(r.tried.aexists), True),
    "aget": (lambda r: waited(lambda: r.tried.aget(pk=r.one)).pk, ONE),
    "afirst": (lambda r: waited(r.tried.order_by("pk").afirst).pk, ONE),
    "alast": (lambda r: waited(r.tried.order_by("-pk").alast).pk, ONE),
    "ain_bulk": (lambda r: sorted(waited(r.tried.ain_bulk)), ALL),
    "aaggregate": (lambda r: waited(lambda: r.tried.aaggregate(n=Count("pk"))), {"n": 2}),
    "aexplain": (lambda r: "Scan" in waited(r.tried.aexplain), True),
    "async for": (lambda r: waited(lambda: gathered(r.tried)), ALL),
    "aiterator": (lambda r: waited(lambda: gathered(r.tried.aiterator())), ALL),
}  # fmt: skip
WRITES: dict[str, Route] = {
    "update": (lambda r: r.tried.update(**r.new), 2),
    "aupdate": (lambda r: waited(lambda: r.tried.aupdate(**r.new)), 2),
    "bulk_update": (lambda r: r.tried.bulk_update(list(r.opened), [r.text]), 2),
    "get_or_create": (lambda r: r.tried.get_or_create(pk=r.one)[0].pk, ONE),
    "update_or_create": (lambda r: r.tried.update_or_create(pk=r.one, defaults=r.new)[0].pk, ONE),
    "aget_or_create": (lambda r: waited(lambda: r.tried.aget_or_create(pk=r.one))[0].pk, ONE),
}
REMOVALS: dict[str, Route] = {
    "delete": (lambda r: r.tried.delete()[0], 2),
    "adelete": (lambda r: waited(r.tried.adelete)[0], 2),
    "_raw_delete": (lambda r: r.tried._raw_delete("default"), 2),
}
