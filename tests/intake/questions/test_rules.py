"""Which questions are shown, and what follows from answers, in the set that is asked."""

from typing import Any

import pytest

from casework.intake.questions import rules
from casework.intake.questions.conditions import Answer
from casework.intake.questions.definition import COUNSEL, FIRST_CALL, TRAINED
from tests.intake.questions.asked import NOW, intake, known

CHILD_CALL = [
    "incident_at", "incident_place", "caller_name", "caller_kind", "caller_phone", "caller_safe", "caller_language",
    "person_name", "a_number", "birth_date", "minor", "country_of_birth", "best_language", "held_at",
    "children_tonight", "health_now", "consent_share",
]  # fmt: skip


def shown(asker: str, *, off: Any = (), **values: Any) -> list[str]:
    return [one.key for one in rules.shown(intake(), known(**values), asker, NOW, off=off)]


def hints(**values: object) -> dict[str, tuple[str, ...]]:
    return {one.hint.key: one.because for one in rules.urgent(intake(), known(**values), NOW)}


def flags(**values: object) -> dict[str, tuple[str, ...]]:
    return {one.flag: one.because for one in rules.flags(intake(), known(**values), NOW)}


def relief(**values: object) -> dict[str, tuple[str, ...]]:
    return {one.relief.key: one.because for one in rules.relief(intake(), known(**values), NOW)}


def test_whoever_asks_sees_as_far_as_they_are_ready() -> None:
    first, trained, counsel = (set(shown(asker)) for asker in (FIRST_CALL, TRAINED, COUNSEL))
    assert first < trained < counsel
    assert first == set(intake().first_call)
    assert "fear_story" not in trained
    assert not {one.key for one in intake() if one.tier == 3} & trained


def test_the_first_call_is_shown_in_its_own_order() -> None:
    found = rules.shown(intake(), {}, FIRST_CALL, NOW, first_call=True)
    assert [one.key for one in found] == list(intake().first_call)


def test_a_question_follows_upon_its_answer() -> None:
    assert "entry_to_home" not in shown(TRAINED)
    assert "entry_to_home" in shown(TRAINED, location_type="home")
    assert "language_town" in shown(TRAINED, best_language="MAM")
    assert "language_town" not in shown(TRAINED, best_language="SP")
    assert "minor" not in shown(FIRST_CALL, birth_date="1990-03-03")
    assert "minor" in shown(FIRST_CALL, birth_date="2012-03-03")


def test_what_is_hidden_counts_no_more() -> None:
    """An answer below a question that was answered otherwise since stays where it is, and leads nowhere."""
    answers = {"fear_return": "yes", "fear_interview": "negative"}
    assert "fear_interview_on" in shown(TRAINED, **answers)
    assert hints(**answers) == {"fear_review": ("fear_interview",)}
    answers["fear_return"] = "no"
    assert "fear_interview_on" not in shown(TRAINED, **answers)
    assert hints(**answers) == {}


def test_an_organization_leaves_out_sections_and_questions() -> None:
    found = shown(COUNSEL, off=("eligibility", "media_consent"))
    assert not {"household_size", "lsc_rules", "media_consent"} & set(found)
    assert "consulate" in found


def test_what_can_stop_the_intake_is_never_left_out() -> None:
    assert intake().always_asked == {"minor", "birth_date"}
    assert {"minor", "birth_date"} <= set(shown(FIRST_CALL, off=("identity",)))


def test_a_child_alone_stops_the_adult_intake() -> None:
    assert rules.stops(intake(), known(minor="alone"), NOW)
    for asker in (FIRST_CALL, TRAINED, COUNSEL):
        assert set(shown(asker, minor="alone")) == set(CHILD_CALL)
    found = rules.shown(intake(), known(minor="alone"), FIRST_CALL, NOW, first_call=True)
    assert [one.key for one in found] == CHILD_CALL
    assert hints(minor="alone") == {"minor_alone": ("minor",)}
    assert flags(minor="alone") == {"minor": ("minor",), "unaccompanied": ("minor",)}


def test_a_child_with_its_family_stops_nothing() -> None:
    assert not rules.stops(intake(), known(minor="with_adult", birth_date="2012-03-03"), NOW)
    assert hints(minor="with_adult", birth_date="2012-03-03") == {"child": ("birth_date",)}


