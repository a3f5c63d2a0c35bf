"""Trials that are over, with incidents and patrols, for tests."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from hotspot.core.calendar import LONDON
from hotspots.models import District
from patrols.models import PatrolTrial
from patrols.trials import queries
from patrols.trials.days import begins_at, days_of
from reports.models import TrialResult
from reports.trials import operations
from tests import factories
from tests.hotspots import police_data
from tests.patrols import trials

AFTER = police_data.AT


def load_extract(force, rows: list[dict[str, str]]) -> None:
    """An extract of October and November 2024 with these incidents, and one far away in each month."""
    District.objects.filter(outline__isnull=True).update(outline=police_data.SQUARE)
    far = [
        {"Longitude": "-0.39", "Latitude": "51.81", "From": f"2024-{month}-15 12:00", "To": f"2024-{month}-15 12:00"}
        for month in (10, 11)
    ]
    numbered = [{"Crime number": f"42/{number}/24"} | row for number, row in enumerate([*rows, *far])]
    police_data.load(police_data.extract_csv(numbered), by=force.anna, name="extract-of-trials.csv")


def incident(area: Any, day: date, clock: time, *, until: datetime | None = None) -> dict[str, str]:
    """An incident in the middle of an area of `tests.patrols.trials`, at a clock time of a trial day."""
    (west, south), *_ = area.boundary["coordinates"][0]
    at = datetime.combine(day + timedelta(days=clock.hour < 6), clock)
    return {
        "Longitude": f"{west + 0.002}",
        "Latitude": f"{south + 0.002}",
        "From": f"{at:%Y-%m-%d %H:%M}",
        "To": f"{until or at:%Y-%m-%d %H:%M}",
    }


def incidents(trial: PatrolTrial, *, treated: int, control: int) -> Iterator[dict[str, str]]:
    """So many incidents on every treated and every other day of every area, at clock times that differ."""
    schedule, random = queries.schedule_of(trial), Random(5)
    for area in trials.areas_of(trial):
        for day in days_of(trial):
            for _ in range(treated if day in schedule[area.pk] else control):
                yield incident(area, day, time(random.choice((7, 12, 18, 23, 3, 5)), random.randrange(60)))


def patrol(force, area: Any, day: date, *, minutes: int = 60, hour: int = 20) -> None:
    """A completed patrol of an area at an hour of a trial day."""
    start = datetime.combine(day + timedelta(days=hour < 6), time(hour), LONDON)
    factories.PatrolShiftFactory(
        area=area,
        funding_stream=force.grant,
        logged_by=force.sam,
        starts_at=start,
        ends_at=start + timedelta(minutes=minutes),
    )


def over(trial: PatrolTrial) -> datetime:
    """The instant at which a trial is over."""
    return begins_at(trial.last_day + timedelta(days=1))


def answered(force, trial: PatrolTrial) -> TrialResult:
    """The analysis of a trial, once it is over."""
    result = operations.begin_analysis(by=force.anna, at=AFTER, trial_id=trial.pk)
    operations.answer_result(job=result.job, at=AFTER)
    result.refresh_from_db()
    return result


def answered_with_some(force, trial: PatrolTrial) -> TrialResult:
    """The analysis of a trial with fewer incidents on treated days, and a ring."""
    load_extract(force, list(incidents(trial, treated=1, control=3)))
    return answered(force, trial)
