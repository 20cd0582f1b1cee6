"""Two organizations with cases, and Ada, who belongs to one of them."""

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from casework.access.actor import Actor, staff
from casework.access.doors import window
from casework.access.models import Membership, Organization, User
from casework.cases import actions
from casework.cases.models import Appearance, Case, Closing, Task
from casework.custody.models import CourtOnFile, LocatorCheck, Stay, Stint
from casework.directory.models import Code, Court, ErrorReport, Facility
from casework.docket.models import (
    Bond,
    Charge,
    ClosedDay,
    Coverage,
    Deadline,
    Decision,
    Feed,
    Hearing,
    Proceeding,
    RuleSignOff,
)  # fmt: skip
from casework.documents.models import Document, File
from casework.intake.models import (
    Answer,
    Batch,
    CallLog,
    Candidate,
    ConflictCheck,
    ConflictDecision,
    HandOver,
    Import,
    Incident,
    IncidentLink,
    Offer,
    OfferCard,
    Packet,
    Received,
    Referral,
    Shift,
)
from casework.people import actions as people
from casework.people import consents, contacts
from casework.people.models import Consent
from casework.portal.models import FamilyLink
from casework.retention.models import Keep


def actor_of(user: User) -> Actor:
    return staff(Membership.objects.select_related("organization").get(user=user), user.name)


@pytest.fixture
def ada(cast: dict[str, User]) -> Actor:
    return actor_of(cast["attorney"])


def around(actor: Actor, case: Case) -> None:
    """Somebody beside the case's person, somebody against them, a mark and a consent."""
    sister = contacts.add(actor, case.person, values={"name": "Sister"})
    contacts.add_adverse(actor, case.person, values={"name": "Other", "tier": 2})
    people.set_flags(actor, case.person, ["elderly"])
    told = consents.give(actor, case.person, contact=sister, subjects=["custody"], how="phone", given_at=timezone.now())
    FamilyLink(
        organization_id=case.organization_id,
        case=case,
        contact=sister,
        consent=told,
        language="es",
        token_hash=f"{case.pk}",
        pin_hash="x",
        made_by_id=actor.member,
        made_by_name="Somebody",
        ends_at=timezone.now() + timedelta(days=9),
    ).save(force_insert=True)


def work(actor: Actor, case: Case) -> None:
    """What is to be done, who appears, how it ended, where the person is held and looked up, and the court."""
    now, me = timezone.now(), actor.member
    of_case: dict[str, Any] = {"organization_id": case.organization_id, "case": case}
    held: dict[str, Any] = {"organization_id": case.organization_id, "person": case.person}
    stay = Stay(**held, began_at=now, confirmed_at=now)
    rows: list[Any] = [
        Task(**of_case, text="Call", made_by_id=me),
        Appearance(**of_case, form="eoir28", membership_id=me, filed_on=now.date(), made_by_id=me),
        Closing(**of_case, code="G", closed_on=now.date(), made_by_id=me, reopened_at=now),
        Keep(**of_case, reason="A claim", made_by_id=me, made_by_name="Somebody"),
        stay,
        Stint(
            **held, stay=stay, kind="elsewhere", place="A clinic", time_zone="UTC", starts_at=now, source="family",
            confirmed_at=now, confirmed_by_name="Somebody", recorded_by_id=me,
        ),
        LocatorCheck(
            **held, stay=stay, method="locator", outcome="same", checked_by_id=me, checked_by_name="Somebody"
        ),
        CourtOnFile(
            **of_case, court=Court.objects.all()[0], since=now.date(), order="Notice", set_by_id=me,
            set_by_name="Somebody",
        ),
    ]  # fmt: skip
    for row in (
        *rows,
        *docket(case, me),
        *hotline(case, me),
        *intake(actor, case, me),
        *printed(case, me),
        *handed(case, me),
        *papers(case, me),
    ):
        row.save(force_insert=True)


def docket(case: Case, me: Any) -> list[Any]:
    """A proceeding with a hearing, a charge, a decision and a request for bond."""
    now = timezone.now()
    own: dict[str, Any] = {"organization_id": case.organization_id, "case": case, "recorded_by_id": me}
    removal, there = Proceeding(**own, kind="removal"), Court.objects.all()[0]
    where: dict[str, Any] = {"court": there, "time_zone": there.time_zone, "starts_at": now, "on": now.date()}
    hearing = Hearing(**own, **where, proceeding=removal, kind="master", medium="V", at=now.time())
    return [
        removal,
        hearing,
        Coverage(**own, hearing=hearing, asked_of_id=me),
        Charge(**own, proceeding=removal, code=Code.objects.filter(list="charges")[0]),
        Decision(**own, proceeding=removal, summary="Granted", decided_on=now.date(), how="oral"),
        Bond(**own, theory="236a"),
        Deadline(**own, rule_version_id="pfr_30|1", time_zone="UTC", due_on=now.date(), keep_on=now.date()),
    ]


def hotline(case: Case, me: Any) -> list[Any]:
    """A call, an incident on which the case hangs, a shift that is over, a place to refer to."""
    now, own = timezone.now(), {"organization_id": case.organization_id}
    incident = Incident(**own, happened_at=now, recorded_by_id=me, recorded_by_name="Somebody")
    return [
        CallLog(**own, case=case, direction="in", result="reached", by_id=me, by_name="Somebody"),
        incident,
        IncidentLink(**own, case=case, incident=incident, linked_by_id=me, linked_by_name="Somebody"),
        Shift(**own, membership_id=me, name="Somebody", starts_at=now, ends_at=now),
        Referral(**own, kind="housing", name="Casa", made_by_id=me),
    ]


