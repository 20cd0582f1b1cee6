"""Who is named in the answers of an intake, before they stand in the columns of the case."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from casework.intake.answers import Given
from casework.intake.models import AnswerState, Role
from casework.intake.questions.normalizing import NAME
from casework.intake.sought import Source

PERSON = ("person_name", "other_names", "name_in_use", "birth_date", "birth_date_other", "a_number", "country_of_birth")
# By the question with the name: as what they stand, and the question with the phone
SINGLE = {
    "caller_name": (Role.CONTACT, "caller_phone"),
    "spouse_name": (Role.CONTACT, ""),
    "sponsor_name": (Role.CONTACT, "sponsor_phone"),
}
# By the list: as what they stand, and the questions with the name and the phone in it
LISTS = {
    "contacts": (Role.CONTACT, "contact_name", "contact_phone"),
    "family_in_case": (Role.CONTACT, "family_in_case_name", ""),
    "must_not_know": (Role.ADVERSE, "must_not_know_name", ""),
    "adverse_parties": (Role.ADVERSE, "adverse_name", ""),
}
KEYS = (*PERSON, *SINGLE, *LISTS, *(phone for _role, phone in SINGLE.values() if phone))


def sources(case: uuid.UUID, person: Source, given: Mapping[str, Given]) -> Iterator[Source]:
    """The person with what the answers know besides, then everybody else whom they name."""
    said = {key: one.value for key, one in given.items() if one.state == AnswerState.GIVEN and one.value}
    yield _person(person, said)
    for key, (role, phone) in SINGLE.items():
        if key in said:
            phones = (said[phone],) if said.get(phone) else ()
            yield _somebody(case, role, said[key], phones, given[key].tier)
    for key, (role, name, phone) in LISTS.items():
        for row in said.get(key, []):
            if row.get(name):
                phones = (row[phone],) if row.get(phone) else ()
                yield _somebody(case, role, row[name], phones, given[key].tier)


def _person(one: Source, said: Mapping[str, Any]) -> Source:
    name = said.get("person_name") or {}
    names = [" ".join(name[part] for part in NAME if name.get(part)), said.get("name_in_use", "")]
    names += [row.get("other_name", "") for row in said.get("other_names", [])]
    days = [_day(said.get(key, "")) for key in ("birth_date", "birth_date_other")]
    number = said.get("a_number", "")
    return Source(
        one.role, one.id, _united(one.names, names), _united(one.days, days),
        one.a_number or (number if number.isdigit() else ""), one.phones,
        one.country or said.get("country_of_birth", ""), one.tier,
    )  # fmt: skip


def _somebody(case: uuid.UUID, role: Role, name: str, phones: tuple[str, ...], tier: int) -> Source:
    return Source(role, uuid.uuid5(case, f"{role}|{name}"), (name,), phones=phones, tier=tier)


def _united(mine: Sequence[Any], theirs: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(one for one in (*mine, *theirs) if one))


def _day(text: str) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(text)
    return None
