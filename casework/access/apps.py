from django.apps import AppConfig
from django.core.checks import Tags, register


class AccessConfig(AppConfig):
    name = "casework.access"

    def ready(self) -> None:
        """Makes the checks known; they need the settings, so they are imported only now."""
        from casework.access import checks  # noqa: PLC0415

        register(checks.safe_to_serve, Tags.security)
        register(checks.fit_for_production, Tags.security)
        register(checks.weak_database_role, Tags.database)
        register(checks.wrong_root_key, Tags.database)
