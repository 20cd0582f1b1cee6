from django.apps import AppConfig


class LookConfig(AppConfig):
    name = "casework.look"
