"""A programme return in words and numbers: as it would be submitted now, and as it was submitted."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from hotspot.core import wording
from hotspot.core.calendar import LONDON, Period, today
from hotspot.core.definitions.registry import definition_of_body
from hotspot.core.errors import DomainError
from hotspot.core.models import User
from hotspots.amounts import pounds
from hotspots.models import HotspotArea
from hotspots.queries import areas_seen_by
from reports.costs.definitions import VERSION as COSTS_VERSION
from reports.digests import fingerprint
from reports.figures import publication
from reports.figures.formatting import NOTHING, ratio, rounded
from reports.figures.measures import PATROL_HOURS
from reports.figures.periods import range_code, range_ends
from reports.figures.publication import MARKING, record_checks
from reports.figures.series import Selection
from reports.figures.tables import NOT_SHOWN
from reports.figures.targets import Targets
from reports.models import ProgrammeReturn, ReturnTemplate, TemplateRow, TemplateVersion
from reports.returns.initiatives import is_of_initiatives
from reports.returns.queries import (
    HOURS,
    POUNDS,
    Count,
    Source,
    counted,
    definition_of_return,
    entered_before,
    is_cost,
    is_of_ledger,
    is_protected,
    sources,
)

_CODES = {
    ReturnTemplate.Every.MONTH: re.compile(r"\d{4}-\d\d"),
    ReturnTemplate.Every.QUARTER: re.compile(r"quarter-.+"),
    ReturnTemplate.Every.YEAR: re.compile(r"year-.+"),
}
Bound = TemplateRow.Bound


def return_periods(template: ReturnTemplate, at: datetime) -> dict[str, tuple[str, Period]]:
    """The periods that a return can be of, by their code: words and days, newest first. Those that are over."""
    is_one = _CODES[ReturnTemplate.Every(template.every)].fullmatch
    return {code: found for code, found in publication.periods_over(template.programme, at).items() if is_one(code)}


def period_of(template: ReturnTemplate, code: str, at: datetime) -> Period:
    """The days of a period: one of the template's, or a range of whole months that are over.

    Raises DomainError `period_not_over` for one that no return can be of.
    """
    found = return_periods(template, at).get(code) or (
        publication.period_of(template.programme, code, at) if range_ends(code) else None
    )
    if found is None:
        raise DomainError("period_not_over", "Choose a period of this return that is over.", "code")
    return found[1]


def code_of_range(template: ReturnTemplate, first: str, last: str, at: datetime) -> str:
    """The code of a range of months: that of the template's own period where it is one."""
    code = range_code(first, last)
    found = publication.period_of(template.programme, code, at)
    own = (each for each, (_, period) in return_periods(template, at).items() if found and period == found[1])
    return next(own, code)


# --- the body -----------------------------------------------------------------------------------------------------


def body_of(made: ProgrammeReturn, at: datetime) -> dict[str, Any]:
    """A return's body as it would be frozen now: numbers from the records, and what was entered.

    Hours and counts are whole numbers, money is in pence; None is what has not been entered yet.
    """
    programme, period = made.template.programme, Period(made.first_day, made.last_day)
    all_areas, known = list(areas_seen_by(made.prepared_by)), sources(programme)
    rows = list(made.asks.rows.select_related("stream"))
    definition = definition_of_return(made)
    counts = counted(
        [row.source for row in rows], programme=programme, period=period, areas=all_areas, at=at, definition=definition
    )
    areas = [area for area in all_areas if area.is_active_in(period) or _counts_in(area, counts)]
    before, targets = entered_before(made), Targets(all_areas, period)
    parts = [
        _row(row, known[row.source], counts.get(row.source), made, areas)
        | {"beside": _beside(row, before, targets, areas, period)}
        for row in rows
    ]
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
        "area_names": [area.name for area in areas] if made.template.by_area else None,
        "rows": parts,
        "remarks": made.remarks,
        **({"costs_definition": COSTS_VERSION} if any(is_cost(row.source) for row in rows) else {}),
    }


def _counts_in(area: HotspotArea, counts: Mapping[str, Count]) -> bool:
    return any(count.by_area.get(area.pk) for count in counts.values())


def _row(
    row: TemplateRow, source: Source, count: Count | None, made: ProgrammeReturn, areas: Sequence[HotspotArea]
) -> dict[str, Any]:
    said: dict[str, Any] = {"code": row.code, "label": row.label, "source": source.code, "unit": source.unit}
    said |= {"counts": source.name, "is_entered": source.is_entered, "is_headline": source.is_headline}
    if count is None:
        return said | {"value": made.entered.get(row.code), "areas": None}
    by_area = [_shown(count.by_area.get(area.pk, 0), source) for area in areas] if made.template.by_area else None
    return said | {"value": _shown(count.total, source), "areas": by_area}


def _shown(count: int | None, source: Source) -> int | None:
    """A number in the unit of its source."""
    return wording.hours(count) if count is not None and source.unit == HOURS else count


