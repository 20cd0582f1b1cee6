from django.urls import path

from casework.portal import views

urlpatterns = [
    path("f/<slug:language>/<str:token>/", views.door, name="family_door"),
    path("p/<slug:language>/", views.page, name="family_page"),
    path("p/<slug:language>/leave/", views.leave, name="family_leave"),
]
