"""The ledger of consents of a case's person: adding, deciding provisionally, revoking, and the form on paper."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from casework.access import acts
from casework.access.doors import open_one
from casework.access.requests import StaffRequest, refusals_said
from casework.cases import reach
from casework.cases.models import Case
from casework.desk.case import page
from casework.desk.case.consent_forms import ConsentForm, ProvisionalForm
from casework.desk.case.views import posted
from casework.documents import pdf
from casework.people import consents
from casework.people.models import OFFICIAL, Consent, Contact

PAPER_LANGUAGES = ("en", "es")
EMPTY_ROWS = 2  # on paper, for those who are not on the list yet


@require_http_methods(["GET", "HEAD", "POST"])
def new_consent(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    case: Case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, "consent.given", case)
    without = (case.organization_id, request.actor.organization)
    others = [one for one in reach.of(request.actor).organizations.values() if one.id not in without]
    form = ConsentForm(_contacts(case), others, request.POST if request.method == "POST" else None)
    if form.is_valid() and _done(form, lambda: consents.give(request.actor, case.whose, **form.arguments())):
        messages.success(request, _("The consent is written down."))
        return redirect("case_people", pk)
    return _show(request, case, form, "consent.html")


@require_http_methods(["GET", "HEAD", "POST"])
def decide_consent(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    case: Case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, "consent.provisional", case)
    form = ProvisionalForm(_contacts(case), request.POST if request.method == "POST" else None)
    if form.is_valid() and _done(
        form, lambda: consents.give_provisionally(request.actor, case.whose, **form.arguments())
    ):
        messages.success(request, _("Written down. It ends in seven days, or when the person is reached."))
        return redirect("case_people", pk)
    return _show(request, case, form, "provisional.html")


@posted
def revoke_consent(request: StaffRequest, case: Case, consent: uuid.UUID) -> HttpResponse:
    acts.may(request.actor, "consent.revoked", case)
    found = Consent.objects.visible_to(request.actor).filter(pk=consent, person_id__in=case.person.files).first()
    if found is None:
        raise Http404
    with refusals_said(request):
        consents.revoke(request.actor, found, why=request.POST.get("why", "").strip()[:300])
        messages.success(request, _("The consent is revoked, from this moment on."))
    return redirect("case_people", case.pk)


@require_safe
def print_consent(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """The form for the person's signature, as a PDF; `language` is that of the paper."""
    case: Case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, "consent.printed", case)
    acts.note_look(request.actor, case, "consent.printed")
    language = request.GET.get("language", "")
    context = {
        "name": case.whose.full_name,
        "reference": case.reference,
        "contacts": [one for one in _contacts(case) if not one.must_not_know and one.kind not in OFFICIAL],
        "empty_rows": range(EMPTY_ROWS),
        "phone": page.own(request).organization.phone,
    }
    made = pdf.from_template(
        "paper/consent.html", context, title=gettext_lazy("Consent: whom you let us tell"),
        language=language if language in PAPER_LANGUAGES else PAPER_LANGUAGES[0],
        organization=page.own(request).organization.name, printed_on=timezone.localdate(),
    )  # fmt: skip
    return HttpResponse(
        made, content_type="application/pdf", headers={"Content-Disposition": 'attachment; filename="consent.pdf"'}
    )


def _contacts(case: Case) -> list[Contact]:
    return list(case.person.rows(Contact).filter(removed_at=None).order_by("position", "added_at"))


def _done(form: forms.Form, act: Callable[[], Any]) -> bool:
    """Whether it is done; else the form says why not."""
    try:
        act()
    except ValidationError as error:
        for field, found in getattr(error, "error_dict", {"": [error]}).items():
            form.add_error({"contact": "whom"}.get(field), found)
        return False
    return True


def _show(request: StaffRequest, case: Case, form: forms.Form, template: str) -> HttpResponse:
    context = page.header(request, case) | {"form": form}
    return render(request, f"desk/case/people/{template}", context)
