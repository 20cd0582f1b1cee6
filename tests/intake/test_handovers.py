"""Hand-overs: offered, answered, taken back, run out; what each end reads, and what each book tells."""

import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils import timezone

from casework.access.doors import window
from casework.access.models import Organization, User
from casework.audit.models import Entry
from casework.cases import actions as cases
from casework.cases import person as people
from casework.cases.models import Assignment, Case, Task
from casework.custody.models import Stint
from casework.docket.models import Hearing
from casework.intake.actions import handovers
from casework.intake.answers import answers_of
from casework.intake.models import HandOver, Offer, OfferCard, OfferPart, Received
from casework.people import consents, contacts
from casework.people.models import Consent, Contact, Person, Vulnerability
from casework.vault.models import FileKey
from tests.cases.planting import HOTLINE, NORTH, SOUTH, again, speaking, to
from tests.conftest import as_application
from tests.intake.handing import (
    HIDDEN,
    NEVER,
    PHONE,
    SHOWN,
    accepted,
    cards,
    clinic,
    full_case,
    offered,
    organization,
    run_out,
    states,
)

pytestmark = pytest.mark.django_db
Cast = dict[str, User]


def everything(actor: Any) -> str:
    """All that somebody can read and open in any table of this room, as text."""
    found: list[Any] = []
    for model in (OfferCard, OfferPart, Offer, HandOver, Received, Person, Contact, Consent, Vulnerability, Case):
        for row in model.objects.visible_to(actor):
            found += [str(getattr(row, field.attname)) for field in model._meta.concrete_fields]
    return "\n".join(found)


def offering(cast: Cast, *to: str, **more: Any) -> tuple[Case, HandOver]:
    case = full_case(cast["attorney"])
    return case, offered(cast["attorney"], case, *to, **more)


def hours_left(card: OfferCard) -> float:
    return ((card.until or timezone.now()) - timezone.now()).total_seconds() / 3600


def test_before_accepting_name_and_number_alone(cast: Cast) -> None:
    offering(cast)
    with clinic(cast) as actor:
        seen = everything(actor)
    assert all(one in seen for one in SHOWN)
    assert not [one for one in (*HIDDEN, *NEVER) if one in seen]


def test_the_card_says_what_is_needed_to_decide(cast: Cast) -> None:
    offering(cast)
    (card,) = cards(cast["clinic"], SOUTH)
    assert (card.matters, card.language, card.facility_key) == (["removal_defense"], "SP", "ADLNTCA")
    assert (card.reason, card.agreed_how, card.is_bond) == ("capacity", "phone", False)
    assert 47.9 < hours_left(card) <= 48
    assert organization(SOUTH).offers_waiting == 1


def test_a_bond_has_24_hours(cast: Cast) -> None:
    case = full_case(cast["attorney"])
    with speaking(cast["attorney"]) as actor:
        cases.change_case(actor, again(actor, case), values={"matters": ["bond"]}, seen=again(actor, case).version)
    offered(cast["attorney"], case)
    (card,) = cards(cast["clinic"], SOUTH)
    assert card.is_bond
    assert 23.9 < hours_left(card) <= 24


def test_others_see_nothing(cast: Cast) -> None:
    offering(cast)
    assert cards(cast["hotline"], HOTLINE) == []
    with speaking(cast["hotline"], HOTLINE) as actor:
        assert not [one for one in (*SHOWN, *HIDDEN) if one in everything(actor)]


