"""The data sheet for ICE's privacy waiver: what the form asks, as agencies write it, and nothing that harms."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from casework.access.models import User
from casework.audit.models import Entry
from casework.cases import person as people
from casework.cases.models import Case
from casework.people import contacts
from tests.cases.planting import again, open_case, speaking
from tests.desk.test_caseload import text

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
Enter = Callable[[str], Client]


@pytest.fixture
def case(cast: Cast) -> Case:
    made = open_case(cast["attorney"], given_names="María José", first_surname="Núñez", second_surname="Ixchel")
    with speaking(cast["attorney"]) as ada:
        here = again(ada, made)
        values = {"a_number": "012345678", "birth_date": date(1990, 3, 9), "country_of_birth": "GT"}
        people.change(ada, here, values=values, seen=here.whose.version)
    return made


def around(cast: Cast, case: Case, name: str, **values: Any) -> str:
    with speaking(cast["attorney"]) as ada:
        return str(contacts.add(ada, again(ada, case).person, values={"name": name} | values).pk)


def sheet(client: Client, case: Case, **chosen: Any) -> str:
    given = {"scope": ["custody", "health"], "language": "en"} | chosen
    file = client.post(f"/cases/{case.pk}/waiver/", given)
    assert file["Content-Type"] == "application/pdf", file.content.decode()
    return " ".join(" ".join(one.extract_text() for one in PdfReader(io.BytesIO(file.content)).pages).split())


def test_it_has_what_the_form_asks_as_agencies_write_it(cast: Cast, enter: Enter, case: Case) -> None:
    rosa = around(cast, case, "Rosa Ixchel", relationship="Mother", address="12 Alameda St")
    around(cast, case, "Pedro Ixchel", relationship="Uncle")
    said = sheet(enter("attorney"), case, people=[rosa])
    for words in ("Núñez Ixchel", "María José", "012345678", "03/09/1990", "Guatemala", "Rosa Ixchel", "Mother",
                  "North Legal Aid"):  # fmt: skip
        assert words in said
    for never in ("Pedro", "Alameda"):
        assert never not in said
    assert "4. Still missing Held at" in said
    line = Entry.objects.get(verb="waiver.printed")
    assert (line.case_id, line.actor_name, line.fields) == (case.pk, "Ada Quispe", ["a_number", "birth_date"])


def test_what_is_not_known_stays_empty_and_is_listed(cast: Cast, enter: Enter) -> None:
    said = sheet(enter("attorney"), open_case(cast["attorney"], given_names="Domingo"))
    missing = said.partition("4. Still missing")[2]
    for words in ("Family names", "A-number", "Date of birth", "Country of birth", "Held at"):
        assert words in missing
    assert "Given names" not in missing


def test_who_must_not_know_cannot_be_named(cast: Cast, enter: Enter, case: Case) -> None:
    hidden = around(cast, case, "Ramiro Gone", must_not_know=True)
    officer = around(cast, case, "Officer Smith", kind="deportation_officer")
    ada = enter("attorney")
    page = text(ada, f"/cases/{case.pk}/waiver/")
    assert ("Ramiro" in page, "Smith" in page) == (False, False)
    around(cast, case, "Rosa Ixchel")
    for one in (hidden, officer):
        again_asked = ada.post(f"/cases/{case.pk}/waiver/", {"scope": ["custody"], "language": "en", "people": [one]})
        assert again_asked["Content-Type"] != "application/pdf"
    assert Entry.objects.filter(verb="waiver.printed").count() == 0


def test_it_speaks_spanish_to_the_person(enter: Enter, case: Case) -> None:
    said = sheet(enter("attorney"), case, language="es")
    assert "Esto no es el formulario." in said
    assert "03/09/1990" in said


def test_it_is_reached_from_the_case(enter: Enter, case: Case) -> None:
    assert f'href="/cases/{case.pk}/waiver/"' in enter("attorney").get(f"/cases/{case.pk}/people/").content.decode()
    assert enter("admin").get(f"/cases/{case.pk}/waiver/").status_code == 404
