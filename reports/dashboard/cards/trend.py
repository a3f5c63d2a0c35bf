"""The card of one measure along time: week by week or month by month, with its target and its usual variation."""

import math
from collections.abc import Iterator, Sequence

from hotspot.core import wording
from hotspot.core.calendar import Period
from hotspot.core.definitions.base import Measure
from reports.dashboard.cards.base import TARGETS, Card, CardColumn, displayed, said
from reports.figures.charts import GRID, Panel, Panels, Stick, Sticks, on_grid
from reports.figures.control_limits import FEWEST, Limits
from reports.figures.formatting import NO_PATROLS, Value, rounded
from reports.figures.measures import HEADLINE, PATROL_HOURS, PATROLS
from reports.figures.scales import TimeTick, levels, month_ticks
from reports.figures.series import CountedSpan, DatedEvent, Trend

COMPARED = "The time compared with"
EVENTS = "What else began"
ENTERED = (
    f"{EVENTS}: what analysts enter under Impact as changes, and initiatives. Numbers above the chart are those of the "
    "list below it and of the table."
)
MOST_NAMED = 5
WEEKS = "Weeks go from Monday to Sunday."
MONTHS = "Months are those of the calendar. A period of at most two years is shown by week."
FIRST_RECORD = (
    "Nothing is shown of the time before the programme’s first record, nor, once it is over, of that after its last: "
    "it is not known to have been without."
)
USUAL = (
    "Usual variation: between the mean and 2.66 times the mean difference between neighbours to either side, of whole "
    f"{{0}}s between the programme’s first record and its last (chart of individuals, XmR: Shewhart 1931, Wheeler "
    f"1993), at least {FEWEST} of them. One beyond is worth asking about; one within is not. It says nothing about "
    "targets."
)


def trend(course: Trend) -> Card:
    """A measure week by week, or month by month, with what was due."""
    each, measure = _each(course), course.measure
    has_something = any(span.counts.patrols or span.due_of(measure) for span in course.spans)
    return Card(
        code=f"hours-by-{each}",
        name=f"{_name(measure)} each {each}",
        sentence=_sentence(course),
        columns=_columns(course),
        rows=list(_rows(course)) if has_something else [],
        chart=_chart(course) if has_something else None,
        about=[
            measure.definition,
            MONTHS if course.by_month else WEEKS,
            TARGETS,
            FIRST_RECORD,
            USUAL.format(each),
            ENTERED,
        ],
        notes=_notes(course),
        measures=[(other.code, other.name) for other in HEADLINE],
        measure=measure.code,
    )


def _each(course: Trend) -> str:
    return "month" if course.by_month else "week"


def _name(measure: Measure) -> str:
    return "Hours" if measure == PATROL_HOURS else measure.name


def _notes(course: Trend) -> list[str]:
    each = _each(course)
    notes = ["The period is longer than two years, so each bar is a month."] if course.by_month else []
    if course.not_before:
        notes.append(f"Nothing is recorded before {wording.day(course.not_before)}, so no {each} before it is shown.")
    if course.not_after:
        notes.append(f"Nothing is recorded after {wording.day(course.not_after)}, so no {each} after it is shown.")
    if any(not span.is_whole for span in course.spans if span.counts.patrols):
        why = "the period cuts it off, it is not over yet, or the records end in it"
        notes.append(f"An outlined bar is not a whole {each}: {why}.")
    if unlike := sum(
        other is not None and not _is_alike(span, other)
        for span, other in zip(course.spans, course.others, strict=False)
    ):
        bars = wording.plural(unlike, "bar")
        notes.append(f"No line lies over {bars}: what is compared with has another number of days. The table has it.")
    if course.areas:
        notes.append("Hotspot areas have the same scale.")
    if course.events:
        notes.append(f"{EVENTS}: {_listed(course)}. They tell nothing about the cause of a change.")
    return notes


def _numbered(course: Trend) -> list[tuple[str, DatedEvent]]:
    """What else began, in words that begin with the number that stands above the chart."""
    return [(f"{number}: {event.words}", event) for number, event in enumerate(course.events, start=1)]


def _listed(course: Trend) -> str:
    events = _numbered(course)
    said = [f"{words} ({wording.day(event.day)})" for words, event in events[:MOST_NAMED]]
    more = len(events) - len(said)
    return "; ".join([*said, f"and {more} more, in the table"] if more else said)


