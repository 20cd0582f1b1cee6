"""The pages of one case: what each reader is shown and offered, and what comes of the forms."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from casework.access.doors import window
from casework.access.models import User
from casework.cases import actions
from casework.cases.models import Case, Note
from tests.cases.planting import HOTLINE, NORTH, SOUTH, again, give, member, open_case, speaking
from tests.clock import local_day
from tests.desk.test_caseload import queries, text

pytestmark = pytest.mark.django_db
READERS_TABS = {"notes", "tasks", "people", "custody", "docket", "documents", "calls", "intake"}
Cast = dict[str, User]
Enter = Callable[[str], Client]


def address(case: Case, name: str = "case") -> str:
    return reverse(name, args=[case.pk])


def words(html: bytes) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html.decode()).split())


def offers(client: Client, case: Case) -> set[str]:
    """The addresses of the forms and links of the case on its page."""
    html = client.get(address(case)).content.decode()
    return set(re.findall(rf'(?:action|href)="/cases/{case.pk}/([a-z/]+)/"', html))


# --- Opening


def test_a_case_is_opened_with_what_is_known(enter: Enter) -> None:
    client = enter("volunteer")
    answer = client.post("/cases/new/", {"given_names": "Selvin", "language": "Quiché", "matters": ["bond", "habeas"]})
    with window("test"):
        case = Case.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, address(case))
    found = text(client, address(case))
    assert "No reference yet · Enquiry · Bond, Habeas Selvin" in found
    assert "K&#x27;iche&#x27; (Quiché)" in found
    assert "Lead No lead" in found


def test_a_case_is_opened_when_nothing_is_known(enter: Enter) -> None:
    client = enter("attorney")
    answer = client.post("/cases/new/", follow=True)
    assert "Name not known yet" in words(answer.content)


def test_what_is_not_in_the_lists_is_said_and_the_rest_is_kept(enter: Enter) -> None:
    answer = enter("attorney").post("/cases/new/", {"given_names": "Selvin", "language": "xx"})
    assert answer.status_code == 200
    assert 'value="Selvin"' in answer.content.decode()
    with window("test"):
        assert Case.objects.count() == 0


def test_an_administrator_is_not_offered_the_form(enter: Enter) -> None:
    assert enter("admin").get("/cases/new/").status_code == 403


# --- Whose case it is, and what one may do with it


def test_the_title_and_the_address_name_nobody(enter: Enter, cast: Cast) -> None:
    case = open_case(cast["attorney"], given_names="Marie-Ange")
    for name in ("case", "case_access", "share_case"):
        html = enter("attorney").get(address(case, name)).content.decode()
        assert "Marie-Ange" not in html[html.index("<title>") : html.index("</title>")]
        assert "Marie-Ange" in html


def test_everybody_is_offered_what_they_may_do(enter: Enter, cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        actions.assign(ada, case, membership=member(cast["volunteer"], NORTH), role="volunteer")
        give(ada, case, SOUTH, level="change")
    everybody = READERS_TABS | {"docket/hearings/new"}
    at_home = everybody | {"conflicts", "offer", "custody/move"}
    counsel = at_home | {
        "accept", "team", "team/end", "share", "access", "person", "activity", "looks", "details", "stage", "lead",
        "appearances", "summary",
    }  # fmt: skip
    assert offers(enter("attorney"), case) == {*counsel, "restrict"}
    assert offers(enter("paralegal"), case) == counsel
    assert offers(enter("volunteer"), case) == {*at_home, "person"}
    assert offers(enter("clinic"), case) == everybody - {"docket/hearings/new"}
    assert enter("admin").get(address(case)).status_code == 404
    assert enter("hotline").get(address(case)).status_code == 404


@pytest.mark.parametrize(
    ("level", "counsel", "said"),
    [
        ("view", False, "You may read it. Counsel notes are not included."),
        ("change", True, "You may read it and write notes. Counsel notes are included."),
        (
            "share",
            False,
            "You may read it, write notes, see who can see it, and share it with further organizations. "
            "Counsel notes are not included.",
        ),
    ],
)
def test_a_shared_case_says_whose_it_is(enter: Enter, cast: Cast, level: str, counsel: bool, said: str) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH, level=level, counsel_tier=counsel)
    client = enter("clinic")
    found = text(client, address(case))
    assert "This is a case of North Legal Aid, shared with you." in found
    assert said in found
    assert "shared by Ada Quispe." in found
    more = {"share", "access"} if level == "share" else set()
    assert offers(client, case) == READERS_TABS | more
    assert "Take off" not in found


def test_a_page_costs_the_same_whatever_stands_on_it(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    found = []
    for colleagues, places in ((["paralegal"], [HOTLINE]), (["volunteer", "both"], [SOUTH])):
        with speaking(cast["attorney"]) as ada:
            for key in colleagues:
                role = "volunteer" if key == "volunteer" else "paralegal"
                actions.assign(ada, case, membership=member(cast[key], NORTH), role=role)
                actions.write_note(ada, again(ada, case), text="Spoke.", tier=2)
            for name in places:
                give(ada, case, name)
        found.append([queries(client, address(case, page)) for page in ("case", "case_access", "share_case")])
    assert found == [[24, 20, 16], [24, 20, 16]]


# --- Notes


def test_each_reads_notes_up_to_their_tier(enter: Enter, cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        actions.assign(ada, case, membership=member(cast["volunteer"], NORTH), role="volunteer")
        give(ada, case, SOUTH)
        for tier, said in ((1, "Canary intake"), (2, "Canary representation"), (3, "Canary counsel")):
            actions.write_note(ada, again(ada, case), text=said, tier=tier)
    found = {
        key: re.findall(r"Canary (\w+)", text(enter(key), address(case)))
        for key in ("attorney", "paralegal", "volunteer", "clinic")
    }
    assert found == {
        "attorney": ["counsel", "representation", "intake"],
        "paralegal": ["representation", "intake"],
        "volunteer": ["intake"],
        "clinic": ["representation", "intake"],
    }


def test_a_note_is_written_and_signed(enter: Enter, cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH, level="change")
    client = enter("clinic")
    answer = client.post(address(case, "case_notes"), {"text": "Spoke <b>twice</b>.", "kind": "call", "tier": "2"})
    assert (answer.status_code, answer.headers["Location"]) == (302, address(case, "case_notes"))
    assert "Cleo Tran, South Clinic Call, just now Representation Spoke &lt;b&gt;twice&lt;/b&gt;." in text(
        enter("attorney"), address(case)
    )


@pytest.mark.parametrize(
    ("key", "typed"),
    [
        ("attorney", {"text": " ", "tier": "2"}),
        ("paralegal", {"text": "Kept.", "tier": "3"}),
        ("clinic", {"tier": "3"}),
    ],
)
def test_a_note_that_cannot_be_saved_stays_in_the_form(
    enter: Enter, cast: Cast, key: str, typed: dict[str, str]
) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH, level="change")
    answer = enter(key).post(address(case, "case_notes"), {"kind": "visit", **typed})
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "<title>Error:" in html
    assert "<details open>" in html
    assert typed.get("text", "").strip() in html
    with window("test"):
        assert Note.objects.count() == 0


# --- Accepting and restricting


def test_acceptance_says_the_reference(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["volunteer"]), enter("attorney")
    answer = client.post(address(case, "accept_case"), follow=True)
    reference = f"NLA-{local_day().year}-0001"
    assert f"Accepted. The reference is {reference}." in words(answer.content)
    assert "Accept the case" not in words(answer.content)
    answer = client.post(address(case, "accept_case"), follow=True)
    assert "This case does not wait for acceptance any more." in words(answer.content)


def test_restricting_says_what_it_means_and_does_it(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    assert "Colleagues who are not on the team lose sight of it at once." in text(client, address(case))
    answer = client.post(address(case, "restrict_case"), follow=True)
    assert "The case is restricted: of North Legal Aid, only its team." in words(answer.content)
    assert enter("paralegal").get(address(case)).status_code == 404
    client.post(address(case, "unrestrict_case"))
    assert enter("paralegal").get(address(case)).status_code == 200


def test_who_may_not_restrict_is_told_who_may(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("paralegal")
    assert "An attorney on the team can restrict the case to the team." in text(client, address(case))
    assert client.post(address(case, "restrict_case")).status_code == 403


@pytest.mark.parametrize(
    "name",
    ["reopen_case", "accept_case", "restrict_case", "unrestrict_case", "assign_case", "unassign_case", "end_share"],
)
def test_the_address_of_a_form_leads_to_the_case(enter: Enter, cast: Cast, name: str) -> None:
    case = open_case(cast["attorney"])
    answer = enter("attorney").get(address(case, name))
    assert (answer.status_code, answer.headers["Location"]) == (302, address(case))
    assert enter("clinic").get(address(case, name)).status_code == 404
