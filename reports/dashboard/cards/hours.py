"""The card of hours area by area against target."""

from collections.abc import Sequence

from hotspot.core import wording
from reports.dashboard.cards.base import COMPARED, TARGETS, AreaParts, Card, CardColumn, behind_area, together
from reports.figures.charts import Bar, Bars, on_grid
from reports.figures.formatting import Value, ratio, rounded
from reports.figures.measures import PATROL_HOURS, PATROLS
from reports.figures.series import AreaPart
from reports.figures.targets import Due

SHORT = (
    "Hours short: what the target so far asks for beyond the patrol hours; nothing where they reach it. The last row "
    "adds up what is short in areas: what one area has beyond its target makes up for no other."
)


def hours_by_area(found: AreaParts) -> Card:
    """Hours and patrols of each area against what was due by now, furthest behind first.

    Targets and what is short of them are shown where there was no patrol too.
    """
    parts = sorted(found.parts, key=_behind)
    has_something = any(part.counts.patrols or part.due for part in parts)
    columns = [
        CardColumn("Hotspot area"),
        CardColumn("Patrol hours", "hours", {}),
        CardColumn("Target so far", "hours"),
        CardColumn("Share of target, %", "%"),
        CardColumn("Hours short", "hours"),
        CardColumn("Patrols", "patrols", {}),
        CardColumn("Patrols due so far", "patrols"),
    ]
    about = [PATROL_HOURS.definition, PATROLS.definition, TARGETS, SHORT]
    if found.before is not None:
        columns.append(CardColumn("Compared hours", "hours"))
        about.append(COMPARED)
    return Card(
        code="hours-by-area",
        name="Hours and patrols by area",
        sentence=_sentence(parts),
        columns=columns,
        rows=[_row(part, _short(part), found) for part in parts] if has_something else [],
        foot=_total(parts, found) if len(parts) > 1 else (),
        behind=[behind_area(part.area) for part in parts],
        chart=_bars(parts) if has_something else None,
        about=about,
    )


def _behind(part: AreaPart) -> tuple[bool, float]:
    """Areas without a target come last; of the others, the one that lacks most of its target first."""
    if part.due is None or not part.due.patrol_minutes:
        return True, -part.counts.patrol_minutes
    return False, float(part.counts.patrol_minutes / part.due.patrol_minutes)


def _short(part: AreaPart) -> int:
    return part.due.minutes_short(part.counts.patrol_minutes) if part.due else 0


def _row(part: AreaPart, short: int, found: AreaParts) -> list[Value]:
    row = _values(part, short)
    return row if found.before is None else [*row, wording.hours(found.before_in(part).patrol_minutes)]


def _total(parts: Sequence[AreaPart], found: AreaParts) -> list[Value]:
    row = _values(together(parts), sum(map(_short, parts)))
    return row if found.before is None else [*row, wording.hours(found.before_together.patrol_minutes)]


def _values(part: AreaPart, short: int) -> list[Value]:
    due, minutes = part.due, part.counts.patrol_minutes
    return [
        part.area.name,
        wording.hours(minutes),
        _hours_due(due),
        None if due is None else ratio(minutes, rounded(due.patrol_minutes), 100, 0),
        None if due is None else wording.hours(short),
        part.counts.patrols,
        None if due is None else rounded(due.patrols),
    ]


def _sentence(parts: Sequence[AreaPart]) -> str:
    due = [part for part in parts if part.due is not None and part.due.patrol_minutes]
    if not due:
        return "No target of hours is set for these areas."
    behind = [part for part in due if part.due and part.counts.patrol_minutes < part.due.patrol_minutes]
    if not behind:
        return f"Every area with a target has had the hours due so far ({len(due)} of {len(parts)} have one)."
    names = [part.area.name for part in behind]
    if len(names) <= 3:
        return f"{wording.listing(names)} {'has' if len(names) == 1 else 'have'} had fewer hours than due so far."
    return (
        f"{len(names)} of {len(due)} areas have had fewer hours than due so far, {names[0]} the fewest for its target."
    )


def _bars(parts: Sequence[AreaPart]) -> Bars:
    due = [rounded(part.due.patrol_minutes) if part.due else None for part in parts]
    most = max([*(part.counts.patrol_minutes for part in parts), *(value for value in due if value)])
    return Bars(
        [
            Bar(
                part.area.name,
                wording.plural(wording.hours(part.counts.patrol_minutes), "hour"),
                on_grid(part.counts.patrol_minutes, most),
                None if target is None else on_grid(target, most),
                behind={**behind_area(part.area), "number": part.counts.patrols},
            )
            for part, target in zip(parts, due, strict=True)
        ],
        key="Patrol hours",
        mark_key="Target so far" if any(value is not None for value in due) else "",
    )


def _hours_due(due: Due | None) -> int | None:
    return None if due is None else wording.hours(rounded(due.patrol_minutes))
