"""Writing the world down: once for each worker, as the owner of the tables, and committed."""

import hashlib
import time
from datetime import date, datetime, timedelta
from datetime import time as wall_time
from http.cookies import SimpleCookie
from typing import Any
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.test import Client
from django.utils import timezone
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from casework.access import factors
from casework.access.doors import window
from casework.access.models import DutyHour, FactorReset, Invitation, Membership, Organization, User
from casework.access.requests import CHOSEN
from casework.audit.models import Entry
from casework.cases.grants import LEVELS, CaseGroupObjectPermission, CaseUserObjectPermission
from casework.cases.models import Appearance, Assignment, Case, Note, Task
from casework.custody import agreement
from casework.custody.models import Stay, Stint
from casework.directory.models import Code, ErrorReport, PlaceNote
from casework.docket import agreement as docket
from casework.docket.models import Bond, Charge, ClosedDay, Deadline, Decision, Hearing, Proceeding
from casework.documents.looks import checksum
from casework.documents.models import Document, File, FilePart, PagePicture
from casework.intake.checking import Setup
from casework.intake.models import (
    Answer,
    Batch,
    BatchPart,
    CallLog,
    HandOver,
    Import,
    Incident,
    IncidentLink,
    Offer,
    OfferCard,
    Packet,
    Referral,
    Sheet,
    SheetPart,
    Shift,
)
from casework.people import kept
from casework.people.models import AdverseParty, Consent, Contact, Person, Vulnerability
from casework.portal import links
from casework.portal.models import FamilyLink, FamilySession, Publication
from casework.retention.models import Purge
from tests.clock import local_day
from tests.conftest import become
from tests.matrix.world import (
    AGAIN,
    BATCHES,
    CASES,
    CAST,
    GIVER,
    GRANTS,
    HOME,
    IMPORTS,
    OF_ROSA,
    OFFERED,
    OPEN,
    ORPHANED,
    OVER,
    PLACES,
    PLANTED,
    PRINCIPALS,
    PURGES,
    RESETS,
    SEARCH,
    SEARCHED,
    USED,
    WITHDRAWN,
    Principal,
    World,
    canary,
    token,
)  # fmt: skip

DAY = timedelta(days=1)

ASKED = {1: "caller_name", 2: "last_entry_place", 3: "fear_story"}  # a question of each tier


def plant() -> World:
    """Writes the world into the worker's database, for good: the database is cloned anew afterwards."""
    world = World()
    with transaction.atomic():
        become("casework_owner")
        _organizations(world)
        _people(world)
        for key in CASES:
            _case(world, key)
        _membership_business(world)
        _about_places(world)
        _imports(world)
        _batches(world)
        _hotline(world)
        _offers(world)
        for principal in PRINCIPALS.values():
            _sign_in(world, principal)
        _at_the_window(world)
        _end(world)
    return world


def _organizations(world: World) -> None:
    world.organizations = {one.short_name: one for one in Organization.objects.all()}
    for short_name, name in (("CO", "Closed Office"), ("EP", "East Partners")):
        world.organizations[short_name] = Organization.objects.create(
            name=name, short_name=short_name, kind="community", time_zone="America/Denver",
            group=Group.objects.create(name=name),
        )  # fmt: skip
    for key, organization in world.organizations.items():
        organization.phone = canary(key, "office", "phone")
        organization.save()


def _people(world: World) -> None:
    world.users = {key: User.objects.get(email=email) for key, email in CAST.items()}
    for home, key, person, roles in PLACES:
        user = world.users.get(person) or _newcomer(world, person)
        details = {
            "roles": roles.split(), "title": canary(home, key, "title"), "bar_number": canary(home, key, "bar"),
            "bar_jurisdiction": "California", "starts_at": timezone.now() - 90 * DAY,
        }  # fmt: skip
        place, _ = Membership.objects.update_or_create(
            user=user, organization=world.organizations[home], defaults=details
        )
        world.memberships[key] = place
    for key, user in world.users.items():
        user.name = f"{key.capitalize()} {canary(HOME[key], key, 'name')}"
        user.email = f"{canary(HOME[key], key, 'email')}@office.example"
        user.save()
        EmailAddress.objects.filter(user=user).delete()
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