def _beside(
    row: TemplateRow, before: Mapping[str, int], targets: Targets, areas: Sequence[HotspotArea], period: Period
) -> dict[str, Any] | None:
    """What the row is held against: a number in its unit, and of a budget what was entered before."""
    if row.bound == Bound.TARGET:
        due = targets.in_all(period)
        if due is None:
            return None
        is_time = row.source == PATROL_HOURS.code
        value = wording.hours(rounded(due.patrol_minutes)) if is_time else rounded(due.patrols)
        return {"bound": row.bound, "value": value}
    if row.bound == Bound.BUDGET and row.stream is not None:
        found = {"bound": row.bound, "value": row.stream.budget_pence, "stream": row.stream.name}
        return found | {"before": before.get(row.code, 0)}
    return {"bound": row.bound, "value": row.limit} if row.bound in (Bound.AT_LEAST, Bound.AT_MOST) else None


def digest_of(body: Mapping[str, Any]) -> str:
    """What shows that somebody looked at these numbers and words: everything but the time."""
    return fingerprint({name: value for name, value in body.items() if name != "as_at"})


# --- what a page or a file says of a body -------------------------------------------------------------------------


@dataclass(frozen=True)
class AnsweredReturn:
    """A return as pages and files say it, made from its body alone.

    `sees_parts`: outcomes of single areas and by kind are told; without it only what the PCC's office may know.
    """

    body: Mapping[str, Any]
    sees_parts: bool = True
    sha256: str = ""

    @property
    def title(self) -> str:
        """Home Office return: October 2024."""
        return f"{self.body['name']}: {self.period_words}"

    @property
    def period_words(self) -> str:
        """Its days, in words."""
        period = Period(date.fromisoformat(self.body["first_day"]), date.fromisoformat(self.body["last_day"]))
        return wording.period(period)

    @property
    def as_at(self) -> datetime:
        """When its numbers were counted."""
        return datetime.fromisoformat(self.body["as_at"])

    @property
    def columns(self) -> list[dict[str, object]]:
        """The columns of its table."""
        return [
            {"label": "What is asked"},
            {"label": "Answer", "numeric": True},
            {"label": "Beside it"},
            {"label": "Where it comes from"},
        ]

    @property
    def rows(self) -> list[list[str]]:
        """A row for each thing that is asked."""
        return [
            [row["label"], self._number(row), self._beside(row), "Entered" if row["is_entered"] else row["counts"]]
            for row in self.body["rows"]
        ]

    @property
    def area_columns(self) -> list[dict[str, object]]:
        """The columns of the table by hotspot area: what is counted."""
        return [{"label": "Hotspot area"}, *({"label": row["label"], "numeric": True} for row in self._counted)]

    @property
    def area_rows(self) -> list[list[str]]:
        """What was counted, a row for each hotspot area; none where it is not asked."""
        columns = [[_in_a_table(each, row["unit"]) for each in self.area_values(row)] for row in self._counted]
        return [[name, *numbers] for name, *numbers in zip(self.body["area_names"] or [], *columns, strict=True)]

    def area_values(self, row: Mapping[str, Any]) -> Sequence[int | str | None]:
        """A row's numbers of each hotspot area as files say them, [c] where they are not told, money in pence."""
        found: Sequence[int | None] = row["areas"] or []
        source = row["source"]
        is_inside = is_cost(source) or is_of_ledger(source) or is_of_initiatives(source)
        is_told = self.sees_parts or not (self._is_protected(row) or is_inside)
        return found if is_told else [NOT_SHOWN] * len(found)

    @property
    def area_foot(self) -> list[str]:
        """All areas together."""
        return ["All hotspot areas", *(self._number(row) for row in self._counted)]

    @property
    def missing(self) -> list[str]:
        """What has to be entered still."""
        return [row["label"] for row in self.body["rows"] if row["is_entered"] and row["value"] is None]

    @property
    def withholds(self) -> bool:
        """Whether anything is not told."""
        return any(not self.tells(row) or NOT_SHOWN in self.area_values(row) for row in self.body["rows"])

    def tells(self, row: Mapping[str, Any]) -> bool:
        """Whether the row's number is told.

        Shares of outcomes are small soon, and are for who may see records. Hours, patrols and visits are told always.
        """
        return self.sees_parts or row["is_headline"] or not self._is_protected(row)

    def value(self, row: Mapping[str, Any]) -> int | str | None:
        """The row's number as files say it: [c] where it is not told, money in pence."""
        found: int | None = row["value"]
        return found if self.tells(row) else NOT_SHOWN

    def _is_protected(self, row: Mapping[str, Any]) -> bool:
        """Whether the row counts people, by the definition by which the return was counted."""
        return is_protected(row["source"], definition_of_body(self.body))

    @property
    def _counted(self) -> list[Mapping[str, Any]]:
        return [row for row in self.body["rows"] if row["areas"] is not None]

    def _number(self, row: Mapping[str, Any]) -> str:
        return in_words(row["value"], row["unit"]) if self.tells(row) else NOT_SHOWN

    def _beside(self, row: Mapping[str, Any]) -> str:
        return beside_words(row) if self.tells(row) else ""


