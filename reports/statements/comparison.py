"""A statement beside another one, and beside the records as they are now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hotspots.models import HotspotArea
from reports.figures import headline as figures_headline
from reports.figures.tables import number_text, shown_number
from reports.statements.body import PublishedStatement


def compared(before: PublishedStatement, numbers: Mapping[str, int | None]) -> list[list[str]]:
    """The headline beside that of another statement: name, then, now, and the change in words.

    A figure that the earlier statement did not have is compared with nothing, so it has no row.
    """
    rows = []
    for name, then, now in before.beside(numbers):
        change = "" if now is None or then is None else _change(now - then)
        rows.append([name, number_text(then), number_text(now), change])
    return rows


@dataclass(frozen=True)
class LiveChange:
    """How the records of a published statement's days and areas differ now from what was published.

    `rows` are those of `compared`, of all areas together; `areas` the names of those whose counts differ.
    """

    rows: Sequence[Sequence[str]]
    areas: Sequence[str]


def live_change(
    release: PublishedStatement,
    published: Mapping[int, figures_headline.Counts],
    live: figures_headline.Figures,
    areas: Sequence[HotspotArea],
) -> LiveChange | None:
    """What has changed in the records since a statement was frozen; None if nothing has.

    `published` are the counts frozen with it, by area. Only for somebody who may see every record behind it: the
    difference of two counts can be one record.
    """
    now = {row.area: row.counts for row in live.rows if row.area is not None}
    nothing = figures_headline.Counts()
    changed = {pk for pk in published.keys() | now.keys() if published.get(pk, nothing) != now.get(pk, nothing)}
    if not changed:
        return None
    numbers = {measure.code: shown_number(measure, live.totals) for measure in release.definition.headline}
    return LiveChange(compared(release, numbers), [area.name for area in areas if area.pk in changed])


def _change(difference: int) -> str:
    return "no change" if not difference else f"{'up' if difference > 0 else 'down'} {abs(difference):,}"
