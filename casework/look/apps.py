from django.apps import AppConfig
from django.core.checks import Tags, register

from casework.look.checks import catalogs_are_compiled
from casework.look.forms import say_what_to_do


class LookConfig(AppConfig):
    name = "casework.look"

    def ready(self) -> None:
        register(catalogs_are_compiled, Tags.translation)
        say_what_to_do()
