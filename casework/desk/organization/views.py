"""What every member reads about the organization, its settings, and acting in another one."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from casework.access import acts, organizations
from casework.access.languages import OWN_NAMES
from casework.access.models import Membership, Organization, Role
from casework.access.requests import StaffRequest, act_in, posted
from casework.desk.organization.forms import SettingsForm
from casework.desk.organization.week import week
from casework.directory.models import Facility


@require_safe
def organization(request: StaffRequest) -> HttpResponse:
    mine = Organization.objects.get(pk=request.actor.organization)
    acts.note_look(request.actor, mine)
    now = timezone.now()
    days = week(mine, now)
    page = {
        "organization": mine,
        "now": now,
        "week": days,
        "anybody": any(day.duty for day in days),
        "languages": [(code, OWN_NAMES.get(code, code)) for code in mine.languages],
        "facts": facts(mine),
        "may_change": acts.allowed(request.actor, "organization.changed"),
        "sees_kept": acts.allowed(request.actor, "kept.viewed"),
    }
    return render(request, "desk/organization/organization.html", page)


def facts(organization: Organization) -> list[tuple[str, str]]:
    """How the organization works, and who can change it."""
    administrators = Membership.objects.live().filter(organization_id=organization.pk, roles__contains=[Role.ADMIN])
    names = administrators.order_by("colleague__name").values_list("colleague__name", flat=True)
    years = organization.retention_years
    kept = ngettext("%(count)s year", "%(count)s years", years) % {"count": years} if years else _("Without an end")
    return [
        (_("Attorneys and paralegals read"), organization.get_visibility_display()),
        (_("Open cases it can carry"), str(organization.capacity or _("Not entered"))),
        (_("Helps people held at"), _facilities(organization)),
        (_("Closed cases are kept"), kept),
        (_("Administrators"), ", ".join(names)),
    ]


def _facilities(organization: Organization) -> str:
    """By name; nothing is asked where none is listed."""
    if not organization.facilities:
        return _("Wherever people are held")
    names = Facility.objects.filter(pk__in=organization.facilities).order_by("name").values_list("name", flat=True)
    return ", ".join(names)


@require_http_methods(["GET", "POST"])
def settings(request: StaffRequest) -> HttpResponse:
    acts.may(request.actor, "organization.changed")
    mine = Organization.objects.get(pk=request.actor.organization)
    acts.note_look(request.actor, mine, fields=("settings",))
    form = SettingsForm(request.actor, mine, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            changed = organizations.change(request.actor, form.values(), seen=form.cleaned_data["seen"])
        except ValidationError as error:
            form.refuse(error, Organization.objects.get(pk=mine.pk))
        else:
            messages.success(request, _("The settings are saved.") if changed else _("Nothing was different."))
            return redirect("organization")
    page = {"form": form, "organization": mine, "may_change": True}
    return render(request, "desk/organization/settings.html", page)


@posted("today")
def switch(request: StaffRequest) -> HttpResponse:
    """From here on the person acts in another of their organizations. Forms that stand open elsewhere go stale."""
    chosen = next((one for one in request.memberships if str(one.pk) == request.POST.get("membership")), None)
    if chosen is None:
        raise Http404
    act_in(request.session, chosen.pk)
    rotate_token(request)
    messages.success(request, _("You now act in %(organization)s.") % {"organization": chosen.organization.name})
    return redirect("today")
