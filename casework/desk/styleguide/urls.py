from django.urls import path

from casework.desk.styleguide import views

urlpatterns = [
    path("", views.styleguide, name="styleguide"),
    path("account/", views.account, name="styleguide_account"),
    path("errors/<int:status>/", views.error, name="styleguide_error"),
    path("paper.pdf", views.paper, name="styleguide_paper"),
]
