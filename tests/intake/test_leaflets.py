"""Sheets for families: whole, with a source for each line, and with the organization's own number."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from casework.intake.leaflets import LEAFLETS, REFERRALS, Leaflet, filled, leaflet, referral_kinds
from casework.intake.questions.files import Invalid

FOLDER = settings.BASE_DIR / "fixtures" / "leaflets"
PLACES = {"organization": "North Legal Aid", "phone": "(213) 555-0100", "hours": "9 to 5", "printed_on": "May 2"}
PROMISES = re.compile(r"\b(guarantee|will win|will be released|deported|illegal|criminal)\b", re.IGNORECASE)
GOOD = """
key: a
version: 1
as_of: 2026-10-07
reviewed_by_lawyer: "no"
reviewed_in_spanish: "no"
title: {en: T, es: T}
intro: {en: I, es: I}
parts: [{title: {en: P, es: P}, lines: [{text: {en: "Call {phone}", es: "Llame al {phone}"}, source: S}]}]
ending: {en: E, es: E}
"""


def sheet(key: str) -> Leaflet:
    return leaflet(FOLDER / f"{key}.yaml")


@pytest.mark.parametrize("key", LEAFLETS)
def test_a_sheet_is_whole_dated_and_not_yet_reviewed(key: str) -> None:
    found = sheet(key)
    assert (found.key, found.as_of.isoformat()) == (key, "2026-10-07")
    assert not found.reviewed_by_lawyer
    assert not found.reviewed_in_spanish
    assert all(part.lines for part in found.parts)
    assert all(line.source for part in found.parts for line in part.lines)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("key", LEAFLETS)
def test_the_organizations_own_number_stands_on_it(key: str, language: str) -> None:
    assert "(213) 555-0100" in filled(sheet(key).ending, language, PLACES)
    with pytest.raises(KeyError):
        filled(sheet(key).ending, language, {})


@pytest.mark.parametrize("key", LEAFLETS)
def test_nothing_is_promised(key: str) -> None:
    found = sheet(key)
    said = [found.intro, *(line.text for part in found.parts for line in part.lines)]
    assert [str(text) for text in said if PROMISES.search(str(text))] == []


def test_the_kinds_of_places_to_refer_to() -> None:
    found = referral_kinds(FOLDER / REFERRALS)
    assert {"housing", "health", "counselling", "consulate", "legal", "children"} <= set(found)
    assert all(text.said("es") for text in found.values())


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ('en: "Call {phone}"', 'en: "Call {fax}"', "a.yaml: 1.1: there is no place {fax}"),
        ("Llame al {phone}", "Llame", "a.yaml: 1.1: the languages name different places"),
        ("source: S", "source: ''", "a.yaml: 1.1: has no source"),
        ("title: {en: T, es: T}", "title: {en: T}", "a.yaml: title: has no translation: es"),
        ("intro: {en: I, es: I}\n", "", "a.yaml: intro: is missing"),
    ],
)
def test_what_is_wrong_with_a_sheet_is_said(tmp_path: Path, was: str, becomes: str, said: str) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(GOOD.replace(was, becomes), encoding="utf-8")
    with pytest.raises(Invalid) as refused:
        leaflet(file)
    assert said in str(refused.value)
