from django.urls import path

from casework.desk.intake import batch_views, lists_views, paper_views, returned_views, settings_views, views

urlpatterns = [
    path("", lists_views.intakes, name="intakes"),
    path("new/", views.new_intake, name="new_intake"),
    path("answer/", views.answer, name="answer"),
    path("settings/", settings_views.intake_settings, name="intake_settings"),
    path("settings/<uuid:line>/undo/", settings_views.undo_intake_settings, name="undo_intake_settings"),
    path("<uuid:pk>/", views.intake, name="intake"),
    path("<uuid:pk>/screening/", lists_views.screening, name="screening"),
    path("visit/<slug:key>/", batch_views.visit_forms, name="visit_forms"),
    path("forms/<uuid:pk>/", batch_views.batch, name="batch"),
    path("forms/<uuid:pk>/forms.pdf", batch_views.batch_file, name="batch_file"),
    path("forms/<uuid:pk>/drop/", batch_views.drop_batch, name="drop_batch"),
    path("blank/", paper_views.blank_form, name="blank_form"),
    path("<uuid:pk>/paper/", paper_views.intake_paper, name="intake_paper"),
    path("<uuid:pk>/paper/<uuid:packet>/", paper_views.packet, name="packet"),
    path("<uuid:pk>/paper/returned/", returned_views.return_form, name="return_form"),
    path("<uuid:pk>/paper/returned/<uuid:document>/", returned_views.review_form, name="review_form"),
    path("<uuid:pk>/<slug:part>/", views.intake_part, name="intake_part"),
]
