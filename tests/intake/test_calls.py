"""The hotline's queue: short cards, the lease, the log, what may be left on which number, shifts."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils import timezone

from casework.access.actor import Actor
from casework.access.context import acting
from casework.access.doors import open_one, window
from casework.access.models import User
from casework.audit.models import Entry
from casework.cases.actions import open_case
from casework.cases.models import Assignment, Case
from casework.intake import calls, shifts
from casework.intake.calls import Called
from casework.intake.models import CallLog, Shift
from casework.people import contacts
from casework.people.models import Contact
from tests.access.membership import actor_of, do
from tests.conftest import as_application

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
NUMBER = "+12135550142"


def ours(cast: Cast, **columns: Any) -> Case:
    """A case of the attorney's."""
    case: Case = do(actor_of(cast["attorney"]), open_case, names={"given_names": "Rosa"}, language="SPA")
    if columns:
        with window("planting"):
            Case.objects.filter(pk=case.pk).update(**columns)
    return case


def as_met(actor: Actor, case: Case) -> Case:
    found: Case = Case.objects.visible_to(actor).get(pk=case.pk)
    return found


def logs(user: User, case: Case, called: Called, contact: Contact | None = None) -> CallLog:
    found: CallLog = do(
        actor_of(user), lambda actor: calls.log(actor, as_met(actor, case), called=called, contact=contact)
    )
    return found


def due(case: Case, cast: Cast, **more: Any) -> CallLog:
    """A call about it that nobody answered, to make again."""
    return logs(cast["attorney"], case, Called("out", "no_answer", due_at=timezone.now() - timedelta(hours=1), **more))


def queue(user: User, organization: str = "NLA") -> list[calls.Card]:
    found: list[calls.Card] = do(actor_of(user, organization), calls.cards)
    return found


def waits(cast: Cast, key: str = "paralegal", **more: Any) -> CallLog:
    """A call about nobody's case that waits to be taken."""
    called = Called("in", "waiting", number=NUMBER, words="Three vans on Fifth", place_type="street", **more)
    found: CallLog = do(actor_of(cast[key]), calls.note, called=called)
    return found


def test_a_volunteer_sees_short_cards_alone(cast: Cast) -> None:
    case = ours(cast)
    call, about_none = due(case, cast, language="SPA", urgent=True, words="Her sister Ana"), waits(cast)
    found = {card.card_id: card for card in queue(cast["volunteer"])}
    assert found.keys() == {call.pk, about_none.pk}
    assert found[call.pk].person is None
    assert (found[call.pk].kind, found[call.pk].urgent, found[call.pk].language) == ("back", True, "SPA")
    assert (found[about_none.pk].kind, found[about_none.pk].place_type) == ("take", "street")
    actor = actor_of(cast["volunteer"])
    with as_application(), acting(actor):
        assert list(CallLog.objects.visible_to(actor)) == []
        with pytest.raises(Http404):
            open_one(actor, Case.objects, case.pk)
        with pytest.raises(Http404):
            open_one(actor, CallLog.objects, about_none.pk)


def test_the_wall_alone_hides_what_was_said(cast: Cast) -> None:
    waits(cast)
    actor = actor_of(cast["volunteer"])
    with as_application(), acting(actor), window("without the doors"):
        assert list(CallLog.objects.values_list("pk")) == []


def test_counsel_see_the_person_on_the_card(cast: Cast) -> None:
    call = due(ours(cast), cast)
    found = next(card for card in queue(cast["attorney"]) if card.card_id == call.pk)
    assert found.person is not None
    assert found.person.full_name == "Rosa"


def test_another_organization_and_administrators_see_nothing(cast: Cast) -> None:
    due(ours(cast), cast)
    waits(cast)
    assert queue(cast["clinic"], "SC") == []
    with pytest.raises(PermissionDenied):
        queue(cast["admin"])


def test_a_restricted_case_has_a_card_for_its_team_alone(cast: Cast) -> None:
    call = due(ours(cast, restricted=True), cast)
    seen = [any(card.card_id == call.pk for card in queue(cast[key])) for key in ("attorney", "paralegal", "volunteer")]
    assert seen == [True, False, False]


def test_taking_opens_the_case_for_an_hour_and_is_noted(cast: Cast) -> None:
    call = due(ours(cast), cast)
    actor = actor_of(cast["volunteer"])
    case: Any = do(actor, calls.take, call.pk)
    assert case.pk == call.case_id
    with window("looking"):
        place = Assignment.objects.get(case_id=call.case_id, membership_id=actor.member)
        assert place.ends_at is not None
        assert place.ends_at - place.starts_at == calls.LEASE == timedelta(hours=1)
    lines = list(Entry.objects.filter(actor_id=actor.member).order_by("at").values_list("verb", "case_id"))
    assert lines == [("case.viewed", call.case_id), ("call.taken", call.case_id)]
    mine = next(card for card in queue(cast["volunteer"]) if card.card_id == call.pk)
    assert mine.taken_by == actor.membership_id
    others = actor_of(cast["paralegal"])
    with pytest.raises(ValidationError, match="Somebody else has this card"):
        do(others, calls.take, call.pk)


