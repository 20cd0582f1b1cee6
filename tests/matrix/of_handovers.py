"""The addresses of hand-overs: a card for counsel of the organization that is asked, the rest for the sender.

East Partners offer somebody to the clinic; whoever offers a case of their own does it here first.
"""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from casework.access.doors import window
from casework.intake.models import HandOver, Offer, OfferCard, OfferPart
from casework.people.models import Consent
from tests.matrix import forms
from tests.matrix.cells import NO, NOT_THERE, Address, Answer, Expect, always, led, page
from tests.matrix.expectations import may
from tests.matrix.of_cases import about_case, done, header_shown, of_case
from tests.matrix.world import OFFERED, Principal, World, canary

TO, RECEIVER = "SC", canary("EP", OFFERED, "person")
TOLD = {"reason": "capacity", "how": "phone", "given_on": "2026-11-01", "step": "give"}


def addresses() -> list[Address]:
    """The list, a card and the answers to it, and offering one's own cases."""
    return [
        Address("handovers", page(listed)),
        _card("offered", page(of_card(shown))),
        _card("accept_offer", _answered(taken), data=lambda *_: {"cleared": "on"}),
        _card("decline_offer", _answered(declined), data=lambda *_: {"why": "capacity"}),
        about_case(
            "offer_case",
            page(of_case("handover.offered", header_shown)) | {"POST": of_case("handover.offered", offered)},
            prepare=forms.unaccepted,
            data=first,
        ),
        _going("offer_next", "handover.went_on"),
        _going("withdraw_offer", "handover.withdrawn"),
    ]


def _card(name: str, answers: dict[str, Expect], **more: Any) -> Address:
    """An address that names the offer to the clinic."""
    return Address(name, answers, (OFFERED,), lambda world, key: {"pk": world.offers[key].pk}, **more)


def _answered(answer: Answer) -> dict[str, Expect]:
    return page(always(Answer(302, to="/hand-overs/"))) | {"POST": of_card(answer)}


# Whoever reads it looks for conflicts at once.
shown = Answer(200, verbs=("offer.viewed", "conflicts.searched"), shows=frozenset({RECEIVER}))
taken = Answer(
    302, to="/cases/", changes=True,
    verbs=("offer.viewed", "case.opened", "case.stage_changed", "handover.accepted", "handover.accepted"),
)  # fmt: skip
declined = led("handovers", "offer.viewed", "handover.declined", "handover.declined")
offered = always(led("caseload", "case.viewed", "consent.given", "handover.offered"))


def of_card(answer: Answer) -> Expect:
    """For counsel of the clinic; other counsel know of no such offer."""

    def expect(principal: Principal, relation: str) -> Answer:
        if not may(principal, "offer.viewed"):
            return NO
        return answer if principal.organization == TO else NOT_THERE

    return expect


def listed(principal: Principal, relation: str) -> Answer:
    if not may(principal, "offer.listed"):
        return NO
    asked = principal.organization == TO
    return Answer(200, verbs=("offer.listed",) * asked, shows=frozenset({RECEIVER} if asked else ()))


def first(world: World, principal: Principal, case: str) -> dict[str, Any]:
    to = "RRH" if principal.organization == TO else TO
    return TOLD | {"first": str(world.organizations[to].pk)}


def _going(name: str, verb: str) -> Address:
    looked = always(Answer(302, to="/cases/"))
    return about_case(name, page(looked) | {"POST": of_case(verb, done(verb))}, prepare=came_back)


def came_back(world: World, principal: Principal, case: str) -> None:
    """The case was offered to one organization, which declined; East Partners are next."""
    forms.unaccepted(world, principal, case)
    row, by = world.cases[case], world.cases[case].opened_by
    own: dict[str, Any] = {"organization": row.organization, "case": row}
    with window("matrix"):
        made = HandOver(**own, made_by=by, made_by_name="Giver", reason="capacity", hours=48, state="returned")
        made.save(force_insert=True)
        plant_offer(world, own, made, "EP", by)


def plant_offer(world: World, own: dict[str, Any], made: HandOver, to: str, by: Any) -> Offer:
    """An offer that waits for its turn, with what belongs to it."""
    row, there, now = own["case"], world.organizations[to], timezone.now()
    consent = Consent(
        organization=row.organization, person=row.person, to_organization=there, how="phone",
        given_at=now - timedelta(hours=1), recorded_by=by, recorded_by_name="Giver",
    )  # fmt: skip
    consent.save(force_insert=True)
    one = Offer(**own, hand_over=made, position=1, to_organization=there, consent=consent)
    one.save(force_insert=True)
    person = {"given_names": "Kanari", "first_surname": row.person.first_surname}
    OfferCard(
        id=one.pk, organization=row.organization, to_organization=there, names=person, reason="capacity",
        agreed_how="phone", agreed_at=now,
    ).save(force_insert=True)  # fmt: skip
    packed: dict[str, Any] = {
        "person": person,
        "contacts": [],
        "consents": [],
        "custody": None,
        "hearings": [],
        "answers": [],
    }
    note = canary(row.organization.short_name, OFFERED, "packed")
    OfferPart(**own, offer=one, tier=1, content=packed | {"left": [note]}).save(force_insert=True)
    return one
