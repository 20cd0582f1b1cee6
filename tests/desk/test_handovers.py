"""The screens of hand-overs: offering with a last look, the list, the card, accepting, declining, taking back."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from casework.access.doors import window
from casework.access.models import User
from casework.audit.models import Entry
from casework.cases import actions as cases
from casework.cases.models import Case, Task
from casework.intake.actions import conflicts as deciding
from casework.intake.actions import handovers
from casework.intake.actions.handovers import Agreed
from casework.intake.models import OfferCard
from tests.cases.planting import HOTLINE, NORTH, SOUTH, again, open_case, speaking
from tests.intake.handing import HIDDEN, NEVER, SHOWN, cards, full_case, offered, organization, run_out, small_case

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
Enter = Callable[[str], Client]


@pytest.fixture
def case(cast: Cast) -> Case:
    return full_case(cast["attorney"])


def text(answer: Any) -> str:
    """What a page says, without its marks."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def filled(*names: str, **more: str) -> dict[str, str]:
    ids = dict(zip(("first", "second", "third"), (str(organization(name).pk) for name in names), strict=False))
    return ids | {"reason": "capacity", "how": "phone", "given_on": "2026-11-01", "note": "kanari-note"} | more


def test_offering_takes_a_last_look(cast: Cast, enter: Enter, case: Case) -> None:
    """What the other side reads now stands on the page, and what only after accepting; nothing is made before."""
    ada, url = enter("attorney"), f"/cases/{case.pk}/offer/"
    form = text(ada.get(url))
    assert "South Clinic" in form
    assert "Speaks their language" in form
    asked = text(ada.post(url, filled(SOUTH, HOTLINE, step="ask")))
    assert "Offer this case to South Clinic?" in asked
    assert "48 hours" in asked
    assert "If they do not, Rapid Response Hotline is asked." in asked
    assert "1 contact" in asked
    assert "2 answers of the intake" in asked
    assert cards(cast["clinic"], SOUTH) == []
    assert ada.post(url, filled(SOUTH, HOTLINE, step="give")).headers["Location"] == url
    status = text(ada.get(url))
    assert "Offered to South Clinic: 47 hours left" in status
    assert len(cards(cast["clinic"], SOUTH)) == 1


def test_what_is_missing_is_said_at_its_field(enter: Enter, case: Case) -> None:
    ada, url = enter("attorney"), f"/cases/{case.pk}/offer/"
    said = text(ada.post(url, filled(SOUTH, how="", step="ask")))
    assert "Choose how the person agreed." in said
    assert "kanari-note" in said
    assert "Choose each organization once." in text(ada.post(url, filled(SOUTH, SOUTH, step="ask")))
    assert "Choose a day that has been." in text(ada.post(url, filled(SOUTH, given_on="2099-01-01", step="ask")))


def test_the_receiver_reads_the_card_alone(cast: Cast, enter: Enter, case: Case) -> None:
    offered(cast["attorney"], case)
    (card,) = cards(cast["clinic"], SOUTH)
    cleo = enter("clinic")
    for url in ("/", "/hand-overs/", f"/hand-overs/{card.pk}/"):
        page = cleo.get(url).content.decode()
        assert SHOWN[0] in page
        assert not [one for one in (*HIDDEN, *NEVER) if one in page]
        assert str(case.pk) not in page
    assert "A123-456-789" in text(cleo.get(f"/hand-overs/{card.pk}/"))
    assert enter("clinic_admin").get(f"/hand-overs/{card.pk}/").status_code == 403
    assert enter("both").get(f"/hand-overs/{card.pk}/").status_code == 404
    assert enter("hotline").get("/hand-overs/").status_code == 403