def _newcomer(world: World, key: str) -> User:
    user = world.users[key] = User.objects.create_user(f"{key}@example.org", name=key)
    if key not in PRINCIPALS or PRINCIPALS[key].state != "no factor":
        with factors.of(user.pk):
            TOTP.activate(user, generate_totp_secret())
    return user


def _case(world: World, key: str) -> None:
    home, team, restricted = CASES[key]
    organization, giver = world.organizations[home], world.memberships[GIVER[home]]
    person = Person(organization=organization, opened_by=giver)
    person.given_names, person.first_surname = key.capitalize(), canary(home, key, "person")
    person.a_number = "012345678"
    person.save()
    case = world.cases[key] = Case(
        organization=organization, person=person, opened_by=giver, restricted=restricted,
        stage="active", reference=f"{home}-{key}", opened_at=timezone.now() - 10 * DAY,
    )  # fmt: skip
    case.save()
    _file(world, case, key)
    for member, role in team.items():
        _assign(world, case, member, role)
    if key == "plain":
        _assign(world, case, "vic", "volunteer", ends_at=timezone.now() - DAY)
    for tier in (1, 2, 3):
        _note(world, case, key, tier)
        _document(world, case, key, tier)
        _task(world, case, key, tier)
        _answer(world, case, key, tier)
    appearance = world.appearances[key] = Appearance(
        organization=organization, case=case, form="g28", membership=giver, made_by=giver,
        filed_on=local_day() - 5 * DAY,
    )  # fmt: skip
    appearance.save()
    if key in GRANTS:
        _grant(world, key)
    _custody(world, case, key)
    _docket(world, case, key)
    Entry.objects.create(
        organization_id=organization.pk, actor_kind="staff", actor_id=giver.pk, user_id=giver.user_id,
        actor_organization_id=organization.pk, verb="case.viewed", object_type="cases.case", object_id=case.pk,
        basis="assigned", request_id=PLANTED,
    )  # fmt: skip


def _file(world: World, case: Case, key: str) -> None:
    """Who is around the person, what makes them vulnerable, what they agreed to."""
    home = CASES[key][0]
    own: dict[str, Any] = {"organization": case.organization, "person": case.person}
    party = own | {"added_by": case.opened_by, "added_at": timezone.now() - DAY}
    sister = world.contacts[key] = Contact(
        name=canary(home, key, "contact"), pass_phrase=canary(home, key, "phrase"), kind="friend", **party
    )
    sister.save(force_insert=True)
    for tier, flag in ((2, "elderly"), (3, "trafficking")):
        row = AdverseParty(name=canary(home, key, f"A{tier}"), tier=tier, kind="witness", **party)
        row.save(force_insert=True)
        world.adverses.setdefault(key, row)
        Vulnerability(flag=flag, tier=tier, set_by=case.opened_by, **own).save(force_insert=True)
    world.consents[key] = Consent(
        contact=sister, subjects=["custody"], how="phone", given_at=timezone.now() - DAY, recorded_by=case.opened_by,
        recorded_by_name=_name(world, GIVER[home]), **own,
    )  # fmt: skip
    world.consents[key].save(force_insert=True)
    link = world.families[key] = FamilyLink(
        organization=case.organization, case=case, contact=sister, consent=world.consents[key], language="en",
        token_hash=links.hashed(token(f"{key} family")), pin_hash="x", made_by=case.opened_by,
        made_by_name=_name(world, GIVER[home]), made_at=timezone.now() - DAY, ends_at=timezone.now() + 90 * DAY,
    )  # fmt: skip
    link.save(force_insert=True)
    content = {"scopes": ["custody"], "lead": "", "steps": []}
    Publication(organization=case.organization, case=case, link=link, content=content).save(force_insert=True)


def _custody(world: World, case: Case, key: str) -> None:
    """Held in a hold room, then nobody knows where, and now in Adelanto, which is due for a look-up."""
    now, by = timezone.now(), case.opened_by
    common = {"organization": case.organization, "person": case.person}
    stay = world.stays[key] = Stay(
        **common, began_at=now - 10 * DAY, confirmed_at=now - 8 * DAY, next_check_at=now - DAY
    )  # fmt: skip
    stay.save(force_insert=True)
    signed = {"recorded_by": by, "confirmed_by_name": _name(world, GIVER[CASES[key][0]]), "source": "family"}
    for place, kind, starts, ends in (("LOSHOLD", "hold_room", 10, 8), ("ADLNTCA", "facility", 6, None)):
        stint = Stint(
            **common, **signed, stay=stay, kind=kind, facility_id=place, time_zone="America/Los_Angeles",
            starts_at=now - starts * DAY, ends_at=now - ends * DAY if ends else None, confirmed_at=now - 8 * DAY,
        )  # fmt: skip
        stint.save(force_insert=True)
        world.stints.setdefault(key, stint)
    agreement.write(case.person_id)


