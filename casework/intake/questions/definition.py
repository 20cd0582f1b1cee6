"""The shape of a question set, as it is read from its files (`reading.py`)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from casework.intake.questions.conditions import Condition

LANGUAGES = ("en", "es")  # every text stands in these
FIRST_CALL, TRAINED, COUNSEL = "first_call", "trained", "counsel"
ASKED_BY = (FIRST_CALL, TRAINED, COUNSEL)  # whoever may ask what comes later asks what comes before, too
FIRST_CALL_MOST = 25
PERSON, STAFF = "person", "staff"
CALLER, EITHER = "caller", "either"
LIST_OF, CHOICE, CHOICES, CODE, YES_NO = "list_of", "choice", "choices", "code", "yes_no"
TYPES = frozenset(
    ["text", "long_text", "date", "partial_date", "time", "datetime", YES_NO, CHOICE, CHOICES, "number", "money",
     "phone", "email", "address", "person_name", "a_number", LIST_OF, "country", "language", "facility", "court", CODE]
)  # fmt: skip
DATES = frozenset({"date", "partial_date", "datetime"})
NUMBERS = frozenset({"number", "money"})
TEXTS = frozenset({"text", "long_text"})


@dataclass(frozen=True)
class Text:
    """A text in several languages."""

    words: Mapping[str, str]

    def said(self, language: str) -> str:
        """In the language, or in English where it is not there yet."""
        return self.words.get(language) or self.words["en"]

    def __str__(self) -> str:
        return self.words["en"]


@dataclass(frozen=True)
class Choice:
    """One of the answers to choose from."""

    code: str
    label: Text


@dataclass(frozen=True)
class Target:
    """Where acceptance writes an answer: a column of a named row (`caller`), of a table it is named for (`contact`)."""

    row: str
    column: str


@dataclass(frozen=True)
class Row:
    """A row that answers are written to: of which table, and what stands in it whatever the answers are.

    One that is written to from a list stands for each of the list, and so does a table itself.
    """

    table: str
    fixed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """One question. `key` never changes its meaning: it names the answer, the field in a PDF, and conditions ask by it.

    `say` is what the interviewer says aloud, `you` the same to the person themself where `say` is put to a caller.
    `tier` is who may see the answer, `asked_by` who is ready to ask it.
    `reads` says whether the person reads it themself, on paper. `to` is empty where the answer stays an answer.
    `urgent` and `flags` map a hint or vulnerability flag to the condition upon which it follows. `codes` names the list
    from which the codes come. `items` are what a `list_of` asks of each, `at_most` for how many the paper has room.
    A `child` question is still asked when a child alone has stopped the intake.
    """

    key: str
    section: str
    type: str
    label: Text
    tier: int
    asked_by: str
    reads: str
    help: Text | None = None
    say: Text | None = None
    you: Text | None = None
    choices: tuple[Choice, ...] = ()
    codes: str = ""
    show_if: Condition | None = None
    to: Target | None = None
    urgent: Mapping[str, Condition] = field(default_factory=dict)
    flags: Mapping[str, Condition] = field(default_factory=dict)
    items: tuple["Question", ...] = ()
    at_most: int = 0
    least: int | None = None
    most: int | None = None
    child: bool = False

    @property
    def for_person(self) -> Text:
        """How it is put to the person themself: on paper, or by whoever sits before them."""
        return self.you or self.say or self.label

    @property
    def offered(self) -> frozenset[str]:
        """The codes that can be chosen; none for a code of a long list."""
        return frozenset({"yes", "no"} if self.type == YES_NO else (one.code for one in self.choices))

    def choice(self, code: str) -> Choice:
        """Raises KeyError."""
        found = next((one for one in self.choices if one.code == code), None)
        if found is None:
            raise KeyError(code)
        return found


@dataclass(frozen=True)
class Section:
    """Questions that belong together: one page on screen. `to_whom` they are put: the caller, the person, either."""

    key: str
    title: Text
    intro: Text
    to_whom: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Hint:
    """What somebody does at once. One that `stops` ends the adult intake. `source` is where the reason comes from."""

    key: str
    text: Text
    do: Text
    source: str
    stops: bool = False


@dataclass(frozen=True)
class Relief:
    """A way that may be open to the person, for counsel to look at: never a finding. `ask` is what decides it."""

    key: str
    text: Text
    ask: Text
    source: str
    condition: Condition


@dataclass(frozen=True)
class QuestionSet:
    """One version of all questions. `first_call` is the order of the first call; `rows` says what a row is."""

    key: str
    version: int
    as_of: date
    sections: tuple[Section, ...]
    first_call: tuple[str, ...]
    rows: Mapping[str, Row]
    hints: Mapping[str, Hint]
    relief: tuple[Relief, ...]

    def __iter__(self) -> Iterator[Question]:
        return (question for section in self.sections for question in section.questions)

    @cached_property
    def by_key(self) -> Mapping[str, Question]:
        """All questions, those asked of each in a list, too."""
        return {one.key: one for question in self for one in (question, *question.items)}

    @cached_property
    def always_asked(self) -> frozenset[str]:
        """What no organization switches off: what can stop the intake, and what that is shown upon."""
        stopping = [one for one in self if any(self.hints[hint].stops for hint in one.urgent)]
        leading = [key for one in stopping if one.show_if for key in one.show_if.questions()]
        return frozenset([*(one.key for one in stopping), *leading])

    def row(self, target: Target) -> Row:
        """The row that is named, or a row of the table that is named."""
        return self.rows.get(target.row) or Row(target.row)

    def on_first_call(self) -> list[Question]:
        """The questions of the first call, in their order."""
        return [self.by_key[key] for key in self.first_call]
