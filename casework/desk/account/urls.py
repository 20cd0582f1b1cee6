from django.urls import path

from casework.desk.account import views

urlpatterns = [
    path("account/profile/", views.profile, name="profile"),
    path("account/sessions/", views.sessions, name="sessions"),
    path("account/sessions/end/", views.end_session, name="end_session"),
    path("account/sessions/end-others/", views.end_other_sessions, name="end_other_sessions"),
    path("language/", views.choose_language, name="choose_language"),
]
