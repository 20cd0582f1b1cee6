"""Values before and after stand in a line sealed, open to those who may see the file, and nowhere in clear."""

from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from casework.access import members, organizations
from casework.access.acts import opened_details
from casework.access.models import User
from casework.audit.models import Entry
from casework.cases import actions
from casework.cases.models import Assignment
from tests.cases.planting import again, give, member, open_case, soon, speaking

pytestmark = pytest.mark.django_db
CANARY = "Kanarivogel"
NORTH, SOUTH = "North Legal Aid", "South Clinic"
Cast = dict[str, User]


def detail(user: User, verb: str, organization: str = NORTH) -> Any:
    """What the newest line with this verb keeps, as this member opens it; None for what does not open."""
    line = Entry.objects.filter(verb=verb).order_by("-at")[0]
    with speaking(user, organization):
        return opened_details([line])[line.pk]


def test_settings_of_the_organization_before_and_after(cast: Cast) -> None:
    with speaking(cast["admin"]) as nia:
        organizations.change(nia, {"phone": CANARY, "capacity": 12, "languages": ["es"]})
    found = detail(cast["admin"], "organization.changed")["changes"]
    assert {name: values[1] for name, values in found.items()} == {"phone": CANARY, "capacity": 12, "languages": ["es"]}
    assert detail(cast["clinic_admin"], "organization.changed", SOUTH) is None


def test_what_a_member_was_and_is(cast: Cast) -> None:
    ben = member(cast["paralegal"], NORTH)
    with speaking(cast["admin"]) as nia:
        members.change(
            nia, ben, roles=["paralegal", "volunteer"], title=CANARY, bar_number="", bar_jurisdiction="",
            accreditation="", supervisor=None, starts_at=ben.starts_at, ends_at=soon(),
        )  # fmt: skip
    found = detail(cast["admin"], "member.changed")["changes"]
    assert found["roles"] == [["paralegal"], ["paralegal", "volunteer"]]
    assert found["title"] == [ben.title, CANARY]
    assert found["ends_at"][0] is None
    assert "starts_at" not in found


def test_what_was_done_to_a_case_opens_with_its_file(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        actions.accept(ada, again(ada, case))
        actions.restrict(ada, again(ada, case))
        give(ada, again(ada, case), SOUTH)
    changes = detail(cast["attorney"], "case.accepted")["changes"]
    assert changes["stage"] == ["enquiry", "active"]
    assert detail(cast["attorney"], "case.shared")["to"] == SOUTH
    for key, organization in (("admin", NORTH), ("paralegal", NORTH), ("clinic_admin", SOUTH)):
        assert detail(cast[key], "case.accepted", organization) is None
    assert detail(cast["clinic"], "case.accepted", SOUTH) is not None  # who sees the case opens what they are handed


def test_whoever_leaves_a_case_that_they_see_no_more_leaves_a_whole_line(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        for key, role in (("paralegal", "paralegal"), ("second_admin", "co_counsel")):
            actions.assign(ada, again(ada, case), membership=member(cast[key], NORTH), role=role)
        actions.restrict(ada, again(ada, case))
    with speaking(cast["second_admin"]) as tomas:
        own = Assignment.objects.visible_to(tomas).get(membership_id=tomas.member)
        actions.unassign(tomas, again(tomas, case), assignment=own)
    assert detail(cast["attorney"], "case.unassigned")["role"] == "co_counsel"
    assert detail(cast["second_admin"], "case.unassigned") is None


def test_a_note_is_the_thing_of_its_line_and_its_tier_that_of_the_line(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        note = actions.write_note(ada, again(ada, case), text=CANARY, tier=3)
    line = Entry.objects.get(verb="note.written")
    assert (line.object_type, line.object_id, line.tier) == ("cases.note", note.pk, 3)
    assert (line.case_id, line.file_id) == (case.pk, case.person_id)


def test_no_value_stands_in_clear(cast: Cast, enter: Any) -> None:
    """In no column of any line, in none of the spellings that a search for it would try."""
    case = open_case(cast["attorney"], given_names=CANARY)
    with speaking(cast["attorney"]) as ada:
        actions.write_note(ada, again(ada, case), text=CANARY, tier=3)
    with speaking(cast["admin"]) as nia:
        organizations.change(nia, {"phone": CANARY})
    browser = enter("attorney")
    for page in ("caseload", "organization"):
        assert CANARY in browser.get(reverse(page)).content.decode()
    browser.get(reverse("case", args=[case.pk]) + f"?older={CANARY}")
    asked = {"organization": str(member(cast["clinic"], SOUTH).organization_id), "whom": "one", "level": "view"}
    browser.post(reverse("share_case", args=[case.pk]), asked | {"email": f"{CANARY}@south.example"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), string_agg(e::text, '') FROM audit_entry e")
        lines, told = cursor.fetchone()
    assert lines >= 8
    for coding in ("utf-8", "utf-16-le", "utf-16-be"):
        for spelled in (CANARY, CANARY.lower(), CANARY.upper()):
            assert spelled.encode(coding).hex() not in told
            assert spelled not in told
