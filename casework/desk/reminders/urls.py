from django.urls import path

from casework.desk.reminders import views

urlpatterns = [
    path("account/reminders/", views.reminders, name="reminders"),
    path("organization/reminders/", views.reminder_health_page, name="reminder_health"),
]
