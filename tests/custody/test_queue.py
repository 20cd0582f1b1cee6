"""The queue of look-ups: who sees which cards, two who take one, what was found and what follows."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client
from django.utils import timezone

from casework.access.doors import open_one, window
from casework.access.models import Membership, Organization, User
from casework.audit.models import Entry
from casework.cases import actions as of_cases
from casework.cases.models import Assignment, Case, Task
from casework.custody import checks, looks
from casework.custody.models import LocatorCheck, Stay
from tests.cases.planting import HOTLINE, again, open_case, refused, speaking
from tests.custody.planting import ADELANTO, B18, EL_PASO, at, book, move
from tests.desk.test_case import words
from tests.desk.test_caseload import queries, text
from tests.desk.test_work import hidden

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
Enter = Callable[[str], Client]


def due(cast: Cast, **names: str) -> Case:
    """A case of somebody whose place is due."""
    case = open_case(cast["attorney"], **names)
    with speaking(cast["attorney"]) as ada:
        book(ada, case, at(ADELANTO), "2026-10-01")
    expire(case)
    return case


def expire(case: Case, **more: Any) -> None:
    """The place is due now."""
    then = timezone.now() - timedelta(hours=1)
    with window("test"):
        Stay.objects.filter(person_id=case.person_id).update(**({"next_check_at": then} | more))


def stay_of(cast: Cast, case: Case) -> Stay:
    with speaking(cast["attorney"]) as ada:
        found = looks.open_stay(ada, case)
    assert found
    return found


def outcome(cast: Cast, case: Case, found: str, key: str = "attorney") -> LocatorCheck:
    with speaking(cast[key]) as actor:
        seen = again(actor, case)
        stay = looks.open_stay(actor, seen)
        assert stay
        check: LocatorCheck = checks.record(actor, seen, stay=stay, method="locator", outcome=found, note="Looked.")
        return check


def test_a_volunteer_sees_cards_without_names_and_only_of_open_cases(cast: Cast) -> None:
    case, hidden, later = due(cast), due(cast), due(cast)
    with speaking(cast["attorney"]) as ada:
        of_cases.restrict(ada, again(ada, hidden))
    expire(later, next_check_at=timezone.now() + timedelta(days=1))
    with speaking(cast["volunteer"]) as vic:
        cards = checks.cards(vic)
        assert [(card.case_id, card.person, card.taken_by) for card in cards] == [(case.pk, None, None)]
    with speaking(cast["paralegal"]) as ben:
        assert [(card.case_id, bool(card.person)) for card in checks.cards(ben)] == [(case.pk, True)]
    with speaking(cast["attorney"]) as ada:
        assert {card.case_id for card in checks.cards(ada)} == {case.pk, hidden.pk}
    with speaking(cast["hotline"], HOTLINE) as hana:
        assert checks.cards(hana) == []
    with speaking(cast["admin"]) as nia, pytest.raises(PermissionDenied):
        checks.cards(nia)


def test_two_cannot_take_one_card(cast: Cast) -> None:
    case = due(cast)
    stay = stay_of(cast, case)
    with speaking(cast["volunteer"]) as vic:
        assert checks.take(vic, stay.pk).pk == case.pk
    with speaking(cast["paralegal"]) as ben:
        assert list(refused(lambda: checks.take(ben, stay.pk))) == [""]
        (card,) = checks.cards(ben)
        assert (card.taken_by_name, card.taken_until is not None) == ("Vic Saldaña", True)
    expire(case, taken_until=timezone.now() - timedelta(seconds=1))
    with speaking(cast["paralegal"]) as ben:
        assert checks.cards(ben)[0].taken_by is None
        assert checks.take(ben, stay.pk).pk == case.pk
    lines = Entry.objects.filter(verb="check.taken", case_id=case.pk).order_by("at")
    assert list(lines.values_list("actor_name", "basis")) == [
        ("Vic Saldaña", "assigned"),
        ("Ben Okoye", "organization"),
    ]


def test_taking_opens_the_case_to_a_volunteer_for_half_an_hour_and_no_longer(cast: Cast) -> None:
    case = due(cast, given_names="Domingo")
    stay = stay_of(cast, case)
    with speaking(cast["volunteer"]) as vic, pytest.raises(Http404):
        open_one(vic, Case.objects, case.pk)
    with speaking(cast["volunteer"]) as vic:
        checks.take(vic, stay.pk)
    with speaking(cast["volunteer"]) as vic:
        assert again(vic, case).person.given_names == "Domingo"
        place = Assignment.objects.visible_to(vic).get(case=case, role="volunteer")
        assert place.ends_at
        assert place.ends_at - place.starts_at == timedelta(minutes=30)
        checks.put_back(vic, again(vic, case), stay=stay)
    with speaking(cast["volunteer"]) as vic:
        assert not Case.objects.visible_to(vic).filter(pk=case.pk).exists()
        assert checks.cards(vic)[0].taken_by is None


def test_the_queue_opens_no_case_to_counsel_who_read_only_their_own(cast: Cast) -> None:
    """Who reads content at all would read up to the counsel tier on a case that a card puts them on."""
    case = due(cast)
    stay = stay_of(cast, case)
    ben = Membership.objects.filter(user=cast["paralegal"], organization=case.organization)
    ben.update(roles=["paralegal", "volunteer"])
    Organization.objects.filter(pk=case.organization_id).update(visibility="assigned")
    with speaking(cast["paralegal"]) as both:
        assert checks.cards(both) == []
        assert list(refused(lambda: checks.take(both, stay.pk))) == [""]
        assert not Case.objects.visible_to(both).filter(pk=case.pk).exists()
    with speaking(cast["volunteer"]) as vic:
        assert [card.case_id for card in checks.cards(vic)] == [case.pk]


def test_whoever_reads_the_queue_leaves_a_line_that_names_its_cases(enter: Enter, cast: Cast) -> None:
    first, second = due(cast), due(cast)
    for key in ("volunteer", "paralegal"):
        enter(key).get("/checks/")
    lines = Entry.objects.filter(verb="checks.viewed").order_by("at")
    assert [(line.actor_name, line.organization_id, set(line.object_ids or ())) for line in lines] == [
        (name, first.organization_id, {first.pk, second.pk}) for name in ("Vic Saldaña", "Ben Okoye")
    ]


def test_an_outcome_ends_the_card_and_says_when_next(cast: Cast) -> None:
    case = due(cast)
    stay = stay_of(cast, case)
    with speaking(cast["volunteer"]) as vic:
        checks.take(vic, stay.pk)
    check = outcome(cast, case, "same", key="volunteer")
    assert check.next_due_at
    assert round((check.next_due_at - check.checked_at) / timedelta(days=1)) == 2  # an enquiry
    now = stay_of(cast, case)
    assert (now.confirmed_at, now.next_check_at, now.taken_by_id) == (check.checked_at, check.next_due_at, None)
    with speaking(cast["volunteer"]) as vic:
        assert checks.cards(vic) == []
        assert not Case.objects.visible_to(vic).filter(pk=case.pk).exists()
    with speaking(cast["attorney"]) as ada:
        assert again(ada, case).place_as_of == check.checked_at


def test_not_found_escalates_once_and_once_more(cast: Cast) -> None:
    case = due(cast)
    found = []
    for result in ("not_found", "not_found", "not_found", "same", "not_found"):
        outcome(cast, case, result)
        with speaking(cast["attorney"]) as ada:
            rows = Task.objects.visible_to(ada).filter(case=case, rule__startswith="custody.not_found")
            found.append(sorted(rows.values_list("rule", flat=True)))
            of_lead = set(rows.values_list("assignee_id", flat=True))
    first, second = "custody.not_found", "custody.not_found_again"
    assert found == [[first], [first, second], [first, second], [first, second], [first, second]]
    assert of_lead == {Membership.objects.get(user=cast["attorney"], organization=case.organization).pk}
    with speaking(cast["attorney"]) as ada:
        today = Task.objects.visible_to(ada).get(rule=second).due_on
        tomorrow = Task.objects.visible_to(ada).get(rule=first).due_on
    assert today
    assert tomorrow == today + timedelta(days=1)


def test_the_stage_sets_how_often(cast: Cast) -> None:
    case = due(cast)
    before = stay_of(cast, case)
    with speaking(cast["attorney"]) as ada:
        of_cases.accept(ada, again(ada, case))
    now = stay_of(cast, case)
    assert now.next_check_at == before.confirmed_at + timedelta(days=7)
    assert now.version == before.version


def test_the_walk_of_a_card_on_the_screen(enter: Enter, cast: Cast) -> None:
    case = due(cast, given_names="Domingo")
    stay = stay_of(cast, case)
    vic, ben = enter("volunteer"), enter("paralegal")
    assert "1 place is due." in text(vic, "/checks/")
    assert "Domingo" not in text(vic, "/checks/")
    assert "Domingo" in text(ben, "/checks/")
    answer = vic.post(f"/checks/{stay.pk}/take/")
    assert answer.headers["Location"] == f"/cases/{case.pk}/custody/check/?from=checks"
    assert "Taken Vic Saldaña" in text(ben, "/checks/")
    assert "Somebody else has this card" in words(ben.post(f"/checks/{stay.pk}/take/", follow=True).content)
    assert "Go on: it is yours" in text(vic, "/checks/")
    page = f"/cases/{case.pk}/custody/check/"
    assert "The card is yours; that ends in 2" in text(vic, f"{page}?from=checks")
    seen = hidden(vic.get(page).content, "seen")
    answer = vic.post(page, {"method": "phone", "outcome": "moved", "from": "checks", "seen": seen})
    assert answer.headers["Location"] == f"/cases/{case.pk}/custody/move/?source=phone&from=checks"
    html = vic.get(answer.headers["Location"]).content.decode()
    assert 'value="phone"' in html[html.index('name="source"') :]
    typed = {
        "kind": "facility",
        "where": "EPC",
        "day": "2026-11-14",
        "source": "phone",
        "from": "checks",
        "step": "save",
    }
    answer = vic.post(f"/cases/{case.pk}/custody/move/", typed)
    assert answer.headers["Location"] == "/checks/"
    assert vic.get(page).status_code == 404  # the card is done, and the case closed again
    with speaking(cast["attorney"]) as ada:
        assert again(ada, case).facility_key == EL_PASO


def test_what_was_found_confirms_no_other_place_than_was_looked_for(enter: Enter, cast: Cast) -> None:
    case, ben = due(cast), enter("paralegal")
    page = f"/cases/{case.pk}/custody/check/"
    typed = {"method": "phone", "outcome": "same", "note": "Asked", "seen": hidden(ben.get(page).content, "seen")}
    with speaking(cast["attorney"]) as ada:
        move(ada, again(ada, case), at(EL_PASO), "2026-11-14")
    answer = ben.post(page, typed)
    assert "Somebody else changed this at the same moment" in words(answer.content)
    assert ("El Paso" in words(answer.content), "Asked" in words(answer.content)) == (True, True)
    with speaking(cast["attorney"]) as ada:
        stay = looks.open_stay(ada, again(ada, case))
        assert stay
        assert looks.checks(ada, stay) == []
    ben.post(page, typed | {"seen": hidden(answer.content, "seen")})
    with speaking(cast["attorney"]) as ada:
        assert [one.outcome for one in looks.checks(ada, stay)] == ["same"]


def test_a_form_that_is_sent_twice_counts_once(enter: Enter, cast: Cast) -> None:
    case, ben = due(cast), enter("paralegal")
    page = f"/cases/{case.pk}/custody/check/"
    typed = {"method": "phone", "outcome": "not_found", "seen": hidden(ben.get(page).content, "seen")}
    answers = [ben.post(page, typed).status_code for _ in range(2)]
    with window("test"):
        assert (answers, LocatorCheck.objects.filter(person_id=case.person_id).count()) == ([302, 409], 1)


@pytest.mark.parametrize(("address", "found"), [("/checks/", [13, 13]), ("/directory/facilities/ADLNTCA/", [16, 16])])
def test_lists_cost_the_same_however_long(enter: Enter, cast: Cast, address: str, found: list[int]) -> None:
    client, costs = enter("attorney"), []
    for many in (1, 2):
        for _one in range(many):
            due(cast, given_names="Rosa", first_surname="Tzul")
        costs.append(queries(client, address))
    assert costs == found


def test_the_tab_costs_the_same_however_often_somebody_was_moved(enter: Enter, cast: Cast) -> None:
    case, client = due(cast), enter("attorney")
    costs = []
    for places in ([(B18, "2026-10-05")], [(EL_PASO, "2026-10-09"), (ADELANTO, "2026-10-20")]):
        with speaking(cast["attorney"]) as ada:
            for key, day in places:
                move(ada, again(ada, case), at(key, "hold_room" if key == B18 else "facility"), day)
        costs.append(queries(client, f"/cases/{case.pk}/custody/"))
    assert costs == [25, 25]


def test_the_number_is_copied_only_once_it_was_shown(enter: Enter, cast: Cast) -> None:
    case = due(cast, given_names="Domingo")
    page = f"/cases/{case.pk}/custody/check/"
    assert "data-copy" not in enter("attorney").get(page).content.decode()
