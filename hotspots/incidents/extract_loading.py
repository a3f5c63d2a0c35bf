"""Loads a force's own extract: exact places, put into the districts whose outlines hold them, and exact times."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from shapely.geometry.base import BaseGeometry

from hotspot.core import wording
from hotspot.core.bulk_insert import Batch
from hotspot.core.errors import DomainError
from hotspots.assignment import NOWHERE, assign
from hotspots.incidents import queries
from hotspots.incidents.archives import Member
from hotspots.incidents.extract_files import ExtractRow, places_of, read_extract_rows
from hotspots.incidents.month_loading import MonthLoading, outlines_of_districts
from hotspots.incidents.tables import Table
from hotspots.models import DataBreak, Dataset, Incident, IncidentFile, IncidentMonth

# So many places are put into districts together: one by one takes forty times as long.
AT_ONCE = 20_000


class ExtractIncidentRow(NamedTuple):
    """A row of the table of incidents with a time, without what only published files have."""

    month_id: int
    category_id: int
    district_id: int | None
    longitude: float | None
    latitude: float | None
    started_at: datetime
    ended_at: datetime
    is_police_generated: bool
    recorded_in: str
    reference: str
    location: str
    lsoa: str = ""
    outcome: str = ""


class ExtractLoading(MonthLoading):
    """Loads the extract of the force that this service is of."""

    dataset = Dataset.EXTRACT
    most_categories = 300

    def __init__(self, source: IncidentFile, at: datetime, count_row: Callable[[], None]) -> None:
        super().__init__(source, at, count_row)
        self._force = self._force or queries.force_of(Dataset.STREET)
        self._batch = Batch({ExtractIncidentRow: Incident})
        self._waiting: list[ExtractRow] = []
        # Of a million references, the texts would take three times the memory.
        self._references: set[int] = set()
        self._counts: Counter[str] = Counter()
        self._left_out = 0

    def read(self, table: Table, member: Member) -> None:
        """Load one file. Raises DomainError `incidents_…`, as well for a reference that occurs twice."""
        rows, self._left_out = 0, member.left_out
        for row in read_extract_rows(table, self._note):
            rows += 1
            if (mark := hash(row.reference.casefold())) in self._references:
                table.refuse(
                    "reference_twice", f"has the reference ‘{row.reference}’ again: each incident needs its own"
                )
            self._references.add(mark)
            # A day of which only the date is known ends at midnight.
            if row.started_at > self._at or row.ended_at > self._at + timedelta(days=1):
                table.refuse("time", "has a time that is still to come")
            self._waiting.append(row)
            if len(self._waiting) == AT_ONCE:
                self._place(member)
        if not rows:
            raise DomainError("incidents_empty", f"{member.name} has no rows. Nothing was loaded.", "file")
        self._place(member)
        self._batch.write()

    @cached_property
    def _outlines(self) -> Mapping[int, BaseGeometry]:
        return outlines_of_districts()

    def _note(self, what: str) -> None:
        self._counts[what] += 1

    def _place(self, member: Member) -> None:
        """Put the incidents that wait into their districts, and into the batch."""
        places = places_of(self._waiting)
        districts = list(self._outlines)
        found = assign(places[:, 0], places[:, 1], list(self._outlines.values())).tolist()
        for row, place, number in zip(self._waiting, places.tolist(), found, strict=True):
            self._add(row, place, None if number == NOWHERE else districts[number], member)
        self._waiting.clear()

    def _add(self, row: ExtractRow, place: list[float], district: int | None, member: Member) -> None:
        record = (self.months.get(row.month) or self.begin_month(row.month, member)).record
        record.rows += 1
        longitude, latitude = (None, None) if row.east is None else place
        if longitude is not None:
            record.located += 1
            record.elsewhere += district is None
        self._counts["generated"] += row.is_police_generated
        self._batch.add(
            ExtractIncidentRow(
                record.pk, self.category(row.category), district, longitude, latitude, row.started_at,
                row.ended_at, row.is_police_generated, row.recorded_in, row.reference, row.street,
            )
        )  # fmt: skip
        self._count_row()

    def finish(self) -> dict[str, Any]:
        """Refuse incidents that are in another month already: they would be counted twice."""
        found = super().finish()
        twice, example = queries.references_elsewhere([each.record.pk for each in self.months.values()])
        if twice:
            month = wording.month(IncidentMonth.objects.get(pk=example[1]).month)
            message = (
                f"{wording.plural(twice, 'reference')} of this file {'is' if twice == 1 else 'are'} loaded in another "
                f"month already, like ‘{example[0]}’ in {month}. Load that month again together with these. Nothing "
                "was loaded."
            )
            raise DomainError("incidents_reference_elsewhere", message, "file")
        return found

    def result(self, breaks: Sequence[DataBreak]) -> dict[str, Any]:
        """What came of it, with what an extract has of its own."""
        return super().result(breaks) | {
            "left_out": self._left_out,
            "ambiguous": self._counts["ambiguous"],
            "generated": self._counts["generated"],
        }
