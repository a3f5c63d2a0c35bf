"""Presence by nights: from 6am to 6am, so that what begins at 3am belongs to the night before."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta

from hotspot.core.calendar import Period
from patrols.models import trial_day
from patrols.visits.queries import presence_in
from patrols.visits.spells import Span

ONE_DAY = timedelta(days=1)
Nights = dict[tuple[int, date], list[Span]]


def spans_by_night(areas: Collection[int], days: Period) -> Nights:
    """The time that somebody was in some areas (by id), by area and night. Spans may overlap.

    A span belongs whole to the night in which it starts, which is not the London day of its shift at its ends. A shift
    whose visits were recorded or seen was there during these, as long as is proved; any other during all of it.
    """
    spans: Nights = defaultdict(list)
    presence = presence_in(areas, Period(days.first_day - ONE_DAY, days.last_day + ONE_DAY))
    for (area, _), part in presence.items():
        for span in (*(stay.least for stay in part.stays), *part.unvisited):
            if (night := trial_day(span[0])) in days:
                spans[area, night].append(span)
    return spans
