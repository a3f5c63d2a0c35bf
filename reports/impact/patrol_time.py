"""How long crews patrolled in the areas of a study, month by month."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from hotspot.core.calendar import Period
from hotspots.models import Programme
from reports.figures.headline import Grain, figures


def patrol_minutes(areas: Sequence[int], months: Sequence[date], *, at: datetime) -> list[int]:
    """The person-minutes of patrol in these areas (by id) in each month, of all programmes: those of the headline.

    Months are their first days, oldest first.
    """
    if not months:
        return []
    minutes = Counter[date]()
    whole = Period(months[0], Period.month(months[-1]).last_day)
    for programme in Programme.objects.all():
        found = figures(programme=programme, period=whole, areas=areas, at=at, by=(Grain.MONTH,))
        minutes.update({row.month: row.counts.patrol_minutes for row in found.rows if row.month})
    return [minutes[month] for month in months]
