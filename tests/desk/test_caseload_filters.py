"""What the caseload can be narrowed to and sorted by, and that its address says so in ids and codes."""

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from casework.access.doors import window
from casework.access.models import User
from casework.cases import actions
from casework.cases.models import Assignment, Case
from casework.custody.models import CourtOnFile
from casework.directory.models import Court
from casework.people.models import Person
from tests.cases.planting import NORTH, again, glances, member, open_case, speaking
from tests.clock import local_day
from tests.desk.test_caseload import text

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
Enter = Callable[[str], Client]
ORDER = ("Ivo", "Olga", "Clara", "Wanda", "Zacarias", "Helena", "Ana", "Bruna", "Dora", "Elsa", "Xochitl")


def listed(client: Client, asked: str = "") -> list[str]:
    """The names in the list, in its order."""
    html = client.get(f"/cases/{asked}").content.decode()
    return re.findall(r'<th scope="row".*?<bdi>(.*?)</bdi>', html, re.DOTALL)


def named(cast: Cast, name: str, key: str = "attorney", **columns: Any) -> Case:
    case = open_case(cast[key], given_names=name)
    glances(case, opened_at=timezone.now() - timedelta(minutes=ORDER.index(name)), **columns)
    return case


def at_noon(days: int) -> datetime:
    return datetime.combine(local_day() + timedelta(days=days), time(12), ZoneInfo("America/Los_Angeles"))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ["Ivo", "Olga", "Clara", "Wanda", "Helena"]),
        ("?stage=any", ["Ivo", "Olga", "Clara", "Wanda", "Zacarias", "Helena"]),
        ("?stage=closed", ["Zacarias"]),
        ("?stage=new", ["Ivo", "Clara"]),
        ("?stage=active", ["Olga", "Wanda", "Helena"]),
        ("?custody=detained", ["Olga", "Wanda"]),
        ("?custody=released", ["Helena"]),
        ("?custody=unknown", ["Ivo", "Clara"]),
        ("?custody=not_located", ["Wanda"]),
        ("?custody=changed", ["Wanda", "Helena"]),
        ("?facility=ADLNTCA", ["Olga"]),
        ("?hearing=2", ["Olga"]),
        ("?hearing=7", ["Olga", "Wanda"]),
        ("?hearing=none", ["Ivo", "Clara"]),
        ("?hearing=past", ["Helena"]),
        ("?deadline=past", ["Wanda"]),
        ("?deadline=14", ["Olga", "Wanda"]),
        ("?deadline=none", ["Ivo", "Clara", "Helena"]),
        ("?stale=on", ["Olga"]),
        ("?language=SP", ["Ivo"]),
        ("?court=adelanto", ["Clara"]),
        ("?sort=hearing", ["Helena", "Olga", "Wanda"]),
        ("?sort=deadline", ["Wanda", "Olga"]),
        ("?sort=place", ["Olga", "Wanda", "Helena"]),
        ("?sort=reference", ["Helena", "Olga", "Wanda"]),
        ("?hearing=7&sort=deadline", ["Wanda", "Olga"]),
        ("?stage=x&custody=1&facility=<&hearing=-1&lead=x&language=%00&sort=name&stale=2&whose=y", None),
    ],
)
def test_a_filter_and_an_order(enter: Enter, cast: Cast, asked: str, found: list[str] | None) -> None:
    now = timezone.now()
    named(cast, "Ivo", stage="enquiry")
    named(cast, "Olga", stage="active", reference="NLA-2026-0002", custody="detained", place_kind="facility",
          facility_key="ADLNTCA", place="Adelanto", place_as_of=now - timedelta(days=9),
          place_since=local_day() - timedelta(days=30), next_hearing_at=at_noon(1), next_hearing_zone="America/Denver",
          next_deadline_on=local_day() + timedelta(days=14))  # fmt: skip
    clara = named(cast, "Clara", stage="screening")
    named(cast, "Wanda", stage="active", reference="NLA-2026-0001", custody="detained", place_kind="not_located",
          place_as_of=now - timedelta(days=2), next_hearing_at=at_noon(7),
          next_deadline_on=local_day() - timedelta(days=1))  # fmt: skip
    named(cast, "Helena", stage="active", reference="NLA-2026-0010", custody="released", place_as_of=now,
          place_since=local_day(), next_hearing_at=at_noon(-2))  # fmt: skip
    named(cast, "Zacarias", stage="closed")
    with window("test"):
        Case.objects.filter(reference="NLA-2026-0010").update(opened_at=now - timedelta(days=3))
        Person.objects.filter(pk__in=Case.objects.filter(stage="enquiry").values("person_id")).update(language="SP")
        assert Court.objects.filter(pk="adelanto").exists()
        CourtOnFile(organization_id=clara.organization_id, case=clara, court_id="adelanto", since=local_day(),
                    order="Order", set_by_id=clara.opened_by_id, set_by_name="Ada").save(force_insert=True)  # fmt: skip
    client = enter("attorney")
    names = listed(client, asked)
    if found is None:
        assert names == listed(client)
    else:
        assert names[: len(found)] == found
        assert len(names) == len(found) or asked.startswith("?sort")


