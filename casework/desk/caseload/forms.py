"""Whom many cases are given to, as what."""

import zoneinfo
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.cases import rules
from casework.cases.models import CaseRole
from casework.desk.caseload.filters import Mate
from casework.look.forms import DateInput, LongSelect


class AssignForm(forms.Form):
    """A colleague, a role, and for a lead the day from which on."""

    member = forms.ChoiceField(label=gettext_lazy("Colleague"), widget=LongSelect)
    role = forms.ChoiceField(
        label=gettext_lazy("Role on the case"), choices=[("", gettext_lazy("Choose a role")), *CaseRole.choices]
    )
    on = forms.DateField(
        label=gettext_lazy("From"), widget=DateInput, required=False,
        help_text=gettext_lazy("Only for a new lead, who takes over with that day."),
    )  # fmt: skip
    use_required_attribute = False

    def __init__(self, team: Sequence[Mate], time_zone: str, data: Any = None) -> None:
        self.team = {one.key: one for one in team}
        self.today = timezone.localdate(timezone=zoneinfo.ZoneInfo(time_zone))
        super().__init__(data, initial={"on": self.today})
        named = [(key, f"{one.name} ({', '.join(one.membership.role_names)})") for key, one in self.team.items()]
        self.fields["member"].choices = [("", _("Choose somebody")), *named]  # type: ignore[attr-defined]

    def clean(self) -> None:
        given = self.cleaned_data
        if "member" in given and "role" in given:
            possible = rules.roles_on_case(frozenset(self.team[given["member"]].membership.roles))
            if given["role"] not in possible:
                words = ", ".join(str(CaseRole(one).label) for one in CaseRole.values if one in possible)
                self.add_error("role", _("This person can be here: %(roles)s.") % {"roles": words})
        if (given.get("on") or self.today) < self.today:
            self.add_error("on", _("Choose today or a later day."))

    def must_have(self, ticked: Sequence[Any]) -> None:
        """Says so, where no case was ticked."""
        if not ticked:
            self.add_error(None, ValidationError(_("Tick the cases first."), code="none"))

    def arguments(self) -> dict[str, Any]:
        """What is done to each case takes."""
        given = self.cleaned_data
        on: date = given["on"] or self.today
        return {"to": self.team[given["member"]].membership, "role": given["role"], "on": on}