def _is_alike(span: CountedSpan, other: CountedSpan) -> bool:
    """Whether two spans can be compared: they have as many days, or are both a whole month."""
    return span.days.days == other.days.days or (span.is_whole and other.is_whole)


def _columns(course: Trend) -> list[CardColumn]:
    each, measure = _each(course), course.measure
    columns = [
        CardColumn(f"{each.capitalize()} from"),
        CardColumn("to"),
        CardColumn(measure.name, measure.unit),
        CardColumn("Target", measure.unit),
    ]
    if measure != PATROLS:
        columns.append(CardColumn("Patrols", "patrols"))
    columns += [CardColumn(f"Whole {each}"), CardColumn("Usual variation")]
    if course.events:
        columns.append(CardColumn(EVENTS))
    if course.others:
        columns += [CardColumn("Compared with", stand_in_order=True), CardColumn("There", measure.unit)]
    return columns + [CardColumn(area.name, measure.unit) for area, _ in course.areas]


def _rows(course: Trend) -> Iterator[list[Value]]:
    for place, span in enumerate(course.spans):
        row = _span_row(span, course)
        if course.events:
            row.append("; ".join(words for words, event in _numbered(course) if event.day in span.days) or None)
        if course.others:
            row += _other_cells(course.others[place], course.measure)
        yield row + [displayed(spans[place].number(course.measure), course.measure) for _, spans in course.areas]


def _other_cells(span: CountedSpan | None, measure: Measure) -> list[Value]:
    return [wording.period(span.days), displayed(span.number(measure), measure)] if span else [None, None]


def _span_row(span: CountedSpan, course: Trend) -> list[Value]:
    measure = course.measure
    is_recorded = span.counts.patrols > 0 or not course.by_month
    due = span.due_of(measure)
    row: list[Value] = [
        span.days.first_day,
        span.days.last_day,
        displayed(span.number(measure), measure) if is_recorded else NO_PATROLS,
        None if due is None else displayed(due, measure),
    ]
    if measure != PATROLS:
        row.append(span.counts.patrols if is_recorded else None)
    return [*row, "yes" if span.is_whole else "no", _usual(span, course)]


def _usual(span: CountedSpan, course: Trend) -> str | None:
    """Above, below or within; nothing of what is not whole or not all recorded, or without limits."""
    if course.limits is None or not span.is_recorded:
        return None
    return course.limits.place(span.number(course.measure)) or "within"


def _sentence(course: Trend) -> str:
    each, measure = _each(course), course.measure
    whole = [span for span in course.spans if span.is_whole]
    if not whole:
        return f"There is no whole {each} in this period yet."
    most = max(whole, key=lambda span: span.number(measure))
    tops = any(span.number(measure) > most.number(measure) for span in course.spans)
    sentence = (
        f"The most in a {'whole ' if tops else ''}{each} were {_words(most.number(measure), measure)}, "
        f"{'in' if course.by_month else 'from'} {wording.period(most.days)}"
    )
    # A target of nothing is none.
    due = [(span.number(measure), target) for span in whole if (target := span.due_of(measure))]
    if due:
        met = sum(number >= target for number, target in due)
        sentence += f"; {met} of {wording.plural(len(due), f'whole {each}')} reached the target"
    return f"{sentence}.{_usual_sentence(course)}"


def _usual_sentence(course: Trend) -> str:
    if course.limits is None:
        return ""
    judged = [span for span in course.spans if span.is_recorded]
    outside = sum(bool(course.limits.place(span.number(course.measure))) for span in judged)
    each, limits, measure = _each(course), course.limits, course.measure
    # Inwards, so that no number that is said to lie outside is one of them.
    ends = f"{displayed(math.ceil(limits.low), measure):,} to {_words(math.floor(limits.high), measure)}"
    if not outside:
        return f" Every whole {each} lies within the usual variation, {ends}."
    lie = "lies" if outside == 1 else "lie"
    return f" {outside} of {wording.plural(len(judged), f'whole {each}')} {lie} outside the usual variation, {ends}."


def _chart(course: Trend) -> Sticks | Panels:
    together = _sticks(course, course.spans, course.limits, course.others, has_target=True)
    if not course.areas:
        return together
    most = max((span.number(course.measure) for _, spans in course.areas for span in spans), default=0)
    return Panels(
        [
            Panel("All of them together", together),
            *(Panel(area.name, _sticks(course, spans, most=most)) for area, spans in course.areas),
        ]
    )


