"""Incidents: shared by intakes, verified by somebody, taken back, and found again by what another caller tells."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils import timezone

from casework.access.actor import Actor
from casework.access.context import acting
from casework.access.doors import open_one, window
from casework.access.models import User
from casework.access.versions import ChangedMeanwhile
from casework.audit.models import Entry
from casework.cases.actions import open_case
from casework.cases.models import Case
from casework.intake import incidents
from casework.intake.incidents import Told, likely, place_words
from casework.intake.models import Agency, Incident, PlaceType, Warrant
from casework.intake.questions import lists
from tests.access.membership import actor_of, do
from tests.conftest import as_application

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
LA = ZoneInfo("America/Los_Angeles")
THEN = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)  # 7:30 am in Los Angeles
VALUES: dict[str, Any] = {
    "happened_at": THEN, "exact_time": True, "place": "Mercado La Paloma, 3655 S Grand Ave", "place_type": "work",
    "agencies": ["ice"], "warrant": "none", "officers": 6, "words": "Three white vans",
}  # fmt: skip


def reported(cast: Cast, key: str = "volunteer", **more: Any) -> Incident:
    found: Incident = do(actor_of(cast[key]), incidents.report, values=VALUES | more)
    return found


def again(actor: Actor, pk: Any) -> Incident:
    found: Incident = Incident.objects.visible_to(actor).get(pk=pk)
    return found


def intake(cast: Cast, key: str) -> Case:
    case: Case = do(actor_of(cast[key]), open_case, names={"given_names": key})
    return case


def linked(cast: Cast, key: str, case: Case, incident: Incident) -> Any:
    def link(actor: Actor) -> Any:
        return incidents.link(actor, Case.objects.visible_to(actor).get(pk=case.pk), incident=again(actor, incident.pk))

    return do(actor_of(cast[key]), link)


def test_everybody_who_takes_calls_reads_it_and_nobody_else(cast: Cast) -> None:
    incident = reported(cast)
    for key in ("volunteer", "paralegal", "attorney"):
        assert do(actor_of(cast[key]), again, incident.pk).words == "Three white vans"
    for actor in (actor_of(cast["admin"]), actor_of(cast["clinic"], "SC")):
        with as_application(), acting(actor):
            with pytest.raises(Http404):
                open_one(actor, Incident.objects, incident.pk)
            with window("without the doors"):
                assert not Incident.objects.filter(pk=incident.pk).exists()


def test_it_is_shared_by_intakes_and_counted_for_who_may_open_none(cast: Cast) -> None:
    incident = reported(cast)
    cases = [intake(cast, "attorney"), intake(cast, "paralegal")]
    for case, key in zip(cases, ("attorney", "paralegal"), strict=True):
        linked(cast, key, case, incident)
    with pytest.raises(ValidationError, match="already"):
        linked(cast, "attorney", cases[0], incident)

    def looked(actor: Actor) -> tuple[int, set[Any]]:
        one = again(actor, incident.pk)
        return incidents.counted([one])[one.pk], {link.case_id for link in incidents.links_of(actor, one)}

    assert do(actor_of(cast["volunteer"]), looked) == (2, set())
    assert do(actor_of(cast["attorney"]), looked) == (2, {case.pk for case in cases})

    def unlink(actor: Actor) -> None:
        case = Case.objects.visible_to(actor).get(pk=cases[0].pk)
        incidents.unlink(actor, case, of=incidents.of_case(actor, case)[0])

    do(actor_of(cast["attorney"]), unlink)
    assert do(actor_of(cast["volunteer"]), looked) == (1, set())
    linked(cast, "attorney", cases[0], incident)


def test_it_is_a_rumour_until_somebody_says_how_it_is_known(cast: Cast) -> None:
    incident = reported(cast)
    with pytest.raises(ValidationError, match="Say how it is known"):
        do(actor_of(cast["paralegal"]), lambda one: incidents.verify(one, again(one, incident.pk), how=" "))
    line = do(
        actor_of(cast["paralegal"]),
        lambda one: incidents.verify(one, again(one, incident.pk), how="Video of a witness"),
    )
    row = do(actor_of(cast["volunteer"]), again, incident.pk)
    assert (row.verified_by_name, row.verified_how) == (cast["paralegal"].name, "Video of a witness")
    do(actor_of(cast["volunteer"]), lambda one: incidents.undo(one, again(one, incident.pk), line_id=line))
    row = do(actor_of(cast["volunteer"]), again, incident.pk)
    assert (row.verified_at, row.verified_by_name, row.verified_how) == (None, "", "")


def test_a_change_is_noted_taken_back_and_not_written_over(cast: Cast) -> None:
    incident = reported(cast)

    def change(actor: Actor, seen: int, **values: Any) -> Any:
        return incidents.change(actor, again(actor, incident.pk), values=values, seen=seen)

    line = do(actor_of(cast["volunteer"]), change, 1, officers=12, place="Grand and 37th")
    assert do(actor_of(cast["volunteer"]), change, 2, officers=12) is None
    with pytest.raises(ChangedMeanwhile):
        do(actor_of(cast["paralegal"]), change, 1, officers=3)
    do(actor_of(cast["paralegal"]), lambda one: incidents.undo(one, again(one, incident.pk), line_id=line))
    row = do(actor_of(cast["attorney"]), again, incident.pk)
    assert (row.officers, row.place) == (6, VALUES["place"])
    verbs = list(Entry.objects.filter(object_id=incident.pk).order_by("at").values_list("verb", flat=True))
    assert verbs == ["incident.reported", "incident.changed", "incident.changed"]


def test_another_organizations_incident_is_not_linked(cast: Cast) -> None:
    case, foreign = intake(cast, "attorney"), reported(cast)
    theirs: Incident = do(actor_of(cast["clinic"], "SC"), incidents.report, values=VALUES)
    with pytest.raises(Incident.DoesNotExist):
        linked(cast, "attorney", case, theirs)
    linked(cast, "attorney", case, foreign)


@pytest.mark.parametrize(
    ("told", "reasons"),
    [
        (Told(THEN, place="mercado LA paloma"), ("same day", "place: mercado, paloma")),
        (Told(THEN + timedelta(hours=2), place_type="work", agencies=frozenset({"ice", "hsi"})),
         ("same day", "kind of place", "agency")),
        (Told(THEN, place="Fourth Street"), None),  # the day alone
        (Told(THEN - timedelta(days=1), agencies=frozenset({"ice"})), None),
        (Told(THEN + timedelta(hours=6), exact_time=True, place_type="work", agencies=frozenset({"ice"})), None),
    ],
)  # fmt: skip
def test_what_another_caller_tells_finds_it(told: Told, reasons: tuple[str, ...] | None) -> None:
    known = Incident(**VALUES)
    found = likely(told, [known], zone=LA)
    assert [one.reasons for one in found] == ([reasons] if reasons else [])


def test_the_likeliest_comes_first_and_a_whole_place_is_enough(cast: Cast) -> None:
    near, far = reported(cast), reported(cast, place="Elsewhere", agencies=[], happened_at=THEN + timedelta(hours=1))
    told = Told(THEN, place="Mercado Paloma", place_type="work", agencies=frozenset({"ice"}))
    found = do(actor_of(cast["volunteer"]), incidents.candidates, told, zone=LA)
    assert [one.incident.pk for one in found] == [near.pk, far.pk]
    assert do(actor_of(cast["volunteer"]), incidents.candidates, told, zone=LA, without=[near.pk, far.pk]) == []
    assert do(actor_of(cast["volunteer"]), incidents.candidates, Told(), zone=LA) == []


def test_words_of_places() -> None:
    assert place_words("Calle Olvera, 3655 S. Grand Ave") == {"olvera", "3655", "grand"}
    assert place_words("La Estación") == {"estacion"}


def test_its_words_are_those_of_the_questions() -> None:
    asked = {one.key: {choice.code for choice in one.choices} for one in lists.intake()}
    assert set(PlaceType.values) - {""} == asked["location_type"]
    assert set(Agency.values) == asked["agencies"]
    assert set(Warrant.values) - {""} == asked["warrant"]


def test_only_the_last_days_are_listed(cast: Cast) -> None:
    now = timezone.now()
    kept = reported(cast, happened_at=now - timedelta(days=2))
    reported(cast, happened_at=now - timedelta(days=20))
    assert [one.pk for one in do(actor_of(cast["volunteer"]), incidents.recent, now=now)] == [kept.pk]
