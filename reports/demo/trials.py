"""Two randomised trials: one that is over, with incidents that are made up, and one that is under way.

Crews of the demonstration know of neither, so the first has patrols on drawn days and on others alike.
"""

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from shapely.geometry import Point, shape

from hotspot.core.calendar import LONDON, Period
from hotspot.core.jobs import operations as jobs
from hotspot.core.models import User
from hotspots.incidents import loading
from hotspots.incidents import operations as incidents
from hotspots.models import AreaSet, HotspotArea, IncidentCategory
from patrols.models import PatrolTrial
from patrols.trials import operations
from reports.demo import reference
from reports.trials import operations as results

CATEGORIES = ("Anti-social behaviour", "Violence and sexual offences")
DESIGNED_BEFORE, SEALED_BEFORE = timedelta(days=12), timedelta(days=9)
AUTUMN = Period(date(2024, 9, 1), date(2024, 12, 1))
INCIDENTS_A_DAY = 0.9
DAYS_PASSED = 17


def make_trials(*, analyst: User, administrator: User, today: date, random: Random) -> None:
    """The trials that there can be by today."""
    if today > AUTUMN.last_day:
        trial = _sealed(analyst, administrator, "Town centres, autumn 2024", date(2024, 9, 2), days=84)
        at = datetime.combine(today, time(0, 3), LONDON)
        _load_extract(analyst, at, random)
        _answer(trial, analyst, at)
    first_day = today - timedelta(days=DAYS_PASSED)
    if first_day > AUTUMN.last_day:
        _sealed(analyst, administrator, f"Town centres from {first_day:%B %Y}", first_day, days=91)


def _sealed(analyst: User, administrator: User, name: str, first_day: date, *, days: int) -> PatrolTrial:
    """A trial in the areas of the launch. What to expect is typed: published incidents know no days."""
    drafted = operations.save_trial(
        by=analyst, at=_afternoon(first_day - DESIGNED_BEFORE), name=name, first_day=first_day, days=days,
        area_set=AreaSet.objects.get(first_day=reference.LAUNCH),
        categories=list(IncidentCategory.objects.filter(name__in=CATEGORIES)),
        block_days=7, treated_days=3, strata=PatrolTrial.Strata.NONE, washout_days=0,
        holidays=[{"day": f"{first_day + timedelta(days=40)}", "reason": "A festival in all town centres"}],
        from_hour=6, to_hour=6, dose_minutes=10, dose_visits=1, ring_metres=150, notice_hour=18, target_fall=20,
        expected=INCIDENTS_A_DAY, dispersion=1.3,
    )  # fmt: skip
    at = _afternoon(first_day - SEALED_BEFORE)
    return operations.seal_trial(by=administrator, at=at, trial_id=drafted.pk)


def _afternoon(day: date) -> datetime:
    return datetime.combine(day, time(14), LONDON)


def _load_extract(by: User, at: datetime, random: Random) -> None:
    """An extract that is made up from its first row to its last, and says so."""
    rows = list(_made_up(random))
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    incidents.load_now(
        by=by,
        at=at,
        name="made-up-extract-2024-09-to-2024-12.csv",
        content=io.BytesIO(text.getvalue().encode()),
        confirmed=loading.QUESTIONS,
        progress=lambda done, total: None,
    )


def _made_up(random: Random) -> Iterator[dict[str, Any]]:
    """Incidents that come as they come, patrols or not."""
    for area in HotspotArea.objects.order_by("name"):
        for day in AUTUMN.each_day():
            number = sum(random.random() < INCIDENTS_A_DAY / 4 for _ in range(4))
            for _ in range(number):
                longitude, latitude = _place_in(area, random)
                clock = time(random.choice((11, 14, 16, 18, 19, 20, 21, 22, 23)), random.randrange(60))
                yield {
                    "Reference": f"MADE-UP-{random.randrange(16**10):010x}",
                    "Category": random.choice(CATEGORIES),
                    "Longitude": f"{longitude:.6f}",
                    "Latitude": f"{latitude:.6f}",
                    "Time": f"{day} {clock:%H:%M}",
                    "Source": "Made up",
                }


def _place_in(area: HotspotArea, random: Random) -> tuple[float, float]:
    boundary = shape(area.boundary)
    west, south, east, north = boundary.bounds
    while not boundary.contains(Point(place := (random.uniform(west, east), random.uniform(south, north)))):
        pass
    return place


def _answer(trial: PatrolTrial, by: User, at: datetime) -> None:
    asked = results.begin_analysis(by=by, at=at, trial_id=trial.pk)
    job = jobs.claim(at=at, job_id=asked.job_id)
    assert job is not None  # noqa: S101 - it is new
    jobs.finish(job, at=at, result=results.answer_result(job=job, at=at))
