"""The least that each form takes, and what must stand before it is posted, so that whoever may do it succeeds."""

import uuid
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import Permission
from django.utils import timezone

from casework.access.actor import staff
from casework.access.acts import sealed_detail
from casework.access.context import acting
from casework.access.doors import window
from casework.access.models import Membership, Organization
from casework.access.organizations import fingerprint
from casework.audit.actions import What
from casework.audit.models import Entry
from casework.cases.grants import CaseGroupObjectPermission
from casework.cases.models import Assignment, Case, Task
from casework.desk.members.forms import MemberForm
from casework.docket.models import Deadline
from casework.intake.acceptance import standing
from casework.intake.models import Answer, Candidate, ConflictCheck, ConflictDecision
from casework.people.models import Person
from casework.retention.models import Keep, Purge
from casework.vault import keys
from tests.clock import local_day
from tests.conftest import become
from tests.matrix.expectations import may
from tests.matrix.planting import DAY
from tests.matrix.world import CASES, FORMER, GIVER, PLANTED, Principal, World, canary

Data = dict[str, Any]
LINE = uuid.uuid5(uuid.NAMESPACE_OID, "a change of a person")
CASE_LINE = uuid.uuid5(uuid.NAMESPACE_OID, "a change of a case")
PLACE = uuid.uuid5(uuid.NAMESPACE_OID, "somebody's place")
DECISION = uuid.uuid5(uuid.NAMESPACE_OID, "a decision about whom a check found")
ACCEPTANCE = uuid.uuid5(uuid.NAMESPACE_OID, "an acceptance")
# Who can be put on a case, and as what.
NEWCOMERS = {"NLA": ("ben", "paralegal"), "SC": ("sid", "volunteer"), "RRH": ("hana", "volunteer")}
ON_DUTY = {"NLA": "ada", "SC": "cleo", "RRH": "mia"}


def new_case(world: World, principal: Principal, relation: str) -> Data:
    return {"given_names": "Rosa"}


def note(world: World, principal: Principal, case: str) -> Data:
    return {"text": "Called.", "kind": "call", "tier": 1}


def corrected_note(world: World, principal: Principal, case: str) -> Data:
    return {"text": "Called twice.", "kind": "call", "tier": 1, "version": 1}


def task(world: World, principal: Principal, case: str) -> Data:
    return {"text": "Call back.", "tier": 1}


def changed_task(world: World, principal: Principal, case: str) -> Data:
    return {"text": "Call back today.", "tier": 1, "version": 1}


def task_done(world: World, principal: Principal, case: str) -> None:
    with window("matrix"):
        Task.objects.filter(pk=world.tasks[case].pk).update(done_at=timezone.now(), done_by=world.cases[case].opened_by)


def details(world: World, principal: Principal, case: str) -> Data:
    return {"matters": ["bond"], "scope": "bond_only", "priority": 1, "version": 1}


def stage(world: World, principal: Principal, case: str) -> Data:
    return {"stage": "closing", "version": 1}


def declined(world: World, principal: Principal, case: str) -> Data:
    return {"to": "declined", "reason": "capacity", "version": 1}


def closing(world: World, principal: Principal, case: str) -> Data:
    return {"code": "A", "closed_on": local_day(), "looked": "on", "version": 1}


def closed(world: World, principal: Principal, case: str) -> None:
    with window("matrix"):
        Case.objects.filter(pk=world.cases[case].pk).update(stage="closed")


def without_lead(world: World, principal: Principal, case: str) -> None:
    """Whoever leads is there as co-counsel, so that the one attorney of a small organization can become the lead."""
    with window("matrix"):
        Assignment.objects.filter(case=world.cases[case], role="lead").update(role="co_counsel")


def new_lead(world: World, principal: Principal, case: str) -> Data:
    member = world.memberships[ON_DUTY.get(CASES[case][0], "ada")]
    return {"member": member.pk, "day": local_day() + DAY}


def planned_lead(world: World, principal: Principal, case: str) -> None:
    """In five days somebody else leads."""
    row, at = world.cases[case], timezone.now() + 5 * DAY
    with window("matrix"):
        Assignment.objects.filter(case=row, role="lead").update(ends_at=at)
    member = world.memberships[FORMER.get(CASES[case][0], GIVER[CASES[case][0]])]
    Assignment(
        organization=row.organization, case=row, membership=member, role="lead", made_by=row.opened_by, starts_at=at
    ).save(force_insert=True)


def appearance(world: World, principal: Principal, case: str) -> Data:
    member = world.memberships[ON_DUTY.get(CASES[case][0], "ada")]
    return {"form": "eoir28", "scope": "bond_only", "member": member.pk, "filed_on": local_day()}


def withdrawal(world: World, principal: Principal, case: str) -> Data:
    return {"withdrawn_on": local_day(), "version": 1}


