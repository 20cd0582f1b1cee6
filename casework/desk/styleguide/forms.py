from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from casework.look.forms import Chips, DateInput, ManyChips

COURTS = [("", "Choose a court"), ("adelanto", "Adelanto"), ("el-paso", "El Paso"), ("eloy", "Eloy")]
PLACES = [("home", "Home"), ("work", "Work"), ("street", "Street or traffic stop"), ("court", "Court or check-in"),
    ("school", "School"), ("jail", "Jail release"), ("unknown", "Not known")]  # fmt: skip
WAYS = [("text", "Text message"), ("call", "Call, before 6\xa0pm"), ("none", "Not at all")]
LANGUAGES = [("es", "Spanish"), ("nah", "Nahuatl"), ("kek", "Q'eqchi'"), ("ht", "Haitian Creole")]


class SampleForm(forms.Form):
    """One of every control."""

    name = forms.CharField(
        label="Name, as on papers if you can",
        help_text=format_html("<bdi>{}</bdi>", "Both surnames, any order."),
        max_length=80,
    )
    email = forms.EmailField(label="E-mail address", widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    password = forms.CharField(
        label="Password",
        help_text=format_html("<bdi>{}</bdi>", "12 characters or more."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    court = forms.ChoiceField(label="Court", choices=COURTS)
    arrested = forms.DateField(label="Day of the arrest", required=False, widget=DateInput)
    place = forms.ChoiceField(label="Where was the person taken?", choices=PLACES, widget=Chips)
    languages = forms.MultipleChoiceField(label="Languages", choices=LANGUAGES, widget=ManyChips, required=False)
    way = forms.ChoiceField(
        label="How may we reach the sister?",
        choices=WAYS,
        widget=forms.RadioSelect,
        help_text=format_html("<bdi>{}</bdi>", "Ask for a safe time."),
    )
    papers = forms.MultipleChoiceField(
        label="Papers at hand",
        choices=[("nta", "Notice to appear"), ("warrant", "Warrant signed by a judge"), ("id", "Passport or other ID")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    note = forms.CharField(label="What happened", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    agreed = forms.BooleanField(
        label="The caller agreed that we keep this",
        help_text=format_html("<bdi>{}</bdi>", "Read the sentence aloud before you tick."),
    )


class SignInSample(forms.Form):
    """The two fields of the sign-in page."""

    login = forms.EmailField(label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    password = forms.CharField(label=_("Password"), widget=forms.PasswordInput(attrs={"autocomplete": "off"}))
