"""What ICE's privacy waiver (Form 60-001) asks, on a sheet to copy from: the form itself is the agency's, and dated."""

import uuid
from datetime import date
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from casework.access import acts
from casework.access.doors import open_one
from casework.access.languages import OWN_NAMES
from casework.access.requests import StaffRequest
from casework.cases import whereabouts
from casework.cases.models import Case
from casework.desk.case import page
from casework.documents import pdf
from casework.look.forms import Chips, ManyChips
from casework.people import countries
from casework.people.models import OFFICIAL, Contact
from casework.vault.fields import Locked

PRINTED = "waiver.printed"
LANGUAGES = ("en", "es")
EMPTY_ROWS = 2  # for those whom the person names
SCOPE = (
    ("custody", gettext_lazy("Where I am held, and every move")),
    ("case", gettext_lazy("My immigration case and my hearings")),
    ("health", gettext_lazy("My health, and what is done for it")),
    ("all", gettext_lazy("All records about me")),
)


class WaiverForm(forms.Form):
    """Who stands on the sheet beside the organization, and what ICE is to tell."""

    people = forms.MultipleChoiceField(
        label=gettext_lazy("Who else may ask ICE"), required=False, widget=ManyChips,
        help_text=gettext_lazy("ICE gets to know whoever stands on the form. Ask them first. No address is printed."),
    )  # fmt: skip
    scope = forms.MultipleChoiceField(
        label=gettext_lazy("What ICE may tell"), choices=SCOPE, widget=ManyChips, initial=["custody", "case"]
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), widget=Chips, initial="en")

    def __init__(self, contacts: list[Contact], data: Any = None) -> None:
        super().__init__(data)
        self.contacts = contacts
        choice: Any = self.fields["people"]
        choice.choices = [(str(one.pk), str(one.name)) for one in contacts]
        if not contacts:
            del self.fields["people"]
        choice = self.fields["language"]
        choice.choices = [(code, OWN_NAMES[code]) for code in LANGUAGES]

    @property
    def named(self) -> list[Contact]:
        chosen = set(self.cleaned_data.get("people", []))
        return [one for one in self.contacts if str(one.pk) in chosen]


@require_http_methods(["GET", "HEAD", "POST"])
def privacy_waiver(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """The choice; then the sheet. What is not known stays empty on it, and is listed."""
    case: Case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, PRINTED, case)
    form = WaiverForm(_contacts(case), request.POST if request.method == "POST" else None)
    context = page.header(request, case)
    person = case.whose
    locked = any(isinstance(one, Locked) for one in (person.full_name, person.a_number, person.birth_date))
    if request.method != "POST" or locked or not form.is_valid():
        context |= {"form": form, "locked": locked}
        return render(request, "desk/case/people/waiver.html", context)
    acts.note_look(request.actor, case, PRINTED, ("a_number", "birth_date"))
    language, organization = form.cleaned_data["language"], page.own(request).organization
    with translation.override(language):
        lead = context["lead"]
        facts = _facts(case) | {
            "named": form.named, "office": organization, "lead": lead.name if lead else "",
            "scope": [(words, code in form.cleaned_data["scope"]) for code, words in SCOPE],
            "empty_rows": range(EMPTY_ROWS),
        }  # fmt: skip
        made = pdf.from_template(
            "paper/privacy_waiver.html", facts, title=gettext_lazy("Data for a privacy waiver, ICE Form 60-001"),
            language=language, organization=organization.name, printed_on=timezone.localdate(),
        )  # fmt: skip
    return HttpResponse(
        made, content_type="application/pdf", headers={"Content-Disposition": 'attachment; filename="waiver.pdf"'}
    )


def _contacts(case: Case) -> list[Contact]:
    """Whom the person may name: nobody who must not know, and none of the agencies."""
    rows = case.person.rows(Contact).filter(removed_at=None, must_not_know=False).exclude(kind__in=OFFICIAL)
    return [one for one in rows.order_by("position", "added_at") if one.name and not isinstance(one.name, Locked)]


def _facts(case: Case) -> dict[str, Any]:
    """What is known of the person, as forms of the agency are filled in: MM/DD/YYYY, all surnames, nine digits."""
    person = case.whose
    rows = [
        (_("Family names, all of them"), " ".join(filter(None, (person.first_surname, person.second_surname)))),
        (_("Given names"), person.given_names),
        (_("Other names used"), ", ".join(person.aliases or [])),
        (_("A-number, nine digits"), person.a_number),
        (_("Date of birth, MM/DD/YYYY"), _american(person.birth_date)),
        (_("Country of birth"), countries.name_of(person.country_of_birth) if person.country_of_birth else ""),
        (_("Held at"), whereabouts.where(case, timezone.now()).place),
    ]
    optional = _("Other names used")
    return {"rows": rows, "missing": [label for label, value in rows if not value and label != optional]}


def _american(day: date | None) -> str:
    return f"{day:%m/%d/%Y}" if day else ""
