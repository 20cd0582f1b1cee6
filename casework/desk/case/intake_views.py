"""What was answered at intake, section by section, and what each answer was before."""

import uuid
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from casework.access import acts
from casework.access.doors import open_one
from casework.access.requests import StaffRequest
from casework.cases.models import Case
from casework.desk.case import page
from casework.intake import words
from casework.intake.answers import Given, answers_of, history_of
from casework.intake.models import Source
from casework.intake.questions import lists


@dataclass(frozen=True)
class Answered:
    """An answer in words: what was asked, what stands, who said so and when; `others` were given at the same time."""

    key: str
    label: str
    lines: list[str]
    given: Given
    source: str
    others: list[tuple[str, list[str]]]


@require_safe
def case_intake(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    case = open_one(request.actor, Case.objects, pk)
    givens = answers_of(request.actor, case)
    sections = [
        (words.text(one.title), [_answered(two.key, givens[two.key]) for two in one.questions if two.key in givens])
        for one in lists.intake().sections
    ]
    context = page.header(request, case) | {
        "sections": [(title, answers) for title, answers in sections if answers],
        "may_answer": acts.allowed(request.actor, "answer.saved", case),
        "may_paper": acts.allowed(request.actor, "packet.made", case),
        "may_screen": acts.allowed(request.actor, "screening.viewed", case),
    }
    return render(request, "desk/case/intake.html", context)


@require_safe
def answer_history(request: StaffRequest, pk: uuid.UUID, key: str) -> HttpResponse:
    """All answers to one question, the newest first."""
    case = open_one(request.actor, Case.objects, pk)
    question = lists.intake().by_key.get(key)
    found = history_of(request.actor, case, key)
    if question is None or not found:
        raise Http404
    context = page.header(request, case) | {
        "rows": [_answered(key, one) for one in found], "label": words.text(question.label),
    }  # fmt: skip
    return render(request, "desk/case/answer_history.html", context)


def _answered(key: str, given: Given) -> Answered:
    question = lists.intake().by_key[key]
    return Answered(
        key, words.text(question.label), words.lines(question, given), given, str(words.SOURCES[Source(given.source)]),
        [(one.name, words.lines(question, one)) for one in given.others],
    )  # fmt: skip
