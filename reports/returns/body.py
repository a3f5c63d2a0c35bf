"""The body of a return: what is asked with its numbers, as it would be frozen now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hotspot.core import wording
from hotspot.core.calendar import LONDON, Period
from hotspot.core.spreadsheets import MARKING
from hotspots.models import HotspotArea
from hotspots.queries import areas_seen_by
from reports.costs.definitions import VERSION as COSTS_VERSION
from reports.digests import fingerprint
from reports.figures.formatting import rounded
from reports.figures.measures import PATROL_HOURS
from reports.figures.publication import record_checks
from reports.figures.series import Selection
from reports.figures.targets import Targets
from reports.models import ProgrammeReturn, TemplateRow
from reports.returns.money_checks import ledger_checks
from reports.returns.queries import Count, EnteredBefore, counted, definition_of_return, entered_before
from reports.returns.rules import ratio_formula, ratio_of, ratio_unit
from reports.returns.sources import HOURS, RATIO, Source, is_cost, sources

Bound = TemplateRow.Bound


def body_of(made: ProgrammeReturn, at: datetime) -> dict[str, Any]:
    """A return's body as it would be frozen now: numbers from the records, and what was entered.

    Hours and counts are whole numbers, money is in pence, other ratios are in tenths; words, dates (ISO) and yes or no
    are text. None is what has not been entered yet, and a ratio whose base is 0.
    """
    programme, period = made.template.programme, Period(made.first_day, made.last_day)
    all_areas, known = list(areas_seen_by(made.prepared_by)), sources(programme)
    rows = list(made.asks.rows.select_related("stream"))
    definition = definition_of_return(made)
    counts = counted(
        [row.source for row in rows], programme=programme, period=period, areas=all_areas, at=at, definition=definition
    )
    areas = [area for area in all_areas if area.is_active_in(period) or _counts_in(area, counts)]
    before, targets = entered_before(made, at), Targets(all_areas, period)
    answers = _Answers(made, rows, known, counts, areas)
    parts = [answers.row(row) | {"beside": _beside(row, before, targets, period)} for row in rows]
    return {
        "marking": MARKING,
        "return": made.slug,
        "name": made.template.name,
        "programme": programme.name,
        "period": made.code,
        "first_day": str(made.first_day),
        "last_day": str(made.last_day),
        "version": made.version,
        "restates": made.restates.slug if made.restates else None,
        "reason": made.reason or None,
        "template_version": made.asks.number,
        "definition": definition.version,
        "as_at": at.astimezone(LONDON).isoformat(timespec="seconds"),
        "area_names": [area.name for area in areas] if any(row["areas"] is not None for row in parts) else None,
        "rows": parts,
        "remarks": made.remarks,
        **({"costs_definition": COSTS_VERSION} if any(is_cost(row.source) for row in rows) else {}),
    }


def _counts_in(area: HotspotArea, counts: Mapping[str, Count]) -> bool:
    return any(count.by_area.get(area.pk) for count in counts.values())


@dataclass(frozen=True)
class _Answers:
    """What the rows of a return are answered with. `counts` are by source, entries by the code of their row."""

    made: ProgrammeReturn
    rows: Sequence[TemplateRow]
    known: Mapping[str, Source]
    counts: Mapping[str, Count]
    areas: Sequence[HotspotArea]

    def row(self, row: TemplateRow) -> dict[str, Any]:
        """The row as the body has it, but for what stands beside it."""
        source = self.known[row.source]
        said: dict[str, Any] = {"code": row.code, "label": row.label, "source": source.code, "unit": source.unit}
        said |= {"counts": source.name, "is_entered": source.is_entered, "is_headline": source.is_headline}
        if source.code == RATIO:
            return said | self._ratio(row)
        if not source.is_counted:
            return said | {"value": self.made.entered.get(row.code), "areas": None}
        count = self.counts[row.source]
        by_area = [_shown(count.by_area.get(area.pk, 0), source) for area in self.areas] if self._splits(row) else None
        return said | {"value": _shown(count.total, source), "areas": by_area} | self._apart(row, count)

    def _apart(self, row: TemplateRow, count: Count) -> dict[str, Any]:
        """What is in no area, and the minutes without a rate that a cost leaves out. Nothing where there is neither."""
        said: dict[str, Any] = {"in_no_area": count.in_no_area} if count.in_no_area and self._splits(row) else {}
        if count.unpaid:
            by_area = [count.unpaid_by_area.get(area.pk, 0) for area in self.areas] if self._splits(row) else None
            said["without_rate"] = {"minutes": count.unpaid, "areas": by_area}
        return said

    def _splits(self, row: TemplateRow) -> bool:
        return self.made.template.by_area or row.by_area

    def _ratio(self, row: TemplateRow) -> dict[str, Any]:
        """One row divided by another: of exact minutes and pence, in all and in each area."""
        by_code = {each.code: each for each in self.rows}
        top, base = by_code[row.top], by_code[row.base]
        units = self.known[top.source].unit, self.known[base.source].unit
        counts = self.counts.get(top.source), self.counts.get(base.source)
        areas = None
        if self._splits(row) and counts[0] and counts[1]:
            pairs = [(counts[0].by_area.get(area.pk, 0), counts[1].by_area.get(area.pk, 0)) for area in self.areas]
            areas = [ratio_of(*pair, per=row.per, units=units) for pair in pairs]
        return {
            "unit": ratio_unit(units[0]),
            "counts": ratio_formula(top.label, base.label, row.per),
            "ratio": {"top": row.top, "base": row.base, "per": row.per},
            "value": ratio_of(self._exact(top), self._exact(base), per=row.per, units=units),
            "areas": areas,
        }

    def _exact(self, row: TemplateRow) -> int | None:
        """A row's number before it is rounded: time in minutes."""
        count = self.counts.get(row.source)
        return count.total if count else self.made.entered.get(row.code)


