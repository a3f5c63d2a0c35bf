"""What docs/api.md shows and says is so: its quick start runs, its numbers are the code's."""

import json
import os
import re
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pytest
from django.conf import settings
from django.utils import timezone

from hotspot.core import tasks
from hotspot.core.accounts.operations import connect_system
from hotspot.core.api.json import MOST_BYTES, MOST_DEPTH, MOST_VALUES
from hotspot.core.api.problems import MOST_ERRORS
from hotspot.core.permissions import Scope
from outcomes.api.serializers.requests import MOST_BULK, MOST_PAGE
from outcomes.api.views.shifts import ShiftBulk
from patrols.models import PatrolShift
from tests.api import token_for
from tests.people import make_force

PAGE = (Path(__file__).resolve().parents[2] / "docs/api.md").read_text()


def blocks(language: str) -> list[str]:
    """The code of one language on the page."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


FIRST_DAY = date(2024, 10, 26)
# The first day of the programme, both changes of the clocks, the first day of a year, and a day that few years have.
MOMENTS = (
    "2024-10-26T09:30:00Z",
    "2024-10-27T02:10:00Z",
    "2025-01-01T00:59:00Z",
    "2025-03-30T02:00:00Z",
    "2028-02-29T23:45:00Z",
)
# What the programs that the page shows take for the present: this process's clock is not theirs.
CLOCK = "import os, time_machine\ntime_machine.travel(os.environ['NOW'], tick=True).start()\n"


@pytest.fixture
def quick_start(live_server, tmp_path, time_machine):
    """A force whose programme runs from FIRST_DAY on, and what runs a program of the page at a moment."""
    time_machine.move_to(datetime(2024, 10, 20, tzinfo=UTC), tick=True)
    force = make_force()
    force.programme.first_day, force.programme.last_day = FIRST_DAY, date(2028, 12, 31)
    force.programme.save()
    scopes = [Scope.WRITE_SHIFTS, Scope.READ_SHIFTS]
    issued = connect_system(by=force.adam, at=timezone.now(), name="Quick start", scopes=scopes)
    (tmp_path / "sitecustomize.py").write_text(CLOCK)
    (curl,), (python,) = blocks("bash"), blocks("python")
    commands = {"bash": ["bash", "-c", curl], "python": [sys.executable, "-c", python]}
    environment = os.environ | {
        "HOTSPOT": live_server.url,
        "CLIENT_ID": issued.system.application.client_id,
        "CLIENT_SECRET": issued.client_secret,
        "PYTHONPATH": str(tmp_path),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }

    def run(language, moment, **changes):
        time_machine.move_to(datetime.fromisoformat(moment), tick=True)
        return subprocess.run(
            commands[language],
            env=environment | {"NOW": moment} | changes,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    run.system = issued.system
    return run


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_quick_start_runs_on_any_date(quick_start):
    for number, moment in enumerate(MOMENTS, start=1):
        for _ in "once", "again":
            done = quick_start("bash", moment)
            assert done.returncode == 0, (moment, done.stdout + done.stderr)
            # The second time it is the first one's answer.
            assert json.loads(done.stdout)["outcomes"]["arrests"] == 1
        assert PatrolShift.objects.count() == number
    done = quick_start("python", moment)
    assert done.returncode == 0, done.stdout + done.stderr
    printed = done.stdout.splitlines()
    assert printed[0] == str({"arrests": 2, "stop_searches": 0, "weapons": 0, "asb_powers": 0})
    assert printed[1] == "409 external_taken"
    copied = re.fullmatch(r"(\d) shifts copied; the next run starts at (\S+)", printed[2])
    assert copied
    assert copied[1] == str(number) or comes_at(copied[2], token_for(quick_start.system))
    assert PatrolShift.objects.first().arrests.count() == 2


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_newcomer_sees_what_is_wrong(quick_start):
    for language in ("bash", "python"):
        wrong = quick_start(language, MOMENTS[0], CLIENT_SECRET="wrong")
        assert wrong.returncode != 0
        assert "invalid_client" in wrong.stderr
        assert "Traceback" not in wrong.stderr
    # Before the programme there is nothing that pays.
    early = quick_start("bash", "2024-10-25T12:00:00Z")
    assert early.returncode != 0
    assert "No programme runs on 25 October 2024" in early.stderr
    assert not PatrolShift.objects.exists()


def comes_at(resume: str, token: str) -> bool:
    """Whether the shift comes at a later run: it has to wait while an older transaction (of another test) goes on."""
    for _ in range(600):
        if httpx.get(resume, headers={"Authorization": f"Bearer {token}"}).json()["results"]:
            return True
        time.sleep(0.1)
    return False


def test_the_scopes_are_all_there():
    assert re.findall(r"^\| `([\w:]+)` \| (.+) \|$", PAGE, re.MULTILINE) == [tuple(choice) for choice in Scope.choices]


def test_the_limits_are_the_codes():
    for words in (
        f"{MOST_BYTES // 1024} kB; {ShiftBulk.most_bytes // 1024**2} MB for many",
        f"{MOST_DEPTH} levels",
        f"{MOST_VALUES:,}; {ShiftBulk.most_values:,} for many shifts",
        f"the first {MOST_ERRORS}",
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
