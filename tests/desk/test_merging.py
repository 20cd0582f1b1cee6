"""Merging two people on the pages: comparing, choosing, what is refused, the notices, and the way back."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from casework.access.models import User
from casework.audit.models import Entry
from casework.cases import actions
from casework.cases.models import Case
from tests.cases.planting import again, open_case, speaking
from tests.cases.test_merging import change, merge, seen
from tests.desk.filling import untouched
from tests.desk.test_case import address, words
from tests.desk.test_caseload import queries, text

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
Enter = Callable[[str], Client]
NUMBER = "012345678"


@pytest.fixture
def two(cast: Cast) -> tuple[Case, Case]:
    one = open_case(cast["attorney"], given_names="Rosa", first_surname="Tzul")
    other = open_case(cast["attorney"], given_names="Rosa María", first_surname="Tzul")
    change(cast["attorney"], other, a_number=NUMBER, alert="Ask for Petrona")
    return one, other


def comparing(one: Case, other: Case) -> str:
    return reverse("merge_person", args=[one.pk, other.person_id])


def posted(client: Client, one: Case, other: Case, **more: Any) -> Any:
    """The form as it stands, with what is chosen."""
    filled = untouched(client.get(comparing(one, other)).content.decode(), 'id="what-counts"')
    return client.post(comparing(one, other), filled | more, follow=True)


def test_the_person_leads_to_those_it_may_be(enter: Enter, cast: Cast, two: tuple[Case, Case]) -> None:
    change(cast["attorney"], two[0], a_number=NUMBER)
    open_case(cast["attorney"], given_names="Domingo")
    client = enter("attorney")
    assert reverse("merge_with", args=[two[0].pk]) in client.get(address(two[0], "case_people")).content.decode()
    said = text(client, reverse("merge_with", args=[two[0].pk]))
    assert "Rosa María Tzul Same A-number A•••-•••-678 · No reference yet (Enquiry)" in said
    assert "Domingo" not in said
    assert Entry.objects.filter(verb="person.listed").latest("at").object_ids == [two[1].person_id]


def test_where_nobody_is_alike_the_page_says_what_to_do(enter: Enter, cast: Cast) -> None:
    case = open_case(cast["attorney"], given_names="Domingo")
    said = text(enter("attorney"), reverse("merge_with", args=[case.pk]))
    assert "Nobody else with this A-number or a name like this" in said
    assert "If you know the other case, name it below." in said


def test_the_other_case_is_named(enter: Enter, cast: Cast, two: tuple[Case, Case]) -> None:
    client, page = enter("attorney"), reverse("merge_with", args=[two[0].pk])
    answer = client.post(page, {"which": "A012-345-678"})
    assert (answer.status_code, answer.headers["Location"]) == (302, comparing(*two))
    wrong = client.post(page, {"which": "NLA-1999-1"})
    said = words(wrong.content)
    assert "No other person whom you can see here has this reference or A-number." in said
    assert 'value="NLA-1999-1"' in wrong.content.decode()
    assert 'id="id_which_error"' in wrong.content.decode()
    assert "Fill this in." in words(client.post(page, {"which": ""}).content)


def test_both_stand_side_by_side_and_nothing_is_merged_before_all_is_chosen(
    enter: Enter, cast: Cast, two: tuple[Case, Case]
) -> None:
    client = enter("attorney")
    said = text(client, comparing(*two))
    for part in ("Given names Differs Rosa Rosa María", "First surname Tzul Tzul", "A-number empty A•••-•••-678",
                 "Alert line empty Ask for Petrona", "This file: Rosa", "The other file: Rosa María"):  # fmt: skip
        assert part in said
    assert [line.object_id for line in Entry.objects.filter(verb="person.compared")] == [two[1].person_id]
    answer = posted(client, *two)
    assert "Choose one." in words(answer.content)
    assert 'id="id_keep_given_names_error"' in answer.content.decode()
    assert Entry.objects.filter(verb="person.merged").count() == 0


def test_two_are_merged_and_put_apart_from_the_message(enter: Enter, cast: Cast, two: tuple[Case, Case]) -> None:
    client = enter("attorney")
    answer = posted(client, *two, keep_given_names=str(two[1].person_id))
    said = words(answer.content)
    for part in ("The two files are merged.", "Rosa María Tzul", "Ask for Petrona", "Other cases of this person"):
        assert part in said
    for name in ("case", "case_people", "case_notes"):
        there = text(client, address(two[1], name))
        assert "Merged into another file of the same person." in there
        assert "Merged into another file" not in text(client, address(two[0], name))
    undo = re.search(r'action="([^"]+/merge/undo/[^"]+)"', answer.content.decode())
    assert undo is not None
    said = words(client.post(undo[1], follow=True).content)
    assert "Undone: the two files stand as before the merge." in said
    assert "Other cases of this person" not in said
    assert [seen(cast["attorney"], case).full_name for case in two] == ["Rosa Tzul", "Rosa María Tzul"]


def test_the_history_of_either_case_tells_and_undoes_it(enter: Enter, cast: Cast, two: tuple[Case, Case]) -> None:
    line = merge(cast["attorney"], *two)
    client = enter("paralegal")
    for case in two:
        said = text(client, address(case, "case_activity"))
        assert said.count("Merged two files of one person") == 2  # the line, and the name of its button
        assert "The other file: Rosa María Tzul" in said
        assert "Alert line is now Ask for Petrona" in said
    change(cast["attorney"], two[0], alert="Only after 6 pm")
    undo = reverse("undo_merge", args=[two[1].pk, line])
    said = words(client.post(undo, {"from": "activity"}, follow=True).content)
    assert "Changed since the merge, and left so: Alert line." in said
    assert "Took a merge of two files back" in said
    assert undo not in client.get(address(two[1], "case_activity")).content.decode()
    assert "This merge was undone already." in words(client.post(undo, follow=True).content)


def test_whoever_comes_second_compares_again(enter: Enter, cast: Cast, two: tuple[Case, Case]) -> None:
    client = enter("attorney")
    filled = untouched(client.get(comparing(*two)).content.decode(), 'id="what-counts"')
    change(cast["paralegal"], two[1], alert="Ask for Luz")
    chosen = {"keep_given_names": str(two[0].person_id)}
    answer = client.post(comparing(*two), filled | chosen)
    said = words(answer.content)
    assert answer.status_code == 409
    assert "Somebody changed one of the two files meanwhile. Compare them again, then merge." in said
    assert "Ask for Luz" in said
    again_filled = untouched(answer.content.decode(), 'id="what-counts"')
    assert again_filled == filled | chosen | {"other_version": "3"}
    assert client.post(comparing(*two), again_filled).status_code == 302


def test_what_cannot_be_merged_is_said_without_a_form(enter: Enter, cast: Cast, two: tuple[Case, Case]) -> None:
    client = enter("attorney")
    with speaking(cast["attorney"]) as actor:
        actions.restrict(actor, again(actor, two[1]))
    said = text(client, comparing(*two))
    assert "They cannot be merged" in said
    assert "Merge the two files" not in said
    assert client.post(comparing(*two), {}).status_code == 200
    assert enter("paralegal").get(comparing(*two)).status_code == 404
    assert client.get(comparing(two[0], two[0])).status_code == 200


def test_two_different_numbers_are_shown_whole_and_that_is_noted(
    enter: Enter, cast: Cast, two: tuple[Case, Case]
) -> None:
    change(cast["attorney"], two[0], a_number="087654321")
    said = text(enter("attorney"), comparing(*two)).replace("\N{NON-BREAKING HYPHEN}", "-")
    assert "This file: A087-654-321" in said
    assert "The other file: A012-345-678" in said
    looks = Entry.objects.filter(verb="person.revealed").values_list("object_id", flat=True)
    assert set(looks) == {two[0].pk, two[1].person_id}


def test_the_same_number_leads_to_comparing(enter: Enter, cast: Cast, two: tuple[Case, Case]) -> None:
    client, page = enter("attorney"), reverse("change_person", args=[two[0].pk])
    filled = untouched(client.get(page).content.decode(), "edit-person") | {"a_number": NUMBER}
    said = words(client.post(page, filled).content)
    assert "The same person: save it, then merge the two files" in said
    answer = client.post(page, filled | {"same_number": "same"})
    assert answer.headers["Location"] == reverse("merge_with", args=[two[0].pk])


@pytest.mark.parametrize("others", [1, 3])
def test_the_pages_ask_as_much_for_one_other_as_for_three(
    enter: Enter, cast: Cast, two: tuple[Case, Case], others: int
) -> None:
    for number in range(others - 1):
        open_case(cast["attorney"], given_names=f"Rosa {number}", first_surname="Tzul")
    client = enter("attorney")
    before = [queries(client, reverse("merge_with", args=[two[0].pk])), queries(client, comparing(*two))]
    for other in _others(cast, two[0]):
        merge(cast["attorney"], two[0], other)
    after = [queries(client, address(two[0], "case_people")), queries(client, reverse("caseload"))]
    assert (before, after) == ([21, 24], [21, 17])


def _others(cast: Cast, case: Case) -> list[Case]:
    with speaking(cast["attorney"]) as actor:
        return list(Case.objects.visible_to(actor).exclude(pk=case.pk).order_by("opened_at"))
