"""A programme return in words and numbers, from its body alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.text import capfirst

from hotspot.core import wording
from hotspot.core.calendar import Period
from hotspot.core.definitions.registry import definition_of_body
from hotspots.amounts import pounds
from reports.figures.formatting import NOTHING, ratio
from reports.figures.tables import NOT_SHOWN
from reports.models import TemplateRow
from reports.returns.initiatives import is_of_initiatives
from reports.returns.rules import needs_second_person
from reports.returns.sources import (
    DATE_UNIT,
    HEADING,
    HOURS,
    NOTE,
    POUNDS,
    RATIO,
    RATIO_UNIT,
    WORDS,
    YES_NO_UNIT,
    is_cost,
    is_of_ledger,
    is_protected,
)

Bound = TemplateRow.Bound
FEW = 20
ALL_AREAS, NOT_OF_ONE = "All hotspot areas", "Not of one area"


@dataclass(frozen=True)
class Block:
    """Rows of a return under a heading of its template, or after a note. `caption` tells its table from others."""

    heading: str
    caption: str
    notes: list[str] = field(default_factory=list)
    columns: list[dict[str, object]] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


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
    def asked(self) -> list[Mapping[str, Any]]:
        """The rows that are answered: all but headings and notes."""
        return [row for row in self.body["rows"] if row["source"] not in WORDS]

    @property
    def columns(self) -> list[dict[str, object]]:
        """The columns of its table."""
        return _columns(self.asked)

    @property
    def rows(self) -> list[list[str]]:
        """A row for each thing that is asked."""
        return [self._cells(row) for row in self.asked]

    @property
    def sections(self) -> list[str]:
        """The heading under which each thing is asked; empty ones before the first."""
        found, heading = [], ""
        for row in self.body["rows"]:
            heading = row["label"] if row["source"] == HEADING else heading
            found += [] if row["source"] in WORDS else [heading]
        return found

    @property
    def notes(self) -> list[str]:
        """The notes among its rows."""
        return [row["label"] for row in self.body["rows"] if row["source"] == NOTE]

    @property
    def blocks(self) -> list[Block]:
        """What is asked in the order of the template: a heading or a note begins a block of rows."""
        found: list[Block] = []
        rows: list[Mapping[str, Any]] = []
        for row in self.body["rows"]:
            is_words = row["source"] in WORDS
            if not found or row["source"] == HEADING or (is_words and rows):
                found.append(Block(row["label"] if row["source"] == HEADING else "", _caption(len(found))))
                rows = []
            if row["source"] == NOTE:
                found[-1].notes.append(row["label"])
            elif not is_words:
                rows.append(row)
                found[-1].rows.append(self._cells(row))
                found[-1].columns[:] = _columns(rows)
        return found

    def _cells(self, row: Mapping[str, Any]) -> list[str]:
        origin = "Entered" if row["is_entered"] else row["counts"]
        return [row["label"], self._number(row), self._beside(row), origin]

    @property
    def area_columns(self) -> list[dict[str, object]]:
        """The columns of the table by hotspot area: what is counted."""
        return [{"label": "Hotspot area"}, *({"label": row["label"], "numeric": True} for row in self._counted)]

    @property
    def area_rows(self) -> list[list[str]]:
        """What was counted, a row for each hotspot area; none where it is not asked."""
        columns = [[in_words(each, row["unit"]) for each in self.area_values(row)] for row in self._counted]
        rows = [[name, *numbers] for name, *numbers in zip(self.body["area_names"] or [], *columns, strict=True)]
        if not (rows and self.has_rest):
            return rows
        rest = [self.rest_of(row) for row in self._counted]
        return [*rows, [NOT_OF_ONE, *(in_words(n, row["unit"]) for n, row in zip(rest, self._counted, strict=True))]]

    @property
    def has_rest(self) -> bool:
        """Whether something was given to no single area, such as spend for the whole force."""
        return any(row.get("in_no_area") for row in self._counted)

    def rest_of(self, row: Mapping[str, Any]) -> int | str | None:
        """What of a row was given to no single area: [c] where areas are not told, nothing where it cannot be."""
        if not (is_of_ledger(row["source"]) or is_of_initiatives(row["source"])):
            return None
        found: int = row.get("in_no_area", 0)
        return found if self._tells_areas(row) else NOT_SHOWN

    @property
    def area_notes(self) -> list[str]:
        """Which areas have time without a rate, which their costs leave out, and that few can be chance."""
        return [*(self._unpaid_notes if self.sees_parts else []), *self._ratio_notes]

    @property
    def _ratio_notes(self) -> list[str]:
        """A caution for each ratio of few in a single area, of which one more or less makes another number.

        Of those that are told, and whose counts stand in the table by area too: those of others are not in the body.
        """
        found = []
        for row in self._counted:
            if row["source"] != RATIO or not self._tells_areas(row):
                continue
            top, _ = self._divided(row)
            is_count = top["unit"] not in (POUNDS, HOURS)
            if is_count and any(number is not None and number < FEW for number in top["areas"] or ()):
                said = f"of fewer than {FEW} in an area it can be chance. Read it beside the counts."
                found.append(f"{row['label']}: {said}")
        return found

    @property
    def _unpaid_notes(self) -> list[str]:
        parts = [row["without_rate"]["areas"] for row in self._counted if "without_rate" in row]
        if not parts:
            return []
        named = [
            f"{name} {_time(minutes)}"
            for name, minutes in zip(self.body["area_names"], parts[0], strict=True)
            if minutes
        ]
        return [f"Costs leave out time without a rate: {', '.join(named)}."] if named else []

    def area_values(self, row: Mapping[str, Any]) -> Sequence[int | str | None]:
        """A row's numbers of each hotspot area as files say them, [c] where they are not told, money in pence."""
        found: Sequence[int | None] = row["areas"] or []
        return found if self._tells_areas(row) else [NOT_SHOWN] * len(found)

    def _tells_areas(self, row: Mapping[str, Any]) -> bool:
        """Whether the row's numbers of single areas are told. Of a ratio, only if those of both its rows are."""
        if row["source"] == RATIO:
            return all(self._tells_areas(part) for part in self._divided(row))
        source = row["source"]
        is_inside = is_cost(source) or is_of_ledger(source) or is_of_initiatives(source)
        return self.sees_parts or not (self._is_protected(row) or is_inside)

    def _divided(self, ratio: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """The row that a ratio divides, and that by which it is divided."""
        by_code = {row["code"]: row for row in self.body["rows"]}
        return [by_code[ratio["ratio"]["top"]], by_code[ratio["ratio"]["base"]]]

    @property
    def area_foot(self) -> list[str]:
        """All areas together."""
        return [ALL_AREAS, *(self._number(row) for row in self._counted)]

    @property
    def needs_second_person(self) -> bool:
        """Whether somebody else than who prepared it has to approve it."""
        return needs_second_person(row["source"] for row in self.body["rows"])

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

        Shares of outcomes are small soon, and are for who may see records. Hours, patrols and visits are told always,
        a ratio where both its rows are.
        """
        if row["source"] == RATIO:
            return all(self.tells(part) for part in self._divided(row))
        return self.sees_parts or row["is_headline"] or not self._is_protected(row)

    def value(self, row: Mapping[str, Any]) -> int | str | None:
        """The row's answer as the body has it: [c] where it is not told, money in pence, ratios in tenths."""
        found: int | str | None = row["value"]
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
        if not self.tells(row):
            return ""
        said = self._without_base(row) if row["source"] == RATIO and row["value"] is None else beside_words(row)
        return ". ".join(each for each in (said, self.note(row)) if each)

    def note(self, row: Mapping[str, Any]) -> str:
        """What is to be known of a row's number: the time without a rate that a cost leaves out, divided or not.

        Nothing of a number that is not told.
        """
        if not self.tells(row):
            return ""
        parts = self._divided(row) if row["source"] == RATIO else [row]
        minutes = max((part["without_rate"]["minutes"] for part in parts if "without_rate" in part), default=0)
        if not minutes:
            return ""
        # Part of the time of the patrols has no rate, so there is no cost of one.
        return f"Not worked out: {_unpaid_none(minutes)}" if row["value"] is None else _left_out(minutes)

    def _without_base(self, ratio: Mapping[str, Any]) -> str:
        """Why there is no ratio."""
        top, base = self._divided(ratio)
        missing = next((row["label"] for row in (top, base) if row["value"] is None), None)
        return f"Needs a number for: {missing}" if missing else f"Cannot be divided: {base['label']} is 0"


def _caption(blocks: int) -> str:
    return f"Answers, part {blocks + 1}" if blocks else "Answers"


def _columns(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, object]]:
    """The columns of a table of these rows. Answers among which there are words are not set as numbers."""
    has_words = any(isinstance(row["value"], str) for row in rows)
    answer: dict[str, object] = {"label": "Answer"} if has_words else {"label": "Answer", "numeric": True}
    return [{"label": "What is asked"}, answer, {"label": "Beside it"}, {"label": "Where it comes from"}]


