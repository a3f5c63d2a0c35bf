"""The cards about hours: week by week or month by month, and area by area against target."""

from collections.abc import Sequence

from hotspot.core import wording
from reports.dashboard.cards.base import Card, CardColumn, behind_area, together
from reports.dashboard.charts import Bar, Bars, Stick, Sticks, on_grid
from reports.figures.formatting import Value, ratio, rounded
from reports.figures.measures import PATROL_HOURS, PATROLS
from reports.figures.series import AreaPart, CountedSpan, Trend
from reports.figures.tables import NO_PATROLS
from reports.figures.targets import Due

TARGETS = "Targets are monthly and spread evenly over the days of their month. Days to come are not asked for yet."
WEEKS = "Weeks go from Monday to Sunday."
MONTHS = "Months are those of the calendar. A period of at most two years is shown by week."


def hours_by_week(course: Trend) -> Card:
    """Patrol hours week by week, or month by month, with what was due."""
    each = "month" if course.by_month else "week"
    worked = [span for span in course.spans if span.counts.patrols]
    return Card(
        code=f"hours-by-{each}",
        name=f"Hours each {each}",
        sentence=_course_sentence(course.spans, each),
        columns=[
            CardColumn(f"{each.capitalize()} from"),
            CardColumn("to"),
            CardColumn("Patrol hours", "hours"),
            CardColumn("Target", "hours"),
            CardColumn("Patrols", "patrols"),
            CardColumn(f"Whole {each}"),
        ],
        rows=[_span_row(span, by_month=course.by_month) for span in course.spans] if worked else [],
        chart=_sticks(course.spans, each) if worked else None,
        about=[PATROL_HOURS.definition, MONTHS if course.by_month else WEEKS, TARGETS],
        notes=_course_notes(course, worked),
    )


def _course_notes(course: Trend, worked: Sequence[CountedSpan]) -> list[str]:
    each = "month" if course.by_month else "week"
    notes = ["The period is longer than two years, so each bar is a month."] if course.by_month else []
    if any(not span.is_whole for span in worked):
        notes.append(f"An outlined bar is not a whole {each}: the period cuts it off, or it is not over yet.")
    return notes


def _span_row(span: CountedSpan, *, by_month: bool) -> list[Value]:
    is_recorded = span.counts.patrols > 0 or not by_month
    return [
        span.days.first_day,
        span.days.last_day,
        wording.hours(span.counts.patrol_minutes) if is_recorded else NO_PATROLS,
        _hours_due(span.due),
        span.counts.patrols if is_recorded else None,
        "yes" if span.is_whole else "no",
    ]


def _course_sentence(spans: Sequence[CountedSpan], each: str) -> str:
    whole = [span for span in spans if span.is_whole]
    if not whole:
        return f"There is no whole {each} in this period yet."
    most = max(whole, key=lambda span: span.counts.patrol_minutes)
    hours = wording.plural(wording.hours(most.counts.patrol_minutes), "patrol hour")
    said = f"The most in a {each} were {hours}, {'in' if each == 'month' else 'from'} {wording.period(most.days)}"
    due = [span for span in whole if span.due is not None]
    if not due:
        return f"{said}."
    met = sum(span.counts.patrol_minutes >= span.due.patrol_minutes for span in due if span.due)
    return f"{said}; {met} of {wording.plural(len(due), f'whole {each}')} reached the target."


def _sticks(spans: Sequence[CountedSpan], each: str) -> Sticks:
    values = [span.counts.patrol_minutes for span in spans]
    due = [rounded(span.due.patrol_minutes) if span.due and span.is_whole else None for span in spans]
    most = max([*values, *(value for value in due if value)])
    edges = [round(1000 * place / len(spans)) for place in range(len(spans) + 1)]
    sticks = [
        Stick(_stick_title(span), x, max(end - x - (2 if end - x > 5 else 0), 1), on_grid(value, most), span.is_whole)
        for span, value, x, end in zip(spans, values, edges, edges[1:], strict=False)
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
        first=wording.day(spans[0].days.first_day),
        last=wording.day(spans[-1].days.last_day),
        line=" ".join(points),
        line_key="Target" if points else "",
        key="Patrol hours",
        outlined_key=f"Not a whole {each}" if any(not span.is_whole and span.counts.patrols for span in spans) else "",
    )


def _stick_title(span: CountedSpan) -> str:
    said = wording.plural(wording.hours(span.counts.patrol_minutes), "hour") if span.counts.patrols else NO_PATROLS
    return f"{wording.period(span.days)}: {said}"


def hours_by_area(parts: Sequence[AreaPart]) -> Card:
    """Hours and patrols of each area against what was due by now, furthest behind first."""
    parts = sorted(parts, key=_behind)
    any_counted = any(part.counts.patrols for part in parts)
    return Card(
        code="hours-by-area",
        name="Hours and patrols by area",
        sentence=_areas_sentence(parts),
        columns=[
            CardColumn("Hotspot area"),
            CardColumn("Patrol hours", "hours", {}),
            CardColumn("Target so far", "hours"),
            CardColumn("Share of target, %", "%"),
            CardColumn("Patrols", "patrols", {}),
            CardColumn("Patrols due so far", "patrols"),
        ],
        rows=[_area_row(part) for part in parts] if any_counted else [],
        foot=_area_row(together(parts)) if len(parts) > 1 else (),
        behind=[behind_area(part.area) for part in parts],
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
                behind=behind_area(part.area),
            )
            for part, target in zip(parts, due, strict=True)
        ],
        key="Patrol hours",
        mark_key="Target so far" if any(value is not None for value in due) else "",
    )


def _hours_due(due: Due | None) -> int | None:
    return None if due is None else wording.hours(rounded(due.patrol_minutes))
