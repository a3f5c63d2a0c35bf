"""Operation Hotspot: the project package (settings, URLs, server entry points)."""

from hotspot.celery import app as celery_app

__version__ = "0.9.0"

__all__ = ["celery_app"]
