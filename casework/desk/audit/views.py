"""Searching the audit, and taking along what was found. Both leave a line."""

from typing import Any
from urllib.parse import urlencode

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from casework.access import acts
from casework.access.requests import StaffRequest
from casework.cases import audit_search
from casework.cases.pages import Page, page
from casework.desk.audit import rows
from casework.desk.audit.forms import SearchForm
from casework.look.sheet import download

SIZE, MOST = 50, 10_000


@require_safe
def audit(request: StaffRequest) -> HttpResponse:
    form = _form(request)
    context: dict[str, Any] = {
        "form": form,
        "may_change": acts.allowed(request.actor, "organization.changed"),
        "reads": acts.allowed(request.actor, "case.history_viewed"),
    }
    if form.is_valid():
        asked = form.asked()
        audit_search.note(request.actor, "audit.searched", asked)
        found = page(audit_search.found(request.actor, asked), request.GET, by="at", size=SIZE)
        context |= {
            "rows": rows.rows(request.actor, found.rows),
            "pages": _with_filters(found, form),
            "filters": urlencode(_filters(form)),
        }
    return render(request, "desk/audit/audit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def export_audit(request: StaffRequest) -> HttpResponse:
    """A page that says what the file will hold, for somebody who has just said again who they are; then the file."""
    form = _form(request)
    if not form.is_valid():
        return redirect("audit")
    if request.method == "POST" and not is_reauthentication_required(request, app="account"):
        return _file(request, form.asked())
    if request.method == "POST":
        return redirect(f"{resolve_url('export_audit')}?{urlencode(_filters(form))}")
    answer: HttpResponse = reauthentication_required(app="account")(_ask)(request, form)
    return answer


def _ask(request: StaffRequest, form: SearchForm) -> HttpResponse:
    asked = form.asked()
    audit_search.note(request.actor, "audit.searched", asked)
    many = audit_search.found(request.actor, asked)[: MOST + 1].count()
    context = {
        "many": min(many, MOST),
        "most": MOST,
        "cut": many > MOST,
        "filters": urlencode(_filters(form)),
        "may_change": acts.allowed(request.actor, "organization.changed"),
    }
    return render(request, "desk/audit/export.html", context)


def _file(request: StaffRequest, asked: audit_search.Asked) -> HttpResponse:
    lines = list(audit_search.found(request.actor, asked).order_by("-at", "pk")[:MOST])
    audit_search.note(request.actor, "audit.exported", asked)
    return download(rows.table(rows.rows(request.actor, lines)), f"audit-{timezone.localdate()}.csv")


def _form(request: StaffRequest) -> SearchForm:
    acts.may(request.actor, "audit.searched")
    if request.membership is None:
        raise PermissionDenied("not a member")
    return SearchForm(request.actor, request.GET)


def _filters(form: SearchForm) -> dict[str, str]:
    return {name: form.data[name] for name in form.fields if form.data.get(name)}


def _with_filters(found: Page[Any], form: SearchForm) -> Page[Any]:
    """The ways to the other pages of the same search."""
    more = urlencode(_filters(form))
    newer, older = (way and f"{way}&{more}" if more else way for way in (found.newer, found.older))
    return Page(found.rows, newer, older)
