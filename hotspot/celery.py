"""The Celery application: `celery -A hotspot worker`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hotspot.settings")

app = Celery("hotspot")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# Tasks are kept with their features.
app.autodiscover_tasks(
    ["hotspot.core.jobs", "outcomes.offline", "patrols.teams", "reports.emails", "reports.figures", "reports.plans"]
)
