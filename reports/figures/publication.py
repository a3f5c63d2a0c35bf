"""What statements and returns share: their periods, their marking, and days without records."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime

from hotspot.core import wording
from hotspot.core.calendar import Period, today
from hotspot.core.definitions.registry import CURRENT
from hotspots.models import Programme
from outcomes.confirmations.held import months_changed
from reports.figures import recorded_days
from reports.figures.checks import Check
from reports.figures.periods import LAUNCH, find_period, period_choices, range_ends
from reports.figures.quality import QualityPart, quality
from reports.figures.series import Selection

MARKING = "OFFICIAL"
MOST_MONTHS, MOST_DISTRICTS = 3, 4
"""So many months that are not confirmed are said one by one, each with so many districts."""
ROUNDING = (
    "Time is added up in minutes and rounded once to whole hours, so the hours in the rows can add up to a little more "
    "or less than the total."
)


def periods(programme: Programme, at: datetime) -> dict[str, tuple[str, Period]]:
    """The periods that a statement can be of by one choice, by their code: those that are over, and since launch.

    Since launch ends on the last day with records. Ranges of months are found by `period_of`.
    """
    words, so_far = period_choices(programme, today(at))[LAUNCH]
    last = recorded_days.last_recorded(programme, today(at))
    return {**periods_over(programme, at), LAUNCH: (words, Period(programme.first_day, last) if last else so_far)}


def periods_over(programme: Programme, at: datetime) -> dict[str, tuple[str, Period]]:
    """The periods of one choice that are over, by their code."""
    choices = period_choices(programme, today(at))
    return {code: (words, period) for code, (words, period) in choices.items() if period.last_day < today(at)}


def period_of(programme: Programme, code: str, at: datetime) -> tuple[str, Period] | None:
    """The words and days of a period that a statement can be of, a range of months too; None for any other."""
    if range_ends(code) is None:
        return periods(programme, at).get(code)
    found = find_period(programme, code, today(at))
    return found if found and found[1].last_day < today(at) else None


def _all_told(number: int) -> bool:
    return True


def record_checks(asked: Selection, *, is_told: Callable[[int], bool] = _all_told) -> Iterator[str]:
    """What is late or missing in the records behind some figures, in sentences.

    `is_told`: whether a number of outcomes may be said. Numbers of shifts are said always.
    """
    parts = quality(asked)
    late = sum(part.shifts.late for part in parts)
    overdue = sum(part.shifts.overdue for part in parts)
    to_follow = sum(part.to_follow for part in parts)
    if late:
        said = f"{wording.plural(late, 'shift was', 'shifts were')} logged more than 24 hours after the end."
        yield Check(said, {"late": late})
    if overdue:
        said = f"{wording.plural(overdue, 'planned shift is', 'planned shifts are')} over, but not completed."
        yield Check(said, {"overdue": overdue})
    if to_follow and is_told(to_follow):
        said = f"{wording.plural(to_follow, 'outcome has', 'outcomes have')} detail to follow."
        yield Check(said, {"to follow": to_follow})
    elif to_follow:
        yield "Some outcomes have detail to follow."
    yield from _unconfirmed(parts)
    yield from _changed(asked)


def _unconfirmed(parts: Sequence[QualityPart]) -> Iterator[str]:
    """Of each month, newest first, how many supervisors have not confirmed it, and in which districts they work."""
    months = {each for part in parts for each in part.months}
    waiting: dict[date, set[int]] = defaultdict(set)
    districts: dict[date, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for part in parts:
        for each, is_confirmed in part.months.items():
            if not is_confirmed:
                waiting[each.month].add(each.person)
                districts[each.month][str(part.area.district)].add(each.person)
    newest = sorted(waiting, reverse=True)
    # By month and district: one who confirms makes room for nobody who takes back elsewhere.
    numbers = {
        month: {f"{month:%Y-%m} {name}": len(people) for name, people in districts[month].items()} for month in newest
    }
    for month in newest[:MOST_MONTHS]:
        expected = sum(each.month == month for each in months)
        said = _month_in_words(month, len(waiting[month]), expected, sorted(districts[month]))
        yield Check(said, numbers[month])
    if earlier := newest[MOST_MONTHS:]:
        months_more = wording.plural(len(earlier), "earlier month is", "earlier months are")
        said = f"{months_more} not confirmed by every supervisor either."
        yield Check(said, {name: number for month in earlier for name, number in numbers[month].items()})


def _month_in_words(month: date, waiting: int, expected: int, districts: list[str]) -> str:
    said = f"{waiting:,} of {wording.plural(expected, 'supervisor')}"
    where = wording.listing(districts[:MOST_DISTRICTS])
    more = len(districts) - MOST_DISTRICTS
    where = f"{where} and {wording.plural(more, 'more district')}" if more > 0 else where
    verb = "has" if waiting == 1 else "have"
    return f"{wording.month(month)}: {said} {verb} not confirmed that there is nothing more to log ({where})."


def _changed(asked: Selection) -> Iterator[str]:
    """How many confirmed months are not as they were when they were confirmed."""
    months = Period(asked.period.first_day.replace(day=1), asked.period.last_day)
    changed = months_changed(
        months,
        programme_id=asked.programme.pk,
        area_ids=asked.area_ids,
        streams_apart=CURRENT.streams_apart,
    )
    if changed:
        said = f"In {wording.plural(changed, 'confirmed month')} of supervisors something changed since."
        yield Check(said, {"changed": changed})
