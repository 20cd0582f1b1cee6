"""The page about a case's person: what it shows to whom, contacts and consents by their forms, the box, the paper."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from casework.access.models import User
from casework.audit.models import Entry
from casework.cases import actions
from casework.cases.models import Case
from tests.cases.planting import NORTH, SOUTH, again, give, member, open_case, speaking
from tests.desk.filling import untouched
from tests.desk.test_case import address, words
from tests.desk.test_caseload import queries, text
from tests.documents.test_pdf import breaches

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
Enter = Callable[[str], Client]
SISTER = {
    "kind": "family", "name": "Petrona Tzul", "relationship": "older sister", "language": "Quiché", "position": "1",
    "phones-0-number": "213 555 0143", "phones-0-call": "on", "phones-0-note": "after 6 pm",
    "pass_phrase": "blue kite", "version": "0",
}  # fmt: skip


def post(client: Client, case: Case, name: str, data: dict[str, Any], *ids: Any) -> Any:
    return client.post(reverse(name, args=[case.pk, *ids]), data, follow=True)


def with_sister(client: Client, case: Case, **more: str) -> Any:
    post(client, case, "new_contact", SISTER | more)
    found = re.findall(
        rf'href="/cases/{case.pk}/contacts/([0-9a-f-]{{36}})/"',
        client.get(address(case, "case_people")).content.decode(),
    )
    return found[-1]


def people(client: Client, case: Case) -> str:
    return text(client, address(case, "case_people"))


# --- Contacts


def test_a_contact_is_added_and_shown(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    said = words(post(client, case, "new_contact", SISTER).content)
    for part in (
        "The contact is saved.", "Petrona Tzul", "Family, older sister ; K&#x27;iche&#x27; (Quiché)",
        "(213) 555-0143 : may call ( after 6 pm )", "Pass phrase: •••",
    ):  # fmt: skip
        assert part in said
    assert "blue kite" not in said


def test_what_is_wrong_with_a_contact_stands_at_its_field_and_nothing_is_lost(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    wrong = {"phones-0-number": "12", "language": "Klingon", "position": "0", "phones-1-number": "+502 5555 0143"}
    answer = post(client, case, "new_contact", SISTER | wrong)
    html, said = answer.content.decode(), words(answer.content)
    assert "1. Number: This is no telephone number." in said
    assert "This is not in the list. Choose one that is offered." in said
    for part in ('id="id_phones_error"', 'id="id_language_error"', 'id="id_position_error"', 'value="12"',
                 'value="Klingon"', 'value="+502 5555 0143"', 'value="after 6 pm"', 'id="id_phones_0"'):  # fmt: skip
        assert part in html
    assert 'href="#id_phones_0"' in html
    assert Entry.objects.filter(verb="contact.added").count() == 0


def test_a_contact_is_changed_taken_off_and_both_are_taken_back(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    sister = with_sister(client, case)
    form = reverse("change_contact", args=[case.pk, sister])
    typed = untouched(client.get(form).content.decode(), "party")
    assert typed["phones-0-number"] == "(213) 555-0143"
    assert typed["language"] == "K'iche' (Quiché)"
    html = client.post(form, typed | {"name": "Pati Tzul", "must_not_know": "on"}, follow=True).content.decode()
    assert "Pati Tzul" in html
    assert words(html.encode()).count("Must not know") == 2  # in the box and in the list
    undo = re.findall(r'action="(/cases/[^"]+/undo/[^"]+)"', html)
    assert "Undone: it stands as before that change." in words(client.post(undo[0], follow=True).content)
    assert "Petrona Tzul" in people(client, case)
    html = post(client, case, "remove_contact", {}, sister).content.decode()
    assert "Petrona Tzul is off the list." in words(html.encode())
    assert "Petrona" not in people(client, case)
    activity = text(client, address(case, "case_activity"))
    assert "Took a contact off the list" in activity
    client.post(re.findall(r'action="(/cases/[^"]+/undo/[^"]+)"', html)[0])
    assert "Petrona Tzul" in people(client, case)
    ways = re.findall(
        r'action="(/cases/[^"]+/contacts/[^"]+/undo/[^"]+)"',
        client.get(address(case, "case_activity")).content.decode(),
    )
    assert len(ways) == 2  # taking back can be taken back itself; what it took back was built on


def test_two_people_at_one_contact_lose_nothing(enter: Enter, cast: Cast) -> None:
    case, ada, ben = open_case(cast["attorney"]), enter("attorney"), enter("paralegal")
    form = reverse("change_contact", args=[case.pk, with_sister(ada, case)])
    mine = untouched(ben.get(form).content.decode(), "party")
    mine |= {"phones-1-number": "213 555 0144", "phones-1-text": "on", "note": "Mine alone"}
    hers = untouched(ada.get(form).content.decode(), "party")
    ada.post(form, hers | {"phones-0-number": "213 555 0199", "name": "Pati Tzul"})
    answer = ben.post(form, mine)
    said = words(answer.content)
    assert answer.status_code == 409
    assert "Ada Quispe, just now: (213) 555-0199, may call, after 6 pm" in said
    assert "You, here: (213) 555-0143, may call, after 6 pm; (213) 555-0144, may text" in said
    chosen = {"settled": "2", "keep_name": "theirs", "keep_phones": "mine"}
    again_sent = untouched(answer.content.decode(), "party") | chosen
    assert ben.post(form, again_sent).status_code == 302
    said = people(ben, case)
    for part in ("Pati Tzul", "(213) 555-0143 : may call", "(213) 555-0144 : may text", "Mine alone"):
        assert part in said
    assert "0199" not in said


def test_the_pass_phrase_is_shown_once_and_noted(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    sister = with_sister(client, case)
    way = reverse("reveal_pass_phrase", args=[case.pk, sister])
    assert "blue kite" in words(client.post(way).content)
    assert "blue kite" not in people(client, case)
    assert words(client.post(way, headers={"HX-Request": "true"}).content) == "Pass phrase: blue kite"
    client.get(reverse("change_contact", args=[case.pk, sister]))  # the form shows it, too
    lines = Entry.objects.filter(verb="contact.revealed").values_list("file_id", "fields", "basis")
    assert list(lines) == [(case.person_id, ["pass_phrase"], "assigned")] * 3


# --- The other side


def test_an_adverse_party_is_written_as_far_as_ones_tier(enter: Enter, cast: Cast) -> None:
    case = open_case(cast["attorney"])
    adverse = {
        "kind": "abuser",
        "tier": "3",
        "name": "Canary Abuser",
        "phones-0-number": "213 555 0177",
        "version": "0",
    }
    assert "Canary Abuser" in words(post(enter("attorney"), case, "new_adverse", adverse).content)
    assert "Canary Abuser" not in people(enter("paralegal"), case)
    assert "Who may read it: Select a valid choice." in words(
        post(enter("paralegal"), case, "new_adverse", adverse).content
    )
    said = people(enter("attorney"), case)
    assert "(213) 555-0177 : do not call" in said


# --- Consents


def consent(client: Client, case: Case, whom: str, **more: Any) -> Any:
    typed = {"whom": whom, "subjects": ["custody", "hearings"], "how": "phone", "given_on": "2026-01-05"}
    return post(client, case, "new_consent", typed | more)


def test_the_box_follows_the_ledger(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    sister = with_sister(client, case)
    assert "Petrona Tzul , older sister Nothing: the person has not agreed." in people(client, case)
    said = words(consent(client, case, f"contact:{sister}", language="español", witness="Interpreter Díaz").content)
    assert "The consent is written down." in said
    assert "Petrona Tzul , older sister Where the person is held, hearings" in said
    assert "In force Where the person is held, hearings Said on the phone, Mon, Jan 5, 2026 ; Spanish" in said
    assert "heard by Interpreter Díaz" in said
    assert "We have spoken with the person" not in said
    line = re.findall(
        r'action="(/cases/[^"]+/consents/[^"]+/revoke/)"', client.get(address(case, "case_people")).content.decode()
    )
    said = words(client.post(line[0], {"why": "She called."}, follow=True).content)
    assert "The consent is revoked, from this moment on." in said
    assert "Petrona Tzul , older sister Nothing: the person has not agreed." in said
    assert "She called." in said


@pytest.mark.parametrize(
    ("more", "field", "says"),
    [
        ({"subjects": []}, "subjects", "Tick at least one."),
        ({"given_on": "2091-01-01"}, "given_on", "Choose today or a day before."),
        ({"ends_on": "2026-01-04"}, "ends_on", "Choose a day that is not over."),
        ({"whom": ""}, "whom", "Choose one."),
    ],
)
def test_what_is_wrong_with_a_consent(enter: Enter, cast: Cast, more: dict[str, Any], field: str, says: str) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    typed = {"whom": f"contact:{with_sister(client, case)}", "purpose": "Kept"} | more
    answer = consent(client, case, **typed)
    assert says in words(answer.content)
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert 'value="Kept"' in answer.content.decode()


def test_a_consent_to_share_with_an_organization(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    html = client.get(address(case, "new_consent")).content.decode()
    clinic = re.findall(r'value="(organization:[^"]+)">South Clinic', html)[0]
    assert "Tick nothing here for an organization." in words(consent(client, case, clinic).content)
    assert "South Clinic In force Sharing the case" in words(consent(client, case, clinic, subjects=[]).content)


def test_an_attorney_decides_until_the_person_is_reached(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    sister = with_sister(client, case)
    typed = {"whom": f"contact:{sister}", "reason": "Her mother is alone."}
    said = words(post(client, case, "decide_consent", typed).content)
    assert "older sister Found or not found, and no place ; ends in 6 days" in said or "ends in 7 days" in said
    said = words(post(client, case, "reach_person", {}).content)
    assert "Ended: the person was reached" in said
    assert "older sister Nothing: the person has not agreed." in said
    assert "Decide until the person is reached" not in said
    said = words(post(client, case, "decide_consent", typed).content)
    assert "The person was reached, or wants no contact: only the person can agree." in said


def test_the_form_on_paper(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"], given_names="Rosa"), enter("attorney")
    with_sister(client, case)
    with_sister(client, case, kind="opla", name="Canary Officer")
    for language in ("en", "es", "xx"):
        answer = client.get(address(case, "print_consent"), {"language": language})
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
        paper = PdfReader(io.BytesIO(answer.content))
        assert (len(paper.pages), breaches(answer.content)) == (1, [])
        root: Any = paper.trailer["/Root"]
        assert root["/Lang"] == (language if language != "xx" else "en")
        said = paper.pages[0].extract_text()
        seen = ("Petrona Tzul", "Canary Officer", "0143", "blue kite")
        assert [one in said for one in seen] == [True, False, False, False]
    assert Entry.objects.filter(verb="consent.printed", object_id=case.pk).count() == 3


# --- Who sees and may what


def test_flags_are_marked_and_seen_as_far_as_ones_tier(enter: Enter, cast: Cast) -> None:
    case = open_case(cast["attorney"])
    said = words(post(enter("attorney"), case, "flag_person", {"flags": ["elderly", "lgbtq", "lucky"]}).content)
    assert "65 or older LGBTQ+ and at risk in custody Counsel" in said
    said = people(enter("paralegal"), case)
    assert "65 or older" in said
    assert "LGBTQ" not in said
    post(enter("paralegal"), case, "flag_person", {})
    assert "LGBTQ+ and at risk in custody Counsel" in people(enter("attorney"), case)


def test_everybody_is_offered_what_they_may_do(enter: Enter, cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        actions.assign(ada, case, membership=member(cast["volunteer"], NORTH), role="volunteer")
        give(ada, again(ada, case), SOUTH, level="share")
    with_sister(enter("attorney"), case)
    team = ["Add a contact", "Change", "Take off the list"]
    offers = {
        key: [one for one in (*team, "Write down a consent", "Decide until", "Adverse parties", "Mark or take away",
                              "Form on paper", "Pass phrase") if one in people(enter(key), case)]
        for key in ("attorney", "paralegal", "volunteer", "clinic")
    }  # fmt: skip
    everybody = ["Add a contact", "Change", "Take off the list", "Write down a consent"]
    assert offers == {
        "attorney": [
            *everybody,
            "Decide until",
            "Adverse parties",
            "Mark or take away",
            "Form on paper",
            "Pass phrase",
        ],
        "paralegal": [*everybody, "Adverse parties", "Mark or take away", "Form on paper", "Pass phrase"],
        "volunteer": [*everybody, "Form on paper", "Pass phrase"],
        "clinic": [],
    }
    assert enter("hotline").get(address(case, "case_people")).status_code == 404


def test_what_does_not_open_is_not_changed(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    sister = with_sister(client, case)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_contact SET phones = name")
    assert "Something of this contact does not open" in people(client, case)
    assert "nothing can be saved without losing it" in text(client, reverse("change_contact", args=[case.pk, sister]))


def test_a_contact_of_another_person_is_not_there(enter: Enter, cast: Cast) -> None:
    case, other, client = open_case(cast["attorney"]), open_case(cast["attorney"]), enter("attorney")
    sister = with_sister(client, other)
    for name in ("change_contact", "remove_contact", "reveal_pass_phrase"):
        assert client.post(reverse(name, args=[case.pk, sister])).status_code == 404


def test_the_page_costs_the_same_at_one_and_three(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    found = []
    for number in (1, 2, 3):
        sister = with_sister(client, case, name=f"Sister {number}")
        consent(client, case, f"contact:{sister}")
        post(client, case, "new_adverse", {"kind": "witness", "tier": "3", "name": "W", "version": "0"})
        post(client, case, "flag_person", {"flags": ["elderly", "minor", "veteran"][:number]})
        found.append(queries(client, address(case, "case_people")))
    assert found[0] == found[2]
    assert found[0] == 19


# --- The A-number of somebody else


def test_a_number_that_stands_elsewhere_asks_for_a_second_match(enter: Enter, cast: Cast) -> None:
    there = open_case(cast["attorney"], given_names="Rosa", first_surname="Tzul")
    case, client = open_case(cast["attorney"], given_names="Rosita", first_surname="Tsul"), enter("attorney")
    typed = {"a_number": "12345678", "version": "1", "birth_date": "1990-03-01"}
    number = untouched(client.get(address(there, "change_person")).content.decode(), "edit-person") | typed
    client.post(address(there, "change_person"), number)
    mine = untouched(client.get(address(case, "change_person")).content.decode(), "edit-person") | typed
    answer = client.post(address(case, "change_person"), mine)
    said = words(answer.content)
    assert answer.status_code == 200
    assert (
        "This A-number stands at Rosa Tzul , March 1, 1990. Name and birth date agree: probably the same person."
        in said
    )
    assert "Another person here has this A-number. Compare, then choose one." in said
    assert 'id="id_same_number_error"' in answer.content.decode()
    with speaking(cast["attorney"]) as ada:
        assert again(ada, case).person.a_number == ""
    assert client.post(address(case, "change_person"), mine | {"same_number": "other"}).status_code == 302
    with speaking(cast["attorney"]) as ada:
        assert again(ada, case).person.a_number == "012345678"


def test_a_number_of_a_file_one_does_not_see_tells_nothing(enter: Enter, cast: Cast) -> None:
    there = open_case(cast["attorney"], given_names="Rosa")
    number = {"a_number": "012345678", "version": "1", "given_names": "Rosa"}
    enter("attorney").post(address(there, "change_person"), number)
    enter("attorney").post(address(there, "restrict_case"))
    case = open_case(cast["paralegal"])
    assert enter("paralegal").post(address(case, "change_person"), number).status_code == 302
