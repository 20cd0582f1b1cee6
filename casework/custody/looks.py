"""Reading custody: stays and stints of a person, as far as the actor sees the person."""

from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from casework.access.actor import Actor
from casework.cases import reach
from casework.cases.models import Case
from casework.custody.models import CourtOnFile, LocatorCheck, Stay, Stint


def zone(actor: Actor, case: Case) -> str:
    """The clock of the case's organization, which may be another than the actor's."""
    return reach.of(actor).organizations[case.organization_id].time_zone


def stays(actor: Actor, case: Case) -> list[Stay]:
    """All stays of the case's person, the oldest first."""
    rows = Stay.objects.visible_to(actor).filter(person_id__in=case.person.files, withdrawn=False)
    return list(rows.order_by("began_at"))


def open_stay(actor: Actor, case: Case, *, lock: bool = False) -> Stay | None:
    """The stay that has not ended; the newer one, where somebody who sees one of two merged files began another."""
    rows = Stay.objects.visible_to(actor).filter(person_id__in=case.person.files, withdrawn=False, ended_at=None)
    found: Stay | None = (rows.select_for_update(of=("self",)) if lock else rows).order_by("-began_at").first()
    return found


def days_held(actor: Actor, case: Case) -> int | None:
    """On how many days of the organization's calendar the person was held, the first and last of a stay among them.

    A stay that goes on counts until today. None where no stay is on file.
    """
    clock, found = ZoneInfo(zone(actor, case)), set[int]()
    for stay in stays(actor, case):
        last = timezone.localdate(stay.ended_at or timezone.now(), clock)
        found.update(range(timezone.localdate(stay.began_at, clock).toordinal(), last.toordinal() + 1))
    return len(found) or None


def stints(actor: Actor, stay: Stay) -> list[Stint]:
    """The places of a stay in their order, with their facilities."""
    return list(_stints(actor).filter(stay=stay))


def last_stint(actor: Actor, stay: Stay) -> Stint | None:
    """Where the person is, or was last, in this stay."""
    found: Stint | None = _stints(actor).filter(stay=stay).last()
    return found


def known_before(actor: Actor, case: Case, stint: Stint | None = None) -> Stint | None:
    """The last place of the person that the directory has, before this stint: what a new place is compared with."""
    rows = _stints(actor).filter(person_id__in=case.person.files, facility__isnull=False)
    if stint is not None:
        rows = rows.exclude(pk=stint.pk).filter(starts_at__lte=stint.starts_at)
    found: Stint | None = rows.last()
    return found


def checks(actor: Actor, stay: Stay, most: int = 20) -> list[LocatorCheck]:
    """Look-ups of a stay, the newest first."""
    rows = LocatorCheck.objects.visible_to(actor).filter(stay=stay)
    return list(rows.order_by("-checked_at")[:most])


def court(actor: Actor, case: Case) -> CourtOnFile | None:
    """The court on file of a case."""
    found: CourtOnFile | None = (
        CourtOnFile.objects.visible_to(actor).filter(case=case).select_related("court", "case").first()
    )
    return found


def stages(actor: Actor, case: Case) -> list[str]:
    """The stages of the person's cases that the actor sees, the case's own among them."""
    rows = Case.objects.visible_to(actor).filter(person_id__in=case.person.files)
    return [case.stage, *rows.exclude(pk=case.pk).values_list("stage", flat=True)]


def _stints(actor: Actor) -> Any:
    rows = Stint.objects.visible_to(actor).filter(withdrawn=False).select_related("facility__field_office", "stay")
    return rows.order_by("starts_at", "recorded_at")