def case_changed_before(world: World, principal: Principal, case: str) -> None:
    """Somebody has made the case urgent, and it stands."""
    row = world.cases[case]
    about = What(row.organization_id, "cases.case", row.pk, case_id=row.pk, file_id=row.person_id)
    told = {"changes": {"priority": (0, 2)}, "version": 1}
    with window("matrix"):
        Case.objects.filter(pk=row.pk).update(priority=2)
    keys.forget()
    Entry.objects.create(
        pk=CASE_LINE, organization_id=row.organization_id, actor_kind="duty", verb="case.changed", object_id=row.pk,
        object_type=about.type, case_id=row.pk, file_id=row.person_id, request_id=PLANTED,
        detail=sealed_detail(told, about, CASE_LINE),
    )  # fmt: skip
    keys.forget()


def person(world: World, principal: Principal, case: str) -> Data:
    """As it stands, with a language."""
    names = {"given_names": case.capitalize(), "first_surname": canary(CASES[case][0], case, "person")}
    return names | {"a_number": "012345678", "language": "QUI", "version": 1}


def changed_before(world: World, principal: Principal, case: str) -> None:
    """Somebody has given the person a language, and it stands."""
    row = world.cases[case]
    about = What(row.organization_id, "people.person", row.person_id, file_id=row.person_id)
    told = {"changes": {"language": ("", "es")}, "version": 1}
    with window("matrix"):
        Person.objects.filter(pk=row.person_id).update(language="es")
    keys.forget()
    Entry.objects.create(
        pk=LINE, organization_id=row.organization_id, actor_kind="duty", verb="person.changed", object_id=row.person_id,
        object_type=about.type, file_id=row.person_id, request_id=PLANTED, detail=sealed_detail(told, about, LINE),
    )  # fmt: skip
    keys.forget()


def unaccepted(world: World, principal: Principal, case: str) -> None:
    """The case waits for acceptance."""
    with window("matrix"):
        Case.objects.filter(pk=world.cases[case].pk).update(reference="", stage="screening")


def unanswered(world: World, principal: Principal, case: str) -> None:
    """The case waits for acceptance, and nobody has answered a question."""
    unaccepted(world, principal, case)
    with window("matrix"):
        Answer.objects.filter(case=world.cases[case]).delete()


def checked(world: World, principal: Principal, case: str) -> None:
    """The case waits for acceptance, and its check found nobody."""
    unaccepted(world, principal, case)
    _check(world, case, "clear").save(force_insert=True)


def acceptance(world: World, principal: Principal, case: str) -> Data:
    """What whoever may accept reads on the page before; from others, what they might guess."""
    row = world.cases[case]
    with window("matrix"):
        leads = Assignment.objects.filter(case=row, role="lead").values_list("membership_id", flat=True).first()
    lead = leads or world.memberships[ON_DUTY[CASES[case][0]]].pk
    if not may(principal, "intake.accepted", case):
        return {"seal": "0" * 32, "lead": lead}
    member = Membership.objects.select_related("organization", "user").get(pk=world.memberships[principal.key].pk)
    actor = staff(member, member.user.name)
    become("casework_app")
    with acting(actor):
        seal = standing.read(actor, Case.objects.visible_to(actor).get(pk=row.pk)).seal
    become("casework_owner")
    keys.forget()
    return {"seal": seal, "lead": lead}


def accepted(world: World, principal: Principal, case: str) -> None:
    """The case was accepted a moment ago, with nothing to write."""
    row = world.cases[case]
    about = What(row.organization_id, "cases.case", row.pk, case_id=row.pk, file_id=row.person_id)
    before = {"stage": "screening", "stage_reason": "", "stage_since": timezone.now().isoformat()}
    with window("matrix"):
        places = Assignment.objects.filter(case=row, ends_at=None)
        team = {str(one.pk): (str(one.membership_id), one.role) for one in places}
    told = {"written": [], "before": before, "team": team, "team_after": team, "reference": row.reference}
    Entry.objects.create(
        pk=ACCEPTANCE, organization_id=row.organization_id, actor_kind="duty", verb="intake.accepted",
        object_id=row.pk, object_type=about.type, case_id=row.pk, file_id=row.person_id, request_id=PLANTED,
        detail=sealed_detail(told, about, ACCEPTANCE),
    )  # fmt: skip
    keys.forget()


def found_somebody(world: World, principal: Principal, case: str) -> None:
    """The check of the case has found somebody whom nobody meets."""
    _found(world, case, None)


def decided(world: World, principal: Principal, case: str) -> None:
    """Somebody has decided about whom the check found."""
    row = world.cases[case]
    made = ConflictDecision(
        pk=DECISION, organization_id=row.organization_id, case=row, outcome="none", unseen=True,
        made_by_id=row.opened_by_id,
    )  # fmt: skip
    _found(world, case, made)


