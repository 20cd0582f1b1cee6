"""The rules for deadlines: a list with the state of their review, a page for each, and its sign-off."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from casework.access import acts
from casework.access.requests import StaffRequest, posted
from casework.access.versions import ChangedMeanwhile
from casework.desk.deadlines.views import LOOK
from casework.directory.models import DeadlineEvent, RuleVersion, Source
from casework.directory.models.deadlines import Category
from casework.docket import reviews, words
from casework.docket.book import rule_of
from casework.docket.words import name_of

REVIEWS = [("", gettext_lazy("Reviewed or not")), ("open", gettext_lazy("Not yet reviewed")),
           ("done", gettext_lazy("Reviewed"))]  # fmt: skip


class Filter(forms.Form):
    """Both may stay empty. What an address asks wrongly counts as not asked."""

    category = forms.ChoiceField(label=gettext_lazy("About"), required=False)
    review = forms.ChoiceField(label=gettext_lazy("Reviewed by an attorney"), choices=REVIEWS, required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        about: Any = self.fields["category"]
        about.choices = [("", _("Everything")), *sorted(Category.choices, key=lambda one: str(one[1]))]
        self.is_valid()
        for field in self.fields.values():
            field.required = True  # nobody needs to be told that a filter is optional

    def keeps(self, version: RuleVersion, *, signed: bool) -> bool:
        category, review = self.cleaned_data.get("category"), self.cleaned_data.get("review")
        return (not category or version.category == category) and (not review or signed == (review == "done"))


@require_safe
def deadline_rules(request: StaffRequest) -> HttpResponse:
    acts.may(request.actor, LOOK)
    signed, form = reviews.sign_offs(request.actor), Filter(request.GET)
    versions = RuleVersion.objects.in_use().order_by("category", "rule")
    rows = [
        {"version": one, "name": name_of(one), "length": _length(one), "signed": signed.get(one.pk)}
        for one in versions
        if form.keeps(one, signed=one.pk in signed)
    ]
    waiting = sum(row["signed"] is None for row in rows)
    return render(request, "desk/deadlines/rules.html", {"form": form, "rows": rows, "waiting": waiting})


@require_safe
def deadline_rule(request: StaffRequest, rule: str) -> HttpResponse:
    acts.may(request.actor, LOOK)
    versions = list(RuleVersion.objects.filter(rule=rule).order_by("-number"))
    if not versions:
        raise Http404
    return render(request, "desk/deadlines/rule.html", _page(request, versions))


def _page(request: StaffRequest, versions: list[RuleVersion]) -> dict[str, Any]:
    version = versions[0]
    codes = [code for one in versions for code in one.source.split()]
    spanish = words.speaks_spanish()
    events = DeadlineEvent.objects.filter(code__in=version.events).order_by("place")
    return {
        "version": version, "name": name_of(version), "length": _length(version), "former": versions[1:],
        "questions": [words.question(one) for one in rule_of(version).questions],
        "events": [{"code": one.code, "name": one.name_es if spanish else one.name} for one in events],
        "sources": Source.objects.filter(code__in=codes).order_by("code"),
        "guarded_by": _named(rule=version.protective_rule),
        "guards": _named(protective_rule=version.rule),
        "signed": reviews.sign_offs(request.actor).get(version.pk),
        "may_sign": acts.allowed(request.actor, "rule.signed_off"),
    }  # fmt: skip


def _named(**which: str) -> list[tuple[str, str]]:
    """Key and name of the rules of which this is true."""
    return [(one.rule, name_of(one)) for one in RuleVersion.objects.in_use().filter(**which).order_by("rule")]


def _length(version: RuleVersion) -> str:
    """How far it counts, in words; its direction, where nothing is counted."""
    if version.length is None:
        return str(version.get_direction_display())
    return f"{words.span(version.length, version.unit)}, {version.get_direction_display()}"


@posted("deadline_rule", "rule")
def sign_rule(request: StaffRequest, rule: str) -> HttpResponse:
    acts.may(request.actor, "rule.signed_off")
    version = _seen(request, rule)
    if version is None:
        messages.warning(request, _("This rule was changed meanwhile. Read it again."))
    else:
        try:
            reviews.sign_off(request.actor, version, note=request.POST.get("note", ""))
            messages.success(request, _("The rule is signed off for your organization."))
        except ValidationError as error:
            messages.info(request, error.messages[0])
    return redirect("deadline_rule", rule)


@posted("deadline_rule", "rule")
def unsign_rule(request: StaffRequest, rule: str) -> HttpResponse:
    acts.may(request.actor, "rule.review_withdrawn")
    version = _seen(request, rule)
    row = reviews.sign_offs(request.actor).get(version.pk) if version else None
    if row is not None:
        try:
            reviews.withdraw_sign_off(request.actor, row)
            messages.success(request, _("The sign-off is taken back. The rule counts as not reviewed."))
        except ChangedMeanwhile:
            messages.info(request, _("Somebody saved this in the same moment. Try again."))
    return redirect("deadline_rule", rule)


def _seen(request: StaffRequest, rule: str) -> RuleVersion | None:
    """The newest version, when it is the one that the page showed."""
    newest: RuleVersion | None = RuleVersion.objects.newest().filter(rule=rule).first()
    if newest is None:
        raise Http404
    return newest if request.POST.get("version") == newest.pk else None