def _docket(world: World, case: Case, key: str) -> None:
    """A removal proceeding with a charge, a decision and a hearing that nobody has closed; a bond that was set."""
    home, yesterday = CASES[key][0], local_day() - DAY
    own: dict[str, Any] = {"organization": case.organization, "case": case, "recorded_by": case.opened_by}
    removal = world.proceedings[key] = Proceeding(**own, kind="removal", court_id="adelanto")
    removal.save(force_insert=True)
    world.charges[key] = Charge(**own, proceeding=removal, code=Code.objects.filter(list="charges").order_by("key")[0])
    world.decisions[key] = Decision(
        **own, proceeding=removal, summary=canary(home, key, "decided"), decided_on=yesterday, how="oral"
    )
    world.hearings[key] = Hearing(
        **own, proceeding=removal, kind="master", medium="V", court_id="adelanto", place=canary(home, key, "joining"),
        on=yesterday, at=wall_time(9), time_zone="America/Los_Angeles",
        starts_at=datetime.combine(yesterday, wall_time(9), tzinfo=ZoneInfo("America/Los_Angeles")),
    )  # fmt: skip
    world.bonds[key] = Bond(
        **own, proceeding=removal, result="set", amount=7500, decided_on=yesterday - DAY, posted_on=yesterday,
        posted_by=canary(home, key, "posted"), receipt=canary(home, key, "receipt"),
    )  # fmt: skip
    world.deadlines[key] = Deadline(
        **own, rule_version_id="bia_appeal_30|1", event="ij_decision", trigger_on=date(2026, 10, 15), detained=True,
        time_zone="America/Los_Angeles", due_on=date(2026, 11, 16), unrolled_on=date(2026, 11, 14),
        safe_on=date(2026, 10, 26), keep_on=date(2026, 10, 26), paper=canary(home, key, "paper"),
    )  # fmt: skip
    for row in (
        world.charges[key], world.decisions[key], world.hearings[key], world.bonds[key], world.deadlines[key],
    ):  # fmt: skip
        row.save(force_insert=True)
    docket.write(case.pk)


def _assign(world: World, case: Case, member: str, role: str, ends_at: datetime | None = None) -> None:
    Assignment.objects.create(
        organization=case.organization, case=case, membership=world.memberships[member], role=role,
        starts_at=timezone.now() - 10 * DAY, ends_at=ends_at, made_by=case.opened_by,
    )  # fmt: skip


def _name(world: World, membership: str) -> str:
    return next(world.users[person].name for _, key, person, _ in PLACES if key == membership)


def _note(world: World, case: Case, key: str, tier: int) -> None:
    home = CASES[key][0]
    note = Note(
        organization=case.organization, case=case, tier=tier, author=case.opened_by,
        author_name=_name(world, GIVER[home]), written_at=timezone.now() - DAY,
    )  # fmt: skip
    note.text = canary(home, key, f"T{tier}")
    note.save()
    world.notes.setdefault(key, note)


def _answer(world: World, case: Case, key: str, tier: int) -> None:
    """Each says what the note of its tier says."""
    home = CASES[key][0]
    Answer(
        organization=case.organization, case=case, tier=tier, key=ASKED[tier], number=1, seen=0, state="given",
        content={"value": canary(home, key, f"T{tier}")}, set_version=1, answered_by=case.opened_by,
        answered_by_name=_name(world, GIVER[home]), answered_at=timezone.now() - DAY,
    ).save(force_insert=True)  # fmt: skip


PAPER = b"%PDF-1.7 of the matrix"  # nothing in it is read


