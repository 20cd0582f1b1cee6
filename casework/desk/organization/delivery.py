"""A test message to oneself, and what became of it."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from casework.access import acts, limits
from casework.access.requests import StaffRequest
from casework.look.forms import Chips
from casework.notifications import actions, trying
from casework.notifications.channels import EMAIL, SMS, sends_texts
from casework.notifications.models import State
from casework.people import phones

KEPT, MOST = "here:tests", 5  # in the session: the last tests, each with where it went and when
UNDER_WAY = {State.QUEUED, State.SENDING}


class TestForm(forms.Form):
    """To one's own address, or to a telephone at hand."""

    where = forms.ChoiceField(label=gettext_lazy("Where"), widget=Chips)
    number = forms.CharField(label=gettext_lazy("Phone at hand"), required=False, max_length=40)

    def __init__(self, address: str, data: Any = None) -> None:
        super().__init__(data, initial={"where": EMAIL})
        self.address = address
        where: Any = self.fields["where"]
        where.choices = [(EMAIL, _("E-mail to %(address)s") % {"address": address})]
        if sends_texts():
            where.choices += [(SMS, _("Text"))]
        else:
            del self.fields["number"]
            where.help_text = _("This installation sends no texts.")

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("where") == SMS:
            try:
                given["number"] = phones.normalized(given.get("number") or "")
            except ValueError:
                self.add_error("number", _("Enter a phone number such as +1 213 555 0142."))
        return given

    def arguments(self) -> dict[str, str]:
        """What the act takes."""
        channel = self.cleaned_data["where"]
        return {"channel": channel, "to": self.cleaned_data["number"] if channel == SMS else self.address}


@dataclass(frozen=True)
class Result:
    """What became of a test, in words."""

    where: str
    at: datetime
    state: str
    tone: str
    says: str


@require_http_methods(["GET", "HEAD", "POST"])
def delivery(request: StaffRequest) -> HttpResponse:
    """Sends one, and shows what became of the last ones."""
    acts.may(request.actor, "delivery.tested")
    form = TestForm(request.user.email, request.POST if request.method == "POST" else None)
    kept: list[list[str]] = request.session.get(KEPT, [])
    if form.is_valid():
        if limits.test_message(str(request.actor.member)):
            given = form.arguments()
            sent = trying.send(request.actor, **given)
            request.session[KEPT] = [[str(sent), given["to"], timezone.now().isoformat()], *kept][:MOST]
            return redirect("delivery")
        form.add_error(None, _("That was often enough for this hour."))
    context = {"form": form, "results": _results(kept), "may_change": True}
    return render(request, "desk/organization/delivery.html", context)


def _results(kept: list[list[str]]) -> list[Result]:
    found = actions.outcomes(uuid.UUID(pk) for pk, _to, _at in kept)
    made = []
    for pk, to, at in kept:
        state, code = found.get(uuid.UUID(pk), (State.UNKNOWN, ""))
        tone = "green" if state == State.SENT else "amber" if state in UNDER_WAY else "red"
        where = to if "@" in to else phones.shown(to)
        made.append(Result(where, datetime.fromisoformat(at), str(state.label), tone, _says(state, code)))
    return made


def _says(state: State, code: str) -> str:
    if state == State.SENT:
        return _("It was taken over there. Look whether it arrived, also among unwanted mail.")
    if state in UNDER_WAY and not code:
        return _("Look again in a moment. If this stays so, the worker does not run.")
    return _("It was not taken. Tell whoever runs this installation: %(code)s.") % {"code": code or state.label}
