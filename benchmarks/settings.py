"""The product's settings, with what it is measured against beside it and no limit on how often one may ask."""

from hotspot.settings import *  # noqa: F403
from hotspot.settings import API_RATES, INSTALLED_APPS, STORAGES

INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks.peers"]
ROOT_URLCONF = "benchmarks.urls"
API_RATES = dict.fromkeys(API_RATES, 1_000_000_000)
ALLOWED_HOSTS = ["127.0.0.1"]
SECURE_SSL_REDIRECT = False
# Files need not have been collected for their addresses to be written.
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
LOGGING = {"version": 1, "disable_existing_loggers": False, "root": {"level": "ERROR"}}
