from django.urls import path

from casework.desk.tasks import views

urlpatterns = [path("", views.tasks, name="tasks")]
