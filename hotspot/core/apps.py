from django.apps import AppConfig
from django.core.checks import Tags, register

from hotspot.core.checks import restored


class CoreConfig(AppConfig):
    name = "hotspot.core"
    label = "core"

    def ready(self) -> None:
        """Register the system checks."""
        register(restored, Tags.database)