def _document(world: World, case: Case, key: str, tier: int) -> None:
    """Of each tier one, with a page."""
    own: dict[str, Any] = {"organization": case.organization, "case": case}
    name = canary(CASES[key][0], key, f"D{tier}")
    document = Document(**own, kind="letter", tier=tier, name=name)
    file = File(
        **own, document=document, name=name, state="clean", media_type="application/pdf", size=len(PAPER), pages=1,
        checksum=checksum(PAPER), uploaded_by=case.opened_by, uploaded_by_name=_name(world, GIVER[CASES[key][0]]),
    )  # fmt: skip
    part = FilePart(**own, document=document, file=file, number=0, content=PAPER)
    drawn = PagePicture(**own, document=document, file=file, number=1, content=b"RIFF0000WEBP")
    for row in (document, file, part, drawn):
        row.save(force_insert=True)
    world.documents.setdefault(key, file)


def _task(world: World, case: Case, key: str, tier: int) -> None:
    """Each says what the note of its tier says."""
    task = Task(organization=case.organization, case=case, tier=tier, made_by=case.opened_by)
    task.text = canary(CASES[key][0], key, f"T{tier}")
    task.save()
    world.tasks.setdefault(key, task)


def _grant(world: World, key: str) -> None:
    case, home, grant = world.cases[key], CASES[key][0], GRANTS[key]
    to = world.organizations[grant.organization]
    common: dict[str, Any] = {
        "content_object": case, "organization": case.organization, "to_organization": to,
        "granted_by": case.opened_by, "granted_by_name": _name(world, GIVER[home]), "counsel_tier": grant.counsel_tier,
        "created_at": timezone.now() - 5 * DAY, "expires_at": timezone.now() + grant.days * DAY,
    }  # fmt: skip
    for permission in Permission.objects.filter(content_type__app_label="cases", codename__in=LEVELS[grant.level]):
        common["permission"] = permission
        if grant.person:
            CaseUserObjectPermission.objects.create(user=world.users[grant.person], **common)
        else:
            CaseGroupObjectPermission.objects.create(group=to.group, **common)


def _membership_business(world: World) -> None:
    now = timezone.now()
    states: dict[str, dict[str, Any]] = {
        OPEN: {},
        USED: {"accepted_at": now - DAY},
        OVER: {"expires_at": now - DAY},
        WITHDRAWN: {"withdrawn_at": now - DAY},
    }
    for home, admin in (("NLA", "nia"), ("SC", "omar"), ("RRH", "june_rrh")):
        for state, columns in states.items():
            world.invitations[f"{home}-{state}"] = _invite(world, home, state, admin, columns)
        world.duty_hours[home] = DutyHour.objects.create(
            organization=world.organizations[home], membership=world.memberships[GIVER[home]], weekday=0,
            starts="09:00", ends="12:00",
        )  # fmt: skip
    world.invitations[f"NLA-{ORPHANED}"] = _invite(world, "NLA", ORPHANED, "sue", {})
    world.invitations[f"NLA-{AGAIN}"] = _invite(world, "NLA", AGAIN, "nia", {"email": world.users["ed"].email})
    for home, (member, asker) in RESETS.items():
        world.resets[home] = FactorReset.objects.create(
            organization=world.organizations[home], membership=world.memberships[member],
            asked_by=world.memberships[asker], asked_at=now - timedelta(hours=2), due_at=now + timedelta(hours=22),
        )  # fmt: skip
    for home, proposer in PURGES.items():
        world.purges[home] = Purge.objects.create(
            organization=world.organizations[home], years=7, cases=1, proposed_by=world.memberships[proposer],
            proposed_at=now - timedelta(hours=2),
        )  # fmt: skip
    for key in ("ada", "cleo"):
        world.passkeys[key] = Authenticator.objects.create(
            user=world.users[key], type=Authenticator.Type.WEBAUTHN,
            data={"name": canary(HOME[key], key, "passkey"), "credential": _credential()},
        )  # fmt: skip


def _about_places(world: World) -> None:
    """What each organization noted and reported about the same facility."""
    for home in ("NLA", "SC", "RRH"):
        by = world.memberships[GIVER[home]]
        of_all: dict[str, Any] = {"organization": world.organizations[home], "facility_id": "ADLNTCA"}
        PlaceNote(
            **of_all, topic="visiting", text=canary(home, "place", "note"), checked_on=local_day() - DAY,
            checked_by=by, checked_by_name=_name(world, GIVER[home]),
        ).save(force_insert=True)  # fmt: skip
        world.reports[home] = ErrorReport(
            **of_all, wrong=canary(home, "place", "report"), reported_by=by,
            reported_by_name=_name(world, GIVER[home]),
        )  # fmt: skip
        world.reports[home].save(force_insert=True)
        world.closed_days[home] = ClosedDay(
            organization=world.organizations[home], court_id="adelanto", day=local_day() + DAY,
            why=canary(home, "place", "closed"), known_from="A call", made_by=by,
            made_by_name=_name(world, GIVER[home]),
        )  # fmt: skip
        world.closed_days[home].save(force_insert=True)


