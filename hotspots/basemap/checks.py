"""What `manage.py check` says of the basemap."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks

from hotspot.core.errors import DomainError
from hotspots.basemap.files import read_basemap


def usable_basemap(**_: Any) -> list[checks.CheckMessage]:
    """A warning where BASEMAP_FILE names a file that cannot be used. Maps then show outlines alone, as without one."""
    if not settings.BASEMAP_FILE:
        return []
    try:
        read_basemap(Path(settings.BASEMAP_FILE))
    except DomainError as refusal:
        return [checks.Warning(refusal.message, hint=f"BASEMAP_FILE is {settings.BASEMAP_FILE}.", id="hotspots.W001")]
    return []
