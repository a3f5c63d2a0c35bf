"""Which days have records: patrols only, so nothing of people."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Max

from hotspot.core.calendar import Period
from hotspots.models import Programme
from reports.figures.headline import Grain, figures
from reports.models import DaySummary


def last_recorded(programme: Programme, today: date) -> date | None:
    """The last London day up to today on which a counted patrol of the programme started; None if there is none."""
    days = DaySummary.objects.filter(programme=programme, patrols__gt=0, day__range=(programme.first_day, today))
    last: date | None = days.aggregate(last=Max("day"))["last"]
    return last


def recorded_days(programme: Programme, period: Period, areas: Iterable[int], at: datetime) -> set[date]:
    """The London days of a period on which a counted patrol started in one of the areas."""
    found = figures(programme=programme, period=period, areas=areas, at=at, by=(Grain.DAY,))
    return {row.day for row in found.rows if row.day is not None and row.counts.patrols}
