"""The ledger of consents, what makes a person vulnerable, and that somebody was reached: as acts, under both walls."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from casework.access.acts import opened_details
from casework.access.models import User
from casework.audit.models import Entry
from casework.cases.models import Case
from casework.people import actions, consents, contacts, rules
from casework.people.models import Consent, Contact
from tests.cases.planting import NORTH, SOUTH, again, give, open_case, refused, speaking, to
from tests.people.test_contacts import add, fresh, on_the_case

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
DAY = timedelta(days=1)


def agree(user: User, case: Case, contact: Contact | None, **more: Any) -> Consent:
    with speaking(user) as actor:
        row = fresh(actor, contact) if contact else None
        asked: dict[str, Any] = {
            "how": "phone",
            "given_at": timezone.now() - DAY,
            "subjects": ["hearings", "custody"] if row else [],
        }
        return consents.give(actor, again(actor, case).person, contact=row, **(asked | more))


def told(user: User, case: Case) -> list[tuple[str, tuple[str, ...], str]]:
    with speaking(user) as actor:
        person = again(actor, case).person
        rows = person.contacts.order_by("position"), person.consents.all()
        return [
            (one.contact.name, one.told.subjects, one.told.silence or "")
            for one in consents.told_to(person, *rows, now=timezone.now())
        ]


def test_a_consent_says_to_whom_about_what_and_is_kept_sealed(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    sister = add(cast["attorney"], case)
    made = agree(cast["attorney"], case, sister, purpose="Bring papers", witness="Canary Witness", language="QUI")
    with speaking(cast["paralegal"]) as ben:
        row = fresh(ben, made)
        assert (row.subjects, row.purpose, row.witness, row.recorded_by_name) == (
            ["custody", "hearings"], "Bring papers", "Canary Witness", "Ada Quispe",
        )  # fmt: skip
        line = Entry.objects.get(verb="consent.given")
        assert (opened_details([line])[line.pk] or {})["who"] == "Petrona Tzul"
    assert (line.file_id, line.case_id, line.object_id) == (case.person_id, None, made.pk)
    assert told(cast["paralegal"], case) == [("Petrona Tzul", ("custody", "hearings"), "")]


def test_whoever_agrees_was_reached(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    sister, brother = add(cast["attorney"], case), add(cast["attorney"], case, name="Juan Tzul", position=2)
    with speaking(cast["attorney"]) as ada:
        person = again(ada, case).person
        made = consents.give_provisionally(ada, person, contact=fresh(ada, brother), reason="His mother is alone.")
        assert made.ends_at == made.given_at + rules.PROVISIONAL
    assert told(cast["attorney"], case) == [("Petrona Tzul", (), "no_consent"), ("Juan Tzul", ("found",), "")]
    agree(cast["attorney"], case, sister)
    assert told(cast["attorney"], case) == [
        ("Petrona Tzul", ("custody", "hearings"), ""), ("Juan Tzul", (), "no_consent"),
    ]  # fmt: skip
    with speaking(cast["attorney"]) as ada:
        said = refused(lambda: consents.give_provisionally(
            ada, again(ada, case).person, contact=fresh(ada, brother), reason="x"))  # fmt: skip
    assert said == {"": ["The person was reached, or wants no contact: only the person can agree."]}


def test_that_a_person_was_spoken_with_is_noted_once(cast: Cast) -> None:
    case = open_case(cast["volunteer"])
    now = timezone.now()
    with speaking(cast["volunteer"]) as vic:
        for at in (now - DAY, now):
            actions.reached(vic, again(vic, case).person, at=at)
        assert again(vic, case).person.reached_at == now - DAY
    assert Entry.objects.filter(verb="person.reached", file_id=case.person_id).count() == 2


def test_who_must_not_know_is_never_told(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    sister = add(cast["attorney"], case)
    agree(cast["attorney"], case, sister)
    with speaking(cast["attorney"]) as ada:
        contacts.change(ada, fresh(ada, sister), values={"must_not_know": True}, seen=1)
        row, person = fresh(ada, sister), again(ada, case).person
        words = ["This contact must not know. Take that mark away first, if it is wrong."]
        for act in (
            lambda: consents.give(ada, person, contact=row, subjects=["custody"], how="phone", given_at=timezone.now()),
            lambda: consents.give_provisionally(ada, person, contact=row, reason="x"),
        ):
            assert refused(act) == {"contact": words}
    assert told(cast["attorney"], case) == [("Petrona Tzul", (), "must_not_know")]


def test_a_consent_is_for_a_contact_of_the_person_who_is_on_the_list(cast: Cast) -> None:
    case, other = open_case(cast["attorney"]), open_case(cast["attorney"])
    gone, foreign = add(cast["attorney"], case), add(cast["attorney"], other)
    with speaking(cast["attorney"]) as ada:
        contacts.remove(ada, fresh(ada, gone))
    words = {"contact": ["Choose one of the person's contacts."]}
    assert refused(lambda: agree(cast["attorney"], case, gone)) == words
    assert refused(lambda: agree(cast["attorney"], case, foreign)) == words


def test_a_consent_to_share_names_an_organization(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]):
        clinic = to(SOUTH).id
    made = agree(cast["attorney"], case, None, to_organization=clinic)
    assert (made.to_organization_id, made.contact_id, made.subjects) == (clinic, None, [])


@pytest.mark.parametrize("key", ["attorney", "paralegal", "volunteer"])
def test_a_consent_is_revoked_once_and_never_comes_back(cast: Cast, key: str) -> None:
    case = open_case(cast["attorney"])
    on_the_case(cast, case, "volunteer", "volunteer")
    made = agree(cast["attorney"], case, add(cast["attorney"], case))
    with speaking(cast[key]) as actor:
        consents.revoke(actor, fresh(actor, made), why="She asked for it.")
        row = fresh(actor, made)
        assert (row.revoked_by_id, row.revoked_why) == (actor.membership_id, "She asked for it.")
        assert refused(lambda: consents.revoke(actor, row)) == {"": ["This consent was revoked before."]}
    assert told(cast[key], case) == [("Petrona Tzul", (), "no_consent")]
    assert Entry.objects.filter(verb="consent.revoked", object_id=made.pk).count() == 1


@pytest.mark.parametrize(("key", "organization"), [("paralegal", NORTH), ("volunteer", NORTH), ("clinic", SOUTH)])
def test_an_attorney_alone_decides_for_a_person(cast: Cast, key: str, organization: str) -> None:
    case = open_case(cast["attorney"])
    sister = add(cast["attorney"], case)
    on_the_case(cast, case, "volunteer", "volunteer")
    with speaking(cast["attorney"]) as ada:
        give(ada, again(ada, case), SOUTH, level="share")
    with speaking(cast[key], organization) as actor, pytest.raises(PermissionDenied):
        consents.give_provisionally(actor, again(actor, case).person, contact=fresh(actor, sister), reason="x")


def test_a_receiver_of_a_share_reads_the_ledger_and_writes_nothing(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    made = agree(cast["attorney"], case, add(cast["attorney"], case))
    with speaking(cast["attorney"]) as ada:
        give(ada, again(ada, case), SOUTH, level="share")
    with speaking(cast["clinic"], SOUTH) as cleo:
        row = fresh(cleo, made)
        with pytest.raises(PermissionDenied):
            consents.revoke(cleo, row)
        with pytest.raises(PermissionDenied):
            consents.give(cleo, again(cleo, case).person, how="phone", given_at=timezone.now())


# --- What makes a person vulnerable


def flagged(user: User, case: Case, *flags: str, organization: str = NORTH) -> list[str]:
    with speaking(user, organization) as actor:
        return actions.set_flags(actor, again(actor, case).person, flags)


def flags(user: User, case: Case, organization: str = NORTH) -> set[str]:
    with speaking(user, organization) as actor:
        return actions.flags(actor, again(actor, case).person)


def test_flags_are_seen_as_far_as_their_tier(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    on_the_case(cast, case, "volunteer", "volunteer")
    assert flagged(cast["attorney"], case, "elderly", "trafficking") == ["elderly", "trafficking"]
    with speaking(cast["attorney"]) as ada:
        give(ada, again(ada, case), SOUTH)
    assert flags(cast["attorney"], case) == {"elderly", "trafficking"}
    assert flags(cast["paralegal"], case) == flags(cast["clinic"], case, SOUTH) == {"elderly"}
    assert flags(cast["volunteer"], case) == set()
    with speaking(cast["attorney"]) as ada:
        give(ada, again(ada, case), SOUTH, counsel_tier=True)
    assert flags(cast["clinic"], case, SOUTH) == {"elderly", "trafficking"}


def test_flags_that_one_does_not_see_stay(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    flagged(cast["attorney"], case, "elderly", "trafficking")
    assert flagged(cast["paralegal"], case, "disability") == ["disability", "elderly"]
    assert flags(cast["attorney"], case) == {"disability", "trafficking"}
    assert flagged(cast["paralegal"], case, "disability") == []
    with pytest.raises(PermissionDenied):
        flagged(cast["paralegal"], case, "disability", "lgbtq")


def test_a_line_about_flags_is_read_by_whoever_reads_the_flags(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    flagged(cast["attorney"], case, "elderly", "trafficking")
    seen = {}
    for key in ("attorney", "paralegal"):
        with speaking(cast[key]):
            lines = list(Entry.objects.filter(verb="person.flagged").order_by("tier"))
            seen[key] = [(line.tier, (opened_details([line])[line.pk] or {})["changes"]) for line in lines]
    assert seen["attorney"] == [(2, {"flags": [[], ["elderly"]]}), (3, {"flags": [[], ["trafficking"]]})]
    assert seen["paralegal"] == seen["attorney"][:1]


def test_who_may_not_flag(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    on_the_case(cast, case, "volunteer", "volunteer")
    with speaking(cast["attorney"]) as ada:
        give(ada, again(ada, case), SOUTH, level="share")
    for key, organization in (("volunteer", NORTH), ("clinic", SOUTH)):
        with pytest.raises(PermissionDenied):
            flagged(cast[key], case, "elderly", organization=organization)
    with pytest.raises(KeyError):
        flagged(cast["attorney"], case, "lucky")
