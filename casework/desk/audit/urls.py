from django.urls import path

from casework.desk.audit import views

urlpatterns = [
    path("", views.audit, name="audit"),
    path("export/", views.export_audit, name="export_audit"),
]
