"""Sheets for families and the list of places: as pages, papers and mails, which name nobody but the organization."""

import io
import json
from datetime import date
from typing import Any

import page
import pytest
from django.core.exceptions import ValidationError
from pypdf import PdfReader

from casework.access.actor import Actor
from casework.access.models import Organization, User
from casework.access.versions import ChangedMeanwhile
from casework.cases.actions import open_case
from casework.cases.models import Case
from casework.intake import handouts, referrals
from casework.intake.leaflets import LEAFLETS
from casework.intake.models import CallLog, Referral
from casework.notifications.models import Message
from casework.people import contacts
from casework.vault.cipher import unseal
from tests.access.membership import actor_of, do, place

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
TODAY = date(2026, 11, 22)
HOURS = {**{str(day): ["09:00", "17:30"] for day in range(5)}, "6": ["10:00", "14:00"]}
PLACE: dict[str, Any] = {
    "kind": "housing", "name": "Casa Invented", "phone": "+1 213 555 0177", "address": "1 First St", "hours": "Days",
    "languages": ["es", "mam"], "note": "Families only", "checked_on": date(2026, 11, 1),
}  # fmt: skip


def office(cast: Cast) -> Organization:
    found = place(cast["attorney"]).organization
    found.phone, found.hours = "+1 213 555 0100", HOURS
    return found


def text(made: bytes) -> str:
    return " ".join("\n".join(one.extract_text() for one in PdfReader(io.BytesIO(made)).pages).split())


def breaches(made: bytes) -> list[str]:
    return [failure.message for failure in page.validate_pdf_bytes(made, profile="ua1").failures]


@pytest.mark.parametrize(("key", "language"), list(zip(LEAFLETS, handouts.SPOKEN, strict=True)))
def test_a_sheet_is_printed_tagged_dated_and_with_the_organizations_number(cast: Cast, key: str, language: str) -> None:
    organization = office(cast)
    made = handouts.paper(organization, key, language=language, today=TODAY)
    assert breaches(made) == []
    said = text(made)
    assert (organization.name in said, "+1 213 555 0100" in said) == (True, True)
    assert {"en": "November 22, 2026", "es": "22 de noviembre de 2026"}[language] in said
    assert PdfReader(io.BytesIO(made)).trailer["/Root"]["/Lang"] == language  # type: ignore[index]


def test_hours_are_grouped(cast: Cast) -> None:
    organization = office(cast)
    said = handouts.hours_in_words(organization).replace("\u00a0", " ")
    assert said == "Monday to Friday, 9:00 am to 5:30 pm; Sunday, 10:00 am to 2:00 pm"
    organization.hours = {}
    assert handouts.hours_in_words(organization) == ""
    ending = handouts.handout(organization, "rights", language="en", today=TODAY).ending
    assert ending == "North Legal Aid: +1 213 555 0100. Printed on November 22, 2026."


def mail() -> dict[str, str]:
    message = Message.objects.get()
    found: dict[str, str] = json.loads(unseal(bytes(message.content), f"message|{message.pk}"))
    return found


def intake(cast: Cast) -> Case:
    case: Case = do(actor_of(cast["attorney"]), open_case, names={"given_names": "Rosa", "first_surname": "Nombre"})
    return case


def sends(cast: Cast, case: Case | None, contact: bool = False, **values: Any) -> None:
    def send(actor: Actor) -> None:
        row = Case.objects.visible_to(actor).get(pk=case.pk) if case else None
        whom = contacts.add(actor, row.person, values={"name": "Ana"} | values) if row and contact else None
        handouts.send(
            actor, row, key="rights", language="es", to="ana@example.org", organization=office(cast), today=TODAY,
            contact=whom,
        )  # fmt: skip

    do(actor_of(cast["attorney"]), send)


def test_the_mail_names_nobody_and_the_case_keeps_that_it_went(cast: Cast) -> None:
    case = intake(cast)
    sends(cast, case, contact=True)
    sent = mail()
    assert sent["to"] == "ana@example.org"
    assert "Conozca sus derechos" in sent["text"]
    assert "+1 213 555 0100" in sent["text"]
    assert not {"Rosa", "Nombre", "Ana"} & set(f"{sent['subject']} {sent['text']}".split())
    row = do(actor_of(cast["attorney"]), lambda one: CallLog.objects.visible_to(one).get(case=case))
    assert (row.channel, row.result, row.words) == ("email", "sent", "Conozca sus derechos (es)")


def test_nobody_writes_to_who_must_not_know(cast: Cast) -> None:
    with pytest.raises(ValidationError, match="must not know"):
        sends(cast, intake(cast), contact=True, must_not_know=True)
    assert not Message.objects.exists()


def test_a_caller_gets_one_without_a_case(cast: Cast) -> None:
    sends(cast, None)
    assert mail()["to"] == "ana@example.org"


def added(cast: Cast, key: str = "attorney", **values: Any) -> Referral:
    found: Referral = do(actor_of(cast[key]), referrals.add, values=PLACE | values)
    return found


def test_the_list_is_the_organizations_own(cast: Cast) -> None:
    added(cast)
    added(cast, kind="consulate", name="Consulate of Nowhere", checked_on=None)
    assert [one.name for one in do(actor_of(cast["volunteer"]), referrals.listed)] == [
        "Casa Invented", "Consulate of Nowhere"
    ]  # fmt: skip
    assert do(actor_of(cast["clinic"], "SC"), referrals.listed) == []
    with pytest.raises(ValidationError, match="kind from the list"):
        added(cast, kind="casino")


def test_the_sheet_has_the_chosen_kinds_in_their_language(cast: Cast) -> None:
    added(cast)
    added(cast, kind="consulate", name="Consulate of Nowhere")
    found = do(actor_of(cast["volunteer"]), referrals.sheet, language="es", only=["housing"])
    assert [(kind.title, [one.name for one in kind.places]) for kind in found] == [
        ("Vivienda y refugio", ["Casa Invented"])
    ]
    assert found[0].places[0].languages == "Español, Mam"


@pytest.mark.parametrize(("language", "filled"), [("es", True), ("en", False)])
def test_the_sheet_is_printed_tagged(cast: Cast, language: str, filled: bool) -> None:
    if filled:
        added(cast)
        added(cast, name="Second", checked_on=None, phone="", languages=[])
    made = do(actor_of(cast["volunteer"]), referrals.paper, office(cast), language=language, printed_on=TODAY)
    assert breaches(made) == []
    assert ("+1 213 555 0177" in text(made)) is filled


def test_a_place_is_changed_removed_and_put_back(cast: Cast) -> None:
    row = added(cast)

    def again(actor: Actor) -> Referral:
        found: Referral = Referral.objects.visible_to(actor).get(pk=row.pk)
        return found

    ben = actor_of(cast["paralegal"])
    do(ben, lambda one: referrals.change(one, again(one), values=PLACE | {"phone": "+1 213 555 0188"}, seen=1))
    with pytest.raises(ChangedMeanwhile):
        do(ben, lambda one: referrals.change(one, again(one), values=PLACE, seen=1))
    line = do(ben, lambda one: referrals.remove(one, again(one)))
    assert do(ben, referrals.listed) == []
    do(actor_of(cast["attorney"]), lambda one: referrals.undo(one, again(one), line_id=line))
    assert [one.phone for one in do(ben, referrals.listed)] == ["+1 213 555 0188"]
