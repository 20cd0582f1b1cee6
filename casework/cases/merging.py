"""Two files of one human being: found, merged, and put apart again.

A merge moves no row. Both files keep their cases, their rows and their keys, so that who sees what stays as it was;
whoever sees both meets one person, with the fields of the survivor. What is written afterwards stands in the file of
the case in which it was written, or in the survivor's fields.
"""

import uuid
from collections.abc import Collection
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.db.models import Count, Q
from django.http import Http404
from django.utils.translation import gettext as _

from casework.access import acts, changes
from casework.access.actor import Actor
from casework.access.acts import Changes, Happened, act
from casework.access.versions import ChangedMeanwhile
from casework.audit.models import Entry
from casework.cases.models import Case
from casework.cases.person import FIELDS
from casework.people import rules
from casework.people.models import NameToken, Person
from casework.vault import keys

MERGED, PARTED, COMPARED = "person.merged", "person.parted", "person.compared"
MOST = 8  # files offered
NOBODY = str(uuid.UUID(int=0))
WRITTEN = (*FIELDS, "reached_at")


def pair(one: Person, other: Person) -> tuple[Person, Person]:
    """Which of two files goes on, and which is merged into it: a file into which others were merged goes on.

    Raises ValidationError where both did, and for two that are merged already.
    """
    if other.pk in one.files:
        raise ValidationError(_("These two files are merged already."), code="merged")
    survivor, loser = (other, one) if one.merged_into_id is None and other.merged_into_id else (one, other)
    if loser.merged_into_id is not None:
        words = _("Others were merged into each of these two files. Undo the merges of one of them first.")
        raise ValidationError(words, code="both")
    return survivor, loser


def must_see_whole(*people: Person, to_merge: bool = True) -> None:
    """Raises ValidationError where the speaker does not see every case; for a merge, also where one is restricted."""
    ids = [one.pk for one in people]
    if not _ask("bool_and(ctx.sees_whole(one, %s)) FROM unnest(%s::uuid[]) one", to_merge, ids):
        words = _("This takes somebody who sees every case of both, and of two files to be merged none is restricted.")
        raise ValidationError(words, code="walls")


def fields_of(person: Person) -> dict[str, Any]:
    """What two files are compared by."""
    return {name: getattr(person, name) for name in WRITTEN}


@act(MERGED)
def merge(
    actor: Actor, case: Case, *, survivor: Person, loser: Person, taken: Collection[str] = (),
    keeps: uuid.UUID | None = None,
) -> Happened[uuid.UUID]:  # fmt: skip
    """Makes one person of two files, `case` being of either; the audit line's id.

    Of the fields in `taken` the loser's value counts. `keeps` is the file whose custody counts where both say where
    the person was at one time. Raises ChangedMeanwhile when either row is not as it was read, and ValidationError as
    `pair` and `must_see_whole`, and where something of either does not open.
    """
    if case.person_id not in {*survivor.files, *loser.files}:
        raise PermissionDenied("another person")
    survivor, loser = _held(actor, survivor, loser)
    must_see_whole(survivor, loser)
    if pair(survivor, loser) != (survivor, loser):
        raise ChangedMeanwhile(survivor)
    if changes.is_locked(survivor) or changes.is_locked(loser):
        raise ValidationError(_("Something of one of them does not open."), code="locked")
    found = changes.different(survivor, rules.merged(fields_of(survivor), fields_of(loser), taken))
    written = _write(survivor, found, survivor.pk)
    _write(loser, {}, survivor.pk)
    acts.note_look(actor, loser, MERGED, ("person",))  # in its own file, whose readers may not see the other
    line, told = uuid.uuid4(), {"loser": loser.pk, "who": loser.full_name}
    about = {"case": case, "survivor": survivor, "loser": loser, "keeps": keeps, "line": line}
    return Happened(line, thing=survivor, changes=written, told=told, line=line, about=about)


def part(actor: Actor, case: Case, *, line_id: uuid.UUID) -> list[str]:
    """Undoes a merge: both files stand as before. The names of fields that others changed since, which stay.

    Raises Http404 for a line that is not of this person, and ValidationError when it does not open, or was undone.
    """
    acts.may(actor, PARTED, case)
    line = Entry.objects.filter(pk=line_id, verb=MERGED, organization_id=case.organization_id).first()
    told = acts.opened_details([line])[line.pk] if line else None
    if line is None or not {line.object_id, uuid.UUID((told or {}).get("loser", NOBODY))} & set(case.person.files):
        raise Http404
    people = Person.objects.visible_to(actor)
    survivor = people.filter(pk=line.object_id).first()
    loser = people.filter(pk=told["loser"]).first() if told and "loser" in told else None
    if not told or survivor is None or loser is None or changes.is_locked(survivor) or changes.is_locked(loser):
        raise ValidationError(_("This cannot be undone: what stood before does not open."), code="locked")
    kept: list[str] = _part(actor, case, survivor=survivor, loser=loser, told=told, undoes=line_id)
    return kept


