from django.urls import path

from casework.desk.deadlines import closed, rules, views

urlpatterns = [
    path("", views.what_if, name="what_if"),
    path("rules/", rules.deadline_rules, name="deadline_rules"),
    path("rules/<slug:rule>/", rules.deadline_rule, name="deadline_rule"),
    path("rules/<slug:rule>/sign/", rules.sign_rule, name="sign_rule"),
    path("rules/<slug:rule>/unsign/", rules.unsign_rule, name="unsign_rule"),
    path("closed/", closed.closed_days, name="closed_days"),
    path("closed/<uuid:pk>/withdraw/", closed.withdraw_closed_day, name="withdraw_closed_day"),
]