def test_a_lease_that_is_over_frees_the_card_and_closes_the_case(cast: Cast) -> None:
    call = due(ours(cast), cast)
    actor = actor_of(cast["volunteer"])
    do(actor, calls.take, call.pk)
    before = timezone.now() - timedelta(hours=2)
    with window("planting"):
        CallLog.objects.filter(pk=call.pk).update(taken_until=before)
        Assignment.objects.filter(membership_id=actor.member).update(starts_at=before, ends_at=before)
    fresh = actor_of(cast["volunteer"])
    with as_application(), acting(fresh), pytest.raises(Http404):
        open_one(fresh, Case.objects, str(call.case_id))
    assert do(actor_of(cast["paralegal"]), calls.take, call.pk).pk == call.case_id


def test_giving_back_ends_the_place(cast: Cast) -> None:
    call = due(ours(cast), cast)
    actor = actor_of(cast["volunteer"])
    case = do(actor, calls.take, call.pk)
    do(actor_of(cast["volunteer"]), lambda one: calls.put_back(one, as_met(one, case), card_id=call.pk))
    fresh = actor_of(cast["volunteer"])
    with as_application(), acting(fresh), pytest.raises(Http404):
        open_one(fresh, Case.objects, str(call.case_id))
    assert next(card for card in queue(cast["volunteer"]) if card.card_id == call.pk).taken_by is None


def test_a_call_about_none_opens_for_whoever_took_it(cast: Cast) -> None:
    call = waits(cast)
    actor = actor_of(cast["volunteer"])
    taken: Any = do(actor, calls.take, call.pk)
    assert (taken.pk, taken.words, taken.number) == (call.pk, "Three vans on Fifth", NUMBER)
    case: Any = do(
        actor_of(cast["volunteer"]), lambda one: calls.open_intake(one, CallLog.objects.visible_to(one).get())
    )
    with window("looking"):
        row = CallLog.objects.get(pk=call.pk)
        assert (row.became_id, row.settled_at is not None) == (case.pk, True)
        assert Assignment.objects.get(case=case).role == "volunteer"
    assert [card.card_id for card in queue(cast["volunteer"])] == []


def test_drafts_without_a_running_taker_are_cards(cast: Cast) -> None:
    case = ours(cast)
    assert queue(cast["volunteer"]) == []
    with window("planting"):
        Assignment.objects.filter(case=case).update(ends_at=timezone.now())
    card = queue(cast["volunteer"])[0]
    assert (card.card_id, card.kind, card.language, card.person) == (case.pk, "draft", "SPA", None)
    do(actor_of(cast["volunteer"]), calls.take, case.pk)
    with pytest.raises(ValidationError):
        do(actor_of(cast["paralegal"]), calls.take, case.pk)


def test_the_next_call_is_the_next_card(cast: Cast) -> None:
    case = ours(cast)
    first = due(case, cast, language="SPA", place_type="home")
    second = logs(cast["attorney"], case, Called("out", "no_answer", due_at=timezone.now() + timedelta(hours=3)))
    assert (second.language, second.place_type) == ("SPA", "home")
    cards = queue(cast["paralegal"])
    assert [(card.card_id, card.tries) for card in cards] == [(second.pk, 2)]
    logs(cast["attorney"], case, Called("out", "reached"))
    assert queue(cast["paralegal"]) == []
    with window("looking"):
        assert CallLog.objects.get(pk=first.pk).settled_at is not None


def sister(cast: Cast, case: Case, **values: Any) -> Contact:
    phones = [{"number": NUMBER, "call": True, "text": False, "voicemail": values.pop("voicemail", False), "note": ""}]
    found: Contact = do(
        actor_of(cast["attorney"]),
        lambda actor: contacts.add(
            actor, as_met(actor, case).person, values={"name": "Ana", "phones": phones} | values
        ),
    )
    return found


@pytest.mark.parametrize(("voicemail", "code"), [(True, None), (False, "voicemail")])
def test_a_message_is_left_only_where_one_may_be(cast: Cast, voicemail: bool, code: str | None) -> None:
    case = ours(cast)
    contact = sister(cast, case, voicemail=voicemail)
    called = Called("out", "message", number=NUMBER)
    if code is None:
        assert logs(cast["attorney"], case, called, contact).result == "message"
        return
    with pytest.raises(ValidationError, match="No message may be left"):
        logs(cast["attorney"], case, called, contact)


def test_who_must_not_know_is_never_called(cast: Cast) -> None:
    case = ours(cast)
    contact = sister(cast, case, must_not_know=True)
    with pytest.raises(ValidationError, match="must not know"):
        logs(cast["attorney"], case, Called("out", "reached"), contact)
    assert logs(cast["attorney"], case, Called("in", "reached"), contact).contact_id == contact.pk


def test_a_shift_leaves_a_note_and_what_is_open(cast: Cast) -> None:
    waits(cast, urgent=True)
    due(ours(cast), cast)
    user = cast["volunteer"]
    shift: Any = do(actor_of(user), shifts.begin)
    with pytest.raises(ValidationError, match="begun already"):
        do(actor_of(user), shifts.begin)
    with pytest.raises(ValidationError):
        do(actor_of(cast["paralegal"]), lambda one: shifts.end(one, Shift.objects.visible_to(one).get(), note="x"))
    do(actor_of(user), lambda one: shifts.end(one, Shift.objects.visible_to(one).get(), note="Call Fifth Street"))
    left = do(actor_of(cast["paralegal"]), shifts.last_note)
    assert (left.pk, left.note, left.name) == (shift.pk, "Call Fifth Street", user.name)
    assert left.left_open == {"take": 1, "back": 1, "draft": 0, "urgent": 1}
    assert do(actor_of(cast["clinic"], "SC"), shifts.last_note) is None
    assert do(actor_of(cast["admin"]), shifts.last_note) is None
