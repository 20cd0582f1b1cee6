"""What pages of a case show of deadlines: rows with every date and its reason, what may start new ones, one in full."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.access.actor import Actor
from casework.cases.models import Case
from casework.cases.rules import NEAR_DAYS
from casework.custody import law, places
from casework.custody import looks as custody
from casework.desk.case import custody_words
from casework.directory.models import DeadlineEvent
from casework.docket import looks, reviews, words
from casework.docket.actions.deadlines import dates_of
from casework.docket.book import rule_of
from casework.docket.counting.facts import Step
from casework.docket.models import Bond, Deadline, Decision, Hearing
from casework.docket.models.deadlines import DeadlineBasis
from casework.docket.models.kinds import BondResult, HearingKind, HearingState, ProceedingKind
from casework.documents import looks as documents
from casework.documents.models import Document
from casework.look import dates

EVENTS = {
    ProceedingKind.BOND: "bond_decision", ProceedingKind.APPEAL: "bia_decision",
    ProceedingKind.HABEAS: "district_judgment", ProceedingKind.PETITION_FOR_REVIEW: "appeals_judgment",
    ProceedingKind.CREDIBLE_FEAR: "cf_concurrence",
}  # fmt: skip
HEARINGS = {HearingKind.MASTER: "master_hearing", HearingKind.INDIVIDUAL: "individual_hearing"}
BOND_DECIDED = EVENTS[ProceedingKind.BOND]


@dataclass(frozen=True)
class Row:
    """A deadline in a list. `others` are its other dates, each with what it is."""

    deadline: Deadline
    name: str
    today: date
    others: list[tuple[date, str]]

    @property
    def is_late(self) -> bool:
        keep = self.deadline.keep_on
        return self.deadline.is_open and self.deadline.edge == "latest" and keep is not None and keep < self.today

    @property
    def is_near(self) -> bool:
        keep = self.deadline.keep_on
        return self.deadline.is_open and keep is not None and keep <= self.today + timedelta(days=NEAR_DAYS)

    @property
    def tone(self) -> str:
        return "red" if self.is_late or self.deadline.is_missing else "amber" if self.is_near else ""

    @property
    def rule_has_changed(self) -> bool:
        """Whether it was counted by a version that another one has taken the place of."""
        version = self.deadline.rule_version
        return self.deadline.is_open and version is not None and version.superseded_on is not None


@dataclass(frozen=True)
class Start:
    """A decision, bond or hearing from which nothing was counted yet, and the address of the form that does."""

    is_past: bool
    words: str
    address: str


def today_of(actor: Actor, case: Case) -> date:
    return timezone.localdate(timezone.now(), ZoneInfo(custody.zone(actor, case)))


def row_of(one: Deadline, today: date) -> Row:
    others = [(day, what) for day, what in _named(one) if day != one.keep_on]
    return Row(one, words.title_of(one), today, others)


def _paper(actor: Actor, case: Case, one: Deadline) -> Document | None:
    """The order itself, as far as the actor may know of it."""
    found = documents.one(actor, case, one.document_id) if one.document_id else None
    return found.document if found else None


def _named(one: Deadline) -> list[tuple[date, str]]:
    """Every date of a deadline, and what it is."""
    if one.basis == DeadlineBasis.OVERRIDE:
        return [(one.counted_on, _("counted by the rule"))] if one.counted_on else []
    found = [(one.safe_on, _("safe date")), (one.due_on, _("by this rule"))]
    asked = {each["code"]: each for each in one.rule_version.questions} if one.rule_version else {}
    for reading in one.readings:
        texts = [
            asked[code]["text_es" if words.speaks_spanish() else "text"] for code in reading["assumed"] if code in asked
        ]
        found.append((date.fromisoformat(reading["due"]), _("if yes: %(questions)s") % {"questions": " ".join(texts)}))
    return [(day, what) for day, what in found if day is not None]


def context(actor: Actor, case: Case) -> dict[str, Any]:
    """The deadlines of the docket tab."""
    today, rows = today_of(actor, case), looks.deadlines(actor, case)
    shown, starts = [row_of(one, today) for one in rows], _starts(actor, case, rows)
    return {
        "deadlines": [one for one in shown if one.deadline.is_open],
        "ended": [one for one in shown if not one.deadline.is_open],
        "starts": starts, "passing": any(one.is_past for one in starts),
    }  # fmt: skip


def _starts(actor: Actor, case: Case, rows: list[Deadline]) -> list[Start]:
    """Decisions, also of bond, and master and individual hearings ahead, from which no deadline was counted."""
    counted = {one.decision_id for one in rows} | {one.hearing_id for one in rows}
    of_bond = {one.trigger_on for one in rows if one.event == BOND_DECIDED}
    names = event_names()
    found = []
    for decision in looks.of_case(actor, case, Decision).select_related("proceeding").order_by("-decided_on"):
        if decision.pk not in counted:
            event = EVENTS.get(ProceedingKind(decision.proceeding.kind), "ij_decision")
            day = decision.served_on or decision.decided_on
            found.append(_start(case, event, day, names, decision=decision.pk))
    bonds = looks.of_case(actor, case, Bond).exclude(result__in=(BondResult.NONE, BondResult.WITHDRAWN))
    for bond in bonds.order_by("-decided_on"):
        if bond.decided_on not in of_bond:
            from_hearing = {"hearing": bond.hearing_id} if bond.hearing_id else {}
            found.append(_start(case, BOND_DECIDED, bond.decided_on, names, **from_hearing))
    for hearing in looks.of_case(actor, case, Hearing).filter(kind__in=HEARINGS, state=HearingState.SCHEDULED):
        if hearing.pk not in counted and hearing.starts_at > timezone.now():
            event = HEARINGS[HearingKind(hearing.kind)]
            zone = hearing.time_zone
            found.append(_start(case, event, hearing.on, names, is_past=False, hearing=hearing.pk, zone=zone))
    return found


def _start(case: Case, event: str, day: date, names: dict[str, str], *, is_past: bool = True, **more: Any) -> Start:
    asked = urlencode({"event": event, "on": day.isoformat()} | more)
    says = f"{names.get(event, event)}, {dates.day(day, short=True, year=True)}"
    return Start(is_past, says, f"{reverse('add_deadline', args=[case.pk])}?{asked}")


def event_names() -> dict[str, str]:
    """What starts deadlines, in the reader's language."""
    spanish = words.speaks_spanish()
    return {one.code: one.name_es if spanish else one.name for one in DeadlineEvent.objects.all()}


