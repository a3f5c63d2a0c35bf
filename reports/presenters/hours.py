"""The cards about hours: week by week, and area by area against target."""

from collections.abc import Sequence

from hotspot.core import wording
from reports.measures import PATROL_HOURS, PATROLS
from reports.presenters.cards import Card, Column
from reports.presenters.charts import Bar, Bars, Stick, Sticks, on_grid
from reports.presenters.numbers import Value, ratio, rounded
from reports.queries.dashboard import AreaPart, Week
from reports.queries.targets import Due

TARGETS = "Targets are monthly and spread evenly over the days of their month. Days to come are not asked for yet."


def hours_by_week(weeks: Sequence[Week]) -> Card:
    """Patrol hours week by week, with what was due."""
    worked = [week for week in weeks if week.counts.patrols]
    return Card(
        code="hours-by-week",
        name="Hours each week",
        sentence=_weeks_sentence(weeks),
        columns=[
            Column("Week from"),
            Column("to"),
            Column("Patrol hours", "hours"),
            Column("Target", "hours"),
            Column("Patrols", "patrols"),
            Column("Whole week"),
        ],
        rows=[_week_row(week) for week in weeks] if worked else [],
        chart=_sticks(weeks) if worked else None,
        about=[PATROL_HOURS.definition, "Weeks go from Monday to Sunday.", TARGETS],
        notes=["An outlined bar is not a whole week: the period cuts it off, or it is not over yet."]
        if any(not week.is_whole for week in worked)
        else [],
    )


def _week_row(week: Week) -> list[Value]:
    return [
        week.days.first_day,
        week.days.last_day,
        wording.hours(week.counts.patrol_minutes),
        _hours_due(week.due),
        week.counts.patrols,
        "yes" if week.is_whole else "no",
    ]


def _weeks_sentence(weeks: Sequence[Week]) -> str:
    whole = [week for week in weeks if week.is_whole]
    if not whole:
        return "There is no whole week in this period yet."
    most = max(whole, key=lambda week: week.counts.patrol_minutes)
    hours = wording.plural(wording.hours(most.counts.patrol_minutes), "patrol hour")
    said = f"The most in a week were {hours}, from {wording.period(most.days)}"
    due = [week for week in whole if week.due is not None]
    if not due:
        return f"{said}."
    met = sum(week.counts.patrol_minutes >= week.due.patrol_minutes for week in due if week.due)
    return f"{said}; {met} of {wording.plural(len(due), 'whole week')} reached the target."


def _sticks(weeks: Sequence[Week]) -> Sticks:
    values = [week.counts.patrol_minutes for week in weeks]
    due = [rounded(week.due.patrol_minutes) if week.due and week.is_whole else None for week in weeks]
    most = max([*values, *(value for value in due if value)])
    edges = [round(1000 * place / len(weeks)) for place in range(len(weeks) + 1)]
    sticks = [
        Stick(_stick_title(week), x, max(end - x - (2 if end - x > 5 else 0), 1), on_grid(value, most), week.is_whole)
        for week, value, x, end in zip(weeks, values, edges, edges[1:], strict=False)
    ]
    points = [
        f"{x},{1000 - on_grid(value, most)}"
        for value, left, right in zip(due, edges, edges[1:], strict=False)
        if value is not None
        for x in (left, right)
    ]
    return Sticks(
        sticks,
        top=wording.plural(wording.hours(most), "hour"),
        first=wording.day(weeks[0].days.first_day),
        last=wording.day(weeks[-1].days.last_day),
        line=" ".join(points),
        line_key="Target" if points else "",
        key="Patrol hours",
        outlined_key="Not a whole week" if any(not week.is_whole and week.counts.patrols for week in weeks) else "",
    )


def _stick_title(week: Week) -> str:
    return f"{wording.period(week.days)}: {wording.plural(wording.hours(week.counts.patrol_minutes), 'hour')}"


def hours_by_area(parts: Sequence[AreaPart]) -> Card:
    """Hours and patrols of each area against what was due by now, furthest behind first."""
    parts = sorted(parts, key=_behind)
    any_counted = any(part.counts.patrols for part in parts)
    return Card(
        code="hours-by-area",
        name="Hours and patrols by area",
        sentence=_areas_sentence(parts),
        columns=[
            Column("Hotspot area"),
            Column("Patrol hours", "hours"),
            Column("Target so far", "hours"),
            Column("Share of target, %", "%"),
            Column("Patrols", "patrols"),
            Column("Patrols due so far", "patrols"),
        ],
        rows=[_area_row(part) for part in parts] if any_counted else [],
        chart=_area_bars(parts) if any_counted else None,
        about=[PATROL_HOURS.definition, PATROLS.definition, TARGETS],
    )


def _behind(part: AreaPart) -> tuple[bool, float]:
    """Areas without a target come last; of the others, the one that lacks most of its target first."""
    if part.due is None or not part.due.patrol_minutes:
        return True, -part.counts.patrol_minutes
    return False, float(part.counts.patrol_minutes / part.due.patrol_minutes)


def _area_row(part: AreaPart) -> list[Value]:
    due = part.due
    return [
        part.area.name,
        wording.hours(part.counts.patrol_minutes),
        _hours_due(due),
        None if due is None else ratio(part.counts.patrol_minutes, rounded(due.patrol_minutes), 100, 0),
        part.counts.patrols,
        None if due is None else rounded(due.patrols),
    ]


def _areas_sentence(parts: Sequence[AreaPart]) -> str:
    due = [part for part in parts if part.due is not None]
    if not due:
        return "No target is set for these areas."
    behind = [part for part in due if part.due and part.counts.patrol_minutes < part.due.patrol_minutes]
    if not behind:
        return f"Every area with a target has had the hours due so far ({len(due)} of {len(parts)} have one)."
    names = [part.area.name for part in behind]
    if len(names) <= 3:
        return f"{wording.listing(names)} {'has' if len(names) == 1 else 'have'} had fewer hours than due so far."
    return (
        f"{len(names)} of {len(due)} areas have had fewer hours than due so far, {names[0]} the fewest for its target."
    )


def _area_bars(parts: Sequence[AreaPart]) -> Bars:
    due = [rounded(part.due.patrol_minutes) if part.due else None for part in parts]
    most = max([*(part.counts.patrol_minutes for part in parts), *(value for value in due if value)])
    return Bars(
        [
            Bar(
                part.area.name,
                wording.plural(wording.hours(part.counts.patrol_minutes), "hour"),
                on_grid(part.counts.patrol_minutes, most),
                None if target is None else on_grid(target, most),
            )
            for part, target in zip(parts, due, strict=True)
        ],
        key="Patrol hours",
        mark_key="Target so far" if any(value is not None for value in due) else "",
    )


def _hours_due(due: Due | None) -> int | None:
    return None if due is None else wording.hours(rounded(due.patrol_minutes))
