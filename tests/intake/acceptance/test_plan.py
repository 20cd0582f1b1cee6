"""What acceptance plans: every target of the set, every part of every answer, and what stands against a value."""

from datetime import date
from typing import Any

import pytest
from django.db.models import CharField
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.custody.models import Stint
from casework.docket.models import Bond, Hearing, Proceeding
from casework.intake.acceptance.held import Stands, Stay
from casework.intake.acceptance.plan import Fate, Follow, Left, ordered
from casework.intake.acceptance.saying import paths
from casework.intake.questions.conditions import DECLINED, NOT_KNOWN
from casework.intake.questions.targets import COLUMNS
from casework.people.models import AdverseParty, Contact, Person
from tests.intake.acceptance import telling
from tests.intake.acceptance.telling import COURT, FACILITY, plan, said, short
from tests.intake.questions.asked import intake

# With these answers the most questions are asked; some exclude each other.
TOGETHER = {"marital": "married", "has_counsel": "lawyer", "criminal_any": "yes", "best_language": "MAM"}


def test_every_target_of_the_set_is_planned_for() -> None:
    """The part of each answer that has a target stands in a cell; together they reach all columns of all tables."""
    met = set[str]()
    for more in ({}, {"bond_state": "ice_set"}, {"bond_state": "judge_set"}, {"nta_served": "served"}):
        values = telling.everything() | TOGETHER | more
        targeted = {part.path for part in said(values).parts if part.to}
        told = {part for _key, _row, cell in plan(values).cells() for part in cell.questions}
        assert targeted - told == set()
        met |= said(values).asked
    assert {one.key for one in intake() if one.to} - met == set()
    assert {intake().row(one.to).table for one in intake().by_key.values() if one.to} == set(COLUMNS)


STATES = st.sampled_from([None, "given", NOT_KNOWN, DECLINED])


@settings(max_examples=60, deadline=None)
@given(st.lists(STATES, min_size=len(list(intake())), max_size=len(list(intake()))))
def test_no_part_of_any_answer_is_lost(states: list[str | None]) -> None:
    everything = telling.everything()
    values = {
        one.key: everything[one.key] if state == "given" else state
        for one, state in zip(intake(), states, strict=True)
        if state
    }
    of_answers = said(values)
    assert plan(values).parts == paths(intake(), of_answers.answers)


def test_texts_fit_their_columns() -> None:
    models: dict[str, Any] = {
        "person": Person, "contact": Contact, "adverse_party": AdverseParty, "stint": Stint, "proceeding": Proceeding,
        "hearing": Hearing, "bond": Bond,
    }  # fmt: skip
    too_long = set()
    for one in intake().by_key.values():
        table = intake().row(one.to).table if one.to else ""
        if table not in models or one.type != "text" or one.to is None:
            continue
        column = next((each for each in models[table]._meta.get_fields() if each.name == one.to.column), None)
        longest = getattr(column, "max_length", None) if isinstance(column, CharField) or column else None
        if longest and (one.most or 200) > longest:
            too_long.add(one.key)
    assert too_long == set()


# --- The person


def test_what_the_file_does_not_know_is_new_and_what_it_says_otherwise_is_asked_about() -> None:
    values = {
        "person_name": {"given_names": "Ana María", "first_surname": "López"}, "birth_date": "1990-02-03",
        "country_of_birth": "GT", "other_names": [{"other_name": "Anita"}, {"other_name": "Ana Lopes"}],
    }  # fmt: skip
    person = {"given_names": "Ana", "first_surname": "López", "country_of_birth": "GT", "aliases": ["Anita"]}
    assert short(plan(values, person=person, appears=True)) == {
        "person.given_names": ("differs", "Ana", "Ana María"),
        "person.first_surname": ("same", "López"),
        "person.birth_date": ("new", "1990-02-03"),
        "person.country_of_birth": ("same", "GT"),
        "person.aliases": ("new", ["Anita", "Ana Lopes"]),
    }


