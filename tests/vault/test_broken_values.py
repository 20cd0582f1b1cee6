"""What was changed, cut, moved, is old or foreign is refused value by value, and the page shows the rest."""

import base64
import os
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.utils import timezone

from casework.access import walls
from casework.access.context import forgotten
from casework.access.doors import window
from casework.access.models import Membership, User
from casework.cases.models import Case, Note
from casework.people.models import Person
from casework.vault import keys
from casework.vault.fields import Locked
from casework.vault.models import FileKey, OrganizationKey
from tests.cases.planting import speaking
from tests.vault import files
from tests.vault.files import again, blob, put

LOCKED = "Locked: cannot be opened"
PLANT = (
    "INSERT INTO vault_organizationkey (id, organization_id, wrapped, wrapped_index, made_at, retired_at)"
    " VALUES (gen_random_uuid(), %s, %s, %s, '2999-01-01', NULL)"
)
OTHER_KEY = base64.b64encode(b"another root key of this suite !").decode()


def older(person: Person, case: Case, note: Note) -> bytes | None:
    """Of the version before."""
    before = blob(person, "given_names")
    row = again(person)
    row.first_surname = "Cuautle"
    row.save()
    return before


def foreign(person: Person, case: Case, note: Note) -> bytes | None:
    return blob(files.person("SC"), "given_names")


def of_another_row(person: Person, case: Case, note: Note) -> bytes | None:
    return blob(files.person(), "given_names")


def of_another_row_of_the_file(person: Person, case: Case, note: Note) -> bytes | None:
    return blob(note, "text")


def under_another_key_of_the_file(person: Person, case: Case, note: Note) -> bytes | None:
    """The right value for the right place, but it names another key."""
    sealed = blob(person, "given_names") or b""
    return sealed[:1] + uuid.uuid4().bytes + sealed[17:]


def turned(position: int) -> Callable[..., bytes]:
    def change(person: Person, case: Case, note: Note) -> bytes:
        sealed = bytearray(blob(person, "given_names") or b"")
        sealed[position] ^= 1
        return bytes(sealed)

    return change


def cut(length: int) -> Callable[..., bytes]:
    return lambda person, _case, _note: (blob(person, "given_names") or b"")[:length]


BROKEN: dict[str, Callable[..., bytes | None]] = {
    "older": older,
    "foreign": foreign,
    "of another row": of_another_row,
    "of another table": of_another_row_of_the_file,
    "of another column": lambda person, _case, _note: blob(person, "first_surname"),
    "under another key": under_another_key_of_the_file,
    "empty": lambda _person, _case, _note: b"",
    "clear text": lambda _person, _case, _note: b"Yesenia",
    "another envelope": lambda person, _case, _note: b"\x01" + (blob(person, "given_names") or b"")[1:],
    "longer": lambda person, _case, _note: (blob(person, "given_names") or b"") + b"\0",
    **{f"turned at {position}": turned(position) for position in (0, 1, 16, 17, 28, 29, -1)},
    **{f"cut to {length}": cut(length) for length in (1, 17, 29, 40, -1)},
}


@pytest.fixture
def world(cast: dict[str, User]) -> tuple[Person, Case, Note]:
    person = files.person(second_surname="Tlahuel")
    case = files.case(person, lead=Membership.objects.get(user=cast["attorney"]))
    return person, case, files.note(case, "She has two children here.")


def pages(client: Client, case: Case) -> list[str]:
    found = []
    for address in ("/cases/", f"/cases/{case.pk}/"):
        page = client.get(address)
        assert page.status_code == 200
        found.append(page.content.decode())
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_value_is_locked_and_the_page_shows_the_rest(
    world: tuple[Person, Case, Note], enter: Callable[[str], Client], name: str
) -> None:
    person, case, _note = world
    client = enter("attorney")
    assert all("Yesenia" in page and LOCKED not in page for page in pages(client, case))
    put(person, "given_names", BROKEN[name](*world))
    row = again(person)
    assert isinstance(row.given_names, Locked)
    assert (row.first_surname, row.second_surname) == ("Cuautle", "Tlahuel")
    in_list, of_case = pages(client, case)
    assert LOCKED in in_list
    assert LOCKED in of_case
    assert "Yesenia" not in in_list + of_case
    assert "She has two children here." in of_case


@pytest.mark.django_db
def test_a_broken_note_is_locked_and_the_others_are_shown(
    world: tuple[Person, Case, Note], enter: Callable[[str], Client]
) -> None:
    _person, case, note = world
    files.note(case, "The sister called.")
    put(note, "text", b"")
    page = pages(enter("attorney"), case)[1]
    assert (LOCKED in page, "The sister called." in page, "Yesenia" in page) == (True, True, True)
    assert "two children" not in page


@pytest.mark.django_db
def test_no_kind_of_value_breaks_the_page(world: tuple[Person, Case, Note], enter: Callable[[str], Client]) -> None:
    person, case, _note = world
    columns = [field.name for field in Person.sealed_fields()]
    for column in columns:
        put(person, column, b"broken")
    found = pages(enter("attorney"), case)
    assert all(LOCKED in page for page in found)


def without_key(person: Person) -> None:
    FileKey.objects.filter(file_id=person.pk).delete()


def key_of_another_file(person: Person) -> None:
    other = FileKey.objects.get(file_id=files.person().pk)
    FileKey.objects.filter(file_id=person.pk).update(wrapped=other.wrapped)


