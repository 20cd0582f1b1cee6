"""Sheets for families: on screen, on paper, by e-mail to a caller who asks for one."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from casework.access import acts
from casework.access.models import Organization
from casework.access.requests import StaffRequest
from casework.intake import handouts
from casework.look.forms import Chips

LANGUAGES = (("en", "English"), ("es", "Español"))


class SendForm(forms.Form):
    """To whom a sheet goes, without a case: to somebody who has just asked for it."""

    to = forms.EmailField(label=gettext_lazy("E-mail address"))
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=LANGUAGES, widget=Chips, initial="es")
    agreed = forms.BooleanField(
        label=gettext_lazy("They asked for it at this address, and know who else reads mail there")
    )


@require_safe
def leaflets(request: StaffRequest) -> HttpResponse:
    acts.may(request.actor, handouts.PRINTED)
    language = own_language()
    sheets = [(key, one.title.said(language), one) for key, one in handouts.sheets().items()]
    return render(request, "desk/leaflets/leaflets.html", {"sheets": sheets, "languages": LANGUAGES})


@require_safe
def leaflet(request: StaffRequest, key: str) -> HttpResponse:
    """The sheet as it goes out, in the chosen language."""
    acts.may(request.actor, handouts.PRINTED)
    mine, language = _mine(request), chosen_language(request)
    sheet = handouts.handout(mine, _known(key), language=language, today=timezone.localdate())
    context = {
        "sheet": sheet, "leaflet": handouts.sheets()[key], "languages": LANGUAGES, "organization": mine,
        "may_send": acts.allowed(request.actor, "leaflet.sent"),
    }  # fmt: skip
    return render(request, "desk/leaflets/leaflet.html", context)


@require_safe
def print_leaflet(request: StaffRequest, key: str) -> HttpResponse:
    acts.may(request.actor, handouts.PRINTED)
    mine = _mine(request)
    made = handouts.paper(mine, _known(key), language=chosen_language(request), today=timezone.localdate())
    acts.note_look(request.actor, mine, handouts.PRINTED, (key,))
    return paper(made, f"{key}.pdf")


@require_http_methods(["GET", "HEAD", "POST"])
def send_leaflet(request: StaffRequest, key: str) -> HttpResponse:
    """By e-mail, to somebody whose case nobody has opened."""
    acts.may(request.actor, "leaflet.sent")
    mine, form = _mine(request), SendForm(request.POST if request.method == "POST" else None)
    title = handouts.sheets()[_known(key)].title.said(own_language())
    if form.is_valid():
        found = form.cleaned_data
        try:
            handouts.send(
                request.actor, None, key=key, language=found["language"], to=found["to"], organization=mine,
                today=timezone.localdate(),
            )  # fmt: skip
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The sheet is on its way."))
            return redirect("leaflets")
    return render(request, "desk/leaflets/send.html", {"form": form, "key": key, "title": title})


def paper(made: bytes, name: str) -> HttpResponse:
    """A PDF to take along."""
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def chosen_language(request: StaffRequest) -> str:
    """The sheet's language: the one that is asked for, else the reader's."""
    asked = request.GET.get("language", "")
    return asked if asked in handouts.SPOKEN else own_language()


def own_language() -> str:
    """The reader's language, where sheets have it."""
    spoken = (get_language() or "en")[:2]
    return spoken if spoken in handouts.SPOKEN else "en"


def _known(key: str) -> str:
    if key not in handouts.sheets():
        raise Http404
    return key


def _mine(request: StaffRequest) -> Any:
    return Organization.objects.get(pk=request.actor.organization)
