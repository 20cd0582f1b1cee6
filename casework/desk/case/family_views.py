"""Links to the family's page: given, made anew, ended, looked at."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from casework.access import acts
from casework.access.doors import open_one
from casework.access.requests import StaffRequest, refusals_said
from casework.cases.models import Case
from casework.desk.case import family_page, page
from casework.desk.case.family_forms import LinkForm, MessagesForm, TasksForm
from casework.desk.case.views import posted
from casework.portal import links, tasks
from casework.portal import messages as messaging
from casework.portal.links import Made
from casework.portal.models import FamilyLink

KEPT = "here:family"  # in the session, which is sealed: a link just made, until it was shown once


@require_http_methods(["GET", "HEAD", "POST"])
def case_family(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """The links of a case, and the form for another one. What was just made is shown once."""
    case: Case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, "family.viewed", case)
    if request.method == "POST":
        acts.may(request.actor, "family.invited", case)
        form = family_page.form(request, family_page.ground(case), request.POST)
        if form.is_valid() and _made(request, form, lambda: links.invite(request.actor, case, **form.arguments())):
            return redirect("case_family", pk)
        return family_page.show(request, case, bound=form)
    kept = request.session.pop(KEPT, None) if request.method == "GET" else None
    return family_page.show(request, case, made=_shown(request, case, kept) if kept else None)


@require_http_methods(["GET", "HEAD", "POST"])
def renew_link(request: StaffRequest, pk: uuid.UUID, link: uuid.UUID) -> HttpResponse:
    case: Case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, "family.renewed", case)
    found = link_of(request, case, link)
    data = request.POST if request.method == "POST" else None
    form = family_page.form(request, family_page.ground(case), data, found)
    if form.is_valid() and _made(request, form, lambda: links.renew(request.actor, found, **form.arguments())):
        return redirect("case_family", pk)
    context = page.header(request, case) | {"form": form, "link": found}
    return render(request, "desk/case/family/renew.html", context)


@posted
def revoke_link(request: StaffRequest, case: Case, link: uuid.UUID) -> HttpResponse:
    acts.may(request.actor, "family.revoked", case)
    with refusals_said(request):
        links.revoke(request.actor, link_of(request, case, link))
        messages.success(request, _("The link is dead from this moment on. Within the hour you can take that back."))
    return redirect("case_family", case.pk)


@posted
def restore_link(request: StaffRequest, case: Case, link: uuid.UUID) -> HttpResponse:
    acts.may(request.actor, "family.restored", case)
    with refusals_said(request):
        links.restore(request.actor, link_of(request, case, link))
        messages.success(request, _("The link works again, with the same PIN."))
    return redirect("case_family", case.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def link_tasks(request: StaffRequest, pk: uuid.UUID, link: uuid.UUID) -> HttpResponse:
    case: Case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, "family.asked", case)
    found = link_of(request, case, link)
    standing = [one.code for one in tasks.standing(request.actor, [found]).get(found.pk, [])]
    form = TasksForm(standing, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            changed = tasks.choose(request.actor, found, form.cleaned_data["tasks"])
        except ValidationError as error:
            form.add_error("tasks", error)
        else:
            said = _("Their page says so now.") if changed else _("Nothing was different.")
            messages.success(request, said)
            return redirect("case_family", pk)
    whom = family_page.contact(request.actor, found).name
    context = page.header(request, case) | {"form": form, "whom": whom}
    return render(request, "desk/case/family/tasks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def link_messages(request: StaffRequest, pk: uuid.UUID, link: uuid.UUID) -> HttpResponse:
    case: Case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, "family.notified", case)
    found = link_of(request, case, link)
    contact = family_page.contact(request.actor, found)
    form = MessagesForm(messaging.may_be_texted(contact), request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            messaging.choose(request.actor, found, **form.arguments())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("From now on they are told there that there is news."))
            return redirect("case_family", pk)
    context = page.header(request, case) | {"form": form, "whom": contact.name}
    return render(request, "desk/case/family/messages.html", context)


@posted
def stop_messages(request: StaffRequest, case: Case, link: uuid.UUID) -> HttpResponse:
    acts.may(request.actor, "family.stopped", case)
    with refusals_said(request):
        messaging.stop(request.actor, link_of(request, case, link))
        messages.success(request, _("No more messages go to this contact."))
    return redirect("case_family", case.pk)


@require_safe
def preview_link(request: StaffRequest, pk: uuid.UUID, link: uuid.UUID) -> HttpResponse:
    case: Case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, "family.previewed", case)
    found = link_of(request, case, link)
    acts.note_look(request.actor, case, "family.previewed")
    return family_page.show_preview(request, case, found, request.GET.get("language", found.language))


def link_of(request: StaffRequest, case: Case, pk: uuid.UUID) -> FamilyLink:
    found = links.found(request.actor, case, pk)
    if found is None:
        raise Http404
    return found


def _made(request: StaffRequest, form: LinkForm, act: Any) -> bool:
    """Whether a link was made, which the next page shows; else the form says why not."""
    try:
        made: Made = act()
    except ValidationError as error:
        for field, found in getattr(error, "error_dict", {"": [error]}).items():
            form.add_error(field or None, found)
        return False
    request.session[KEPT] = [str(made.link.pk), made.token, made.pin]
    return True


def _shown(request: StaffRequest, case: Case, kept: list[str]) -> dict[str, Any] | None:
    pk, token, pin = kept
    link = links.found(request.actor, case, uuid.UUID(pk))
    if link is None:
        return None
    return {"link": link, "token": token, "pin": pin, "address": links.address(link.language, token)}
