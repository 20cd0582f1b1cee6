"""A form that came back: bringing the file, and looking at it beside what is known. Nothing is written by itself."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from casework.access import acts
from casework.access.doors import open_one
from casework.access.requests import StaffRequest, sent_too_much
from casework.cases import reach
from casework.cases.models import Case
from casework.desk.intake import keeping, paper_page, returning
from casework.desk.intake.form import QuestionsForm
from casework.desk.intake.page import Intake, offered
from casework.desk.intake.paper_forms import PaperForm, ReturnedForm
from casework.desk.intake.paper_views import sections
from casework.documents import looks, previews, rules
from casework.documents.looks import Listed
from casework.documents.models import File
from casework.intake import actions
from casework.intake.actions import Said
from casework.intake.models import Source

SAVED = "answer.saved"


@require_http_methods(["GET", "HEAD", "POST"])
def return_form(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Keeps a form that came back among the documents, checked first; then leads to where it is looked at."""
    case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, SAVED, case)
    if request.method != "POST":
        return redirect("intake_paper", pk)
    acts.may(request.actor, "document.added", case)
    form = ReturnedForm(request.POST, request.FILES, too_large=sent_too_much(request, rules.MOST_BYTES))
    if form.is_valid():
        try:
            document = returning.keep(request.actor, case, form.cleaned_data["file"])
        except ValidationError as error:
            form.add_error("file", error.messages)
        else:
            return redirect("review_form", pk, document.pk)
    found = sections(request, reach.of(request.actor).writes_up_to(case))
    return paper_page.show(request, case, PaperForm(found), form)


@require_http_methods(["GET", "HEAD", "POST"])
def review_form(request: StaffRequest, pk: uuid.UUID, document: uuid.UUID) -> HttpResponse:
    """The pages as pictures, and beside them what was written, with what differs; or room to type it."""
    case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, SAVED, case)
    listed = looks.one(request.actor, case, document)
    file = listed.current if listed else None
    if listed is None or file is None or not previews.can_be_shown(file):
        raise Http404
    acts.note_look(request.actor, listed.document, "document.viewed")
    met = Intake(request.actor, case)
    try:
        fields = returning.fields_of(request.actor, file)
    except looks.DoesNotOpen as error:
        raise Http404 from error
    if not fields.names or request.GET.get("type"):
        return _typed(request, met, listed, file, readable=bool(fields.names))
    read = returning.compare(request.actor, case, fields, met.last)
    if request.method == "POST":
        return _taken(request, case, listed, read)
    parts = paper_page.parts(read.returned.proposed, met.last)
    context = _about(request, met, listed) | {
        "read": read, "parts": parts, "takes": any(line.can for part in parts for line in part.lines),
        "older": read.is_older, "unknown": read.returned.unknown, "withheld": read.withheld,
    }  # fmt: skip
    keeping.note_a_number(request, met, [one.question for one in read.returned.proposed])
    return render(request, "desk/intake/review.html", context)


def _taken(request: StaffRequest, case: Case, listed: Listed, read: returning.Read) -> HttpResponse:
    ticked = set(request.POST.getlist("take"))
    said = [
        Said(one.key, one.answer, _seen(request, one.key))
        for one in read.returned.proposed
        if one.key in ticked and one.answer is not None
    ]
    rows = actions.take_over(request.actor, case, said)
    if rows:
        words = ngettext("%(number)s answer was taken over.", "%(number)s answers were taken over.", len(rows))
        messages.success(request, words % {"number": len(rows)})
    else:
        messages.info(request, _("Nothing was ticked, so nothing was written."))
    return redirect("review_form", case.pk, listed.document.pk)


def _seen(request: StaffRequest, key: str) -> int:
    seen = request.POST.get(f"{key}-seen", "")
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else 0


def _typed(request: StaffRequest, met: Intake, listed: Listed, file: File, *, readable: bool) -> HttpResponse:
    """Paper without fields, or whose fields somebody does not want: its pages beside the questions of a section.

    Those on which the section stands, as the square codes say, come first.
    """
    keys = [one.key for one in met.set.sections if met.all_of(one.key)]
    found = returning.sections_by_page(request.actor, listed.document.case, file)
    matched = [one for on in found.values() for one in on if one in keys]
    part = request.GET.get("part", "")
    part = part if part in keys else next(iter(matched), keys[0])
    form = QuestionsForm(met.all_of(part), met.last, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        kept = keeping.keep(request, met, None, form, source=Source.PAPER)
        if not kept.wrong:
            messages.success(request, _("Saved."))
            after = keys[keys.index(part) + 1 :][:1] or [part]
            answer = redirect("review_form", listed.document.case_id, listed.document.pk)
            answer["Location"] += f"?type=1&part={after[0]}"
            return answer
    keeping.note_a_number(request, met, form.questions)
    asked = [form.asked(one) for one in form.questions]
    chosen: list[tuple[str, str, bool]] = [
        (one.key, one.title, one.key == part) for one in met.parts() if one.key in keys
    ]
    shown = _about(request, met, listed)
    shown["pages"] = sorted(shown["pages"], key=lambda one: part not in found.get(one, ()))
    context: dict[str, Any] = shown | {
        "form": form, "asked": asked, "sections": chosen, "part": part, "lists": offered(form.questions),
        "matched": part in matched, "readable": readable,
    }  # fmt: skip
    return render(request, "desk/intake/type_form.html", context)


def _about(request: StaffRequest, met: Intake, listed: Listed) -> dict[str, Any]:
    file = listed.current
    return {
        "case": met.case, "intake": met, "document": listed.document, "file": file,
        "pages": range(1, (file.pages if file else 0) + 1),
    }  # fmt: skip
