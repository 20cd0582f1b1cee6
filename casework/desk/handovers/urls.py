from django.urls import path

from casework.desk.handovers import offer_views, views

urlpatterns = [
    path("hand-overs/", views.handovers, name="handovers"),
    path("hand-overs/<uuid:pk>/", views.offered, name="offered"),
    path("hand-overs/<uuid:pk>/accept/", views.accept_offer, name="accept_offer"),
    path("hand-overs/<uuid:pk>/decline/", views.decline_offer, name="decline_offer"),
    path("cases/<uuid:pk>/offer/", offer_views.offer_case, name="offer_case"),
    path("cases/<uuid:pk>/offer/next/", offer_views.offer_next, name="offer_next"),
    path("cases/<uuid:pk>/offer/withdraw/", offer_views.withdraw_offer, name="withdraw_offer"),
]
