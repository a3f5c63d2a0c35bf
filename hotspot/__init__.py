"""Operation Hotspot: the project package (settings, URLs, server entry points)."""

from hotspot.celery import app as celery_app

__all__ = ["celery_app"]
