"""The demo's cases: written once, counted right, and as the screens expect them."""

import pytest
from django.core.management import call_command
from django.db import connection

from casework.access import demo as cast_of_demo
from casework.access.doors import window
from casework.access.models import User
from casework.cases import actions, demo
from casework.cases.grants import CaseGroupObjectPermission, CaseUserObjectPermission
from casework.cases.models import Assignment, Case, Note
from casework.custody import demo as demo_of_custody
from casework.directory import demo as demo_of_places
from casework.docket import demo as demo_of_docket
from casework.documents import demo as demo_of_documents
from casework.intake import demo as demo_of_intake
from casework.intake import demo_handovers as demo_of_hand_overs
from casework.people.models import Person
from tests.cases.planting import HOTLINE, NORTH, SOUTH, again, speaking

pytestmark = pytest.mark.django_db


def counts() -> list[int]:
    with window("test"):
        tables = (Person, Case, Assignment, Note, CaseUserObjectPermission, CaseGroupObjectPermission)
        return [model.objects.count() for model in tables]


def test_a_second_run_changes_nothing(cast: dict[str, User]) -> None:
    names = list(demo.load(few=True))
    assert len(names) == demo.size(few=True) == 15
    first = counts()
    assert list(demo.load(few=True)) == names
    assert (counts(), first[:2]) == (first, [15, 15])


def test_the_command_counts_what_it_writes(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_demo", "--few")
    lines = capsys.readouterr().out.splitlines()
    rooms = (demo, demo_of_custody, demo_of_docket, demo_of_documents, demo_of_hand_overs)
    size = (
        cast_of_demo.size() + demo_of_places.size() + sum(one.size(few=True) for one in rooms) + demo_of_intake.size()
    )
    assert [line.split()[:3] for line in lines] == [[str(done), "of", str(size)] for done in range(1, size + 1)]
    call_command("load_demo", "--cast")
    assert len(capsys.readouterr().out.splitlines()) == cast_of_demo.size()


def test_who_sees_which_of_them(cast: dict[str, User]) -> None:
    list(demo.load(few=True))
    seen = {}
    places = [
        ("attorney", NORTH), ("second_admin", NORTH), ("volunteer", NORTH), ("admin", NORTH), ("clinic", SOUTH),
        ("hotline", HOTLINE), ("both", HOTLINE),
    ]  # fmt: skip
    for key, organization in places:
        with speaking(cast[key], organization) as actor:
            seen[key] = (Case.objects.ours(actor).count(), Case.objects.shared_with(actor).count())
    assert seen == {
        "attorney": (9, 1), "second_admin": (10, 1), "volunteer": (2, 0), "admin": (0, 0), "clinic": (3, 1),
        "hotline": (2, 0), "both": (1, 0),
    }  # fmt: skip


def test_references_go_on_after_those_of_the_demo(cast: dict[str, User]) -> None:
    list(demo.load(few=True))
    with window("test"):
        taken = list(Case.objects.filter(organization__name=NORTH).exclude(reference="").values_list("reference"))
    assert len(set(taken)) == 6
    with speaking(cast["attorney"]) as ada:
        case = actions.open_case(ada, names={"given_names": "Rosa"})
        assert (actions.accept(ada, again(ada, case)),) not in taken


def test_what_is_sealed_opens(cast: dict[str, User]) -> None:
    list(demo.load(few=True))
    with connection.cursor() as cursor, window("test"):
        cursor.execute("SELECT count(*) FROM cases_note WHERE position('husband' in encode(text, 'escape')) > 0")
        assert cursor.fetchone() == (0,)
        assert any("husband" in note.text for note in Note.objects.all())
        assert {"Marie-Ange Jean-Baptiste", ""} < {person.full_name for person in Person.objects.all()}
