"""Rows of a file of shifts as the operations take them."""

import re
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Self

from hotspot.core import wording
from hotspot.core.errors import DomainError
from hotspot.core.models import User
from hotspot.core.periods import ClockChange, instant, span
from hotspot.core.text import clean_line, clean_lines
from hotspots.models import FundingStream, HotspotArea, Programme
from outcomes.imports.columns import Column, shift_columns
from outcomes.imports.values import Moment, parse_count, parse_date, parse_moment, parse_yes
from outcomes.models import ActivityKind, AsbPowerKind
from outcomes.operations.checking import Entry
from outcomes.rules import MAXIMUM_COUNT, Report, Tally
from patrols.models import CrewRole
from patrols.operations import NOT_EXTERNAL, ExternalRecord, Kept
from patrols.rules import MAXIMUM_CREW, CrewEntry, ShiftFacts, clean_collar_number, clean_note

# Changing it would make every row of every file new again.
_NAMESPACE = uuid.UUID("6f0f6b0e-58c5-4d0b-9d43-8d8c5a1b7e11")
_SEPARATORS = re.compile(r"[\s,;/]+")
_HOUR_THAT_COMES_TWICE = 1
_LONGEST_SOURCE, _LONGEST_REFERENCE = 40, 80


@dataclass(frozen=True)
class Answers:
    """What an administrator said where a file leaves something open.

    `clock` says which of two equal times is meant, `clock_rows` the same for single cells, by (row, column);
    `blank_is_nothing` that a row without any outcome had nothing to report; `source` names where the file comes from.
    """

    clock: str = ""
    clock_rows: Mapping[tuple[int, str], str] = field(default_factory=dict)
    blank_is_nothing: bool = False
    source: str = ""

    @classmethod
    def read(cls, answers: Mapping[str, Any]) -> Self:
        """What `FileImport.answers` holds."""
        rows = {(row, column): change for row, column, change in answers.get("clock_rows", ())}
        source, nothing = clean_line(answers.get("source", "")), answers.get("blank_is_nothing", False)
        return cls(answers.get("clock", ""), rows, nothing, source)


@dataclass(frozen=True)
class Problem:
    """Something about one cell of one row. `column` is the column's name, `value` what the cell says."""

    row: int
    column: str
    value: str
    code: str
    message: str


