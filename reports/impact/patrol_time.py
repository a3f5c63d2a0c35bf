"""How long crews patrolled in the areas of a study, month by month."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from hotspot.core.calendar import Period
from hotspots.models import Programme
from reports.figures.headline import Grain, figures


def patrol_minutes(areas: Sequence[int], whole: Period, *, at: datetime) -> list[tuple[date, int]]:
    """The person-minutes of patrol in these areas (by id) in each month of a period, of all programmes: those of the
    headline. Months are their first days, oldest first, and are there without any patrol too.
    """
    minutes = Counter[date]()
    for programme in Programme.objects.all():
        found = figures(programme=programme, period=whole, areas=areas, at=at, by=(Grain.MONTH,))
        minutes.update({row.month: row.counts.patrol_minutes for row in found.rows if row.month})
    return [(month.first_day, minutes[month.first_day]) for month in whole.each_month()]
