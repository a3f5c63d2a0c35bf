"""What is explored: a measure, what it is split by, how it is said and what it is narrowed to, read from the URL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.http import urlencode

from hotspot.core.models import User
from hotspot.core.pages.sorting import Sorting
from hotspots.models import Programme
from reports.explore.dimensions import (
    AREA,
    CHOSEN_ABOVE,
    DIMENSIONS,
    DISTRICT,
    HOUR,
    MONTH,
    ROLE,
    STREAM,
    WEEK,
    WEEKDAY,
    Dimension,
    dimensions_of,
)
from reports.explore.measures import CREW, FIND_RATE, MEASURES, PATROL_HOURS, PATROLS, ExploreMeasure
from reports.explore.values import offered as offered_values
from reports.figures.comparisons import Other, nothing_to_compare
from reports.figures.criteria import MOST_SAID, ReportCriteria

COUNT, SHARE, PER_HOURS, PER_PATROL, CHANGE = "count", "share", "per_hours", "per_patrol", "change"
SHOWN = {
    COUNT: "The number",
    SHARE: "Share of the row, %",
    PER_HOURS: "For every 100 patrol hours",
    PER_PATROL: "For every 100 patrols",
    CHANGE: "Change from what it is compared with",
}
TABLE, BARS, LINES, MULTIPLES = "table", "bars", "lines", "multiples"
CHARTS = {TABLE: "Table only", BARS: "Bars", LINES: "Lines", MULTIPLES: "Small multiples"}
SORTED = "explored"
"""How addresses name the table, to put its rows in order."""
_UNUSED_COMPARISON = f"What figures are compared with is used where Show is “{SHOWN[CHANGE]}”, so here it is not."


@dataclass(frozen=True)
class ExploreCriteria:
    """A question that makes sense.

    `only` has the values to which each dimension is narrowed, as addresses name them, with their words. `ignored` says
    what was asked that made no sense, in sentences, and `unused` what makes sense and tells nothing here.
    """

    question: ReportCriteria
    measure: ExploreMeasure = PATROL_HOURS
    rows: Dimension = AREA
    columns: Dimension | None = None
    shown: str = COUNT
    chart: str = BARS
    sorting: Sorting = field(default_factory=Sorting)
    only: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    ignored: Sequence[str] = ()
    unused: Sequence[str] = ()

    @property
    def not_used(self) -> list[str]:
        """All that was asked and not used, in sentences."""
        return [*self.ignored, *self.unused]

    @property
    def by(self) -> list[Dimension]:
        """What it is split by, rows first."""
        return [self.rows, *([self.columns] if self.columns else [])]

    @property
    def is_protected(self) -> bool:
        """Whether it says something of people by a characteristic that the law protects."""
        return any(dimension.is_protected for dimension in self.by)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """What the address says beside programme, period and areas."""
        said = [("measure", self.measure.code), ("rows", self.rows.code)]
        said += [("columns", self.columns.code)] if self.columns else []
        said += [("shown", self.shown)] if self.shown != COUNT else []
        said += [("chart", self.chart)] if self.chart != BARS else []
        said += self.sorting.pairs
        return said + [(f"only_{code}", value) for code, values in self.only.items() for value in values]

    def query(self, **changes: Any) -> str:
        """The query string of this question, or of the same with other `columns`, `chart` …"""
        asked = replace(self, **changes)
        return f"{asked.question.query()}&{urlencode(asked.pairs)}"


def read_explored(values: QueryDict, question: ReportCriteria, *, by: User) -> ExploreCriteria:
    """What a URL asks for beside programme, period and areas. A value that makes no sense is ignored and said."""
    ignored: list[str] = []
    measure = MEASURES[_choice(values, "measure", MEASURES, PATROL_HOURS.code, ignored)]
    offered = {each.code: each for each in dimensions_of(measure.family.code, by=by)}
    rows = _dimension(values, "rows", measure, offered, ignored) or AREA
    columns = _dimension(values, "columns", measure, offered, ignored)
    if columns == rows:
        ignored.append("Rows and columns were the same, so there are no columns.")
        columns = None
    asked = ExploreCriteria(
        question,
        measure,
        rows,
        columns,
        _choice(values, "shown", SHOWN, COUNT, ignored),
        _choice(values, "chart", CHARTS, BARS, ignored),
        Sorting.of(SORTED, values),
        {code: given for code in offered if (given := _only(values, offered[code], question.programme, ignored))},
        # Where a change was asked for and cannot be said, the reason is.
        unused=[_UNUSED_COMPARISON] if question.compare and values.get("shown") != CHANGE else [],
    )
    for other in sorted(values.keys()):
        code = other.removeprefix("only_")
        if other.startswith("only_") and code not in offered and any(values.getlist(other)):
            ignored.append(f"{measure} cannot be narrowed by ‘{_name(code)}’, so all are counted.")
    return _without_clashes(asked, ignored)


def _only(values: QueryDict, dimension: Dimension, programme: Programme, ignored: list[str]) -> dict[str, str]:
    """The values to which a dimension is narrowed; nothing where all of them are asked for."""
    given = [value for value in values.getlist(f"only_{dimension.code}") if value]
    if not given:
        return {}
    if dimension.is_protected:
        ignored.append(f"{dimension} can be rows or columns; nothing is narrowed by it.")
        return {}
    if dimension in CHOSEN_ABOVE:
        ignored.append("Choose areas and dates under “Choose period and areas”.")
        return {}
    choices = offered_values(dimension, programme)
    unknown = [value for value in dict.fromkeys(given) if value not in choices]
    ignored.extend(f"There is no {dimension.name.lower()} ‘{value[:MOST_SAID]}’." for value in unknown[:3])
    return {value: words for value, words in choices.items() if value in given}


def _without_clashes(asked: ExploreCriteria, ignored: list[str]) -> ExploreCriteria:
    """The same without what cannot be said together."""
    if asked.measure.is_share and asked.shown not in (COUNT, CHANGE):
        ignored.append(f"{asked.measure} is a share already, so it is shown as it is.")
        asked = replace(asked, shown=COUNT)
    if asked.shown == PER_HOURS and asked.measure.family == CREW:
        ignored.append("Crews are what patrol hours are made of, so there is no rate for every 100 of them.")
        asked = replace(asked, shown=COUNT)
    if asked.shown == CHANGE and not asked.question.compare:
        ignored.append("Choose what to compare with under “Choose period and areas” to see a change.")
        asked = replace(asked, shown=COUNT)
    if asked.shown == CHANGE and {MONTH, WEEK} & set(asked.by):
        ignored.append("Months and weeks of another time are not the same, so the number is shown, not a change.")
        asked = replace(asked, shown=COUNT)
    if asked.shown == PER_PATROL and {WEEKDAY, HOUR} & set(asked.by):
        ignored.append("Patrols lie where they began, and what they led to hours later: see it for every 100 hours.")
        asked = replace(asked, shown=COUNT)
    asked = _about_people(asked, ignored)
    asked = _on_the_clock(asked, ignored)
    if asked.chart == LINES and not any(dimension.is_time for dimension in asked.by):
        ignored.append("Lines need months, weeks, weekdays or hours, so bars are shown.")
        asked = replace(asked, chart=BARS)
    if asked.chart == MULTIPLES and asked.columns is None:
        ignored.append("Small multiples need columns, so bars are shown.")
        asked = replace(asked, chart=BARS)
    return replace(asked, ignored=tuple(ignored))


def _about_people(asked: ExploreCriteria, ignored: list[str]) -> ExploreCriteria:
    """Without what would tell small numbers of people by the difference of two tables."""
    if not asked.is_protected:
        return asked
    if asked.shown == CHANGE:
        ignored.append("Changes could tell small numbers of people, so the number is shown.")
        asked = replace(asked, shown=COUNT)
    if asked.only:
        ignored.append("Beside ethnicity or age nothing is narrowed down: two such tables could tell small numbers.")
        asked = replace(asked, only={})
    if asked.measure.code == "finds":
        ignored.append("Searches with a find could tell how few there were without: see the find rate.")
        asked = replace(asked, measure=FIND_RATE)
    return asked


def _on_the_clock(asked: ExploreCriteria, ignored: list[str]) -> ExploreCriteria:
    """Hours by the clock are kept by area and month only, so nothing else can be asked of them."""
    needs_hours = asked.shown == PER_HOURS or (asked.measure.family == CREW and asked.measure.is_minutes)
    has_clock = {WEEKDAY, HOUR} & {*asked.by, *(DIMENSIONS[code] for code in asked.only)}
    if asked.measure.code == "people" and has_clock:
        # A place in a crew begins at a time, like a patrol.
        return asked
    if not (needs_hours and has_clock):
        return asked
    apart = [code for code in asked.only if code in (ROLE.code, STREAM.code)]
    if apart:
        names = " or ".join(DIMENSIONS[code].name.lower() for code in apart)
        ignored.append(f"Patrol hours by weekday or hour cannot be narrowed by {names}, so all are counted.")
        asked = replace(asked, only={code: each for code, each in asked.only.items() if code not in apart})
    clash = [dimension for dimension in asked.by if dimension in (ROLE, STREAM, WEEK)]
    if clash and asked.shown == PER_HOURS and asked.measure.family != CREW:
        ignored.append(f"There are no patrol hours by weekday or hour and {clash[0].name.lower()}: see the number.")
        return replace(asked, shown=COUNT)
    if clash:
        ignored.append(f"Patrol hours by weekday or hour cannot be split by {clash[0].name.lower()} too.")
        kept = [dimension for dimension in asked.by if dimension not in clash]
        return replace(asked, rows=kept[0] if kept else AREA, columns=None)
    return asked


def without_a_change(asked: ExploreCriteria, other: Other | None, *, today: date) -> ExploreCriteria:
    """The same without a change that cannot be said, because the other side has not the same parts."""
    if asked.shown != CHANGE:
        return asked
    touched = {*asked.by, *(DIMENSIONS[code] for code in asked.only)}
    why = ""
    if other is None:
        why = nothing_to_compare(asked.question, has_begun=asked.question.period.first_day <= today)
    elif list(other.areas) != list(asked.question.areas) and touched & {AREA, DISTRICT}:
        why = "Other areas have no areas or districts in common with these, so the number is shown."
    elif other.programme != asked.question.programme and STREAM in touched:
        why = "Another programme has other funding streams, so the number is shown."
    return replace(asked, shown=COUNT, ignored=(*asked.ignored, why)) if why else asked


def _dimension(
    values: QueryDict, key: str, measure: ExploreMeasure, offered: Mapping[str, Dimension], ignored: list[str]
) -> Dimension | None:
    code = values.get(key, "")
    if code and code not in offered:
        ignored.append(f"{measure} cannot be split by ‘{_name(code)}’.")
    return offered.get(code)


def _name(code: str) -> str:
    return DIMENSIONS[code].name.lower() if code in DIMENSIONS else code[:MOST_SAID]


def _choice(values: QueryDict, key: str, choices: Mapping[str, Any], usual: str, ignored: list[str]) -> str:
    asked = values.get(key, "")
    if asked and asked not in choices:
        ignored.append(f"There is no {key} ‘{asked[:MOST_SAID]}’ to show.")
    return asked if asked in choices else usual


RATES = {PER_HOURS: PATROL_HOURS, PER_PATROL: PATROLS}
"""What each rate is a rate of."""
