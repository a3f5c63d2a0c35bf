"""What docs/api.md shows and says is so: its quick start runs, its numbers are the code's."""

import os
import re
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from django.conf import settings
from django.utils import timezone

from hotspot.core import tasks
from hotspot.core.api.json import MOST_BYTES, MOST_DEPTH
from hotspot.core.operations import connect_system
from hotspot.core.permissions import Scope
from outcomes.api.serializers.requests import MOST_BULK, MOST_PAGE
from outcomes.api.views import ShiftBulk
from patrols.models import PatrolShift
from tests.api import token_for
from tests.people import make_force

PAGE = (Path(__file__).resolve().parents[2] / "docs/api.md").read_text()


def blocks(language: str) -> list[str]:
    """The code of one language on the page."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_quick_start_runs(live_server, time_machine):
    time_machine.move_to(datetime(2024, 10, 12, 12, tzinfo=UTC), tick=True)
    force = make_force()
    scopes = [Scope.WRITE_SHIFTS, Scope.READ_SHIFTS]
    issued = connect_system(by=force.adam, at=timezone.now(), name="Quick start", scopes=scopes)
    environment = os.environ | {
        "HOTSPOT": live_server.url,
        "CLIENT_ID": issued.system.application.client_id,
        "CLIENT_SECRET": issued.client_secret,
    }
    (curl,), (python,) = blocks("bash"), blocks("python")
    run(["bash", "-euo", "pipefail", "-c", curl], environment)
    printed = run([sys.executable, "-c", python], environment)

    assert printed.splitlines()[0] == str({"arrests": 2, "stop_searches": 0, "weapons": 0, "asb_powers": 0})
    assert printed.splitlines()[1] == "409 external_taken"
    copied = re.fullmatch(r"(\d) shifts copied; the next run starts at (\S+)", printed.splitlines()[2])
    assert copied
    assert copied[1] == "1" or comes_at(copied[2], token_for(issued.system))
    assert PatrolShift.objects.get().arrests.count() == 2


def comes_at(resume: str, token: str) -> bool:
    """Whether the shift comes at a later run: it has to wait while an older transaction (of another test) goes on."""
    for _ in range(600):
        if httpx.get(resume, headers={"Authorization": f"Bearer {token}"}).json()["results"]:
            return True
        time.sleep(0.1)
    return False


def run(command: list[str], environment: dict[str, str]) -> str:
    """What a program prints; it has to end well."""
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_scopes_are_all_there():
    assert re.findall(r"^\| `([\w:]+)` \| (.+) \|$", PAGE, re.MULTILINE) == [tuple(choice) for choice in Scope.choices]


def test_the_limits_are_the_codes():
    for words in (
        f"{MOST_BYTES // 1024} kB; {ShiftBulk.most_bytes // 1024**2} MB for many",
        f"{MOST_DEPTH} levels",
        f"shifts in one request | {MOST_BULK} |",
        f"rows on a page | {MOST_PAGE} |",
        f"for {tasks.IDEMPOTENCY_KEYS_KEPT.days} days",
    ):
        assert words in PAGE, words


def test_the_rates_are_the_settings():
    # The tests' own settings raise them, so the page is held against the defaults as settings.py has them.
    source = (Path(settings.BASE_DIR) / "hotspot/settings.py").read_text()
    rates = dict(re.findall(r'"(\w+)": env.int\("API_RATE\w*", default=(\d+)\)', source))
    line = f"{rates['default']}; {rates['mirror']} to read with `shifts:read`; {rates['figures']} for figures"
    assert line in PAGE
    assert f"{rates['token']} times a minute" in " ".join(PAGE.split())
    assert f"wrong token from one address | {rates['wrong_token']};" in PAGE
