"""Where acceptance can write an answer: tables, and their columns that questions may name.

What a contact may be told (`subjects`) becomes a consent. Not everything that could have a column has one: a consent on
file names who receives, a decision says what was decided, a note cannot be taken back. Such answers stay answers.
"""

from collections.abc import Mapping

COLUMNS: Mapping[str, frozenset[str]] = {
    "call": frozenset({"channel", "heard_from", "call_back_at"}),
    "incident": frozenset(
        ["is_now", "at", "place", "location_type", "agencies", "warrant", "entry", "words", "officers", "marks",
         "recorded", "witnesses"]
    ),
    "person": frozenset(
        ["name", "aliases", "a_number", "birth_date", "birth_date_other", "other_ids", "country_of_birth",
         "nationalities", "language", "other_languages", "reads_languages", "language_variety", "language_town",
         "gender", "alert"]
    ),
    "contact": frozenset(
        ["name", "kind", "relationship", "phones", "address", "language", "pass_phrase", "must_not_know", "note",
         "subjects"]
    ),
    "adverse_party": frozenset({"name", "kind"}),
    "stint": frozenset({"facility", "kind", "starts_at", "ends_at", "source", "confirmed_at", "confirmed_by_name"}),
    "proceeding": frozenset({"court", "judge", "nta_served_on"}),
    "charge": frozenset({"code"}),
    "hearing": frozenset({"at", "kind", "medium", "language"}),
    "bond": frozenset(
        ["theory", "ice_amount", "result", "amount", "conditions", "decided_on", "posted_by", "posted_on"]
    ),
}  # fmt: skip