def _in_a_table(value: int | str | None, unit: str) -> str:
    return value if isinstance(value, str) else in_words(value, unit)


def in_words(value: int | None, unit: str) -> str:
    """1,457, £1,200.50, or – for what was not entered."""
    if value is None:
        return NOTHING
    return pounds(value) if unit == POUNDS else f"{value:,}"


def beside_words(row: Mapping[str, Any]) -> str:
    """What a row is held against and how it stands: Target 1,040: 98.3% of it."""
    beside, value, unit = row["beside"], row["value"], row["unit"]
    if not beside:
        return ""
    if beside["value"] is None:
        return f"{beside['stream']} has no budget"
    wanted = in_words(beside["value"], unit)
    if beside["bound"] == Bound.BUDGET:
        so_far = (value or 0) + beside["before"]
        return f"Budget of {beside['stream']}: {wanted}. So far {in_words(so_far, unit)}{_of(so_far, beside['value'])}"
    name = {Bound.TARGET: "Target", Bound.AT_LEAST: "At least", Bound.AT_MOST: "At most"}[Bound(beside["bound"])]
    if value is None:
        return f"{name} {wanted}"
    if beside["bound"] == Bound.TARGET:
        return f"{name} {wanted}{_of(value, beside['value'])}"
    over = value - beside["value"]
    kept = over <= 0 if beside["bound"] == Bound.AT_MOST else over >= 0
    how = "kept" if kept else f"{in_words(abs(over), unit)} too {'many' if over > 0 else 'few'}"
    if unit == POUNDS and not kept:
        how = f"{in_words(abs(over), unit)} too {'much' if over > 0 else 'little'}"
    return f"{name} {wanted}: {how}"


def _of(part: int, whole: int) -> str:
    percent = ratio(part, whole, 100)
    return "" if percent is None else f": {percent}% of it"


def changes(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[list[str]]:
    """The rows of two bodies of one return whose numbers differ, in all areas or in one: what is asked, then, now."""
    before = {row["code"]: row for row in then["rows"]}
    found = []
    for row in now["rows"]:
        old, said = before[row["code"]], in_words(row["value"], row["unit"])
        if old["value"] != row["value"]:
            found.append([row["label"], in_words(old["value"], row["unit"]), said])
        elif _areas(then, old) != _areas(now, row):
            found.append([row["label"], f"{said}, split otherwise over the areas", said])
    return found


def _areas(body: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, int | None]:
    """The counts of areas that have any."""
    numbers = zip(body["area_names"] or [], row["areas"] or [], strict=False)
    return {name: number for name, number in numbers if number}


# --- the periods of a template ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Turn:
    """A period of a template: its return if one was begun, and until when it is due.

    `is_late`: it should have been submitted by now. What was due before the template was made is not.
    """

    code: str
    name: str
    made: ProgrammeReturn | None
    due: date | None
    is_late: bool


def turns(template: ReturnTemplate, *, by: User, at: datetime) -> list[Turn]:
    """Every period of a template that is over, newest first, with the newest of its returns that the person may see."""
    versions = list(template.versions.all())
    made: dict[str, ProgrammeReturn] = {}
    returns = ProgrammeReturn.objects.visible_to(by).filter(template=template).exclude(state="withdrawn")
    for each in returns.select_related("template", "prepared_by", "submitted_by").defer("body").order_by("version"):
        made[each.code] = each
    return list(_turns(template, made, versions, at))


def _turns(
    template: ReturnTemplate,
    made: Mapping[str, ProgrammeReturn],
    versions: Sequence[TemplateVersion],
    at: datetime,
) -> Iterator[Turn]:
    due_days = versions[0].due_days if versions else None
    began = today(versions[-1].created_at) if versions else today(at)
    periods = return_periods(template, at)
    # Ranges that were chosen stand among the periods of the template, by when they end. They are never due.
    chosen = {
        code: days
        for code in made
        if code not in periods and (days := publication.period_of(template.programme, code, at))
    }
    everything = sorted({**periods, **chosen}.items(), key=lambda each: each[1][1].last_day, reverse=True)
    for code, (name, period) in everything:
        if code in chosen:
            yield Turn(code, name, made[code], None, False)
            continue
        due = period.last_day + timedelta(days=due_days) if due_days is not None else None
        found = made.get(code)
        is_open = found is None or (found.state == ProgrammeReturn.State.DRAFT and found.version == 1)
        yield Turn(code, name, found, due, bool(due and is_open and began <= due < today(at)))


def checks_of(made: ProgrammeReturn, at: datetime) -> list[str]:
    """What is late or missing in the records behind a return, in sentences."""
    areas, period = list(areas_seen_by(made.prepared_by)), Period(made.first_day, made.last_day)
    return list(record_checks(Selection(made.template.programme, period, areas, at)))
