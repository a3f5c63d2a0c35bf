"""The WSGI entry point."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hotspot.settings")

application = get_wsgi_application()

# A worker loads every page before its first request, so that nobody waits for that. What is loaded now is there to
# stay: looking through it for garbage took a tenth of the time of a big page.
import_module(settings.ROOT_URLCONF)
gc.collect()
gc.freeze()
