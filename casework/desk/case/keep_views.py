"""Keeping a closed case beyond its time, for a reason, and letting it go again."""

import uuid

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from casework.access import acts
from casework.access.doors import open_one
from casework.access.requests import StaffRequest, refusals_said
from casework.cases.models import Case
from casework.desk.case import page
from casework.desk.case.views import posted
from casework.retention import actions


class KeepForm(forms.Form):
    """Why. Counsel of the organization read it, and nobody else."""

    reason = forms.CharField(
        label=gettext_lazy("Because"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Such as a claim that is expected, or a court that ordered it."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def keep_case(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    case: Case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, "case.kept", case)
    form = KeepForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.keep(request.actor, case, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The case is kept until somebody lets it go."))
            return redirect("case", pk)
    shown = {"form": form, "mark": actions.standing(request.actor, case)}
    return render(request, "desk/case/keep.html", page.header(request, case) | shown)


@posted
def let_case_go(request: StaffRequest, case: Case) -> HttpResponse:
    with refusals_said(request):
        actions.let_go(request.actor, case)
        messages.success(request, _("The case is kept no longer than others."))
    return redirect("case", case.pk)