def in_words(value: int | str | None, unit: str) -> str:
    """1,457, £1,200.50, 12.3 of a ratio, 3 October 2024, Yes, words as they are; – for what was not entered."""
    if value is None:
        return NOTHING
    if isinstance(value, str):
        return _said(value, unit)
    if unit == RATIO_UNIT:
        return f"{Decimal(value).scaleb(-1):,}"
    return pounds(value) if unit == POUNDS else f"{value:,}"


def _said(value: str, unit: str) -> str:
    if unit == DATE_UNIT:
        return wording.day(date.fromisoformat(value))
    return value.capitalize() if unit == YES_NO_UNIT else value


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
        share = f"{in_words(so_far, unit)}{_of(so_far, beside['value'])}"
        return f"Budget of {beside['stream']}: {wanted}. So far {share}{_without(beside.get('without', 0))}"
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


def _without(periods: int) -> str:
    """That a budget's sum has no amount of earlier periods, whose returns were not submitted."""
    missing = wording.plural(periods, "earlier period whose return was", "earlier periods whose returns were")
    return f", without {missing} not submitted" if periods else ""


def _time(minutes: int) -> str:
    """Less than an hour, 1 hour, 38 hours: time without a rate."""
    return "less than an hour" if minutes < 60 else wording.plural(wording.hours(minutes), "hour")


def _left_out(minutes: int) -> str:
    """What a cost leaves out: 38 hours without a rate are left out."""
    verb = "are" if wording.hours(minutes) > 1 else "is"
    return f"{capfirst(_time(minutes))} without a rate {verb} left out"


def _unpaid_none(minutes: int) -> str:
    return f"{_time(minutes)} {'have' if wording.hours(minutes) > 1 else 'has'} no rate"


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
