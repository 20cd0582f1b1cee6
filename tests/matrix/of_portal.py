"""The family's pages, and what the team does about links. One mother has a page open; every contact has a link."""

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from casework.access.doors import window
from casework.people.models import Consent
from casework.portal import views
from casework.portal.models import FamilyLink, FamilyNotice, FamilyTask
from tests.documents import hostile
from tests.matrix.cells import Address, Answer, Expect, page
from tests.matrix.expectations import canaries_of_case
from tests.matrix.of_cases import about_case, done, form, of_case
from tests.matrix.world import CASES, OF_ROSA, Principal, World, canary, token

FEW = frozenset({"ada", "vic", "nia", "cleo", "hana"})  # a paper takes a second
PHOTO = hostile.picture()
Data = dict[str, Any]
WHERE = {"where": "email", "email": "r@rosa.example", "from_hour": 9, "until_hour": 20}
OPEN = frozenset({"no factor"})  # whoever is signed in halfway is led on, wherever they go


def addresses() -> list[Address]:
    """All of them."""
    return [
        about_case(
            "case_family",
            page(of_case("family.viewed", listed)) | {"POST": of_case("family.invited", done("family.invited"))},
            data=chosen, prepare=without,
        ),
        about_case(
            "renew_link",
            page(of_case("family.renewed", header)) | {"POST": of_case("family.renewed", done("family.renewed"))},
            kwargs=of_link, data=chosen,
        ),
        about_case(
            "link_messages",
            page(of_case("family.notified", listed)) | {"POST": of_case("family.notified", done("family.notified"))},
            kwargs=of_link, data=lambda *_: WHERE,
        ),
        about_case(
            "link_tasks",
            page(of_case("family.asked", listed)) | {"POST": of_case("family.asked", done("family.asked"))},
            kwargs=of_link, data=lambda *_: {"tasks": ["letters"]},
        ),
        form("stop_messages", "family.stopped", kwargs=of_link, prepare=told_there),
        form("revoke_link", "family.revoked", kwargs=of_link),
        form("restore_link", "family.restored", kwargs=of_link, prepare=without),
        about_case("preview_link", page(of_case("family.previewed", previewed)), kwargs=of_link),
        Address(
            "family_letter",
            page(of_case("family.printed", lambda *_: Answer(200, verbs=("case.viewed", "family.printed")))),
            ("plain", "restricted", "taken", "sharing"), lambda world, key: {"pk": world.cases[key].pk},
            query=lambda world, _, case: f"?consent={world.families[case].consent_id}&language=en", about_case=True,
        ),
        form(
            "print_card", "family.invited", kwargs=of_link, data=holding, among=FEW,
            post=of_case("family.invited", lambda *_: Answer(200, verbs=("case.viewed",))),
        ),
        Address(
            "family_door", page(same(Answer(200))) | {"POST": same(Answer(403))}, kwargs=lambda *_: of_door(),
            data=lambda *_: {"pin": "000000"}, gates=OPEN,
        ),
        Address("texts_inbound", {"POST": same(Answer(403))}, gates=OPEN),  # nobody signs as the provider
        Address("family_page", page(read), kwargs=lambda *_: {"language": "en"}, gates=OPEN),
        Address("family_any_front", page(same(Answer(302, to="/f/en/"))), gates=OPEN),
        Address("family_front", page(called), kwargs=lambda *_: {"language": "en"}, gates=OPEN),
        Address("family_date", page(taken), kwargs=lambda *_: {"language": "en"}, gates=OPEN),
        Address(
            "family_tell", page(asked) | {"POST": told}, kwargs=lambda *_: {"language": "en", "kind": "news"},
            data=lambda *_: {"text": "He called us."}, gates=OPEN,
        ),
        Address(
            "family_tasks", page(led_back) | {"POST": ticked}, kwargs=lambda *_: {"language": "en"},
            data=lambda *_: {"done": ["letters"]}, prepare=asked_for, gates=OPEN,
        ),
        Address(
            "family_tasks", page(led_back) | {"POST": unticked}, kwargs=lambda *_: {"language": "en"},
            prepare=ticked_before, gates=OPEN,
        ),
        Address(
            "family_hand_in", page(not_covered) | {"POST": handed}, kwargs=lambda *_: {"language": "en"},
            data=lambda *_: {"file": SimpleUploadedFile("a.jpg", PHOTO)}, prepare=covered, gates=OPEN,
        ),
        Address("family_leave", page(left), kwargs=lambda *_: {"language": "en"}, gates=OPEN),
    ]  # fmt: skip


def same(answer: Answer) -> Expect:
    return lambda *_: answer


def of_door() -> Data:
    """The link of the case that is restricted to its team."""
    return {"language": "en", "token": token("restricted family")}