def test_accepting_opens_a_case_of_ones_own(cast: Cast) -> None:
    """All of it under keys of the receiver; what was sealed for the way is gone."""
    _case, made = offering(cast)
    (card,) = cards(cast["clinic"], SOUTH)
    new = accepted(cast["clinic"], card)
    with clinic(cast) as actor:
        case = again(actor, new)
        assert (case.stage, case.organization_id) == ("screening", organization(SOUTH).pk)
        assert (case.person.full_name, case.person.a_number) == (" ".join(SHOWN[:2]), SHOWN[3])
        (sister,) = case.person.contacts.all()
        assert (sister.name, sister.pass_phrase, sister.phones[0]["number"]) == (
            "kanari-sister",
            "kanari-phrase",
            PHONE,
        )
        assert [one.contact_id for one in case.person.consents.all()] == [sister.pk]
        assert list(case.person.vulnerabilitys.values_list("flag", flat=True)) == ["elderly"]
        assert [one.facility_id for one in Stint.objects.visible_to(actor)] == ["ADLNTCA"]
        assert [one.kind for one in Hearing.objects.visible_to(actor)] == ["master"]
        said = {key: one.value for key, one in answers_of(actor, case).items()}
        assert said == {"incident_place": "kanari-answer one", "last_entry_place": "kanari-answer two"}
        assert [one.text for one in case.notes.all()] == ["kanari-note"]
        (row,) = Received.objects.visible_to(actor)
        assert (row.from_name, row.reason) == (NORTH, "capacity")
        assert not [one for one in NEVER if one in everything(actor)]
    assert states(made) == ("accepted", ["accepted"])
    with window("looking"):
        assert not OfferCard.objects.exists()
        assert not OfferPart.objects.exists()
    files = {case.person_id for case in _all(Case)}
    assert {one.file_id for one in FileKey.objects.all()} <= files
    assert organization(SOUTH).offers_waiting == 0


def _all(model: Any) -> list[Any]:
    with window("looking"):
        return list(model.objects.all())


def test_the_sender_keeps_a_copy_and_a_task(cast: Cast) -> None:
    case, _made = offering(cast)
    with window("planting"):
        vic = _place(cast["volunteer"])
        Assignment.objects.create(
            organization=case.organization, case=case, membership=vic, role="volunteer", made_by=vic
        )
    (card,) = cards(cast["clinic"], SOUTH)
    accepted(cast["clinic"], card)
    with speaking(cast["attorney"]) as actor:
        standing = again(actor, case)
        assert (standing.stage, standing.stage_reason) == ("referred", "capacity")
        assert standing.handed_over_at is not None
        (task,) = Task.objects.visible_to(actor).filter(rule="intake.tell_caller")
        assert task.assignee_id == actor.member
    with speaking(cast["volunteer"]) as actor:
        assert not Case.objects.visible_to(actor).filter(pk=case.pk).exists()


def _place(user: User) -> Any:
    return user.memberships.get()


def test_nobody_writes_into_the_copy(cast: Cast) -> None:
    """Neither by the doors nor, without them, in the database."""
    case, _made = offering(cast)
    (card,) = cards(cast["clinic"], SOUTH)
    accepted(cast["clinic"], card)
    with speaking(cast["attorney"]) as actor:
        kept = again(actor, case)
        for act in (
            lambda: cases.move(actor, kept, to="screening", seen=kept.version),
            lambda: contacts.add(actor, kept.person, values={"name": "x"}),
            lambda: cases.restrict(actor, kept),
        ):
            with pytest.raises(PermissionDenied):
                act()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE cases_case SET priority = 2 WHERE id = %s", [kept.pk])
            assert cursor.rowcount == 0
            cursor.execute("UPDATE people_person SET language = 'en' WHERE id = %s", [kept.person_id])
            assert cursor.rowcount == 0
        cases.write_note(actor, kept, text="Called the sister back")
        (task,) = Task.objects.visible_to(actor).filter(rule="intake.tell_caller")
        cases.finish_task(actor, kept, task=task)


def test_declining_returns_it(cast: Cast) -> None:
    """With a reason; the next one is asked when the sender says so."""
    case, made = offering(cast, SOUTH, HOTLINE)
    assert states(made) == ("open", ["offered", "waiting"])
    with clinic(cast) as actor:
        handovers.decline(actor, OfferCard.objects.visible_to(actor).get(), why="language")
        assert list(OfferCard.objects.visible_to(actor)) == []
    assert states(made) == ("returned", ["declined", "waiting"])
    assert _offer(made, 1).answer == "language"
    assert cards(cast["hotline"], HOTLINE) == []
    with speaking(cast["attorney"]) as actor:
        handovers.go_on(actor, again(actor, case), hand_over=made)
    assert states(made) == ("open", ["declined", "offered"])
    assert [one.a_number for one in _hotline(cast)] == [SHOWN[3]]