def _imports(world: World) -> None:
    """Each with one row, about which something is noted; the sheet of the one that is done is gone."""
    for key, (home, member, state) in IMPORTS.items():
        own: dict[str, Any] = {"organization": world.organizations[home]}
        made = world.imports[key] = Import(
            **own, made_by=world.memberships[member], state=state, file_name=canary(home, key, "file"), rows=1
        )
        made.save(force_insert=True)
        if state == "draft":
            counts = {"rows": 1, "skipped": 0, "cases": 1, "contacts": 0, "stays": 0, "hearings": 0, "errors": 0}
            report = {"counts": counts | {"asks": 0, "notes": 1}, "ready": True, "found": 1}
            sheet = Sheet(
                **own, import_of=made, headers=["Name"], setup=Setup(columns=["given_names"]).as_kept(),
                read_as={"kind": "csv", "encoding": "utf-8", "delimiter": "comma", "header_row": 1},
                report=report | {"findings": [[2, 0, "note", "clock_twice", {}, []]]},
            )  # fmt: skip
            sheet.save(force_insert=True)
            part = SheetPart(**own, import_of=made, sheet=sheet, number=0, cells=[[2, [canary(home, key, "cell")]]])
            part.save(force_insert=True)


def _batches(world: World) -> None:
    """Each with one form, its file made just now."""
    for key, (home, member, case) in BATCHES.items():
        own: dict[str, Any] = {"organization": world.organizations[home]}
        made = world.batches[key] = Batch(
            **own, made_by=world.memberships[member], state="done", forms=1, pages=2, ended_at=timezone.now(),
            facility_key="ADLNTCA", place=canary(home, key, "where"), cases=[str(world.cases[case].pk)],
            languages=["en"],
        )  # fmt: skip
        made.save(force_insert=True)
        form = Packet(
            **own, case=world.cases[case], batch=made, set_version=1, asked_by="counsel", highest=1,
            printed_by=world.memberships[member], printed_by_name=_name(world, member),
        )  # fmt: skip
        part = BatchPart(**own, batch=made, number=0, content=canary(home, key, "file").encode())
        for row in (form, part):
            row.save(force_insert=True)


def _hotline(world: World) -> None:
    """In each organization a call that waits, two incidents, a note to the next shift, a place to refer to."""
    now = timezone.now()
    for home, organization in world.organizations.items():
        if home not in GIVER:
            continue
        by, name = world.memberships[GIVER[home]], _name(world, GIVER[home])
        own: dict[str, Any] = {"organization": organization}
        world.calls[home] = CallLog(
            **own, by=by, by_name=name, direction="in", result="waiting", at=now - DAY, due_at=now - DAY,
            words=canary(home, "hotline", "call"),
        )  # fmt: skip
        told: dict[str, Any] = own | {"recorded_by": by, "recorded_by_name": name, "happened_at": now - DAY}
        world.incidents[home] = Incident(**told, place=canary(home, "hotline", "incident"))
        world.other_incidents[home] = Incident(**told)
        world.referrals[home] = Referral(**own, kind="housing", name=canary(home, "hotline", "place"), made_by=by)
        shift = Shift(
            **own, membership=by, name=name, starts_at=now - DAY, ends_at=now, note=canary(home, "hotline", "shift")
        )
        rows = (world.calls[home], world.incidents[home], world.other_incidents[home], world.referrals[home], shift)
        for row in rows:
            row.save(force_insert=True)
    for key, (home, _, _) in CASES.items():
        world.links[key] = IncidentLink(
            organization=world.organizations[home], case=world.cases[key], incident=world.incidents[home],
            linked_by=world.memberships[GIVER[home]], linked_by_name=_name(world, GIVER[home]),
        )  # fmt: skip
        world.links[key].save(force_insert=True)