def full(actor: Actor, case: Case, one: Deadline) -> dict[str, Any]:
    """One deadline with all that it was counted from, and what stands behind its rule."""
    version = one.rule_version
    questions = {each.code: each for each in rule_of(version).questions} if version else {}
    court = custody.court(actor, case)
    return {
        "row": row_of(one, today_of(actor, case)), "deadline": one, "version": version,
        "event": event_names().get(one.event, ""),
        "dates": _named(one), "choices": dates_of(one),
        "answered": [
            (words.question(questions[code]), answer) for code, answer in one.answers.items() if code in questions
        ],
        "open": [words.question(each) for code, each in questions.items() if code not in one.answers],
        "steps": [words.say(Step(**step)) for step in one.steps],
        "warnings": [words.say(Step(**step)) for step in one.warnings],
        "signed": reviews.sign_offs(actor).get(version.pk) if version else None,
        "closed": reviews.closed_on(actor, court.court_id if court else "", dates_of(one)),
        "law": _law(actor, case, one), "paper_itself": _paper(actor, case, one),
    }  # fmt: skip


def _law(actor: Actor, case: Case, one: Deadline) -> dict[str, Any] | None:
    """What the circuit of the place of detention holds on bond, with its date; for deadlines about bond."""
    if one.rule_version is None or one.rule_version.category != "bond":
        return None
    place = places.of_stint(custody.known_before(actor, case))
    found = law.on_bond(place.circuit, today_of(actor, case)) if place and place.circuit else None
    if found is None:
        return None
    return {"position": custody_words.position(found), "law": found}
