"""The way from a number on the dashboard to the records behind it, for those who may see them."""

from collections.abc import Callable
from functools import partial

from hotspot.core.models import User
from outcomes.records.addresses import shifts_address
from reports.dashboard.cards.base import Behind
from reports.figures.criteria import ReportCriteria


def addresses_of(question: ReportCriteria, *, by: User) -> Callable[[Behind], str]:
    """Gives the address of the records behind a number of this question; empty where this person may not see them.

    Its areas are named where they are not all there are: a supervisor sees their own shifts of other districts too.
    """
    some = question.is_narrowed or by.has_own_districts
    areas = [area.pk for area in question.areas] if some else []
    given = partial(shifts_address, by=by, programme=question.programme, period=question.period)
    return lambda behind: given(**{"areas": areas, **behind})
