from django.urls import path

from casework.desk.leaflets import referral_views, views

urlpatterns = [
    path("", views.leaflets, name="leaflets"),
    path("places/", referral_views.referrals, name="referrals"),
    path("places/new/", referral_views.add_referral, name="add_referral"),
    path("places/paper/", referral_views.print_referrals, name="print_referrals"),
    path("places/<uuid:pk>/", referral_views.change_referral, name="change_referral"),
    path("places/<uuid:pk>/remove/", referral_views.remove_referral, name="remove_referral"),
    path("places/<uuid:pk>/undo/<uuid:line>/", referral_views.undo_referral, name="undo_referral"),
    path("<slug:key>/", views.leaflet, name="leaflet"),
    path("<slug:key>/paper/", views.print_leaflet, name="print_leaflet"),
    path("<slug:key>/send/", views.send_leaflet, name="send_leaflet"),
]
