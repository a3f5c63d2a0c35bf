from django.apps import AppConfig
from django.core.checks import register

from hotspots.basemap.checks import usable_basemap


class HotspotsConfig(AppConfig):
    name = "hotspots"

    def ready(self) -> None:
        """Register the system checks."""
        register(usable_basemap)
