"""The demo as a whole: everybody is written once, what is awkward is there, and everybody sees what is theirs."""

import csv
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from casework.access.doors import window
from casework.access.models import User
from casework.access.walls import OWNER
from casework.cases import demo as cases
from casework.cases import invented as people
from casework.cases.models import Case, Note, Task
from casework.custody import checks, demo, invented, rules
from casework.custody.models import CourtOnFile, LocatorCheck, Stay, Stint
from casework.docket import demo as docket
from casework.docket.models import Bond, Hearing, Proceeding
from casework.people import consents
from casework.people.models import Consent, Contact, NameToken, Person
from tests.cases.planting import HOTLINE, NORTH, SOUTH, speaking
from tests.clock import local_day
from tests.house.rooms import ROOT

AWKWARD = {one["key"]: one for one in cases.fixture(cases.AWKWARD)["cases"]}
TABLES = (
    Person,
    NameToken,
    Contact,
    Consent,
    Case,
    Note,
    Task,
    Stay,
    Stint,
    LocatorCheck,
    CourtOnFile,
    Proceeding,
    Hearing,
    Bond,
)


def rows() -> set[Any]:
    with window("test"):
        return {(model, *row) for model in TABLES for row in model.objects.values_list("pk")}


def the(key: str) -> Case:
    with window("test"):
        found: Case = Case.objects.select_related("person").get(pk=cases.row_id(key, "case"))
        return found


def age(key: str) -> timedelta:
    """How long ago the place of a case was last known."""
    found: timedelta = timezone.now() - (the(key).place_as_of or timezone.now())
    return found


def facilities() -> dict[str, dict[str, str]]:
    with (ROOT / "fixtures" / "directory" / "facilities.csv").open(encoding="utf-8", newline="") as file:
        return {row["facility_key"]: row for row in csv.DictReader(file)}


def test_stays_are_drawn_from_the_directory() -> None:
    known, stays = facilities(), demo.entries()
    stints = [stint for one in stays for stint in one["stints"]]
    assert {stint["facility"] for stint in stints if "facility" in stint} - set(known) == set()
    moved = [
        one for one in invented.entries() if len({s["facility"] for s in one["stints"] if s["kind"] == "facility"}) > 1
    ]
    assert 0.25 < len(moved) / len(invented.entries()) < 0.42
    women = {one["key"] for one in people.entries() if one["facts"].get("gender") == "woman"}
    held = [
        s["facility"]
        for one in invented.entries()
        if one["case"] in women
        for s in one["stints"]
        if s["kind"] == "facility"
    ]
    assert (len(held) > 0, {known[key]["gender"] for key in held}) == (True, {"both"})


def test_everybody(cast: dict[str, User], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    list(cases.load())
    list(demo.load())
    list(docket.load())
    first = rows()
    with window("test"):
        counted = Counter(Case.objects.values_list("organization__short_name", flat=True))
        named = [one.pk for one in Person.objects.all() if one.full_name]
        findable = set(NameToken.objects.values_list("person_id", flat=True))
        numbered = Person.objects.filter(a_number_index__isnull=False).count()
    assert (counted, len(named), numbered) == ({"NLA": 73, "SC": 25, "RRH": 22}, 119, 89)
    assert set(named) - findable == set()
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "assume_role", OWNER)
    call_command("check_glances")
    assert capsys.readouterr().out == "0 cases differ.\n"
    what_is_awkward()
    what_is_heard()
    who_sees_whom(cast)
    list(cases.load())
    list(demo.load())
    list(docket.load())
    assert rows() == first