@pytest.mark.parametrize(
    ("answer", "on_file", "cells"),
    [
        ("012345678", {}, {"person.a_number": ("new", "012345678")}),
        ("012345678", {"a_number": "099999999"}, {"person.a_number": ("differs", "099999999", "012345678")}),
        ("none", {}, {"person.a_number_missing": ("new", "none")}),
        ("none", {"a_number": "012345678"}, {"person.a_number_missing": ("impossible", "number_on_file", "none")}),
        (NOT_KNOWN, {}, {"person.a_number_missing": ("new", "unknown")}),
        (NOT_KNOWN, {"a_number": "012345678"}, {"person.a_number_missing": ("kept", "number_on_file", None)}),
        (DECLINED, {}, {}),
    ],
)
def test_an_a_number_none_and_nobody_knows(answer: str, on_file: dict[str, str], cells: dict[str, Any]) -> None:
    assert short(plan({"a_number": answer}, person=on_file)) == cells


def test_of_a_gender_that_somebody_declined_to_say_the_file_says_so() -> None:
    assert short(plan({"gender": DECLINED})) == {"person.gender": ("new", "declined")}
    assert plan({"gender": NOT_KNOWN}).left == (Left("gender", NOT_KNOWN),)


def test_flags_follow_as_far_as_the_reader_may_write_them() -> None:
    values = {"health_now": ["pregnant", "self_harm"]}
    assert short(plan(values, tier=3, flags=frozenset({"pregnant_nursing"}))) == {
        "flags.mental_health": ("new", True), "flags.pregnant_nursing": ("same", True),
    }  # fmt: skip
    assert short(plan(values, tier=2))["flags.mental_health"] == ("kept", "tier", True)


# --- People around


CALLER = {"caller_name": "Rosa", "caller_kind": "family", "caller_phone": "+12135550143"}
CALLED = {"number": "+12135550143", "call": True, "text": False, "voicemail": False, "note": ""}
SILENT = CALLED | {"call": False}


def test_the_caller_becomes_a_contact_with_what_is_safe() -> None:
    found = plan(CALLER | {"caller_safe": ["call"], "pass_phrase": "blue kite", "caller_times": "after 6"})
    assert short(found) == {
        "caller.name": ("new", "Rosa"), "caller.kind": ("new", "family"), "caller.phones": ("new", [CALLED]),
        "caller.pass_phrase": ("new", "blue kite"), "caller.note": ("new", "after 6"),
    }  # fmt: skip


def test_nothing_is_safe_that_nobody_said_is() -> None:
    assert short(plan(CALLER))["caller.phones"] == ("new", [SILENT])


def test_the_person_who_calls_themself_is_no_contact() -> None:
    found = plan(CALLER | {"caller_kind": "self"})
    assert {cell.why for row in found.rows for cell in row.cells} == {"self"}
    assert ordered(found, {}) == ()


def test_a_caller_who_is_named_among_the_contacts_is_one_row() -> None:
    listed = [{"contact_name": "Rosa López", "contact_phone": "+12135550143", "contact_relationship": "sister"}]
    found = plan(CALLER | {"contacts": listed})
    assert [row.key for row in found.rows] == ["caller"]
    assert short(found) == {
        "caller.name": ("new", "Rosa López"), "caller.kind": ("new", "family"), "caller.phones": ("new", [SILENT]),
        "caller.relationship": ("new", "sister"),
    }  # fmt: skip


def test_whoever_must_not_know_is_never_taken_for_somebody_to_call() -> None:
    values = CALLER | {"must_not_know": [{"must_not_know_name": "Rosa"}]}
    found = {row.key: row for row in plan(values).rows}
    assert list(found) == ["caller", "must_not_know.0"]
    assert found["must_not_know.0"].given == {"kind": "other", "must_not_know": True}


def test_a_contact_on_file_is_met_by_name_or_number() -> None:
    on_file = Stands(
        "c1", {"name": "Rosa López", "kind": "friend", "phones": [CALLED | {"text": True}], "relationship": "",
               "must_not_know": False},
    )  # fmt: skip
    found = plan(CALLER | {"caller_safe": ["call"], "caller_relationship": "sister"}, contacts=(on_file,))
    assert [(row.key, row.stands) for row in found.rows] == [("caller", "c1")]
    assert short(found) == {
        "caller.name": ("differs", "Rosa López", "Rosa"), "caller.kind": ("differs", "friend", "family"),
        "caller.phones": ("differs", [CALLED | {"text": True}], [CALLED]), "caller.relationship": ("new", "sister"),
    }  # fmt: skip