def of_link(world: World, case: str) -> Data:
    return {"pk": world.cases[case].pk, "link": world.families[case].pk}


def header(principal: Principal, case: str) -> Answer:
    return Answer(200, verbs=("case.viewed",), shows=frozenset(canaries_of_case(case, 0)))


def listed(principal: Principal, case: str) -> Answer:
    shows = frozenset({*canaries_of_case(case, 0), canary(CASES[case][0], case, "contact")})
    return Answer(200, verbs=("case.viewed",), shows=shows)


def previewed(principal: Principal, case: str) -> Answer:
    return Answer(200, verbs=("case.viewed", "family.previewed"), shows=frozenset(canaries_of_case(case, 0)))


def read(principal: Principal, relation: str) -> Answer:
    """For the mother alone, who sees whom to call; each look is counted."""
    if principal.key != "rosa":
        return Answer(403)
    phone = frozenset({canary(CASES[OF_ROSA][0], "office", "phone")})
    return Answer(200, verbs=("window.viewed",), shows=phone, changes=True)


def called(principal: Principal, relation: str) -> Answer:
    """Everybody reads which office to call, in all organizations that are open."""
    phones = frozenset(canary(home, "office", "phone") for home in ("NLA", "SC", "RRH", "EP"))
    return Answer(200, shows=phones, tells=phones)


def asked(principal: Principal, relation: str) -> Answer:
    return Answer(200 if principal.key == "rosa" else 403)


def taken(principal: Principal, relation: str) -> Answer:
    """No hearing is published: back to the page."""
    if principal.key != "rosa":
        return Answer(403)
    return Answer(302, to="/p/en/", verbs=("window.downloaded",))


def told(principal: Principal, relation: str) -> Answer:
    if principal.key != "rosa":
        return Answer(403)
    return Answer(302, to="/p/en/tell/news/?sent=", verbs=("window.told",), changes=True)


def not_covered(principal: Principal, relation: str) -> Answer:
    """The mother's consent is about custody alone: back to the page."""
    return Answer(302, to="/p/en/") if principal.key == "rosa" else Answer(403)


def led_back(principal: Principal, relation: str) -> Answer:
    return Answer(302, to="/p/en/#do") if principal.key == "rosa" else Answer(403)


def ticked(principal: Principal, relation: str) -> Answer:
    if principal.key != "rosa":
        return Answer(403)
    return Answer(302, to="/p/en/#do", verbs=("window.ticked",), changes=True)


def unticked(principal: Principal, relation: str) -> Answer:
    if principal.key != "rosa":
        return Answer(403)
    return Answer(302, to="/p/en/#do", verbs=("window.unticked",), changes=True)


def handed(principal: Principal, relation: str) -> Answer:
    if principal.key != "rosa":
        return Answer(403)
    return Answer(302, to="/p/en/send/?sent=", verbs=("window.handed_in",), changes=True)


def left(principal: Principal, relation: str) -> Answer:
    return Answer(302, to=views.ELSEWHERE, changes=principal.key == "rosa")


def chosen(world: World, principal: Principal, case: str) -> Data:
    return {"consent": str(world.consents[case].pk), "language": "en", "days": "30"}


def holding(world: World, principal: Principal, case: str) -> Data:
    return {"token": token(f"{case} family")}


def told_there(world: World, principal: Principal, case: str) -> None:
    """The contact is told by mail."""
    row = world.families[case]
    with window("matrix"):
        FamilyNotice(
            organization_id=row.organization_id, case_id=row.case_id, link_id=row.pk, channel="email",
            address="r@rosa.example", file=world.cases[case].person_id, chosen_by_id=row.made_by_id,
        ).save(force_insert=True)  # fmt: skip


def asked_for(world: World, principal: Principal, relation: str, done_at: Any = None) -> None:
    """The mother was asked for letters."""
    row = world.families[OF_ROSA]
    with window("matrix"):
        FamilyTask(
            organization_id=row.organization_id, case_id=row.case_id, link_id=row.pk, code="letters",
            chosen_by_id=row.made_by_id, done_at=done_at,
        ).save(force_insert=True)  # fmt: skip


def ticked_before(world: World, principal: Principal, relation: str) -> None:
    asked_for(world, principal, relation, timezone.now())


def covered(world: World, principal: Principal, relation: str) -> None:
    """The mother's consent is about documents, too."""
    with window("matrix"):
        Consent.objects.filter(pk=world.consents[OF_ROSA].pk).update(subjects=["custody", "documents"])


def without(world: World, principal: Principal, case: str) -> None:
    """The link that stands was ended a moment ago."""
    now, row = timezone.now(), world.families[case]
    with window("matrix"):
        FamilyLink.objects.filter(pk=row.pk).update(
            revoked_at=now - timedelta(minutes=5), revoked_by_id=row.made_by_id
        )  # fmt: skip
