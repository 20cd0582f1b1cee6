"""The list of places to refer people to: read by everybody of the organization, edited, printed."""

import uuid
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from casework.access import acts
from casework.access.changes import since
from casework.access.doors import open_one
from casework.access.languages import OWN_NAMES
from casework.access.models import Organization
from casework.access.requests import StaffRequest, posted
from casework.access.versions import ChangedMeanwhile
from casework.desk.leaflets.views import LANGUAGES, chosen_language, own_language, paper
from casework.intake import referrals as places
from casework.intake.models import Referral
from casework.look import dates
from casework.look.forms import DateInput, ManyChips
from casework.look.versions import Theirs, VersionedForm

TRIES = 3


class ReferralForm(VersionedForm):
    """A place, and when somebody last confirmed it."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"))
    name = forms.CharField(label=gettext_lazy("Name"), max_length=150)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=40, required=False)
    address = forms.CharField(label=gettext_lazy("Address"), max_length=200, required=False)
    hours = forms.CharField(label=gettext_lazy("Hours"), max_length=120, required=False)
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"), choices=list(OWN_NAMES.items()), widget=ManyChips, required=False
    )
    note = forms.CharField(
        label=gettext_lazy("Note"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("It is printed: for whom they are there, what to bring. Nothing about a person."),
    )  # fmt: skip
    checked_on = forms.DateField(label=gettext_lazy("Last checked on"), widget=DateInput, required=False)

    def __init__(self, row: Referral | None, data: Any = None) -> None:
        empty: dict[str, Any] = dict.fromkeys(places.FIELDS, "") | {"languages": [], "checked_on": None}
        standing = {name: getattr(row, name) for name in places.FIELDS} if row else empty
        super().__init__(row.version if row else 0, standing, data)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)  # noqa: S101 (declared above)
        kind.choices = [("", _("Choose a kind")), *places.choices(own_language())]

    def clean_checked_on(self) -> Any:
        found = self.cleaned_data["checked_on"]
        if found and found > timezone.localdate():
            raise ValidationError(_("Check the date: it cannot be later than today."))
        return found

    def say(self, name: str, value: Any) -> str:
        """A value in words."""
        if name == "kind":
            return dict(places.choices(own_language())).get(value, "")
        if name == "languages":
            return ", ".join(OWN_NAMES.get(one, one) for one in value or [])
        return dates.plain(value) if name == "checked_on" and value else str(value or "")


@require_safe
def referrals(request: StaffRequest) -> HttpResponse:
    acts.may(request.actor, places.PRINTED)
    titles = dict(places.choices(own_language()))
    groups: dict[str, list[tuple[Referral, str]]] = {}
    for one in places.listed(request.actor):
        spoken = ", ".join(OWN_NAMES.get(code, code) for code in one.languages)
        groups.setdefault(titles.get(one.kind, one.kind), []).append((one, spoken))
    context = {
        "groups": groups, "languages": LANGUAGES, "may_change": acts.allowed(request.actor, places.VERBS[0]),
        "number": sum(map(len, groups.values())),
    }  # fmt: skip
    return render(request, "desk/leaflets/referrals.html", context)


@require_safe
def print_referrals(request: StaffRequest) -> HttpResponse:
    acts.may(request.actor, places.PRINTED)
    mine = Organization.objects.get(pk=request.actor.organization)
    made = places.paper(request.actor, mine, language=chosen_language(request), printed_on=timezone.localdate())
    acts.note_look(request.actor, mine, places.PRINTED)
    return paper(made, "places.pdf")


@require_http_methods(["GET", "HEAD", "POST"])
def add_referral(request: StaffRequest) -> HttpResponse:
    acts.may(request.actor, "referral.added")
    form = ReferralForm(None, request.POST if request.method == "POST" else None)
    if form.is_valid():
        places.add(request.actor, values=form.values())
        messages.success(request, _("The place is on the list."))
        return redirect("referrals")
    return render(request, "desk/leaflets/referral.html", {"form": form, "row": None})


@require_http_methods(["GET", "HEAD", "POST"])
def change_referral(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """The form; when a colleague saved meanwhile, 409 and a choice for each field that differs."""
    acts.may(request.actor, places.VERBS[0])
    row: Referral = open_one(request.actor, Referral.objects, pk)
    if request.method != "POST":
        return _form(request, row, ReferralForm(row))
    for _try in range(TRIES):
        form = ReferralForm(row, request.POST)
        if not form.is_valid():
            return _form(request, row, form)
        if _must_choose(row, form):
            return _form(request, row, form, HTTPStatus.CONFLICT)
        try:
            line = places.change(request.actor, row, values=form.values(), seen=row.version)
        except ChangedMeanwhile:
            row.refresh_from_db()
            continue
        return _said(request, row, line, _("The place is saved."))
    messages.info(request, _("Somebody else changed it in the same moment. Look at it, and save again."))
    return redirect("change_referral", pk)


@posted("referrals")
def remove_referral(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    acts.may(request.actor, places.VERBS[1])
    row: Referral = open_one(request.actor, Referral.objects, pk)
    try:
        line = places.remove(request.actor, row)
    except ValidationError as error:
        messages.info(request, error.messages[0])
        return redirect("referrals")
    return _said(request, row, line, _("%(name)s is off the list.") % {"name": row.name})


@posted("referrals")
def undo_referral(request: StaffRequest, pk: uuid.UUID, line: uuid.UUID) -> HttpResponse:
    acts.may(request.actor, places.VERBS[0])
    row: Referral = open_one(request.actor, Referral.objects, pk)
    try:
        places.undo(request.actor, row, line_id=line)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("Undone: it stands as before that change."))
    return redirect("referrals")


def _must_choose(row: Referral, form: ReferralForm) -> bool:
    """Whether somebody else changed what was typed otherwise; the form then asks whose counts."""
    if form.seen == row.version:
        return False
    now, zone = timezone.now(), timezone.get_current_timezone()
    changes = {name: one for name, one in since(row, form.seen).items() if name in form.standing}
    theirs = {name: Theirs(one.was, f"{one.who}, {dates.age(one.at, now, zone)}") for name, one in changes.items()}
    if "checked_on" in theirs:
        theirs["checked_on"] = Theirs(None, theirs["checked_on"].who, told=False)
    differ, settled = form.different(theirs), form.is_settled
    form.ask(differ, theirs)
    if not differ or (settled and not form.must_choose()):
        return False
    if not settled:
        form.add_error(None, _("Somebody else saved this meanwhile. Choose what counts for each field, then save."))
    return True


def _said(request: StaffRequest, row: Referral, line: uuid.UUID | None, words: str) -> HttpResponse:
    if line is None:
        messages.info(request, _("Nothing was different."))
    else:
        messages.success(request, words, extra_tags=reverse("undo_referral", args=[row.pk, line]))
    return redirect("referrals")


def _form(request: StaffRequest, row: Referral, form: ReferralForm, status: int = HTTPStatus.OK) -> HttpResponse:
    return render(request, "desk/leaflets/referral.html", {"form": form, "row": row}, status=status)
