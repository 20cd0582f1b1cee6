"""Intakes to accept: answers of a volunteer and of counsel, and all that stands in a case, row by row."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from casework.access.actor import Actor
from casework.access.doors import window
from casework.access.models import User
from casework.cases.models import Assignment, Case, Note, Task
from casework.custody.models import CourtOnFile, Stay, Stint
from casework.docket.models import Bond, Charge, Deadline, Decision, Hearing, Proceeding
from casework.intake import actions
from casework.intake.acceptance import standing
from casework.intake.actions import Said, accepting
from casework.intake.models import Answer as Row
from casework.intake.questions.conditions import Answer
from casework.people.models import AdverseParty, Consent, Contact, NameToken, Person, PhoneToken, Vulnerability
from tests.access.membership import actor_of, do, place
from tests.clock import local_day

ADELANTO, COURT = "ADLNTCA", "adelanto"
CALL: dict[str, Any] = {
    "incident_what": "Taken at a bus stop.", "caller_name": "Rosa", "caller_kind": "family",
    "caller_phone": "+12135550143", "caller_safe": ["call"], "caller_language": "SPA",
    "person_name": {"given_names": "Mateo", "first_surname": "Hernández"}, "a_number": "none",
    "birth_date": "1990-02-03", "country_of_birth": "GT", "best_language": "MAM", "held_at": {"facility": ADELANTO},
    "signed_papers": "pressed", "consent_share": "agreed",
}  # fmt: skip
LATER: dict[str, Any] = {
    "language_town": "Todos Santos", "other_names": [{"other_name": "Mateo Ernandes"}], "consent_share_how": "phone",
    "contacts": [
        {"contact_name": "Rosa Hernández", "contact_phone": "+12135550143",
         "contact_may_know": ["custody", "hearings"]},
        {"contact_name": "Luis", "contact_phone": "+12135550144", "contact_safe": ["call", "text"]},
    ],
    "must_not_know": [{"must_not_know_name": "Julio", "must_not_know_who": "Cousin"}], "court": COURT,
    "hearing_kind": "master", "hearing_medium": "V", "disability": ["sight"],
}  # fmt: skip
COUNSEL: dict[str, Any] = {
    "bond_state": "judge_set", "bond_amount": "5000.00", "custody_basis": "236a",
    "adverse_parties": [{"adverse_name": "Pedro Coyote", "adverse_kind": "smuggler"}],
}  # fmt: skip


def day(number: int) -> str:
    return (local_day() + timedelta(days=number)).isoformat()


def said(values: dict[str, Any]) -> list[Said]:
    return [Said(key, Answer(value)) for key, value in values.items()]


def taken(user: User, **more: Any) -> Case:
    """An intake that a member took down: a first call, and what is named."""
    case: Case = do(actor_of(user), actions.begin_intake, said(CALL | more))
    return case


def full(cast: dict[str, User]) -> Case:
    """An intake with an answer for each room, on whose team the attorney stands."""
    dated = {"hearing_at": f"{day(9)}T08:30", "held_since": day(-3), "bond_decided_on": day(-2)}
    case = taken(cast["volunteer"], **LATER | {k: dated[k] for k in ("hearing_at", "held_since")})
    join(cast["attorney"], case, "co_counsel")
    answers(cast["attorney"], case, **COUNSEL | {"bond_decided_on": dated["bond_decided_on"]})
    return case


def join(user: User, case: Case, role: str) -> None:
    with window("planting"):
        member = place(user)
        Assignment.objects.create(
            organization=case.organization, case=case, membership=member, role=role, made_by=member,
            starts_at=timezone.now() - timedelta(minutes=1),
        )  # fmt: skip


def answers(user: User, case: Case, **values: Any) -> None:
    do(actor_of(user), lambda actor: actions.save_answers(actor, met(actor, case), said(values)))


def met(actor: Actor, case: Case) -> Case:
    found: Case = Case.objects.visible_to(actor).get(pk=case.pk)
    return found


def accept(user: User, case: Case, *, lead: User | None = None, seal: str = "", **more: Any) -> accepting.Accepted:
    """As a request does it: what is planned is what stands, unless another seal is given."""

    def step(actor: Actor) -> accepting.Accepted:
        row = met(actor, case)
        member = place(lead or user) if more.pop("led", True) else None
        choices = more.pop("choices", {})
        done: accepting.Accepted = accepting.accept(
            actor, row, lead=member, choices=choices, seal=seal or standing.read(actor, row).seal, **more
        )
        return done

    accepted: accepting.Accepted = do(actor_of(user), step)
    return accepted


def undo(user: User, case: Case) -> str:
    reference: str = do(actor_of(user), lambda actor: accepting.undo(actor, met(actor, case)))
    return reference


STANDING: dict[Any, dict[str, Any]] = {
    Person: {}, Contact: {"removed_at": None}, AdverseParty: {"removed_at": None}, Consent: {"revoked_at": None},
    Vulnerability: {}, NameToken: {}, PhoneToken: {}, Case: {}, Task: {"done_at": None}, Note: {}, CourtOnFile: {},
    Stay: {"withdrawn": False}, Stint: {"withdrawn": False}, Proceeding: {"withdrawn": False},
    Charge: {"withdrawn": False}, Decision: {"withdrawn": False}, Hearing: {"withdrawn": False},
    Bond: {"withdrawn": False}, Deadline: {"withdrawn": False}, Row: {},
}  # fmt: skip
COUNTED = {"version", "reference"}  # how often a row was saved; and a reference stays used


def everything() -> dict[str, list[dict[str, Any]]]:
    """All that stands, in all tables that hang on people and cases, but for the audit."""
    found = {}
    with window("looking"):
        for model, which in STANDING.items():
            fields = [field.attname for field in model._meta.concrete_fields if field.attname not in COUNTED]
            rows = [{name: getattr(row, name) for name in fields} for row in model.objects.filter(**which)]
            found[model.__name__] = sorted(rows, key=lambda row: str(row["id"]))
        team = Assignment.objects.filter(Assignment.live()).values_list("case_id", "membership_id", "role")
        found["Team"] = sorted(({"place": str(one)} for one in team), key=lambda row: row["place"])
    return found


def shown(model: Any, *names: str, **which: Any) -> list[tuple[Any, ...]]:
    """These columns of the rows that stand."""
    with window("looking"):
        rows = list(model.objects.filter(**STANDING[model], **which))
        return sorted((tuple(getattr(row, name) for name in names) for row in rows), key=str)
