"""Every paper says which version it is and when it was printed, on each of its pages; in English and in Spanish."""

import hashlib
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import page
import pikepdf
import pytest
from django.conf import settings
from django.test import Client
from django.test.signals import template_rendered
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from pypdf import PdfReader

from casework.access.models import User
from casework.cases.models import Case
from casework.documents.editions import VERSIONS
from casework.intake import jobs
from casework.intake.models import Batch
from casework.portal import words
from tests.cases.planting import NORTH, again, member, open_case, speaking
from tests.clock import local_day
from tests.custody.planting import ADELANTO, at, book
from tests.desk.test_paper import made as made_form
from tests.docket.hearings import hear
from tests.intake.bringing import work
from tests.portal.planting import invite

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
Enter = Callable[[str], Client]
# What each paper was made of when it got its version: raise that in documents/editions.py with what it says.
NOTED = {
    "paper/case_summary.html": (1, "065006f566d6"),
    "paper/consent.html": (1, "a2d91a3bbb0d"),
    "paper/docket.html": (1, "96ad89f9c447"),
    "paper/family_card.html": (1, "c61a9b1bfcd7"),
    "paper/family_letter.html": (1, "f7088cd17d5e"),
    "paper/intake.html": (1, "64e16995c222"),
    "paper/leaflet.html": (1, "e08b74387f5f"),
    "paper/privacy_waiver.html": (1, "f102b785ed9d"),
    "paper/referrals.html": (1, "385c5760249b"),
    "paper/sample.html": (1, "ddf4a90b5e43"),
    "paper/visit_forms.html": (1, "1a79ae92e341"),
    "paper/visit_list.html": (1, "49bce3327a7b"),
}


@dataclass
class Desk:
    """Ada at her desk, with a case about which there is something to print."""

    client: Client
    cast: Cast
    case: Case

    def at(self, name: str, *ids: Any) -> str:
        return reverse(name, args=[self.case.pk, *ids])


@pytest.fixture
def desk(cast: Cast, enter: Enter) -> Desk:
    case, client = open_case(cast["attorney"], given_names="Domingo", first_surname="Tzul"), enter("attorney")
    with speaking(cast["attorney"]) as ada:
        book(ada, again(ada, case), at(ADELANTO), "2026-10-01")
    hear(case, timezone.now() + timedelta(days=3), member(cast["attorney"], NORTH))
    client.post(f"/intake/{case.pk}/identity/", {"place_of_birth-seen": "0", "place_of_birth": "Nebaj"})
    return Desk(client, cast, case)


@pytest.fixture
def rendered() -> Iterator[set[str]]:
    """The templates of papers that were made, also by the worker."""
    names: set[str] = set()

    def note(template: Any, **_rest: Any) -> None:
        names.add(str(template.name))

    template_rendered.connect(note)
    yield names
    template_rendered.disconnect(note)


def letter(desk: Desk, language: str) -> Any:
    made = invite(desk.cast["attorney"], desk.case)
    return desk.client.get(desk.at("family_letter") + f"?consent={made.link.consent_id}&language={language}")


def card(desk: Desk, language: str) -> Any:
    made = invite(desk.cast["attorney"], desk.case, language=language)
    return desk.client.post(desk.at("print_card", made.link.pk), {"token": made.token})


def forms(desk: Desk, language: str) -> Any:
    given = {"people": [str(desk.case.pk)], "language": "en", "second": "", "sections": ["ending"]}
    address = desk.client.post(f"/intake/visit/{ADELANTO}/", given)["Location"]
    with speaking(desk.cast["attorney"]) as ada:
        row = Batch.objects.visible_to(ada).get()
    work(desk.cast["attorney"], row, task=jobs.make_batch)
    return desk.client.get(f"{address}forms.pdf")