def _offers(world: World) -> None:
    """Open to the clinic; of what was packed for it nobody reads anything yet."""
    from tests.matrix.of_handovers import plant_offer

    home, by = world.organizations["EP"], world.memberships["eve"]
    person = Person(organization=home, opened_by=by, first_surname=canary("EP", OFFERED, "person"))
    person.save()
    case = Case(organization=home, person=person, opened_by=by, stage="screening")
    case.save()
    own: dict[str, Any] = {"organization": home, "case": case}
    made = HandOver(**own, made_by=by, made_by_name="Eve", reason="capacity", hours=48)
    made.save(force_insert=True)
    one = world.offers[OFFERED] = plant_offer(world, own, made, "SC", by)
    until = timezone.now() + DAY
    with window("matrix"):
        Offer.objects.filter(pk=one.pk).update(state="offered", offered_at=timezone.now(), until=until)
        OfferCard.objects.filter(pk=one.pk).update(until=until)
    Organization.objects.filter(short_name="SC").update(offers_waiting=1)


PRESENT = AuthenticatorData.FLAG(0x45)  # the person was there and was verified; a key follows


def _credential() -> dict[str, Any]:
    """What a browser answers when a passkey is made; nobody has the private half."""
    point = b"\x01" * 32
    key = AttestedCredentialData.create(b"\0" * 16, b"passkey", ES256({1: 2, 3: -7, -1: 1, -2: point, -3: point}))
    made = AuthenticatorData.create(hashlib.sha256(b"testserver").digest(), PRESENT, 1, key)
    client = CollectedClientData.create("webauthn.create", b"challenge", "http://testserver")
    response = {
        "clientDataJSON": websafe_encode(client),
        "attestationObject": websafe_encode(AttestationObject.create("none", made, {})),
    }
    name = websafe_encode(b"passkey")
    return {"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}}


def _invite(world: World, home: str, state: str, inviter: str, columns: dict[str, Any]) -> Invitation:
    now = timezone.now()
    fields = {
        "organization": world.organizations[home], "email": f"{canary(home, state, 'invited')}@new.example",
        "roles": ["paralegal"], "token_hash": hashlib.sha256(token(f"{home}-{state}").encode()).hexdigest(),
        "invited_by": world.memberships[inviter], "created_at": now - timedelta(hours=1),
        "expires_at": now + timedelta(hours=71),
    }  # fmt: skip
    return Invitation.objects.create(**(fields | columns))


def _sign_in(world: World, principal: Principal) -> None:
    key = principal.person or principal.key
    if key not in world.users:
        return
    client = Client()
    client.force_login(world.users[key])
    session = client.session
    # As somebody who has just said again who they are, for as long as the matrix takes.
    later = time.time() + 24 * 60 * 60
    session["account_authentication_methods"] = [{"method": "mfa", "at": later, "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(world.users[key].pk)
    session["began"] = session["seen"] = int(time.time())
    session[CHOSEN] = str(world.memberships[principal.key].pk)
    session[kept.KEY] = [[str(SEARCH), SEARCHED]]
    session.save()
    world.cookies[principal.key] = client.cookies


def _at_the_window(world: World) -> None:
    """Rosa has shown link and PIN about one case, and reads."""
    link, now = world.families[OF_ROSA], timezone.now()
    FamilySession.objects.create(
        link=link, key_hash=links.hashed("rosa"), token_hash=link.token_hash, began_at=now, ends_at=now + DAY
    )
    cookie = world.cookies["rosa"] = SimpleCookie()
    cookie[settings.FAMILY_COOKIE_NAME] = "rosa"


def _end(world: World) -> None:
    """What happens after everybody has signed in."""
    now = timezone.now()
    places = Membership.objects
    places.filter(pk=world.memberships["sue"].pk).update(suspended_at=now - DAY)
    places.filter(pk=world.memberships["mia_sc"].pk).update(ends_at=now - DAY)
    places.filter(pk=world.memberships["old"].pk).update(ends_at=now - DAY)
    places.filter(pk=world.memberships["ed"].pk).update(ends_at=now - DAY)
    places.filter(pk=world.memberships["rae"].pk).update(ends_at=now - timedelta(seconds=1))
    places.filter(pk=world.memberships["fay"].pk).update(starts_at=now + DAY)
    Organization.objects.filter(short_name="CO").update(closed_at=now - DAY)
    User.objects.filter(pk=world.users["ina"].pk).update(is_active=False)
