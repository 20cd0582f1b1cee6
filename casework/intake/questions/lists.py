"""What the pure parts are given: lists of codes to compare with, the set itself, and how names become codes."""

from collections.abc import Iterable
from functools import cache

from django.conf import settings

from casework.cases.models import Scope
from casework.custody import places
from casework.custody.models import Kind, Source
from casework.directory.models import Code, Court
from casework.directory.search import fold
from casework.docket.models.kinds import BondTheory, HearingKind, Medium
from casework.intake.questions.definition import QuestionSet
from casework.intake.questions.normalizing import Finders
from casework.intake.questions.reading import load
from casework.people import countries, languages
from casework.people.models import AdverseKind, ContactKind, Gender, How, Subject
from casework.people.rules import COUNSEL_FLAGS, TEAM_FLAGS

FOLDER = settings.BASE_DIR / "fixtures" / "questions" / "intake"
FLAGS = TEAM_FLAGS | COUNSEL_FLAGS


def _codes(choices: Iterable[tuple[str, object]]) -> frozenset[str]:
    return frozenset(code for code, _label in choices) - {""}


# The codes that questions may offer, by the name that a question calls the list. `charges` is one of the directory's
# code lists, too long to be offered whole.
LISTS = {
    "adverse_kind": _codes(AdverseKind.choices),
    "bond_theory": _codes(BondTheory.choices),
    "charges": frozenset[str](),
    "consent_how": _codes(How.choices),
    "consent_subject": _codes(Subject.choices),
    "contact_kind": _codes(ContactKind.choices),
    "gender": _codes(Gender.choices),
    "hearing_kind": _codes(HearingKind.choices),
    "hearing_medium": _codes(Medium.choices),
    "scope": _codes(Scope.choices),
    "stint_kind": _codes(Kind.choices),
    "stint_source": _codes(Source.choices),
}  # fmt: skip


@cache
def intake() -> QuestionSet:
    """The set that is asked. Raises files.Invalid."""
    return load(FOLDER, LISTS, FLAGS)


def indigenous() -> frozenset[str]:
    """The codes of the Indigenous languages of the Americas."""
    return frozenset(one.code for one in languages.known().values() if one.indigenous)


def finders() -> Finders:
    """Names become codes as they do where people type them elsewhere."""
    return Finders(countries.find, languages.find, _facility, _court, _code)


def _facility(typed: str) -> str:
    """The key of the one facility that is meant; empty where none is, or several may be."""
    found = places.found(typed)
    return str(found[0].key) if len(found) == 1 else ""


def _court(typed: str) -> str:
    rows = [(one.key, one.code, one.name) for one in Court.objects.sitting()]
    found: set[str] = {key for key, code, name in rows if typed in (key, code) or fold(typed) == fold(name)}
    if len(found) != 1:
        raise ValueError(typed)
    return found.pop()


def _code(name: str, typed: str) -> str:
    """The code that somebody wrote: itself, its meaning, or, of a charge, the section: 212(a)(6)(A)(i)."""
    found = {row.code for row in Code.objects.filter(list=name) if typed == row.code or fold(typed) in _names(row)}
    if len(found) != 1:
        raise ValueError(typed)
    return str(found.pop())


def _names(row: Code) -> set[str]:
    section = str(row.extra.get("ina_section", ""))
    return {fold(one) for one in (row.code, row.meaning, section, section.removeprefix("INA "))} - {""}
