"""Covering a hearing for a colleague: who is asked, what they see, what accepting changes."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from casework.access.doors import window
from casework.access.models import Membership, Organization, User
from casework.audit.models import Entry
from casework.cases import actions
from casework.cases.models import Assignment, Case
from casework.docket import coverage
from casework.docket.models import Coverage, Hearing
from tests.cases.planting import NORTH, again, member, open_case, refused, speaking
from tests.desk.test_caseload import text
from tests.docket.hearings import change, hear, in_days
from tests.notifications.test_letters import envelopes, letters_sent

pytestmark = pytest.mark.django_db
Cast = dict[str, User]


@pytest.fixture
def ada(cast: Cast) -> Membership:
    return member(cast["attorney"], NORTH)


@pytest.fixture
def tomas(cast: Cast) -> Membership:
    """A second attorney, who is an administrator, too."""
    return member(cast["second_admin"], NORTH)


@pytest.fixture
def hearing(cast: Cast, ada: Membership) -> Hearing:
    case = open_case(cast["attorney"], given_names="Rosa")
    with speaking(cast["attorney"]) as actor:
        actions.accept(actor, case)
        actions.restrict(actor, again(actor, case))
    return hear(case, in_days(5), ada, appearing=ada)


def ask(user: User, hearing: Hearing, of: Membership, note: str = "") -> Coverage:
    with speaking(user) as actor:
        case = Case.objects.visible_to(actor).get(pk=hearing.case_id)
        row = Hearing.objects.visible_to(actor).select_related("case").get(pk=hearing.pk)
        return coverage.ask(actor, case, hearing=row, of=of.pk, note=note)


def appears(hearing: Hearing) -> object:
    with window("look"):
        return Hearing.objects.values_list("appearing", flat=True).get(pk=hearing.pk)


def test_accepting_changes_who_appears_and_gives_a_place(
    cast: Cast, hearing: Hearing, ada: Membership, tomas: Membership
) -> None:
    """The case is closed to its team: before accepting, the colleague sees neither person nor note."""
    row = ask(cast["attorney"], hearing, tomas, "Rosa wants the bond memo mentioned")
    assert appears(hearing) == ada.pk
    with speaking(cast["second_admin"]) as actor:
        [asked] = coverage.asked_of(actor)
        assert (asked.court, asked.asked_by, asked.id) == ("Adelanto Immigration Court", "Ada Quispe", row.pk)
        assert not Case.objects.visible_to(actor).filter(pk=hearing.case_id).exists()
        assert not Coverage.objects.visible_to(actor).exists()
        case = coverage.accept(actor, row.pk)
        assert coverage.asked_of(actor) == []
    assert appears(hearing) == tomas.pk
    with speaking(cast["second_admin"]) as actor:
        assert Coverage.objects.visible_to(actor).select_related("case").get().note.startswith("Rosa wants")
        assert Hearing.objects.visible_to(actor).get(pk=hearing.pk).version == 2
    with window("look"):
        place = Assignment.objects.get(case=case, membership=tomas)
    assert (place.role, place.made_by_id) == ("co_counsel", ada.pk)
    assert place.ends_at == hearing.starts_at + timedelta(hours=1, days=2)
    line = Entry.objects.get(verb="coverage.accepted")
    assert (line.case_id, line.fields, line.basis) == (hearing.case_id, ["appearing"], "assigned")
    assert envelopes(letters_sent()) == [
        ("ada@north.example", "A colleague covers a hearing"),
        ("tomas@north.example", "Se le pide cubrir una audiencia"),
    ]
    for letter in letters_sent():
        assert "Rosa" not in letter.subject + letter.body
        assert "Adelanto" not in letter.body


def test_declining_changes_nothing_and_is_told(
    cast: Cast, hearing: Hearing, ada: Membership, tomas: Membership
) -> None:
    row = ask(cast["attorney"], hearing, tomas)
    with speaking(cast["second_admin"]) as actor:
        coverage.decline(actor, row.pk)
        assert refused(lambda: coverage.accept(actor, row.pk)) == {"": ["This is not asked of you any more."]}
    assert appears(hearing) == ada.pk
    assert ("ada@north.example", "A colleague cannot cover a hearing") in envelopes(letters_sent())
    line = Entry.objects.get(verb="coverage.declined")
    assert line.case_id is None  # whoever declined does not see the case


def test_what_was_taken_back_cannot_be_accepted(cast: Cast, hearing: Hearing, tomas: Membership) -> None:
    row = ask(cast["attorney"], hearing, tomas)
    with speaking(cast["attorney"]) as actor:
        case = Case.objects.visible_to(actor).get(pk=hearing.case_id)
        coverage.withdraw(actor, case, coverage=row)
        assert refused(lambda: coverage.withdraw(actor, case, coverage=row)) == {"": ["This was answered already."]}
    with speaking(cast["second_admin"]) as actor:
        assert coverage.asked_of(actor) == []
        assert refused(lambda: coverage.accept(actor, row.pk)) == {"": ["This is not asked of you any more."]}


def test_one_request_at_a_time(cast: Cast, hearing: Hearing, tomas: Membership) -> None:
    ask(cast["attorney"], hearing, tomas)
    with pytest.raises(Exception, match="Somebody is asked already"):
        ask(cast["attorney"], hearing, tomas)


@pytest.mark.parametrize("columns", [{"state": "vacated"}, {"state": "held"}, {"withdrawn": True}, {"starts_at": None}])
def test_a_hearing_that_is_over_or_off_is_covered_by_nobody(
    cast: Cast, hearing: Hearing, tomas: Membership, columns: dict[str, object]
) -> None:
    row = ask(cast["attorney"], hearing, tomas)
    change(hearing, **(columns if "starts_at" not in columns else {"starts_at": in_days(-1)}))
    with speaking(cast["second_admin"]) as actor:
        assert coverage.asked_of(actor) == []
        assert refused(lambda: coverage.accept(actor, row.pk)) == {"": ["This is not asked of you any more."]}
    with window("planting"):
        Coverage.objects.update(state="withdrawn")
    with pytest.raises(Exception, match="over or off"):
        ask(cast["attorney"], hearing, tomas)


def test_nobody_answers_for_others(cast: Cast, hearing: Hearing, tomas: Membership) -> None:
    row = ask(cast["attorney"], hearing, tomas)
    for who in ("attorney", "paralegal", "volunteer"):
        with speaking(cast[who]) as actor:
            assert coverage.asked_of(actor) == []
            assert refused(lambda actor=actor: coverage.decline(actor, row.pk)) == {  # type: ignore[misc]
                "": ["This is not asked of you any more."]
            }
    with speaking(cast["clinic"], "South Clinic") as cleo:
        assert refused(lambda: coverage.decline(cleo, row.pk)) == {"": ["This is not asked of you any more."]}


def test_whoever_appears_and_whoever_is_no_attorney_cannot_be_asked(
    cast: Cast, hearing: Hearing, ada: Membership
) -> None:
    ben = member(cast["paralegal"], NORTH)
    for who in (ada, ben):
        with pytest.raises(Exception, match="Choose an attorney"):
            ask(cast["attorney"], hearing, who)


def test_where_counsel_read_their_own_cases_alone(cast: Cast, hearing: Hearing, tomas: Membership) -> None:
    Organization.objects.filter(pk=tomas.organization_id).update(visibility="assigned")
    row = ask(cast["attorney"], hearing, tomas)
    with speaking(cast["second_admin"]) as actor:
        assert coverage.accept(actor, row.pk).pk == hearing.case_id
    assert appears(hearing) == tomas.pk


def test_on_the_screens(enter: Callable[[str], Client], cast: Cast, hearing: Hearing, tomas: Membership) -> None:
    ada, page = enter("attorney"), f"/cases/{hearing.case_id}/hearings/{hearing.pk}/cover/"
    assert "Appears now Ada Quispe" in text(ada, page)
    assert "Choose one." in ada.post(page, {}).content.decode()
    assert ada.post(page, {"of": str(tomas.pk), "note": "Bring the memo"}).headers["Location"] == page
    assert "Asked" in text(ada, page)
    client = enter("second_admin")
    found = text(client, "/")
    assert "Se le pide: cubrir una audiencia" in found
    assert "Ada Quispe" in found
    assert "Rosa" not in found
    with window("look"):
        row = Coverage.objects.get()
    assert client.get(page).status_code == 404
    assert client.post(f"/calendar/cover/{row.pk}/accept/").headers["Location"] == f"/cases/{hearing.case_id}/"
    assert "Rosa" in text(client, "/calendar/?whose=mine")
    assert client.post(f"/calendar/cover/{row.pk}/decline/").headers["Location"] == "/"
    assert "Appears now Tomas" in text(ada, page) or "Accepted" in text(ada, page)
