"""What is chosen when a contact gets a link: the consent on which it stands, the language, how long it lasts."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.desk.case import telling
from casework.look.forms import Chips
from casework.people.models import Consent, Contact
from casework.portal import words

DAYS = ((30, gettext_lazy("30 days")), (90, gettext_lazy("90 days")), (180, gettext_lazy("180 days")))


class LinkForm(forms.Form):
    """A new link, or one made anew."""

    consent = forms.ChoiceField(label=gettext_lazy("The consent it stands on"))
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), widget=Chips,
        help_text=gettext_lazy("They can change it on the page. Drafted: nobody who speaks it has read the words yet."),
    )  # fmt: skip
    days = forms.TypedChoiceField(
        label=gettext_lazy("It lasts"), choices=DAYS, coerce=int, initial=90, widget=Chips,
        help_text=gettext_lazy("It ends earlier when the consent ends or is revoked."),
    )  # fmt: skip

    def __init__(
        self, consents: Sequence[Consent], contacts: dict[Any, Contact], languages: Sequence[str], data: Any = None,
        initial: dict[str, Any] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(data, initial=initial)
        self.consents = {str(one.pk): one for one in consents}
        consent: Any = self.fields["consent"]
        consent.choices = [("", _("Choose")), *((str(one.pk), _said(one, contacts)) for one in consents)]
        language: Any = self.fields["language"]
        language.choices = [(code, said(code)) for code in languages]

    def arguments(self) -> dict[str, Any]:
        """What the act takes."""
        ends: datetime = timezone.now() + timedelta(days=self.cleaned_data["days"])
        return {
            "consent": self.consents[self.cleaned_data["consent"]],
            "language": self.cleaned_data["language"],
            "ends_at": ends,
        }


def said(code: str) -> str:
    """A language by its own name, with how far its words were reviewed where they were not."""
    found = words.of(code)
    return f"{found.name} ({_('drafted')})" if found.review.state == "drafted" else found.name


def _said(consent: Consent, contacts: dict[Any, Contact]) -> str:
    contact = contacts.get(consent.contact_id)
    about = ", ".join(telling.about(one) for one in consent.subjects)
    return f"{contact.name if contact else '–'}: {about}"
