"""Searching: from what one sees, under both walls; why something fits; and what the audit keeps of it."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from casework.access.acts import opened_details
from casework.access.doors import window
from casework.access.models import User
from casework.audit.models import Entry
from casework.cases import actions, person, search
from casework.cases.models import Case
from casework.people import contacts
from casework.people.asked import read
from casework.people.models import PhoneToken
from tests.cases.planting import NORTH, SOUTH, again, give, member, open_case, speaking

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
SISTER = {"name": "Ana Tzul", "relationship": "sister", "phones": [{"number": "+12135550143"}], "position": 1}


def found(user: User, typed: str, organization: str = NORTH) -> list[search.Found]:
    with speaking(user, organization) as actor:
        return list(search.answer(actor, read(typed)).found)


def ids(user: User, typed: str, organization: str = NORTH) -> list[Any]:
    return [one.case.pk for one in found(user, typed, organization)]


def rosa(cast: Cast, **more: Any) -> Case:
    """A case of North Legal Aid with everything that can be typed."""
    case = open_case(cast["attorney"], given_names="María José", first_surname="Vásquez", second_surname="Rodríguez")
    values = {"aliases": ["Chepa Huamán"], "birth_date": date(1990, 3, 5), "a_number": "012345678"} | more
    with speaking(cast["attorney"]) as ada:
        row = again(ada, case)
        person.change(ada, row, values=values, seen=row.whose.version)
    return case


def on_the_case(cast: Cast, case: Case, key: str, role: str) -> None:
    with speaking(cast["attorney"]) as ada:
        actions.assign(ada, again(ada, case), membership=member(cast[key], NORTH), role=role)


@pytest.mark.parametrize(
    "typed",
    [
        "Vásquez Rodríguez", "bazkez rodrigues", "Rodriguez Maria", "maria jose bazquez 3/5/1990", "chepa guaman",
        "5/3/1990", "A 012-345-678", "12345678", "Vasquez 1990", "mairia vasqeuz",
    ],
)  # fmt: skip
def test_somebody_is_found_by_any_spelling_and_number(cast: Cast, typed: str) -> None:
    case = rosa(cast)
    other = open_case(cast["attorney"], given_names="Petrona", first_surname="Ixcoy")
    got = ids(cast["paralegal"], typed)
    assert got[0] == case.pk
    assert other.pk not in got


def test_others_are_not(cast: Cast) -> None:
    rosa(cast)
    assert (
        ids(cast["attorney"], "Petrona Ixcoy")
        == ids(cast["attorney"], "A 999 999 999")
        == ids(cast["attorney"], "")
        == []
    )
    assert ids(cast["attorney"], "012 345 6") == ids(cast["attorney"], "(213) 555-0199") == []


def test_what_fits_is_told(cast: Cast) -> None:
    rosa(cast)

    def told(typed: str) -> tuple[str, str, str, bool]:
        (one,) = found(cast["attorney"], typed)
        likeness = one.hit.likeness
        return likeness.sense.value if likeness.met else "", likeness.alias, likeness.born, one.hit.number

    assert told("maria jose vasquez rodriguez") == ("same", "", "", False)
    assert told("bazquez") == ("sounds", "", "", False)
    assert told("chepa huaman") == ("same", "Chepa Huamán", "", False)
    assert told("vasquez 5/3/1990") == ("same", "", "swapped", False)
    assert told("3/5/1990") == ("", "", "born", False)
    assert told("a12345678") == ("", "", "", True)


def test_a_reference_is_found_without_its_zeros_letters_and_year(cast: Cast) -> None:
    case = rosa(cast)
    with speaking(cast["attorney"]) as ada:
        reference = actions.accept(ada, again(ada, case))
    _letters, year, number = reference.split("-")
    for typed in (reference, reference.lower(), f"{year}-{int(number)}", f"{int(number)}", f"nla {year} {int(number)}"):
        assert [(one.case.pk, one.reference) for one in found(cast["attorney"], typed)] == [(case.pk, True)]
    assert found(cast["attorney"], f"SC-{year}-{number}") == found(cast["clinic"], reference, SOUTH) == []


def test_the_number_of_one_case_leads_there_and_a_name_does_not(cast: Cast) -> None:
    case = rosa(cast)
    with speaking(cast["attorney"]) as ada:
        reference = actions.accept(ada, again(ada, case))
        led = [
            search.exactly(ada, read(typed))
            for typed in ("012345678", reference, "Vasquez", "999999999", "Ana 012345678")
        ]
        assert [one and one.pk for one in led] == [case.pk, case.pk, None, None, None]
    rosa(cast)
    with speaking(cast["attorney"]) as ada:
        assert search.exactly(ada, read("012345678")) is None
    assert len(found(cast["attorney"], "012345678")) == 2


def test_a_phone_is_found_with_whose_it_is_until_they_are_off_the_list(cast: Cast) -> None:
    case = rosa(cast)
    with speaking(cast["attorney"]) as ada:
        made = contacts.add(ada, again(ada, case).person, values=SISTER)
    (one,) = found(cast["attorney"], "(213) 555 0143")
    assert (one.case.pk, one.hit.party and one.hit.party.name) == (case.pk, "Ana Tzul")
    with speaking(cast["attorney"]) as ada:
        row = type(made).objects.visible_to(ada).get(pk=made.pk)
        contacts.change(ada, row, values={"phones": [{"number": "+12135550144"}]}, seen=row.version)
    assert (ids(cast["attorney"], "213 555 0143"), ids(cast["attorney"], "213 555 0144")) == ([], [case.pk])
    with speaking(cast["attorney"]) as ada:
        contacts.remove(ada, type(made).objects.visible_to(ada).get(pk=made.pk))
    assert ids(cast["attorney"], "213 555 0144") == []
    with window("the test"):
        assert not PhoneToken.objects.exists()


def test_a_phone_of_the_other_side_is_found_as_far_as_ones_tier_goes(cast: Cast) -> None:
    case = rosa(cast)
    on_the_case(cast, case, "volunteer", "volunteer")
    values = {"kind": "abuser", "tier": 3, "name": "Canary", "phones": [{"number": "+12135550199"}]}
    with speaking(cast["attorney"]) as ada:
        made = contacts.add_adverse(ada, again(ada, case).person, values=values)
    seen = {key: ids(cast[key], "213-555-0199") for key in ("attorney", "paralegal", "volunteer")}
    assert seen == {"attorney": [case.pk], "paralegal": [], "volunteer": []}
    with speaking(cast["attorney"]) as ada:
        row = type(made).objects.visible_to(ada).get(pk=made.pk)
        contacts.change(ada, row, values={"tier": 2}, seen=row.version)
    seen = {key: ids(cast[key], "213-555-0199") for key in ("attorney", "paralegal", "volunteer")}
    assert seen == {"attorney": [case.pk], "paralegal": [case.pk], "volunteer": []}


def test_other_organizations_and_restricted_cases_are_not_found(cast: Cast) -> None:
    case = rosa(cast)
    with speaking(cast["attorney"]) as ada:
        actions.restrict(ada, again(ada, case))
        contacts.add(ada, again(ada, case).person, values=SISTER)
    for typed in ("Vasquez Rodriguez", "3/5/1990", "A012345678", "213 555 0143"):
        assert ids(cast["attorney"], typed) == [case.pk]
        assert ids(cast["paralegal"], typed) == ids(cast["clinic"], typed, SOUTH) == ids(cast["volunteer"], typed) == []


def test_a_volunteer_searches_the_cases_they_are_on(cast: Cast) -> None:
    case, other = rosa(cast), rosa(cast)
    assert ids(cast["volunteer"], "Vasquez") == []
    on_the_case(cast, case, "volunteer", "volunteer")
    assert ids(cast["volunteer"], "Bazquez") == ids(cast["volunteer"], "A012345678") == [case.pk]
    assert set(ids(cast["attorney"], "Bazquez")) == {case.pk, other.pk}


def test_a_shared_case_is_found_beside_ones_own(cast: Cast) -> None:
    shared, _not = rosa(cast), rosa(cast)
    own = open_case(cast["clinic"], SOUTH, given_names="María", first_surname="Vásquez")
    with speaking(cast["attorney"]) as ada:
        give(ada, again(ada, shared), SOUTH)
        reference = actions.accept(ada, again(ada, shared))
    assert set(ids(cast["clinic"], "Maria Bazquez", SOUTH)) == {shared.pk, own.pk}
    assert ids(cast["clinic"], "A012345678", SOUTH) == ids(cast["clinic"], reference, SOUTH) == [shared.pk]
    lines = Entry.objects.filter(verb="case.listed", actor_id=member(cast["clinic"], SOUTH).pk)
    assert {(line.organization_id, line.basis) for line in lines} == {
        (shared.organization_id, "share"), (own.organization_id, "organization"),
    }  # fmt: skip


def test_administrators_search_nothing(cast: Cast) -> None:
    rosa(cast)
    with speaking(cast["admin"]) as nia, pytest.raises(PermissionDenied):
        search.answer(nia, read("Vasquez"))


def test_the_line_keeps_tokens_and_no_word_of_what_was_typed(cast: Cast) -> None:
    case = rosa(cast)
    found(cast["attorney"], "bazquez 3/5/1990 A012345678")
    found(cast["attorney"], "Nobody Known")
    lines = list(Entry.objects.filter(verb="cases.searched").order_by("at"))
    listed = Entry.objects.get(verb="case.listed")
    assert (listed.object_ids, listed.fields) == ([case.pk], ["search"])
    assert [line.fields for line in lines] == [["names", "birth_date", "a_number"], ["names"]]
    with speaking(cast["attorney"]):
        told = [detail["tokens"] for detail in opened_details(lines).values() if detail]
    assert [len(one) for one in told] == [4, 2]
    assert all(len(bytes.fromhex(token)) == 8 for one in told for token in one)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(e::text, '') FROM audit_entry e WHERE verb IN ('cases.searched', 'case.listed')"
        )
        text = cursor.fetchone()[0].lower()
    assert not any(word in text for word in ("bazquez", "nobody", "012345678", "1990-03-05"))


def test_whoever_searches_without_end_has_to_wait(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "SEARCHES", 2)
    with speaking(cast["attorney"]) as ada:
        for _ in range(2):
            search.exactly(ada, read("Vasquez"))
        with pytest.raises(search.TooManySearches):
            search.exactly(ada, read("Vasquez"))
    with speaking(cast["paralegal"]) as ben:
        search.exactly(ben, read("Vasquez"))