def what_is_awkward() -> None:
    known = facilities()
    assert known[the("retired-facility").facility_key]["status"] == "historic"
    assert age("stale-place") > timedelta(days=40)
    assert known[the("unknown-court").facility_key]["lat"] == ""
    assert [the(key).person.a_number_missing for key in ("no-number", "one-name")] == ["none", "unknown"]
    assert the("old-number").person.a_number == "090000118"
    assert (the("one-name").person.full_name, the("fnu").person.given_names) == ("Zabihullah", "FNU")
    long = the("long-name").person
    assert len(long.first_surname + long.second_surname) == 40
    same = [the(f"same-name-{one}").person for one in (1, 2)]
    assert len({(one.full_name, one.birth_date) for one in same}) == 1
    assert len({one.a_number for one in same}) == 2
    assert (the("hospital").place_kind, the("hold-room").place_kind) == ("hospital", "hold_room")
    assert the("in-transit").place_kind == "in_transit"
    assert local_day() - (the("hold-room").place_since or date.max) > timedelta(days=2)
    assert the("no-contact").person.no_contact
    states = [known[key]["state"] for key in places("texas")]
    assert states == ["CA", "TX"]
    with window("test"):
        assert not CourtOnFile.objects.filter(case=the("unknown-court")).exists()
        assert CourtOnFile.objects.get(case=the("closed-court")).court.status == "closed_or_moved"
        assert LocatorCheck.objects.filter(person=the("not-found").person, outcome="not_found").count() == 5
        assert Stay.objects.filter(person=the("held-again").person).count() == 2
        overdue = Task.objects.filter(case=the("overdue"), done_at=None, due_on__lt=local_day())
        assert overdue.count() == 4
        tell = Task.objects.get(rule=rules.TELL)
        assert Contact.objects.get(pk=tell.values["contact_id"]).name == tell.values["contact"]
        revoked = the("consent-revoked").person
        given = Consent.objects.filter(person=revoked)
        told = consents.told_to(revoked, list(Contact.objects.filter(person=revoked)), list(given), now=timezone.now())
        assert [one.told.subjects for one in told] == [(), ()]
        assert [one.revoked_at is not None for one in given.order_by("given_at")] == [True, False]


def what_is_heard() -> None:
    """One to three hearings for each case that judges hear, some today, some adjourned, some with nobody to appear."""
    today = local_day()
    with window("test"):
        heard = Hearing.objects.select_related("court")
        of_cases = Counter(heard.values_list("case_id", flat=True))
        ahead = heard.filter(state="scheduled", on__gte=today)
        assert (min(of_cases.values()), max(of_cases.values()) < 6) == (1, True)
        assert ahead.filter(on=today).exists()
        assert ahead.filter(appearing=None).exists()
        assert heard.filter(Q(state="adjourned") | Q(outcome="continued"), next=None).exists()
        assert heard.filter(after__state="adjourned").exists()
        assert heard.filter(state="scheduled", on__lt=today).count() == 1
        assert len({one.court_id for one in ahead}) > 5
        assert Bond.objects.filter(result="set").exists()


def places(key: str) -> list[str]:
    with window("test"):
        rows = Stint.objects.filter(person=the(key).person, facility__isnull=False).order_by("starts_at")
        return list(rows.values_list("facility_id", flat=True))


def who_sees_whom(cast: dict[str, User]) -> None:
    seen = {}
    for who, organization in [("attorney", NORTH), ("volunteer", NORTH), ("clinic", SOUTH), ("hotline", HOTLINE)]:
        with speaking(cast[who], organization) as actor:
            visible = set(Case.objects.visible_to(actor).values_list("pk", flat=True))
            awkward = {key for key in AWKWARD if cases.row_id(key, "case") in visible}
            seen[who] = (Case.objects.ours(actor).count(), len(checks.cards(actor)), awkward)
    ours = {
        short: {key for key, one in AWKWARD.items() if one["organization"] == short} for short in ("NLA", "SC", "RRH")
    }
    assert {who: found[2] for who, found in seen.items()} == {
        "attorney": ours["NLA"] | {"many-moves", "hold-room"},
        "volunteer": {"no-number", "long-name", "not-found"},
        "clinic": ours["SC"] | {"in-transit", "held-again"},
        "hotline": ours["RRH"],
    }
    assert {who: found[0] for who, found in seen.items()} == {
        "attorney": 72, "volunteer": 8, "clinic": 25, "hotline": 22,
    }  # fmt: skip
    assert all(found[1] > 5 for found in seen.values())
