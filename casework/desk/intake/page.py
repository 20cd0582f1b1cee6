"""What the pages of an intake show, from the answers as their reader sees them."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from casework.access import acts
from casework.access.actor import Actor
from casework.access.models import Organization
from casework.cases.models import Case, Tier
from casework.desk.intake import controls
from casework.desk.intake.form import Asked, QuestionsForm
from casework.intake import conflicts, words
from casework.intake.answers import Given, asker_of, for_rules, last_of, off_of, tier_of
from casework.intake.duty import Duty, on_duty
from casework.intake.models import AnswerState
from casework.intake.questions import lists, rules
from casework.intake.questions.conditions import Answers, Now
from casework.intake.questions.definition import COUNSEL, Question, QuestionSet, Section
from casework.people import rules as people
from casework.people.vulnerability import LABELS

FIRST_CALL = "first-call"
# The first call in blocks: what happened first, who it is later, and what cannot wait.
BLOCKS = {"incident": "incident", "caller": "caller", "identity": "identity", "language": "identity"}


@dataclass(frozen=True)
class Urgent:
    """What somebody does at once, in the reader's language; `because` are the questions whose answers say so."""

    key: str
    text: str
    do: str
    source: str
    because: tuple[str, ...]
    stops: bool


@dataclass(frozen=True)
class Part:
    """A section in the list of tasks: how many of its questions are answered, of how many."""

    key: str
    title: str
    answered: int
    asked: int

    @property
    def is_done(self) -> bool:
        return self.answered == self.asked


class Intake:
    """An intake as an actor meets it: what stands, is asked and follows. `case` is None before the first answer."""

    def __init__(self, actor: Actor, case: Case | None) -> None:
        self.actor, self.case = actor, case
        self.set: QuestionSet = lists.intake()
        self.off = off_of(actor)
        self.now = Now(timezone.localdate(), lists.indigenous())
        self.read()

    def read(self) -> None:
        """Asks anew what stands."""
        self.last: dict[str, Given] = last_of(self.actor, self.case) if self.case else {}
        self.answers: Answers = for_rules(self.last)

    @cached_property
    def tier(self) -> int:
        """How far the actor asks; on a case that is not there yet, as on a draft of theirs."""
        if self.case:
            return tier_of(self.actor, self.case)
        return Tier.COUNSEL if self.reads else Tier.REPRESENTATION

    @cached_property
    def reads(self) -> bool:
        return asker_of(self.actor) == COUNSEL

    @property
    def stops(self) -> bool:
        return rules.stops(self.set, self.answers, self.now)

    def shown(self, part: str) -> list[Question]:
        """The questions of a page: of a section, or of the first call."""
        first = part == FIRST_CALL
        found = rules.shown(self.set, self.answers, asker_of(self.actor), self.now, off=self.off, first_call=first)
        return [one for one in found if one.tier <= self.tier and (first or one.section == part)]

    def all_of(self, part: str) -> list[Question]:
        """Those that the actor could be shown there, in their order, whatever is answered."""
        if part == FIRST_CALL:
            return self.set.on_first_call()
        mine = [one for one in self.set if rules.asks(asker_of(self.actor), one) and one.tier <= self.tier]
        return [one for one in mine if one.section == part]

    def section(self, part: str) -> Section | None:
        return next((one for one in self.set.sections if one.key == part), None)

    def parts(self) -> list[Part]:
        """The sections in which something is asked; that of the first call first."""
        shown = rules.shown(self.set, self.answers, asker_of(self.actor), self.now, off=self.off)
        shown = [one for one in shown if one.tier <= self.tier]
        first = self._part(FIRST_CALL, _("First call"), self.shown(FIRST_CALL))
        sections = [
            self._part(one.key, words.text(one.title), [two for two in shown if two.section == one.key])
            for one in self.set.sections
        ]
        return [one for one in (first, *sections) if one.asked]

    def _part(self, key: str, title: str, questions: list[Question]) -> Part:
        return Part(key, title, sum(self.is_answered(one.key) for one in questions), len(questions))

    def is_answered(self, key: str) -> bool:
        return key in self.last and self.last[key].state != AnswerState.EMPTY

    def urgent(self) -> list[Urgent]:
        found = rules.urgent(self.set, self.answers, self.now, off=self.off)
        return [
            Urgent(
                one.hint.key, words.text(one.hint.text), words.text(one.hint.do), one.hint.source, one.because,
                one.hint.stops,
            )
            for one in found
        ]  # fmt: skip

    @cached_property
    def duty(self) -> Duty:
        """Whom to call about what cannot wait."""
        return on_duty(Organization.objects.get(pk=self.actor.organization), timezone.now())

    @property
    def matches(self) -> bool:
        """Whether the conflict check, which runs with each answer that names somebody, waits for a decision."""
        if self.case is None or not acts.allowed(self.actor, "conflict.checked", self.case):
            return False
        return bool(conflicts.open_among(self.actor, [self.case.pk]))

    def flags(self) -> list[tuple[str, list[str]]]:
        """Vulnerabilities that answers speak of, as far as the reader may know of them, with the questions."""
        found = rules.flags(self.set, self.answers, self.now, off=self.off)
        return [
            (str(LABELS[one.flag]), [self.label(key) for key in one.because])
            for one in found
            if people.flag_tier(one.flag) <= self.tier
        ]

    def relief(self) -> list[dict[str, Any]]:
        """What counsel may want to look at."""
        found = rules.relief(self.set, self.answers, self.now, off=self.off)
        return [
            {
                "text": words.text(one.relief.text), "ask": words.text(one.relief.ask), "source": one.relief.source,
                "because": [(self.set.by_key[key].section, key, self.label(key)) for key in one.because],
            }
            for one in found
        ]  # fmt: skip

    def label(self, key: str) -> str:
        return words.text(self.set.by_key[key].label)

    @property
    def name(self) -> str:
        """The person's, from the answer or from the file; empty where nobody knows it."""
        if self.case is None:
            return ""
        given = self.last.get("person_name")
        named = self.case.whose.full_name
        return named or (words.lines(self.set.by_key["person_name"], given)[0] if given and given.value else "")


@dataclass(frozen=True)
class Block:
    """Questions under a heading. Of one that is not shown now only its place is there, for when it will be."""

    title: str
    intro: str
    places: list[tuple[str, Asked | None]]


def blocks(intake: Intake, form: QuestionsForm, part: str) -> list[Block]:
    """The questions of a page, in blocks."""
    found: dict[str, list[tuple[str, Asked | None]]] = {}
    for one in intake.all_of(part):
        key = BLOCKS.get(one.section, "") if part == FIRST_CALL else part
        found.setdefault(key, []).append((one.key, form.asked(one) if one in form.questions else None))
    return [_block(intake.section(key), places, with_title=part == FIRST_CALL) for key, places in found.items()]


def _block(section: Section | None, places: list[tuple[str, Asked | None]], *, with_title: bool) -> Block:
    if section is None:
        return Block(_("What cannot wait"), "", places)
    return Block(words.text(section.title) if with_title else "", words.text(section.intro), places)


def offered(questions: list[Question]) -> list[tuple[str, list[str]]]:
    """The lists that boxes of the page offer."""
    return list(controls.lists(questions).items())
