from django.urls import path

from casework.desk.demo import views

urlpatterns = [path("demo/enter/<slug:key>/", views.enter, name="demo_enter")]
