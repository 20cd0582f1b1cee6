from django.urls import path

from casework.desk.organization import delivery, duty, views

urlpatterns = [
    path("", views.organization, name="organization"),
    path("settings/", views.settings, name="organization_settings"),
    path("duty/", duty.roster, name="organization_duty"),
    path("duty/<uuid:pk>/remove/", duty.remove, name="organization_duty_remove"),
    path("delivery/", delivery.delivery, name="delivery"),
    path("switch/", views.switch, name="switch_organization"),
]
