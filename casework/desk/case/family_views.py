"""Links to the family's page: given, made anew, ended, looked at, printed as a card."""

import uuid
from typing import Any

import segno
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from casework.access import acts
from casework.access.doors import open_one
from casework.access.requests import StaffRequest
from casework.cases.models import Case
from casework.desk.case import family_page, page
from casework.desk.case.family_forms import LinkForm, MessagesForm, TasksForm
from casework.desk.case.views import posted, refusals_said
from casework.documents import pdf
from casework.portal import links, tasks, words
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
    found = _link(request, case, link)
    data = request.POST if request.method == "POST" else None
    form = family_page.form(request, family_page.ground(case), data, found)
    if form.is_valid() and _made(request, form, lambda: links.renew(request.actor, found, **form.arguments())):
        return redirect("case_family", pk)
    context = page.header(request, case) | {"form": form, "person_tab": True, "link": found}
    return render(request, "desk/case/family/renew.html", context)


@posted
def revoke_link(request: StaffRequest, case: Case, link: uuid.UUID) -> HttpResponse:
    acts.may(request.actor, "family.revoked", case)
    with refusals_said(request):
        links.revoke(request.actor, _link(request, case, link))
        messages.success(request, _("The link is dead from this moment on. Within the hour you can take that back."))
    return redirect("case_family", case.pk)


@posted
def restore_link(request: StaffRequest, case: Case, link: uuid.UUID) -> HttpResponse:
    acts.may(request.actor, "family.restored", case)
    with refusals_said(request):
        links.restore(request.actor, _link(request, case, link))
        messages.success(request, _("The link works again, with the same PIN."))
    return redirect("case_family", case.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def link_tasks(request: StaffRequest, pk: uuid.UUID, link: uuid.UUID) -> HttpResponse:
    case: Case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, "family.asked", case)
    found = _link(request, case, link)
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
    context = page.header(request, case) | {"form": form, "person_tab": True, "whom": whom}
    return render(request, "desk/case/family/tasks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def link_messages(request: StaffRequest, pk: uuid.UUID, link: uuid.UUID) -> HttpResponse:
    case: Case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, "family.notified", case)
    found = _link(request, case, link)
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
    context = page.header(request, case) | {"form": form, "person_tab": True, "whom": contact.name}
    return render(request, "desk/case/family/messages.html", context)


@posted
def stop_messages(request: StaffRequest, case: Case, link: uuid.UUID) -> HttpResponse:
    acts.may(request.actor, "family.stopped", case)
    with refusals_said(request):
        messaging.stop(request.actor, _link(request, case, link))
        messages.success(request, _("No more messages go to this contact."))
    return redirect("case_family", case.pk)


@require_safe
def preview_link(request: StaffRequest, pk: uuid.UUID, link: uuid.UUID) -> HttpResponse:
    case: Case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, "family.previewed", case)
    found = _link(request, case, link)
    acts.note_look(request.actor, case, "family.previewed")
    return family_page.show_preview(request, case, found, request.GET.get("language", found.language))


@posted
def print_card(request: StaffRequest, case: Case, link: uuid.UUID) -> HttpResponse:
    """The card with the address and its QR code, for whoever still has the address before them; never with the PIN."""
    acts.may(request.actor, "family.invited", case)
    found, token = _link(request, case, link), request.POST.get("token", "")
    if links.hashed(token) != found.token_hash:
        messages.error(request, _("The address is not known any more. Make the link anew to print its card."))
        return redirect("case_family", case.pk)
    address, organization = links.address(found.language, token), page.own(request).organization
    spoken = words.of(found.language)
    drawn = segno.make_qr(address, error="m").svg_inline(
        scale=4, dark="#000", light="#fff", title=spoken.say("card_scan"), lineclass=None, svgclass=None
    )  # fmt: skip
    context = {
        "w": spoken.words, "address": address, "qr": mark_safe(drawn),  # noqa: S308 (lines and colours, and words of ours)
        "call": spoken.say("card_call", phone=organization.phone) if organization.phone else "",
        "until": spoken.say("card_until", day=spoken.day(timezone.localdate(found.ends_at))),
    }  # fmt: skip
    made = pdf.from_template(
        "paper/family_card.html", context, title=spoken.say("card_title"), language=found.language,
        organization=organization.name, printed_on=timezone.localdate(),
    )  # fmt: skip
    return HttpResponse(
        made, content_type="application/pdf", headers={"Content-Disposition": 'attachment; filename="card.pdf"'}
    )


def _link(request: StaffRequest, case: Case, pk: uuid.UUID) -> FamilyLink:
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
