from django.urls import path

from casework.desk.members import views

urlpatterns = [
    path("", views.members, name="members"),
    path("end-sessions/", views.end_all_sessions, name="end_all_sessions"),
    path("invite/", views.invite_member, name="invite_member"),
    path("invitations/<uuid:invitation_id>/withdraw/", views.withdraw_invitation, name="withdraw_invitation"),
    path("factor-resets/<uuid:reset_id>/confirm/", views.confirm_factor_reset, name="confirm_factor_reset"),
    path("factor-resets/<uuid:reset_id>/cancel/", views.cancel_factor_reset, name="cancel_factor_reset"),
    path("<uuid:membership_id>/", views.member, name="member"),
    path("<uuid:membership_id>/suspend/", views.suspend_member, name="suspend_member"),
    path("<uuid:membership_id>/restore/", views.restore_member, name="restore_member"),
    path("<uuid:membership_id>/end-sessions/", views.end_member_sessions, name="end_member_sessions"),
    path("<uuid:membership_id>/reset-factor/", views.ask_factor_reset, name="ask_factor_reset"),
]
