from django.urls import path

from casework.desk.calendar import coverage_views, feed_views, print_views, views

urlpatterns = [
    path("calendar/", views.calendar, name="calendar"),
    path("calendar/docket/", print_views.print_docket, name="print_docket"),
    path("calendar/address/", feed_views.calendar_feed, name="calendar_feed"),
    path("calendar/address/end/", feed_views.end_feed, name="end_feed"),
    path("cases/<uuid:pk>/hearings/<uuid:hearing>/file/", feed_views.hearing_file, name="hearing_file"),
    path("cases/<uuid:pk>/hearings/<uuid:hearing>/cover/", coverage_views.cover_hearing, name="cover_hearing"),
    path("cases/<uuid:pk>/hearings/<uuid:hearing>/cover/end/", coverage_views.end_cover, name="end_cover"),
    path("calendar/cover/<uuid:pk>/accept/", coverage_views.accept_cover, name="accept_cover"),
    path("calendar/cover/<uuid:pk>/decline/", coverage_views.decline_cover, name="decline_cover"),
    path("feeds/<str:token>.ics", feed_views.feed, name="feed"),
]
