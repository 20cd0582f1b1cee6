from django.urls import path

from casework.desk.today import views

urlpatterns = [
    path("", views.today, name="today"),
    path("changes/", views.changes, name="changes"),
]
