"""Names are found however they were spelled, and what stands for them in the database tells nothing."""

import uuid

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from casework.access.doors import NotOpened, window
from casework.access.models import User
from casework.people.models import NameToken, Person
from casework.people.tokens import SAID, WORD_BITS, across, asked, forms, of_names, parts, whole
from tests.cases import planting
from tests.cases.planting import speaking
from tests.vault import files

LIKE = [
    ("Vásquez", "Bazquez"), ("Ximena", "Jimena"), ("Ximena", "Simena"), ("Yesenia", "Llesenia"),
    ("Yesenia", "Jessenia"), ("Hernández", "Ernandes"), ("Gerónimo", "Jeronimo"), ("Guillermo", "Guiyermo"),
    ("Wendy", "Huendi"), ("Xochitl", "Sochitl"), ("Quispe", "Kispe"), ("Cháves", "Chavez"), ("Jasmín", "Yasmin"),
    ("Joanna", "Yohana"), ("Guadalupe", "Wuadalupe"), ("Núñez", "Nunes"), ("Hielo", "Yelo"), ("Zelaya", "Selalla"),
    ("Кузнецов", "Kuznetsov"), ("محمد", "Mohammed"), ("Muhammad", "Mohamed"), ("李明", "Li Ming"), ("Ana-María", "Ana"),
    ("O’Brien", "Obrien"), ("de la Cruz", "Cruz"), ("JOSÉ", "jose\u0301"), ("Thiago", "Tiago"), ("Sofía", "Sophia"),
    ("Zhang", "Cheung"), ("Wong", "Huang"), ("Lee", "Li"), ("Trần", "Chen"), ("Xiaoming", "Hsiaoming"),
    ("Jacques", "Jak"), ("Guillaume", "Giyom"), ("Toussaint", "Tousen"), ("Robert", "Wobè"), ("Jean", "Jan"),
    ("Moussa", "Musa"), ("Jason", "Yeison"), ("Brian", "Brayan"), ("Yevgeny", "Evgeny"),
]  # fmt: skip
UNLIKE = [
    ("Ana", "Rosa"), ("María", "Mario"), ("Pérez", "Torres"), ("Cruz", "de la"), ("李明", "王芳"), ("", "Ana"),
    ("Zhang", "Zhao"), ("Jean", "Juan"),
]  # fmt: skip


def heard(name: str) -> set[str]:
    """The forms of a name but for those of slips."""
    return {form for form in of_names([name]) if not form.startswith("d")}


@pytest.mark.parametrize(("one", "other"), LIKE)
def test_spellings_of_one_name_have_a_form_in_common(one: str, other: str) -> None:
    assert of_names([one]) & of_names([other])


@pytest.mark.parametrize(("one", "other"), UNLIKE)
def test_other_names_have_none(one: str, other: str) -> None:
    assert heard(one) & heard(other) == set()


def test_the_words_of_a_name() -> None:
    assert parts("María Guadalupe de la Cruz-Ordóñez") == ["maría", "guadalupe", "cruz", "ordóñez"]
    assert parts("D'Ángelo 3º") == ["dángelo", "o"]
    assert (parts("De la O"), parts("  "), parts("de la")) == (["o"], [], ["de", "la"])


def test_what_one_has_twice_and_what_is_written_as_one_with_the_next() -> None:
    assert across(["Ali", "Ali Hassan"]) >= {"2ali", "walialihassan"}
    assert {one for one in across(["Ali", "Hassan"]) if one.startswith("2")} == set()
    assert asked("Ali Ali")["2ali"] == SAID << WORD_BITS
    assert of_names(["Jesús", "Hernández", "Quiñónez"]) & asked("Hernándezquiñónez").keys()


@given(st.text(max_size=60))
def test_any_text_has_few_short_forms(text: str) -> None:
    for part in parts(text):
        found = forms(part)
        assert len(found) <= 14
        assert all(len(one) > 1 and one.isascii() for one in found)


def tokens(person: Person) -> set[bytes]:
    with window("the test"):
        return {bytes(one) for one in NameToken.objects.filter(person=person).values_list("token", flat=True)}


def expected(person: Person, *names: str) -> set[bytes]:
    """Of given names and both surnames, then aliases: all forms, and those of each name as a whole."""
    wholes = (whole(name) for name in (" ".join(names[:3]), *names[3:]))
    return {NameToken.of(person.organization_id, form) for form in of_names(names).union(*wholes)}


