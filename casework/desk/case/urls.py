from django.urls import path

from casework.desk.case import history_views, person_views, share_views, views

urlpatterns = [
    path("new/", views.new_case, name="new_case"),
    path("<uuid:pk>/", views.case, name="case"),
    path("<uuid:pk>/notes/", views.write_note, name="write_note"),
    path("<uuid:pk>/accept/", views.accept_case, name="accept_case"),
    path("<uuid:pk>/restrict/", views.restrict_case, name="restrict_case"),
    path("<uuid:pk>/unrestrict/", views.unrestrict_case, name="unrestrict_case"),
    path("<uuid:pk>/team/", views.assign_case, name="assign_case"),
    path("<uuid:pk>/team/end/", views.unassign_case, name="unassign_case"),
    path("<uuid:pk>/person/", person_views.change_person, name="change_person"),
    path("<uuid:pk>/person/a-number/", person_views.reveal_a_number, name="reveal_a_number"),
    path("<uuid:pk>/person/undo/<uuid:line>/", person_views.undo_person, name="undo_person"),
    path("<uuid:pk>/activity/", history_views.case_activity, name="case_activity"),
    path("<uuid:pk>/looks/", history_views.case_looks, name="case_looks"),
    path("<uuid:pk>/access/", share_views.case_access, name="case_access"),
    path("<uuid:pk>/share/", share_views.share_case, name="share_case"),
    path("<uuid:pk>/share/end/", share_views.end_share, name="end_share"),
]
