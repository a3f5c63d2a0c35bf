"""What a phone keeps of the service, to open without a connection: the static files of one page that names nobody."""

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.template.loader import render_to_string
from django.templatetags.static import static

from hotspot import __version__
from outcomes.offline.forms import OfflineForm

PAGE = "/offline/"
# All that the page needs, with what its modules import; tests/outcomes/test_offline_shell.py compares.
FILES: Sequence[str] = (
    "css/hotspot.css",
    "css/offline.css",
    "css/shifts.css",
    "img/mark.svg",
    "js/asking.js",
    "js/content.js",
    "js/drafts.js",
    "js/entries.js",
    "js/keeping.js",
    "js/leaving.js",
    "js/main.js",
    "js/night_copy.js",
    "js/offline.js",
    "js/outcomes.js",
    "js/people.js",
    "js/presses.js",
    "js/queue.js",
    "js/queue_list.js",
    "js/saving.js",
    "js/sending.js",
    "js/stepper.js",
    "js/unsent.js",
    "js/words.js",
    "vendor/govuk-frontend-6.6.0/govuk-frontend.min.css",
    "vendor/govuk-frontend-6.6.0/govuk-frontend.min.js",
    "vendor/idb-8.0.4/idb.js",
    "vendor/uqr-0.1.3/uqr.js",
)


def context() -> dict[str, Any]:
    """What the page shows: the same for everybody, and nothing of whoever asks for it."""
    return {"user": AnonymousUser(), "version": __version__, "form": OfflineForm(), "keeps": keeps(), "days": days()}


def keeps() -> bool:
    """Whether the force lets phones keep shifts until they are sent."""
    return bool(settings.OFFLINE_QUEUE == "counts")


def days() -> int:
    """For how many days a phone keeps a shift that was not sent."""
    return int(settings.OFFLINE_DAYS)


def page() -> str:
    """The page, made without a request, so that nobody's can show in it."""
    return render_to_string("outcomes/offline.html", context())


def is_hashed() -> bool:
    """Whether a static file's address changes with its content."""
    return isinstance(staticfiles_storage, ManifestFilesMixin)


def addresses() -> list[str]:
    """Where the static files are."""
    return [static(name) for name in FILES]


def version() -> str:
    """What changes with anything that is kept: the page, or one of the static files."""
    files = "\n".join(addresses()) if is_hashed() else _digest_of_files()
    return hashlib.sha256(f"{page()}\n{files}".encode()).hexdigest()[:16]


def _digest_of_files() -> str:
    """Of the files' contents, where the address does not say it; they change while somebody develops."""
    found = [(name, finders.find(name)) for name in FILES]
    return "\n".join(f"{name} {_digest(path, _changed(path))}" for name, path in found if path)


def _changed(path: str) -> int:
    return Path(path).stat().st_mtime_ns


@lru_cache(maxsize=256)
def _digest(path: str, changed: int) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()