@act(PARTED)
def _part(
    actor: Actor, case: Case, *, survivor: Person, loser: Person, told: dict[str, Any], undoes: uuid.UUID
) -> Happened[list[str]]:
    survivor, loser = _held(actor, survivor, loser)
    if loser.merged_into_id != survivor.pk or survivor.pk == loser.pk:
        raise ValidationError(_("This merge was undone already."), code="gone")
    must_see_whole(survivor, loser, to_merge=False)
    others = [one for one in survivor.together if one.pk not in (survivor.pk, loser.pk)]
    wrote = told.get("changes", {})
    names = [name for one in others for name in (one.full_name, *one.aliases)]
    back, kept = rules.apart(changes.standing(survivor, wrote), wrote, names)
    values = {name: changes.value(survivor, name, was) for name, was in back.items()}
    _write(loser, {}, None)
    stays = _ask("ctx.has_merged(%s)", survivor.pk)  # others, whom the actor may not see
    written = _write(survivor, changes.different(survivor, values), survivor.pk if stays else None)
    acts.note_look(actor, loser, PARTED, ("person",))
    about = {"case": case, "survivor": survivor, "loser": loser, "line": undoes}
    more = {"who": told["who"], "undoes": undoes}
    return Happened(kept, thing=survivor, changes=written, told=more, about=about)


def alike(actor: Actor, person: Person) -> list[Person]:
    """Files of the same organization that may be of the same human being: one A-number, then the most alike names."""
    ours = Person.objects.visible_to(actor).filter(organization_id=person.organization_id).exclude(pk__in=person.files)
    same = [bytes(one.a_number_index) for one in person.together if one.a_number_index]
    found = list(ours.filter(a_number_index__in=same)[:MOST]) if same else []
    tokens = NameToken.objects.visible_to(actor).filter(organization_id=person.organization_id)
    mine = [bytes(one.token) for one in NameToken.of_person(person)] if not changes.is_locked(person) else []
    near = tokens.filter(token__in=mine).exclude(person_id__in=person.files).values("person_id")
    ids = [row["person_id"] for row in near.annotate(shared=Count("pk")).order_by("-shared")[:MOST]]
    rows = ours.in_bulk([pk for pk in ids if pk not in {one.pk for one in found}])
    found += [rows[pk] for pk in ids if pk in rows]
    return list({one.survivor.pk: one.survivor for one in found}.values())[:MOST]


def called(actor: Actor, person: Person, text: str) -> Person | None:
    """The person of the case with this reference, or with this A-number, in the same organization, as one sees them."""
    try:
        number = rules.a_number(text)
    except ValueError:
        number = ""
    ours = Q(organization_id=person.organization_id)
    cases = Case.objects.visible_to(actor).filter(ours, reference__iexact=text.strip()).exclude(reference="")
    by = Q(pk__in=cases.values("person_id"))
    if number:
        by |= Q(a_number_index=Person.index_of("a_number", person.organization_id, number))
    rows = Person.objects.visible_to(actor).filter(ours, by).exclude(pk__in=person.files).order_by("created_at")
    found: Person | None = rows.first()
    return found and found.survivor


def cases_of(actor: Actor, people: Collection[Person]) -> list[Case]:
    """The cases of these files that one sees, the newest first."""
    ids = {pk for one in people for pk in one.files}
    return list(Case.objects.visible_to(actor).filter(person_id__in=ids).order_by("-opened_at"))


def _ask(what: str, *values: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {what}", values)
        return cursor.fetchone()[0]


def _held(actor: Actor, survivor: Person, loser: Person) -> tuple[Person, Person]:
    """Both rows, held to the end of the transaction. Raises ChangedMeanwhile when either has another version."""
    ids = (survivor.pk, loser.pk)
    keys.lock(ids)  # before the rows, as whoever shreds or rotates does
    rows = Person.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk__in=ids)
    found = {one.pk: one for one in rows.order_by("pk")}
    for row in (survivor, loser):
        if row.pk not in found or found[row.pk].version != row.version:
            raise ChangedMeanwhile(row)
    return found[survivor.pk], found[loser.pk]


def _write(row: Person, values: dict[str, Any], merged_into: uuid.UUID | None) -> Changes:
    row.merged_into_id = merged_into
    row.__dict__.pop("together", None)
    written = {name: (changes.plain(getattr(row, name)), changes.plain(value)) for name, value in values.items()}
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=[*values, "merged_into"])
    return written
