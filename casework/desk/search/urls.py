from django.urls import path

from casework.desk.search import views

urlpatterns = [
    path("", views.search, name="search"),
    path("<uuid:pk>/", views.found, name="search_results"),
]
