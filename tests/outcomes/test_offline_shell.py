"""What a phone keeps of the service itself: static files, and one page that names nobody."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from outcomes.offline import shell

STATIC = Path(settings.BASE_DIR) / "static"
IMPORTS = re.compile(r'(?:from|import) "(\.[^"]+)"|import\("(\.[^"]+)"\)')


@pytest.fixture(autouse=True)
def _keeps(settings):
    """The force has chosen that phones keep shifts."""
    settings.OFFLINE_QUEUE = "counts"


def needed(page: str) -> set[str]:
    """The static files that the page names, and what their modules import."""
    found: set[str] = set()
    waiting = re.findall(r'(?:href|src)="/static/([^"]+)"', page)
    while waiting:
        name = waiting.pop()
        if name in found or name.endswith(".png"):
            continue
        found.add(name)
        if name.endswith(".js"):
            here = STATIC / name
            targets = [one or other for one, other in IMPORTS.findall(here.read_text())]
            waiting += [(here.parent / target).resolve().relative_to(STATIC).as_posix() for target in targets]
    return found


def test_the_worker_keeps_all_that_the_page_needs_and_nothing_else(db, client):
    page = client.get(shell.PAGE).content.decode()
    assert needed(page) == set(shell.FILES)


def test_the_page_is_the_same_for_everybody_and_names_nobody(force, now, client, as_user):
    pages = {name: as_user(person).get(shell.PAGE) for name, person in force.people.items()}
    nobody = client.get(shell.PAGE)
    assert {page.content for page in pages.values()} == {nobody.content}
    text = nobody.content.decode()
    for word in ("Sam", "Hitchin", "csrf", "Sign out"):
        assert word not in text
    assert nobody["Cache-Control"] == "no-cache"


def test_looking_at_the_page_takes_no_message_from_anybody(force, now, as_user):
    sam = as_user(force.sam)
    sam.post("/shifts/queue/", "x", content_type="application/json")
    assert "sessionid" not in sam.get(shell.PAGE).cookies


def test_the_worker_names_its_page_and_files_and_asks_to_be_fetched_again(db, client):
    answer = client.get("/service-worker.js")
    text = answer.content.decode()
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    assert f'const CACHE = "hotspot-{shell.version()}"' in text
    assert '"/static/js/offline.js"' in text.replace("\\u002D", "-").replace("\\u002F", "/")
    assert "worker-src 'self'" in answer["Content-Security-Policy"]


def test_the_version_changes_with_what_is_kept(db, settings, monkeypatch):
    before = shell.version()
    assert shell.version() == before
    settings.OFFLINE_DAYS = 3
    assert shell.version() != before
    settings.OFFLINE_DAYS = 7
    monkeypatch.setattr(shell, "_digest_of_files", lambda: "another file")
    assert shell.version() != before


def test_switched_off_the_worker_removes_itself_and_nothing_is_kept(force, now, as_user, client, settings):
    settings.OFFLINE_QUEUE = "off"
    text = client.get("/service-worker.js").content.decode()
    assert "unregister" in text
    assert "fetch" not in text
    assert "data-offline-form" not in client.get(shell.PAGE).content.decode()
    sam = as_user(force.sam)
    assert 'data-keeps="0"' in sam.get("/shifts/log/").content.decode()
    assert sam.get("/shifts/queue/").json()["keeps"] is False


@pytest.mark.parametrize(
    ("demo", "chosen", "queue"), [("false", None, "off"), ("true", None, "counts"), ("false", "counts", "counts")]
)
def test_nothing_is_kept_until_the_force_chooses_it(demo, chosen, queue):
    """In a process of its own: settings are read once."""
    ours = {name: value for name, value in os.environ.items() if name != "OFFLINE_QUEUE"}
    environment = ours | {"DEMO": demo, "DEBUG": "false", "SECRET_KEY": "x" * 60}
    environment |= {"DJANGO_SETTINGS_MODULE": "hotspot.settings"} | ({"OFFLINE_QUEUE": chosen} if chosen else {})
    script = "from hotspot import settings; print(settings.OFFLINE_QUEUE)"
    printed = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )
    assert printed.stdout.split() == [queue]


def test_only_who_logs_shifts_is_told_of_unsent_ones(force, now, as_user):
    assert "data-unsent" in as_user(force.sam).get("/help/").content.decode()
    assert "data-unsent" not in as_user(force.anna).get("/help/").content.decode()


def test_the_manifest_can_be_installed_from(db, client):
    answer = client.get("/manifest.webmanifest")
    manifest = answer.json()
    assert answer["Content-Type"] == "application/manifest+json"
    assert (manifest["name"], manifest["start_url"], manifest["scope"]) == ("Operation Hotspot", "/", "/")
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    assert client.get(manifest["shortcuts"][0]["url"]).status_code == 200
    for icon in manifest["icons"]:
        file = STATIC / icon["src"].removeprefix("/static/")
        width = int.from_bytes(file.read_bytes()[16:20])
        assert icon["sizes"] == f"{width}x{width}"


def test_what_opens_without_a_signal_is_offered_only_where_phones_keep_shifts(db, client, settings):
    settings.OFFLINE_QUEUE = "off"
    assert client.get("/manifest.webmanifest").json()["shortcuts"] == []
