"""The set that is asked: whole, translated, in order, and true to the lists and columns that it names."""

import re
from collections import Counter

from django.db.models import Field

from casework.custody.models import Stint
from casework.docket.models import Bond, Charge, Hearing, Proceeding
from casework.intake.questions.definition import COUNSEL, FIRST_CALL_MOST, PERSON, TYPES, QuestionSet, Text
from casework.intake.questions.lists import FLAGS, FOLDER
from casework.intake.questions.targets import COLUMNS
from casework.people.models import AdverseParty, Contact, ContactKind, Person
from casework.people.rules import flag_tier
from tests.intake.questions.asked import intake

# Sensitive beyond what its tier says: where somebody has to act tonight, whoever takes the call has to see it.
SEEN_TONIGHT = {"minor", "birth_date", "birth_date_other", "health_now", "move_signs"}
FOR_COUNSEL_ALONE = {
    "trafficking", "domestic_violence", "crime_victim", "torture_survivor", "lgbtq", "abuse_report", "competency",
    "mental_health",
}  # fmt: skip


def texts(found: QuestionSet) -> list[tuple[str, Text]]:
    every = [(one.key, one.text) for one in found.hints.values()] + [(one.key, one.text) for one in found.relief]
    every += [(one.key, one.do) for one in found.hints.values()] + [(one.key, one.ask) for one in found.relief]
    for section in found.sections:
        every += [(section.key, section.title), (section.key, section.intro)]
    for one in found.by_key.values():
        every += [(one.key, text) for text in (one.label, one.help, one.say, one.you) if text is not None]
        every += [(one.key, choice.label) for choice in one.choices]
    return every


def test_it_is_whole() -> None:
    """Loading checks it; here stands what it must not lose."""
    found = intake()
    assert (found.key, found.version) == ("intake", 1)
    assert [one.key for one in found.sections] == [
        "incident", "caller", "identity", "language", "custody", "papers", "health", "family", "entry", "status",
        "fear", "protection", "criminal", "delicate", "relatives", "adverse", "hearings", "charges", "bond",
        "representation", "eligibility", "ending",
    ]  # fmt: skip
    assert {one.type for one in found.by_key.values()} == TYPES - {"time"}
    assert {path.name for path in FOLDER.glob("*.yaml")} == {"set.yaml", *found_files()}


def found_files() -> list[str]:
    head = (FOLDER / "set.yaml").read_text(encoding="utf-8")
    return re.findall(r"^  - (\w+\.yaml)$", head, re.MULTILINE)


def test_every_text_stands_in_both_languages_and_differs_where_it_is_long() -> None:
    found = texts(intake())
    assert [key for key, text in found if not (text.words["en"].strip() and text.words["es"].strip())] == []
    same = [key for key, text in found if text.words["en"] == text.words["es"] and len(text.words["en"].split()) > 3]
    assert same == []


def test_spanish_questions_open_as_they_close() -> None:
    wrong = [
        (key, text.words["es"])
        for key, text in texts(intake())
        if text.words["es"].count("?") != text.words["es"].count("¿")
    ]
    assert wrong == []


def test_what_the_person_reads_is_short() -> None:
    long = [
        one.key
        for one in intake().by_key.values()
        if one.reads == PERSON and max(len(words) for words in one.label.words.values()) > 85
    ]
    assert long == []


def test_paper_speaks_to_the_person() -> None:
    """And not about them, as the first call does."""
    read = [one for one in intake() if one.reads == PERSON]
    about = {
        one.key
        for one in read
        if re.search(r"\bthe person\b", one.for_person.words["en"])
        or re.search(r"\bla persona\b", one.for_person.words["es"])
    }
    assert about == set()


