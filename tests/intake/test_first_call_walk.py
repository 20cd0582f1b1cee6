"""The walk: a call at night with a first name and a place, handed over, checked, accepted; the case has a lead.

Each step as the person who takes it, through the addresses of the product alone.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from casework.access.doors import window
from casework.access.models import User
from casework.cases import actions as cases
from casework.cases.models import Assignment, Case, Task
from casework.intake.models import CallLog
from tests.cases.planting import NORTH, again, member, open_case, speaking
from tests.desk.test_intake import drafts, say, start_of

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
Enter = Callable[[str], Client]
STREET = "Home Depot on Alameda"
HER = {"given_names": "Zenobia", "first_surname": "Quetzalmazin"}


def text(answer: Any) -> str:
    """What a page says, without its marks."""
    assert answer.status_code == 200
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def test_from_a_call_about_an_arrest_to_a_case_with_a_lead(cast: Cast, enter: Enter) -> None:
    hidden = open_case(cast["second_admin"], **HER)  # at North Legal Aid, where Ada does not see it
    with speaking(cast["second_admin"]) as actor:
        cases.restrict(actor, again(actor, hidden))

    call = taken_by(enter("hotline"))
    offered_by(enter("hotline"), call)
    case = taken_over(enter("attorney"), call)
    settled(enter("attorney"), enter("second_admin"), case, hidden)
    accepted(enter("attorney"), case, lead=str(member(cast["attorney"], NORTH).pk))

    with window("looking"):
        now = Case.objects.select_related("person").get(pk=case)
        assert (now.stage, bool(now.reference), now.person.full_name) == ("active", True, "Zenobia Quetzalmazin")
        leads = Assignment.objects.filter(Assignment.live(), case=now, role="lead")
        assert [one.membership_id for one in leads] == [member(cast["attorney"], NORTH).pk]
        rules = set(Task.objects.filter(case=now, done_at=None).values_list("rule", flat=True))
        assert "intake.appearance" in rules
    assert "Ada Quispe" in text(enter("attorney").get(f"/cases/{case}/"))
    assert STREET in text(enter("attorney").get(f"/cases/{case}/intake/"))


def taken_by(hana: Client) -> Case:
    """The hotline's volunteer: a first name and a place, and it stands in the queue."""
    start = start_of(hana)
    say(hana, "incident_place", start=start, **{"incident_place-0-street": STREET})
    say(hana, "location_type", start=start, location_type="work")
    say(hana, "person_name", start=start, **{"person_name-0-given_names": "Zenobia"})
    case = drafts()[-1]
    page = text(hana.get("/calls/"))
    assert "Zenobia" in page
    assert "To take" in page
    assert "Work" in page
    return case


def offered_by(hana: Client, case: Case) -> None:
    """She hands it over, with what was agreed to on the phone."""
    url = f"/cases/{case.pk}/offer/"
    form = text(hana.get(url))
    assert "North Legal Aid" in form
    ids = dict(re.findall(r'<option value="([0-9a-f-]{36})"[^>]*>([^<]+)<', hana.get(url).content.decode()))
    north = next(pk for pk, name in ids.items() if name == NORTH)
    said = {"first": north, "reason": "capacity", "how": "phone", "given_on": (timezone.localdate() - timedelta(1))}
    asked = text(hana.post(url, said | {"step": "ask"}))
    assert "Offer this case to North Legal Aid?" in asked
    assert hana.post(url, said | {"step": "give"}).headers["Location"] == url
    assert "Offered to North Legal Aid" in text(hana.get(url))


def taken_over(ada: Client, call: Case) -> str:
    """The attorney reads the card, which names her and where she was taken by kind alone, and takes it."""
    [card] = set(re.findall(r"/hand-overs/([0-9a-f-]{36})/", ada.get("/hand-overs/").content.decode()))
    page = text(ada.get(f"/hand-overs/{card}/"))
    assert "Zenobia" in page
    assert STREET not in page
    assert "Nobody in the whole organization has this A-number or a name like this one." in page
    answer = ada.post(f"/hand-overs/{card}/accept/", {"cleared": "on"})
    case: str = re.findall(r"/cases/([0-9a-f-]{36})/", answer.headers["Location"])[0]
    assert case != str(call.pk)
    assert STREET in text(ada.get(f"/cases/{case}/intake/"))
    with window("looking"):
        assert not CallLog.objects.filter(case_id=case).exists()
        kept = Case.objects.get(pk=call.pk)
        assert kept.handed_over_at is not None
    return case


def settled(ada: Client, tomas: Client, case: str, hidden: Case) -> None:
    """The family tells the surname; the check finds somebody in a file that Ada does not see, and asks Tomás."""
    seen = re.findall(r'name="person_name-seen" value="(\d+)"', ada.get(f"/intake/{case}/first-call/").content.decode())
    parts = {f"person_name-0-{name}": value for name, value in HER.items()}
    say(ada, "person_name", case=case, **parts, **{"person_name-seen": seen[0]})
    page = text(ada.get(f"/cases/{case}/conflicts/"))
    assert "Possible match: ask Tomás Rivera" in page
    assert str(hidden.pk) not in ada.get(f"/cases/{case}/conflicts/").content.decode()
    assert "This stands in the way" in text(ada.get(f"/cases/{case}/accept/"))
    assert "Ada Quispe" in text(tomas.get(f"/cases/{hidden.pk}/conflicts/"))
    sent = {"about": "unseen", "unseen-outcome": "none", "unseen-reason": "Tomás: born in another year, another person"}
    assert ada.post(f"/cases/{case}/conflicts/decide/", sent).status_code == 302


def accepted(ada: Client, case: str, *, lead: str) -> None:
    """What is written is shown first, then it is written."""
    page = ada.get(f"/cases/{case}/accept/")
    assert "This stands in the way" not in text(page)
    seal = re.findall(r'name="seal" value="([0-9a-f]+)"', page.content.decode())
    answer = ada.post(f"/cases/{case}/accept/", {"seal": seal[0], "lead": lead}, follow=True)
    assert "Accepted. The reference is" in text(answer)
