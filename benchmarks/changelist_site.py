"""The admin's site and the addresses of its process (`changelist.py`)."""

from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest
from django.urls import path

from benchmarks.scale import plan
from casework.cases.models import Assignment, Case, CaseRole


class Site(admin.AdminSite):
    def has_permission(self, request: HttpRequest) -> bool:
        return True


class CaseAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """What the caseload shows of a case, and its filters as far as they are columns."""

    list_display = ("reference", "name", "stage", "next_hearing_at", "place", "next_deadline_on", "lead", "language")
    list_filter = ("stage", "custody", "next_hearing_at", "next_deadline_on", "place_as_of")
    list_select_related = ("person",)
    list_per_page = 50
    ordering = ("-opened_at", "id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        leads = Assignment.objects.filter(role=CaseRole.LEAD).select_related("membership__user")
        mine = Assignment.objects.filter(membership_id=plan.MEMBERSHIP).values("case_id")
        seen = Q(restricted=False) | Q(pk__in=mine)
        cases = super().get_queryset(request).filter(seen, organization_id=plan.ORGANIZATION)
        return cases.prefetch_related(Prefetch("assignments", leads, to_attr="leads"))

    def name(self, case: Any) -> str:
        return str(case.person.full_name)

    def lead(self, case: Any) -> str:
        return ", ".join(one.membership.user.name for one in case.leads)

    def language(self, case: Any) -> str:
        return str(case.person.language)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    has_change_permission = has_view_permission

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True


site = Site()
site.register(Case, CaseAdmin)
urlpatterns = [path("admin/", site.urls)]
