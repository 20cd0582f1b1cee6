"""Every address of the product, by surface."""

from django.urls import include, path

handler400 = "casework.desk.errors.views.bad_request"
handler403 = "casework.desk.errors.views.forbidden"
handler404 = "casework.desk.errors.views.not_found"
handler500 = "casework.desk.errors.views.server_error"

urlpatterns = [
    path("", include("casework.desk.today.urls")),
    path("", include("casework.desk.account.urls")),
    path("", include("casework.desk.demo.urls")),
    path("cases/", include("casework.desk.caseload.urls")),
    path("cases/", include("casework.desk.case.urls")),
    path("", include("casework.desk.handovers.urls")),
    path("intake/", include("casework.desk.intake.urls")),
    path("calls/", include("casework.desk.calls.urls")),
    path("incidents/", include("casework.desk.incidents.urls")),
    path("sheets/", include("casework.desk.leaflets.urls")),
    path("imports/", include("casework.desk.imports.urls")),
    path("directory/", include("casework.desk.directory.urls")),
    path("deadlines/", include("casework.desk.deadlines.urls")),
    path("checks/", include("casework.desk.checks.urls")),
    path("", include("casework.desk.calendar.urls")),
    path("", include("casework.desk.reminders.urls")),
    path("search/", include("casework.desk.search.urls")),
    path("tasks/", include("casework.desk.tasks.urls")),
    path("organization/", include("casework.desk.organization.urls")),
    path("organization/audit/", include("casework.desk.audit.urls")),
    path("organization/members/", include("casework.desk.members.urls")),
    path("", include("casework.desk.join.urls")),
    path("", include("casework.portal.urls")),
    path("styleguide/", include("casework.desk.styleguide.urls")),
    path("account/", include("allauth.urls")),
]