def test_a_birth_date_that_says_otherwise_lets_the_intake_go_on() -> None:
    assert not rules.stops(intake(), known(minor="alone", birth_date="1990-03-03"), NOW)


@pytest.mark.parametrize(
    ("question", "value", "hint"),
    [
        ("incident_now", "yes", "happening_now"), ("children_tonight", "alone", "children_tonight"),
        ("health_now", ["medicine_taken"], "medicine"), ("health_now", ["pregnant", "self_harm"], "self_harm"),
        ("signed_papers", "signed", "signed_departure"), ("signed_papers", "pressed", "signed_departure"),
        ("hearing_at", "2026-11-24T09:00", "hearing_soon"), ("move_signs", ["property"], "removal_near"),
        ("citizen_claim", ["parent"], "citizen"), ("decided_on", "2026-11-01", "appeal_clock"),
        ("prior_order", "yes", "old_order"), ("custody_abuse", ["officers"], "abuse"),
    ],
)  # fmt: skip
def test_what_is_urgent_says_so_and_why(question: str, value: object, hint: str) -> None:
    assert hints(**{question: value}) == {hint: (question,)}


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("incident_now", "no"), ("children_tonight", "cared_for"), ("health_now", ["none"]), ("signed_papers", "no"),
        ("hearing_at", "2026-12-24T09:00"), ("move_signs", ["told_move"]), ("citizen_claim", ["none"]),
        ("decided_on", "2026-10-01"), ("birth_date", "1990-03-03"),
    ],
)  # fmt: skip
def test_what_is_not_urgent_says_nothing(question: str, value: object) -> None:
    assert hints(**{question: value}) == {}


def test_not_known_and_declined_are_answers_and_urge_nobody() -> None:
    for state in ("not_known", "declined"):
        answers = {one.key: Answer(state=state) for one in intake()}
        assert rules.urgent(intake(), answers, NOW) == []
        assert rules.flags(intake(), answers, NOW) == []
        assert rules.relief(intake(), answers, NOW) == []


def test_the_gravest_hint_comes_first_and_joins_its_reasons() -> None:
    found = rules.urgent(
        intake(),
        known(hearing_at="2026-11-23", bond_state="asked", bond_hearing_at="2026-11-24", health_now=["self_harm"]),
        NOW,
    )
    assert [(one.hint.key, one.because) for one in found] == [
        ("self_harm", ("health_now",)), ("hearing_soon", ("hearing_at", "bond_hearing_at")),
    ]  # fmt: skip


def test_flags_follow_with_their_reasons() -> None:
    assert flags(birth_date="1961-11-22", best_language="QUI", reading="little", disability=["sight"]) == {
        "disability": ("disability",), "elderly": ("birth_date",), "indigenous_language": ("best_language",),
        "limited_literacy": ("reading",),
    }  # fmt: skip
    assert flags(birth_date="1961-11-23") == {}


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ({"fear_return": "yes"}, {"asylum": ("fear_return",)}),
        ({"fear_return": "yes", "last_entry_on": "2019"},
         {"asylum": ("fear_return",), "asylum_late": ("fear_return", "last_entry_on")}),
        ({"fear_return": "yes", "prior_order": "yes"}, {"withholding": ("fear_return", "prior_order")}),
        ({"last_entry_on": "2025-06", "last_entry_manner": "without_inspection"},
         {"expedited": ("last_entry_on", "last_entry_manner"), "bond_circuit": ("last_entry_manner",)}),
        ({"first_entry_on": "2010", "qualifying": ["child_minor"]},
         {"cancellation_42b": ("first_entry_on", "qualifying")}),
        ({"presence_ten_years": "yes"}, {}),
        ({"birth_date": "2007-01-01", "parent_neglect": "yes"}, {"sij": ("birth_date", "parent_neglect")}),
        ({"birth_date": "1990-01-01", "parent_neglect": "yes"}, {}),
        ({"domestic_violence": ["partner"], "abuser_status": "yes"}, {"vawa": ("domestic_violence", "abuser_status")}),
        ({"criminal_any": "yes"}, {"mandatory": ("criminal_any",)}),
        ({}, {}),
    ],
)  # fmt: skip
def test_relief_is_hinted_at_with_the_answers_that_speak_for_looking(
    answers: dict[str, object], found: dict[str, tuple[str, ...]]
) -> None:
    assert relief(**answers) == found
