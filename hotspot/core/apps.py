from django.apps import AppConfig
from django.core.checks import Tags, register

from hotspot.core import history_context
from hotspot.core.checks import restored


class CoreConfig(AppConfig):
    name = "hotspot.core"
    label = "core"

    def ready(self) -> None:
        """Register the system checks, and take over what django-pghistory does before statements."""
        history_context.install()
        register(restored, Tags.database)
