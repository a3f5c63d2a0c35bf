"""The figures of a programme as somebody may see them."""

from dataclasses import asdict
from datetime import date, datetime

from hotspot.core.calendar import Period, today
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspots.models import Programme
from hotspots.queries import areas_seen_by
from reports.figures.periods import completed
from reports.justice.counting import JusticeFigures, justice_figures, justice_series
from reports.justice.disclosure import told_figures


def figures_seen_by(user: User, *, programme: Programme, period: Period, known_by: date) -> dict[str, int | None]:
    """What became of the arrests in the areas that this person may see, by the codes of the measures."""
    areas = [area.pk for area in areas_seen_by(user)]
    found = justice_figures(programme=programme, period=period, areas=areas, known_by=known_by)
    return asdict(found.counts)


def told_since_launch(
    user: User, *, programme: Programme, at: datetime
) -> tuple[JusticeFigures, frozenset[str]] | None:
    """The figures since launch at the end of the last month that is over, and which of them are told; None before.

    For people who see no records: every question but this one could be asked for a difference that is one person.
    """
    over = completed(programme, today(at))
    if over is None:
        return None
    areas = [area.pk for area in areas_seen_by(user)]
    asked = [(Period(programme.first_day, month.last_day), month.last_day) for month in over.each_month()]
    months = justice_series(programme=programme, asked=asked, areas=areas)
    return months[-1], told_figures([month.counts for month in months], programme.small)


def sees_any_day(user: User) -> bool:
    """Whether this person chooses the days of the arrests, and the day by which their outcomes are known."""
    return user.may(Permission.VIEW_DAILY_FIGURES)
