from django.urls import path

from casework.desk.caseload import views

urlpatterns = [
    path("", views.caseload, name="caseload"),
    path("shared/", views.shared_cases, name="shared_cases"),
]