def intake(actor: Actor, case: Case, me: Any) -> list[Any]:
    """An answer, and what a conflict check found and somebody decided."""
    own: dict[str, Any] = {"organization_id": case.organization_id, "case": case}
    checked = ConflictCheck.objects.visible_to(actor).filter(case=case).first() or ConflictCheck(**own, ran_by_id=me)
    found: dict[str, Any] = {"tier": 1, "role": "person", "whom_role": "person", "whom_tier": 1, "score": 90}
    return [
        Answer(
            **own, tier=1, key="incident_what", number=1, seen=0, state="given", content={"value": "Taken"},
            set_version=1, answered_by_id=me, answered_by_name="Somebody",
        ),
        *([checked] if checked._state.adding else []),
        ConflictDecision(**own, outcome="none", made_by_id=me),
        Candidate(
            **own, **found, check_of=checked, whom=case.person, source=case.person_id, target=uuid.uuid4(), ground="x"
        ),
    ]  # fmt: skip


def printed(case: Case, me: Any) -> list[Any]:
    """A form on paper."""
    own: dict[str, Any] = {"organization_id": case.organization_id, "case": case}
    return [Packet(**own, set_version=1, asked_by="trained", highest=1, printed_by_id=me, printed_by_name="Somebody")]


def handed(case: Case, me: Any) -> list[Any]:
    """An offer to another organization, and that the case came from one."""
    own: dict[str, Any] = {"organization_id": case.organization_id, "case": case}
    there = Organization.objects.exclude(pk=case.organization_id)[0]
    made = HandOver(**own, made_by_id=me, made_by_name="Somebody", reason="capacity", hours=48)
    with window("planting"):
        consent = Consent.objects.filter(person=case.person)[0]
        Consent.objects.filter(pk=consent.pk).update(contact=None, subjects=[], to_organization=there)
    offer = Offer(**own, hand_over=made, position=1, to_organization=there, consent=consent, offered_at=timezone.now())
    card = OfferCard(
        id=offer.pk, organization_id=case.organization_id, to_organization=there, reason="capacity",
        agreed_how="phone", agreed_at=timezone.now(),
    )  # fmt: skip
    came = Received(**own, from_organization=there, from_name="There", reason="capacity", offer=uuid.uuid4())
    return [made, offer, card, came]


def papers(case: Case, me: Any) -> list[Any]:
    """A document with a file."""
    own: dict[str, Any] = {"organization_id": case.organization_id, "case": case}
    document = Document(**own, kind="other_document", name="A paper")
    file = File(
        **own, document=document, name="paper.pdf", size=1, checksum="0" * 64, uploaded_by_id=me,
        uploaded_by_name="Somebody",
    )  # fmt: skip
    return [document, file]


@pytest.fixture
def world(cast: dict[str, User]) -> dict[str, Any]:
    return planted(cast)


def planted(cast: dict[str, User]) -> dict[str, Any]:
    """Two cases of Ada's with a note each, and one of Cleo's in another organization."""
    ada, cleo = actor_of(cast["attorney"]), actor_of(cast["clinic"])
    own = [actions.open_case(ada, names={"given_names": name}) for name in ("First", "Second")]
    foreign = actions.open_case(cleo, names={"given_names": "Foreign"})
    notes = [actions.write_note(ada, case, text="Ours") for case in own]
    theirs = actions.write_note(cleo, foreign, text="Theirs")
    for actor, case in [(ada, own[0]), (ada, own[1]), (cleo, foreign)]:
        around(actor, case)
        work(actor, case)
    for member, addresses in ((cleo, 1), (ada, 2)):
        whose = {"organization_id": member.organization_id, "membership_id": member.member}
        for n in range(addresses):
            Feed(
                **whose, level="reference", token_hash=f"{member.member} {n}", revoked_at=timezone.now() if n else None
            ).save()
    for member, facilities in ((cleo, Facility.objects.all()[:1]), (ada, Facility.objects.all()[:2])):
        by = {"organization_id": member.organization_id}
        for one in facilities:
            ErrorReport(
                **by, facility=one, wrong="Ours", reported_by_id=member.member, reported_by_name="Somebody"
            ).save(force_insert=True)
            Import(**by, made_by_id=member.member, file_name="people.csv", rows=1).save(force_insert=True)
            Batch(**by, made_by_id=member.member, facility_key=one.pk, place=one.name).save(force_insert=True)
        signs = by | {"made_by_id": member.member, "made_by_name": "Somebody"}
        for rule, day in (("pfr_30|1", 1), ("noid_30|1", 2))[: 1 if member is cleo else 2]:
            RuleSignOff(**signs, rule_id=rule).save(force_insert=True)
            closed = {"day": date(2026, 12, day), "why": "Power cut", "known_from": "A call"}
            ClosedDay(**signs, court=Court.objects.all()[0], **closed).save(force_insert=True)
    return {"own": own, "foreign": foreign, "notes": notes, "foreign_note": theirs}