PRINT: dict[str, Callable[[Desk, str], Any]] = {
    "paper/case_summary.html": lambda desk, _: desk.client.post(desk.at("case_summary"), {"counsel": "on"}),
    "paper/consent.html": lambda desk, said: desk.client.get(desk.at("print_consent") + f"?language={said}"),
    "paper/docket.html": lambda desk, _: desk.client.get(reverse("print_docket")),
    "paper/family_card.html": card,
    "paper/family_letter.html": letter,
    "paper/intake.html": lambda desk, said: desk.client.get(desk.at("print_intake") + f"?language={said}"),
    "paper/leaflet.html": lambda desk, said: desk.client.get(
        reverse("print_leaflet", args=["rights"]) + f"?language={said}"
    ),
    "paper/privacy_waiver.html": lambda desk, said: desk.client.post(
        desk.at("privacy_waiver"), {"scope": ["custody"], "language": said}
    ),
    "paper/referrals.html": lambda desk, said: desk.client.get(reverse("print_referrals") + f"?language={said}"),
    "paper/sample.html": lambda desk, _: desk.client.get(reverse("styleguide_paper")),
    "paper/visit_forms.html": forms,
    "paper/visit_list.html": lambda desk, _: desk.client.get(f"/directory/facilities/{ADELANTO}/visits.pdf"),
}
OF_THE_READER = {"paper/docket.html", "paper/sample.html", "paper/visit_forms.html", "paper/visit_list.html"}
OF_FAMILIES = {"paper/family_card.html", "paper/family_letter.html"}


def footer(name: str, language: str) -> str:
    """What stands at the foot of a paper that is printed now."""
    today = local_day()
    if name in OF_FAMILIES:
        spoken = words.of(language)
        return f"{spoken.say('version', number=1)}, {spoken.say('printed', day=spoken.day(today))}"
    with translation.override(language):
        day = date_format(today, "DATE_FORMAT")
    return f"Version 1, printed on {day}" if language == "en" else f"Versión 1, impreso el {day}"


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\N{NO-BREAK SPACE}", " "))


def test_every_paper_is_walked_over() -> None:
    assert PRINT.keys() == VERSIONS.keys() == NOTED.keys()
    base = ("base.html", "family.html", "form.html", "form_boxes.html", "four_boxes.html")
    there = {
        f"paper/{one.name}" for one in (settings.BASE_DIR / "templates" / "paper").iterdir() if one.name not in base
    }
    assert there == VERSIONS.keys()


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", PRINT)
def test_a_paper_says_its_version_and_the_day(desk: Desk, rendered: set[str], name: str, language: str) -> None:
    if language == "es" and name in OF_THE_READER:
        User.objects.filter(pk=desk.cast["attorney"].pk).update(language="es")
    file = PRINT[name](desk, language)
    assert (file.status_code, file["Content-Type"]) == (200, "application/pdf")
    assert name in rendered
    said = "en" if name == "paper/case_summary.html" else language
    pages = [flat(one.extract_text()) for one in PdfReader(io.BytesIO(file.content)).pages]
    of_its_own = pages[:1] if name == "paper/visit_forms.html" else pages
    assert [one for one in of_its_own if footer(name, said) not in one] == []
    assert [one.rule_id for one in page.validate_pdf_bytes(file.content, profile="ua1").failures] == []
    with pikepdf.open(io.BytesIO(file.content)) as opened:
        assert opened.check_pdf_syntax() == []


def test_the_form_says_its_version_on_each_page_and_the_day_in_its_first_field(desk: Desk) -> None:
    file = made_form(desk.client, desk.case, sections=["identity"])
    pages = [flat(one.extract_text()) for one in PdfReader(io.BytesIO(file)).pages]
    assert [one for one in pages if "Form version 1 · " not in one] == []
    fields = PdfReader(io.BytesIO(file)).get_fields() or {}
    kind, version, _code, day = str(fields["casework_form"].value).split("/")
    assert (kind, version, day) == ("intake", "1", f"{local_day()}")


@pytest.mark.parametrize("name", NOTED)
def test_a_paper_that_says_something_else_has_another_version(name: str) -> None:
    """When this fails: raise the version of the paper, and note here what it is made of."""
    folder = settings.BASE_DIR / "templates"
    source = (folder / name).read_text(encoding="utf-8")
    parts = sorted(set(re.findall(r'include "(paper/[^"]+)"', source)))
    made_of = "".join([source, *((folder / one).read_text(encoding="utf-8") for one in parts)])
    digest = hashlib.sha256(made_of.encode()).hexdigest()[:12]
    assert (VERSIONS[name], digest) == NOTED[name]