class BadRow(Exception):
    """A row that cannot be read, with everything that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems


class Cells:
    """One row by the names of its columns. Collects what is wrong with its cells while they are read."""

    def __init__(self, number: int, cells: Sequence[str], columns: Mapping[str, int]) -> None:
        self.number = number
        self._cells, self._columns = cells, columns
        self.problems: list[Problem] = []

    def text(self, name: str) -> str:
        place = self._columns.get(name, -1)
        if not 0 <= place < len(self._cells):
            return ""
        clean = clean_lines if name == "note" else clean_line
        return clean(self._cells[place])

    def read(self, name: str, parse: Callable[[str], Any], default: Any = None) -> Any:
        """What the cell says, or the default after noting why it cannot be read."""
        try:
            return parse(self.text(name))
        except DomainError as error:
            self.note(error, name)
            return default

    def note(self, error: DomainError, name: str = "") -> None:
        """Keep an error with the column that it is about."""
        field = error.field or name
        column = field if field in self._columns else self._column_of(field)
        self.problems.append(Problem(self.number, column, self.text(column), error.code, error.message))

    def _column_of(self, field: str) -> str:
        """Rules speak of the crew and of the external record as one; a file has a column for each part of it."""
        beginnings = {"crew": ("crew_", "collars_"), "external": ("external_reference",), "night": ("night", "start")}
        wanted = beginnings.get(field, (field,))
        return next((name for name in self._columns if name.startswith(wanted)), field)


class ShiftRows:
    """Turns rows into entries: one for a file, because it looks up names once and numbers rows that are alike."""

    def __init__(self, *, columns: Mapping[str, int], answers: Answers, by: User, reason: str) -> None:
        self._answers, self._reason = answers, reason
        self._areas = _Areas(by)
        self._streams = _Streams(by)
        self._powers = [kind.code for kind in AsbPowerKind.objects.all() if f"asb_{kind.code}" in columns]
        self._activity = [kind.code for kind in ActivityKind.objects.all() if f"activity_{kind.code}" in columns]
        self._alike: Counter[int] = Counter()

    def entry(self, row: Cells) -> Entry:
        """The shift that a row says. Raises BadRow."""
        area = row.read("area", lambda name: self._areas.find(name, row.text("district")))
        moments = self._moments(row)
        crew = [one for role in CrewRole for one in _crew(row, role)]
        tally, activity = self._tally(row), self._counts(row, "activity", self._activity)
        external = row.read("external_reference", lambda text: self._external(text, row))
        if row.problems or moments is None:
            raise BadRow(row.problems)
        starts_at, ends_at, night = moments
        stream = row.read("funding_stream", lambda name: self._streams.find(name, night))
        if row.problems:
            raise BadRow(row.problems)
        facts = ShiftFacts(area, stream, starts_at, ends_at, crew, clean_note(row.text("note")))
        return Entry(
            submission_id=self._submission_id(facts, external),
            report=Report(facts, tally, activity),
            kept=Kept((), self._reason),
            external=external,
            name=f"row {row.number:,}",
        )

    def _moments(self, row: Cells) -> tuple[datetime, datetime, date] | None:
        """Start, finish and night; None after noting what is wrong."""
        start: Moment | None = row.read("start", parse_moment)
        end: Moment | None = row.read("end", parse_moment)
        night = row.read("night", parse_date) if row.text("night") or not (start and start.day) else start.day
        if start is None or end is None or night is None:
            return None
        try:
            starts_at, ends_at = self._span(row, night, start, end)
        except DomainError as error:
            row.note(error)
            return None
        return starts_at, ends_at, night

    def _span(self, row: Cells, night: date, start: Moment, end: Moment) -> tuple[datetime, datetime]:
        if start.day not in (None, night):
            message = "The date of the start is not the night. Correct one of the two."
            raise DomainError("dates_differ", message, "start")
        changes = {"start": self._change(row, "start", start), "end": self._change(row, "end", end)}
        if end.day is None and start.instant is None:
            return span(night, start.clock, end.clock, start_change=changes["start"], end_change=changes["end"])
        starts_at = start.instant or instant(night, start.clock, change=changes["start"], field="start")
        end_day = end.day or (night + timedelta(days=1) if end.clock < start.clock else night)
        return starts_at, end.instant or instant(end_day, end.clock, change=changes["end"], field="end")

    def _change(self, row: Cells, name: str, moment: Moment) -> ClockChange | None:
        """Which of two equal clock times is meant, as the row, or the administrator for it or for all, says."""
        if moment.clock.hour != _HOUR_THAT_COMES_TWICE:
            return None
        said = row.text(f"{name}_change").lower()
        said = said or self._answers.clock_rows.get((row.number, name), "") or self._answers.clock
        if said in ("before", "after", ""):
            return said or None  # type: ignore[return-value]
        raise DomainError("not_before_or_after", "Enter before or after.", f"{name}_change")

    def _tally(self, row: Cells) -> Tally:
        counts = self._counts(row, "", ["arrests", "stop_searches", "weapons"])
        powers = self._counts(row, "asb", self._powers)
        nothing = row.read("nothing_to_report", parse_yes, False)
        said = [count for count in (*counts.values(), *powers.values()) if count is not None]
        if self._answers.blank_is_nothing and not any(said):
            nothing = True
        return Tally(**counts, asb_powers=powers, nothing_to_report=nothing)

    def _counts(self, row: Cells, prefix: str, names: Sequence[str]) -> dict[str, int | None]:
        return {name: row.read(f"{prefix}_{name}".lstrip("_"), _count) for name in names}

    def _external(self, reference: str, row: Cells) -> ExternalRecord:
        return external_record(reference, row.text("external_source") or self._answers.source)

    def _submission_id(self, facts: ShiftFacts, external: ExternalRecord) -> uuid.UUID:
        """The same for the same row every time, so that a file that comes again adds nothing.

        A row with a reference is known by it; another by where, when and who, and by how many like it came before.
        """
        if external != NOT_EXTERNAL:
            return uuid.uuid5(_NAMESPACE, f"external\n{external.source}\n{external.reference}")
        crew = sorted((one.role.value, one.collar_number) for one in facts.crew)
        words = f"{facts.area.pk}\n{facts.starts_at:%Y%m%d%H%M}\n{facts.ends_at:%Y%m%d%H%M}\n{crew}"
        alike = uuid.uuid5(_NAMESPACE, words)
        self._alike[alike.int] += 1
        return uuid.uuid5(alike, str(self._alike[alike.int]))


def external_record(reference: str, source: str) -> ExternalRecord:
    """The record of another system that a row names, if it does. Raises DomainError `external_…`."""
    if not reference:
        return NOT_EXTERNAL
    if not source:
        message = "A reference needs the name of its system: add a column for it, or name it for the whole file."
        raise DomainError("external_source_missing", message)
    if len(reference) > _LONGEST_REFERENCE or len(source) > _LONGEST_SOURCE:
        message = f"A reference has up to {_LONGEST_REFERENCE} characters, a source system {_LONGEST_SOURCE}."
        raise DomainError("external_too_long", message)
    return ExternalRecord(source, reference)


def columns_of_shifts() -> list[Column]:
    """The columns that a file of shifts can have, with the vocabularies as they stand."""
    return shift_columns(AsbPowerKind.objects.all(), ActivityKind.objects.all())


def _count(text: str) -> int | None:
    count = parse_count(text)
    if count is not None and not 0 <= count <= MAXIMUM_COUNT:
        raise DomainError("count_out_of_range", f"Enter a number from 0 to {MAXIMUM_COUNT}.")
    return count


def _crew_count(text: str) -> int | None:
    count = parse_count(text)
    if count is not None and not 0 <= count <= MAXIMUM_CREW:
        raise DomainError("crew_size", f"Enter a number from 0 to {MAXIMUM_CREW}.")
    return count


def _crew(row: Cells, role: CrewRole) -> Iterator[CrewEntry]:
    """The people of one role: as many as the row counts, or as it has collar numbers."""
    said: int | None = row.read(f"crew_{role}", _crew_count)
    numbers: list[str] = row.read(f"collars_{role}", _collar_numbers, [])
    if said is not None and len(numbers) > said:
        message = f"There are {len(numbers)} collar numbers for {said}. Change one of the two."
        row.note(DomainError("collar_numbers_too_many", message), f"collars_{role}")
    for place in range(said or len(numbers)):
        yield CrewEntry(role, numbers[place] if place < len(numbers) else "")


def _collar_numbers(text: str) -> list[str]:
    return [clean_collar_number(part) for part in _SEPARATORS.split(text) if part]


class _Areas:
    """Hotspot areas by name."""

    def __init__(self, by: User) -> None:
        self._named: dict[str, list[HotspotArea]] = {}
        for area in HotspotArea.objects.visible_to(by).select_related("district"):
            self._named.setdefault(area.name.lower(), []).append(area)

    def find(self, name: str, district: str) -> HotspotArea:
        """The area of this name, in whatever capitals. Raises DomainError `area_…`."""
        if not name:
            raise DomainError("area_missing", "Enter the hotspot area.", "area")
        found = self._named.get(name.lower(), [])
        if district:
            found = [area for area in found if area.district.name.lower() == district.lower()]
        if len(found) > 1:
            districts = wording.listing([area.district.name for area in found])
            message = f"There is an area of this name in {districts}. Add a column with the district."
            raise DomainError("area_ambiguous", message, "area")
        if not found:
            where = f" in {district}" if district else ""
            message = f"There is no hotspot area of this name{where}. Correct it, or add the area under Manage."
            raise DomainError("area_unknown", message, "area")
        return found[0]


class _Streams:
    """What pays for shifts, by night and name."""

    def __init__(self, by: User) -> None:
        programmes = Programme.objects.visible_to(by).by_precedence().prefetch_related("funding_streams__programme")
        self._streams = [(programme.period, list(programme.funding_streams.all())) for programme in programmes]

    def find(self, name: str, night: date) -> FundingStream:
        """The stream of this name of a programme that runs then; without a name, the usual one.

        Raises DomainError `no_programme` or `funding_unknown`.
        """
        streams = [stream for period, streams in self._streams if night in period for stream in streams]
        if not streams:
            message = f"No programme runs on {wording.day(night)}. Choose another night."
            raise DomainError("no_programme", message, "night")
        found = [stream for stream in streams if stream.name.lower() == name.lower()] if name else streams
        if not found:
            names = wording.listing([stream.name for stream in streams], "or")
            raise DomainError("funding_unknown", f"Enter what paid for it: {names}.", "funding_stream")
        return found[0]