def test_mine_and_whose_lead(enter: Enter, cast: Cast) -> None:
    named(cast, "Olga")
    ben = named(cast, "Clara", "paralegal")
    client = enter("paralegal")
    assert sorted(listed(client)) == ["Clara", "Olga"]
    assert listed(client, "?whose=mine") == ["Clara"]
    ada = member(cast["attorney"], NORTH)
    assert listed(client, f"?lead={ada.pk}") == ["Olga"]
    assert listed(client, "?lead=none") == ["Clara"]
    with speaking(cast["paralegal"]) as actor:
        actions.hand_over(actor, again(actor, ben), to=ada, on=local_day() + timedelta(days=1))
    assert listed(client, "?lead=none") == ["Clara"]  # from tomorrow on is not now
    with window("test"):
        Assignment.objects.filter(role="lead").update(starts_at=timezone.now() - timedelta(hours=1))
    assert sorted(listed(client, f"?lead={ada.pk}")) == ["Clara", "Olga"]


def test_filters_are_said_counted_and_taken_away(enter: Enter, cast: Cast) -> None:
    named(cast, "Olga", stage="active", custody="detained")
    client = enter("attorney")
    html = unescape(client.get("/cases/?custody=detained&stage=active&sort=hearing&page=3").content.decode())
    assert "2 filters" in html
    ways = re.findall(r'href="(/cases/\?[^"]*)"><bdi>([^<]*)</bdi>', html)
    assert ways == [
        ("/cases/?custody=detained&sort=hearing", "Stage: Active"),
        ("/cases/?stage=active&sort=hearing", "Custody: Detained"),
    ]
    assert 'href="/cases/">Take all filters away' in html
    assert "filter" not in re.sub(r"<[^>]+>", "", client.get("/cases/").content.decode().split("<table")[0]).replace(
        "Filter and sort", ""
    ).replace("filter for the stage", "")


def test_pages_keep_filters_and_order(enter: Enter, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casework.desk.caseload.views.PAGE", 2)
    for days, name in enumerate(("Ana", "Bruna", "Clara", "Dora")):
        named(cast, name, stage="active", next_hearing_at=at_noon(days))
    named(cast, "Elsa", next_hearing_at=at_noon(0))
    client, seen = enter("attorney"), []
    asked = "?stage=active&sort=hearing"
    while asked:
        seen += listed(client, asked)
        html = unescape(client.get(f"/cases/{asked}").content.decode())
        asked = next(iter(re.findall(r'href="(\?[^"]*after=[^"]*)"', html)), "")
        assert asked == "" or asked.startswith("?stage=active&sort=hearing&after=")
    assert seen == ["Ana", "Bruna", "Clara", "Dora"]


def test_addresses_hold_no_name(enter: Enter, cast: Cast) -> None:
    named(cast, "Xochitl", place="Adelanto", facility_key="ADLNTCA", custody="detained", stage="active")
    html = unescape(enter("attorney").get("/cases/?custody=detained&facility=ADLNTCA").content.decode())
    addresses = re.findall(r'(?:href|action)="([^"]*)"', html)
    assert [one for one in addresses if re.search("Xochitl|Ada|Quispe|Adelanto", one)] == []


def test_nothing_like_this_and_nothing_of_mine(enter: Enter, cast: Cast) -> None:
    named(cast, "Olga")
    assert "No case is like this" in text(enter("attorney"), "/cases/?custody=removed")
    found = text(enter("paralegal"), "/cases/?whose=mine")
    assert "You are on the team of no open case" in found
    assert "Export" not in found


def test_who_sees_nothing_is_offered_no_filter(enter: Enter, cast: Cast) -> None:
    named(cast, "Olga", custody="detained", facility_key="ADLNTCA", place="Adelanto")
    found = text(enter("volunteer"), "/cases/")
    assert "Adelanto" not in found.replace("Adelanto Immigration Court", "")
    assert "Filter and sort" not in text(enter("admin"), "/cases/")
