"""Loads street files of data.police.uk: one force's, its incidents in the districts their LSOAs are named after."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime
from itertools import chain
from typing import Any, NamedTuple, NoReturn

from hotspot.core import wording
from hotspot.core.bulk_insert import Batch
from hotspot.core.errors import DomainError
from hotspots.incidents.archives import Member
from hotspots.incidents.month_loading import NEW_FORCE, LoadedMonth, MonthLoading
from hotspots.incidents.street_files import StreetRow, read_street_rows
from hotspots.incidents.tables import Table
from hotspots.models import DataBreak, Dataset, District, Incident, IncidentFile

MOST_ELSEWHERE = 5


class IncidentRow(NamedTuple):
    """A row of the table of incidents, without what only extracts have."""

    month_id: int
    category_id: int
    district_id: int | None
    longitude: float | None
    latitude: float | None
    location: str
    lsoa: str
    reference: str
    outcome: str


class StreetLoading(MonthLoading):
    """Loads the street files of one force, and leaves out those of others."""

    dataset = Dataset.STREET
    # data.police.uk has 14.
    most_categories = 60

    def __init__(self, source: IncidentFile, at: datetime, count_row: Callable[[], None]) -> None:
        super().__init__(source, at, count_row)
        self._is_new_force = not self._force
        self._batch = Batch({IncidentRow: Incident})
        self._by_code: dict[str, LoadedMonth] = {}
        self._left_out = 0
        self._other_forces: Counter[str] = Counter()
        self._elsewhere: Counter[str] = Counter()
        self._districts = {
            (each.name_in_police_data or each.name).casefold(): each.pk for each in District.objects.defer("outline")
        }
        self._district_of: dict[str, int | None] = {}

    def read(self, table: Table, member: Member) -> None:
        """Load one file; one of another force is counted and left out."""
        self._left_out = member.left_out
        rows = read_street_rows(table)
        first = next(rows, None)
        if first is None:
            raise DomainError("incidents_empty", f"{member.name} has no rows. Nothing was loaded.", "file")
        if self._force and first.force != self._force:
            if not self._current:
                self._refuse_several(first.force)
            self._other_forces[first.force] += 1
            return
        self._force = first.force
        earlier = set(self._by_code)
        for row in chain([first], rows):
            if row.force != self._force:
                self._refuse_mixed(row, member)
            if row.month in earlier:
                message = f"{_in_words(row.month)} is in {member.name} and in another file too. Nothing was loaded."
                raise DomainError("incidents_month_twice", message, "file")
            self._add(row, member)
        self._batch.write()

    def _add(self, row: StreetRow, member: Member) -> None:
        month = self._by_code.get(row.month) or self._begin(row.month, member)
        category = self._categories.get(row.category.casefold()) or self._new_category(row.category)
        record = month.record
        record.rows += 1
        district = None
        if row.longitude is not None:
            record.located += 1
            district = self._district(row.lsoa_name)
            if district is None and self._districts:
                record.elsewhere += 1
                self._elsewhere[row.lsoa_name[:-5]] += 1
            month.lsoas.add(row.lsoa)
        self._batch.add(
            IncidentRow(
                record.pk, category, district, row.longitude, row.latitude, row.location, row.lsoa, row.reference,
                row.outcome,
            )
        )  # fmt: skip
        self._count_row()

    def _begin(self, code: str, member: Member) -> LoadedMonth:
        self._by_code[code] = self.begin_month(date.fromisoformat(f"{code}-01"), member)
        return self._by_code[code]

    def _district(self, lsoa_name: str) -> int | None:
        """The district that an LSOA's name begins with: Watford 003A."""
        if lsoa_name not in self._district_of:
            self._district_of[lsoa_name] = self._districts.get(lsoa_name[:-5].casefold())
        return self._district_of[lsoa_name]

    def check(self) -> None:
        """Refuse what is of other forces only, and what is next to all elsewhere."""
        if not self.months:
            self._refuse_others()
        if self._districts:
            super().check()

    def result(self, breaks: Sequence[DataBreak]) -> dict[str, Any]:
        """What came of it, with what was left out."""
        found = super().result(breaks)
        return found | {
            "questions": found["questions"] + [NEW_FORCE] * self._is_new_force,
            "left_out": self._left_out,
            "other_forces": dict(self._other_forces),
            "elsewhere": self._elsewhere.most_common(MOST_ELSEWHERE),
            "has_districts": bool(self._districts),
        }

    # --- refusals -------------------------------------------------------------------------------------------------
    def _refuse_mixed(self, row: StreetRow, member: Member) -> NoReturn:
        message = f"{member.name} has incidents of {self._force} and of {row.force}. Load one force's file at a time."
        raise DomainError("incidents_forces_mixed", message, "file")

    def _refuse_several(self, other: str) -> NoReturn:
        message = (
            f"The archive has files of {self._force} and of {other}. Load one of your own force first: from then on, "
            "those of others are left out. Nothing was loaded."
        )
        raise DomainError("incidents_forces_mixed", message, "file")

    def _refuse_others(self) -> NoReturn:
        others = wording.listing(sorted(self._other_forces))
        message = f"These incidents are of {others}. This service holds those of {self._force}. Nothing was loaded."
        raise DomainError("incidents_other_force", message, "file")


def _in_words(month: str) -> str:
    return wording.month(date.fromisoformat(f"{month}-01"))
