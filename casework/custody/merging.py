"""Custody of two files that are merged: nobody is in two places, so of what both say of one time one counts."""

import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from casework.access import acts
from casework.access.actor import Actor
from casework.access.acts import Happened, act
from casework.audit.models import Entry
from casework.cases.models import Case
from casework.custody import looks, rules, undoing
from casework.custody.actions import settle_person
from casework.custody.images import Images
from casework.custody.models import Stay
from casework.people.models import Person

SET_ASIDE = "custody.set_aside"


def overlapping(actor: Actor, survivor: Person, loser: Person) -> dict[uuid.UUID, list[Stay]]:
    """By each of the two files, its stays at the time of one of the other; empty where nothing overlaps."""
    files = {*survivor.files, loser.pk}
    stays = Stay.objects.visible_to(actor).filter(person_id__in=files, withdrawn=False).order_by("began_at")
    theirs = [one for one in stays if one.person_id == loser.pk]
    ours = [one for one in stays if one.person_id != loser.pk]
    pairs = [
        (one, other) for one in ours for other in theirs
        if rules.overlap((one.began_at, one.ended_at), (other.began_at, other.ended_at))
    ]  # fmt: skip
    if not pairs:
        return {}
    of_each = [list({stay.pk: stay for stay in stays}.values()) for stays in zip(*pairs, strict=True)]
    return dict(zip((survivor.pk, loser.pk), of_each, strict=True))


def of_merge(actor: Actor, happened: Happened[Any]) -> None:
    """Wired to a merge: the other file's stays at the same time are set aside, and all cases show what counts.

    Raises ValidationError at "keeps" where somebody has to say which file counts.
    """
    about = happened.about
    case, survivor, loser, keeps = about["case"], about["survivor"], about["loser"], about["keeps"]
    settle_person(survivor.pk)  # holds the cases, as every act on custody does first
    found = overlapping(actor, survivor, loser)
    if found and keeps not in found:
        raise ValidationError({"keeps": _("Both files say where the person was at one time. Choose which counts.")})
    if found:
        aside = found[survivor.pk if keeps == loser.pk else loser.pk]
        _set_aside(actor, case, stays=aside, merge=about["line"])
    settle_person(survivor.pk)


def of_parting(actor: Actor, happened: Happened[Any]) -> None:
    """Wired to the undoing of a merge: what was set aside counts again. Raises ValidationError as `undoing.undo`."""
    about = happened.about
    survivor, loser = about["survivor"], about["loser"]
    settle_person(survivor.pk)
    settle_person(loser.pk)
    lines = list(Entry.objects.filter(verb=SET_ASIDE, file_id__in=(survivor.pk, loser.pk)).order_by("-at"))
    for line, told in ((line, acts.opened_details([line])[line.pk]) for line in lines):
        if told and told.get("merge") == str(about["line"]):
            undoing.take_back(actor, about["case"], line=line, told=told)
    settle_person(survivor.pk)
    settle_person(loser.pk)


@act(SET_ASIDE)
def _set_aside(actor: Actor, case: Case, *, stays: list[Stay], merge: uuid.UUID) -> Happened[None]:
    images = Images()
    for stay in stays:
        for stint in looks.stints(actor, stay):
            images.change(stint, withdrawn=True)
        images.change(stay, withdrawn=True)
    return Happened(None, thing=stays[0], fields=("custody",), told={"rows": images.told(), "merge": merge})
