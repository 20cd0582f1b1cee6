from django.urls import path, register_converter

from casework.desk.directory import lists, notes, reports, views, visits


class Kind:
    """Which of the two kinds of places an address is about."""

    regex = "facilities|courts"

    def to_python(self, value: str) -> str:
        return value

    to_url = to_python


register_converter(Kind, "kind")

urlpatterns = [
    path("facilities/", lists.facilities, name="facilities"),
    path("courts/", lists.courts, name="courts"),
    path("reports/", reports.directory_reports, name="directory_reports"),
    path("reports/<uuid:pk>/settle/", reports.settle, name="settle_report"),
    path("facilities/<slug:key>/visits.pdf", visits.visit_list, name="visit_list"),
    path("facilities/<slug:key>/", views.facility, name="facility"),
    path("courts/<slug:key>/", views.court, name="court"),
    path("<kind:kind>/<slug:key>/report/", reports.report, name="report_error"),
    path("<kind:kind>/<slug:key>/notes/<slug:topic>/", notes.note, name="place_note"),
    path("<kind:kind>/<slug:key>/notes/<slug:topic>/right/", notes.still_right, name="still_right"),
]
