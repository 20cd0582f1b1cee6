"""Hand-overs for tests: a case full of canaries at North Legal Aid, offered to the clinic, then to the hotline."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from casework.access.actor import Actor
from casework.access.doors import window
from casework.access.models import Organization, User
from casework.cases import actions as cases
from casework.cases import person as people
from casework.cases import reach
from casework.cases.models import Case
from casework.custody import actions as custody
from casework.custody.actions import Since
from casework.custody.places import Where
from casework.directory.models import Court, Facility
from casework.docket.actions import hearings
from casework.docket.times import When
from casework.intake import actions as intake
from casework.intake.actions import Said, handovers
from casework.intake.actions.handovers import Agreed
from casework.intake.models import HandOver, Offer, OfferCard
from casework.intake.questions.conditions import Answer
from casework.people import actions as person_actions
from casework.people import consents, contacts
from tests.cases.planting import SOUTH, again, speaking
from tests.clock import local_day

PHONE = "+12135550142"
# What a receiver reads before accepting, and what only afterwards; of the latter nothing may show.
SHOWN = ("Kanari-given", "Kanari-surname", "Kanari-alias", "123456789")
HIDDEN = ("kanari-sister", "kanari-phrase", "kanari-answer", "kanari-town", PHONE, "kanari-note", "kanari-purpose")
NEVER = ("kanari-counsel", "kanari-adverse")  # without a consent of its own, or at all
Cast = dict[str, User]


def full_case(user: User) -> Case:
    """A case of North Legal Aid with something in every place."""
    with speaking(user) as actor:
        case = cases.open_case(
            actor,
            names={"given_names": SHOWN[0], "first_surname": SHOWN[1]},
            language="SP",
            matters=["removal_defense"],
        )
        reach.of(actor).opened(case)
        values = {"a_number": SHOWN[3], "aliases": [SHOWN[2]], "language_town": "kanari-town",
                  "birth_date": date(1990, 5, 4)}  # fmt: skip
        people.change(actor, case, values=values, seen=case.whose.version)
        phone = {"number": PHONE, "call": True, "text": False, "voicemail": False, "note": ""}
        sister = contacts.add(
            actor, case.person,
            values={"kind": "family", "name": "kanari-sister", "pass_phrase": "kanari-phrase", "phones": [phone]},
        )  # fmt: skip
        contacts.add_adverse(actor, case.person, values={"name": "kanari-adverse", "tier": 2})
        person_actions.set_flags(actor, case.person, ["elderly", "trafficking"])
        consents.give(
            actor, case.person, contact=sister, subjects=["custody"], how="phone", given_at=timezone.now(),
            purpose="kanari-purpose",
        )  # fmt: skip
        place = Facility.objects.get(pk="ADLNTCA")
        custody.book(
            actor, case, where=Where("facility", place), since=Since(local_day() - timedelta(days=3)),
            source="family", known_before=True,
        )  # fmt: skip
        court = Court.objects.get(pk="adelanto")
        when = When(local_day() + timedelta(days=20), timezone.now().time().replace(9, 0, 0, 0),
                    court.time_zone, later=False)  # fmt: skip
        hearings.add(actor, case, when=when, values={"kind": "master", "court": court, "medium": "V"})
        for key, text in (("incident_place", "kanari-answer one"), ("last_entry_place", "kanari-answer two"),
                          ("fear_story", "kanari-counsel")):  # fmt: skip
            intake.save_answer(actor, case, Said(key, Answer(text)))
        return again(actor, case)


def organization(name: str) -> Organization:
    return Organization.objects.get(name=name)


def offered(user: User, case: Case, *to: str, **more: Any) -> HandOver:
    """The case is offered to these organizations, in this order."""
    ids = [organization(name).pk for name in to or (SOUTH,)]
    given: dict[str, Any] = {"reason": "capacity", "note": "kanari-note", "agreed": Agreed("phone", timezone.now())}
    with speaking(user) as actor:
        made: HandOver = handovers.offer(actor, again(actor, case), to=ids, **(given | more))
    return made


@contextmanager
def clinic(cast: Cast) -> Iterator[Actor]:
    with speaking(cast["clinic"], SOUTH) as actor:
        yield actor


def cards(user: User, name: str) -> list[OfferCard]:
    """What this member of the organization reads of offers, opened."""
    with speaking(user, name) as actor:
        found = list(OfferCard.objects.visible_to(actor).order_by("until"))
        for one in found:
            assert one.full_name
            assert one.a_number
        return found


def accepted(user: User, card: OfferCard, name: str = SOUTH) -> Case:
    with speaking(user, name) as actor:
        made: Case = handovers.accept(actor, OfferCard.objects.visible_to(actor).get(pk=card.pk))
    return made


def states(made: HandOver) -> tuple[str, list[str]]:
    """How far the hand-over is, and each offer in order."""
    with window("looking"):
        row = HandOver.objects.get(pk=made.pk)
        return row.state, list(
            Offer.objects.filter(hand_over=made).order_by("position").values_list("state", flat=True)
        )


def run_out(made: HandOver) -> None:
    """The time of whoever has it is over."""
    with window("planting"):
        past = timezone.now() - timedelta(minutes=1)
        ids = list(Offer.objects.filter(hand_over=made, state="offered").values_list("pk", flat=True))
        Offer.objects.filter(pk__in=ids).update(until=past)
        OfferCard.objects.filter(pk__in=ids).update(until=past)


def small_case(user: User, name: str) -> Case:
    """A case with a name alone."""
    with speaking(user) as actor:
        return cases.open_case(actor, names={"given_names": name})
