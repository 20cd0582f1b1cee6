"""Searching: what was typed comes in a form and stands in no address."""

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from casework.access import acts
from casework.access.requests import StaffRequest
from casework.cases import search as cases
from casework.desk.search import words
from casework.people import asked, kept

TOO_MANY = 429


@require_http_methods(["GET", "HEAD", "POST"])
def search(request: StaffRequest) -> HttpResponse:
    """Takes what was typed. The number of one case leads there at once, everything else to the page of what fits."""
    acts.may(request.actor, cases.VERB)
    typed = request.POST.get("q", "").strip()[: asked.MOST] if request.method == "POST" else ""
    if not typed:
        return render(request, "desk/search/search.html", {"box_only": True})
    try:
        only = cases.exactly(request.actor, asked.read(typed))
    except cases.TooManySearches:
        return render(request, "429.html", status=TOO_MANY)
    if only is not None:
        return redirect("case", only.pk)
    return redirect("search_results", kept.keep(request.session, typed))


@require_safe
def found(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """What fits a text that the session keeps."""
    acts.may(request.actor, cases.VERB)
    typed = kept.kept(request.session, pk)
    if not typed:
        return redirect("search")
    read = asked.read(typed)
    answer = cases.answer(request.actor, read)
    context = {
        "typed": typed,
        "search": str(pk),
        "rows": words.rows(request.actor, answer.found),
        "more": answer.more,
        "vague": read.by_name and not read.days and len(read.words) == 1,
        "named": bool(read.words),
        "may_open": acts.allowed(request.actor, "case.opened"),
    }
    return render(request, "desk/search/search.html", context)
