from django.urls import path

from casework.desk.organization import delivery, duty, kept, views

urlpatterns = [
    path("", views.organization, name="organization"),
    path("settings/", views.settings, name="organization_settings"),
    path("duty/", duty.roster, name="organization_duty"),
    path("duty/<uuid:pk>/remove/", duty.remove, name="organization_duty_remove"),
    path("delivery/", delivery.delivery, name="delivery"),
    path("kept/", kept.kept, name="kept"),
    path("kept/propose/", kept.propose_purge, name="propose_purge"),
    path("kept/<uuid:pk>/", kept.purge, name="purge"),
    path("kept/<uuid:pk>/withdraw/", kept.withdraw_purge, name="withdraw_purge"),
    path("switch/", views.switch, name="switch_organization"),
]
