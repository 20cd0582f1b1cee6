"""The person's form on a case: saving, what is wrong, somebody else in between, taking back, the A-number."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from casework.access.models import User
from casework.audit.models import Entry
from casework.cases import actions
from casework.cases.models import Case
from tests.cases.planting import NORTH, SOUTH, again, give, member, open_case, speaking
from tests.conftest import as_owner
from tests.desk.filling import untouched
from tests.desk.test_case import address, words
from tests.desk.test_caseload import queries, text

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
Enter = Callable[[str], Client]
BLANK = {"given_names": "", "first_surname": "", "second_surname": "", "birth_date": "", "a_number": "", "language": ""}


def filled(client: Client, case: Case) -> dict[str, str]:
    """What the form holds when it is opened."""
    return untouched(client.get(address(case, "change_person")).content.decode(), "edit-person")


def send(client: Client, case: Case, data: dict[str, str], **more: Any) -> Any:
    return client.post(address(case, "change_person"), data, **more)


def person_of(user: User, case: Case) -> Any:
    with speaking(user) as actor:
        return again(actor, case).person


def choices(html: bytes) -> list[tuple[str, str]]:
    """What is asked: each field with its three values in words."""
    return [
        (name, " ".join(re.sub(r"<[^>]+>", " ", said).split()))
        for name, said in re.findall(r"<legend><bdi>([^<]+)</bdi></legend>(.+?)</fieldset>", html.decode(), re.DOTALL)
    ]


# --- Saving


def test_the_form_holds_what_stands_and_saves_it(enter: Enter, cast: Cast) -> None:
    case = open_case(cast["attorney"], given_names="Domingo", first_surname="Pérez", second_surname="Tzul")
    client = enter("attorney")
    assert filled(client, case) == {
        "given_names": "Domingo", "first_surname": "Pérez", "second_surname": "Tzul", "version": "1",
    }  # fmt: skip
    typed = filled(client, case) | {"birth_date": "1991-03-12", "a_number": "A 012-345-678", "no_contact": "on"}
    answer = send(client, case, typed | {"language": "Quiché"}, follow=True)
    said = words(answer.content)
    assert "The person is saved. Undo" in said
    assert "A•••-•••-678" in said
    assert "012" not in said
    assert "born March 12, 1991" in said
    assert "Do not contact this person." in said
    now = person_of(cast["attorney"], case)
    assert (now.a_number, now.language, now.no_contact) == ("012345678", "QUI", True)


def test_nothing_different_is_said(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    assert "Nothing was different." in words(send(client, case, filled(client, case), follow=True).content)
    assert Entry.objects.filter(verb="person.changed").count() == 0


def test_what_is_wrong_stands_at_its_field_and_nothing_is_lost(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    typed = filled(client, case) | {"given_names": "Kept", "a_number": "1234", "birth_date": "2091-01-01"}
    answer = send(client, case, typed)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "<title>Error:" in html
    for part in ('id="id_a_number_error"', 'id="id_birth_date_error"', 'value="1234"', 'value="Kept"'):
        assert part in html
    assert "An A-number has the letter A and seven to nine digits." in words(answer.content)
    assert person_of(cast["attorney"], case).given_names == "Rosa"


def test_opening_a_form_that_shows_the_number_is_noted(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    client.get(address(case, "change_person"))
    assert Entry.objects.filter(verb="person.revealed").count() == 0
    send(client, case, filled(client, case) | {"a_number": "012345678"})
    assert filled(client, case)["a_number"] == "A012-345-678"
    assert Entry.objects.filter(verb="person.revealed", object_id=case.pk, basis="assigned").count() == 1


@pytest.mark.parametrize(("key", "status"), [("paralegal", 200), ("volunteer", 200), ("clinic", 403), ("hotline", 404)])
def test_who_may_edit(enter: Enter, cast: Cast, key: str, status: int) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        actions.assign(ada, case, membership=member(cast["volunteer"], NORTH), role="volunteer")
        give(ada, case, SOUTH, level="share")
    client = enter(key)
    assert client.get(address(case, "change_person")).status_code == status
    answer = send(client, case, BLANK | {"given_names": "Changed", "version": "1"})
    assert answer.status_code == (302 if status == 200 else status)
    assert person_of(cast["attorney"], case).given_names == ("Changed" if status == 200 else "Rosa")


def test_the_form_costs_the_same_however_often_it_was_saved(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    found = []
    for names in (["One"], ["Two", "Three"]):
        for name in names:
            send(client, case, filled(client, case) | {"given_names": name})
        found.append(queries(client, address(case, "change_person")))
    assert found == [14, 14]


def test_a_person_that_does_not_open_is_not_edited(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"], given_names="Rosa", first_surname="Tzul"), enter("attorney")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_person SET first_surname = given_names WHERE id = %s", [case.person_id])
    found = text(client, address(case, "change_person"))
    assert "Something of this person does not open" in found
    assert "Save" not in found
    assert send(client, case, BLANK | {"version": "1"}).status_code == 200
    assert text(client, address(case)).count("Locked: cannot be opened") == 1


# --- Somebody else in between


def test_the_second_chooses_field_by_field_and_keeps_what_was_typed(enter: Enter, cast: Cast) -> None:
    case = open_case(cast["attorney"], given_names="Rosa", first_surname="Tzul")
    ada, ben = enter("attorney"), enter("paralegal")
    mine = filled(ben, case) | {"first_surname": "Tzul Pérez", "second_surname": "Mine alone"}
    send(ada, case, filled(ada, case) | {"first_surname": "Tsul", "language": "Quiché"})
    answer = send(ben, case, mine)
    assert answer.status_code == 409
    assert "Saved meanwhile by: Ada Quispe. Nothing of yours is lost." in words(answer.content)
    assert choices(answer.content) == [
        ("First surname", "It was: Tzul Ada Quispe, just now: Tsul You, here: Tzul Pérez"),
        ("Best language", "It was: empty Ada Quispe, just now: K&#x27;iche&#x27; (Quiché) You, here: empty"),
    ]
    html = answer.content.decode()
    assert 'value="Mine alone"' in html
    assert re.findall(r'name="keep_language" value="(\w+)"[^>]*checked', html) == ["theirs"]  # it was not touched
    assert re.findall(r'name="keep_first_surname" value="(\w+)"[^>]*checked', html) == []
    assert person_of(cast["attorney"], case).second_surname == ""

    again_sent = mine | {"settled": "2", "keep_language": "theirs"}
    answer = send(ben, case, again_sent)
    assert (answer.status_code, "First surname: Choose one." in words(answer.content)) == (409, True)
    answer = send(ben, case, again_sent | {"keep_first_surname": "mine"})
    assert answer.status_code == 302
    now = person_of(cast["attorney"], case)
    assert (now.first_surname, now.second_surname, now.language) == ("Tzul Pérez", "Mine alone", "QUI")


def test_a_third_in_between_asks_anew(enter: Enter, cast: Cast) -> None:
    case = open_case(cast["attorney"], given_names="Rosa")
    ada, ben = enter("attorney"), enter("paralegal")
    mine = filled(ben, case) | {"given_names": "Mine"}
    for name in ("First", "Second"):
        send(ada, case, filled(ada, case) | {"given_names": name})
    answer = send(ben, case, mine | {"settled": "2", "keep_given_names": "theirs"})
    assert answer.status_code == 409
    assert choices(answer.content) == [("Given names", "It was: Rosa Ada Quispe, just now: Second You, here: Mine")]
    assert 'name="settled" value="3"' in answer.content.decode()
    assert send(ben, case, mine | {"settled": "3", "keep_given_names": "theirs"}).status_code == 302
    assert person_of(cast["attorney"], case).given_names == "Second"


def test_different_fields_of_two_people_both_stand(enter: Enter, cast: Cast) -> None:
    case = open_case(cast["attorney"], given_names="Rosa")
    ada, ben = enter("attorney"), enter("paralegal")
    mine = filled(ben, case) | {"given_names": "Rosalía"}
    send(ada, case, filled(ada, case) | {"given_names": "Rosalía", "a_number": "012345678"})
    answer = send(ben, case, mine)
    assert [name for name, _said in choices(answer.content)] == ["A-number"]
    send(ben, case, mine | {"settled": "2", "keep_a_number": "theirs"})
    assert person_of(cast["attorney"], case).a_number == "012345678"


def test_what_both_typed_alike_needs_no_question(enter: Enter, cast: Cast) -> None:
    case = open_case(cast["attorney"], given_names="Rosa")
    ada, ben = enter("attorney"), enter("paralegal")
    mine = filled(ben, case) | {"given_names": "Rosalía"}
    send(ada, case, mine)
    assert "Nothing was different." in words(send(ben, case, mine, follow=True).content)


def test_a_look_at_a_conflict_leaves_a_line(enter: Enter, cast: Cast) -> None:
    case = open_case(cast["attorney"], given_names="Rosa")
    ada, ben = enter("attorney"), enter("paralegal")
    mine = filled(ben, case) | {"given_names": "Mine"}
    send(ada, case, mine | {"given_names": "Hers"})
    before = set(Entry.objects.values_list("pk", flat=True))
    assert send(ben, case, mine).status_code == 409
    assert list(Entry.objects.exclude(pk__in=before).values_list("verb", flat=True)) == ["case.viewed"]


@contextmanager
def somebody_is_faster(table: str, statement: str) -> Iterator[None]:
    """Just before the first change of this table, somebody else's change of it is there."""
    done: list[str] = []

    def first(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(f'UPDATE "{table}"') and not done:
            done.append(sql)
            with as_owner(), connection.cursor() as cursor:
                cursor.execute(statement)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(first):
        yield
    assert len(done) == 1


@pytest.mark.parametrize("name", ["accept_case", "restrict_case", "unrestrict_case"])
def test_an_act_at_the_same_moment_is_said_and_not_done(enter: Enter, cast: Cast, name: str) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    with somebody_is_faster("cases_case", "UPDATE cases_case SET version = version + 1"):
        answer = client.post(address(case, name))
    assert (answer.status_code, answer.headers["Location"]) == (302, address(case))
    assert "Somebody else changed this at the same moment" in text(client, address(case))
    assert Entry.objects.filter(verb__in=["case.accepted", "case.restricted", "case.unrestricted"]).count() == 0


def test_a_form_saved_at_the_same_moment_is_tried_again(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    typed = filled(client, case) | {"language": "Quiché"}
    # nothing is said of the version that came in between (a key was changed): no field differs
    bump = "UPDATE people_person SET version = version + 1, given_names = NULL"
    with somebody_is_faster("people_person", bump):
        answer = send(client, case, typed)
    assert answer.status_code == 302
    assert person_of(cast["attorney"], case).language == "QUI"


# --- Taking back


def undo_of(client: Client, case: Case) -> str:
    """The address that the newest toast or line offers."""
    html = client.get(address(case, "case_activity")).content.decode()
    found = re.search(rf'action="(/cases/{case.pk}/person/undo/[^"]+)"', html)
    return found[1] if found else ""


def test_the_toast_takes_back(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"], given_names="Rosa"), enter("attorney")
    html = send(client, case, filled(client, case) | {"given_names": "Rosalía"}, follow=True).content.decode()
    offered = re.findall(rf'action="(/cases/{case.pk}/person/undo/[^"]+)"', html)
    assert len(offered) == 1
    answer = client.post(offered[0], follow=True)
    assert "Undone: the person stands as before that change." in words(answer.content)
    assert person_of(cast["attorney"], case).given_names == "Rosa"
    answer = client.post(offered[0], follow=True)
    assert "This cannot be undone any more: Ada Quispe changed the same fields since." in words(answer.content)


def test_the_stream_takes_back_and_stays_where_one_was(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"], given_names="Rosa"), enter("attorney")
    send(client, case, filled(client, case) | {"given_names": "Rosalía"})
    answer = client.post(undo_of(client, case), {"from": "activity"})
    assert answer.headers["Location"] == address(case, "case_activity")
    found = text(client, address(case, "case_activity"))
    assert "Took back a change of the person" in found
    assert "Given names was Rosalía is now Rosa" in found


def test_who_may_not_change_may_not_take_back(enter: Enter, cast: Cast) -> None:
    case = open_case(cast["attorney"], given_names="Rosa")
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH, level="share")
    send(enter("attorney"), case, filled(enter("attorney"), case) | {"given_names": "Rosalía"})
    way = undo_of(enter("attorney"), case)
    assert [enter(key).post(way).status_code for key in ("clinic", "hotline")] == [403, 404]
    assert enter("attorney").get(way).headers["Location"] == address(case)
    other = open_case(cast["attorney"])
    foreign = reverse("undo_person", args=[other.pk, way.rstrip("/").rpartition("/")[2]])
    assert enter("attorney").post(foreign).status_code == 404


# --- The A-number


def with_number(client: Client, case: Case) -> None:
    send(client, case, filled(client, case) | {"a_number": "012345678"})


def test_the_number_is_shown_once_and_noted(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    with_number(client, case)
    assert "A-number ending in 678 Show the whole A-number" in text(client, address(case))
    answer = client.post(address(case, "reveal_a_number"))
    assert "A012-345-678" in words(answer.content)
    assert "012-345" not in text(client, address(case))
    lines = Entry.objects.filter(verb="person.revealed").values_list("object_id", "case_id", "basis", "fields")
    assert list(lines) == [(case.pk, case.pk, "assigned", ["a_number"])]


def test_with_a_script_only_the_number_comes(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    with_number(client, case)
    answer = client.post(address(case, "reveal_a_number"), headers={"HX-Request": "true"})
    assert words(answer.content) == "A012-345-678 Copy the A-number"


@pytest.mark.parametrize(("key", "status"), [("clinic", 200), ("volunteer", 404), ("hotline", 404), ("admin", 404)])
def test_who_sees_the_case_may_see_the_number(enter: Enter, cast: Cast, key: str, status: int) -> None:
    case = open_case(cast["attorney"])
    with_number(enter("attorney"), case)
    with speaking(cast["attorney"]) as ada:
        give(ada, again(ada, case), SOUTH)
    assert enter(key).post(address(case, "reveal_a_number")).status_code == status


def test_who_may_not_read_history_is_told_no_former_value(enter: Enter, cast: Cast) -> None:
    """An old version in the form would else open what stands no more."""
    case = open_case(cast["attorney"], given_names="Rosa")
    with speaking(cast["attorney"]) as ada:
        actions.assign(ada, case, membership=member(cast["volunteer"], NORTH), role="volunteer")
    hers = enter("attorney")
    send(hers, case, filled(hers, case) | {"a_number": "012345678"})
    send(hers, case, filled(hers, case) | {"a_number": "", "given_names": "Second"})
    mine = BLANK | {"version": "2", "a_number": "087654321", "given_names": "Mine"}
    answers = {key: send(enter(key), case, mine) for key in ("volunteer", "paralegal")}
    assert {answer.status_code for answer in answers.values()} == {409}
    typed = "A087-654-321".replace("-", "\N{NON-BREAKING HYPHEN}")
    assert [said for _name, said in choices(answers["volunteer"].content)] == [
        "Ada Quispe, just now: Second You, here: Mine",
        f"Ada Quispe, just now: empty You, here: {typed}",
    ]
    assert [said for _name, said in choices(answers["paralegal"].content)] == [
        "It was: Rosa Ada Quispe, just now: Second You, here: Mine",
        f"It was: A•••-•••-678 Ada Quispe, just now: empty You, here: {typed}",
    ]