def test_a_consent_is_the_persons_own() -> None:
    listed = {"contacts": [{"contact_name": "Luis", "contact_may_know": ["hearings", "custody"]}]}
    by_caller = plan(CALLER | listed)
    assert short(by_caller)["contacts.0.consent.subjects"] == ("kept", "not_the_person", ["custody", "hearings"])
    assert Follow("intake.ask_consent", {"contact": "Luis"}, ("contacts.0.contact_may_know",)) in by_caller.follows
    by_person = plan({"caller_kind": "self", "channel": "visit"} | listed)
    assert short(by_person)["contacts.0.consent.subjects"] == ("new", ["custody", "hearings"])
    assert [row.given for row in by_person.rows if row.table == "consent"] == [
        {"how": "in_person", "contact": "contacts.0"}
    ]


# --- Custody


def test_a_place_is_known_since_the_day_of_the_answer_where_nobody_said_more() -> None:
    found = plan({"held_at": {"facility": FACILITY}}, {"held_at": date(2026, 11, 21)})
    assert short(found) == {
        "stint.facility": ("new", {"facility": FACILITY}), "stint.starts_at": ("new", "2026-11-21"),
    }  # fmt: skip
    assert found.rows[0].given == {"kind": "facility", "source": "other"}


@pytest.mark.parametrize(
    ("values", "cells"),
    [
        ({"held_at": {"place": "an office downtown"}},
         {"stint.facility": ("new", {"place": "an office downtown"}), "stint.starts_at": ("new", "2026-11-22")}),
        ({"held_at": {"place": "Adelando"}, "held_kind": "facility"},
         {"stint.facility": ("impossible", "no_facility", {"place": "Adelando"}),
          "stint.kind": ("impossible", "with_place", "facility")}),
        ({"held_at": {"facility": FACILITY}, "held_since": "2026-11-23"},
         {"stint.facility": ("impossible", "with_place", {"facility": FACILITY}),
          "stint.starts_at": ("impossible", "ahead", "2026-11-23")}),
        ({"held_at": {"facility": FACILITY}, "held_since": "2026-03-08T02:30"},
         {"stint.facility": ("impossible", "with_place", {"facility": FACILITY}),
          "stint.starts_at": ("impossible", "skipped", "2026-03-08T02:30")}),
        ({"held_kind": "not_located"},
         {"stint.kind": ("new", "not_located"), "stint.starts_at": ("new", "2026-11-22")}),
        ({"held_since": "2026-11-20"}, {"stint.starts_at": ("kept", "no_place", "2026-11-20")}),
    ],
)  # fmt: skip
def test_places(values: dict[str, Any], cells: dict[str, Any]) -> None:
    assert short(plan(values)) == cells


def test_places_before_are_written_where_their_days_follow_each_other() -> None:
    before = [
        {"place_before": {"place": "B-18"}, "place_before_from": "2026-11-18", "place_before_until": "2026-11-20"},
        {"place_before": {"place": "a jail"}, "place_before_from": "2026-11-16", "place_before_until": "2026-11-17"},
    ]
    now = {"held_at": {"facility": FACILITY}, "held_since": "2026-11-20"}
    found = plan(now | {"places_before": before})
    assert [row.key for row in found.rows] == ["places_before.1", "places_before.0", "stint"]
    assert short(found)["places_before.0.ends_at"] == ("same", "2026-11-20")
    assert short(found)["places_before.1.ends_at"] == ("kept", "gap", "2026-11-17")
    assert {one.why for one in plan({"held_at": {"facility": FACILITY}, "places_before": before}).rows[0].cells} == {
        "no_place_now"
    }


def test_another_place_on_file_is_asked_about_and_the_same_is_let_be() -> None:
    stay = Stay("s", "facility", {"facility": "OTAYDCA"}, telling.MORNING)
    other = plan({"held_at": {"facility": FACILITY}}, stay=stay)
    assert short(other)["stint.facility"] == ("differs", {"facility": "OTAYDCA"}, {"facility": FACILITY})
    same = plan({"held_at": {"facility": "OTAYDCA"}, "held_since": "2026-11-01"}, stay=stay)
    assert short(same) == {
        "stint.facility": ("same", {"facility": "OTAYDCA"}), "stint.starts_at": ("kept", "on_file", "2026-11-01"),
    }  # fmt: skip