def _found(world: World, case: str, made: ConflictDecision | None) -> None:
    row = world.cases[case]
    whom = Person(organization_id=row.organization_id, opened_by_id=row.opened_by_id)
    whom.save(force_insert=True)
    check = _check(world, case, "clear" if made else "open")
    for one in (check, made):
        if one:
            one.save(force_insert=True)
    Candidate(
        organization_id=row.organization_id, case=row, check_of=check, tier=1, role="person", source=row.person_id,
        whom=whom, whom_role="person", whom_tier=1, target=whom.pk, score=90, ground="x", decision=made,
        settled="x" if made else "",
    ).save(force_insert=True)  # fmt: skip
    keys.forget()


def _check(world: World, case: str, state: str) -> ConflictCheck:
    row = world.cases[case]
    return ConflictCheck(organization_id=row.organization_id, case=row, state=state, ran_by_id=row.opened_by_id)


def assignment(world: World, principal: Principal, case: str) -> Data:
    member, role = NEWCOMERS.get(principal.organization, NEWCOMERS["NLA"])
    return {"member": world.memberships[member].pk, "role": role}


def with_somebody(world: World, principal: Principal, case: str) -> None:
    """Somebody without access at present is on the case."""
    row, home = world.cases[case], CASES[case][0]
    member = world.memberships[FORMER.get(home, GIVER[home])]
    Assignment(
        pk=PLACE, organization=row.organization, case=row, membership=member, role="co_counsel", made_by=row.opened_by,
        starts_at=timezone.now() - DAY,
    ).save(force_insert=True)  # fmt: skip


def somebody(world: World, principal: Principal, case: str) -> Data:
    return {"place": PLACE}


def share(world: World, principal: Principal, case: str) -> Data:
    return {
        "organization": world.organizations["EP"].pk, "whom": "all", "level": "view",
        "until": local_day() + timedelta(days=7), "agreed": "on", "step": "give",
    }  # fmt: skip


def with_share(world: World, principal: Principal, case: str) -> None:
    """The principal has shared the case with East Partners; somebody else has, where the principal cannot."""
    row, giver = world.cases[case], GIVER[CASES[case][0]]
    CaseGroupObjectPermission.objects.create(
        content_object=row, organization=row.organization, to_organization=world.organizations["EP"],
        group=world.organizations["EP"].group, permission=Permission.objects.get(codename="view_case"),
        granted_by=world.memberships[principal.key if principal.role_names else giver], granted_by_name="Giver",
        created_at=timezone.now() - DAY, expires_at=timezone.now() + DAY,
    )  # fmt: skip


def given_share(world: World, principal: Principal, case: str) -> Data:
    return {"share": f"{world.organizations['EP'].pk}/"}


def settings(world: World, principal: Principal, relation: str) -> Data:
    own = Organization.objects.get(short_name=principal.organization or "NLA")
    return {
        "seen": fingerprint(own), "name": own.name, "kind": own.kind, "time_zone": own.time_zone,
        "phone": "+1 213 555 0143", "languages": own.languages, "visibility": own.visibility,
    }  # fmt: skip


def keeping(world: World, principal: Principal, relation: str) -> Data:
    return {"retention_years": 9}


def long_closed(world: World, principal: Principal, home: str) -> None:
    """A case of each organization was declined ten years ago, and nothing holds it back."""
    at = timezone.now() - 3653 * DAY
    Organization.objects.update(retention_years=7)
    Purge.objects.update(withdrawn_at=timezone.now())
    with window("matrix"):
        for key in ("revoked", "south", "junes"):
            Case.objects.filter(pk=world.cases[key].pk).update(stage="declined", stage_since=at, opened_at=at)
            Deadline.objects.filter(case=world.cases[key]).update(state="dropped", ended_at=at)


def kept(world: World, principal: Principal, case: str) -> None:
    """Somebody has marked it to be kept."""
    row = world.cases[case]
    Keep(
        organization=row.organization, case=row, reason="A claim", made_by=row.opened_by, made_by_name="Somebody"
    ).save(force_insert=True)
    keys.forget()


def duty(world: World, principal: Principal, relation: str) -> Data:
    member = world.memberships[ON_DUTY.get(principal.organization, "ada")]
    return {"membership": member.pk, "weekdays": ["2"], "starts": "13:00", "ends": "17:00"}


def member(world: World, principal: Principal, key: str) -> Data:
    row = Membership.objects.select_related("organization").get(pk=world.memberships[key].pk)
    form = MemberForm(row, ZoneInfo(row.organization.time_zone))
    filled = {name: value for name, value in form.initial.items() if value is not None}
    return filled | {"roles": row.roles, "title": "Another title"}


def suspended(world: World, principal: Principal, key: str) -> None:
    """The member is suspended."""
    Membership.objects.filter(pk=world.memberships[key].pk).update(suspended_at=timezone.now() - DAY)


def invitation(world: World, principal: Principal, relation: str) -> Data:
    return {"email": "somebody@new.example", "roles": ["paralegal"]}


def place_note(world: World, principal: Principal, relation: str) -> Data:
    return {"text": "Bring a letter.", "checked_on": local_day(), "version": 1}


def account(world: World, principal: Principal, relation: str) -> Data:
    return {"name": "Newcomer", "password": "three lamps above the harbor"}
