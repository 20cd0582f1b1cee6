"""The words of a form in each language: of the questions themselves, or of a translation that stands beside them.

English and Spanish stand in the questions. For other languages `fixtures/questions/paper/` has what the person reads;
what is not translated there stands in English. `reviewed` says whether a native speaker has read it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings

from casework.intake.questions.definition import LANGUAGES, PERSON, YES_NO, Question, Section, Text
from casework.intake.questions.files import plain

FOLDER = settings.BASE_DIR / "fixtures" / "questions" / "paper"
RIGHT_TO_LEFT = frozenset({"ar"})
OWN_NAMES = {
    "en": "English", "es": "Español", "ht": "Kreyòl ayisyen", "zh-hans": "简体中文", "ar": "العربية", "pa": "ਪੰਜਾਬੀ",
}  # fmt: skip
NAMES = dict(OWN_NAMES)


@dataclass(frozen=True)
class Words:
    """A language of forms."""

    language: str
    reviewed: bool
    fixed: Mapping[str, str]
    translated: Mapping[str, Mapping[str, Any]]

    @property
    def direction(self) -> str:
        return "rtl" if self.language in RIGHT_TO_LEFT else "ltr"

    def of(self, text: Text | None, *where: str) -> str:
        """A text of the questions; empty where it is not there in this language."""
        if text is None:
            return ""
        if self.language in LANGUAGES:
            return text.said(self.language)
        found: Any = self.translated
        for key in where:
            found = found.get(key, {}) if isinstance(found, Mapping) else {}
        return found if isinstance(found, str) else ""

    def section(self, section: Section) -> str:
        return self.of(section.title, "sections", section.key)

    def ask(self, question: Question) -> str:
        """As paper puts a question: to the person themself where they read it, else as the team calls it."""
        text = question.for_person if question.reads == PERSON else question.label
        return self.of(text, "questions", question.key)

    def name(self, question: Question) -> str:
        """What a column of a list is called."""
        return self.of(question.label, "questions", question.key)

    def help(self, question: Question) -> str:
        return self.of(question.help, "help", question.key)

    def choice(self, question: Question, code: str) -> str:
        if question.type == YES_NO or code not in question.offered:
            return self.fixed[code]
        return self.of(question.choice(code).label, "choices", question.key, code)


@cache
def words(language: str) -> Words:
    """Raises KeyError for a language in which there are no forms."""
    if language not in OWN_NAMES:
        raise KeyError(language)
    found = plain(FOLDER / f"{language}.yaml")
    return Words(language, found["reviewed"] == "yes", found["fixed"], found)


@cache
def languages() -> tuple[str, ...]:
    """The languages in which there are forms, those of the questions first."""
    return tuple(one for one in OWN_NAMES if (FOLDER / f"{one}.yaml").is_file())