def organization_key_broken(person: Person) -> None:
    OrganizationKey.objects.filter(organization_id=person.organization_id).update(wrapped=os.urandom(80))


@pytest.mark.django_db
@pytest.mark.parametrize("lose", [without_key, key_of_another_file, organization_key_broken])
def test_without_the_key_all_is_locked_and_pages_stand(
    world: tuple[Person, Case, Note], enter: Callable[[str], Client], lose: Callable[[Person], None]
) -> None:
    person, case, _note = world
    client = enter("attorney")
    with forgotten():
        lose(person)
        found = "".join(pages(client, case))
    assert LOCKED in found
    assert not any(word in found for word in ("Yesenia", "Cuautle", "two children"))


@pytest.mark.django_db
def test_with_another_root_key_nothing_opens(world: tuple[Person, Case, Note], settings: Any) -> None:
    settings.VAULT_ROOT_KEY = OTHER_KEY
    person, _case, note = world
    row = again(person)
    assert {row.given_names, row.full_name, again(note).text} == {LOCKED}
    with pytest.raises(keys.KeyMissing):
        files.person()


@pytest.mark.django_db(transaction=True)
def test_walls_are_not_raised_with_another_root_key(deploying: dict[str, str], settings: Any) -> None:
    person, before = files.person(), walls.standing()
    settings.VAULT_ROOT_KEY = OTHER_KEY
    with pytest.raises(CommandError, match="sealed with"):
        walls.raise_walls()
    assert walls.standing() == before
    assert isinstance(again(person).given_names, Locked)


@pytest.mark.django_db(transaction=True)
def test_a_key_planted_by_sql_neither_stands_nor_stops_the_walls(deploying: dict[str, str]) -> None:
    """Another one than rotation makes; and what somebody puts there with the database in hand."""
    files.person()
    OrganizationKey(
        organization_id=files.organization("SC").pk, wrapped=b"x", wrapped_index=b"x", retired_at=timezone.now()
    ).save()
    assert not keys.root_key_opens_newest()
    assert walls.raise_walls() == len(walls.tables())
    assert walls.standing() == walls.expected()


@pytest.mark.django_db
def test_the_first_key_of_an_organization_is_made_once_by_whoever_needs_it(cast: dict[str, User]) -> None:
    here = files.organization()
    with speaking(cast["volunteer"]), connection.cursor() as cursor:
        key = keys.of_organization(here.pk)
        cursor.execute(PLANT, [here.pk, b"x", b"x"])
        assert cursor.rowcount == 0
    assert list(OrganizationKey.objects.filter(organization_id=here.pk).values_list("pk", flat=True)) == [key.id]


@pytest.mark.django_db
def test_nobody_dates_the_first_key_or_leaves_a_retired_one(cast: dict[str, User]) -> None:
    here = files.organization()
    with speaking(cast["volunteer"]), connection.cursor() as cursor:
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            cursor.execute(PLANT.replace("NULL", "now()"), [here.pk, b"x", b"x"])
        cursor.execute(PLANT, [here.pk, b"x", b"x"])
    assert OrganizationKey.objects.get(organization_id=here.pk).made_at <= timezone.now()


class KeyQueries:
    """Counts what is asked of the tables of keys."""

    def __init__(self) -> None:
        self.number = 0

    def __call__(self, execute: Any, statement: str, params: Any, many: bool, context: Any) -> Any:
        self.number += "vault_" in statement and statement.startswith("SELECT")
        return execute(statement, params, many, context)


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3, 50])
def test_a_list_opens_with_one_query_for_its_keys(
    cast: dict[str, User], enter: Callable[[str], Client], count: int
) -> None:
    lead = Membership.objects.get(user=cast["attorney"])
    for number in range(count):
        files.case(files.person(given_names=f"Person{number}"), lead=lead)
    client = enter("attorney")
    with connection.execute_wrapper(asked := KeyQueries()):
        page = client.get("/cases/").content.decode()
    shown = sum(f"Person{number} Cuautle" in page for number in range(count))
    assert (shown > 0, asked.number) == (True, 1)
    assert shown == min(count, shown)


@pytest.mark.django_db
def test_rows_of_several_organizations_open_with_one_query(cast: dict[str, User]) -> None:
    people = [files.person(short_name) for short_name in ("NLA", "SC", "RRH") for _ in range(20)]
    with forgotten(), window("the test"):
        rows = list(Person.objects.filter(pk__in=[person.pk for person in people]))
        with connection.execute_wrapper(asked := KeyQueries()):
            names = {row.full_name for row in rows}
    assert (names, asked.number) == ({"Yesenia Cuautle Tlahuel"}, 1)


@pytest.mark.django_db
def test_more_keys_than_fit_in_a_query_are_asked_for_in_parts(
    monkeypatch: pytest.MonkeyPatch, cast: dict[str, User]
) -> None:
    people = [files.person() for _ in range(7)]
    monkeypatch.setattr(keys, "AT_ONCE", 3)
    with forgotten(), window("the test"):
        rows = list(Person.objects.filter(pk__in=[person.pk for person in people]))
        with connection.execute_wrapper(asked := KeyQueries()):
            assert {row.given_names for row in rows} == {"Yesenia"}
    assert asked.number == 3