def test_the_first_call_has_its_questions_in_its_order() -> None:
    assert len(intake().first_call) <= FIRST_CALL_MOST
    assert intake().first_call == (
        "incident_now", "incident_at", "incident_place", "location_type", "agencies", "warrant", "incident_what",
        "caller_name", "caller_kind", "caller_phone", "caller_safe", "caller_language", "person_name", "a_number",
        "birth_date", "minor", "country_of_birth", "best_language", "held_at", "children_tonight", "health_now",
        "signed_papers", "hearing_at", "fear_return", "consent_share",
    )  # fmt: skip


def test_flags_of_all_kinds_follow_from_some_answer_and_stay_with_those_who_may_know() -> None:
    raised = [(flag, one) for one in intake() for flag in one.flags]
    assert {flag for flag, _one in raised} == FLAGS
    too_open = {
        one.key for flag, one in raised if flag in FOR_COUNSEL_ALONE and one.tier < flag_tier(flag)
    } - SEEN_TONIGHT  # fmt: skip
    assert too_open == set()


def test_every_hint_follows_from_some_answer() -> None:
    assert {hint for one in intake() for hint in one.urgent} == set(intake().hints)


def test_what_is_said_about_crime_and_fear_is_counsels() -> None:
    found = intake()
    closed = {"fear", "protection", "criminal", "delicate", "adverse"}
    for section in found.sections:
        if section.key in closed:
            assert {(one.tier, one.asked_by) for one in section.questions} == {(3, COUNSEL)}


def test_nobody_is_asked_for_the_status_of_others_before_counsel() -> None:
    """Volunteers' notes may be found by others: `domain.md` 6."""
    asked = [one.key for one in intake() if one.key.startswith(("qualifying", "abuser_status", "obligor"))]
    assert {intake().by_key[key].asked_by for key in asked} == {COUNSEL}


def test_targets_are_columns_that_stand() -> None:
    models: dict[str, type] = {
        "person": Person, "contact": Contact, "adverse_party": AdverseParty, "stint": Stint, "proceeding": Proceeding,
        "charge": Charge, "hearing": Hearing, "bond": Bond,
    }  # fmt: skip
    made_of_several = {("person", "name"), ("contact", "subjects")}  # three columns; a consent with the contact
    for table, model in models.items():
        fields = {one.name for one in model._meta.get_fields() if isinstance(one, Field)}  # type: ignore[attr-defined]
        missing = {(table, one) for one in COLUMNS[table] - fields} - made_of_several
        assert missing == set()


def test_every_column_that_can_be_written_is_written() -> None:
    found = intake()
    targets = [one.to for one in found.by_key.values() if one.to is not None]
    written = {
        (found.row(target).table, column) for target in targets for column in (target.column, *found.row(target).fixed)
    }
    assert written == {(table, column) for table, columns in COLUMNS.items() for column in columns}


def test_who_must_not_know_never_becomes_somebody_to_call() -> None:
    for key in ("must_not_know_name", "must_not_know_who"):
        target = intake().by_key[key].to
        assert target is not None
        assert intake().row(target).fixed["must_not_know"] == "yes"


def test_rows_are_contacts_of_a_kind_that_is_known() -> None:
    kinds = [(row.table, row.fixed["kind"]) for row in intake().rows.values() if "kind" in row.fixed]
    assert {kind for table, kind in kinds if table == "contact"} <= set(ContactKind.values)
    assert [kind for table, kind in kinds if table != "contact"] == ["bond"]  # a hearing


def test_a_person_column_is_written_by_one_question() -> None:
    """But for numbers and names, of which a person has several."""
    targets = [one.to for one in intake().by_key.values() if one.to is not None]
    written = Counter(target.column for target in targets if target.row == "person")
    assert {column for column, count in written.items() if count > 1} == {"other_ids"}


def test_relief_is_never_a_finding() -> None:
    for one in intake().relief:
        assert re.search(r"\bmay\b", one.text.words["en"], re.IGNORECASE), one.key
        assert not re.search(r"\b(is|are) (eligible|entitled)\b|\bqualifies\b", one.text.words["en"]), one.key
