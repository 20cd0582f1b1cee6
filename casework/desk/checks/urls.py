from django.urls import path

from casework.desk.checks import views

urlpatterns = [
    path("", views.queue, name="checks"),
    path("<uuid:stay>/take/", views.take, name="take_check"),
    path("<uuid:case>/back/", views.give_back, name="return_check"),
]