def _sticks(
    course: Trend,
    spans: Sequence[CountedSpan],
    limits: Limits | None = None,
    others: Sequence[CountedSpan | None] = (),
    *,
    has_target: bool = False,
    most: int = 0,
) -> Sticks:
    """`most`: what the top must hold; nothing: as much as the highest of all that is drawn."""
    each, measure = _each(course), course.measure
    due = [span.due_of(measure) if has_target and span.is_whole else None for span in spans]
    beside = [
        other.number(measure) if other and _is_alike(span, other) else None
        for span, other in zip(spans, others, strict=False)
    ]
    drawn = [*(span.number(measure) for span in spans), *due, *beside, rounded(limits.high) if limits else None]
    side, most = _levels(most or max(value for value in drawn if value is not None), measure)
    edges = [round(GRID * place / len(spans)) for place in range(len(spans) + 1)]
    line, marks = _line(due, edges, most), _marks(beside, edges, most)
    events = _events(course, edges) if has_target else []
    return Sticks(
        _each_stick(spans, measure, edges, most),
        levels=side,
        first=wording.day(spans[0].days.first_day),
        last=wording.day(spans[-1].days.last_day),
        line=line,
        line_key="Target" if line else "",
        key=measure.name,
        outlined_key=f"Not a whole {each}" if any(not span.is_whole and span.counts.patrols for span in spans) else "",
        limits=[GRID - on_grid(rounded(end), most) for end in (limits.low, limits.high)] if limits else [],
        limits_key="Ends of usual variation" if limits else "",
        marks=marks,
        marks_key=COMPARED if marks else "",
        events=events,
        events_key=EVENTS if events else "",
        ticks=_ticks(spans),
    )


def _levels(highest: int, measure: Measure) -> tuple[list[str], int]:
    """The numbers up the side from the top to zero, and what the top stands for as it is counted: hours in minutes."""
    unit = 60 if measure == PATROL_HOURS else 1
    found = levels(highest / unit)
    return [f"{level:,}" for level in reversed(found)], found[-1] * unit


def _ticks(spans: Sequence[CountedSpan]) -> list[TimeTick]:
    """Where months begin along time."""
    shown = Period(spans[0].days.first_day, spans[-1].days.last_day)
    months = [month.first_day for month in shown.each_month() if month.first_day in shown]
    return month_ticks([(100 * (day - shown.first_day).days / shown.days, day) for day in months])


def _events(course: Trend, edges: Sequence[int]) -> list[tuple[int, str]]:
    """Where along time each event began, as far into its bar as its day is into the week or the month."""
    found = []
    for span, left, right in zip(course.spans, edges, edges[1:], strict=False):
        for event in course.events:
            if event.day in span.days:
                into = (event.day - span.days.first_day).days
                found.append(
                    (left + (right - left) * into // span.days.days, f"{wording.day(event.day)}: {event.words}")
                )
    return found


def _each_stick(spans: Sequence[CountedSpan], measure: Measure, edges: Sequence[int], most: int) -> list[Stick]:
    return [
        Stick(_title(span, measure), x, _width(x, end), on_grid(span.number(measure), most), span.is_whole)
        for span, x, end in zip(spans, edges, edges[1:], strict=False)
    ]


def _width(x: int, end: int) -> int:
    """The width of a bar that leaves a gap where there is room for one."""
    return max(end - x - (2 if end - x > 5 else 0), 1)


def _line(due: Sequence[int | None], edges: Sequence[int], most: int) -> str:
    points = [
        f"{x},{GRID - on_grid(value, most)}"
        for value, left, right in zip(due, edges, edges[1:], strict=False)
        if value is not None
        for x in (left, right)
    ]
    return " ".join(points)


def _marks(beside: Sequence[int | None], edges: Sequence[int], most: int) -> str:
    """A path across each bar at the height of what it is compared with."""
    return " ".join(
        f"M{x},{GRID - on_grid(value, most)}h{_width(x, end)}"
        for value, x, end in zip(beside, edges, edges[1:], strict=False)
        if value is not None
    )


def _words(number: int, measure: Measure) -> str:
    return said(displayed(number, measure), measure)


def _title(span: CountedSpan, measure: Measure) -> str:
    words = _words(span.number(measure), measure) if span.counts.patrols else NO_PATROLS
    return f"{wording.period(span.days)}: {words}"
