from django.urls import path

from casework.desk.imports import correct_views, go_views, views

urlpatterns = [
    path("", views.imports, name="imports"),
    path("template.csv", views.import_template, name="import_template"),
    path("<uuid:pk>/", views.one_import, name="import"),
    path("<uuid:pk>/columns/", correct_views.import_columns, name="import_columns"),
    path("<uuid:pk>/correct/", correct_views.correct_import, name="correct_import"),
    path("<uuid:pk>/start/", go_views.start_import, name="start_import"),
    path("<uuid:pk>/undo/", go_views.undo_import, name="undo_import"),
    path("<uuid:pk>/drop/", go_views.drop_import, name="drop_import"),
]
