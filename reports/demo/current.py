"""The programme that is running now: every month so far, and the last weeks as busy as there is to look at tonight."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from hotspot.core.calendar import Period
from reports.demo.plan import PO, Beat, Patrol, deal, draw_patrol, london, usual_stratum

WEEKS = 6
PATROLS_A_DAY = 8
# Before those weeks, about what targets ask for. Some towns were given less, so that they are behind.
EARLIER_PATROLS_A_DAY = 7.3
BEHIND, GIVEN_BEHIND = ("Hertford", "South Oxhey", "Waltham Cross"), 0.75
# In the year before: fewer, so that there is something to have become more.
PREVIOUS_PATROLS_A_DAY = 6
PLANNED_DAYS = 6
# Counted back from today: nights that the first supervisor has not logged yet.
MISSING_NIGHTS = (2, 5, 12)
# Towns of the first supervisor, for whom the gaps, the overdue shift and tonight's plan are made.
FIRST_TOWNS = ("Bishop's Stortford", "Hertford", "Hitchin", "Stevenage")


def worked(beats: Sequence[Beat], programme: Period, *, today: date, random: Random) -> list[Patrol]:
    """Patrols since the programme began, up to yesterday evening, with a few nights missing in the first towns."""
    recent = Period(today - timedelta(weeks=WEEKS), today - timedelta(days=2)).clip(programme)
    days = list(recent.each_day()) if recent else []
    missing = {today - timedelta(days=number) for number in MISSING_NIGHTS}
    first = [beat for beat in beats if beat.area.town in FIRST_TOWNS]
    others = [beat for beat in beats if beat.area.town not in FIRST_TOWNS]
    patrols = _usual(first, [day for day in days if day not in missing], random) + _usual(others, days, random)
    patrols = _earlier(beats, programme, today) + patrols
    return patrols + _yesterday(others, programme, today=today, random=random)


def _earlier(beats: Sequence[Beat], programme: Period, today: date) -> list[Patrol]:
    """The months before the last weeks, with dice of their own: what comes later does not depend on their number."""
    days = Period(programme.first_day, max(programme.first_day, today - timedelta(weeks=WEEKS, days=1))).clip(programme)
    if days is None or today - timedelta(weeks=WEEKS) <= programme.first_day:
        return []
    dice = Random(programme.first_day.year)  # noqa: S311 - made-up data, not secrets
    found: list[Patrol] = []
    for is_behind, share in ((True, GIVEN_BEHIND), (False, 1.0)):
        chosen = [beat for beat in beats if (beat.area.town in BEHIND) == is_behind]
        if not chosen:
            continue
        # As many as these beats draw of all patrols, and not as many as there are of them.
        drawn = sum(beat.busyness for beat in chosen) / sum(beat.busyness for beat in beats)
        a_day = EARLIER_PATROLS_A_DAY * share * drawn * 12 / len(chosen)
        found += _usual(chosen, list(days.each_day()), dice, a_day=a_day)
    return found


def previous(beats: Sequence[Beat], programme: Period) -> list[Patrol]:
    """A whole year before the one that is running, to compare it with."""
    dice = Random(programme.first_day.year)  # noqa: S311 - made-up data, not secrets
    return _usual(beats, list(programme.each_day()), dice, a_day=PREVIOUS_PATROLS_A_DAY)


def _usual(
    beats: Sequence[Beat], days: Sequence[date], random: Random, *, a_day: float = PATROLS_A_DAY
) -> list[Patrol]:
    if not (beats and days):
        return []
    number = round(a_day * len(days) * len(beats) / 12)
    stratum = usual_stratum(beats, days, number)
    patrols = deal(stratum, random)
    patrols[-1] = replace(patrols[-1], left_early=25)
    return patrols


def _yesterday(beats: Sequence[Beat], programme: Period, *, today: date, random: Random) -> list[Patrol]:
    """A few afternoon patrols that were over by midnight, whatever the hour is now."""
    day = today - timedelta(days=1)
    chosen = random.sample(list(beats), min(4, len(beats))) if day in programme else []
    patrols = [draw_patrol(beat, day, random, ends_by_midnight=True) for beat in chosen]
    return [replace(patrol, outcomes=Counter(asb_powers=1)) for patrol in patrols[:1]] + patrols[1:]


def planned(beats: Sequence[Beat], programme: Period, *, today: date, random: Random) -> list[Patrol]:
    """Two shifts that are overdue, two for tonight and some for the days ahead."""
    by_town = {beat.area.town: beat for beat in beats}
    fixed = (("Hitchin", -1, "19:00"), ("Stevenage", -2, "18:00"), ("Hitchin", 0, "20:00"), ("Stevenage", 0, "21:00"))
    patrols = [_planned(by_town[town], today + timedelta(days=days), clock) for town, days, clock in fixed]
    ahead = [today + timedelta(days=random.randint(1, PLANNED_DAYS)) for _ in range(10)]
    patrols += [draw_patrol(random.choice(beats), day, random) for day in ahead]
    return sorted((patrol for patrol in patrols if patrol.day in programme), key=lambda patrol: patrol.starts_at)


def _planned(beat: Beat, day: date, clock: str) -> Patrol:
    return Patrol(beat, day, london(day, clock), 240, (PO, PO))
