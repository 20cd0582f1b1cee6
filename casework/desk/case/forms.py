"""What is typed about a case: its person, a note, who works on it, with whom it is shared."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.access.actor import Actor
from casework.access.coalition import Neighbor, Receiver, TooManyQuestions, count_question, receiver
from casework.access.models import Membership, OrganizationKind
from casework.cases import rules
from casework.cases.access import Limit
from casework.cases.models import CaseRole, Matter, NoteKind, Tier
from casework.look.forms import Chips, DateInput, ManyChips
from casework.look.rows import ListedField, ListedInput
from casework.people import languages

NAMES = ("given_names", "first_surname", "second_surname")
TIERS = ((1, gettext_lazy("Intake")), (2, gettext_lazy("Representation")), (3, gettext_lazy("Counsel")))
TIER_HELP = {
    1: gettext_lazy(
        "Intake: everybody who can see the case, also volunteers on the team and those with whom it is shared."
    ),
    2: gettext_lazy("Representation: the same, without volunteers."),
    3: gettext_lazy("Counsel: attorneys and paralegals on the team, and shares that include counsel notes."),
}
LEVELS = (
    ("view", gettext_lazy("Read it, and change nothing")),
    ("change", gettext_lazy("Read it and write notes")),
    ("share", gettext_lazy("Read it, write notes, see who can see it, and share it with further organizations")),
)
ALL, ONE = "all", "one"


def name_field(label: Any, **attributes: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=100, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}), **attributes,
    )  # fmt: skip


class NewCaseForm(forms.Form):
    """A person and what is to be done; every field may stay empty."""

    given_names = name_field(
        gettext_lazy("Given names"), help_text=gettext_lazy("As on papers if you can; a first name alone is enough.")
    )
    first_surname = name_field(gettext_lazy("First surname"))
    second_surname = name_field(gettext_lazy("Second surname"))
    language = ListedField(
        find=languages.find, say=languages.name_of, label=gettext_lazy("Language"),
        widget=ListedInput("languages", languages.options),
    )  # fmt: skip
    matters = forms.MultipleChoiceField(
        label=gettext_lazy("What for"), choices=Matter.choices, widget=ManyChips, required=False
    )

    def arguments(self) -> dict[str, Any]:
        """What the act takes."""
        given = self.cleaned_data
        return {
            "names": {part: given[part] for part in NAMES},
            "language": given["language"],
            "matters": given["matters"],
        }


class NoteForm(forms.Form):
    """A note. `highest` is the highest tier that its writer may write."""

    text = forms.CharField(label=gettext_lazy("Note"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 4}))
    kind = forms.ChoiceField(
        label=gettext_lazy("What it records"), choices=NoteKind.choices, initial=NoteKind.MEMO, widget=Chips
    )
    tier = forms.TypedChoiceField(label=gettext_lazy("Who may read it"), coerce=int, widget=Chips)
    pinned = forms.BooleanField(
        label=gettext_lazy("Pin it"), help_text=gettext_lazy("It stays above all other notes."), required=False
    )

    def __init__(self, highest: int, data: Any = None) -> None:
        super().__init__(data, initial={"tier": min(highest, Tier.REPRESENTATION)})
        tier: Any = self.fields["tier"]
        tier.choices = [(number, word) for number, word in TIERS if number <= highest]
        tier.help_text = format_html_join("", "{}<br>", ((TIER_HELP[number],) for number, _word in tier.choices))


class ByName(forms.ModelChoiceField[Membership]):
    """A colleague, by name and role."""

    def label_from_instance(self, obj: Membership) -> str:
        return f"{obj.colleague.name} ({', '.join(obj.role_names)})"


class AssignForm(forms.Form):
    """Somebody for the team."""

    member = ByName(
        label=gettext_lazy("Colleague"), queryset=Membership.objects.none(), empty_label=gettext_lazy("Choose somebody")
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role on the case"), choices=[("", gettext_lazy("Choose a role")), *CaseRole.choices]
    )

    def __init__(self, possible: Any, data: Any = None) -> None:
        super().__init__(data)
        member: Any = self.fields["member"]
        member.queryset = possible

    def arguments(self) -> dict[str, Any]:
        """What the act takes."""
        return {"membership": self.cleaned_data["member"], "role": self.cleaned_data["role"]}


class ShareForm(forms.Form):
    """To whom, how far and until when. A form that was filled in is asked about once more before it is done."""

    organization = forms.ChoiceField(label=gettext_lazy("Organization"))
    whom = forms.ChoiceField(
        label=gettext_lazy("Who there"),
        choices=[
            (ALL, gettext_lazy("All its attorneys and paralegals, also those who come later")),
            (ONE, gettext_lazy("One attorney or paralegal")),
        ],
        widget=forms.RadioSelect,
    )
    email = forms.EmailField(
        label=gettext_lazy("Their e-mail address, only for one person"),
        help_text=gettext_lazy("The exact one."),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    level = forms.ChoiceField(label=gettext_lazy("They may"), choices=LEVELS, widget=forms.RadioSelect)
    counsel = forms.BooleanField(
        label=gettext_lazy("They may read counsel notes, too"),
        help_text=gettext_lazy(
            "Criminal history, fear narrative, medical, abuse, privileged notes."
            " Without the tick this share opens none."
        ),
        required=False,
    )
    until = forms.DateField(label=gettext_lazy("Last day"), widget=DateInput)
    agreed = forms.BooleanField(
        label=gettext_lazy("The person has agreed to this, or their attorney has decided that they would"),
        help_text=gettext_lazy("Without that the case is not shared."),
    )

    def __init__(
        self, actor: Actor, others: Iterable[Neighbor], limit: Limit, data: Any = None, *,
        chosen: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        """`chosen` is what a link carries along: "to" (an organization's id), "whom" and "level"."""
        today = timezone.localdate()
        self.actor = actor
        self.others = {str(one.id): one for one in others}
        self.own_end = limit.until
        latest = rules.latest_end(today, timezone.localdate(limit.until) if limit.until else None)
        carried = chosen or {}
        super().__init__(
            data,
            initial={
                "until": rules.usual_end(today, latest),
                "organization": carried.get("to", ""),
                "whom": carried.get("whom", ""),
                "level": carried.get("level", ""),
            },
        )
        organization: Any = self.fields["organization"]
        named = [(key, f"{one.name} ({OrganizationKind(one.kind).label})") for key, one in self.others.items()]
        organization.choices = [("", _("Choose an organization")), *named]
        until = self.fields["until"]
        until.widget.attrs |= {"min": today.isoformat(), "max": latest.isoformat()}
        until.help_text = _("The share ends with that day. A year at most; before it ends you can share again.")
        if limit.counsel_until is None:
            del self.fields["counsel"]

    @property
    def to(self) -> Neighbor:
        return self.others[self.cleaned_data["organization"]]

    @property
    def receiver(self) -> Receiver | None:
        found: Receiver | None = self.cleaned_data.get("receiver")
        return found

    def clean(self) -> dict[str, Any]:
        """Finds the person; says of an address that is not there nothing but that."""
        cleaned = super().clean() or {}
        if cleaned.get("whom") != ONE or "organization" not in cleaned or "email" in self.errors:
            return cleaned
        if not cleaned.get("email"):
            raise ValidationError({"email": _("Fill this in, or choose all its attorneys and paralegals.")})
        try:
            count_question(self.actor)
        except TooManyQuestions as error:
            words = _("You have looked for many addresses. Wait an hour, or choose all its attorneys and paralegals.")
            raise ValidationError({"email": words}) from error
        cleaned["receiver"] = receiver(self.actor, self.to.id, cleaned["email"])
        if cleaned["receiver"] is None:
            words = _("No attorney or paralegal of %(organization)s has this address. Ask them for the exact one.")
            raise ValidationError({"email": words % {"organization": self.to.name}})
        return cleaned

    def arguments(self) -> dict[str, Any]:
        """What the act takes."""
        return {
            "to": self.to,
            "receiver": self.receiver,
            "level": self.cleaned_data["level"],
            "counsel_tier": self.cleaned_data.get("counsel", False),
            "expires_at": self.expires_at,
        }

    @property
    def expires_at(self) -> datetime:
        """The last second of the day on the giver's clock; on the day when one's own share ends, that instant."""
        day: date = self.cleaned_data["until"]
        end = timezone.make_aware(datetime.combine(day, time(23, 59, 59)))
        if self.own_end is not None and end > self.own_end and day == timezone.localdate(self.own_end):
            return self.own_end
        return end
