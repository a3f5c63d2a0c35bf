"""The product's settings, with what makes tests quick and cut off from the world."""

import os

os.environ.setdefault("DEMO", "true")

from hotspot.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Nothing is collected for tests, and WhiteNoise would say so in every one that makes a client.
STATIC_ROOT = None
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
# Another connection would not see what a test has not committed.
JOB_HEARTBEAT_SECONDS = 0
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
# Time stands still in most tests, and with it the minute that requests are counted in.
API_RATES = dict.fromkeys(API_RATES, 1_000_000)  # noqa: F405
