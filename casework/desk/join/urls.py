from django.urls import path

from casework.desk.join import views

urlpatterns = [path("invitation/<slug:token>/", views.invitation, name="invitation")]