def expire() -> bool:
    """Whether the worker found one that is over."""
    with as_application():
        return handovers.expire_one()


def _offer(made: HandOver, position: int) -> Offer:
    with window("looking"):
        found: Offer = Offer.objects.get(hand_over=made, position=position)
        return found


def _hotline(cast: Cast) -> list[OfferCard]:
    """June, administrator and paralegal of the hotline."""
    return cards(cast["both"], HOTLINE)


def test_withdrawing(cast: Cast) -> None:
    case, made = offering(cast, SOUTH, HOTLINE)
    (card,) = cards(cast["clinic"], SOUTH)
    with speaking(cast["attorney"]) as actor:
        handovers.withdraw(actor, again(actor, case), hand_over=made)
    assert states(made) == ("withdrawn", ["withdrawn", "withdrawn"])
    assert cards(cast["clinic"], SOUTH) == []
    with clinic(cast) as actor, pytest.raises(ValidationError):
        handovers.accept(actor, card)
    with speaking(cast["attorney"]) as actor:
        assert again(actor, case).stage == "enquiry"
    offered(cast["attorney"], case)  # once more


def test_expiry_asks_the_next(cast: Cast) -> None:
    _case, made = offering(cast, SOUTH, HOTLINE)
    assert not expire()
    run_out(made)
    assert cards(cast["clinic"], SOUTH) == []
    assert expire()
    assert not expire()
    assert states(made) == ("open", ["expired", "offered"])
    assert len(_hotline(cast)) == 1
    run_out(made)
    assert expire()
    assert states(made) == ("returned", ["expired", "expired"])


def test_never_to_one_not_agreed_to(cast: Cast) -> None:
    case = full_case(cast["attorney"])
    with pytest.raises(ValidationError):
        offered(cast["attorney"], case, SOUTH, agreed=None)
    made = offered(cast["attorney"], case, SOUTH, HOTLINE)
    with speaking(cast["attorney"]) as actor:
        there = Consent.objects.visible_to(actor).get(to_organization_id=to(HOTLINE).id)
        consents.revoke(actor, there)
    assert states(made) == ("open", ["offered", "waiting"])  # the clinic still has it
    run_out(made)
    expire()
    assert states(made) == ("returned", ["expired", "waiting"])


def test_a_consent_that_ends_ends_the_offer(cast: Cast) -> None:
    _case, made = offering(cast, SOUTH, HOTLINE)
    (card,) = cards(cast["clinic"], SOUTH)
    with speaking(cast["attorney"]) as actor:
        consents.revoke(actor, Consent.objects.visible_to(actor).get(to_organization_id=to(SOUTH).id))
    assert states(made) == ("withdrawn", ["withdrawn", "withdrawn"])
    with window("looking"):
        assert HandOver.objects.get(pk=made.pk).ended_why == "consent"
    assert cards(cast["clinic"], SOUTH) == []
    with clinic(cast) as actor, pytest.raises(ValidationError):
        handovers.accept(actor, card)


@pytest.mark.parametrize(("end", "why"), [("restrict", "restricted"), ("accept", "stage"), ("decline", "stage")])
def test_when_the_case_goes_on_at_the_sender(cast: Cast, end: str, why: str) -> None:
    case, made = offering(cast)
    with speaking(cast["attorney"]) as actor:
        row = again(actor, case)
        if end == "restrict":
            cases.restrict(actor, row)
        elif end == "accept":
            cases.accept(actor, row)
        else:
            cases.move(actor, row, to="declined", reason="capacity", seen=row.version)
    assert states(made) == ("withdrawn", ["withdrawn"])
    with window("looking"):
        assert HandOver.objects.get(pk=made.pk).ended_why == why
    assert cards(cast["clinic"], SOUTH) == []