# --- Court


def test_a_hearing_stands_on_the_clock_of_its_court() -> None:
    values = {"hearing_at": "2026-12-01T08:30", "hearing_kind": "master", "hearing_medium": "V", "court": COURT}
    found = plan(values, appears=True)
    assert short(found) == {
        "proceeding.court": ("new", COURT), "hearing.at": ("new", "2026-12-01T08:30"),
        "hearing.kind": ("new", "master"), "hearing.medium": ("new", "V"),
    }  # fmt: skip
    assert found.follows == (Follow("intake.hearing", {"day": "2026-12-01"}, ("hearing_at",)),)


@pytest.mark.parametrize(
    ("at", "more", "why"),
    [
        ("2026-12-01", {"court": COURT}, "no_time"),
        ("2026-12-01T08:30", {}, "no_court"),
        ("2026-12-01T08:30", {"court": COURT, "hearing_kind": "federal"}, "no_forum"),
        ("2027-03-14T02:30", {"court": COURT}, "skipped"),
        ("2026-11-01T01:30", {"court": COURT}, "twice"),
    ],
)
def test_a_hearing_that_cannot_stand_says_why_and_asks_somebody(at: str, more: dict[str, Any], why: str) -> None:
    found = plan({"hearing_at": at, **more}, appears=True)
    assert short(found)["hearing.at"] == ("impossible", why, at)
    assert [one.rule for one in found.follows] == ["intake.hearing_open"]


def test_the_court_on_file_is_changed_by_an_order_alone() -> None:
    assert short(plan({"court": COURT}, court="otay")) == {"proceeding.court": ("impossible", "court_on_file", COURT)}


def test_bond_a_judge_set() -> None:
    values = {
        "bond_state": "judge_set", "bond_decided_on": "2026-11-10", "bond_amount": "5000.00", "custody_basis": "236a",
        "bond_conditions": ["monitor", "check_ins"], "bond_posted_on": "2026-11-12", "bond_posted_by": "Rosa",
    }  # fmt: skip
    assert short(plan(values)) == {
        "bond.theory": ("new", "236a"), "bond.result": ("new", "set"), "bond.decided_on": ("new", "2026-11-10"),
        "bond.amount": ("new", 5000), "bond.conditions": ("new", "Ankle monitor, Check-ins"),
        "bond.posted_on": ("new", "2026-11-12"), "bond.posted_by": ("new", "Rosa"),
    }  # fmt: skip
    without_day = short(plan({key: value for key, value in values.items() if key != "bond_decided_on"}))
    assert without_day["bond.result"] == ("kept", "no_day", "judge_set")
    assert without_day["bond.amount"] == ("kept", "no_decision", "5000.00")


# --- What a person chose


def test_only_what_was_chosen_is_written() -> None:
    values = {"birth_date": "1990-02-03", "country_of_birth": "GT", "gender": "woman"}
    found = plan(values, person={"birth_date": "1991-02-03", "gender": "man"})
    choices = {"person.birth_date": "take", "person.gender": "keep"}
    assert found.to_choose == ["person.birth_date", "person.gender"]
    assert [order.values for order in ordered(found, choices)] == [
        {"birth_date": "1990-02-03", "country_of_birth": "GT"}
    ]
    with pytest.raises(KeyError):
        ordered(found, {})
    assert ordered(found, choices, frozenset({"person"})) == ()


def test_a_variety_goes_with_the_language_that_was_answered() -> None:
    found = plan({"best_language": "MAM", "language_variety": "Northern"}, person={"language": "QUI"})
    assert ordered(found, {"person.language": "keep"})[0].row.key == "flags"
    [person, _flags] = ordered(found, {"person.language": "take"})
    assert person.values == {"language": "MAM", "language_variety": "Northern"}


def test_an_answer_that_is_not_asked_any_more_stays_one() -> None:
    found = plan({"best_language": "SPA", "language_variety": "of the north"})
    assert found.left == (Left("language_variety", "not_asked"),)
    assert {cell.fate for _key, _row, cell in found.cells()} == {Fate.NEW}
