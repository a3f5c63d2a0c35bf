"""Loads stop-and-search files of data.police.uk: each month in place of its earlier release."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import numpy as np

from hotspot.core import wording
from hotspot.core.bulk_insert import Batch
from hotspot.core.calendar import today
from hotspot.core.errors import DomainError
from hotspots.assignment import NOWHERE, assign
from hotspots.incidents import queries
from hotspots.incidents.archives import Member
from hotspots.incidents.month_loading import FEWEST_HERE, SHORT, SHORT_SHARE, outlines_of_districts, release_to_replace
from hotspots.incidents.search_files import SearchFileRow, read_search_rows
from hotspots.incidents.tables import Table
from hotspots.models import IncidentFile, PublishedSearch, SearchMonth

_FILE_OF_MONTH = re.compile(r"(20\d\d-(?:0[1-9]|1[0-2]))-", re.ASCII)


class PublishedSearchRow(NamedTuple):
    """A row of the table of published searches."""

    month_id: int
    district_id: int | None
    kind: str
    at: datetime
    longitude: float | None
    latitude: float | None
    legislation: str
    sought: str
    outcome: str
    is_linked: bool | None


@dataclass
class _LoadedSearches:
    record: SearchMonth
    replaces: SearchMonth | None


class SearchLoading:
    """Loads the stop and searches of this force, which files do not name: they are those in its districts."""

    def __init__(self, source: IncidentFile, at: datetime, count_row: Callable[[], None]) -> None:
        self._source, self._at, self._count_row = source, at, count_row
        self._months: dict[date, _LoadedSearches] = {}
        self._current = {each.month: each for each in SearchMonth.objects.current().select_for_update()}
        self._batch = Batch({PublishedSearchRow: PublishedSearch})
        self._outlines = outlines_of_districts()
        self._other_files = 0

    def read(self, table: Table, member: Member) -> None:
        """Load one file; one of another force is counted and left out. Raises DomainError `incidents_…`."""
        rows = list(read_search_rows(table))
        if not rows:
            raise DomainError("incidents_empty", f"{member.name} has no rows. Nothing was loaded.", "file")
        longitudes, latitudes = (
            np.array([getattr(row, name) for row in rows], np.float64) for name in ("longitude", "latitude")
        )
        places = assign(longitudes, latitudes, list(self._outlines.values()))
        located = int(np.isfinite(longitudes).sum())
        if located and (places != NOWHERE).sum() < FEWEST_HERE * located:
            self._other_files += 1
            return
        districts, earlier = list(self._outlines), set(self._months)
        for row, place in zip(rows, places.tolist(), strict=True):
            month = _month_of(row, member)
            if month in earlier:
                message = f"Searches of {wording.month(month)} are in {member.name} and in another file too."
                raise DomainError("incidents_month_twice", f"{message} Nothing was loaded.", "file")
            self._add(row, None if place == NOWHERE else districts[place], month, member)
        self._batch.write()

    def _add(self, row: SearchFileRow, district: int | None, month: date, member: Member) -> None:
        record = (self._months.get(month) or self._begin(month, member)).record
        record.rows += 1
        if row.longitude is not None:
            record.located += 1
            record.elsewhere += district is None
        self._batch.add(
            PublishedSearchRow(
                record.pk, district, row.kind, row.at, row.longitude, row.latitude, row.legislation, row.sought,
                row.outcome, row.is_linked,
            )
        )  # fmt: skip
        self._count_row()

    def _begin(self, month: date, member: Member) -> _LoadedSearches:
        replaces = release_to_replace(self._current, month, member, at=self._at)
        record = SearchMonth.objects.create(
            month=month, source=self._source, member=member.name[:200], loaded_at=self._at, rows=0, located=0,
            elsewhere=0,
        )  # fmt: skip
        self._months[month] = _LoadedSearches(record, replaces)
        return self._months[month]

    def finish(self, *, alone: bool) -> dict[str, Any]:
        """Replace what was there; gives what came of it, as JSON takes it.

        Raises DomainError `incidents_elsewhere` where files were loaded `alone` and all of them are another force's.
        """
        if alone and not self._months:
            message = (
                "Next to none of these stop and searches are in a district that is set up here. Nothing was loaded."
            )
            raise DomainError("incidents_elsewhere", message, "file")
        for each in self._months.values():
            if each.replaces is not None:
                before = {"rows_before": each.replaces.rows}
                each.record.differences = queries.search_differences(each.replaces.pk, each.record.pk) | before
                PublishedSearch.objects.filter(month=each.replaces).delete()
            each.record.save()
        months = [_told(each) for _, each in sorted(self._months.items())]
        return {
            "months": months,
            "other_files": self._other_files,
            "questions": [SHORT] * any(each["is_short"] for each in months),
        }


def _month_of(row: SearchFileRow, member: Member) -> date:
    """The month of the file, which is that of clocks in London; of a file that is called otherwise, the row's."""
    named = _FILE_OF_MONTH.match(member.name)
    return date.fromisoformat(f"{named[1]}-01") if named else today(row.at).replace(day=1)


def _told(month: _LoadedSearches) -> dict[str, Any]:
    record, replaces = month.record, month.replaces
    return {
        "month": record.month.isoformat(),
        "rows": record.rows,
        "located": record.located,
        "elsewhere": record.elsewhere,
        "usual": None,
        "is_short": replaces is not None and record.rows < SHORT_SHARE * replaces.rows,
        "differences": record.differences,
    }
