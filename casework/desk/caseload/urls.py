from django.urls import path

from casework.desk.caseload import assign, export, views

urlpatterns = [
    path("", views.caseload, name="caseload"),
    path("shared/", views.shared_cases, name="shared_cases"),
    path("export/", export.export_cases, name="export_cases"),
    path("assign/", assign.assign_cases, name="assign_cases"),
    path("assigned/", assign.assigned_cases, name="assigned_cases"),
    path("assigned/undo/", assign.take_back_cases, name="take_back_cases"),
]