def _shown(count: int | None, source: Source) -> int | None:
    """A number in the unit of its source."""
    return wording.hours(count) if count is not None and source.unit == HOURS else count


def _beside(row: TemplateRow, before: EnteredBefore, targets: Targets, period: Period) -> dict[str, Any] | None:
    """What the row is held against: a number in its unit, and of a budget what was entered before.

    `without`: how many earlier periods that leaves out, because their returns were not submitted.
    """
    if row.bound == Bound.TARGET:
        due = targets.in_all(period)
        if due is None:
            return None
        is_time = row.source == PATROL_HOURS.code
        value = wording.hours(rounded(due.patrol_minutes)) if is_time else rounded(due.patrols)
        return {"bound": row.bound, "value": value}
    if row.bound == Bound.BUDGET and row.stream is not None:
        found = {"bound": row.bound, "value": row.stream.budget_pence, "stream": row.stream.name}
        without = {"without": before.missing} if before.missing else {}
        return found | {"before": before.sums.get(row.code, 0)} | without
    return {"bound": row.bound, "value": row.limit} if row.bound in (Bound.AT_LEAST, Bound.AT_MOST) else None


def digest_of(body: Mapping[str, Any]) -> str:
    """What shows that somebody looked at these numbers and words: everything but the time, and but what returns of
    earlier periods said, which may be submitted meanwhile.
    """
    rows = [row | {"beside": _without_before(row["beside"])} for row in body["rows"]]
    return fingerprint({name: value for name, value in body.items() if name != "as_at"} | {"rows": rows})


def _without_before(beside: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return {name: value for name, value in beside.items() if name not in ("before", "without")} if beside else None


def checks_of(made: ProgrammeReturn, at: datetime) -> list[str]:
    """What is late or missing in the records behind a return, or entered otherwise than the ledger has it."""
    areas, period = list(areas_seen_by(made.prepared_by)), Period(made.first_day, made.last_day)
    return [*ledger_checks(made), *record_checks(Selection(made.template.programme, period, areas, at))]
