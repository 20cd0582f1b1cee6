from django.urls import path

from casework.desk.calls import shift_views, views

urlpatterns = [
    path("", views.calls, name="calls"),
    path("new/", views.note_call, name="note_call"),
    path("take/<uuid:card>/", views.take_call, name="take_call"),
    path("back/<uuid:card>/", views.return_call, name="return_call"),
    path("shifts/", shift_views.shifts_page, name="shifts"),
    path("shifts/begin/", shift_views.begin_shift, name="begin_shift"),
    path("<uuid:call>/", views.call, name="call"),
    path("<uuid:call>/intake/", views.open_intake, name="open_intake"),
]
