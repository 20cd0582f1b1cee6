"""The invented people of the demo before they are written: how many, how varied, and plainly invented."""

import csv
import re
from collections import Counter
from typing import Any

from casework.cases import demo, invented
from tests.house.rooms import ROOT

CODES = ROOT / "fixtures" / "directory" / "codes"
EVERYBODY = demo.entries()


def codes(name: str) -> set[str]:
    with (CODES / name).open(encoding="utf-8", newline="") as file:
        return {row["code"] for row in csv.DictReader(file)}


def number(entry: dict[str, Any]) -> str:
    return str(entry.get("a_number", entry.get("facts", {}).get("a_number", "")))


def test_how_many_there_are() -> None:
    assert Counter(one["organization"] for one in EVERYBODY) == {"NLA": 73, "SC": 25, "RRH": 22}
    assert len({one["key"] for one in EVERYBODY}) == 120
    assert len({one["language"] for one in EVERYBODY}) > 30
    ends = Counter(one["stage"] for one in EVERYBODY if one["stage"] in ("closed", "declined", "referred"))
    assert min(ends.values()) >= 5


def test_they_are_the_same_each_time() -> None:
    first = invented.entries()
    invented.entries.cache_clear()
    assert invented.entries() == first


def test_one_in_six_has_a_second_spelling() -> None:
    spelled = [one for one in invented.entries() if one["facts"]["aliases"]]
    assert 6 * len(spelled) - len(invented.entries()) in range(-6, 13)
    assert all(" ".join(one["names"].values()) not in one["facts"]["aliases"] for one in spelled)


def test_numbers_are_plainly_invented_and_nobody_has_two() -> None:
    numbers = [number(one) for one in EVERYBODY if number(one)]
    assert len(set(numbers)) == len(numbers)
    assert [one for one in numbers if not re.fullmatch(r"9000\d{5}", one)] == ["090000118"]
    assert all(one["facts"].get("a_number_missing", "") in ("", "none", "unknown") for one in invented.entries())
    phones = re.findall(r"\+\d+", str([one.get("contacts", []) for one in EVERYBODY]))
    assert [phone for phone in phones if not re.fullmatch(r"\+1\d{3}55501\d\d", phone)] == []


def test_languages_and_countries_are_in_the_directory() -> None:
    facts = [one.get("facts", {}) for one in EVERYBODY]
    people = [*EVERYBODY, *(contact for one in EVERYBODY for contact in one.get("contacts", []))]
    spoken = {one["language"] for one in people if one.get("language")}
    spoken |= {code for one in facts for name in ("other_languages", "reads_languages") for code in one.get(name, [])}
    assert spoken - codes("languages.csv") == set()
    countries = {code for one in facts for code in (*one.get("nationalities", []), one.get("country_of_birth", ""))}
    assert countries - codes("nationalities.csv") == {""}
