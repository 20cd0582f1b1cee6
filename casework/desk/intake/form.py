"""What is typed into questions: read one by one, so that one that is wrong keeps no other from being saved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from casework.desk.intake import controls
from casework.intake import words
from casework.intake.actions import Said
from casework.intake.answers import Given
from casework.intake.models import AnswerState
from casework.intake.questions import lists
from casework.intake.questions.conditions import Answer
from casework.intake.questions.definition import LANGUAGES, Question
from casework.intake.questions.normalizing import NONE, normalized
from casework.intake.questions.refused import Refused

STATE, SEEN = "-state", "-seen"
AMERICAN = "mdy"  # of papers and people in the United States, where the page is in English


class AnswerField(forms.Field):
    """A question. Nothing is required; it is not marked as optional either, since that is true of all."""

    def __init__(self, question: Question) -> None:
        self.question = question
        super().__init__(
            label=words.text(question.label), help_text=spoken(question), widget=controls.control(question)
        )

    def clean(self, value: Any) -> Any:
        """The stored form; None for nothing."""
        order = AMERICAN if words.spoken() == "en" else ""
        try:
            return normalized(self.question, controls.as_given(self.question, value), lists.finders(), order=order)
        except Refused as error:
            raise ValidationError(words.refusal(self.question, error)) from error


def spoken(question: Question) -> SafeString:
    """What the interviewer says, in English with the Spanish beside it, and the help."""
    said = [(code, question.say.said(code)) for code in LANGUAGES] if question.say else []
    script = format_html_join("", '<div class="script" lang="{}">{}</div>', said)
    beside = format_html('<div class="two">{}</div>', script) if said else ""
    return format_html("{}{}", words.text(question.help), beside)


@dataclass(frozen=True)
class Asked:
    """A question on the page. `given` is what stands, `number` what the page has seen of its answers."""

    question: Question
    field: forms.BoundField
    state: forms.BoundField | None
    given: Given | None
    number: int

    @property
    def key(self) -> str:
        return self.question.key

    @property
    def triggers(self) -> str:
        """When it is saved: when it was changed, and what is written in sentences as it is typed."""
        if self.question.type in controls.ONE_OF:
            return "change delay:500ms"  # arrows go from one answer to the next
        return "change, input delay:1500ms" if self.question.type in ("text", "long_text") else "change"

    @property
    def lines(self) -> list[str]:
        return words.lines(self.question, self.given, whole=True) if self.given else []

    @property
    def others(self) -> list[tuple[Given, list[str]]]:
        """What colleagues answered at the same time."""
        found = self.given.others if self.given else ()
        return [(one, words.lines(self.question, one, whole=True)) for one in found]


class QuestionsForm(forms.Form):
    """Questions of a page, with what stands in them or what was typed."""

    use_required_attribute = False

    def __init__(self, questions: Sequence[Question], last: Mapping[str, Given], data: Any = None) -> None:
        """`last` is the last answer to each question (`answers.last_of`)."""
        self.questions, self.last = list(questions), last
        super().__init__(data)
        for one in questions:
            given = last.get(one.key)
            self.fields[one.key] = AnswerField(one)
            self.initial[one.key] = _initial(one, given)
            if options := controls.states(one):
                self.fields[one.key + STATE] = forms.MultipleChoiceField(
                    choices=options, widget=controls.States, required=False
                )
                self.initial[one.key + STATE] = [_state(given)]
        self._errors: Any = forms.utils.ErrorDict()  # each question is read for itself
        self.cleaned_data: dict[str, Any] = {}

    def asked(self, question: Question) -> Asked:
        """The question as the page shows it."""
        given, state = self.last.get(question.key), question.key + STATE
        stands = given if given and (given.state != AnswerState.EMPTY or given.others) else None
        number = given.number if given else 0
        return Asked(question, self[question.key], self[state] if state in self.fields else None, stands, number)

    def said(self, question: Question, *, by_state: bool = False) -> Said | None:
        """What is to be saved of it, None for nothing new. `by_state` when a tick was what came last.

        Raises ValidationError, which is kept at the question, too.
        """
        seen = self.data.get(question.key + SEEN, "")
        if not (seen.isascii() and seen.isdigit() and len(seen) < 9):
            return None  # it was not on the page
        try:
            answer = self._answer(question, by_state=by_state)
        except ValidationError as error:
            self.add_error(question.key, error)
            raise
        given = self.last.get(question.key)
        stands = _as_answer(given) if given else None
        return None if answer == stands else Said(question.key, answer, int(seen))

    def _answer(self, question: Question, *, by_state: bool) -> Answer | None:
        field = self.fields[question.key]
        raw = field.widget.value_from_datadict(self.data, {}, question.key)
        if question.type in controls.ONE_OF:
            return Answer(None, raw) if raw in dict(controls.STATES) else _known(field.clean(raw or ""))
        given = self.last.get(question.key)
        known = {code for code, _label in controls.states(question)}
        posted: Any = self.data
        ticks = [one for one in posted.getlist(question.key + STATE) if one in known]
        new = [one for one in ticks if one != _state(given)]
        typed = not controls.is_empty(raw)
        if new and typed and not by_state and field.clean(raw) != (given.value if given else None):
            raise ValidationError(_("Either an answer, or why there is none: take one of the two away."))
        if new or (ticks and not typed):
            return _ticked((new or ticks)[0])
        return _known(field.clean(raw)) if typed else None


def _known(value: Any) -> Answer | None:
    return None if value is None else Answer(value)


def _ticked(state: str) -> Answer:
    return Answer(NONE) if state == NONE else Answer(None, state)


def _state(given: Given | None) -> str:
    """The tick that says what stands."""
    if given is None:
        return ""
    if given.state == AnswerState.GIVEN:
        return NONE if given.value == NONE else ""
    return given.state


def _initial(question: Question, given: Given | None) -> Any:
    if given is None or given.state == AnswerState.EMPTY:
        return None
    if given.state != AnswerState.GIVEN:
        return given.state if question.type in controls.ONE_OF else None
    return controls.in_control(question, given.value)


def _as_answer(given: Given) -> Answer | None:
    if given.state == AnswerState.EMPTY:
        return None
    return Answer(given.value) if given.state == AnswerState.GIVEN else Answer(None, given.state)
