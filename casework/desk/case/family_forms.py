"""What is chosen when a contact gets a link: the consent on which it stands, the language, how long it lasts."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from casework.desk.case import telling
from casework.look import dates
from casework.look.forms import Chips
from casework.notifications.channels import sends_texts
from casework.people import phones
from casework.people.models import Consent, Contact
from casework.portal import rules, words

EMAIL = "email"
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


class TasksForm(forms.Form):
    """What a contact is asked to do, in the words of their page."""

    tasks = forms.MultipleChoiceField(
        label=gettext_lazy("What they are asked to do"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Three at most. They stand on their page until you take them off here."),
    )  # fmt: skip

    def __init__(self, standing: Sequence[str], data: Any = None) -> None:
        super().__init__(data, initial={"tasks": list(standing)})
        field: Any = self.fields["tasks"]
        field.choices = asked(rules.TASKS)


class LetterForm(LinkForm):
    """A letter to a contact."""

    language = forms.ChoiceField(
        label=gettext_lazy("Language"), widget=Chips,
        help_text=gettext_lazy("Drafted: nobody who speaks it has read the words yet."),
    )  # fmt: skip
    days = None  # type: ignore[assignment]  # as Django takes a field away

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "letter_%s"  # beside the form of a link

    @property
    def cited(self) -> Consent:
        return self.consents[self.cleaned_data["consent"]]


MIDNIGHT = 24


def hour(number: int) -> str:
    """A full hour from 0 to 24, as the reader's clock says it."""
    return _("midnight") if number == MIDNIGHT else str(dates.clock(time(number)))


class MessagesForm(forms.Form):
    """Where a contact is told that there is news, and between which hours."""

    where = forms.ChoiceField(
        label=gettext_lazy("Where"), widget=Chips,
        help_text=gettext_lazy("Only numbers of the contact that may be texted stand here."),
    )  # fmt: skip
    email = forms.EmailField(label=gettext_lazy("E-mail address"), required=False, max_length=200)
    from_hour = forms.TypedChoiceField(label=gettext_lazy("Not before"), coerce=int, initial=9)
    until_hour = forms.TypedChoiceField(
        label=gettext_lazy("Not after"), coerce=int, initial=20,
        help_text=gettext_lazy("On your organization's clock."),
    )  # fmt: skip

    def __init__(self, numbers: Sequence[str], data: Any = None) -> None:
        super().__init__(data)
        where: Any = self.fields["where"]
        numbers = numbers if sends_texts() else ()
        texts = [(one, _("Text to %(number)s") % {"number": phones.shown(one)}) for one in numbers]
        where.choices = [*texts, (EMAIL, _("E-mail"))]
        if not sends_texts():
            where.help_text = _("This installation sends no texts.")
        hours: dict[str, Any] = {"from_hour": range(MIDNIGHT), "until_hour": range(1, MIDNIGHT + 1)}
        for name, span in hours.items():
            field: Any = self.fields[name]
            field.choices = [(one, hour(one)) for one in span]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("where") == EMAIL and not given.get("email") and "email" not in self.errors:
            self.add_error("email", _("Enter the address."))
        if given.get("until_hour", 24) <= given.get("from_hour", 0):
            self.add_error("until_hour", _("Choose an hour that is later."))
        return given

    def arguments(self) -> dict[str, Any]:
        """What the act takes."""
        given = self.cleaned_data
        by_mail = given["where"] == EMAIL
        return {
            "channel": EMAIL if by_mail else "sms",
            "address": given["email"] if by_mail else given["where"],
            "from_hour": given["from_hour"],
            "until_hour": given["until_hour"],
        }


def asked(codes: Sequence[str]) -> list[tuple[str, str]]:
    """Each with the words of the family's page, in the reader's language."""
    reader = get_language() or "en"
    spoken = words.of(reader if words.known(reader) else "en")
    return [(one, spoken.to_do[one]) for one in codes]


def said(code: str) -> str:
    """A language by its own name, with how far its words were reviewed where they were not."""
    found = words.of(code)
    if found.review.state != "drafted":
        return found.name
    # Isolated: else a name from right to left would turn the whole around.
    name = f"\N{FIRST STRONG ISOLATE}{found.name}\N{POP DIRECTIONAL ISOLATE}"
    return _("%(language)s (drafted)") % {"language": name}


def _said(consent: Consent, contacts: dict[Any, Contact]) -> str:
    contact = contacts.get(consent.contact_id)
    about = ", ".join(telling.about(one) for one in consent.subjects)
    return f"{contact.name if contact else '–'}: {about}"
