from django.urls import path

from casework.portal import views

urlpatterns = [
    path("f/", views.any_front, name="family_any_front"),
    path("f/<slug:language>/", views.front, name="family_front"),
    path("f/<slug:language>/<str:token>/", views.door, name="family_door"),
    path("texts/inbound/", views.texts_inbound, name="texts_inbound"),
    path("p/<slug:language>/", views.page, name="family_page"),
    path("p/<slug:language>/date/", views.date_file, name="family_date"),
    path("p/<slug:language>/tasks/", views.tasks, name="family_tasks"),
    path("p/<slug:language>/tell/<slug:kind>/", views.tell, name="family_tell"),
    path("p/<slug:language>/send/", views.hand_in, name="family_hand_in"),
    path("p/<slug:language>/leave/", views.leave, name="family_leave"),
]
