from django.urls import path

from casework.desk.case import share_views, views

urlpatterns = [
    path("new/", views.new_case, name="new_case"),
    path("<uuid:pk>/", views.case, name="case"),
    path("<uuid:pk>/notes/", views.write_note, name="write_note"),
    path("<uuid:pk>/accept/", views.accept_case, name="accept_case"),
    path("<uuid:pk>/restrict/", views.restrict_case, name="restrict_case"),
    path("<uuid:pk>/unrestrict/", views.unrestrict_case, name="unrestrict_case"),
    path("<uuid:pk>/team/", views.assign_case, name="assign_case"),
    path("<uuid:pk>/team/end/", views.unassign_case, name="unassign_case"),
    path("<uuid:pk>/access/", share_views.case_access, name="case_access"),
    path("<uuid:pk>/share/", share_views.share_case, name="share_case"),
    path("<uuid:pk>/share/end/", share_views.end_share, name="end_share"),
]
