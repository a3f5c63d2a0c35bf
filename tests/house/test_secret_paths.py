"""Addresses that hold a secret are in no log of this service."""

import logging
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from gunicorn.config import Config

from hotspot.core.private_paths import without_secrets
from hotspot.core.server_log import ServerLog

NAMES = ("reports:wallboard", "reports:stop_emails", "feeds:feed")


@pytest.mark.parametrize("name", NAMES)
def test_the_access_log_has_no_secret(name):
    path = reverse(name, args=("c4n4ry",))
    environ = {
        "REQUEST_METHOD": "GET",
        "RAW_URI": f"{path}?a=1",
        "PATH_INFO": path,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_REFERER": f"https://hotspot.example{path}",
    }
    log = ServerLog(Config())
    answer = SimpleNamespace(status="200 OK", sent=12, headers=[("Location", path)])
    said = log.atoms(answer, SimpleNamespace(headers=[("REFERER", path)]), environ, timedelta(seconds=1))
    assert "c4n4ry" not in str(said)
    assert said["r"] == f"GET {path.replace('c4n4ry', '…')}?a=1 HTTP/1.1"


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_address_is_logged_without_its_secret(name, caplog):
    with caplog.at_level(logging.WARNING):
        assert Client().get(reverse(name, args=("c4n4ry",))).status_code == 404
    assert "Not Found" in caplog.text
    assert "c4n4ry" not in caplog.text


def test_the_image_starts_the_server_with_this_log():
    assert '"--logger-class=hotspot.core.server_log.ServerLog"' in (Path(settings.BASE_DIR) / "Dockerfile").read_text()


def test_other_addresses_are_logged_as_they_are():
    assert (
        without_secrets("/e-mails/ /wallboards/3/revoke/ /dashboard/") == "/e-mails/ /wallboards/3/revoke/ /dashboard/"
    )
