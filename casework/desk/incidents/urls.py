from django.urls import path

from casework.desk.incidents import views

urlpatterns = [
    path("", views.incidents, name="incidents"),
    path("new/", views.report_incident, name="report_incident"),
    path("<uuid:pk>/", views.incident, name="incident"),
    path("<uuid:pk>/change/", views.change_incident, name="change_incident"),
    path("<uuid:pk>/verify/", views.verify_incident, name="verify_incident"),
    path("<uuid:pk>/undo/<uuid:line>/", views.undo_incident, name="undo_incident"),
]