def test_what_changes_meanwhile_goes_along(cast: Cast) -> None:
    case, _made = offering(cast, SOUTH, HOTLINE)
    with speaking(cast["attorney"]) as actor:
        row = again(actor, case)

        people.change(actor, row, values={"given_names": "Kanari-new"}, seen=row.whose.version)
        contacts.add(actor, row.person, values={"name": "kanari-brother"})
    (card,) = cards(cast["clinic"], SOUTH)
    assert card.names["given_names"] == "Kanari-new"
    new = accepted(cast["clinic"], card)
    with clinic(cast) as actor:
        found = again(actor, new)
        assert found.person.given_names == "Kanari-new"
        assert [one.name for one in found.person.contacts.order_by("added_at")] == ["kanari-sister", "kanari-brother"]


def test_counsels_own_only_with_a_consent_of_its_own(cast: Cast) -> None:
    _case, _made = offering(cast, counsel=True)
    (card,) = cards(cast["clinic"], SOUTH)
    new = accepted(cast["clinic"], card)
    with clinic(cast) as actor:
        case = again(actor, new)
        assert answers_of(actor, case)["fear_story"].value == "kanari-counsel"
        assert set(case.person.vulnerabilitys.values_list("flag", flat=True)) == {"elderly", "trafficking"}


def test_a_colleague_was_quicker(cast: Cast) -> None:
    offering(cast)
    (card,) = cards(cast["clinic"], SOUTH)
    accepted(cast["clinic"], card)
    with clinic(cast) as actor, pytest.raises(ValidationError, match="not offered to you any more"):
        handovers.accept(actor, card)
    assert len(_all(Received)) == 1


def test_who_is_suspended_reads_and_accepts_nothing(cast: Cast) -> None:
    offering(cast)
    (card,) = cards(cast["clinic"], SOUTH)
    with clinic(cast) as actor:
        held = OfferCard.objects.visible_to(actor).get(pk=card.pk)
        _as_owner("UPDATE access_membership SET suspended_at = now() - interval '1 second' WHERE id = %s", actor.member)
        assert list(OfferCard.objects.visible_to(actor)) == []
        with pytest.raises(ValidationError):
            handovers.accept(actor, held)


def _as_owner(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE casework_owner")
        cursor.execute(sql, list(values))
        cursor.execute("SET LOCAL ROLE casework_app")


def test_an_organization_that_closes_is_passed_over(cast: Cast) -> None:
    _case, made = offering(cast, SOUTH, HOTLINE)
    Organization.objects.filter(name=SOUTH).update(closed_at=timezone.now())
    assert expire()
    assert states(made) == ("open", ["expired", "offered"])


def test_each_book_tells_its_own_part(cast: Cast) -> None:
    case, _made = offering(cast)
    (card,) = cards(cast["clinic"], SOUTH)
    before = Entry.objects.latest("at").at
    new = accepted(cast["clinic"], card)
    lines = list(Entry.objects.filter(at__gt=before))
    north, south = organization(NORTH).pk, organization(SOUTH).pk
    at_home = [one for one in lines if one.organization_id == north]
    assert [(one.verb, one.actor_kind, one.actor_id, one.user_id, one.case_id) for one in at_home] == [
        ("handover.accepted", "duty", None, None, case.pk)
    ]
    there = [one for one in lines if one.organization_id == south]
    assert {one.case_id for one in there} <= {new.pk, None}
    assert "handover.accepted" in {one.verb for one in there}
    told = json.dumps([[str(one.object_id), str(one.case_id), str(one.file_id)] for one in there])
    assert str(case.pk) not in told
    assert str(case.person_id) not in told
    assert str(new.pk) not in json.dumps([str(one.object_id) for one in at_home])