@pytest.mark.django_db
def test_a_persons_names_and_aliases_are_kept_as_tokens_and_replaced_as_a_set() -> None:
    rosa = files.person(aliases=["Jesenia Cuautle"])
    assert tokens(rosa) == expected(rosa, *files.NAMES.values(), "Jesenia Cuautle")
    row = files.again(rosa)
    row.given_names, row.aliases = "Ana", []
    row.save(update_fields=["given_names", "aliases"])
    assert tokens(rosa) == expected(rosa, "Ana", "Cuautle", "Tlahuel")
    with window("the test"):
        before = list(NameToken.objects.order_by("pk").values_list("pk", flat=True))
        row.language = "es"
        row.save(update_fields=["language"])
        row.save()
        assert list(NameToken.objects.order_by("pk").values_list("pk", flat=True)) == before
    row.given_names = row.first_surname = row.second_surname = ""
    row.save()
    assert tokens(rosa) == set()


@pytest.mark.django_db
def test_tokens_are_short_tell_nothing_and_differ_between_organizations() -> None:
    here, there = files.person(), files.person("SC")
    assert {len(one) for one in tokens(here)} == {8}
    assert tokens(here) & tokens(there) == set()
    assert not any(b"esen" in one for one in tokens(here))


@pytest.mark.django_db
def test_people_added_in_bulk_have_tokens_and_lose_them_with_themselves() -> None:
    one = files.person()
    new = {"organization_id": one.organization_id, "opened_by_id": one.opened_by_id}
    with window("the test"):
        made = Person.objects.bulk_create([Person(given_names=name, **new) for name in ("Ana", "Rosa", "")])
        assert [tokens(person) for person in made] == [expected(made[0], "Ana"), expected(made[1], "Rosa"), set()]
        assert NameToken.objects.filter(person_id=made[0].pk).exists()
        pk = made[0].pk
        made[0].delete()
        assert not NameToken.objects.filter(person_id=pk).exists()


@pytest.mark.django_db
def test_a_write_that_fails_leaves_the_tokens_as_they_were() -> None:
    rosa = files.person()
    before = tokens(rosa)
    row = files.again(rosa)
    row.given_names = "Ana"
    with transaction.atomic():
        row.save()
        assert tokens(rosa) != before
        transaction.set_rollback(True)
    assert tokens(rosa) == before


@pytest.mark.django_db
def test_whoever_sees_the_person_reads_its_tokens_and_nobody_else(cast: dict[str, User]) -> None:
    """Through the doors, and by SQL under the walls."""
    case = planting.open_case(cast["attorney"], given_names="Rosa")
    seen = {}
    for key, organization in (("attorney", planting.NORTH), ("volunteer", planting.NORTH), ("clinic", planting.SOUTH)):
        with speaking(cast[key], organization) as actor, connection.cursor() as cursor:
            doors = NameToken.objects.visible_to(actor).filter(person_id=case.person_id).count()
            cursor.execute("SELECT count(*) FROM people_nametoken WHERE person_id = %s", [case.person_id])
            seen[key] = (doors, cursor.fetchone()[0])
    full = len(of_names(["Rosa"]))
    assert seen == {"attorney": (full, full), "volunteer": (0, 0), "clinic": (0, 0)}
    with pytest.raises(NotOpened):
        NameToken.objects.count()


@pytest.mark.django_db
def test_a_volunteer_opens_a_file_with_tokens_and_changes_it(cast: dict[str, User]) -> None:
    case = planting.open_case(cast["volunteer"], given_names="Rosa")
    with speaking(cast["volunteer"]) as actor:
        person = Person.objects.visible_to(actor).get(pk=case.person_id)
        person.given_names = "Ana"
        person.save(update_fields=["given_names"])
    assert tokens(case.person) == expected(case.person, "Ana")


@pytest.mark.django_db
def test_nobody_plants_tokens_at_a_person_they_may_not_change(cast: dict[str, User]) -> None:
    case = planting.open_case(cast["attorney"], given_names="Rosa")
    row = (
        "INSERT INTO people_nametoken (id, organization_id, person_id, token)"
        " VALUES (gen_random_uuid(), %s, %s, 'abcdefgh')"
    )
    for key, organization in (("volunteer", planting.NORTH), ("clinic", planting.SOUTH)):
        with speaking(cast[key], organization) as actor, connection.cursor() as cursor:
            for whose in {case.organization_id, actor.organization}:
                with pytest.raises(DatabaseError), transaction.atomic():
                    cursor.execute(row, [whose, case.person_id])
            cursor.execute("DELETE FROM people_nametoken WHERE person_id = %s", [case.person_id])
            assert cursor.rowcount == 0
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(row, [case.organization_id, uuid.uuid4()])