def test_the_card_is_checked_over_the_whole_organization(cast: Cast, enter: Enter) -> None:
    """Whom the reader sees stands there with what agrees; of somebody in a restricted case it is told whom to ask."""
    names = {"given_names": "Zenobia", "first_surname": "Quetzalmazin"}
    seen, hidden = open_case(cast["paralegal"], **names), open_case(cast["attorney"], **names)
    with speaking(cast["attorney"]) as actor:
        cases.restrict(actor, again(actor, hidden))
    there, to = open_case(cast["clinic"], SOUTH, **names), [organization(NORTH).pk]
    with speaking(cast["clinic"], SOUTH) as actor:
        agreed = Agreed("phone", timezone.now())
        handovers.offer(actor, again(actor, there), to=to, reason="capacity", agreed=agreed, note="", counsel=False)
    with speaking(cast["paralegal"]) as actor:
        card = OfferCard.objects.visible_to(actor).get(to_organization_id=actor.organization).pk
    page = enter("paralegal").get(f"/hand-overs/{card}/")
    assert "Possible match: ask Ada Quispe" in text(page)
    assert "Name: Same" in text(page)
    assert str(seen.pk) in page.content.decode()
    assert str(hidden.pk) not in page.content.decode()
    with window("looking"):
        asked = list(Task.objects.filter(rule="intake.conflict_asked").values_list("case_id", flat=True))
    assert asked == [hidden.pk]
    lines = Entry.objects.filter(verb="conflicts.searched").values_list("organization_id", "fields")
    assert list(lines) == [(organization(NORTH).pk, ["names"])]


def test_whoever_looks_too_often_is_told_so(
    cast: Cast, enter: Enter, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deciding, "OF_COUNSEL", 1)
    offered(cast["attorney"], case)
    (card,) = cards(cast["clinic"], SOUTH)
    cleo = enter("clinic")
    assert "Nobody in the whole organization has this A-number" in text(cleo.get(f"/hand-overs/{card.pk}/"))
    assert "Not searched: you made too many checks within the hour." in text(cleo.get(f"/hand-overs/{card.pk}/"))


def test_accepting_asks_for_the_check(cast: Cast, enter: Enter, case: Case) -> None:
    offered(cast["attorney"], case)
    (card,) = cards(cast["clinic"], SOUTH)
    cleo = enter("clinic")
    assert "Tick this to go on." in text(cleo.post(f"/hand-overs/{card.pk}/accept/", {}))
    answer = cleo.post(f"/hand-overs/{card.pk}/accept/", {"cleared": "on"})
    assert "kanari-sister" in text(cleo.get(answer.headers["Location"] + "people/"))
    assert cleo.get(f"/hand-overs/{card.pk}/").status_code == 404
    ada = enter("attorney")
    kept = text(ada.get(f"/cases/{case.pk}/"))
    assert "This is a copy, which nobody changes." in kept
    assert "Change the stage" not in kept
    there = text(ada.get(f"/cases/{case.pk}/offer/"))
    assert "South Clinic helps this person now" in there
    assert "+1 520 555 0117" in there


def test_declining_and_going_on(cast: Cast, enter: Enter, case: Case) -> None:
    offered(cast["attorney"], case, SOUTH, HOTLINE)
    (card,) = cards(cast["clinic"], SOUTH)
    cleo, ada = enter("clinic"), enter("attorney")
    assert "Choose one." in text(cleo.post(f"/hand-overs/{card.pk}/decline/", {}))
    cleo.post(f"/hand-overs/{card.pk}/decline/", {"why": "language"})
    assert "Nothing is offered" in text(cleo.get("/hand-overs/"))
    assert "We do not serve this language" in text(ada.get("/hand-overs/"))
    assert "Ask Rapid Response Hotline now" in text(ada.get(f"/cases/{case.pk}/offer/"))
    ada.post(f"/cases/{case.pk}/offer/next/")
    assert "Offered to Rapid Response Hotline" in text(ada.get(f"/cases/{case.pk}/offer/"))
    ada.post(f"/cases/{case.pk}/offer/withdraw/")
    assert "An earlier offer ended" in text(ada.get(f"/cases/{case.pk}/offer/"))


def test_a_card_that_has_run_out_is_not_there(cast: Cast, enter: Enter, case: Case) -> None:
    made = offered(cast["attorney"], case)
    (card,) = cards(cast["clinic"], SOUTH)
    run_out(made)
    assert enter("clinic").get(f"/hand-overs/{card.pk}/").status_code == 404


def queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return len(found)


def test_lists_ask_the_same_for_one_row_and_for_three(cast: Cast, enter: Enter) -> None:
    """At both ends."""
    cleo, ada = enter("clinic"), enter("attorney")
    offered(cast["attorney"], small_case(cast["attorney"], "Rosa"))
    asked = [queries(cleo, "/hand-overs/"), queries(ada, "/hand-overs/")]
    for name in ("Ana", "Luis"):
        offered(cast["attorney"], small_case(cast["attorney"], name))
    assert [queries(cleo, "/hand-overs/"), queries(ada, "/hand-overs/")] == asked == [24, 28]
